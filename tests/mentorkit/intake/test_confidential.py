"""Columns with what is said in confidence: for the programme lead alone, whoever takes in or mends."""

from __future__ import annotations

import json

import pytest
from making import as_xlsx

from mentorkit.intake import actions, service
from mentorkit.intake.export import to_xlsx
from mentorkit.intake.headings import confidential
from mentorkit.intake.sheets import read_files
from mentorkit.intake.trail import history_of
from mentorkit.intake.trail import undo as undo_change
from mentorkit.matching.conflicts import named
from mentorkit.overview.changes import changes
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Grant, NamedConflict
from mentorkit.store import Store
from mentorkit.workbench import Workbench

HEADS = ["Vorname", "Nachname", "Organisation", "E-Mail", "Kein Tandem mit", "Name der Führungskraft"]
ANNA = ["Anna", "Arndt", "Kamen", "anna@example.org", "Ben Bach", "Eva Ernst"]
BEA = ["Bea", "Bender", "Kamen", "bea@example.org", "keine", "–"]


def acting(role, organisation=None):
    return Actor(role, (Grant(id="G", user_id=role, role=role, organisation=organisation),))


LEAD, HERS, PROTECTION = acting("lead"), acting("organisation", "Kamen"), acting("data-protection")


@pytest.fixture
def bench():
    made = Workbench.of(Store.create(), "me")
    made.add("cross-administration")
    yield made
    made.close()


def take_in(bench, actor=LEAD, rows=(ANNA, BEA), heads=HEADS, name="a.xlsx"):
    data = as_xlsx([("Mentees", [heads, *rows])])
    return service.intake(bench.store, actor, bench.run().id, [(name, data)])


def told(bench):
    found = named(bench.store, LEAD, bench.run().id)
    return sorted((s.by.name, s.conflict.kind, s.conflict.text) for s in found)


BOTH = [("Anna Arndt", "line_manager", "Eva Ernst"), ("Anna Arndt", "not_with", "Ben Bach")]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        (heading, "not_with")
        for heading in (
            "Kein Tandem mit", "Kein Tandem mit:", "Kein Tandem mit (vertraulich)", "Bitte nicht mit",
            "Kein Tandem gewünscht mit", "Mit wem möchten Sie kein Tandem?", "Nicht gewünschte Mentorin",
            "Ausgeschlossene Mentoren", "Wer soll nicht Ihre Mentorin sein?", "Unerwünschte Mentoren",
            "Ausschluss",
            "Ausschlusswunsch", "Mentor, den ich nicht möchte", "Befangenheit", "Interessenkonflikt",
            "Konflikte",
            "Kein Tandem mit folgenden Personen", "No tandem with", "Conflict of interest", "Ausschlüsse",
        )
    ]
    + [
        (heading, "line_manager")
        for heading in (
            "Name der Führungskraft", "Ihre Führungskraft", "Direkte/r Vorgesetzte/r", "Name Vorgesetzte",
            "direkte Führungskraft", "Vorgesetzte/r (Name)", "Unmittelbare Vorgesetzte", "Line manager name",
            "Name des Vorgesetzten",
        )
    ]
    + [
        (heading, "")
        for heading in (
            "E-Mail der Vorgesetzten", "Telefon Vorgesetzte", "Vorgesetzter", "Führungskraft", "Interessen",
            "Vorgesetztenfunktion", "Wunschmentorin 1", "Ausschlussfrist", "Line manager", "Mentor", "Tandem",
        )
    ],
)  # fmt: skip
def test_what_is_said_in_confidence_is_known_by_its_heading(heading, kind):
    assert confidential(heading) == kind


def test_the_lead_takes_in_what_was_named_and_nothing_of_nobody(bench):
    take_in(bench)
    assert told(bench) == BOTH


def test_several_columns_of_the_kind_are_all_taken(bench):
    take_in(bench, rows=([*ANNA[:5], "Cem Celik"],), heads=[*HEADS[:5], "Befangenheit"])
    assert told(bench) == [("Anna Arndt", "not_with", "Ben Bach; Cem Celik")]


def test_nobody_sees_it_in_an_application_an_export_a_history_or_the_latest_changes(bench):
    result = take_in(bench)
    (anna, _) = bench.run().application_records
    service.mend(bench.store, LEAD, anna.id, {"department": "Amt 50"}, anna.version)
    run_id, seen = bench.run().id, [json.dumps(result.to_json()["rows"], default=str)]
    for actor in (LEAD, HERS, PROTECTION):
        seen += [a.model_dump_json() for a in service.applications(bench.store, actor, run_id)]
        seen += [str(read_files([("a.xlsx", to_xlsx(bench.store, actor, run_id))])[0].sheets)]
        seen += [str(history_of(bench.store, actor, anna.id)), str(changes(bench.store, actor, 50))]
    with bench.store.read() as reader:
        seen += [str(reader.trail())]
    for text in seen:
        assert not [word for word in ("Ben Bach", "Eva Ernst", "Kein Tandem mit") if word in text]
    assert "Bach" not in bench.run().applications.to_csv()


def test_mending_undoing_refusing_and_reading_again_keep_it(bench):
    take_in(bench)
    (anna, _) = bench.run().application_records
    mended = service.mend(bench.store, HERS, anna.id, {"department": "Amt 50"}, anna.version)
    undone = undo_change(bench.store, HERS, anna.id, mended.version)
    service.mend(bench.store, HERS, anna.id, {"first_name": "Annabell"}, undone.version)
    bench.run().intake([("again.xlsx", bench.run().export())])
    for name in ("a.xlsx", "b.xlsx"):
        take_in(bench, name=name)
    assert [text for *_, text in told(bench)] == ["Eva Ernst", "Ben Bach"]


def test_whoever_is_not_the_lead_takes_in_none_of_it_and_takes_none_away(bench):
    result = take_in(bench, HERS)
    assert told(bench) == []
    assert "nur von der Programmleitung" in (result.files[0].message or "")
    assert "Ben Bach" not in str([a.model_dump() for a in bench.run().application_records])
    take_in(bench)  # the same file, by the lead
    assert told(bench) == BOTH
    take_in(bench, HERS, rows=([*ANNA[:4], "", ""], [*BEA[:4], "Dora Dorn", ""]), name="c.xlsx")
    assert told(bench) == BOTH


def test_it_goes_with_the_application_when_it_is_withdrawn_or_belongs_to_another_person(bench):
    take_in(bench)
    (anna, _) = bench.run().application_records
    actions.withdraw(bench.store, LEAD, anna.id, "", anna.version)
    assert told(bench) == BOTH
    with bench.store.read() as reader:
        assert {c.application_id for c in reader.all(NamedConflict)} == {anna.id}
        assert reader.get(Application, anna.id).withdrawn


def test_an_intake_that_waits_keeps_it_for_the_lead(bench):
    from mentorkit.intake.intake import Intake

    data = as_xlsx([("Mentees", [HEADS, ANNA])])
    store, run_id = bench.store, bench.run().id
    waiting = service.intake(store, LEAD, run_id, [("a.xlsx", data)], commit=False)
    context = service.context_of(store, LEAD, run_id)
    service.commit(
        store, LEAD, run_id, Intake.from_draft(json.loads(json.dumps(waiting.to_draft())), context)
    )
    assert told(bench) == BOTH
