from __future__ import annotations

import datetime as dt
from io import BytesIO

import ipywidgets as w
import pytest
from app_people import HOSTILE, RUN, apply, workbench
from mentorkit_widgets.components.files import FilePicker
from mentorkit_widgets.components.form import Form
from mentorkit_widgets.components.link import LinkToCopy
from mentorkit_widgets.components.table import Table
from mentorkit_widgets.programme.criteria import Weights
from mentorkit_widgets.programme.model import APP, ProgrammeModel
from mentorkit_widgets.programme.parts import EntryList
from mentorkit_widgets.programme.people import LogInForm, People, RoleQuestion
from mentorkit_widgets.programme.view import ProgrammeView
from PIL import Image

from mentorkit.drafts import load_draft
from mentorkit.errors import StoreError
from mentorkit.intake import prospects
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Grant
from mentorkit.programme.rules import Rule
from mentorkit.setup import service
from mentorkit.workbench import Workbench

PROGRAMME = "cross-administration"


@pytest.fixture
def bench():
    made = workbench()
    yield made
    made.close()


@pytest.fixture
def model(bench):
    return ProgrammeModel(bench, bench.run())


@pytest.fixture
def view(model):
    return ProgrammeView(model)


def inside(part, kind=w.Widget):
    found = [part] if isinstance(part, kind) else []
    for child in getattr(part, "children", ()):
        found += inside(child, kind)
    return found


def the(part, label):
    return next(p for p in inside(part, w.Button) if p.description == label)


def words(part):
    return " ".join(p.value for p in inside(part, w.HTML))


def open_part(view, key):
    view.go(key)
    return view.tabs.panel(key).children[0]


def form_with(part, name):
    return next(form for form in inside(part, Form) if name in form.values)


def entries(part, place=0):
    return inside(part, EntryList)[place]


def table_in(part, place=0):
    return inside(part, Table)[place]


def enter(form, **values):
    for name, value in values.items():
        form.edit(name, value)


def acting(bench, role, **more):
    return Workbench(bench.store, Actor("bea", (Grant(id="G1", user_id="bea", role=role, **more),)))


# -- changing, keeping, saving -------------------------------------------------------------------------


def test_a_field_changes_the_draft_and_not_the_workbench(view, model, bench):
    form = form_with(open_part(view, "general"), "name")
    form.edit("name", "Neuer Name")
    assert model.changed
    assert model.preview is not None
    assert "Neuer Name" in view.changes.told.value
    assert ["general", "Allgemeines (geändert)"] in view.tabs.list.tabs
    assert bench.run().programme.name != "Neuer Name"
    view.changes.save.click()
    assert bench.run().programme.name == "Neuer Name"
    assert not model.changed
    assert model.kept.startswith("Gespeichert")
    view.changes.undo.click()
    assert bench.run().programme.name != "Neuer Name"
    assert form.values["name"] == bench.run().programme.name


def test_what_is_not_saved_is_there_again_after_a_reload(view, model, bench):
    enter(form_with(open_part(view, "general"), "name"), name="Neuer Name", places="viele")
    enter(form_with(open_part(view, "texts"), "texts.de.contact"), **{"texts.de.contact": "Büro 3"})
    entry = entries(open_part(view, "organisations"), 1)
    enter(entry.form, organisation=model.organisations[2].id, name="Eva Muster", email="eva@example.org")
    entry.add.click()
    assert model.kept.startswith("Entwurf")
    assert "3 Teile sind geändert" in view.state.value

    again = ProgrammeModel(bench, bench.run())
    assert "wieder da" in again.message
    assert again.changed_parts == {"general", "texts", "organisations"}
    assert again.organisations[2].contacts[0].name == "Eva Muster"
    form = form_with(open_part(ProgrammeView(again), "general"), "name")
    assert (form.values["name"], form.values["places"]) == ("Neuer Name", "viele")
    assert "keine ganze Zahl" in form.errors["places"]
    form.edit("places", "2")
    again.save()
    assert bench.run().programme.settings.text("de").contact == "Büro 3"
    assert load_draft(bench.store, bench.actor, RUN, APP) is None
    assert not ProgrammeModel(bench, bench.run()).changed


def test_a_draft_that_is_put_away_or_taken_back_is_gone(view, model, bench):
    form = form_with(open_part(view, "general"), "name")
    before = form.values["name"]
    form.edit("name", "Neu")
    form.edit("name", before)
    assert load_draft(bench.store, bench.actor, RUN, APP) is None
    form.edit("name", "Neu")
    view.changes.discard.click()
    assert load_draft(bench.store, bench.actor, RUN, APP) is None
    assert form.values["name"] == before


def test_a_draft_on_an_older_version_shows_both(view, model, bench):
    model.change("name", "Meins")
    other = Workbench(bench.store, Actor("lea", (Grant(id="G1", user_id="lea", role="lead"),)))
    quicker = ProgrammeModel(other, other.run())
    quicker.change("name", "Ihres")
    quicker.save()
    again = ProgrammeModel(bench, bench.run())
    assert again.refused
    assert [(d.before, d.after) for d in again.stale] == [("Meins", "Ihres")]
    shown = ProgrammeView(again)
    shown.changes.mine.click()
    shown.changes.save.click()
    assert bench.run().programme.name == "Meins"


def test_where_somebody_else_was_quicker_both_versions_are_shown(view, model, bench):
    other = Workbench(bench.store, Actor("lea", (Grant(id="G1", user_id="lea", role="lead"),)))
    quicker = ProgrammeModel(other, other.run())
    model.change("name", "Meins")
    quicker.change("name", "Ihres")
    quicker.save()
    model.save()
    assert model.refused
    assert [(d.before, d.after) for d in model.stale] == [("Meins", "Ihres")]
    assert "Ihres" in view.changes.told.value
    view.changes.theirs.click()
    assert form_with(open_part(view, "general"), "name").values["name"] == "Ihres"


def test_a_store_that_is_busy_is_told_in_a_sentence_and_nothing_is_lost(view, model, bench, monkeypatch):
    def busy(*_):
        raise StoreError("Bitte versuchen Sie es gleich noch einmal.")

    other = Workbench(bench.store, Actor("lea", (Grant(id="G1", user_id="lea", role="lead"),)))
    quicker = ProgrammeModel(other, other.run())
    model.change("name", "Meins")
    quicker.change("name", "Ihres")
    quicker.save()
    with monkeypatch.context() as patch:
        patch.setattr(service, "change_of", busy)
        model.save()
        assert (model.refused, model.message) == (True, "Bitte versuchen Sie es gleich noch einmal.")
    model.save()
    told = model.stale
    assert told
    with monkeypatch.context() as patch:
        patch.setattr(service, "change_of", busy)
        model.put_over()
        assert (model.refused, model.stale) == (True, told)
    model.put_over()
    model.save()
    assert bench.run().programme.name == "Meins"


def test_what_would_no_longer_be_admitted_is_named_before_it_is_saved(view, model, bench):
    entered = {
        "gender": "w",
        "pay_grade": "A 9",
        "qualification": "II. Verwaltungslehrgang",
        "permanent": "ja",
    }
    own = {"first_name": "Eva", "last_name": "Muster1", "organisation": "Kamen", "email": "eva@example.org"}
    apply(bench.run(), 1, "mentee", entries={**own, **entered})
    entry = entries(open_part(view, "rules"))
    grade = next(row for row in entry.table.rows if "A 9 oder" in row["rule"])
    entry.table.act(grade["id"], "edit")
    assert (entry.form.values["limit_A"], entry.form.values["limit_E"]) == ("9", "9")
    enter(entry.form, limit_A="", limit_E="")
    entry.add.click()
    assert "Besoldungs" in entry.form.errors["limit_A"]
    enter(entry.form, limit_A="10", limit_E="9b")
    assert "mindestens A 10 oder E 9b" in next(f.help for f in entry.form.fields if f.name == "sentence_de")
    entry.add.click()
    made = next(r for r in model.settings["rules"] if r["field"] == "pay_grade")
    assert (made["code"], made["sentences"]) == ("grade_too_low", {})  # what the rule said holds no more
    assert "1 Bewerbung würde nicht mehr zugelassen: Eva Muster1." in view.changes.told.value


# -- the parts -----------------------------------------------------------------------------------------


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


def add_contact(entry, organisation, name):
    enter(entry.form, organisation=organisation, name=name)
    entry.add.click()


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


# -- what is being entered -----------------------------------------------------------------------------


def test_what_is_being_entered_stays_when_a_button_changes_something_or_all_is_saved(view, model):
    new = entries(open_part(view, "goals"))
    enter(new.form, title="Halbes Ziel")
    changed = entries(open_part(view, "calendar"))
    changed.table.act("1", "edit")
    enter(changed.form, title="Halber Termin")
    (weights,) = inside(open_part(view, "criteria"), Weights)
    weights.form.edit("criteria.topics", "700")
    weights.scale.click()
    view.changes.save.click()
    assert not model.changed
    view.changes.undo.click()
    assert new.form.values["title"] == "Halbes Ziel"
    assert changed.form.values["title"] == "Halber Termin"
    changed.add.click()
    assert [entry.title for entry in model.calendar].count("Halber Termin") == 1
    assert len(model.calendar) == len(model.base.calendars[RUN])
    view.changes.discard.click()
    assert new.form.values["title"] == ""


def test_what_could_not_be_understood_stays_when_the_weights_are_shared_out(view, model):
    (weights,) = inside(open_part(view, "criteria"), Weights)
    weights.form.edit("criteria.experience.tolerance", "einige")
    weights.form.edit("criteria.topics", "700")
    weights.scale.click()
    assert weights.form.values["criteria.experience.tolerance"] == "einige"
    assert "keine Zahl" in weights.form.errors["criteria.experience.tolerance"]


def test_a_new_entry_stays_when_a_row_is_removed(view, model):
    entry = entries(open_part(view, "goals"))
    enter(entry.form, title="Halbes Ziel")
    entry.table.act("0", "remove")
    assert entry.form.values["title"] == "Halbes Ziel"


def test_an_entry_that_is_changed_goes_with_its_own_row_only(view, model):
    entry = entries(open_part(view, "goals"))
    titles = [goal["title"] for goal in model.settings["goals"]]
    entry.table.act("1", "edit")
    enter(entry.form, question="Anders?")
    entry.table.act("0", "remove")
    assert entry.form.values["question"] == "Anders?"
    entry.add.click()
    assert [g["title"] for g in model.settings["goals"]] == titles[1:]
    assert model.settings["goals"][0]["question"] == "Anders?"
    entry.table.act("0", "edit")
    entry.table.act("0", "remove")
    assert (entry.editing, entry.form.values["title"]) == (None, "")


def test_an_entry_stays_when_what_it_belongs_to_gets_another_name(view, model):
    names, people = inside(open_part(view, "organisations"), EntryList)
    enter(names.form, name="Werne")
    names.add.click()
    add_contact(people, "Werne", "Eva Muster")
    people.table.act("0", "edit")
    enter(people.form, function="Gleichstellung")
    view.changes.save.click()
    assert people.form.values["function"] == "Gleichstellung"
    assert people.editing == 0


def test_what_the_browser_keeps_of_a_new_entry_stays_when_another_is_moved(view, model):
    people = entries(open_part(view, "organisations"), 1)
    first, second = (edit.id for edit in model.organisations[:2])
    for name in ("Ada", "Ben"):
        add_contact(people, first, name)
    given_up, keys = [], [people.form.key]

    def note(_):  # filled again under the same key, the browser lets go of what it keeps
        if people.form.key == keys[-1]:
            given_up.append(people.form.key)
        keys.append(people.form.key)

    people.form.observe(note, "_filled")
    people.table.act("0", "edit")
    enter(people.form, organisation=second)
    edited = people.form.key
    people.add.click()
    assert given_up == [edited]


def test_an_organisation_gets_a_quota_of_its_own(view, model, bench):
    entry = entries(open_part(view, "organisations"))
    place = next(row["id"] for row in entry.table.rows if row["name"] == "Kamen")
    entry.table.act(place, "edit")
    enter(entry.form, mentees="eine")
    entry.add.click()
    assert "keine ganze Zahl" in entry.form.errors["mentees"]
    enter(entry.form, mentees="1")
    entry.add.click()
    model.save()
    assert bench.run().programme.settings.quotas.of("mentee", "Kamen") == 1
    assert next(row["limits"] for row in entry.table.rows if row["name"] == "Kamen") == "Mentees 1"


def test_a_quota_that_is_no_number_is_said_at_its_field(view, model):
    form = form_with(open_part(view, "organisations"), "quotas.mentees")
    form.edit("quotas.mentees", "drei")
    assert "„drei“ ist keine ganze Zahl" in form.errors["quotas.mentees"]
    assert view.changes.save.disabled
    form.edit("quotas.mentees", "")
    assert model.settings["quotas"]["mentees"] is None
    assert not view.changes.save.disabled


def test_the_first_organisation_is_added_where_neighbours_are_asked(view):
    enter(form_with(open_part(view, "general"), "pairing"), pairing="near")
    entry = entries(open_part(view, "organisations"))
    for name in [row["name"] for row in entry.table.rows]:
        entry.table.act(next(row["id"] for row in entry.table.rows if row["name"] == name), "remove")
    assert entry.table.rows == []
    enter(entry.form, name="Kamen")
    entry.add.click()
    assert [row["name"] for row in entry.table.rows] == ["Kamen"]


def test_neighbours_are_set_where_tandems_may_link_them_and_hold_both_ways(view, model, bench):
    part = open_part(view, "organisations")
    entry = entries(part)

    def row_of(name):
        return next(row for row in entry.table.rows if row["name"] == name)

    def names():
        return [field.name for field in entry.form.fields]

    assert "neighbours" not in names()
    enter(form_with(open_part(view, "general"), "pairing"), pairing="near")
    assert "Nachbarn" in [column["label"] for column in entry.table.columns]
    entry.table.act(row_of("Kamen")["id"], "edit")
    assert "neighbours" in names()
    enter(entry.form, neighbours=["Lünen", "Werne"])
    entry.add.click()
    assert row_of("Lünen")["neighbours"] == ["Kamen"]
    entry.table.act(row_of("Kamen")["id"], "edit")
    enter(entry.form, name="Stadt Kamen", neighbours=["Lünen"])
    entry.add.click()
    assert (row_of("Lünen")["neighbours"], row_of("Werne")["neighbours"]) == (["Stadt Kamen"], [])
    assert "Lünen: Stadt Kamen" in view.changes.told.value
    again = ProgrammeModel(bench, bench.run())
    assert next(o for o in again.organisations if o.name == "Lünen").neighbours == ("Stadt Kamen",)
    model.save()
    assert bench.run().programme.settings.organisations.near("Lünen") == ("Stadt Kamen",)
    entry.table.act(row_of("Stadt Kamen")["id"], "remove")
    assert row_of("Lünen")["neighbours"] == []


def test_limits_and_distances_are_added_changed_and_taken_out(view, model, bench):
    part = open_part(view, "criteria")
    lists = {entry.table.caption: entry for entry in inside(part, EntryList)}
    limits, distances = lists["Grenzen über alle Tandems"], lists["Abstände im Tandem"]

    def field(entry, name):
        return next(field for field in entry.form.fields if field.name == name)

    limits.add.click()
    assert "Wert" in limits.form.errors["values"]
    enter(limits.form, values=["f"], n="120")
    limits.add.click()
    assert "keine ganze Zahl" in limits.form.errors["n"]
    enter(limits.form, n="50")
    limits.add.click()
    assert limits.form.errors == {}
    assert "gender" in model.settings["questions"]["mentor"]  # what is counted is asked
    told = limits.table.rows[0]["rule"]
    assert told.startswith("Mindestens 50 % aller Tandems mit")
    assert told in view.changes.told.value
    enter(limits.form, field="veteran")
    assert dict(field(limits, "values").pairs).keys() == {"yes", "no"}
    enter(limits.form, values=["no"], bound="most", n="4")
    limits.add.click()
    assert "die zum ersten Mal dabei sind" in limits.table.rows[1]["rule"]
    enter(limits.form, field="topics")
    assert (field(limits, "values").kind, limits.form.values["values"]) == ("tags", [])
    limits.table.act("1", "edit")
    assert limits.form.values["n"] == "4"
    enter(limits.form, n="3")
    limits.add.click()
    limits.table.act("0", "remove")

    distances.add.click()
    assert "mindestens eine" in distances.form.errors["least"]
    enter(distances.form, least="2,5", most="1")
    distances.add.click()
    assert "nicht unter" in distances.form.errors["most"]
    enter(distances.form, most="6")
    distances.add.click()
    assert "mindestens 2,5 und höchstens 6" in distances.table.rows[0]["rule"]
    model.save()
    stored = bench.run().programme.settings
    assert [(limit.field, limit.most) for limit in stored.limits] == [("veteran", 3)]
    assert (stored.distances[0].least, stored.distances[0].most) == (2.5, 6)
    distances.table.act("0", "edit")
    assert distances.form.values["least"] == "2,5"
    assert "pay_grade" in model.settings["questions"]["mentee"]


def test_a_question_that_a_rule_on_tandems_needs_is_missed(view, model):
    limit = {"role": "mentor", "field": "topics", "values": ("x",), "most": 1}
    model.change("limits", ({**limit, "least_percent": None, "most_percent": None},))
    table_in(open_part(view, "questions")).act("topics", "mentor")
    assert "Themen" in model.problems["limits"]
    assert ["criteria", "Kriterien (zu berichtigen)"] in view.tabs.list.tabs


def test_a_renamed_organisation_keeps_its_old_name_as_a_spelling(view, model, bench):
    entry = entries(open_part(view, "organisations"))
    entry.table.act(next(row["id"] for row in entry.table.rows if row["name"] == "Kamen"), "edit")
    enter(entry.form, name=HOSTILE)
    entry.add.click()
    assert "<img" not in view.changes.told.value
    model.save()
    assert HOSTILE in bench.run().organisations
    assert next(o for o in model.organisations if o.name == HOSTILE).aliases == ("Kamen",)


def test_a_question_is_asked_of_one_role_and_no_longer(view, model):
    table = table_in(open_part(view, "questions"))
    table.act("languages", "mentee")
    assert "languages" in model.settings["questions"]["mentee"]
    table.act("languages", "mentee")
    assert not model.changed
    table.act("pay_grade", "mentee")
    assert "Besoldungs-/Entgeltgruppe" in model.problems["rules"]


def test_a_rule_asks_for_what_its_field_needs(view, model):
    entry = entries(open_part(view, "rules"))

    def field(name):
        return next(field for field in entry.form.fields if field.name == name)

    assert field("value").kind == "choice"
    enter(entry.form, role="mentor", field="supervision")
    assert field("value").locked
    enter(entry.form, field="experience_years", value="2,5")
    entry.add.click()
    assert model.settings["rules"][-1]["value"] == 2.5
    assert entry.form.values["value"] == "f"
    enter(entry.form, role="mentor", field="semester")
    assert entry.form.values["value"] == ""
    enter(entry.form, value="2", field="gender")
    assert entry.form.values["value"] == ""
    assert "experience_years" in model.settings["questions"]["mentor"]
    enter(entry.form, field="pay_grade")
    assert (entry.form.values["test"], entry.form.values["scale"]) == ("at_least", "de-2014")
    enter(entry.form, scale="uk-civil-service", limit_CS="SEO", hard="no", sentence_en="SEO must be reached.")
    entry.add.click()
    assert entry.form.errors == {}
    rule = Rule.model_validate(model.settings["rules"][-1])
    assert (rule.limits, rule.hard, rule.sentences) == ({"CS": "SEO"}, False, {"en": "SEO must be reached"})
    enter(entry.form, field="gender", test="is_one_of", values=["f", "d"])
    entry.add.click()
    assert model.settings["rules"][-1]["values"] == ("f", "d")
    assert "weiblich, divers" in entry.table.rows[-1]["rule"]


def test_what_becomes_of_late_applications_and_how_grades_are_read_is_set(view, model):
    form = form_with(open_part(view, "rules"), "late")
    enter(form, late="ineligible", pay_scale="tvoed-2017")
    assert (model.settings["late"], model.settings["pay_scale"]) == ("ineligible", "tvoed-2017")
    assert "Sie werden nicht zugelassen".lower() in view.changes.told.value.lower()


def test_weights_that_do_not_sum_up_are_brought_to_1000_on_demand(view, model):
    part = open_part(view, "criteria")
    (weights,) = inside(part, Weights)
    weights.form.edit("criteria.topics", "700")
    assert "Summe: 1.100 von 1.000; 100 Punkte zu viel." in words(part)
    assert view.changes.save.disabled
    weights.scale.click()
    assert [c["weight"] for c in model.settings["criteria"]] == [700, 300]
    assert weights.form.values["criteria.experience"] == "300"
    assert not view.changes.save.disabled
    weights.form.edit("criteria.used", ["topics", "experience", "wish"])
    weights.form.edit("criteria.topics", "500")
    assert "200 Punkte sind noch zu vergeben" in words(part)
    weights.spread.click()
    assert [c["weight"] for c in model.settings["criteria"]] == [570, 370, 60]
    weights.spread.click()
    assert "schon 1.000" in model.message
    view.changes.discard.click()
    assert weights.form.values["criteria.topics"] == "600"
    assert "criteria.wish" not in weights.form.values


def test_the_options_of_a_criterion_are_set(view, model):
    part = open_part(view, "criteria")
    (weights,) = inside(part, Weights)
    assert weights.form.values["criteria.experience.field"] == "pay_grade"
    weights.form.edit("criteria.experience.tolerance", "null")
    assert "keine Zahl" in weights.form.errors["criteria.experience.tolerance"]
    assert view.changes.save.disabled
    weights.form.edit("criteria.experience.tolerance", "2,5")
    model.save()
    assert model.settings["criteria"][1]["options"] == {"field": "pay_grade", "best": 3, "tolerance": 2.5}


def test_a_number_is_put_into_a_field_as_it_can_be_typed(view, model):
    rule, criterion = dict(model.settings["rules"][0]), dict(model.settings["criteria"][1])
    rule |= {"role": "mentor", "field": "experience_years", "test": "at_least", "value": 1234.5}
    criterion["options"] = {**criterion["options"], "best": 1000}
    model.settings["rules"] = (rule,)
    model.settings["criteria"] = (model.settings["criteria"][0], criterion)
    (weights,) = inside(open_part(view, "criteria"), Weights)
    assert weights.form.values["criteria.experience.best"] == "1000"
    entry = entries(open_part(view, "rules"))
    entry.table.act("0", "edit")
    assert entry.form.values["value"] == "1234,5"
    entry.add.click()
    assert model.settings["rules"][0]["value"] == 1234.5


def test_the_example_follows_the_weights(view, model):
    part = open_part(view, "criteria")
    assert "passt Ada Amsel besser zu Mona Meise" in words(part)
    (weights,) = inside(part, Weights)
    weights.form.edit("criteria.used", ["wish"])
    weights.spread.click()
    assert "passt Ada Amsel besser zu Nils Nachtigall (1.000 Punkte)" in words(part)
    rows = {row["id"]: row for row in table_in(part).rows}
    assert (rows["wish"]["tandem0"]["share"], rows["wish"]["tandem1"]["share"]) == (0, 1)
    assert rows["total"]["tandem1"]["text"] == "1.000"


def test_a_date_that_does_not_exist_is_refused_in_words(view, model, bench):
    entry = entries(open_part(view, "calendar"))
    enter(entry.form, title="Gartenfest", day="31.02.2014")
    entry.add.click()
    assert "„31.02.2014“ ist kein Datum" in entry.form.errors["day"]
    enter(entry.form, day="01.07.2014")
    entry.add.click()
    assert entry.form.values["title"] == ""
    model.save()
    added = next(e for e in bench.run().record.calendar if e.title == "Gartenfest")
    assert added.day == dt.date(2014, 7, 1)
    days = [entry.day for entry in bench.run().record.calendar]
    assert days == sorted(days)


def test_a_date_of_a_known_kind_stands_only_once(view, model):
    entry = entries(open_part(view, "calendar"))
    enter(entry.form, kind="closing", day="01.07.2014")
    entry.add.click()
    assert "nur einmal geben" in entry.form.errors["kind"]
    enter(entry.form, kind="evaluation")
    entry.add.click()
    assert [e.title for e in model.calendar if e.key == "evaluation"] == ["Auswertung"]


def test_a_goal_is_set_measured_and_taken_out(view, model, bench):
    entry = entries(open_part(view, "goals"))
    before = len(entry.table.rows)
    enter(entry.form, title="Mehr Mut", question="Sind Sie mutiger?", answer="yes_no", target="120")
    entry.add.click()
    assert "von 0 bis 100" in entry.form.errors["target"]
    enter(entry.form, target="60", asked_of=[])
    entry.add.click()
    assert "wer gefragt wird" in entry.form.errors["asked_of"]
    enter(entry.form, asked_of=["mentee", "mentor"])
    entry.add.click()
    assert entry.table.rows[-1]["target"] == "mindestens 60 % sagen Ja"
    model.save()
    goal = bench.run().programme.settings.goals[-1]
    assert (goal.key, goal.target, goal.asked_of) == ("goal-1", 60, ("mentee", "mentor"))
    entry.table.act(str(before), "edit")
    enter(entry.form, answer="text")
    entry.add.click()
    assert model.settings["goals"][-1]["target"] is None
    entry.table.act(str(before), "remove")
    assert len(model.settings["goals"]) == before


def test_what_a_person_judges_is_added_renamed_ordered_taken_out_and_undone(bench, model, view):
    section = open_part(view, "criteria").children[-1]
    entry = section.children[-1]
    enter(entry.form, de=" ", en="Fame")
    entry.add.click()
    assert entry.form.errors["de"]
    for name in ("Ruf", "Zeit"):
        enter(entry.form, de=name)
        entry.add.click()
    enter(entry.form, de="RUF")
    entry.add.click()
    assert "zweimal" in entry.form.errors["de"]
    entry.table.act("zeit", "up")
    assert not entry.table.offers("zeit", "up")
    entry.table.act("ruf", "edit")
    enter(entry.form, de="Guter Ruf")
    entry.add.click()
    assert [row["name"] for row in entry.table.rows] == ["Zeit", "Guter Ruf"]
    assert model.preview.differences[0].after == "Zeit; Guter Ruf"
    model.save()
    stored = [(judged.key, judged.labels["de"]) for judged in bench.run().programme.settings.acquisition]
    assert stored == [("zeit", "Zeit"), ("ruf", "Guter Ruf")]
    entry.table.act("zeit", "remove")
    model.save()
    model.undo()
    assert [judged.key for judged in bench.run().programme.settings.acquisition] == ["zeit", "ruf"]


def test_opinions_on_what_is_not_judged_any_more_are_told_and_come_back(bench, model):
    run = bench.run()
    model.change("acquisition", ({"key": "ruf", "labels": {"de": "Ruf"}},))
    model.save()
    hands = bench.store, bench.actor
    one = prospects.add(*hands, run.id, "Ruth Ahl")
    prospects.judge(*hands, one.id, one.version, "ruf", holds=True)
    model.change("acquisition", ())
    assert any("Ruf" in told and "1 Person" in told for told in model.preview.consequences)


def test_an_entry_is_left_as_it_was(view, model):
    entry = entries(open_part(view, "goals"))
    entry.table.act("0", "edit")
    enter(entry.form, title="Anders")
    entry.cancel.click()
    assert not model.changed
    assert entry.form.values["title"] == ""


# -- roles and log-ins ---------------------------------------------------------------------------------


def test_who_does_not_lead_sees_everything_and_changes_nothing(bench):
    now = service.change_of(bench.store, bench.actor, PROGRAMME)
    bea = acting(bench, "evaluator")
    model = ProgrammeModel(bea, bea.run())
    view = ProgrammeView(model)
    assert "Ihre Rolle ändert hier nichts" in words(view)
    with pytest.raises(ValueError, match="locked"):
        form_with(open_part(view, "general"), "name").edit("name", "Meins")
    for key in ("organisations", "questions", "rules", "calendar", "goals"):
        assert not any(row["actions"] for row in table_in(open_part(view, key)).rows)
    assert "Ihre Rolle zeigt nicht" in words(open_part(view, "people"))
    assert "Rolle „Betrieb“" in words(open_part(view, "begin"))
    model.change("name", "Meins")
    assert model.refused
    assert model.preview is None
    assert service.change_of(bench.store, bench.actor, PROGRAMME) == now


def test_a_log_in_is_given_with_a_link_and_taken_away(view, model, bench):
    bench.accounts.add(bench.actor, "olga", "Olga Betrieb")
    part = open_part(view, "people")
    (entry,) = inside(part, LogInForm)
    enter(entry.form, name="Eva", display="Eva Muster")
    entry.make.click()
    assert "Rolle" in entry.form.errors["role"]
    enter(entry.form, role="organisation")
    entry.make.click()
    assert "Organisation" in entry.form.errors["organisation"]
    enter(entry.form, organisation="Kamen")
    entry.make.click()
    people = entry.people
    assert people.link.startswith("/login?token=")
    assert [link.path for link in inside(part, LinkToCopy)] == [people.link]
    assert "token" not in words(part)  # nothing to click on, which would use it up
    assert bench.accounts.redeem(people.link.partition("=")[2]).id == "eva"
    table = table_in(part)
    row = next(row for row in table.rows if row["name"]["note"] == "eva")
    assert row["scope"] == "Kamen"
    table.act(row["id"], "revoke")
    the(part, "Ja, entfernen").click()
    assert "kann sich nicht mehr anmelden" in model.message
    last = next(row for row in table.rows if row["name"]["note"] == "olga")
    table.act(last["id"], "revoke")
    the(part, "Ja, entfernen").click()
    assert model.refused
    assert [user["name"] for user in people.users()] == ["olga"]


def test_a_lead_lets_people_into_her_own_programme_only(bench):
    bench.accounts.add(bench.actor, "olga", "Olga Betrieb")
    lea = acting(bench, "lead", programme_id=PROGRAMME)
    part = open_part(ProgrammeView(ProgrammeModel(lea, lea.run())), "people")
    (entry,) = inside(part, LogInForm)
    assert set(entry.people.roles) == {"organisation", "evaluator", "analyst"}
    enter(entry.form, name="eva", display="Eva Muster", role="evaluator")
    entry.make.click()
    rows = {row["name"]["note"]: row["actions"] for row in table_in(part).rows}
    assert [a["name"] for a in rows["eva"]] == ["link", "revoke"]
    assert rows["olga"] == []
    bench.accounts.add(bench.actor, "bea", "Bea Leitung")
    olga = ProgrammeModel(bench, bench.run())
    People(olga).let_in("eva", "", "lead", "")  # by whom may give any role: what the lead handed out is void
    assert "Der bisherige Zugang von eva ist beendet" in olga.message
    assert "den neuen Link weiter" in olga.message
    assert bench.accounts.redeem(entry.people.link.partition("=")[2]) is None


# -- beginning -----------------------------------------------------------------------------------------


def test_a_programme_and_the_next_run_are_begun(view, model, bench):
    part = open_part(view, "begin")
    run, programme = inside(part, Form)
    assert run.values["run"] == "2015"
    the(part, "Durchgang anlegen").click()
    assert model.begun == f"{PROGRAMME}/2015"
    enter(programme, like="arts-academy", name="Freiwilligenagentur", run="2027", language="en")
    the(part, "Programm anlegen").click()
    assert "programme?run=freiwilligenagentur%2F2027" in words(part)
    assert {run.id for run in bench.runs} == {RUN, f"{PROGRAMME}/2015", "freiwilligenagentur/2027"}
    enter(programme, like="arts-academy", name="Freiwilligenagentur", run="2028", language="de")
    the(part, "Programm anlegen").click()
    assert "Freiwilligenagentur" in programme.errors["name"]
    enter(programme, like=RUN, name="Kreis Soest", run="2016")
    the(part, "Programm anlegen").click()
    assert bench.run("kreis-soest/2016").programme.preset == PROGRAMME


def test_without_a_run_one_can_only_begin(bench):
    view = ProgrammeView(ProgrammeModel(bench, None))
    assert [key for key, _ in view.tabs.list.tabs] == ["begin"]


@pytest.mark.parametrize(
    ("place", "label", "name"), [(0, "Durchgang anlegen", "2015"), (1, "Programm anlegen", "Kreis Soest")]
)
def test_a_double_click_begins_once_and_says_so(view, model, bench, place, label, name):
    part = open_part(view, "begin")
    form = inside(part, Form)[place]
    if place:
        enter(form, like=RUN, name=name, run="2027", language="de")
    before = len(bench.runs)
    for _ in range(2):
        the(part, label).click()
    assert len(bench.runs) == before + 1
    assert not model.refused
    assert name in model.message
    assert "ist angelegt" in model.message
    assert not any(form.values.values())
    assert not form.errors
    assert model.message in words(part)
    assert the(part, label).disabled
    form.edit("run", "2030")
    assert not the(part, label).disabled


def test_what_was_said_goes_when_one_turns_to_another_part(view, model):
    model.refuse("Please give it a name.")
    view.go("goals")
    assert model.message == ""
    assert not model.refused


def test_a_role_is_taken_only_after_a_question(view, model, bench):
    bench.accounts.add(bench.actor, "olga", "Olga Betrieb")
    bench.accounts.grant(bench.actor, "olga", "analyst", PROGRAMME)
    part = open_part(view, "people")
    table, (question,) = table_in(part), inside(part, RoleQuestion)
    row = next(row for row in table.rows if "analyst" in row["id"])
    table.act(row["id"], "revoke")
    assert "Olga Betrieb" in question.heading.text
    the(question, "Abbrechen").click()
    assert not question.heading.text
    question.yes.click()
    assert row["id"] in {row["id"] for row in table.rows}
    table.act(row["id"], "revoke")
    question.yes.click()
    assert row["id"] not in {row["id"] for row in table.rows}
    assert "Olga Betrieb" in model.message
