from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.errors import NotAllowed
from mentorkit.overview import by_urgency, changes, due, overview, overviews, year
from mentorkit.overview.runs import next_entry
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Grant, Overruling, Person, Programme, Run, Tandem
from mentorkit.programme.settings import CalendarEntry, Limits, Quotas, load_preset
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


def counts(seen):
    return len(seen.applications), len(seen.doubtful), len(seen.refused)


def ids(seen):
    pairs = [f"{mentee.id}-{mentor.id}" for mentee, mentor in seen.tandems]
    return pairs, [person.id for person in seen.without_partner]


def actor_with(role, organisation=None):
    return Actor("bea", (Grant(id="G1", user_id="bea", role=role, organisation=organisation),))


def test_the_lead_sees_all_numbers(store):
    seen = overview(store, sole_actor("anna"), RUN, TODAY)
    assert counts(seen) == (7, 2, 1)
    assert (seen.tandems, seen.without_partner) == (None, None)


def test_whom_a_person_refused_is_refused_and_no_longer_doubtful(store):
    decision = Overruling(
        by="anna", at=dt.datetime(2014, 3, 1, tzinfo=dt.UTC), reason="zieht weg", verdict="refused"
    )
    with store.write("anna", "test") as writer:
        for number in (1, 4):
            writer.save(writer.get(Application, f"A{number}").with_(overruled=decision))
    assert counts(overview(store, sole_actor("anna"), RUN, TODAY)) == (7, 1, 3)
    form_a_tandem(store)
    seen = overview(store, sole_actor("anna"), RUN, TODAY)
    assert {a.id for a in seen.without_partner} == {"A2", "A7"}


def test_once_tandems_are_formed_who_has_no_partner_is_counted(store):
    form_a_tandem(store)
    seen = overview(store, sole_actor("anna"), RUN, TODAY)
    assert ids(seen) == (["A1-A6"], ["A2", "A7"])


def test_an_organisation_counts_its_own_people_only(store):
    form_a_tandem(store)
    seen = overview(store, actor_with("organisation", "Kamen"), RUN, TODAY)
    assert counts(seen) == (3, 1, 0)
    assert ids(seen) == (["A1-A6"], ["A7"])
    assert overview(store, actor_with("organisation", "Lünen"), RUN, TODAY).tandems == ()


def test_a_role_that_sees_no_applications_gets_no_numbers(store):
    seen = overview(store, actor_with("evaluator"), RUN, TODAY)
    assert (seen.applications, seen.tandems, seen.without_partner, seen.stage) == (None,) * 4
    assert (seen.doubtful, seen.refused) == ((), ())
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


# -- what is due --------------------------------------------------------------------------------------


def change_run(store, **values):
    with store.write("anna", "test") as writer:
        writer.save(writer.get(Run, RUN).with_(**values))


def settle(store):
    """Let nothing be doubtful any more."""
    with store.write("anna", "test") as writer:
        for application in writer.all(Application, run_id=RUN):
            if application.status in ("review", "error"):
                writer.save(application.with_(status="ok"))


def empty(store):
    with store.write("anna", "test") as writer:
        for application in writer.all(Application, run_id=RUN):
            writer.delete(application)


def kinds(store, day, actor=None):
    items = due(overview(store, actor or sole_actor("anna"), RUN, day))
    return [(item.kind, item.overdue) for item in items if item.kind != "date"]


def test_doubts_are_overdue_once_the_call_is_closed(store):
    assert kinds(store, dt.date(2014, 2, 28)) == [("doubtful", False)]
    assert kinds(store, dt.date(2014, 3, 1)) == [("doubtful", True)]
    (item,) = [i for i in due(overview(store, sole_actor(), RUN, TODAY)) if i.kind == "doubtful"]
    assert (item.n, item.day) == (2, dt.date(2014, 2, 28))


def test_tandems_are_to_be_approved_by_the_day_of_the_matching_however_many_doubts_are_left(store):
    assert kinds(store, dt.date(2014, 3, 20)) == [("doubtful", True)]
    assert kinds(store, dt.date(2014, 3, 21)) == [("doubtful", True), ("approve", True)]
    settle(store)
    assert kinds(store, TODAY) == [("selection", False), ("approve", False)]
    change_run(store, selection_fixed=True)
    assert kinds(store, TODAY) == [("approve", False)]
    assert kinds(store, dt.date(2014, 2, 20)) == []


def test_a_quota_of_a_single_organisation_is_reason_enough_to_fix_a_selection(store):
    settle(store)
    with store.write("anna", "test") as writer:
        programme = writer.get(Programme, "cross-administration")
        quotas = Quotas(own={"Werne": Limits(mentees=1)})
        settings = programme.settings.model_copy(update={"quotas": quotas})
        writer.save(programme.with_(settings=settings))
    assert ("selection", False) in kinds(store, TODAY)


def test_an_empty_run_waits_for_applications_from_its_first_dates_on(store):
    empty(store)
    assert kinds(store, dt.date(2013, 11, 1)) == []
    assert kinds(store, dt.date(2014, 2, 1)) == [("take_in", False)]
    assert kinds(store, TODAY) == [("take_in", True)]
    change_run(store, calendar=())
    assert kinds(store, TODAY) == [("take_in", False)]


def test_a_run_whose_dates_are_all_past_needs_new_ones_before_anything_else(store):
    empty(store)
    assert kinds(store, dt.date(2020, 1, 1)) == [("calendar", True)]
    assert kinds(store, dt.date(2020, 1, 1), actor_with("organisation", "Kamen")) == []


def test_who_has_no_partner_is_due_until_the_year_is_over(store):
    form_a_tandem(store)
    assert kinds(store, dt.date(2014, 6, 1)) == [("alone", False)]
    over = dt.date(2015, 3, 20)
    assert kinds(store, over) == [("evaluate", False), ("next_run", False)]
    with store.write("anna", "test") as writer:
        entry = CalendarEntry(key="closing", title="t", day=dt.date(2016, 1, 1))
        writer.save(Run(id=f"{PROGRAMME}/2016", programme_id=PROGRAMME, name="2016", calendar=(entry,)))
    assert kinds(store, over) == []


def test_once_personal_data_were_kept_long_enough_they_are_to_be_erased(store):
    form_a_tandem(store)
    assert ("erase", True) in kinds(store, dt.date(2035, 1, 1))
    assert ("erase", True) not in kinds(store, dt.date(2035, 1, 1), actor_with("organisation", "Kamen"))


def test_the_coordination_of_an_organisation_is_told_of_what_she_can_do(store):
    kamen = actor_with("organisation", "Kamen")
    (item,) = [i for i in due(overview(store, kamen, RUN, TODAY)) if i.kind == "doubtful"]
    assert item.n == 1
    settle(store)
    assert kinds(store, TODAY, kamen) == []


def test_a_role_that_sees_nobody_is_told_of_the_dates_only(store):
    items = due(overview(store, actor_with("evaluator"), RUN, TODAY))
    assert [(item.kind, item.title) for item in items] == [
        ("date", "Gemeinsames Matching der Gleichstellungsbeauftragten")
    ]


def test_the_run_that_needs_something_first_comes_first(store):
    with store.write("anna", "test") as writer:
        closing = CalendarEntry(key="closing", title="t", day=dt.date(2014, 3, 5))
        for name, calendar in (("later", ()), ("soon", (closing,))):
            writer.save(Run(id=f"{PROGRAMME}/{name}", programme_id=PROGRAMME, name=name, calendar=calendar))
    runs = by_urgency(overviews(store, sole_actor("anna"), TODAY))
    assert [seen.run.name for seen, _ in runs] == ["2014", "later", "soon"]
    settle(store)
    change_run(store, approved_at=dt.datetime(2014, 3, 1, tzinfo=dt.UTC))
    empty(store)
    assert [seen.run.name for seen, _ in by_urgency(overviews(store, sole_actor("anna"), TODAY))][
        -1
    ] == "soon"


# -- the year -----------------------------------------------------------------------------------------


def test_a_year_has_the_phases_its_dates_tell():
    told = year(load_preset("party-chapters").run.calendar)
    assert [(phase.name, phase.first.isoformat()) for phase in told.phases] == [
        ("applications", "2008-05-17"),
        ("matching", "2008-09-30"),
        ("tandems", "2008-10-24"),
        ("evaluation", "2009-04-30"),
    ]
    assert told.phase(dt.date(2008, 10, 1)).name == "matching"
    assert told.phase(dt.date(2010, 1, 1)) is None
    assert year(()) is None


def test_the_line_of_a_year_reaches_to_a_day_that_is_near_and_never_shows_it_on_another():
    day = dt.date(2027, 3, 1)
    told = year([CalendarEntry(key="start", title="Beginn", day=day)])
    near, far = dt.date(2026, 12, 1), dt.date(2026, 11, 22)
    assert told.around(near).reaches(near)
    assert told.around(near).share(near) == 0
    assert told.around(near).share(day) == 1
    assert not told.around(far).reaches(far)


@given(st.lists(ENTRIES, min_size=1, max_size=8), DAYS)
def test_a_year_holds_every_day_of_its_calendar(calendar, today):
    told = year(calendar)
    assert all(told.first <= entry.day and entry.last_day <= told.last for entry in calendar)
    assert 0 <= told.share(today) <= 1
    assert 0 <= told.past(today) <= len(calendar)
    ends = [phase.last for phase in told.phases]
    assert ends == sorted(ends)


# -- latest changes -----------------------------------------------------------------------------------


def do(store, who, action, reason, *application_ids, **values):
    with store.write(who, action, reason) as writer:
        for application_id in application_ids:
            writer.save(writer.get(Application, application_id).with_(**values))


def test_equal_deeds_of_one_person_on_a_day_are_told_as_one(store):
    store.clock = lambda: dt.datetime(2014, 3, 1, 9, tzinfo=dt.UTC)
    do(store, "anna", "application.take_in", "kamen.xlsx", "A1", "A2", "A3", notes=("a",))
    do(store, "bea", "application.mend", "", "A1", notes=("b",))
    store.clock = lambda: dt.datetime(2014, 3, 4, 9, tzinfo=dt.UTC)
    do(store, "bea", "application.mend", "", "A2", notes=("b",))
    do(store, "bea", "application.mend", "", "A3", notes=("b",))
    do(store, "bea", "draft.save", "", "A4", notes=("b",))
    told = changes(store, sole_actor("anna"), 10)
    assert [(c.actor, c.action, c.n, c.reason) for c in told] == [
        ("bea", "application.mend", 2, ""),
        ("bea", "application.mend", 1, ""),
        ("anna", "application.take_in", 3, "kamen.xlsx"),
    ]
    assert [c.application.id if c.application else None for c in told] == [None, "A1", None]
    assert [c.n for c in changes(store, sole_actor("anna"), 1)] == [2]


def test_an_organisation_is_told_of_the_changes_to_its_own_people_only(store):
    do(store, "anna", "application.mend", "", *(f"A{n}" for n in range(1, 8)), notes=("a",))
    change_run(store, selection_fixed=True)
    with store.write("anna", "selection.fix") as writer:
        writer.save(writer.get(Run, RUN).with_(selection_fixed=False))
    assert [(c.action, c.n) for c in changes(store, sole_actor("anna"), 9)] == [
        ("selection.fix", 1),
        ("application.mend", 7),
    ]
    (change,) = changes(store, actor_with("organisation", "Kamen"), 9)
    assert change.subjects == {"A1", "A4", "A7"}
    assert changes(store, actor_with("organisation", "Lünen"), 9) == []
    assert changes(store, actor_with("evaluator"), 9) == []
    assert changes(store, Actor("nobody", ()), 9) == []


def test_changes_are_found_however_many_others_came_after(store):
    do(store, "anna", "application.mend", "", "A1", notes=("a",))
    for n in range(60):
        do(store, "anna", "application.mend", "", "A2", notes=(str(n),))
    with store.read() as reader:
        entries = list(reader.latest({"application.mend": "application"}, pages_of=7))
    assert len(entries) == 61
    assert [entry["id"] for entry in entries] == sorted((entry["id"] for entry in entries), reverse=True)
    (change,) = changes(store, actor_with("organisation", "Kamen"), 9)
    assert change.subjects == {"A1"}
