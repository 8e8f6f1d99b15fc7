"""The proposal as the meeting decides on it."""

import pytest

import mentorkit as mk
from mentorkit.language import Voice, speaking
from mentorkit.matching import service as matching_service
from mentorkit.reports import base, contents, meeting, service
from mentorkit.reports.contents import MatchingReport


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield


@pytest.fixture(scope="module")
def bench():
    return mk.demo()


@pytest.fixture
def run(bench):
    return bench.run("arts-academy/2015")


def test_every_proposed_tandem_has_its_number_its_reasons_and_boxes_to_tick(run):
    matching = run.match()
    frame = meeting.proposal(matching)
    assert frame["No."].tolist() == list(range(1, len(matching.tandems) + 1))
    assert frame["Score"].tolist() == matching.tandems["score"].tolist()
    assert frame["Because"].str.contains("Both|wish").any()
    assert frame["Decision, note"].str.contains("☐").all()


def test_a_locked_tandem_says_so_first(run):
    best = run.match().tandems.iloc[0]
    store, actor = run.bench.store, run.bench.actor
    decision = matching_service.decide(store, actor, run.id, best.mentee_id, best.mentor_id, "lock")
    matching = run.match()
    pair = matching.row("mentee", best.mentee_id), matching.row("mentor", best.mentor_id)
    assert meeting.reasons(matching, *pair)[0] == "Locked."
    matching_service.undo(store, actor, decision.id, decision.version)


def test_a_tandem_that_is_made_says_so_first_and_the_report_counts_it(run, monkeypatch):
    best = run.match().tandems.iloc[0]
    parts = {"expectations": "Candour", "time": "Monthly", "content": "Auditions"}
    tandem = run.make_tandem(run.write_down(best.mentee_id, best.mentor_id, **parts))
    matching = run.match()
    pair = matching.row("mentee", best.mentee_id), matching.row("mentor", best.mentor_id)
    assert meeting.reasons(matching, *pair)[0] == "This tandem is made already."
    told = []
    monkeypatch.setattr(contents, "write", told.append)
    MatchingReport(run).title()
    assert told[-1] == "This is a proposal; 1 of its tandems is made already."
    run.take_back(tandem)
    run.write_down(best.mentee_id, best.mentor_id, **dict.fromkeys(parts, ""))


def test_the_proposal_is_for_the_meeting_and_the_approved_tandems_are_not(bench, monkeypatch):
    shown = []
    monkeypatch.setattr(contents, "write", lambda _: None)
    monkeypatch.setattr(contents, "table", lambda frame, _caption: shown.append(list(frame.columns)))
    MatchingReport(bench.run("arts-academy/2015")).table()
    MatchingReport(bench.run("cross-company/2021")).table()
    assert ["Decision, note" in columns for columns in shown] == [True, False]


def test_fulfilled_wishes_are_told_where_there_are_any(bench, run):
    assert "wish for somebody who takes part" in meeting.wish_sentence(run.match())
    assert meeting.wish_sentence(bench.run("cross-administration/2014").match()) == ""


@pytest.mark.parametrize(("name", "marked"), [("matching", True), ("network", False)])
def test_a_report_on_people_is_confidential(run, name, marked):
    facts = service._facts(run, service._kind(name), None)
    assert ("mark" in facts) == marked


def test_the_report_tells_how_groups_fare_and_names_no_few_people(bench, monkeypatch):
    shown, said = [], []
    for module in (base, contents):
        monkeypatch.setattr(module, "write", said.append)
    monkeypatch.setattr(contents, "table", lambda frame, _caption, **_: shown.append(frame))
    for run in bench.runs:
        MatchingReport(run).groups()
    assert len(shown) == 3  # the chapters of the party are all too small
    assert all((frame["People"] >= 5).all() for frame in shown)
    assert sum("not told" in text for text in said) == 3


def test_the_proposal_can_be_that_of_another_goal(bench):
    run = bench.run("cross-administration/2014")
    report = MatchingReport(run)
    report.goal = "fair"
    assert report.matching.goal == "fair"
    assert report.matching.objective == run.match("fair").objective


def test_the_approved_tandems_are_told_whatever_goal_is_named(bench):
    report = MatchingReport(bench.run("cross-company/2021"))
    report.goal = "fair"
    assert report.matching.goal == bench.run("cross-company/2021").record.approved_goal


def test_the_report_does_not_deny_that_pairs_are_ruled_out(run, monkeypatch):
    written = []
    monkeypatch.setattr(contents, "write", written.append)
    monkeypatch.setattr(contents, "bullets", written.extend)
    monkeypatch.setattr(contents, "table", lambda *_: None)
    report = MatchingReport(run)
    report.decisions()
    assert written == []
    report.method()
    assert "Besides, single tandems may be ruled out." in written
