import datetime as dt
import itertools

import pytest
from app_people import HOSTILE, apply
from matching_board import colleague_decides, decide, send, visible
from mentorkit_widgets.matching import pair_rows, rows
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.model import MatchingModel
from mentorkit_widgets.matching.sentences import price_words

from mentorkit.errors import NothingToMatch
from mentorkit.language import Voice, set_default_voice
from mentorkit.language.formats import date
from mentorkit.matching import service
from mentorkit.matching.explain import because_of
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Application, Grant, Wish
from mentorkit.workbench import Workbench


def pairs(view):
    return {(row["mentee"]["text"], row["mentor"]["text"]) for row in view.tandems.rows}


def names_of(row):
    return [action["name"] for action in row["actions"]]


def test_it_opens_with_the_proved_best_matching(run, view):
    best = run.match()
    assert len(view.tandems.rows) == best.objective["tandems"] == 3
    assert pairs(view) == set(zip(best.tandems["mentee"], best.tandems["mentor"], strict=True))
    assert "3 Tandems werden vorgeschlagen" in view.summary.value
    assert f"zusammen bei {best.objective['total']:,}".replace(",", ".") in view.summary.value
    assert 'show=left">1 Person ist ohne Tandem.' in view.summary.value
    assert [title for _, title in view.tabs.list.tabs] == [
        "Tandems (3)", "Ohne Tandem (1)", "Entscheidungen (0)", "Überblick", "Szenarien (0)",
        "Vertraulich (0)",
    ]  # fmt: skip
    assert "Bewiesen optimal" in view.proof.value
    assert all(row["because"] for row in view.tandems.rows)
    (left,) = view.left.rows
    assert left["reason"] == best.unmatched["reason"][0]
    assert visible(view.approve)
    assert not visible(view.side)
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
    decide(view, key, "lock", "Beide wünschen es")
    (decision,) = run.decisions
    assert (decision.kind, decision.reason) == ("lock", "Beide wünschen es")
    row = next(row for row in view.tandems.rows if row["id"] == key)
    assert (row["state"]["text"], row["state"]["note"]) == ("fixiert", "Beide wünschen es")
    assert names_of(row) == ["undo"]
    assert pairs(view) == before
    assert view.model.message == "Das Tandem ist fixiert. Alle Tandems bleiben, wie sie waren."
    assert not view.model.refused


def test_a_locked_tandem_is_marked_also_beside_details(view):
    key = view.tandems.rows[0]["id"]
    decide(view, key, "lock")
    view.tandems.select(view.tandems.rows[1]["id"])
    notes = {row["id"]: row["mentor"]["note"] for row in view.tandems.rows}
    assert {row for row, note in notes.items() if note.endswith(" · fixiert")} == {key}


def test_all_lists_can_be_filtered(view):
    assert view.tandems.filtered
    assert view.left.filtered
    assert view.decisions.filtered


def test_a_tandem_ruled_out_is_gone_and_the_rest_is_solved_again(run, view):
    pair = sorted(pairs(view))[0]
    row = next(row for row in view.tandems.rows if row["mentee"]["text"] == pair[0])
    before = run.match().objective
    decide(view, row["id"], "forbid")
    assert pair not in pairs(view)
    after = run.match().objective
    assert len(view.tandems.rows) == after["tandems"]
    changed = "Das Tandem ist ausgeschlossen. Geändert hat sich etwas für Eva Muster1"
    assert view.model.message.startswith(changed)
    lost = before["total"] - after["total"]
    assert lost > 0
    assert f"sinkt um {lost} Punkt" in view.model.message


def test_taking_a_decision_back_restores_the_matching(view):
    before = pairs(view)
    decide(view, view.tandems.rows[0]["id"], "forbid")
    assert pairs(view) != before
    (decision,) = view.decisions.rows
    assert decision["kind"]["text"] == "ausgeschlossen"
    send(view.decisions, decision["id"], "undo")
    assert pairs(view) == before
    assert view.decisions.rows == []
    assert view.model.message.startswith("Die Entscheidung ist zurückgenommen.")


def test_a_decision_that_somebody_else_took_back_is_said(run, view):
    decide(view, view.tandems.rows[0]["id"], "lock")
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
    send(view.tandems, row["id"], "forbid")
    question = view.pair_question
    question.form.edit("reason", "Zu weit weg")
    hers = service.decide(run.bench.store, run.bench.actor, run.id, *pair, "lock", "Beide wünschen es")
    question.yes.click()
    assert view.model.refused
    assert "vorher nicht entschieden, jetzt fixiert („Beide wünschen es“)" in view.model.message
    assert run.decisions == [hers]
    assert [shown["reason"] for shown in view.decisions.rows] == ["Beide wünschen es"]
    assert visible(question)
    assert "Jetzt gilt: fixiert („Beide wünschen es“)" in question.conflict.value
    assert question.form.values["reason"] == "Zu weit weg"
    question.yes.click()
    assert [(d.kind, d.reason) for d in run.decisions] == [("forbid", "Zu weit weg")]
    assert not visible(question)


def test_an_approval_meanwhile_ends_the_question_and_shows_what_was_approved(run, view):
    send(view.tandems, view.tandems.rows[0]["id"], "forbid")
    run.approve(run.match())
    view.pair_question.yes.click()
    assert view.model.refused
    assert view.model.asked is None
    assert run.decisions == []
    assert "3 Tandems sind freigegeben" in view.summary.value


def test_an_approval_that_a_colleague_renewed_is_not_taken_back_unseen(run, view):
    view.approve.click()
    view.question.yes.click()
    hands = run.bench.store, run.bench.actor, run.id
    service.withdraw_approval(*hands, run.record.version)
    run.approve(run.match())
    view.withdraw.click()
    view.question.yes.click()
    assert view.model.refused
    assert run.record.approved_at is not None
    view.withdraw.click()
    view.question.yes.click()
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
    assert f"Gemessen am Vorschlag: {row['price']['text']}." in view.pair_question.text.value
    view.pair_question.yes.click()
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


def test_another_goal_ends_the_question_about_the_proposal_that_was_shown(run, view):
    view.approve.click()
    view.goal._handle_custom_msg({"choose": "fair"}, [])
    assert view.model.asked is None
    assert not visible(view.question)


def test_approval_asks_first_and_can_be_taken_back(run, view):
    proposed = pairs(view)
    view.approve.click()
    assert visible(view.question)
    assert run.record.approved_at is None
    view.question.no.click()
    assert not visible(view.question)
    view.approve.click()
    view.question.yes.click()
    assert run.record.approved_at is not None
    assert len(run.tandems) == 3
    assert view.model.message == "Freigegeben: 3 Tandems sind gebildet."
    assert pairs(view) == proposed
    assert not any(row.get("actions") for row in view.tandems.rows)
    assert len(view.left.rows) == 1
    assert not visible(view.approve)
    assert not visible(view.goal)
    assert 'href="network?run=' in view.ways.value
    assert 'href="reports?run=' in view.ways.value
    view.withdraw.click()
    view.question.yes.click()
    assert run.record.approved_at is None
    assert len(run.tandems) == 0
    assert pairs(view) == proposed
    assert visible(view.approve)


@pytest.mark.parametrize(("day", "told"), [(dt.date(2014, 2, 28), True), (dt.date(2014, 3, 1), False)])
@pytest.mark.parametrize("deed", ["approve", "fix"])
def test_a_question_about_all_names_a_closing_date_that_lies_ahead(run, view, deed, day, told):
    run.bench.store.clock = lambda: dt.datetime.combine(day, dt.time(12), dt.UTC)
    view.model.ask(deed)
    assert ("Die Bewerbungsfrist läuft noch bis zum 28.02.2014." in view.question.text.value) is told
    assert ("sich ab jetzt bewirbt" in view.question.text.value) is (told and deed == "approve")


def test_what_is_not_shown_any_more_is_not_approved(run, view):
    apply(run, 9, "mentee", organisation="Werne", answers={"pay_grade": 10, "topics": ["Recht", "Haushalt"]})
    apply(run, 8, "mentor", organisation="Lünen", answers={"pay_grade": 13})
    view.approve.click()
    view.question.yes.click()
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
    decide(view, view.tandems.rows[0]["id"], "lock")
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
    decide(view, locked, "lock")
    for row, action in itertools.product([locked, "mentee:P99", "", None], ["forbid", "approve", "lock"]):
        send(view.tandems, row, action)
    view.tandems.set_state({"rows": []})
    assert len(run.decisions) == 1
    assert view.model.asked is None


def test_what_people_typed_is_never_markup(run):
    apply(run, 9, "mentee", organisation="Werne", last_name=HOSTILE, answers={"pay_grade": 10})
    apply(run, 8, "mentor", organisation="Lünen", last_name=HOSTILE, answers={"pay_grade": 13})
    view = MatchingView(MatchingModel(run))
    html = []
    for row in (*view.tandems.rows, *view.left.rows):
        view.model.choose(row["id"])
        html.append(view.detail.story.value)
    view.approve.click()
    html += [view.summary.value, view.proof.value, view.question.text.value]
    assert any("&lt;img" in text for text in html)
    assert not any("<img" in text for text in html)


def test_a_question_left_decides_nothing_and_escape_leaves_it(run, view):
    key = view.tandems.rows[0]["id"]
    for leave in (
        view.pair_question.no.click,
        lambda: view.pair_question.heading._handle_custom_msg({"event": "close"}, []),
    ):
        send(view.tandems, key, "lock")
        assert visible(view.side)
        assert view.pair_question.heading.text
        leave()
        assert not visible(view.side)
        assert view.pair_question.heading.text == ""
    assert run.decisions == []


def test_a_reason_is_kept_by_the_pair_it_is_about(view):
    first, second = (row["id"] for row in view.tandems.rows[:2])
    keys = set()
    for key, action in ((first, "lock"), (first, "forbid"), (second, "lock")):
        send(view.tandems, key, action)
        keys.add(view.pair_question.form.key)
        view.pair_question.no.click()
    assert len(keys) == 3


def test_approved_tandems_keep_their_reasons_details_and_decisions(run, view):
    decide(view, view.tandems.rows[0]["id"], "lock", "Beide wünschen es")
    before = {row["id"]: row["because"] for row in view.tandems.rows}
    key = view.tandems.rows[0]["id"]
    view.approve.click()
    view.question.yes.click()
    assert {row["id"]: row["because"] for row in view.tandems.rows} == before
    view.tandems.select(key)
    assert visible(view.detail.points)
    assert not visible(view.detail.others)
    assert "Entscheidung: fixiert („Beide wünschen es“)." in view.detail.story.value
    tandem = run.tandems.set_index("mentee_id").loc[key.partition(":")[2]]
    assert sum(row["points"]["sort"] for row in view.detail.points.rows) == tandem["score"]
    assert all(row["actions"] == [] for row in view.decisions.rows)
    assert [row["reason"] for row in view.decisions.rows] == ["Beide wünschen es"]
    (left,) = view.left.rows
    view.left.select(left["id"])
    assert left["reason"] in view.detail.story.value


def test_after_the_data_changed_the_points_stay_and_no_reason_is_made_up(run, view):
    view.approve.click()
    view.question.yes.click()
    key = view.tandems.rows[0]["id"]
    score = view.tandems.rows[0]["score"]["text"]
    with run.bench.store.write("anna", "test") as writer:
        people = {a.person_id: a for a in writer.all(Application)}
        writer.save(people[key.partition(":")[2]].with_(answers={"pay_grade": 9, "topics": ["Reiten"]}))
    view.model.refresh()
    row = view.tandems.rows[0]
    assert (row["score"]["text"], row["because"]) == (score, "")
    view.tandems.select(key)
    assert "seit der Freigabe geändert" in view.detail.story.value
    assert not any(row["because"] for row in view.detail.points.rows)


def test_who_is_not_decided_on_is_named_with_the_way_there(run):
    assert not visible(MatchingView(MatchingModel(run)).undecided)
    apply(run, 9, "mentee", status="review", last_name="Offen")
    apply(run, 10, "mentor", status="ineligible", last_name="Raus")
    view = MatchingView(MatchingModel(run))
    assert visible(view.undecided)
    assert "1 Bewerbung nimmt nicht teil" in view.undecided.value
    assert "Eva Offen" in view.undecided.value
    assert "Raus" not in view.undecided.value
    assert 'href="intake?run=cross-administration%2F2014&amp;show=open"' in view.undecided.value
    view.model.ask("fix")
    assert "1 Bewerbung nimmt nicht teil" in view.question.text.value


def test_an_address_leads_to_the_rows_it_names(run):
    assert MatchingView(MatchingModel(run, "left")).tabs.value == "left"
    assert MatchingView(MatchingModel(run, "nonsense")).tabs.value == "tandems"


def test_who_waits_under_a_quota_is_told_her_number_and_the_selection_can_be_fixed(run):
    with run.bench.store.write("anna", "test") as writer:
        programme = run.programme
        quotas = programme.settings.quotas.model_copy(update={"mentees": 1, "mentors": None, "own": {}})
        writer.save(programme.with_(settings=programme.settings.model_copy(update={"quotas": quotas})))
    view = MatchingView(MatchingModel(run, "left"))
    places = {row["id"]: (row["place"]["text"], row["reason"]) for row in view.left.rows}
    waiting = [reason for place, reason in places.values() if place == "auf der Nachrückliste"]
    assert len(waiting) == 1
    assert "Stelle 1 der Nachrückliste" in waiting[0]
    assert visible(view.selection)
    view.fix.click()
    assert not run.record.selection_fixed
    view.question.yes.click()
    assert run.record.selection_fixed
    assert (visible(view.fix), visible(view.release)) == (False, True)
    view.release.click()
    view.question.yes.click()
    assert not run.record.selection_fixed


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
    decide(view, view.tandems.rows[0]["id"], "lock")
    assert view.model.message == "The tandem is locked. All tandems stay as they were."


def test_wishes_come_first_where_somebody_has_one(run, view):
    assert "wishes" not in dict(view.goal.options)
    with run.bench.store.write("anna", "test") as writer:
        for number, (mentee, mentor) in enumerate(((1, 6), (2, 5), (3, 7)), start=1):
            wish = Wish(
                id=f"W{number}", run_id=run.id, application_id=f"A{mentee}", rank=1, text="Eva Muster",
                mentor_application_id=f"A{mentor}",
            )  # fmt: skip
            writer.save(wish)
    view.model.refresh()
    view.goal._handle_custom_msg({"choose": "wishes"}, [])
    assert {("Eva Muster1", "Eva Muster6"), ("Eva Muster2", "Eva Muster5")} < pairs(view)
    assert view.model.state.solved.wishes["fulfilled"] == 3
    assert "erfüllt mehr Wünsche" in view.proof.value


def test_another_goal_is_told_to_be_ones_own_view_and_named_before_the_approval(run):
    view = MatchingView(MatchingModel(run))
    told = "Die anderen sehen es für „Höchste Passung insgesamt“"
    assert told not in view.resting.value
    view.goal.value = "fair"
    assert "„Kein Tandem soll zurückstehen“" in view.resting.value
    assert told in view.resting.value
    view.approve.click()
    assert told in view.question.text.value
    view.close()


def test_after_the_approval_the_focus_goes_to_the_tandems(run, monkeypatch):
    view = MatchingView(MatchingModel(run))
    sent = []
    monkeypatch.setattr(view.tabs.list, "send", sent.append)
    view.approve.click()
    view.question.yes.click()
    assert sent == [{"event": "focus"}]
    view.close()


def test_where_too_little_is_known_the_board_says_why_as_the_sheet_does(view):
    solved = view.model.state.solved
    i, j = solved.row("mentee", "P4"), solved.row("mentor", "P5")  # P4 names no topic
    told = {row["id"]: row["because"] for row in pair_rows.point_rows(solved, i, j)}
    assert told == {used.name: because_of(solved, used, i, j) for used in solved.scores.criteria}
    assert told["topics"] == "Es zählt die Mitte: eine Angabe fehlt."


def test_a_decision_names_who_decided_and_when(run, view):
    with run.bench.store.write("anna", "test") as writer:
        writer.save(User(id="karla", display_name="Karla Beispiel"))
    decide(view, "mentee:P1", "lock")
    colleague_decides(run, ("P2", "P7"), "forbid")
    view.model.look()
    state = view.model.state
    told = rows.decision_rows(state.decisions, state.applications, state.deciders, may_decide=True)
    first, second = (row["kind"]["note"] for row in told)
    assert first.endswith(", anna")
    assert second.endswith(", Karla Beispiel")
    assert date(state.deciders[state.decisions[1].id].at.astimezone().date()) in second
