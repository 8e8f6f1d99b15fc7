"""What the app says of files that were read agrees with what taking them in does."""

from __future__ import annotations

import pytest
from app_people import workbench
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.view import IntakeView

from mentorkit.examples import sample_files
from mentorkit.intake import memory
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import EarlierTandem, Grant
from mentorkit.workbench import Workbench

HEADINGS = "Vorname;Name;Verwaltung;Geschlecht;Besoldung;Abschluss;Befristung;E-Mail"
TANDEMS = ("tandems_2012.csv", b"Mentee;Mentorin;Jahr\nAnna Hof;Ruth Ahl;2012\n")


def csv(*places, grade="A 10", more="", name="mentees.csv"):
    head = f"{HEADINGS};Quatsch" if more else HEADINGS
    row = "{first};Beispiel;{place};w;{grade};Bachelor;unbefristet;{first}@example.org;{more}"
    rows = [
        row.format(first=first, place=place, grade=grade, more=more).rstrip(";")
        for first, place in zip(("Anna", "Bea", "Cora"), places, strict=False)
    ]
    return name, "\n".join((head, *rows)).encode()


@pytest.fixture
def bench():
    made = workbench()
    yield made
    made.close()


@pytest.fixture
def part(bench):
    return IntakeView(IntakeModel(bench.run())).reading


@pytest.fixture
def officers(bench):
    grant = Grant(id="G1", user_id="bea", role="organisation", organisation="Kamen")
    run = Workbench(bench.store, Actor("bea", (grant,))).run(bench.run().id)
    return IntakeView(IntakeModel(run)).reading


def is_shown(part):
    return part.layout.display != "none"


def test_earlier_tandems_that_are_stored_already_are_nothing_new(part):
    files = [csv("Kamen"), TANDEMS]
    part.upload.choose(files)
    part.confirm.click()
    assert part.model.message == (
        "1 Bewerbung wurde übernommen. 1 Tandem eines früheren Durchgangs wurde übernommen."
    )
    for again in (files, [TANDEMS]):
        part.upload.choose(again)
        assert part.model.message == "Die Dateien sind gelesen; sie ändern nichts."
        assert "ändern nichts" in part.files.value
        assert not is_shown(part.confirm)
        assert not part.model.blockers
        assert part.discard.description == "Schließen"
        part.discard.click()


def test_earlier_tandems_alone_can_be_taken_in(part):
    part.upload.choose([TANDEMS])
    assert part.confirm.description == "1 Tandem eines früheren Durchgangs übernehmen"
    assert not part.confirm.disabled
    assert part.model.message.startswith("1 Tandem eines früheren Durchgangs gelesen")
    part.confirm.click()
    assert part.model.message == "1 Tandem eines früheren Durchgangs wurde übernommen."


def test_the_sample_files_again_change_nothing():
    bench = workbench("cross-company")
    part = IntakeView(IntakeModel(bench.run())).reading
    samples = sample_files("cross-company")
    part.upload.choose([(path.name, path.read_bytes()) for path in samples])
    part.model.confirm()
    part.upload.choose([(path.name, path.read_bytes()) for path in samples])
    assert not is_shown(part.confirm)
    assert part.model.message.startswith("Die Dateien sind gelesen; sie ändern nichts.")
    bench.close()


def test_what_was_changed_is_not_called_taken_in(part):
    part.upload.choose([csv("Kamen", "Kamen")])
    part.confirm.click()
    part.upload.choose([csv("Kamen", "Kamen", "Kamen", grade="A 11")])
    part.confirm.click()
    assert part.model.message == "1 Bewerbung wurde übernommen. 2 Bewerbungen wurden geändert."


def test_a_file_of_other_organisations_only_is_told_in_one_sentence(officers):
    officers.upload.choose([csv("Werne", "Werne")])
    assert officers.model.intake.told(0) == (
        "Diese Datei enthält nur Personen anderer Organisationen; Sie übernehmen nur Bewerbungen für Kamen."
    )
    assert "ändern nichts" not in officers.files.value
    assert "0 " not in officers.model.message
    assert not is_shown(officers.confirm)
    assert not officers.model.blockers
    assert officers.discard.description == "Schließen"


def test_an_officer_is_told_that_earlier_tandems_are_not_hers_to_take_in(officers):
    officers.upload.choose([TANDEMS])
    assert "für alle Organisationen zuständig" in officers.files.value
    assert "schon gespeichert" not in officers.files.value
    assert not is_shown(officers.confirm)


def test_a_row_of_an_organisation_that_nobody_knows_is_named(officers):
    officers.upload.choose([csv("Kamen", "Nirgendwohausen", "Werne")])
    told = officers.model.intake.told(0)
    assert "1 Zeile einer anderen Organisation" in told
    assert "mentees.csv, Zeile 3: „Nirgendwohausen“" in told
    assert "Bea" not in told
    assert "Werne" not in told
    assert len(officers.model.intake.applications) == 1


def test_columns_that_were_left_alone_are_named_with_the_way_to_change_that(part):
    part.upload.choose([csv("Kamen", more="x")])
    assert "Spalte steht für keine" not in part.files.value  # it is asked
    part.mapping.confirm()
    assert "1 Spalte steht für keine Angabe" in part.files.value
    assert "„Quatsch“" in part.files.value
    assert 'href="#mk-mapping"' in part.files.value
    assert 'id="mk-mapping"' in part.details.children[0].value


def test_what_is_remembered_can_be_seen_and_forgotten_though_nothing_was_read(bench):
    memory.remember(*bench_hands(bench), {"Quatsch": "topics"})
    part = IntakeView(IntakeModel(bench.run())).reading
    assert part.model.intake is None
    assert is_shown(part.remembered.more)
    (field,) = part.remembered.form.fields
    part.remembered.form.edit("forget", [key for key, _ in field.pairs])
    part.remembered.forget.click()
    assert not memory.remembered(*bench_hands(bench))
    assert "Quatsch".lower() in part.remembered._said.value
    assert not is_shown(part.remembered.more)


def bench_hands(bench):
    return bench.store, bench.actor, bench.run().id


def test_a_column_that_is_asked_about_is_not_told_to_be_missing_too(part):
    name, content = csv("Kamen")
    part.upload.choose([(name, content.replace(b"E-Mail", b"Quatsch"))])
    assert [question.heading for question in part.mapping.questions] == ["Quatsch"]
    assert "Es fehlt eine Spalte" not in part.files.value
    part.mapping.answer("heading:quatsch", "")
    part.mapping.confirm()
    assert "Es fehlt eine Spalte für: E-Mail" in part.files.value


def test_nothing_is_taken_in_by_a_guess_while_a_question_is_open(part, bench):
    part.upload.choose([csv("Kamen", more="x")])
    assert part.confirm.disabled
    assert "Danach lassen sich die Bewerbungen übernehmen." in part.files.value
    part.model.confirm()
    assert "zuerst die Fragen" in part.model.message
    assert not bench.run().application_records
    part.mapping.confirm()
    assert not part.confirm.disabled
    part.confirm.click()
    assert len(bench.run().application_records) == 1


def test_tandems_without_a_run_are_taken_in_and_get_it_when_the_file_is_read_again(part, bench):
    file = ("tandems.csv", b"Mentee;Mentorin\nAnna Hof;Ruth Ahl\nBea Ott;Ida Eck\n")
    part.upload.choose([csv("Kamen"), file])
    assert [question.kind for question in part.mapping.questions] == ["year"]
    assert not part.confirm.disabled
    part.confirm.click()
    assert len(bench.run().application_records) == 1
    part.upload.choose([file])
    (question,) = part.mapping.questions
    part.mapping.answer(question.key, "2012")
    part.mapping.confirm()
    assert part.confirm.description == "2 Tandems früherer Durchgänge übernehmen"
    part.confirm.click()
    with bench.store.read() as reader:
        assert [tandem.year for tandem in reader.all(EarlierTandem)] == ["2012", "2012"]


@pytest.mark.parametrize("said", ["yes", "no"])
def test_that_a_file_replaces_another_is_asked_first_and_told_after(part, said):
    part.upload.choose([csv("Kamen", "Kamen", "Kamen")])
    part.confirm.click()
    part.upload.choose([csv("Kamen", "Kamen", grade="A 11", name="mentees_neu.csv")])
    assert [question.kind for question in part.mapping.questions] == ["replaces"]
    assert "neuere" not in part.files.value
    assert "Nicht mehr in dieser Datei" not in part.files.value
    part.mapping.answer("replaces:0", said)
    part.mapping.confirm()
    told = "Das ist ein neuerer Stand von „mentees.csv“" in part.files.value
    gone = "Nicht mehr in dieser Datei: Cora Beispiel" in part.files.value
    assert told == gone == (said == "yes")


def test_taking_back_names_what_is_taken_back(part):
    part.upload.choose([csv("Kamen", more="x")])
    assert not is_shown(part.undo)
    part.mapping.confirm()
    assert part.undo.description == "Zurücknehmen: Antworten zu den Dateien"
    part.model.selected = part.model.applications[0].id
    part.model.turn_down("geht in Rente")
    assert part.undo.description == "Zurücknehmen: Entscheidung über Anna Beispiel"
    part.model.drop()
    assert part.undo.description == "Zurücknehmen: Weglassen von Anna Beispiel"
    part.undo.click()
    assert part.model.message == "Zurückgenommen: Weglassen von Anna Beispiel."
    assert part.undo.description == "Zurücknehmen: Entscheidung über Anna Beispiel"
    part.discard.click()
    assert part.undo.description == "Zurücknehmen: Verwerfen"
