import itertools

import pytest
from app_people import HOSTILE, apply
from mentorkit_widgets.matching import MatchingView
from mentorkit_widgets.matching_model import MatchingModel
from mentorkit_widgets.matching_sentences import price_words

from mentorkit.errors import NothingToMatch
from mentorkit.language import Voice, set_default_voice
from mentorkit.matching import service
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Grant
from mentorkit.store import Store
from mentorkit.workbench import Workbench

MENTEES = {
    1: ("Kamen", ["Haushalt"]),
    2: ("Kamen", ["Führung"]),
    3: ("Lünen", ["Haushalt"]),
    4: ("Werne", []),
}
MENTORS = {5: ("Lünen", ["Haushalt"]), 6: ("Werne", ["Führung", "Haushalt"]), 7: ("Kamen", ["Recht"])}


@pytest.fixture
def empty_run(tmp_path):
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    yield bench.add("cross-administration")
    bench.close()


@pytest.fixture
def run(empty_run):
    """Four mentees for three mentors of other organisations."""
    for role, people in (("mentee", MENTEES), ("mentor", MENTORS)):
        for number, (organisation, topics) in people.items():
            grade = 9 if role == "mentee" else 12
            answers = {"pay_grade": grade + number % 2, "topics": topics}
            apply(empty_run, number, role, organisation=organisation, answers=answers)
    return empty_run


@pytest.fixture
def view(run):
    return MatchingView(MatchingModel(run))


def send(table, row, action):
    table._handle_custom_msg({"event": "action", "row": row, "action": action}, [])


def visible(part):
    return part.layout.display != "none"


def pairs(view):
    return {(row["mentee"]["text"], row["mentor"]["text"]) for row in view.tandems.rows}


def names_of(row):
    return [action["name"] for action in row["actions"]]


def test_it_opens_with_the_proved_best_matching(run, view):
    best = run.match()
    assert len(view.tandems.rows) == best.objective["tandems"] == 3
    assert pairs(view) == set(zip(best.tandems["mentee"], best.tandems["mentor"], strict=True))
    assert "<strong>3</strong> <span>Tandems</span>" in view.summary.value
    assert "Bewiesen optimal" in view.proof.value
    assert all(row["because"] for row in view.tandems.rows)
    (left,) = view.left.rows
    assert left["reason"] == best.unmatched["reason"][0]
    assert visible(view.approve)
    assert not visible(view.detail)
    assert view.model.blockers == []


def test_looking_changes_nothing(run):
    with run.bench.store.read() as reader:
        before = reader.trail()
    view = MatchingView(MatchingModel(run))
    view.tandems.select("mentee:P1")
    view.goal.value = "fair"
    with run.bench.store.read() as reader:
        assert reader.trail() == before


def test_a_locked_tandem_stays_and_says_so(run, view):
    key = view.tandems.rows[0]["id"]
    before = pairs(view)
    view.reason.value = "Beide wünschen es"
    send(view.tandems, key, "lock")
    (decision,) = run.decisions
    assert (decision.kind, decision.reason) == ("lock", "Beide wünschen es")
    assert view.reason.value == ""
    row = next(row for row in view.tandems.rows if row["id"] == key)
    assert row["state"]["text"] == "fixiert"
    assert names_of(row) == ["undo"]
    assert pairs(view) == before
    assert view.model.message == "Das Tandem ist fixiert. Alle Tandems bleiben, wie sie waren."
    assert not view.model.refused


def test_a_tandem_ruled_out_is_gone_and_the_rest_is_solved_again(run, view):
    pair = sorted(pairs(view))[0]
    row = next(row for row in view.tandems.rows if row["mentee"]["text"] == pair[0])
    before = run.match().objective
    send(view.tandems, row["id"], "forbid")
    assert pair not in pairs(view)
    after = run.match().objective
    assert len(view.tandems.rows) == after["tandems"]
    assert view.model.message.startswith("Das Tandem ist ausgeschlossen. Für ")
    lost = before["total"] - after["total"]
    assert lost > 0
    assert f"sinkt um {lost} Punkt" in view.model.message


def test_taking_a_decision_back_restores_the_matching(view):
    before = pairs(view)
    send(view.tandems, view.tandems.rows[0]["id"], "forbid")
    assert pairs(view) != before
    (decision,) = view.decisions.rows
    assert decision["kind"]["text"] == "ausgeschlossen"
    send(view.decisions, decision["id"], "undo")
    assert pairs(view) == before
    assert view.decisions.rows == []
    assert view.model.message.startswith("Die Entscheidung ist zurückgenommen.")


def test_a_decision_that_somebody_else_took_back_is_said(run, view):
    send(view.tandems, view.tandems.rows[0]["id"], "lock")
    (decision,) = run.decisions
    service.undo(run.bench.store, run.bench.actor, decision.id, decision.version)
    send(view.decisions, decision.id, "undo")
    assert view.model.refused
    assert view.decisions.rows == []


def test_a_decision_a_colleague_made_meanwhile_is_shown_and_not_overwritten(run, view):
    row = view.tandems.rows[0]
    solved = view.model.state.solved
    i = view.model.index(row["id"])
    pair = solved.pool.mentees[i].person_id, solved.pool.mentors[int(solved.solution.mate[i])].person_id
    hers = service.decide(run.bench.store, run.bench.actor, run.id, *pair, "lock", "Beide wünschen es")
    send(view.tandems, row["id"], "forbid")
    assert view.model.refused
    assert run.decisions == [hers]
    assert [shown["reason"] for shown in view.decisions.rows] == ["Beide wünschen es"]


def test_an_approval_that_a_colleague_renewed_is_not_taken_back_unseen(run, view):
    view.approve.click()
    view.yes.click()
    hands = run.bench.store, run.bench.actor, run.id
    service.withdraw_approval(*hands, run.record.version)
    run.approve(run.match())
    view.withdraw.click()
    view.yes.click()
    assert view.model.refused
    assert run.record.approved_at is not None
    view.withdraw.click()
    view.yes.click()
    assert run.record.approved_at is None


def test_a_mentee_shows_her_points_and_the_price_of_every_mentor(run, view):
    key = view.tandems.rows[0]["id"]
    view.tandems.select(key)
    person_id = key.partition(":")[2]
    matching = run.match()
    assert visible(view.detail)
    assert view.detail.heading.text.startswith("Eva Muster")
    score = matching.tandems.set_index("mentee_id")["score"][person_id]
    assert sum(row["points"]["sort"] for row in view.detail.points.rows) == score
    rows = {row["id"]: row for row in view.detail.others.rows}
    assert set(rows) == {"P5", "P6", "P7"}
    for mentor_id, row in rows.items():
        price = matching.price(person_id, mentor_id)
        if row["price"]["text"] == "Vorschlag":
            assert price == (0, 0)
        elif price is None:
            assert row["price"]["text"] == "nicht zulässig"
            assert "Organisation" in row["price"]["note"]
            assert row["actions"] == []
        else:
            assert row["price"]["text"] == price_words(*price)
    assert view.detail.others.rows[0]["price"]["text"] == "Vorschlag"
    view.detail.closer.click()
    assert not visible(view.detail)
    assert view.tandems.selected == ""


def test_an_alternative_can_be_locked_and_the_optimum_says_what_it_lost(run, view):
    view.tandems.select(view.tandems.rows[0]["id"])
    mentee_id = view.model.chosen.partition(":")[2]
    row = next(row for row in view.detail.others.rows if row["price"]["text"].startswith("kostet"))
    price = run.match().price(mentee_id, row["id"])
    total = run.match().objective["total"]
    send(view.detail.others, row["id"], "lock")
    assert run.match().objective["total"] == total - price[1]
    assert view.detail.others.rows[0]["id"] == row["id"]
    assert view.detail.others.rows[0]["price"]["text"] == "fixiert"
    stuck = [a["disabled"] for r in view.detail.others.rows for a in r["actions"] if a["name"] == "lock"]
    assert stuck
    assert all("zuerst" in why for why in stuck)
    send(view.detail.others, row["id"], "undo")
    assert run.decisions == []


def test_somebody_left_over_shows_why_and_what_a_place_would_cost(view):
    (left,) = view.left.rows
    view.left.select(left["id"])
    assert left["reason"] in view.detail.story.value
    assert not visible(view.detail.points)
    for row in view.detail.others.rows:
        assert row["price"]["text"] == "nicht zulässig" or row["actions"]
    view.tandems.select(view.tandems.rows[0]["id"])
    assert view.left.selected == ""
    assert visible(view.detail.points)


def test_the_goal_can_be_switched(run, view):
    view.goal._handle_custom_msg({"choose": "fair"}, [])
    assert view.model.state.solved.goal == "fair"
    assert "schwächsten Tandem" in view.proof.value
    view.tandems.select(view.tandems.rows[0]["id"])
    assert "höchsten Passung insgesamt" in view.detail.remark.value


def test_approval_asks_first_and_can_be_taken_back(run, view):
    proposed = pairs(view)
    view.approve.click()
    assert visible(view.confirm)
    assert run.record.approved_at is None
    view.no.click()
    assert not visible(view.confirm)
    view.approve.click()
    view.yes.click()
    assert run.record.approved_at is not None
    assert len(run.tandems) == 3
    assert view.model.message == "Freigegeben: 3 Tandems sind gebildet."
    assert pairs(view) == proposed
    assert not any(row.get("actions") for row in view.tandems.rows)
    assert len(view.left.rows) == 1
    assert not visible(view.decisions)
    assert not visible(view.approve)
    assert not visible(view.goal)
    view.withdraw.click()
    view.yes.click()
    assert run.record.approved_at is None
    assert len(run.tandems) == 0
    assert pairs(view) == proposed
    assert visible(view.approve)


def test_what_is_not_shown_any_more_is_not_approved(run, view):
    apply(run, 9, "mentee", organisation="Werne", answers={"pay_grade": 10, "topics": ["Recht", "Haushalt"]})
    apply(run, 8, "mentor", organisation="Lünen", answers={"pay_grade": 13})
    view.approve.click()
    view.yes.click()
    assert view.model.refused
    assert run.record.approved_at is None
    assert len(view.tandems.rows) == 4


def test_nobody_to_match_is_said_with_the_way_on(empty_run):
    view = MatchingView(MatchingModel(empty_run))
    with pytest.raises(NothingToMatch) as refusal:
        empty_run.match()
    assert view.model.blockers == [str(refusal.value)]
    assert 'href="intake?run=cross-administration%2F2014"' in view.summary.value
    assert not visible(view.approve)
    assert not visible(view.work)


def test_locks_that_no_longer_hold_are_named_and_can_be_undone(run, view):
    key = view.tandems.rows[0]["id"]
    send(view.tandems, key, "lock")
    (decision,) = run.decisions
    with run.bench.store.write("anna", "test") as writer:
        people = {a.person_id: a for a in writer.all(Application)}
        moved = people[decision.mentee_id].with_(organisation=people[decision.mentor_id].organisation)
        writer.save(moved)
    view.model.refresh()
    assert view.model.blockers == run.match().rules.conflicts() != []
    assert view.tandems.rows == []
    assert not visible(view.approve)
    send(view.decisions, view.decisions.rows[0]["id"], "undo")
    assert view.model.blockers == []
    assert view.tandems.rows


def test_a_role_without_the_right_sees_no_matching(run):
    grant = Grant(id="G1", user_id="lore", role="organisation", organisation="Lünen")
    own = Workbench(run.bench.store, Actor("lore", (grant,))).run()
    view = MatchingView(MatchingModel(own))
    assert len(view.model.blockers) == 1
    assert view.tandems.rows == view.left.rows == view.decisions.rows == []
    assert not visible(view.approve)


def test_a_hand_made_message_decides_nothing(run, view):
    locked = view.tandems.rows[0]["id"]
    send(view.tandems, locked, "lock")
    for row, action in itertools.product([locked, "mentee:P99", "", None], ["forbid", "approve", "lock"]):
        send(view.tandems, row, action)
    view.tandems.set_state({"rows": []})
    assert len(run.decisions) == 1


def test_what_people_typed_is_never_markup(run):
    apply(run, 9, "mentee", organisation="Werne", last_name=HOSTILE, answers={"pay_grade": 10})
    apply(run, 8, "mentor", organisation="Lünen", last_name=HOSTILE, answers={"pay_grade": 13})
    view = MatchingView(MatchingModel(run))
    html = []
    for row in (*view.tandems.rows, *view.left.rows):
        view.model.choose(row["id"])
        html.append(view.detail.story.value)
    view.approve.click()
    html += [view.summary.value, view.proof.value, view.question.value]
    assert any("&lt;img" in text for text in html)
    assert not any("<img" in text for text in html)


@pytest.mark.parametrize(
    ("price", "words"),
    [
        ((0, 0), "gleich gut"),
        ((0, 1), "kostet 1 Punkt"),
        ((0, 23), "kostet 23 Punkte"),
        ((1, 0), "kostet 1 Tandem"),
        ((1, 23), "kostet 1 Tandem und 23 Punkte"),
        ((2, -5), "kostet 2 Tandems, bringt 5 Punkte"),
    ],
)
def test_a_price_is_said_in_words(price, words):
    assert price_words(*price) == words


def test_the_app_speaks_english_too(run):
    set_default_voice(Voice("en"))
    view = MatchingView(MatchingModel(run))
    send(view.tandems, view.tandems.rows[0]["id"], "lock")
    assert view.model.message == "The tandem is locked. All tandems stay as they were."
