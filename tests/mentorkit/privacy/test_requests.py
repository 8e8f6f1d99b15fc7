"""Requests by law: due when the programme says, told on the start page, closed by whoever may."""

from __future__ import annotations

import datetime as dt

import pytest
from consent_samples import LEAD, SETTINGS, Clock, begin, join, officer
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StaleRecord, UsageError
from mentorkit.overview import due, overview
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.requests import close, note_request, overdue, reopen, requests
from mentorkit.programme.privacy_settings import PrivacySettings
from mentorkit.programme.records import Grant, Programme
from mentorkit.programme.retention import months_after
from mentorkit.store import Store

DAY = dt.date(2024, 5, 6)


@pytest.fixture
def bench(store: Store) -> Store:
    store.clock = Clock()
    begin(store, "p", "1", "2")
    begin(store, "q")
    return store


@pytest.mark.parametrize(
    ("received", "months", "until"),
    [("2024-01-31", 1, "2024-02-29"), ("2023-01-31", 1, "2023-02-28"), ("2023-12-15", 1, "2024-01-15"),
     ("2024-03-31", 3, "2024-06-30"), ("2024-02-29", 12, "2025-02-28")],
)  # fmt: skip
def test_a_request_is_due_some_months_after_or_at_the_end_of_a_shorter_one(
    bench: Store, received: str, months: int, until: str
) -> None:
    with bench.write("test", "test") as writer:
        settings = SETTINGS.model_copy(update={"privacy": PrivacySettings(answer_months=months)})
        writer.save(writer.get(Programme, "p").with_(settings=settings))
    found = note_request(bench, LEAD, "p", "information", dt.date.fromisoformat(received))
    assert found.due == dt.date.fromisoformat(until)
    assert not overdue(found, found.due)
    assert overdue(found, found.due + dt.timedelta(days=1))


@given(st.dates(max_value=dt.date(9000, 1, 1)), st.integers(1, 12))
def test_so_many_months_after_is_in_that_month_and_never_before(day: dt.date, months: int) -> None:
    found = months_after(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found + dt.timedelta(days=1)).day == 1


def test_open_requests_stand_first_and_a_closed_one_stays_closed(bench: Store) -> None:
    with bench.write("test", "test") as writer:
        ada = join(writer, "p/1", "mentee", "Ada")
    late = note_request(bench, LEAD, "p", "erasure", DAY, person_id=ada)
    early = note_request(bench, LEAD, "p", "correction", DAY - dt.timedelta(days=9), remark=" Name ")
    assert [r.id for r in requests(bench, LEAD, "p")] == [early.id, late.id]
    done = close(bench, LEAD, early, "done", DAY)
    assert (done.state, done.closed, done.remark) == ("done", DAY, "Name")
    assert [r.id for r in requests(bench, LEAD, "p")] == [late.id, early.id]
    assert not overdue(done, dt.date.max)
    with pytest.raises(StaleRecord):
        close(bench, LEAD, early, "declined", DAY)
    with pytest.raises(RuleBroken):
        close(bench, LEAD, done, "declined", DAY)
    assert reopen(bench, LEAD, done).closed is None
    assert requests(bench, LEAD, "q") == []


def test_what_cannot_be_is_refused_with_a_sentence(bench: Store) -> None:
    with bench.write("test", "test") as writer:
        other = join(writer, "q/1", "mentee", "Ada")
    with pytest.raises(UsageError):
        note_request(bench, LEAD, "p", "information", DAY + dt.timedelta(days=1))
    with pytest.raises(UsageError):
        note_request(bench, LEAD, "p", "praise", DAY)
    with pytest.raises(UsageError):
        note_request(bench, LEAD, "p", "information", DAY, remark="x" * 2001)
    with pytest.raises(NotFound):
        note_request(bench, LEAD, "p", "information", DAY, person_id=other)
    asked = note_request(bench, LEAD, "p", "information", DAY)
    for day in (DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)):
        with pytest.raises(UsageError):
            close(bench, LEAD, asked, "done", day)


def test_an_organisation_sees_and_changes_no_request(bench: Store) -> None:
    asked = note_request(bench, LEAD, "p", "information", DAY, remark="geheim")
    for refused in (
        lambda: requests(bench, officer("Harz"), "p"),
        lambda: note_request(bench, officer("Harz"), "p", "information", DAY),
        lambda: close(bench, officer("Harz"), asked, "done", DAY),
    ):
        with pytest.raises(NotAllowed):
            refused()
    with bench.read() as reader:
        assert "geheim" not in str(reader.trail(kind="data_request"))


def test_the_start_page_tells_open_requests_once_to_those_who_may_read_them(bench: Store) -> None:
    asked = note_request(bench, LEAD, "p", "information", DAY - dt.timedelta(days=40))
    note_request(bench, LEAD, "p", "information", DAY)

    def told(actor: Actor) -> list[tuple[str, int, bool]]:
        items = [d for run in ("p/1", "p/2") for d in due(overview(bench, actor, run, DAY))]
        return [(d.day, d.n, d.overdue) for d in items if d.kind == "request"]

    protection = Actor("d", (Grant(id="G", user_id="d", role="data-protection", programme_id="p"),))
    assert told(LEAD) == told(protection) == [(asked.due, 2, True)]
    assert told(officer("Harz")) == []
