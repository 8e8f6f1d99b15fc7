"""What two people settled, on paper."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from pypdf import PdfReader

from mentorkit.errors import NotAllowed, NotFound
from mentorkit.matching.one_by_one import LONGEST
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Grant, Person
from mentorkit.reports.settlement import file_name, paper
from mentorkit.store import Store
from mentorkit.workbench import Workbench

TOLD = {
    "expectations": "Offenheit auch zu *Schwächen* #eval",
    "time": "Einmal im Monat",
    "content": "Probespiele",
}


@pytest.fixture
def run():
    bench = Workbench.of(Store.create(), "anna")
    bench.store.clock = lambda: dt.datetime(2015, 5, 12, 10, tzinfo=dt.UTC)
    run = bench.add("arts-academy")
    programme_id = run.record.programme_id
    with bench.store.write("anna", "test") as writer:
        for key, role, first, last in (("P1", "mentee", "Ines", "Wulf"), ("P2", "mentor", "Jan", "Özdemir")):
            names = {"first_name": first, "last_name": last}
            writer.save(Person(id=key, programme_id=programme_id, **names))
            writer.save(Application(id=f"A{key}", run_id=run.id, person_id=key, role=role, **names))
    yield run
    bench.close()


def printed(run, **parts):
    found = run.write_down("P1", "P2", **{**TOLD, **parts})
    return paper(run.bench.store, run.bench.actor, run.id, found.id)


def text_of(content):
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_it_says_who_settled_what_and_has_two_lines_to_sign(run):
    (text,) = text_of(printed(run))
    assert "Unsere Absprache" in text
    assert "Ines Wulf (Mentee) und Jan Özdemir (Mentor_in) haben dies abgesprochen" in text
    for part in ("Erwartungen", "Zeit", "Inhalte", *TOLD.values()):
        assert part in text
    assert text.count("Ort, Datum, Unterschrift") == 2
    assert "Festgehalten am 12. Mai 2015" in text


def test_the_longest_texts_fit_on_one_page_and_a_draft_leaves_room(run):
    long = ("Wir arbeiten an Probespielen und Bewerbungen. " * 40)[:LONGEST]
    assert len(text_of(printed(run, expectations=long, time=long, content=long))) == 1
    (text,) = text_of(printed(run, content="", expectations=""))
    assert "Inhalte" in text


def test_it_speaks_the_language_and_style_of_the_programme(run):
    programme = run.programme
    with run.bench.store.write("anna", "test") as writer:
        english = programme.settings.model_copy(update={"language": "en"})
        writer.save(programme.with_(settings=english))
    assert "What we settled" in text_of(printed(run))[0]


def test_the_same_settlement_gives_the_same_bytes(run):
    assert printed(run) == printed(run)


def test_only_who_may_read_it_prints_it(run):
    found = run.write_down("P1", "P2", **TOLD)
    analyst = Actor("x", (Grant(id="G1", user_id="x", role="analyst"),))
    with pytest.raises(NotAllowed):
        paper(run.bench.store, analyst, run.id, found.id)
    with pytest.raises(NotFound):
        paper(run.bench.store, run.bench.actor, run.id, "S0")


def test_the_file_is_called_by_both_names_without_signs():
    assert file_name("Ines Wulf", "Jan Özdemir/..") == "absprache-ines-wulf-jan-oezdemir.pdf"
