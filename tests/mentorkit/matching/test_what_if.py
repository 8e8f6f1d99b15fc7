"""What a tandem less or a place more changes is what trying everything says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from small_problems import administrations, every_matching, problems, with_locked, worth

from mentorkit.matching.problem import Limit, Problem
from mentorkit.matching.solve import solve
from mentorkit.matching.what_if import WhatIf

quick = settings(max_examples=100, deadline=None, derandomize=True)


def best_of(problem: Problem, *, unlike: tuple[int, int] | None = None) -> tuple[int, int] | None:
    """Return tandems and total of the best matching, of those without a pair if one is named."""
    found = [
        worth(problem, mate) for mate in every_matching(problem) if not unlike or mate[unlike[0]] != unlike[1]
    ]
    return max(((tandems, total) for tandems, _, total in found), default=None)


def lost(problem: Problem, then: tuple[int, int]) -> tuple[int, int]:
    now = best_of(problem)
    return now[0] - then[0], now[1] - then[1]


def asked(problem: Problem) -> WhatIf | None:
    best = solve(problem)
    return WhatIf(problem, best) if best.status == "optimal" else None


def agrees_with_trying_everything(problem: Problem) -> None:
    if (what_if := asked(problem)) is None:
        return
    fixed = [i for i, _ in problem.locked]
    for i in np.setdiff1d(np.flatnonzero(what_if.best.mate >= 0), fixed):
        without = best_of(problem, unlike=(i, what_if.best.mate[i]))
        assert what_if.without([int(i)]) == [without and lost(problem, without)]
    for j in range(len(problem.places)):
        places = problem.places.copy()
        places[j] += 1
        gained = lost(problem, best_of(replace(problem, places=places)))
        assert what_if.one_more_place(j) == (-gained[0], -gained[1])
    for role in ("mentee", "mentor"):
        quota = getattr(problem, f"{role}_quota")
        for g in range(0 if quota is None else len(quota)):
            more = quota.copy()
            more[g] += 1
            gained = lost(problem, best_of(replace(problem, **{f"{role}_quota": more})))
            assert what_if.one_more_of(role, g) == (-gained[0], -gained[1])


@quick
@given(problems(size=4))
def test_small_problems_answer_as_by_trying_everything(problem):
    agrees_with_trying_everything(problem)


@settings(quick, max_examples=60)
@given(problems(size=4, crowded=True))
def test_crowded_organisations_answer_as_by_trying_everything(problem):
    agrees_with_trying_everything(problem)


#: Where the locked tandem has to be made up for, nothing is possible without one more.
ONE_MADE_UP_FOR = Problem(
    scores=np.zeros((3, 2), int),
    allowed=np.ones((3, 2), bool),
    places=np.array([0, 2]),
    mentee_group=np.zeros(3, int),
    mentor_group=np.zeros(2, int),
    locked=((2, 1),),
    limits=(Limit(np.array([[0, 0], [0, -1], [0, 1]]), 0),),
)


@settings(quick, max_examples=40)
@given(problems(size=3, limited=True))
@example(ONE_MADE_UP_FOR)
def test_problems_with_limits_answer_as_by_trying_everything(problem):
    agrees_with_trying_everything(problem)


@settings(quick, max_examples=40)
@given(problems(size=3, linked=True))
def test_problems_with_shared_links_answer_as_by_trying_everything(problem):
    agrees_with_trying_everything(problem)


@quick
@given(problems(size=4) | problems(size=3, linked=True))
def test_nothing_lies_between_the_best_and_the_second_best(problem):
    if (what_if := asked(problem)) is None:
        return
    best = tuple(what_if.best.mate.tolist())
    others = [worth(problem, mate) for mate in every_matching(problem) if mate != best]
    second = what_if.second_best()
    best_others = max(((tandems, total) for tandems, _, total in others), default=None)
    free = set(enumerate(best)) - set(problem.locked) - {(i, -1) for i in range(len(best))}
    if not free:
        assert second is None
        return
    tandems, _, total = worth(problem, tuple(second.tolist()))
    assert tuple(second.tolist()) != best
    assert (tandems, total) == best_others


def test_a_fixed_tandem_cannot_be_asked_away():
    problem = with_locked(Problem([[5, 4]], np.ones((1, 2)), [1, 1], [0], [0, 0]), (0, 0))
    with pytest.raises(ValueError, match="not fixed"):
        WhatIf(problem, solve(problem)).without([0])


@pytest.mark.parametrize("several", [0, 0.4])
def test_different_matchings_are_nearly_as_good_and_share_few_tandems(several):
    problem = administrations(3, several)
    best = solve(problem)
    found = WhatIf(problem, best).different(count=3, lose=best.total // 20)
    assert len(found) == 3
    for mate in found:
        tandems, _, total = worth(problem, tuple(mate.tolist()))
        assert tandems == best.tandems
        assert total >= best.total - best.total // 20
    shared = [int((mate == best.mate)[best.mate >= 0].sum()) for mate in found]
    assert max(shared) < 0.7 * best.tandems
    assert len({tuple(mate.tolist()) for mate in found}) == 3


def test_where_only_one_matching_is_possible_none_differs():
    problem = Problem([[5, 4], [3, 2]], np.eye(2), [1, 1], [0, 0], [0, 0])
    assert WhatIf(problem, solve(problem)).different(lose=0) == []


def test_a_newcomer_gains_what_solving_with_her_says():
    problem = administrations(4, several=0)
    what_if = WhatIf(problem, solve(problem))
    rng = np.random.default_rng(0)
    scores, allowed = rng.integers(0, 1001, (27, 6)), rng.random((27, 6)) < 0.7
    elsewhere = problem.mentor_group.max() + 1
    for k, gain in enumerate(what_if.newcomers(scores, allowed)):
        with_her = replace(
            problem,
            scores=np.column_stack([problem.scores, scores[:, k]]),
            allowed=np.column_stack([problem.allowed, allowed[:, k]]),
            places=np.append(problem.places, 1),
            mentor_group=np.append(problem.mentor_group, elsewhere),
            mentee_quota=np.append(problem.mentee_quota, 0),
            mentor_quota=np.append(problem.mentor_quota, 1),
            wishes=None,
        )
        found = solve(with_her)
        assert gain == (found.tandems - what_if.best.tandems, found.total - what_if.best.total)
