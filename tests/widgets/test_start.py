from __future__ import annotations

import datetime as dt

import pytest
from app_people import HOSTILE, RUN, apply, form_tandem, workbench
from mentorkit_widgets.start import StartModel, StartView

from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Grant, Programme
from mentorkit.programme.records import Run as RunRecord
from mentorkit.workbench import Workbench

TODAY = dt.date(2014, 3, 1)


@pytest.fixture
def bench():
    made = workbench()
    yield made
    made.close()


def card_of(bench, today=TODAY):
    (card,) = StartModel(bench, lambda: today).cards
    return card


def page_of(bench):
    return " ".join(part.value for part in StartView(StartModel(bench, lambda: TODAY)).children)


def test_an_empty_run_asks_for_applications(bench):
    card = card_of(bench)
    assert card.stage == "empty"
    assert card.action == ("Bewerbungen aufnehmen", "intake?run=cross-administration%2F2014")


def test_every_stage_says_what_comes_next(bench):
    run = bench.run()
    apply(run, 1, "mentee")
    apply(run, 2, "mentor", "review", codes=["grade_unclear"])
    assert card_of(bench).stage == "intake"
    assert card_of(bench).action[1].startswith("intake?")
    with bench.store.write("anna", "test") as writer:
        from mentorkit.programme.records import Application

        writer.save(writer.get(Application, "A2").with_(status="ok"))
    assert card_of(bench).stage == "matching"
    assert card_of(bench).action[1].startswith("matching?")
    form_tandem(run, "P1", "P2")
    assert card_of(bench).stage == "tandems"
    assert card_of(bench).action[1].startswith("network?")


def test_numbers_are_links_to_the_rows_they_count(bench):
    run = bench.run()
    for number, (role, status) in enumerate(
        [
            ("mentee", "ok"),
            ("mentee", "review"),
            ("mentor", "error"),
            ("mentor", "ineligible"),
            ("mentor", "ok"),
        ],
        start=1,
    ):
        apply(run, number, role, status)
    figures = [(figure.n, figure.href) for figure in card_of(bench).figures]
    here = "run=cross-administration%2F2014"
    assert figures == [
        (5, f"intake?{here}"),
        (2, f"intake?{here}&show=open"),
        (1, f"intake?{here}&show=ineligible"),
    ]
    form_tandem(run, "P1", "P5")
    assert [(figure.n, figure.href) for figure in card_of(bench).figures][3:] == [
        (1, f"matching?{here}"),
        (0, f"matching?{here}"),
    ]
    assert 'href="intake?run=cross-administration%2F2014&amp;show=open"' in page_of(bench)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (dt.date(2014, 3, 18), "Als Nächstes, in 2 Tagen: Gemeinsames Matching"),
        (dt.date(2014, 3, 19), "Als Nächstes, morgen: Gemeinsames Matching"),
        (dt.date(2014, 3, 20), "Heute: Gemeinsames Matching"),
        (dt.date(2016, 1, 1), "der letzte war am 19.03.2015"),
    ],
)
def test_the_calendar_is_told_relative_to_today(bench, today, words):
    assert words in card_of(bench, today).date


def test_a_span_that_goes_on_says_until_when():
    bench = workbench("arts-academy")
    assert "bis 29.05.2015" in card_of(bench, dt.date(2015, 5, 12)).date
    bench.close()


def test_an_empty_calendar_is_said_to_be_empty(bench):
    with bench.store.write("anna", "test") as writer:
        writer.save(writer.get(RunRecord, RUN).with_(calendar=()))
    assert "noch leer" in card_of(bench).date


def test_there_is_one_card_for_each_run_one_has_a_role_in(bench):
    bench.add("party-chapters")
    grant = Grant(id="G1", user_id="bea", role="lead", programme_id="party-chapters")
    beas = Workbench(bench.store, Actor("bea", (grant,)))
    assert len(StartModel(bench).cards) == 2
    assert [card.title for card in StartModel(beas).cards] == [beas.run().title]


def test_a_role_that_sees_no_people_gets_the_calendar_and_no_number(bench):
    apply(bench.run(), 1, "mentee", last_name="Geheim")
    grant = Grant(id="G1", user_id="bea", role="evaluator")
    page = page_of(Workbench(bench.store, Actor("bea", (grant,))))
    assert "Gemeinsames Matching" in page
    assert 'mk-figure"' not in page
    assert "Geheim" not in page
    assert "Ihre Rolle" in page


def test_without_a_run_or_a_role_the_page_says_whom_to_ask(bench):
    empty = workbench()
    with empty.store.write("anna", "test") as writer:
        writer.delete(writer.get(RunRecord, RUN))
    nobody = Workbench(bench.store, Actor("bea", ()))
    for hands, words in ((empty, "noch kein Durchgang"), (nobody, "noch keine Rolle")):
        model = StartModel(hands)
        assert model.cards == ()
        assert words in model.blockers[0]
        assert words in page_of(hands)
    empty.close()


def test_names_that_people_chose_reach_the_page_as_text(bench):
    with bench.store.write("anna", "test") as writer:
        programme = writer.get(Programme, "cross-administration")
        writer.save(programme.with_(name=HOSTILE))
        run = writer.get(RunRecord, RUN)
        entry = run.calendar[2].model_copy(update={"title": HOSTILE})
        writer.save(run.with_(calendar=(entry,)))
    page = page_of(bench)
    assert "<img" not in page
    assert page.count("&lt;img") == 2


def test_a_broken_store_is_told_and_not_raised(bench, monkeypatch):
    from mentorkit.errors import StoreError

    model = StartModel(bench, lambda: TODAY)

    def locked():
        raise StoreError("Die Werkbank ist gesperrt.")

    monkeypatch.setattr(bench.store, "read", locked)
    model.refresh()
    assert model.refused
    assert len(model.cards) == 1
