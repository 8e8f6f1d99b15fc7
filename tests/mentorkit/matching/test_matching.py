from __future__ import annotations

import json
import random
import time
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from matching_samples import (
    administration,
    forbid,
    lock,
    mentee,
    mentor,
    optimum_by_another_solver,
    person,
    programmes,
    settings,
    wish,
)

from mentorkit.errors import MentorkitError, NotFound, NothingToMatch
from mentorkit.matching.matching import PAIR_COLUMNS, match
from mentorkit.matching.solve import solve
from mentorkit.programme.settings import Quotas

UNNA = settings()


def one_place_each(people):
    return [a.with_(answers={**a.answers, "places": 1}) for a in people]


@pytest.fixture(scope="module", params=["network", "mixed-integer"])
def matching(request):
    """A matching of the district's size in both forms of the problem."""
    people = administration(per_town=(4, 5))
    found = match(one_place_each(people) if request.param == "network" else people, UNNA)
    assert found.solution.form == request.param
    return found


def test_the_optimum_equals_that_of_another_solver_on_the_exported_pairs(matching):
    people = [*matching.pool.mentees, *matching.pool.mentors]
    expected = optimum_by_another_solver(matching.pairs, people, UNNA.quotas)
    assert (matching.objective["tandems"], matching.objective["total"]) == expected


def test_an_organisation_with_a_quota_of_its_own_is_held_to_that_one():
    people = administration(per_town=(4, 5))
    quotas = Quotas(mentees=3, mentors=3, own={"KAMEN": {"mentees": 1}, "Werne": {"mentors": 4}})
    matching = match(people, settings(quotas=quotas))
    solved = matching.objective["tandems"], matching.objective["total"]
    assert solved == optimum_by_another_solver(matching.pairs, people, quotas)
    assert solved != optimum_by_another_solver(matching.pairs, people, UNNA.quotas)
    sent = matching.tandems.groupby("mentee_organisation").mentee_id.nunique()
    assert sent["Kamen"] == 1
    assert sent.drop("Kamen").max() == 3
    left = matching.unmatched.set_index("person").code
    assert set(left[[a.name for a in people if a.name in left.index and a.organisation == "Kamen"]]) == {
        "quota"
    }


def test_prices_equal_solving_again_with_the_pair_locked(matching):
    problem, pairs = matching.problem, matching.pairs
    n, m = matching.pool.shape
    for k in random.Random(5).sample(range(n * m), 25):
        row = pairs.iloc[k]
        again = solve(replace(problem, locked=(divmod(k, m),)))
        if again.status == "infeasible":
            assert pd.isna(row.price_tandems)
            continue
        best = matching.solution
        assert (row.price_tandems, row.price_total) == (
            best.tandems - again.tandems,
            best.total - again.total,
        )
        assert matching.price(row.mentee_id, row.mentor_id) == (row.price_tandems, row.price_total)


def test_pairs_have_the_columns_of_the_contract_one_row_per_mentee_and_mentor(matching):
    pairs = matching.pairs
    n, m = matching.pool.shape
    assert tuple(pairs.columns) == PAIR_COLUMNS
    assert len(pairs.drop_duplicates(["mentee_id", "mentor_id"])) == n * m
    assert pairs.matched.sum() == matching.objective["tandems"]
    assert (pairs[pairs.matched == 1][["price_tandems", "price_total"]] == 0).all().all()
    blocked = pairs[pairs.allowed == 0]
    assert (blocked.blocked_by != "").all()
    assert blocked.price_total.isna().all()
    assert (pairs[pairs.allowed == 1].blocked_by == "").all()
    assert pairs.blocked_by.tolist() == [
        ";".join(matching.rules.codes(i, j)) for i in range(n) for j in range(m)
    ]


def test_pairs_are_written_as_csv_and_progress_is_told(tmp_path):
    matching, steps = match(administration(per_town=(4, 5)), UNNA), []
    matching.write_pairs(tmp_path / "pairs.csv", progress=lambda done, all_: steps.append((done, all_)))
    assert steps[-1] == (len(matching.pool.mentees),) * 2
    content = (tmp_path / "pairs.csv").read_bytes()
    assert content.decode("utf-8").splitlines()[0] == ",".join(PAIR_COLUMNS)
    assert b"\r" not in content
    read = pd.read_csv(tmp_path / "pairs.csv", keep_default_na=False, na_values={"price_total": [""]})
    assert read.score.tolist() == matching.pairs.score.tolist()
    with pytest.raises(MentorkitError, match=r"pairs\.csv"):
        matching.write_pairs(tmp_path / "nowhere" / "pairs.csv")


def test_prices_of_single_pairs_equal_those_of_all_at_once():
    people = administration(per_town=(4, 5))
    alone, whole = match(people, UNNA), match(people, UNNA)
    pairs = whole.pairs
    for row in pairs.sample(15, random_state=3).itertuples():
        expected = None if pd.isna(row.price_total) else (row.price_tandems, row.price_total)
        assert alone.price(row.mentee_id, row.mentor_id) == expected


@pytest.mark.parametrize("goal", ["total", "fair"])
def test_the_order_of_rows_and_the_ids_change_nothing(goal):
    people = administration(seed=3)
    chance = random.Random(8)
    expected = match(people, UNNA, goal=goal).tandems

    def by_name(tandems):
        return tandems.drop(columns=["mentee_id", "mentor_id"]).to_csv()

    for _ in range(5):
        chance.shuffle(people)
        new = {a.person_id: f"P{n}" for n, a in enumerate(people)}
        renumbered = [a.with_(id=f"A{n}", person_id=new[a.person_id]) for n, a in enumerate(people)]
        assert by_name(match(renumbered, UNNA, goal=goal).tandems) == by_name(expected)


def test_the_same_data_give_the_same_bytes():
    first, second = (json.dumps(match(administration(), UNNA).to_json()) for _ in range(2))
    assert first == second


def test_the_json_is_as_the_contract_says(matching):
    found = json.loads(json.dumps(matching.to_json()))
    assert list(found) == ["run", "status", "goal", "proof", "objective", "wishes", "tandems", "unmatched"]
    assert found["run"] == "cross-administration/2014"
    assert set(found["objective"]) == {"tandems", "worst", "total"}
    assert len(found["tandems"]) == found["objective"]["tandems"]
    assert sum(t["score"] for t in found["tandems"]) == found["objective"]["total"]
    assert min(t["score"] for t in found["tandems"]) == found["objective"]["worst"]
    for tandem in found["tandems"]:
        assert list(tandem) == [
            "mentee_id", "mentee", "mentee_organisation", "mentor_id", "mentor", "mentor_organisation",
            "score", "contributions", "locked", "reasons",
        ]  # fmt: skip
        assert sum(tandem["contributions"].values()) == tandem["score"]
    for left in found["unmatched"]:
        assert list(left) == ["person_id", "person", "role", "code", "reason"]


def test_the_proof_can_be_checked_from_the_exported_pairs_alone():
    matching = match(one_place_each(administration(per_town=(4, 5))), UNNA)
    proof, pairs = matching.to_json()["proof"], matching.pairs
    u, v, a, b = (
        proof["potentials"][name]
        for name in ("mentees", "mentors", "mentee_organisations", "mentor_organisations")
    )
    towns = {p.person_id: p.organisation for p in (*matching.pool.mentees, *matching.pool.mentors)}
    for row in pairs[pairs.allowed == 1].itertuples():
        reached = u[row.mentee_id] + v[row.mentor_id] + a[towns[row.mentee_id]] + b[towns[row.mentor_id]]
        assert reached >= proof["big"] + row.score
    bound = sum(u.values()) + sum(v.values()) + 3 * (sum(a.values()) + sum(b.values()))
    assert min(*u.values(), *v.values(), *a.values(), *b.values()) >= 0
    assert bound == proof["value"] == proof["big"] * len(matching.tandems) + matching.objective["total"]


def test_the_proof_names_every_organisation_also_where_no_quota_is_set():
    people = [mentee("Ada Anfang", "Altena"), mentor("Mia Mitte", "Balve"), mentor("Zoe Ende", "Zons")]
    proof = match(people, settings(quotas=Quotas())).to_json()["proof"]
    for side in ("mentee_organisations", "mentor_organisations"):
        assert set(proof["potentials"][side]) == {"Altena", "Balve", "Zons"}


def assert_no_rule_broken(matching, people, chosen, decisions, past):
    by_id = {(a.role, a.person_id): a for a in people}
    tandems = [
        (by_id["mentee", t.mentee_id], by_id["mentor", t.mentor_id]) for t in matching.tandems.itertuples()
    ]
    names = {(a.name, b.name) for a, b in tandems}
    for a, b in tandems:
        assert a.person_id != b.person_id
        if chosen.pairing != "any":
            assert (a.organisation == b.organisation) == (chosen.pairing == "same")
    assert not names & {(t.mentee, t.mentor) for t in past}
    assert len({a.id for a, _ in tandems}) == len(tandems)
    for b in {b.id: b for _, b in tandems}.values():
        assert sum(other.id == b.id for _, other in tandems) <= b.places
    for side, role in enumerate(("mentee", "mentor")):
        persons = {pair[side].id: pair[side].organisation for pair in tandems}
        for town in set(persons.values()):
            quota = chosen.quotas.of(role, town)
            assert quota is None or list(persons.values()).count(town) <= quota
    ids = {(a.person_id, b.person_id) for a, b in tandems}
    locked = {(d.mentee_id, d.mentor_id) for d in decisions if d.kind == "lock"}
    assert locked <= ids
    assert not ids & {(d.mentee_id, d.mentor_id) for d in decisions if d.kind == "forbid"}
    for t in matching.tandems.itertuples():
        assert t.score >= chosen.lowest_score or (t.mentee_id, t.mentor_id) in locked
        assert t.locked == ((t.mentee_id, t.mentor_id) in locked)


@given(programmes(), st.sampled_from(["total", "fair"]))
@hypothesis_settings(deadline=None)
def test_no_rule_is_ever_broken_and_everybody_is_accounted_for(programme, goal):
    people, chosen, decisions, past = programme
    matching = match(people, chosen, decisions=decisions, earlier=past, goal=goal)
    if matching.status == "infeasible":
        assert matching.tandems.empty
        assert matching.unmatched.empty
        assert matching.reason
        return
    assert_no_rule_broken(matching, people, chosen, decisions, past)
    placed = {*matching.tandems.mentee_id, *matching.tandems.mentor_id}
    left = set(matching.unmatched.person_id)
    assert placed | left == {a.person_id for a in people}
    assert not placed & left


def test_a_locked_pair_is_always_in_the_answer_and_a_forbidden_one_never():
    people = administration()
    free = match(people, UNNA)
    taken = free.tandems.iloc[0]
    pool = {a.person_id: a for a in people}
    dearest = free.pairs.query("price_total > 0").sort_values("price_total").iloc[-1]
    wanted = lock(pool[dearest.mentee_id], pool[dearest.mentor_id])
    unwanted = forbid(pool[taken.mentee_id], pool[taken.mentor_id])
    again = match(people, UNNA, decisions=[wanted, unwanted])
    pairs = {(t.mentee_id, t.mentor_id): t.locked for t in again.tandems.itertuples()}
    assert pairs[dearest.mentee_id, dearest.mentor_id]
    assert (taken.mentee_id, taken.mentor_id) not in pairs
    only_lock = match(people, UNNA, decisions=[wanted])
    assert only_lock.objective["total"] == free.objective["total"] - dearest.price_total


def test_the_goal_wishes_fulfils_more_wishes_and_proves_it():
    anna, bea, cleo = mentee("Anna", topics=["Recht"]), mentee("Bea", topics=["Recht"]), mentee("Cleo")
    dora, emil, finn = mentor("Dora", topics=["Recht"]), mentor("Emil", topics=["Musik"]), mentor("Finn")
    people = [a.with_(answers={**a.answers, "places": 1}) for a in (anna, bea, cleo, dora, emil, finn)]
    wishes = [wish(anna, emil, 1), wish(bea, emil, 2), wish(bea, finn, 3), wish(cleo, dora, 2)]
    own = settings({"topics": 1000}, pairing="any", quotas=Quotas())
    total, best = (match(people, own, wishes=wishes, goal=goal) for goal in ("total", "wishes"))
    assert dict(zip(best.tandems.mentee, best.tandems.mentor, strict=True)) == {
        "Anna": "Emil",
        "Bea": "Finn",
        "Cleo": "Dora",
    }
    assert best.to_json()["wishes"] == {"mentees": 3, "fulfilled": 3, "first": 1}
    assert total.wishes["fulfilled"] < 3
    assert total.objective["total"] > best.objective["total"]
    assert best.proof["value"] == best.proof["dual_value"]
    own = ["price_tandems", "price_total"]
    pd.testing.assert_frame_equal(best.pairs[own], total.pairs[own])


def test_the_goal_fair_puts_the_worst_score_before_the_total():
    gained = []
    for seed in range(4):
        people = administration(seed=seed)
        total, fair = (match(people, UNNA, goal=goal) for goal in ("total", "fair"))
        assert fair.goal == fair.to_json()["goal"] == "fair"
        assert fair.objective["tandems"] == total.objective["tandems"]
        assert fair.objective["worst"] >= total.objective["worst"]
        assert fair.objective["total"] <= total.objective["total"]
        own = ["price_tandems", "price_total"]
        pd.testing.assert_frame_equal(fair.pairs[own], total.pairs[own])
        gained.append(fair.objective["worst"] - total.objective["worst"])
    assert max(gained) > 0


def test_somebody_can_be_mentee_and_mentor_in_one_run():
    people = [
        person("mentee", "Doris Doppel", "Kamen"),
        person("mentor", "Doris Doppel", "Kamen"),
        mentee("Anna", "Werne"),
        mentor("Ben", "Werne"),
    ]
    matching = match(people, settings(pairing="any"))
    assert set(zip(matching.tandems.mentee, matching.tandems.mentor, strict=True)) == {
        ("Doris Doppel", "Ben"),
        ("Anna", "Doris Doppel"),
    }
    assert len(matching.explain("Pdoris-doppel")) > len(matching.explain("Panna"))


def test_of_several_applications_of_a_person_in_one_role_one_counts():
    twice = [
        mentee("Anna", "Kamen"),
        mentee("Anna", "Kamen", topics=["Recht"]).with_(id="A2"),
        mentor("Ben", "Werne", places=2),
    ]
    assert len(match(twice, UNNA).tandems) == 1


def test_only_applications_in_order_or_admitted_take_part():
    overruled = {"by": "lead", "at": "2014-03-01T12:00:00Z", "reason": "checked"}
    refused = overruled | {"verdict": "refused"}
    people = [
        mentee("Anna", "Kamen"),
        mentee("Bea", "Kamen").with_(status="ineligible"),
        mentee("Dora", "Kamen").with_(status="review", overruled=overruled),
        mentee("Else", "Kamen").with_(overruled=refused),
        mentor("Ben", "Werne", places=3),
    ]
    assert sorted(match(people, UNNA).tandems.mentee) == ["Anna", "Dora"]


def test_a_fixed_selection_leaves_scores_as_they_were_and_matches_the_selected_only():
    people = administration()
    free = match(people, UNNA)
    held = {*free.tandems.mentee_id, *free.tandems.mentor_id}
    placed = [a.with_(place="selected" if a.person_id in held else "waiting") for a in people]
    fixed = match(placed, UNNA, fixed=True)
    pd.testing.assert_frame_equal(fixed.tandems, free.tandems)
    assert set(fixed.unmatched.code) == {"not_selected"}


@pytest.mark.parametrize("people", [[], [mentee("Anna", "Kamen")], [mentor("Ben", "Kamen")]])
def test_nobody_to_match_is_said(people):
    with pytest.raises(NothingToMatch):
        match(people, UNNA)


def test_contradicting_locks_are_infeasible_with_the_reason():
    a, b, c = mentee("Anna", "Kamen"), mentor("Ben", "Werne"), mentor("Cem", "Lünen")
    matching = match([a, b, c], UNNA, decisions=[lock(a, b), lock(a, c)])
    found = matching.to_json()
    assert found["status"] == "infeasible"
    assert found["tandems"] == []
    assert found["objective"] == {"tandems": 0, "worst": None, "total": 0}
    assert "Anna" in found["reason"]
    assert matching.pairs.price_total.isna().all()
    assert matching.explain("Panna")[-1] == found["reason"]


def test_nobody_unknown_is_priced_or_explained():
    matching = match(administration(), UNNA)
    with pytest.raises(NotFound):
        matching.price("P-nobody", matching.tandems.mentor_id[0])
    with pytest.raises(NotFound):
        matching.explain("P-nobody")


def test_alternatives_tell_what_each_mentor_would_cost(matching):
    mentee_id = matching.tandems.mentee_id[0]
    table = matching.alternatives(mentee_id)
    own = matching.pairs.query("mentee_id == @mentee_id").set_index("mentor_id")
    assert len(table) == len(matching.pool.mentors)
    assert table.score.is_monotonic_decreasing
    for row in table.itertuples():
        assert row.topics + row.experience == row.score == own.score[row.mentor_id]
        assert row.blocked_by == own.blocked_by[row.mentor_id]
        assert bool(row.because) == (not row.allowed)
    assert table.set_index("mentor_id").price_total.sort_index().equals(own.price_total.sort_index())


def test_frames_handed_out_do_not_change_the_matching():
    matching = match(administration(), UNNA)
    mine = matching.tandems
    mine["score"] = 0
    assert matching.tandems["score"].min() > 0


def test_a_district_is_matched_within_a_blink():
    people = administration(per_town=(4, 5))
    for places, limit in ((one_place_each(people), 0.05), (people, 0.5)):
        took = []
        for _ in range(5):
            start = time.process_time()
            match(places, UNNA)
            took.append(time.process_time() - start)
        assert min(took) < limit
