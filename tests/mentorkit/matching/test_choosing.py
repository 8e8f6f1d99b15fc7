from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from matching_samples import RUN, administration, mentee, mentor

from mentorkit.errors import NotAllowed, RuleBroken, StaleRecord
from mentorkit.intake import actions, merge, unmerge
from mentorkit.language import Voice, speaking
from mentorkit.matching import choosing, moving_up, placing, ranking, service
from mentorkit.overview import due, overview
from mentorkit.overview.changes import changes
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Grant, Orders, Organisation, Person, Programme, Run
from mentorkit.programme.settings import Quotas, load_preset
from mentorkit.setup import begin
from mentorkit.setup import service as setup
from mentorkit.store import Store

PROGRAMME = "cross-administration"
LEAD = sole_actor("lea")
KAMEN = Actor("karin", (Grant(id="G1", user_id="karin", role="organisation", organisation="Kamen"),))
ANALYST = Actor("ali", (Grant(id="G2", user_id="ali", role="analyst"),))


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield


def said(a):
    """Return entries that are judged to be in order."""
    return {
        "first_name": a.first_name, "last_name": a.last_name, "organisation": a.organisation,
        "email": a.answers["email"], "pay_grade": f"EG {a.answers['pay_grade']}b", "gender": "w",
        "qualification": "Studium", "permanent": "ja", "topics": "Netzwerke",
    }  # fmt: skip


def filled(people):
    """Return a store with these people; ids are counted, as the store counts them."""
    made = Store.create()
    with made.write("lea", "test") as writer:
        preset = load_preset(PROGRAMME)
        writer.save(Programme(id=PROGRAMME, name=preset.name, preset=PROGRAMME, settings=preset))
        writer.save(Run(id=RUN, programme_id=PROGRAMME, name="2014"))
        for a in people:
            person = Person(id=a.person_id, programme_id=PROGRAMME, first_name="Eva", last_name=a.last_name)
            writer.save(person)
            writer.save(a.with_(id=writer.new_id(Application), entries=said(a)))
    return made


@pytest.fixture
def store():
    """Five mentees of Kamen and one of Lünen, three mentors of Werne."""
    grade = {"pay_grade": 9, "topics": ["Netzwerke"]}
    people = [
        *(mentee(f"M{n} Muster", "Kamen", **grade) for n in range(1, 6)),
        mentee("L Muster", "Lünen", **grade),
        *(mentor(f"W{n} Muster", "Werne", pay_grade=12, topics=["Netzwerke"]) for n in range(1, 4)),
    ]
    made = filled(people)
    yield made
    made.close()


def run_of(store):
    with store.read() as reader:
        return reader.get(Run, RUN)


def stored(store):
    with store.read() as reader:
        return {a.first_name: a for a in reader.all(Application, run_id=RUN)}


def places(store):
    return {name: a.place for name, a in stored(store).items() if a.organisation == "Kamen"}


def order(store, chosen, organisation=None, actor=LEAD):
    return ranking.choose_order(store, actor, RUN, chosen, run_of(store).version, organisation=organisation)


def fix(store):
    return choosing.fix_selection(store, LEAD, RUN, run_of(store).version)


def withdraw(store, name, actor=LEAD):
    application = stored(store)[name]
    return actions.withdraw(store, actor, application.id, "moves away", application.version)


def waiting(store):
    return [(p.person, p.number) for p in choosing.select(store, LEAD, RUN).waiting]


def test_the_order_of_a_run_holds_for_all_and_an_organisation_may_have_its_own(store):
    order(store, "arrival")
    assert waiting(store) == [("M4 Muster", 1), ("M5 Muster", 2)]
    people = stored(store)
    ranking.rank(store, KAMEN, RUN, [people["M5"], people["M4"]])
    assert order(store, "rank", "Kamen", KAMEN) == Orders(general="arrival", own={"Kamen": "rank"})
    assert waiting(store) == [("M2 Muster", 1), ("M3 Muster", 2)]
    assert order(store, None, "Kamen") == Orders(general="arrival")


def test_an_order_tried_out_changes_nothing(store):
    before = run_of(store)
    tried = choosing.select(store, LEAD, RUN, "arrival")
    assert [p.person for p in tried.waiting] == ["M4 Muster", "M5 Muster"]
    assert run_of(store) == before


def test_fixing_by_an_order_keeps_the_order_with_the_places(store):
    fixed = choosing.fix_selection(store, LEAD, RUN, run_of(store).version, "arrival")
    assert run_of(store).orders == Orders(general="arrival")
    assert fixed == choosing.select(store, LEAD, RUN)
    selected, listed = dict.fromkeys(["M1", "M2", "M3"], "selected"), dict.fromkeys(["M4", "M5"], "waiting")
    assert places(store) == selected | listed


def test_who_is_next_moves_up_when_somebody_withdraws_and_the_trail_says_so(store):
    order(store, "arrival")
    fix(store)
    withdraw(store, "M2", KAMEN)
    assert places(store) == {
        "M1": "selected", "M2": "out", "M3": "selected", "M4": "selected", "M5": "waiting"
    }  # fmt: skip
    with store.read() as reader:
        (entry,) = reader.trail(action=placing.MOVE_UP)
    assert (entry["subject"], entry["actor"]) == (stored(store)["M4"].id, "karin")
    assert entry["reason"] == "A place of Kamen became free."
    assert waiting(store) == [("M5 Muster", 1)]


def test_when_who_waits_withdraws_nobody_moves_up(store):
    order(store, "arrival")
    fix(store)
    withdraw(store, "M4")
    assert places(store)["M5"] == "waiting"
    withdraw(store, "M1")
    assert places(store)["M5"] == "selected"
    withdraw(store, "M3")
    assert [v for v in places(store).values() if v == "selected"] == ["selected"] * 2


def test_many_withdrawn_at_once_make_room_for_those_who_stay(store):
    order(store, "arrival")
    fix(store)
    people = stored(store)
    plan = actions.preview(store, LEAD, "withdraw", [people["M1"].id, people["M4"].id])
    actions.apply(store, LEAD, plan)
    assert places(store) == {"M1": "out", "M2": "selected", "M3": "selected", "M4": "out", "M5": "selected"}


def by_readmitting(store, gone):
    return actions.readmit(store, LEAD, gone.id, "", gone.version)


def by_undoing(store, gone):
    return actions.undo(store, LEAD, gone.id, gone.version)


BACK = pytest.mark.parametrize("back", [by_readmitting, by_undoing])


def test_undoing_a_withdrawal_gives_the_place_back_to_the_letter(store):
    order(store, "arrival")
    fix(store)
    before = places(store)
    by_undoing(store, withdraw(store, "M1"))
    assert places(store) == before


def test_who_takes_part_again_waits_in_order_where_no_place_is_free(store):
    order(store, "arrival")
    fix(store)
    by_readmitting(store, withdraw(store, "M1"))
    selection = choosing.select(store, LEAD, RUN)
    assert sum(p.organisation == "Kamen" for p in selection.selected) == 3
    assert [(p.person, p.code, p.number) for p in selection.waiting] == [
        ("M1 Muster", "quota", 1), ("M5 Muster", "quota", 2)
    ]  # fmt: skip
    assert "number 1" in selection.waiting[0].reason


@BACK
def test_who_takes_part_again_gets_a_place_that_is_free(store, back):
    order(store, "arrival")
    for name in ("M4", "M5"):
        withdraw(store, name)
    fix(store)
    assert back(store, withdraw(store, "M2")).place == "selected"
    assert moving_up.vacancies(store, LEAD, RUN) == []


@BACK
def test_who_takes_part_again_after_approval_comes_in_the_order_of_the_list(store, back):
    order(store, "arrival")
    fix(store)
    service.approve(store, LEAD, RUN, service.propose(store, LEAD, RUN), run_of(store).version)
    late, first = withdraw(store, "M4"), withdraw(store, "M1")
    assert back(store, late).place == "selected"
    assert back(store, first).place == "waiting"
    withdraw(store, "M4")
    again = withdraw(store, "M1")
    assert back(store, again).place == "selected"
    assert back(store, stored(store)["M4"]).place == "waiting"


@BACK
def test_without_a_quota_who_takes_part_again_has_a_place(store, back):
    settings = load_preset(PROGRAMME)
    with store.write("lea", "test") as writer:
        programme = writer.get(Programme, PROGRAMME)
        writer.save(programme.with_(settings=settings.model_copy(update={"quotas": Quotas()})))
    fix(store)
    assert back(store, withdraw(store, "M1")).place == "selected"


def test_one_free_place_is_given_once_when_many_take_part_again(store):
    order(store, "arrival")
    for name in ("M3", "M4", "M5"):
        withdraw(store, name)
    fix(store)
    people = stored(store)
    plan = actions.preview(store, LEAD, "readmit", [people[name].id for name in ("M5", "M3", "M4")])
    actions.apply(store, LEAD, plan)
    held = [name for name, place in places(store).items() if place == "selected"]
    assert (len(held), len(waiting(store))) == (3, 2)


def test_undoing_a_readmission_lets_who_is_next_move_up(store):
    order(store, "arrival")
    fix(store)
    m5, m4, m1 = (withdraw(store, name) for name in ("M5", "M4", "M1"))
    back = by_readmitting(store, m1)
    assert (back.place, by_readmitting(store, m4).place) == ("selected", "waiting")
    assert by_undoing(store, back).place == "out"
    assert (places(store)["M4"], by_readmitting(store, m5).place) == ("selected", "waiting")


def test_what_was_undone_and_restored_is_as_if_nothing_was_undone(store):
    order(store, "arrival")
    fix(store)
    gone = withdraw(store, "M4")
    back = actions.undo(store, LEAD, gone.id, gone.version)
    assert (back.withdrawn, back.place) == (None, "waiting")
    assert waiting(store) == [("M4 Muster", 1), ("M5 Muster", 2)]
    again = actions.redo(store, LEAD, back.id, back.version)
    assert (again.withdrawn, again.place, waiting(store)) == (gone.withdrawn, "out", [("M5 Muster", 1)])


def test_when_two_who_are_selected_are_one_who_is_next_moves_up_and_keeps_the_place(store):
    order(store, "arrival")
    fix(store)
    people = stored(store)
    one, two = people["M1"].person_id, people["M2"].person_id
    merge.merge(store, LEAD, merge.preview(store, LEAD, one, two))
    assert sorted(places(store).values()) == ["out", "selected", "selected", "selected", "waiting"]
    assert places(store)["M4"] == "selected"
    unmerge.unmerge(store, LEAD, one, two)
    assert sorted(places(store).values()) == ["selected", "selected", "selected", "waiting", "waiting"]
    assert {a.person_id for a in stored(store).values()} >= {one, two}
    assert places(store)["M4"] == "selected"


def test_two_who_are_one_are_taken_apart_though_the_selection_was_released_since(store):
    order(store, "arrival")
    fix(store)
    one, two = (stored(store)[name].person_id for name in ("M1", "M2"))
    merge.merge(store, LEAD, merge.preview(store, LEAD, one, two))
    choosing.release_selection(store, LEAD, RUN, run_of(store).version)
    unmerge.unmerge(store, LEAD, one, two)
    assert set(places(store).values()) == {None}


def test_a_withdrawal_does_not_fail_on_a_lock_of_who_withdrew(store):
    people = stored(store)
    service.decide(store, LEAD, RUN, people["M1"].person_id, people["W1"].person_id, "lock")
    order(store, "arrival")
    fix(store)
    withdraw(store, "M1")
    assert places(store)["M4"] == "selected"


def test_after_approval_nobody_moves_up_unasked_but_the_free_place_is_told(store):
    order(store, "arrival")
    fix(store)
    service.approve(store, LEAD, RUN, service.propose(store, LEAD, RUN), run_of(store).version)
    withdraw(store, "M1")
    assert places(store)["M4"] == "waiting"
    (vacancy,) = moving_up.vacancies(store, LEAD, RUN)
    assert (vacancy.places, [p.person for p in vacancy.next]) == (1, ["M4 Muster"])
    with pytest.raises(RuleBroken, match="approved"):
        moving_up.fill_vacancies(store, LEAD, RUN, run_of(store).version)
    service.withdraw_approval(store, LEAD, RUN, run_of(store).version)
    (moved,) = moving_up.fill_vacancies(store, LEAD, RUN, run_of(store).version)
    assert (moved.first_name, moved.place) == ("M4", "selected")
    assert moving_up.vacancies(store, LEAD, RUN) == []


def test_without_a_fixed_selection_a_withdrawal_moves_nobody(store):
    gone = withdraw(store, "M1")
    assert gone.place is None
    assert set(places(store).values()) == {None}


def test_while_the_selection_is_fixed_neither_order_nor_ranks_change(store):
    fix(store)
    people = stored(store)
    for change in (
        lambda: order(store, "arrival"),
        lambda: ranking.rank(store, LEAD, RUN, [people["M2"], people["M1"]]),
    ):
        with pytest.raises(RuleBroken, match="fixed"):
            change()


def test_ranks_are_given_in_one_go_and_taken_from_who_is_left_out(store):
    people = stored(store)
    ranking.rank(store, LEAD, RUN, [people["M3"], people["M1"]])
    people = stored(store)
    assert (people["M3"].rank, people["M1"].rank) == (1, 2)
    ranking.rank(store, LEAD, RUN, [people["M1"]])
    assert {name: a.rank for name, a in stored(store).items() if a.rank} == {"M1": 1}


def test_a_ranking_made_on_an_older_state_is_refused(store):
    old = stored(store)
    ranking.rank(store, LEAD, RUN, [old["M1"], old["M2"]])
    with pytest.raises(StaleRecord):
        ranking.rank(store, LEAD, RUN, [old["M2"], old["M1"]])
    assert stored(store)["M1"].rank == 1


@pytest.mark.parametrize("others", [("M1", "L"), ("L", "W1"), ()])
def test_only_people_of_one_role_and_organisation_are_ranked_together(store, others):
    people = stored(store)
    with pytest.raises(RuleBroken, match="one role and organisation"):
        ranking.rank(store, LEAD, RUN, [people[name] for name in others])


def test_an_officer_sees_and_ranks_her_own_people_only(store):
    people = stored(store)
    seen = ranking.rankings(store, KAMEN, RUN)
    assert {line.application.organisation for queue in seen for line in queue.lines} == {"Kamen"}
    assert {r.queue.organisation for r in ranking.rankings(store, LEAD, RUN)} == {"Kamen", "Lünen", "Werne"}
    for attempt in (
        lambda: ranking.rank(store, KAMEN, RUN, [people["L"]]),
        lambda: order(store, "arrival", "Lünen", KAMEN),
        lambda: order(store, "arrival", None, KAMEN),
        lambda: choosing.compare(store, KAMEN, RUN),
        lambda: moving_up.vacancies(store, KAMEN, RUN),
        lambda: moving_up.fill_vacancies(store, KAMEN, RUN, run_of(store).version),
        lambda: ranking.rankings(store, ANALYST, RUN),
        lambda: ranking.rank(store, ANALYST, RUN, [people["M1"]]),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert stored(store) == people


def test_a_queue_tells_places_only_where_they_are_certain(store):
    def told():
        return {
            line.application.first_name: line.place
            for seen in ranking.rankings(store, KAMEN, RUN)
            for line in seen.lines
        }

    assert told() == dict.fromkeys(["M1", "M2", "M3", "M4", "M5"])
    order(store, "arrival")
    assert (told()["M3"], told()["M4"]) == ("selected", "waiting")
    fix(store)
    withdraw(store, "M1")
    assert (told()["M4"], told()["M5"], "M1" in told()) == ("selected", "waiting", False)


def test_the_comparison_takes_arrival_where_the_run_ranks_nobody():
    store = filled(administration(per_town=(6, 6)))
    before = run_of(store)
    found = choosing.compare(store, LEAD, RUN)
    assert found.ranked.selection.orders == Orders(general="arrival")
    assert found.matching.selection == choosing.select(store, LEAD, RUN)
    assert found.matching.tandems == service.propose(store, LEAD, RUN).objective["tandems"]
    assert found.ranked.selection == choosing.select(store, LEAD, RUN, "arrival")
    order(store, "rank")
    assert choosing.compare(store, LEAD, RUN).ranked.selection.orders == Orders(general="rank")
    assert choosing.compare(store, LEAD, RUN, "arrival").ranked.selection.orders.general == "arrival"
    choosing.fix_selection(store, LEAD, RUN, run_of(store).version, "arrival")
    assert choosing.compare(store, LEAD, RUN, "arrival").matching == found.matching
    assert before.orders == Orders()
    store.close()


def test_a_ranking_is_not_passed_over_by_approving_what_the_matching_chose(store):
    order(store, "arrival")
    matching = service.propose(store, LEAD, RUN)
    with pytest.raises(RuleBroken, match="fix the selection first"):
        service.approve(store, LEAD, RUN, matching, run_of(store).version)
    fix(store)
    assert service.approve(store, LEAD, RUN, service.propose(store, LEAD, RUN), run_of(store).version)


def test_who_waits_beside_a_free_place_is_due_and_who_moved_up_is_told(store):
    today = dt.date(2014, 3, 3)

    def waits():
        seen = overview(store, LEAD, RUN, today)
        return sum(item.n for item in due(seen) if item.kind == "vacancy")

    order(store, "arrival")
    fix(store)
    assert waits() == 0
    service.approve(store, LEAD, RUN, service.propose(store, LEAD, RUN), run_of(store).version)
    withdraw(store, "M1")
    assert waits() == 1
    service.withdraw_approval(store, LEAD, RUN, run_of(store).version)
    moving_up.fill_vacancies(store, LEAD, RUN, run_of(store).version)
    assert waits() == 0
    assert [(c.action, c.n) for c in changes(store, LEAD, 1)] == [("selection.move_up", 1)]


def test_the_next_run_gives_its_places_alike_and_a_renamed_organisation_keeps_its_order(store):
    order(store, "arrival")
    order(store, "rank", "Kamen")
    with store.write("lea", "test") as writer:
        writer.save(Organisation(id="O1", programme_id=PROGRAMME, name="Kamen"))
    change = setup.change_of(store, LEAD, PROGRAMME)
    renamed = [edit.renamed("Stadt Kamen") for edit in change.organisations]
    setup.save(store, LEAD, replace(change, organisations=tuple(renamed)))
    assert run_of(store).orders == Orders(general="arrival", own={"Stadt Kamen": "rank"})
    following = begin.next_run(store, LEAD, RUN, "2015")
    with store.read() as reader:
        assert reader.get(Run, following).orders == Orders(general="arrival", own={"Stadt Kamen": "rank"})
