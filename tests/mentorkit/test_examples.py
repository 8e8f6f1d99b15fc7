"""The demo: four runs, each met in another stage, on whatever day it is made."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from pathlib import Path

import pytest

import mentorkit as mk
from mentorkit.errors import NotAllowed
from mentorkit.examples import EXAMPLES, RECOVERY, data_protection, demo, make_demo, moved, sample_files
from mentorkit.overview import due, overviews
from mentorkit.privacy import confidence, consents, keys, requests
from mentorkit.privacy.permissions import PERMISSIONS
from mentorkit.programme.settings import load_preset

DAYS = [dt.date(2026, 11, 22), dt.date(2027, 6, 30), dt.date(2028, 2, 29)]
IDS = {"arts-academy/2015", "cross-administration/2014", "cross-company/2021", "party-chapters/2008/09"}


@pytest.fixture(scope="module", params=DAYS, ids=str)
def made(request, tmp_path_factory):
    target = make_demo(tmp_path_factory.mktemp("demo"), today=request.param)
    bench = mk.open(target, user="demo")
    yield bench, request.param
    bench.close()


def test_each_run_is_met_in_another_stage_on_any_day(made):
    bench, today = made
    stages = {seen.run.id: seen.stage for seen in overviews(bench.store, bench.actor, today)}
    assert stages == {
        "cross-administration/2014": "empty",
        "arts-academy/2015": "intake",
        "party-chapters/2008/09": "tandems",
        "cross-company/2021": "over",
    }


def test_the_day_lies_in_the_years_of_the_runs_and_something_is_due_in_each(made):
    bench, today = made
    for seen in overviews(bench.store, bench.actor, today):
        first, last = min(entry.day for entry in seen.run.calendar), seen.last_day
        assert first <= today <= last + dt.timedelta(days=60)
        assert due(seen)
        assert abs(int(seen.run.name[:4]) - today.year) <= 1
        weekdays = [entry.day.weekday() for entry in load_preset(seen.programme.preset).run.calendar]
        assert [entry.day.weekday() for entry in seen.run.calendar] == weekdays


def test_whoever_enters_the_demo_may_do_all_that_its_button_says(made):
    bench, _ = made
    assert {grant.role for grant in bench.actor.grants} == {"lead", "operator"}  # as the log-in page says
    denied = {action for action in PERMISSIONS if not bench.actor.may(action)}
    assert denied == {"confidence.take_in", "confidence.read", "keys.change"}  # what participants confide


def test_doubts_stay_the_same_however_far_the_dates_move(made):
    bench, _ = made
    found = Counter(
        finding.code
        for a in bench.run("party-chapters/2008/09").application_records
        for finding in a.findings
    )
    assert found == {"ambiguous_capacity": 4, "late": 1, "duplicate": 1}


def test_nothing_in_the_demo_was_done_after_the_day(made):
    bench, today = made
    with bench.store.read() as reader:
        trail = [entry["at"] for entry in reader.trail() if not entry["action"].startswith("user.")]
    assert trail == sorted(trail)
    assert trail[-1].date() <= today


def test_the_demo_in_memory_is_historic_and_always_the_same():
    first, second = demo(), demo()
    for bench in (first, second):
        assert {run.id for run in bench.runs} == IDS
        for run in bench.runs:
            settings = load_preset(run.programme.preset)
            assert (run.record.name, run.record.calendar) == (settings.run.name, settings.run.calendar)

    def dump(bench):
        with bench.store.read() as reader:
            return reader.trail()

    assert dump(first) == dump(second)
    first.close()
    second.close()


def test_only_dates_are_moved_in_an_example_file():
    mentees = next(p for p in sample_files("party-chapters") if p.name == "anmeldungen_mentees.csv")
    before, after = (moved(mentees, days).decode("latin-1").splitlines() for days in (0, 7))
    assert len(before) == len(after)
    assert before[1].replace(";4.8.08", "") == after[1].replace(";11.08.08", "")
    assert before[2].replace("2008-09-13", "2008-09-20") == after[2]
    assert any("31.09.2008" in line for line in before) == any("31.09.2008" in line for line in after)


def test_dates_in_a_workbook_are_moved_whether_they_are_text_or_not():
    from openpyxl import load_workbook

    (workbook,) = sample_files("cross-company")
    (before, after) = (load_workbook(io.BytesIO(moved(workbook, days)))["Mentees"] for days in (0, 7))
    pairs = zip(before.iter_rows(values_only=True), after.iter_rows(values_only=True), strict=True)
    changed = [(str(a), str(b)) for rows in pairs for a, b in zip(*rows, strict=True) if a != b]
    assert ("2020-11-05", "2020-11-12") in changed
    assert ("2020-11-20 00:00:00", "2020-11-27 00:00:00") in changed
    assert len(changed) == 13


def test_what_is_demonstrated_was_received_before_it_was_taken_in(made):
    bench, today = made
    seen = {seen.run.id: seen for seen in overviews(bench.store, bench.actor, today)}
    for run_id in ("cross-company/2021", "party-chapters/2008/09"):
        days = [
            a.answers["received"] for a in bench.run(run_id).application_records if "received" in a.answers
        ]
        calendar = [entry.day for entry in seen[run_id].run.calendar]
        first = min(calendar) - dt.timedelta(days=200)
        assert days
        assert all(first.isoformat() < day <= today.isoformat() for day in days)


def test_every_preset_has_an_example():
    assert {example.preset for example in EXAMPLES} == {run_id.split("/")[0] for run_id in IDS}


# these leave entries in the trail, so they come last


def test_the_demo_shows_what_people_agree_to_and_hands_on_only_where_both_do(made):
    bench, _ = made
    for name in data_protection.AGREED:
        run = bench.run(name)
        states = {
            s.state for s in consents.states(bench.store, bench.actor, run.id) if s.purpose == "sharing"
        }
        assert states == {"given", "withdrawn", "older", "never"}
        assert 0 < len(run.release_contacts()) < len(run.tandems)


def test_a_request_of_the_demo_is_open_one_is_overdue_and_one_is_closed(made):
    bench, today = made
    found = requests.requests(bench.store, bench.actor, "cross-company")
    assert Counter(
        "late" if requests.overdue(one, today) else one.state for one in found
    ) == {"open": 1, "late": 1, "done": 1}  # fmt: skip


def test_the_demo_s_evaluation_logs_in_and_reads_what_was_confided_and_the_lead_does_not(made):
    bench, _ = made
    store, run = bench.store, data_protection.CONFIDED
    name, phrase = data_protection.EVALUATOR, data_protection.PASSPHRASE
    assert bench.accounts.check_password(name, phrase)
    evaluator = bench.accounts.actor_of(name)
    rows = confidence.texts(store, evaluator, run)
    assert {row.kind for row in rows} == {"diary", "concern"}
    with keys.open_key(store, evaluator, phrase) as key:
        assert all(confidence.read(store, evaluator, key, row.id) for row in rows)
        with pytest.raises(NotAllowed):
            confidence.read(store, bench.actor, key, rows[0].id)
    code = (Path(str(store.target)).parent / RECOVERY).read_text(encoding="utf-8")
    assert keys.drill(store, evaluator, "cross-company", code) == len({row.name for row in rows})
