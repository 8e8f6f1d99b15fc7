from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.errors import NotAllowed
from mentorkit.overview import next_entry, overview
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Grant, Overruling, Person, Programme, Run, Tandem
from mentorkit.programme.settings import CalendarEntry, load_preset
from mentorkit.store import Store

RUN, PROGRAMME = "cross-administration/2014", "cross-administration"
TODAY = dt.date(2014, 3, 1)
PEOPLE = (
    ("mentee", "Kamen", "ok", False),
    ("mentee", "Werne", "ineligible", True),
    ("mentee", "Werne", "ineligible", False),
    ("mentor", "Kamen", "review", False),
    ("mentor", "Werne", "error", False),
    ("mentor", "Werne", "ok", False),
    ("mentor", "Kamen", "ok", False),
)


@pytest.fixture
def store():
    made = Store.create(":memory:")
    settings = load_preset(PROGRAMME)
    decision = Overruling(by="anna", at=dt.datetime(2014, 3, 1, tzinfo=dt.UTC), reason="gleichwertig")
    with made.write("anna", "test") as writer:
        writer.save(Programme(id=PROGRAMME, name="Kreis", preset=PROGRAMME, settings=settings))
        writer.save(Run(id=RUN, programme_id=PROGRAMME, name="2014", calendar=settings.run.calendar))
        for number, (role, organisation, status, overruled) in enumerate(PEOPLE, start=1):
            person = Person(id=f"P{number}", programme_id=PROGRAMME, first_name="A", last_name=str(number))
            writer.save(person)
            writer.save(
                Application(
                    id=f"A{number}",
                    run_id=RUN,
                    person_id=person.id,
                    role=role,
                    first_name="A",
                    last_name=str(number),
                    organisation=organisation,
                    status=status,
                    overruled=decision if overruled else None,
                )
            )
    yield made
    made.close()


def form_a_tandem(store):
    with store.write("anna", "test") as writer:
        writer.save(
            Tandem(
                id="T1", run_id=RUN, mentee_id="P1", mentor_id="P6", score=700, contributions={"topics": 700}
            )
        )
        run = writer.get(Run, RUN)
        writer.save(run.with_(approved_at=dt.datetime(2014, 3, 20, tzinfo=dt.UTC)))


def actor_with(role, organisation=None):
    return Actor("bea", (Grant(id="G1", user_id="bea", role=role, organisation=organisation),))


def test_the_lead_sees_all_numbers(store):
    seen = overview(store, sole_actor("anna"), RUN, TODAY)
    assert (seen.applications, seen.doubtful, seen.refused) == (7, 2, 1)
    assert (seen.tandems, seen.without_partner) == (None, None)


def test_once_tandems_are_formed_who_has_no_partner_is_counted(store):
    form_a_tandem(store)
    seen = overview(store, sole_actor("anna"), RUN, TODAY)
    assert (seen.tandems, seen.without_partner) == (1, 2)


def test_an_organisation_counts_its_own_people_only(store):
    form_a_tandem(store)
    seen = overview(store, actor_with("organisation", "Kamen"), RUN, TODAY)
    assert (seen.applications, seen.doubtful, seen.refused) == (3, 1, 0)
    assert (seen.tandems, seen.without_partner) == (1, 1)
    assert overview(store, actor_with("organisation", "Lünen"), RUN, TODAY).tandems == 0


def test_a_role_that_sees_no_applications_gets_no_numbers(store):
    seen = overview(store, actor_with("evaluator"), RUN, TODAY)
    assert (seen.applications, seen.doubtful, seen.refused, seen.tandems) == (None,) * 4
    assert seen.next_entry is not None


def test_without_a_role_nothing_is_shown(store):
    with pytest.raises(NotAllowed):
        overview(store, Actor("nobody", ()), RUN, TODAY)


def test_the_next_date_follows_the_calendar(store):
    seen = {
        day: overview(store, sole_actor("anna"), RUN, day).next_entry for day in (TODAY, dt.date(2016, 1, 1))
    }
    assert seen[TODAY].key == "matching"
    assert seen[dt.date(2016, 1, 1)] is None


DAYS = st.dates(dt.date(2014, 1, 1), dt.date(2014, 12, 31))
ENTRIES = st.builds(
    lambda day, length: CalendarEntry(
        key="k", title="t", day=day, until=day + dt.timedelta(length) if length else None
    ),
    DAYS,
    st.integers(0, 40),
)


@given(st.lists(ENTRIES, max_size=6), DAYS)
def test_the_next_date_is_never_over_and_none_comes_before_it(calendar, today):
    chosen = next_entry(calendar, today)
    ahead = [entry for entry in calendar if entry.last_day >= today]
    assert (chosen is None) == (not ahead)
    if chosen is not None:
        assert chosen.last_day >= today
        assert chosen.day == min(entry.day for entry in ahead)
