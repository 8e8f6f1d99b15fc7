from __future__ import annotations

import pytest
from hypothesis import given
from matching_samples import earlier, forbid, lock, mentee, mentor, person, programmes, settings

from mentorkit.language import Voice, speaking
from mentorkit.matching.criteria import evaluate
from mentorkit.matching.matching import match
from mentorkit.matching.pool import pool_of
from mentorkit.matching.rules import rules_of

ANNA, BEN, CEM = mentee("Anna Arndt", "Kamen"), mentor("Ben Bach", "Werne"), mentor("Cem Celik", "Kamen")


def codes(people, chosen=None, *, decisions=(), past=(), fixed=False):
    """Return the codes that block each pair, by names."""
    chosen = chosen or settings(pairing="any")
    pool = pool_of(people, earlier=past)
    rules = rules_of(pool, chosen, evaluate(pool, chosen.criteria).total, decisions, fixed=fixed)
    return {
        (a.first_name, b.first_name): rules.codes(i, j)
        for i, a in enumerate(pool.mentees)
        for j, b in enumerate(pool.mentors)
    }


def conflicts(people, chosen, decisions, *, past=(), fixed=False):
    pool = pool_of(people, earlier=past)
    scores = evaluate(pool, chosen.criteria).total
    with speaking(Voice("en")):
        return rules_of(pool, chosen, scores, decisions, fixed=fixed).conflicts()


def test_pairing_says_which_organisations_go_together():
    people = [ANNA, BEN, CEM]
    assert codes(people) == {("Anna", "Ben"): [], ("Anna", "Cem"): []}
    assert codes(people, settings(pairing="different")) == {
        ("Anna", "Ben"): [],
        ("Anna", "Cem"): ["same_organisation"],
    }
    assert codes(people, settings(pairing="same")) == {
        ("Anna", "Ben"): ["other_organisation"],
        ("Anna", "Cem"): [],
    }


@pytest.mark.parametrize("pairing", ["different", "same"])
def test_an_unknown_organisation_neither_crosses_nor_stays(pairing):
    people = [mentee("Anna"), BEN, mentor("Dora")]
    assert set(map(tuple, codes(people, settings(pairing=pairing)).values())) == {("no_organisation",)}


def test_nobody_is_paired_with_oneself():
    people = [person(role, "Doris Doppel", "Kamen") for role in ("mentee", "mentor")]
    assert codes([*people, BEN]) == {("Doris", "Doris"): ["same_person"], ("Doris", "Ben"): []}


@pytest.mark.parametrize(
    "told", ["Arndt, Anna", "Dr. Anna Arndt", "Arndt, Dr. Anna", "Anna Arndt, geb. Kurz"]
)
def test_a_pair_of_an_earlier_run_is_known_however_its_names_are_written(told):
    assert codes([ANNA, BEN, CEM], past=[earlier(told, "Bach, Ben")]) == {
        ("Anna", "Ben"): ["earlier_pair"],
        ("Anna", "Cem"): [],
    }


def test_a_pair_of_an_earlier_run_is_not_formed_again():
    assert codes([ANNA, BEN, CEM], past=[earlier("anna  ARNDT", "Ben Bach")]) == {
        ("Anna", "Ben"): ["earlier_pair"],
        ("Anna", "Cem"): [],
    }


def test_coordinators_can_forbid_a_pair():
    assert codes([ANNA, BEN], decisions=[forbid(ANNA, BEN)]) == {("Anna", "Ben"): ["forbidden"]}


def test_several_rules_can_block_one_pair():
    pool = pool_of([ANNA, CEM])
    chosen = settings(pairing="different", lowest_score=900)
    scores = evaluate(pool, chosen.criteria).total
    rules = rules_of(pool, chosen, scores, [forbid(ANNA, CEM)], fixed=True)
    expected = ["same_organisation", "not_selected", "forbidden", "low_score"]
    assert rules.codes(0, 0) == expected
    assert rules.all_codes().tolist() == [[";".join(expected)]]


def test_a_low_score_blocks_unless_the_pair_is_locked():
    strict = settings(pairing="any", lowest_score=501)
    assert codes([ANNA, BEN], strict) == {("Anna", "Ben"): ["low_score"]}
    assert codes([ANNA, BEN], strict, decisions=[lock(ANNA, BEN)]) == {("Anna", "Ben"): []}


def test_in_a_fixed_selection_only_the_selected_are_paired():
    people = [ANNA.with_(place="selected"), BEN.with_(place="selected"), CEM.with_(place="waiting")]
    assert codes(people, fixed=True) == {("Anna", "Ben"): [], ("Anna", "Cem"): ["not_selected"]}


def test_a_lock_against_a_rule_is_named():
    (sentence,) = conflicts([ANNA, BEN, CEM], settings(pairing="different"), [lock(ANNA, CEM)])
    assert sentence == (
        "The locked tandem Anna Arndt – Cem Celik breaks a rule: "
        "Anna Arndt and Cem Celik belong to the same organisation, Kamen."
    )


def test_locks_that_exceed_places_or_quota_are_named():
    chosen = settings(pairing="any", quotas={"mentees": 1, "mentors": 1})
    dora = mentee("Dora Dorn", "Kamen")
    (sentence,) = conflicts([ANNA, BEN, CEM], chosen, [lock(ANNA, BEN), lock(ANNA, CEM)])
    assert sentence.startswith("Anna Arndt has one place, but several tandems are locked")
    assert {"Ben Bach", "Cem Celik"} == {name for name in ("Ben Bach", "Cem Celik") if name in sentence}
    sentences = conflicts([ANNA, dora, BEN], chosen, [lock(ANNA, BEN), lock(dora, BEN)])
    assert len(sentences) == 2
    assert sentences[0].startswith("Ben Bach has one place")
    assert sentences[1].startswith("Kamen may send 1, but tandems of more people are locked")


def test_a_lock_on_somebody_who_takes_no_part_is_named():
    assert conflicts([ANNA, BEN], settings(), [lock(ANNA, CEM)]) == [
        "A locked tandem names somebody who does not take part. Please undo that lock."
    ]


@given(programmes())
def test_locks_conflict_exactly_when_the_solver_finds_no_matching(programme):
    people, chosen, decisions, past = programme
    matching = match(people, chosen, decisions=decisions, earlier=past)
    assert bool(matching.rules.conflicts()) == (matching.problem.conflict is not None)
    assert (matching.status == "infeasible") == bool(matching.reason)
