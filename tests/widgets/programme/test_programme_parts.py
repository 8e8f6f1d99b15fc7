"""The parts of the app of the programme: overview, logo, texts, contact persons."""

from __future__ import annotations

from io import BytesIO

from app_people import HOSTILE, workbench
from mentorkit_widgets.components.files import FilePicker
from mentorkit_widgets.components.form import Form
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.parts import EntryList
from mentorkit_widgets.programme.view import ProgrammeView
from PIL import Image
from programme_hands import (
    add_contact,
    enter,
    entries,
    form_with,
    inside,
    open_part,
    table_in,
    the,
    words,
)


def test_the_overview_names_what_is_set_missing_changed_and_wrong(view, model):
    table = table_in(open_part(view, "overview"))

    def state(key):
        return next(row["state"] for row in table.rows if row["id"] == key)

    assert state("rules")["text"] == "vollständig"
    assert "Ohne Ansprechperson" in state("organisations")["note"]
    model.change("rules", ())
    assert state("rules")["text"] == "geändert"
    model.change("criteria", ())
    assert state("criteria")["text"] == "zu berichtigen"
    assert ["criteria", "Kriterien (zu berichtigen)"] in view.tabs.list.tabs
    table.act("goals", "open")
    assert view.tabs.value == "goals"


def test_every_preset_is_shown_in_every_part():
    presets = ("party-chapters", "cross-company", "cross-administration", "arts-academy")
    bench = workbench(*presets)
    for run in bench.runs:
        view = ProgrammeView(ProgrammeModel(bench, run))
        for key, _ in view.tabs.list.tabs:
            open_part(view, key)
        assert not view.model.changed
        assert not view.model.problems
    bench.close()


def test_a_logo_is_looked_at_saved_and_removed(view, model, bench):
    part = open_part(view, "texts")
    chooser = inside(part, FilePicker)[0]
    chooser.choose([("logo.png", b"<svg onload=alert(1)>")])
    assert model.refused
    assert "PNG" in model.message
    written = BytesIO()
    Image.new("RGB", (20, 10), "#1a4b8c").save(written, "PNG")
    chooser.choose([("logo.png", written.getvalue())])
    assert "data:image/png;base64" in words(part)
    assert 'alt="Logo: Cross-Mentoring' in words(part)
    model.save()
    assert bench.run().programme.settings.logo
    the(part, "Logo entfernen").click()
    model.save()
    assert not bench.run().programme.settings.logo


def test_texts_follow_the_languages_of_the_forms(view, model, bench):
    part = open_part(view, "texts")
    assert len(inside(part, Form)) == 1
    enter(form_with(open_part(view, "general"), "languages"), languages=["en"])
    german, english = inside(part, Form)
    english.edit("texts.en.consent", "I agree.")
    assert model.settings["texts"]["en"]["consent"] == "I agree."
    assert model.settings["texts"]["de"] == model.base.settings.model_dump()["texts"]["de"]
    english.edit("texts.en.consent", "")
    assert "en" not in model.settings["texts"]
    assert german.values["texts.de.note"].startswith("Die Teilnahme ist keine Zusage")


def test_a_contact_person_is_added_changed_moved_and_removed(view, model):
    entry = entries(open_part(view, "organisations"), 1)
    entry.add.click()
    assert "organisation" in entry.form.errors
    first, second = (edit.id for edit in model.organisations[:2])
    enter(entry.form, organisation=first, name="Eva Muster", email="eva@")
    entry.add.click()
    assert "keine E-Mail-Adresse" in entry.form.errors["email"]
    enter(entry.form, email="eva@example.org", function=HOSTILE)
    entry.add.click()
    assert [row["name"]["note"] for row in entry.table.rows] == [HOSTILE]
    assert "<img" not in view.changes.told.value
    entry.table.act("0", "edit")
    enter(entry.form, organisation=second, phone="02303 1234")
    entry.add.click()
    assert [len(o.contacts) for o in model.organisations[:2]] == [0, 1]
    model.save()
    assert model.organisations[1].contacts[0].phone == "02303 1234"
    entry.table.act("0", "remove")
    assert model.organisations[1].contacts == ()


def test_a_contact_person_comes_to_the_organisation_that_was_chosen_whatever_is_removed(view, model):
    names, people = inside(open_part(view, "organisations"), EntryList)
    wanted = model.organisations[2]
    enter(people.form, organisation=wanted.id, name="Eva Muster")
    names.table.act("0", "remove")
    people.add.click()
    assert [o.name for o in model.organisations if o.contacts] == [wanted.name]


def test_an_organisation_that_is_removed_is_chosen_no_longer(view, model):
    names, people = inside(open_part(view, "organisations"), EntryList)
    enter(people.form, organisation=model.organisations[0].id, name="Eva Muster")
    names.table.act("0", "remove")
    assert (people.form.values["organisation"], people.form.values["name"]) == ("", "Eva Muster")
    people.add.click()
    assert "organisation" in people.form.errors
    assert not any(o.contacts for o in model.organisations)


def test_each_entry_has_a_key_that_stays_when_another_is_removed(view, model):
    people = entries(open_part(view, "organisations"), 1)
    organisation = model.organisations[0].id
    for name in ("Ada", "Ben", "Cem"):
        add_contact(people, organisation, name)
    rules = entries(open_part(view, "rules"))
    for entry in (people, rules):
        entry.table.act("1", "edit")
        key = entry.form.key
        entry.cancel.click()
        entry.table.act("0", "remove")
        entry.table.act("0", "edit")
        assert entry.form.key == key
        entry.table.act("1", "edit")
        assert entry.form.key != key
