"""Who may what in the app of the programme, log-ins, and beginning runs."""

from __future__ import annotations

import pytest
from app_people import RUN
from mentorkit_widgets.components.form import Form
from mentorkit_widgets.components.link import LinkToCopy
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.people import LogInForm, People, RoleQuestion
from mentorkit_widgets.programme.view import ProgrammeView
from programme_hands import (
    PROGRAMME,
    acting,
    enter,
    form_with,
    inside,
    open_part,
    table_in,
    the,
    words,
)

from mentorkit.setup import service


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
    assert people.link.startswith("invitation?token=")
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
    enter(entry.form, name="eva", display="Eva Muster", role="analyst")
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
