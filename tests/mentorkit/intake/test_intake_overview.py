"""Where an intake stands: the numbers are those of the applications, for every role that looks."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.errors import NotAllowed
from mentorkit.intake.overview import Day, IntakeOverview, draw, finding, over_time, overview, plot, standings
from mentorkit.intake.receipt import Receipt
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Grant, Overruling, Withdrawal
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store
from mentorkit.workbench import Workbench

RUN = "cross-administration/2014"
SETTINGS = load_preset("cross-administration")
AT = dt.datetime(2014, 2, 1, 12, tzinfo=dt.UTC)
DAY = dt.date(2014, 2, 1)
#: A statement that took part, was overruled, or was withdrawn.
OVERRULED, WITHDRAWN = Overruling(by="anna", at=AT, reason="So beraten"), Withdrawal(by="anna", at=AT)
REFUSED = OVERRULED.model_copy(update={"verdict": "refused"})


def application(number, role="mentee", organisation="Kamen", day=None, **more) -> Application:
    answers = {"received": day.isoformat()} if day else {}
    return Application(
        id=f"A{number}", run_id=RUN, person_id=f"P{number}", role=role, first_name="Eva", last_name="Muster",
        organisation=organisation, answers=answers, **more,
    )  # fmt: skip


applications = st.lists(
    st.builds(
        application,
        st.integers(1, 10**6),
        st.sampled_from(("mentee", "mentor")),
        st.sampled_from(("Kamen", "Werne", None)),
        st.none() | st.dates(dt.date(2013, 1, 1), dt.date(2015, 1, 1)),
        status=st.sampled_from(("ok", "review", "ineligible", "error")),
        overruled=st.sampled_from((None, OVERRULED, REFUSED)),
        withdrawn=st.none() | st.just(WITHDRAWN),
    )
)


@given(applications)
def test_everybody_is_counted_once_in_each_view(people):
    days = over_time(people, {a.id: Receipt(DAY, "taken_in") for a in people})
    assert (days[-1].mentees + days[-1].mentors if days else 0) == len(people)
    assert [day.day for day in days] == sorted({day.day for day in days})
    counted = standings(people, SETTINGS, ["Kamen", "Werne"])
    assert sum(s.applied for s in counted) == len(people)
    for s in counted:
        assert s.applied == s.takes_part + s.to_look_at + s.refused + s.withdrawn


def test_an_organisation_that_sent_nobody_is_told_with_its_places():
    (mentees, mentors) = standings([], SETTINGS, ["Kamen"])
    assert (mentees.role, mentees.places, mentees.applied) == ("mentee", 3, 0)
    assert mentors.role == "mentor"


@pytest.fixture
def bench():
    made = Workbench.of(Store.create(), "anna")
    made.add("cross-administration")
    yield made
    made.close()


def store_all(bench, *people):
    from mentorkit.programme.records import Person

    with bench.store.write("anna", "application.take_in") as writer:
        for one in people:
            writer.save(
                Person(id=one.person_id, programme_id="cross-administration", first_name="Eva", last_name="M")
            )
            writer.save(one)


def test_what_tells_no_day_counts_on_the_day_it_was_taken_in(bench):
    bench.store.clock = lambda: AT
    store_all(bench, application(1, day=dt.date(2014, 1, 20)), application(2))
    seen = overview(bench.store, sole_actor(), RUN)
    assert [day.day for day in seen.days] == [dt.date(2014, 1, 20), DAY]
    assert seen.undated == 1


def test_only_what_was_received_after_the_closing_date_is_late(bench):
    closing = overview(bench.store, sole_actor(), RUN).closing
    on_time, late = application(1, day=closing), application(2, day=closing + dt.timedelta(days=1))
    store_all(bench, on_time, late, application(3))
    seen = overview(bench.store, sole_actor(), RUN)
    assert seen.late == 1
    assert "davon 1 nach dem Bewerbungsschluss" in finding(seen)


def test_what_tells_no_day_is_called_neither_late_nor_in_time(bench):
    closing = overview(bench.store, sole_actor(), RUN).closing
    store_all(bench, application(1, day=closing), application(2))
    assert "keine davon nachweislich verspätet" in finding(overview(bench.store, sole_actor(), RUN))


def test_an_organisation_sees_its_own_numbers_only(bench):
    store_all(bench, application(1), application(2, organisation="Werne"))
    officer = Actor("bea", (Grant(id="G1", user_id="bea", role="organisation", organisation="Kamen"),))
    seen = overview(bench.store, officer, RUN)
    assert {s.organisation for s in seen.standings} == {"Kamen"}
    assert seen.total("mentee", "applied") == 1
    analyst = Actor("cem", (Grant(id="G1", user_id="cem", role="analyst"),))
    with pytest.raises(NotAllowed):
        overview(bench.store, analyst, RUN)


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (dt.date(2014, 2, 5), dt.date(2014, 2, 5)),  # the closing date lies ahead
        (dt.date(2014, 6, 1), dt.date(2014, 2, 21)),  # long over: up to where the picture ends
        (dt.date(2014, 1, 10), DAY),  # a file tells a day to come
    ],
)
def test_the_curves_end_today_and_the_closing_date_may_lie_ahead(today, last):
    from matplotlib.figure import Figure

    seen = IntakeOverview(
        dt.date(2014, 2, 21), (Day(dt.date(2014, 1, 31), 1, 0), Day(DAY, 2, 1)), (), today=today
    )
    axes = Figure().subplots()
    plot(axes, seen, dates=3)
    assert {dt.date.fromordinal(int(line.get_xdata()[-1])) for line in axes.lines[:2]} == {last}


def test_the_picture_is_the_same_every_time_and_names_both_roles(bench):
    store_all(bench, application(1, day=DAY), application(2, "mentor", day=DAY))
    seen = overview(bench.store, sole_actor(), RUN)
    for wide in (True, False):
        drawn = draw(seen, wide=wide)
        assert drawn == draw(seen, wide=wide)
        assert re.search(r">Mentorinnen und Mentoren<|>Mentor", drawn)
        assert "Bewerbungsschluss" in drawn
        assert "<script" not in drawn
