from __future__ import annotations

import datetime as dt
import re

import pytest
from app_people import HOSTILE, RUN, apply, form_tandem, workbench
from mentorkit_widgets.intake.app import IntakeModel
from mentorkit_widgets.start.app import FEW, StartModel, StartView
from mentorkit_widgets.start.words import how_far

from mentorkit.intake import service
from mentorkit.language import Voice, set_default_voice
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Grant, Programme, Source
from mentorkit.programme.records import Run as RunRecord
from mentorkit.setup import begin
from mentorkit.workbench import Workbench

TODAY = dt.date(2014, 3, 1)
HERE = "run=cross-administration%2F2014"


@pytest.fixture
def bench():
    made = workbench()
    yield made
    made.close()


def view_of(bench, today=TODAY):
    return StartView(StartModel(bench, lambda: today))


def cards_of(bench, today=TODAY):
    return view_of(bench, today).cards.value


def due_of(bench, today=TODAY):
    return view_of(bench, today).due.value


def hands_of(bench, role, organisation=None, programme=None):
    grant = Grant(id="G1", user_id="bea", role=role, programme_id=programme, organisation=organisation)
    return Workbench(bench.store, Actor("bea", (grant,), "Bea"))


def figures_in(page):
    found = re.findall(r'<a class="mk-figure[^"]*" href="([^"]*)"><strong>(\d+)</strong>', page)
    return [(int(n), href.replace("&amp;", "&")) for href, n in found]


def change(bench, record_id, **values):
    with bench.store.write("anna", "test") as writer:
        writer.save(writer.get(Application, record_id).with_(**values))


def people(run):
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


def test_every_stage_says_what_comes_next(bench):
    run = bench.run()
    assert f'href="intake?{HERE}">Bewerbungen aufnehmen</a>' in cards_of(bench)
    apply(run, 1, "mentee")
    apply(run, 2, "mentor", "review", codes=["grade_unclear"])
    assert f'href="intake?{HERE}&amp;show=open">Fragliche Bewerbungen ansehen</a>' in cards_of(bench)
    change(bench, "A2", status="ok")
    assert f'href="matching?{HERE}">' in cards_of(bench)
    form_tandem(run, "P1", "P2")
    assert f'href="network?{HERE}">' in cards_of(bench)
    assert f'href="reports?{HERE}">' in cards_of(bench, dt.date(2016, 1, 1))


def test_numbers_are_links_to_the_rows_they_count(bench):
    run = bench.run()
    people(run)
    assert figures_in(cards_of(bench)) == [
        (5, f"intake?{HERE}&show=all"),
        (2, f"intake?{HERE}&show=open"),
        (1, f"intake?{HERE}&show=ineligible"),
    ]
    form_tandem(run, "P1", "P5")
    apply(run, 6, "mentor")
    assert figures_in(cards_of(bench))[3:] == [
        (1, f"matching?{HERE}&show=tandems"),
        (1, f"matching?{HERE}&show=left"),
    ]


@pytest.mark.parametrize("show", ["all", "open", "ineligible"])
def test_the_intake_shows_as_many_rows_as_the_number_said(bench, show):
    run = bench.run()
    people(run)
    said = {href.split("show=")[1]: n for n, href in figures_in(cards_of(bench))}
    model = IntakeModel(run)
    model.point_at({"show": show})
    assert len(model.rows) == said[show]


def test_who_has_no_partner_is_named_and_linked(bench):
    run = bench.run()
    people(run)
    assert "Wer ohne Tandem bleibt" in cards_of(bench)
    form_tandem(run, "P1", "P5")
    assert "Alle, die teilnehmen" in cards_of(bench)
    apply(run, 6, "mentor", last_name="Allein", organisation="Werne")
    page = cards_of(bench)
    assert f'<a href="intake?{HERE}&amp;application=A6">Eva Allein</a>' in page
    assert "Mentorin oder Mentor, Werne" in page
    model = IntakeModel(run)
    model.point_at({"application": "A6"})
    assert model.application.last_name == "Allein"


def test_of_very_many_without_partner_the_rest_is_counted(bench):
    run = bench.run()
    people(run)
    form_tandem(run, "P1", "P5")
    for number in range(6, 19):
        apply(run, number, "mentor")
    page = cards_of(bench)
    assert page.count("application=") == 10
    assert "und 3 weitere" in page


def test_an_organisation_finds_on_the_page_what_the_matching_does_not_show_her(bench):
    run = bench.run()
    apply(run, 1, "mentee", organisation="Kamen", last_name="Kamener")
    apply(run, 2, "mentor", organisation="Lünen", last_name="Partner")
    apply(run, 3, "mentor", organisation="Kamen", last_name="Allein")
    apply(run, 4, "mentor", organisation="Werne", last_name="Fremd")
    form_tandem(run, "P1", "P2")
    page = cards_of(hands_of(bench, "organisation", "Kamen"))
    assert [href for _, href in figures_in(page)][3:] == [
        "#tandems-cross-administration-2014",
        "#alone-cross-administration-2014",
    ]
    assert "Eva Kamener mit Eva Partner" in page
    assert "Eva Allein" in page
    assert "Fremd" not in page
    for anchor in ("tandems", "alone"):
        assert f'id="{anchor}-cross-administration-2014"' in page
    assert "matching?" not in page
    assert "network?" not in page


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (dt.date(2014, 3, 18), "Als Nächstes: Gemeinsames Matching"),
        (dt.date(2014, 3, 18), "Do. 20.03.2014, in 2 Tagen"),
        (dt.date(2014, 3, 19), "20.03.2014, morgen"),
        (dt.date(2014, 3, 20), "Heute: Gemeinsames Matching"),
        (dt.date(2016, 1, 1), "der letzte war am 19.03.2015"),
    ],
)
def test_the_calendar_is_told_relative_to_today(bench, today, words):
    assert words in cards_of(bench, today)


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "heute"), (1, "morgen"), (-1, "gestern"), (40, "in 40 Tagen"), (-91, "vor 3 Monaten"),
     (365, "in 12 Monaten")],
)  # fmt: skip
def test_how_far_off_a_day_is(days, words):
    assert how_far(TODAY + dt.timedelta(days), TODAY) == words


def test_a_span_that_goes_on_says_until_when():
    bench = workbench("arts-academy")
    assert "bis 29.05.2015" in cards_of(bench, dt.date(2015, 5, 12))
    bench.close()


def test_an_empty_calendar_is_said_to_be_empty(bench):
    with bench.store.write("anna", "test") as writer:
        writer.save(writer.get(RunRecord, RUN).with_(calendar=()))
    page = cards_of(bench)
    assert "noch leer" in page
    assert "mk-year" not in page


def test_the_line_of_the_year_has_a_text_and_its_dates_stand_below(bench):
    page = cards_of(bench)
    label = re.search(r'class="mk-year" role="img" aria-label="([^"]+)"', page).group(1)
    assert "13.01.2014 bis 19.03.2015" in label
    assert "Phase „Matching“" in label
    assert "2 von 9 Terminen liegen zurück" in label
    assert page.count('<li class="mk-past">') == 2
    assert page.count('<li class="mk-ahead">') == 7
    assert "15.05.2014" in page


def test_what_is_due_is_told_over_all_runs_most_urgent_first(bench):
    bench.add("party-chapters")
    run = bench.run("cross-administration/2014")
    apply(run, 1, "mentee", "review")
    view = view_of(bench)
    assert [seen.run.id for seen in view.model.runs] == ["party-chapters/2008/09", RUN]
    assert view.due.value.index("Alle Termine dieses Durchgangs") < view.due.value.index("1 fragliche")
    assert "überfällig seit 28.02.2014" in view.due.value
    assert "Mentoring im Landesverband 2008/09" in view.due.value


def test_with_one_run_its_name_stands_on_the_card_only(bench):
    assert "Kreis Unna" not in due_of(bench)
    assert "Kreis Unna" in cards_of(bench)


def test_there_is_one_card_for_each_run_one_has_a_role_in(bench):
    bench.add("party-chapters")
    assert cards_of(bench).count("mk-run-card") == 2
    page = cards_of(hands_of(bench, "lead", programme="party-chapters"))
    assert page.count("mk-run-card") == 1
    assert "Landesverband" in page


def test_each_card_speaks_as_its_programme_does(bench):
    bench.add("cross-company")
    for run, start in ((bench.run(RUN), 1), (bench.run("cross-company/2021"), 5)):
        apply(run, start, "mentee")
        apply(run, start + 1, "mentor")
        apply(run, start + 2, "mentor")
        form_tandem(run, f"P{start}", f"P{start + 1}")
    page = cards_of(bench)
    assert "Mentor*in" in page
    assert "Mentorin oder Mentor, Kamen" in page


def test_the_latest_changes_are_told_and_more_on_demand(bench):
    run = bench.run()
    apply(run, 1, "mentee", last_name="Muster")
    days = [dt.datetime(2014, 2, day, 8, tzinfo=dt.UTC) for day in range(1, FEW + 4)]
    for day in days:
        bench.store.clock = lambda day=day: day
        with bench.store.write("anna", "application.mend") as writer:
            writer.save(writer.get(Application, "A1").with_(notes=(str(day),)))
    view = view_of(bench)
    assert view.changes.value.count("<li>") == FEW
    assert "anna hat die Bewerbung von Eva Muster berichtigt." in view.changes.value
    assert view.toggle.description == "Weitere Änderungen zeigen"
    view.toggle.click()
    assert view.changes.value.count("<li>") == FEW + 4  # and that the run was set up
    view.toggle.click()
    assert view.changes.value.count("<li>") == FEW


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("form", "anna hat die Bewerbung von Ida Ohm eingetragen."),
        ("link", "Ida Ohm hat sich über ein Formular beworben (anna)."),
    ],
)
def test_who_is_entered_by_hand_did_not_send_a_form(bench, kind, told):
    entries = {"first_name": "Ida", "last_name": "Ohm", "organisation": "Kamen"}
    service.enter(bench.store, bench.actor, bench.run().id, "mentor", entries, source=Source(kind=kind))
    assert told in view_of(bench).changes.value


def test_a_change_stands_under_its_own_run_and_one_of_the_programme_under_no_run(bench):
    begin.next_run(bench.store, bench.actor, bench.run().id, "2030")
    with bench.store.write("anna", "programme.change") as writer:
        programme = writer.get(Programme, "cross-administration")
        writer.save(programme.with_(name="Cross-Mentoring"))
    told = re.findall(r"<li>.*?</li>", view_of(bench).changes.value)
    begun = next(item for item in told if "Durchgang" in item and "2030" in item)
    assert "Cross-Mentoring 2030</span>" in begun
    assert "<span>Cross-Mentoring</span>" in next(item for item in told if "Programm" in item)


def test_an_organisation_is_told_of_no_change_to_others(bench):
    run = bench.run()
    apply(run, 1, "mentee", organisation="Werne", last_name="Fremd")
    with bench.store.write("anna", "application.mend") as writer:
        writer.save(writer.get(Application, "A1").with_(notes=("n",)))
    view = view_of(hands_of(bench, "organisation", "Kamen"))
    assert view.changes.value == ""
    assert view.toggle.layout.display == "none"


def test_a_role_that_sees_no_people_gets_the_calendar_and_no_number(bench):
    apply(bench.run(), 1, "mentee", last_name="Geheim")
    view = view_of(hands_of(bench, "evaluator"))
    page = view.cards.value + view.due.value + view.changes.value
    assert "Gemeinsames Matching" in page
    assert "<strong>" not in page
    assert "Geheim" not in page
    assert "Ihre Rolle" in page


def test_without_a_run_or_a_role_the_page_says_whom_to_ask(bench):
    empty = workbench()
    with empty.store.write("anna", "test") as writer:
        writer.delete(writer.get(RunRecord, RUN))
    nobody = Workbench(bench.store, Actor("bea", ()))
    for hands, words in ((empty, "noch kein Durchgang"), (nobody, "noch keine Rolle")):
        view = view_of(hands)
        assert view.model.runs == ()
        assert words in view.model.blockers[0]
        assert view.cards.value == ""
    empty.close()


def test_names_that_people_chose_reach_the_page_as_text(bench):
    with bench.store.write("anna", "test") as writer:
        programme = writer.get(Programme, "cross-administration")
        writer.save(programme.with_(name=HOSTILE))
        run = writer.get(RunRecord, RUN)
        entry = run.calendar[2].model_copy(update={"title": HOSTILE})
        writer.save(run.with_(calendar=(entry,)))
    for number, role in enumerate(("mentee", "mentor", "mentor"), start=1):
        apply(bench.run(), number, role, last_name=HOSTILE, organisation=HOSTILE)
    with bench.store.write(HOSTILE, "application.overrule", HOSTILE) as writer:
        writer.save(writer.get(Application, "A1").with_(notes=("n",)))
    form_tandem(bench.run(), "P1", "P2")
    view = view_of(bench)
    for part in (view.cards, view.due, view.changes):
        assert "<img" not in part.value
        assert "&lt;img" in part.value


def test_the_page_speaks_english(bench):
    set_default_voice(Voice("en"))
    apply(bench.run(), 1, "mentee", "review")
    view = view_of(bench)
    assert "1 doubtful application to look at" in view.due.value
    assert "overdue since 28 Feb 2014" in view.due.value
    assert "Latest changes" in view.changes.value


def test_a_broken_store_is_told_and_not_raised(bench, monkeypatch):
    from mentorkit.errors import StoreError

    model = StartModel(bench, lambda: TODAY)

    def locked():
        raise StoreError("Die Werkbank ist gesperrt.")

    monkeypatch.setattr(bench.store, "read", locked)
    model.refresh()
    assert model.refused
    assert len(model.runs) == 1


@pytest.mark.parametrize(("today", "drawn"), [(dt.date(2014, 3, 20), 1), (dt.date(2030, 1, 1), 0)])
def test_today_is_drawn_where_it_lies_and_not_at_all_beyond_the_year(bench, today, drawn):
    view = StartView(StartModel(bench, lambda: today))
    assert view.cards.value.count('class="mk-today') == drawn
