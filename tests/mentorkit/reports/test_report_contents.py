"""What the matching report says before and after the approval."""

from contextlib import contextmanager

import pytest

import mentorkit as mk
from mentorkit.intake import actions
from mentorkit.language import Voice, speaking
from mentorkit.matching import service
from mentorkit.matching.comments import comment, delete_comment
from mentorkit.reports import base, contents
from mentorkit.reports.contents import MatchingReport, OrganisationReport

ANOTHER = "another one would be proposed"


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield


@pytest.fixture(scope="module")
def bench():
    return mk.demo()


@pytest.fixture
def run(bench):
    """A run without approval whose weakest tandem the two goals judge differently."""
    run = bench.run("cross-administration/2014")
    assert run.match("fair").objective["worst"] > run.match().objective["worst"]
    yield run
    if run.approved:
        service.withdraw_approval(bench.store, bench.actor, run.id, run.record.version)
    run.make_proposal(None)
    for scenario in run.scenarios:
        run.delete_scenario(scenario)


@pytest.fixture
def said(monkeypatch):
    """What a part of a report displays, as one text; tables as the rows of their people."""
    shown = []
    for module in (base, contents):
        monkeypatch.setattr(module, "write", shown.append)
    monkeypatch.setattr(contents, "table", lambda frame, _caption: shown.append(frame.to_csv(index=False)))

    def collect(part):
        shown.clear()
        part()
        return "\n".join(shown)

    return collect


@pytest.mark.parametrize("goal", ["total", "fair"])
def test_after_approval_the_report_tells_of_the_goal_that_was_approved(run, said, goal):
    matching = run.match(goal)
    run.approve(matching)
    report = MatchingReport(run)
    assert report.matching.goal == run.record.approved_goal == goal
    reasons = said(report.reasons)
    assert ANOTHER not in reasons
    assert reasons.count("###") == len(matching.tandems)
    left = said(report.left_over)
    for person in matching.unmatched.itertuples():
        assert person.person in left
        assert person.reason in left
    method = said(report.method)
    assert ("weakest tandem" in method) == (goal == "fair")
    assert "At the approval it was proved" in method


def test_comments_on_pairs_stand_in_the_report_with_who_wrote_them(run, said):
    assert said(MatchingReport(run).comments) == ""
    two = run.match().tandems.iloc[0]
    hands = run.bench.store, run.bench.actor
    made = comment(*hands, run.id, two["mentee_id"], two["mentor_id"], "They have telephoned")
    told = said(MatchingReport(run).comments)
    delete_comment(*hands, made.id, made.version)
    assert f"{two['mentee']},{two['mentor']},They have telephoned,{run.bench.actor.name}," in told


@contextmanager
def left_out(run, mentor_id):
    """Let a mentor's application fall out of the matching for a while."""
    store = run.bench.store
    (kept,) = [a for a in run.application_records if (a.role, a.person_id) == ("mentor", mentor_id)]
    with store.write("demo", "test") as writer:
        gone = writer.save(kept.with_(status="error"))
    yield
    with store.write("demo", "test") as writer:
        writer.save(gone.with_(status=kept.status))


def test_after_approval_those_without_a_tandem_are_told_from_the_tandems(run, said):
    matching = run.match()
    run.approve(matching)
    with left_out(run, matching.tandems.mentor_id.iloc[0]):
        report = MatchingReport(run)
        assert ANOTHER in said(report.reasons)
        left = said(report.left_over)
        method = said(report.method)
    placed = {*matching.tandems.mentee, *matching.tandems.mentor}
    assert not [name for name in placed if name in left]
    assert all(name in left for name in matching.unmatched.person)
    assert left.count("cannot be told any more") == len(matching.unmatched)
    assert "At the approval it was proved" in method


@contextmanager
def turned_down(run):
    """Let a person refuse somebody in order for a while; give the application and the reason."""
    application = next(a for a in run.application_records if a.status == "ok")
    hands, reason = (run.bench.store, run.bench.actor, application.id), "Geht im Mai in Rente"
    refused = actions.refuse(*hands, reason, application.version)
    yield application, reason
    actions.take_back(*hands, "Irrtum", refused.version)


def test_who_was_refused_by_a_person_is_told_with_the_reason_to_those_who_decide_only(run, said):
    with turned_down(run) as (application, reason):
        inside = said(MatchingReport(run).not_taking_part)
        assert application.name in inside
        assert f"Refused by a person's decision: {reason}" in inside
        report = OrganisationReport(run).about(application.organisation)
        outside = said(report.people)
    (told,) = (line for line in outside.splitlines() if line.startswith(application.name))
    assert "refused by a person's decision" in told
    assert reason not in outside


def test_the_report_tells_rules_weights_and_scenario_of_the_proposal_and_after_approval(run, said):
    own = run.programme.settings.criteria[0]
    made = run.save_scenario("Fields *first*", "fair", weights={own.name: 0}, comment="Agreed in May.")
    run.make_proposal(made)
    weights = {c.name: c.weight for c in run.match().scores.criteria}
    assert weights[own.name] == 0
    for step in (lambda: None, lambda: run.approve(run.match())):
        step()
        method = said(MatchingReport(run).method)
        assert [int(line.rpartition(",")[2]) for line in method.splitlines()[2 : 2 + len(weights)]] == [
            *weights.values()
        ]
        for told in (r"Fields \*first\*", "Agreed in May", "weakest tandem", "The two of a tandem come"):
            assert told in method


def test_a_proposal_says_what_is_proved_of_it_and_a_contradiction_why(run, said):
    assert "It is proved" in said(MatchingReport(run).method)
    pair = run.match().pairs.query("allowed == 1").iloc[0]
    hands = run.bench.store, run.bench.actor
    decision = service.decide(*hands, run.id, pair.mentee_id, pair.mentor_id, "lock")
    with left_out(run, pair.mentor_id):
        report = MatchingReport(run)
        assert report.matching.status == "infeasible"
        assert "A locked tandem names somebody" in said(report.left_over)
        assert "proved" not in said(report.method)
    service.undo(*hands, decision.id, decision.version)


def test_the_reasons_stand_in_the_order_of_the_table_and_bear_its_numbers(run, said):
    proposed = run.match().tandems
    lines = said(MatchingReport(run).reasons).replace("\\", "").splitlines()
    told = [line for line in lines if line.startswith("### ")]
    assert told == [
        f"### No. {place}: {two.mentee} – {two.mentor}" for place, two in enumerate(proposed.itertuples(), 1)
    ]
    run.approve(run.match())
    report = MatchingReport(run)
    table = said(report.table)
    lines = said(report.reasons).replace("\\", "").splitlines()
    told = [line[4:].split(" – ")[0] for line in lines if line.startswith("### ")]
    assert told == sorted(told, key=table.index)
