"""What is changed in the app of the programme is kept as a draft, and saved."""

from __future__ import annotations

from app_people import RUN, apply
from mentorkit_widgets.programme.model import APP, ProgrammeModel
from mentorkit_widgets.programme.view import ProgrammeView
from programme_hands import (
    enter,
    entries,
    form_with,
    open_part,
)

from mentorkit.drafts import load_draft
from mentorkit.errors import StoreError
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Grant
from mentorkit.setup import service
from mentorkit.workbench import Workbench


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
