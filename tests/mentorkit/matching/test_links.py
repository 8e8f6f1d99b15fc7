"""A new link between organisations counts less for each further tandem on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matching_samples import earlier, lock, mentee, mentor, settings
from small_problems import administrations

from mentorkit.errors import MentorkitError
from mentorkit.language import LANGUAGES, Voice, speaking
from mentorkit.matching.criteria import history
from mentorkit.matching.link_words import deduction_in_price
from mentorkit.matching.links import Links
from mentorkit.matching.matching import match, reweighed
from mentorkit.matching.pool import pool_of
from mentorkit.matching.problem import Problem
from mentorkit.matching.proof import check_proof
from mentorkit.matching.proof_words import proof_details
from mentorkit.matching.rematch import keep_all_but
from mentorkit.matching.robustness import stability, weight_ranges
from mentorkit.matching.side_by_side import partners_changed
from mentorkit.matching.solve import GOALS, solve
from mentorkit.matching.swap import swap
from mentorkit.matching.what_if import WhatIf
from mentorkit.programme.records import Weighing
from mentorkit.programme.settings import Criterion

ENGLISH = Voice("en")


def weights(fall):
    new_link = Criterion(name="new_link", weight=400, options={"fall": fall} if fall else {})
    others = (Criterion(name="field", weight=300), Criterion(name="languages", weight=300))
    return settings(criteria=(*others, new_link), quotas={})


@pytest.fixture
def people():
    """Kamen and Werne go together; with Lünen it is 300 points less."""
    return [
        *(mentee(name, "Kamen", field="Recht") for name in ("Anna", "Bea")),
        *(mentor(name, "Werne", field="Recht") for name in ("Cem", "Dora")),
        mentor("Emil", "Lünen", field="Bau"),
    ]


def towns(matching):
    return sorted(matching.tandems.mentor_organisation)


def test_the_second_tandem_on_a_new_link_makes_way_for_another_link(people):
    plain, falling = match(people, weights(0)), match(people, weights(1))
    assert towns(plain) == ["Werne", "Werne"]
    assert towns(falling) == ["Lünen", "Werne"]
    assert plain.problem.links is None
    assert falling.objective["taken_off"] == 0
    assert "taken_off" not in plain.objective


def test_contributions_still_sum_to_the_score_and_the_total_is_what_remains(people):
    matching = match(people[:4], weights(0.25))
    tandems = matching.tandems
    assert (tandems.field + tandems.languages + tandems.new_link == tandems.score).all()
    assert matching.objective["taken_off"] == 100
    assert matching.objective["total"] == tandems.score.sum() - 100
    assert matching.to_json()["objective"] == matching.objective
    assert check_proof(matching.problem, matching.solution)
    assert not check_proof(matching.problem, replace(matching.solution, total=int(tandems.score.sum())))


def test_organisations_linked_before_lose_nothing(people):
    past = [earlier("X", "Y", "Werne", "Kamen")]
    matching = match(people[:4], weights(1), earlier=past)
    assert matching.objective["taken_off"] == 0


def test_links_count_both_ways_and_those_within_an_organisation_or_without_one_are_none():
    pool = pool_of([mentee("A", "Kamen"), mentee("B", "Werne"), mentee("O"), mentor("C", "Werne"),
                    mentor("D", "Kamen")])  # fmt: skip
    found = history.new_links(pool)
    number = {
        (a.name, b.name): found[i, j] for i, a in enumerate(pool.mentees) for j, b in enumerate(pool.mentors)
    }
    assert number["A", "C"] == number["B", "D"] >= 0
    assert {number["A", "D"], number["B", "C"], number["O", "C"], number["O", "D"]} == {-1}


@pytest.mark.parametrize("fall", [float("nan"), -1, 0])
def test_a_fall_that_takes_nothing_off_leaves_the_network_form(fall, people):
    assert history.further_tandems(400, fall) == ()
    assert not match(people, weights(fall)).problem.mixed


def test_a_fall_beyond_the_whole_bonus_takes_the_bonus():
    assert history.further_tandems(400, 7) == (400,)
    assert history.further_tandems(10, 1e-9) == ()


def test_tandems_are_told_that_others_share_their_link(people):
    with speaking(ENGLISH):
        matching = match(people[:4], weights(0.25))
        told = (
            "Kamen and Werne make this new link with 2 tandems; for that, 100 points are taken off the sum "
            "of the scores."
        )
        for (i, j), row in zip(matching.indices, matching.to_json()["tandems"], strict=True):
            assert told in row["reasons"]
            assert told in matching.explain(matching.pool.mentees[i].person_id)
            assert matching.solution.mate[i] == j
        assert not any("this new link" in s for s in match(people[:4], weights(0)).explain("Panna"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_proof_and_the_sentences_speak_every_language(language, people):
    with speaking(Voice(language)):
        matching = match(people[:4], weights(0.25))
        assert all(proof_details(matching))
        assert matching.proof["form"] == "mixed-integer"


def test_a_price_counts_what_is_taken_off(people):
    matching = match(people[:4], weights(1))
    assert set(matching.pairs.price_total) == {0}
    found = swap(match(people, weights(1)), "Panna", "Pcem")
    assert found.total == 0
    both = match(people, weights(1), decisions=[lock(people[0], people[2]), lock(people[1], people[3])])
    assert both.objective["total"] == match(people, weights(1)).objective["total"] - 400 + 300


def test_a_price_says_how_much_of_it_is_taken_off_for_a_shared_link(people):
    with speaking(ENGLISH):
        held = match(people, weights(1), decisions=[lock(people[0], people[2])])
        found = swap(held, people[1].person_id, "Pdora")
        assert found.after.objective["taken_off"] == 400
        told = "Of that, 400 points are taken off because several tandems make the same new link."
        assert deduction_in_price(found.matching, found.after) == told
        assert "400 points" in deduction_in_price(found.after, found.matching)
        assert not deduction_in_price(found.matching, found.matching)


def test_other_weights_can_be_tried_and_make_no_link_count(people):
    matching = match(people, weights(1))
    tried = reweighed(matching, Weighing(weights={"field": 1000, "languages": 0, "new_link": 0}))
    assert tried.problem.links is None
    assert towns(tried) == ["Werne", "Werne"]
    assert partners_changed(matching, tried)
    assert matching.problem.total(tried.solution.mate) < matching.solution.total


def test_the_range_of_a_weight_and_its_stability_heed_what_is_taken_off(people):
    matching = match(people, weights(1))
    ranges = weight_ranges(matching).set_index("criterion")
    # that much is worse with Lünen, so much the link has to be worth
    assert ranges.loc["new_link", "lowest"] == 300
    assert ranges.loc["new_link", "highest"] == 1000
    assert 0 < stability(matching, samples=5)["stays"].min() <= 1


def linked(seed, several=0.0, losses=(60, 120, 200)):
    """A problem of seven administrations in which a third of the links are new."""
    problem = administrations(seed, several)
    low, high = (
        pick(problem.mentee_group[:, None], problem.mentor_group) for pick in (np.minimum, np.maximum)
    )
    number = high * (high - 1) // 2 + low
    number[(number % 3 > 0) | (low == high)] = -1
    scores = problem.scores + np.where(number >= 0, losses[-1], 0)
    return replace(problem, scores=scores, links=Links(number, losses))


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("several", [0, 0.4])
def test_leaving_only_the_people_of_the_answer_gives_the_same_tandems(several, goal):
    for seed in range(3):
        problem = linked(seed, several)
        found = solve(problem, goal)
        assert check_proof(problem, found)
        rows, columns = np.flatnonzero(found.mate >= 0), np.unique(found.mate[found.mate >= 0])
        again = solve(problem.among(rows, columns), goal)
        assert (columns[again.mate] == found.mate[rows]).all()
        assert (again.total, again.taken_off) == (found.total, found.taken_off)


def test_a_newcomer_is_on_the_links_of_her_organisation():
    problem = linked(1)
    what_if = WhatIf(problem, solve(problem))
    scores, allowed = np.full((27, 2), 900), np.ones((27, 2), dtype=bool)
    links = np.column_stack([np.full(27, problem.links.number.max()), np.full(27, -1)])
    shared, alone = what_if.newcomers(scores, allowed, links)
    assert shared.tandems == alone.tandems
    assert shared.points < alone.points


def test_different_matchings_are_measured_by_what_remains():
    problem = linked(2)
    best = solve(problem)
    for mate in WhatIf(problem, best).different(count=2):
        assert best.total - best.total // 50 <= problem.total(mate) <= best.total


def test_releasing_tandems_never_makes_what_remains_less():
    problem = linked(3)
    present = [(i, int(j)) for i, j in enumerate(solve(replace(problem, links=None)).mate) if j >= 0]
    totals = [keep_all_but(problem, present, release)[1].total for release in (0, 1, 3, len(present))]
    assert totals == sorted(totals)
    assert totals[-1] == solve(problem).total


@pytest.mark.parametrize(
    "links",
    [
        Links(np.zeros((1, 2), dtype=int), (3,)),  # more than a score
        Links(np.zeros((1, 2), dtype=int), (2, 1)),  # falling
        Links(np.zeros((1, 2), dtype=int), ()),
        Links(np.zeros((2, 2), dtype=int), (1,)),  # another shape
    ],
)
def test_links_that_cannot_be_weighed_exactly_are_refused(links):
    with pytest.raises(MentorkitError):
        Problem([[2, 2]], np.ones((1, 2)), [1, 1], [0], [0, 0], links=links)
