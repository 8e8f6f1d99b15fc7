from __future__ import annotations

import datetime as dt

import ipywidgets as w
import pytest
from app_people import HOSTILE, RUN, apply, workbench
from mentorkit_widgets.programme import ProgrammeModel
from mentorkit_widgets.programme_view import ProgrammeView

from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Grant
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
    return next(p for p in inside(part) if getattr(p, "description", "") == label)


def words(part):
    return " ".join(p.value for p in inside(part, w.HTML))


def open_part(view, key):
    view.section.value = key
    return view.place.children[0]


def table_in(part):
    return next(p for p in inside(part) if hasattr(p, "rows") and hasattr(p, "act"))


def test_a_field_changes_the_draft_and_not_the_workbench(view, model, bench):
    the(open_part(view, "general"), "Name des Programms").value = "Neuer Name"
    assert model.changed
    assert model.preview is not None
    assert "Neuer Name" in view.changes.told.value
    assert bench.run().programme.name != "Neuer Name"
    view.changes.save.click()
    assert bench.run().programme.name == "Neuer Name"
    assert not model.changed
    view.changes.undo.click()
    assert bench.run().programme.name != "Neuer Name"
    assert the(open_part(view, "general"), "Name des Programms").value == bench.run().programme.name


def test_what_would_no_longer_be_admitted_is_named_before_it_is_saved(view, model, bench):
    entries = {
        "gender": "w",
        "pay_grade": "A 9",
        "qualification": "II. Verwaltungslehrgang",
        "permanent": "ja",
    }
    own = {"first_name": "Eva", "last_name": "Muster1", "organisation": "Kamen", "email": "eva@example.org"}
    apply(bench.run(), 1, "mentee", entries={**own, **entries})
    part = open_part(view, "rules")
    table = table_in(part)
    grade = next(row for row in table.rows if "mindestens 9" in row["rule"])
    table.act(grade["id"], "edit")
    the(part, "Wert").value = "zehn"
    the(part, "Übernehmen").click()
    assert "„zehn“ ist keine Zahl" in words(part)
    the(part, "Wert").value = "10"
    the(part, "Übernehmen").click()
    assert "1 Bewerbung würde nicht mehr zugelassen: Eva Muster1." in view.changes.told.value


def test_weights_that_do_not_sum_up_cannot_be_saved_until_they_do(view, model):
    part = open_part(view, "criteria")
    the(part, "Gemeinsame Themen").value = 700
    assert "Summe: 1.100 von 1.000" in words(part)
    assert "zusammen 1100" in words(part)
    assert view.changes.save.disabled
    assert model.blockers
    the(part, "Gleichmäßig verteilen").click()
    assert [c["weight"] for c in model.settings["criteria"]] == [500, 500]
    assert not view.changes.save.disabled
    view.changes.discard.click()
    assert the(part, "Gemeinsame Themen").value == 600


def test_a_date_that_does_not_exist_is_refused_in_words(view, model, bench):
    part = open_part(view, "calendar")
    the(part, "Was es ist").value = "Gartenfest"
    the(part, "Datum (TT.MM.JJJJ)").value = "31.02.2014"
    the(part, "Hinzufügen").click()
    assert "„31.02.2014“ ist kein Datum" in words(part)
    the(part, "Datum (TT.MM.JJJJ)").value = "01.07.2014"
    the(part, "Hinzufügen").click()
    model.save()
    added = next(e for e in bench.run().record.calendar if e.title == "Gartenfest")
    assert added.day == dt.date(2014, 7, 1)
    days = [entry.day for entry in bench.run().record.calendar]
    assert days == sorted(days)


def test_a_quota_that_is_no_number_is_said_at_its_field(view, model):
    part = open_part(view, "organisations")
    the(part, "Mentees je Organisation, höchstens").value = "drei"
    assert "„drei“ ist keine ganze Zahl" in words(part)
    assert view.changes.save.disabled
    the(part, "Mentees je Organisation, höchstens").value = ""
    assert model.settings["quotas"]["mentees"] is None
    assert not view.changes.save.disabled


def test_a_renamed_organisation_keeps_its_old_name_as_a_spelling(view, model, bench):
    part = open_part(view, "organisations")
    table = table_in(part)
    table.act(next(row["id"] for row in table.rows if row["name"] == "Kamen"), "edit")
    the(part, "Name der Organisation").value = HOSTILE
    the(part, "Übernehmen").click()
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


def test_where_somebody_else_was_quicker_both_versions_are_shown(view, model, bench):
    other = ProgrammeModel(bench, bench.run())
    model.change("name", "Meins")
    other.change("name", "Ihres")
    other.save()
    model.save()
    assert model.refused
    assert [(d.before, d.after) for d in model.stale] == [("Meins", "Ihres")]
    assert "Ihres" in view.changes.told.value
    view.changes.mine.click()
    view.changes.save.click()
    assert bench.run().programme.name == "Meins"


def test_who_does_not_lead_sees_everything_and_changes_nothing(bench):
    bea = Workbench(bench.store, Actor("bea", (Grant(id="G1", user_id="bea", role="evaluator"),)))
    model = ProgrammeModel(bea, bea.run())
    view = ProgrammeView(model)
    assert "Ihre Rolle ändert hier nichts" in words(view)
    assert the(open_part(view, "general"), "Name des Programms").disabled
    for key in ("organisations", "questions", "rules", "calendar"):
        assert not any(row["actions"] for row in table_in(open_part(view, key)).rows)
    assert "Ihre Rolle zeigt nicht" in words(open_part(view, "people"))
    assert "Rolle „Betrieb“" in words(open_part(view, "begin"))
    model.change("name", "Meins")
    assert model.refused
    assert model.preview is None


def test_a_log_in_is_given_with_a_link_and_taken_away(view, model, bench):
    bench.accounts.add(bench.actor, "olga", "Olga Betrieb")
    part = open_part(view, "people")
    the(part, "Benutzername").value, the(part, "Angezeigter Name").value = "eva", "Eva Muster"
    the(part, "Rolle vergeben").click()
    assert model.link.startswith("login?token=")
    assert model.link in words(part)
    assert bench.accounts.redeem(model.link.partition("=")[2]).id == "eva"
    table = table_in(part)
    row = next(row for row in table.rows if row["name"]["note"] == "eva")
    table.act(row["id"], "revoke")
    assert "kann sich nicht mehr anmelden" in model.message
    assert all(user["name"] != "eva" for user in model.users())
    last = next(row for row in table.rows if row["name"]["note"] == "olga")
    table.act(last["id"], "revoke")
    assert model.refused
    assert [user["name"] for user in model.users()] == ["olga"]


def test_a_programme_and_the_next_run_are_begun(view, model, bench):
    part = open_part(view, "begin")
    assert the(part, "Name des Durchgangs").value == "2015"
    the(part, "Durchgang anlegen").click()
    assert model.begun == f"{PROGRAMME}/2015"
    the(part, "Vorlage").value = "arts-academy"
    the(part, "Name des neuen Programms").value = "Freiwilligenagentur"
    the(part, "Name des ersten Durchgangs").value = "2027"
    the(part, "Programm anlegen").click()
    assert "programme?run=freiwilligenagentur%2F2027" in words(part)
    assert {run.id for run in bench.runs} == {RUN, f"{PROGRAMME}/2015", "freiwilligenagentur/2027"}
    the(part, "Programm anlegen").click()
    assert model.refused


def test_without_a_run_one_can_only_begin(bench):
    view = ProgrammeView(ProgrammeModel(bench, None))
    assert list(view.makers) == ["begin"]
