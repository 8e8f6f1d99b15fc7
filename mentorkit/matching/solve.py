"""The best matching under the rules, proved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from mentorkit.errors import MentorkitError, UsageError
from mentorkit.language import say
from mentorkit.matching.limited import best_within_limits
from mentorkit.matching.network_flow import network_of, optimum
from mentorkit.matching.person_quota import NoAnswer, PersonChoice
from mentorkit.matching.problem import Conflict, Ints, Problem
from mentorkit.matching.proof import by_solver, certify, duals_of
from mentorkit.matching.residual import Duals
from mentorkit.matching.ties import best_tied

Goal = Literal["total", "fair", "wishes"]
GOALS: tuple[Goal, ...] = get_args(Goal)


@dataclass(frozen=True, eq=False)
class Solution:
    """The best matching of a problem.

    Attributes
    ----------
    status : "optimal" or "infeasible"
        Infeasible only where fixed tandems contradict the rules or leave no way to keep the limits.
    goal : "total", "fair" or "wishes"
    mate : (n,) int
        Column of each row's partner, -1 for nobody.
    tandems, total : int
    taken_off : int
        What tandems lose by sharing links; the total is that much less than the sum of their scores.
    worst : int or None
        Lowest score of a tandem; None without tandems.
    form : "network" or "mixed-integer"
        How the optimum was proved.
    proof : dict
        Plain numbers, ready for JSON; see :mod:`mentorkit.matching.proof` and
        :func:`~mentorkit.matching.proof.check_proof`. Beside the certificate it names the ``goal``. With
        the goal ``fair`` the certificate is that of the highest total among the pairs scoring at least
        ``worst``; ``most_tandems`` proves the number of tandems, ``above_worst`` that it cannot be
        reached with better scores only (absent where a fixed tandem is the worst). With the goal ``wishes``
        it is that of the problem in which a point of a wish counts like ``wish_unit`` points of score.
    conflict : Conflict or None
        Why there is no answer.
    """

    status: Literal["optimal", "infeasible"]
    goal: Goal
    mate: Ints
    tandems: int = 0
    worst: int | None = None
    total: int = 0
    taken_off: int = 0
    form: Literal["network", "mixed-integer"] = "network"
    proof: dict[str, Any] = field(default_factory=dict)
    conflict: Conflict | None = None

    @property
    def reason(self) -> str:
        """Why there is no answer, as a sentence; empty where there is one."""
        return str(self.conflict or "")


def solve(problem: Problem, goal: Goal = "total") -> Solution:
    """Find the best matching and prove it.

    Parameters
    ----------
    problem : Problem
    goal : "total", "fair" or "wishes"
        Most tandems, then highest total score; between the two ``fair`` puts the score of the worst tandem,
        ``wishes`` the sum of ``problem.wishes`` over the tandems.

    Returns
    -------
    Solution
        The same for the same arrays. Leaving only the people of the answer in the problem gives the same
        tandems again.

    Raises
    ------
    UsageError
        If there is no such goal.
    MentorkitError
        If the mixed-integer solver cannot prove an optimum.

    Notes
    -----
    Where quotas are to count persons and a scarce organisation has a mentor with several places, or there
    are limits over all tandems, the problem is NP-hard and solved as a mixed-integer programme; else it is a
    network flow.
    """
    if goal not in GOALS:
        raise UsageError(say("There is no goal {goal}.", goal=goal))
    if problem.conflict:
        nobody = np.full(len(problem.scores), -1, dtype=np.int64)
        return Solution("infeasible", goal, nobody, conflict=problem.conflict)
    try:
        return _ANSWERS[goal](problem)
    except NoAnswer:
        nobody = np.full(len(problem.scores), -1, dtype=np.int64)
        return Solution("infeasible", goal, nobody, conflict=Conflict("limit", limit=_broken(problem)))


def _broken(problem: Problem) -> int:
    """Return the first limit that leaves no answer by itself, -1 where only several together do."""
    for k, limit in enumerate(problem.limits):
        try:
            PersonChoice(replace(problem, limits=(limit,))).best()
        except NoAnswer:
            return k
    return -1


def _total(problem: Problem) -> Solution:
    mate, found = _best(problem)
    return solution_of(problem, "total", mate, certify(problem, mate, found))


def solution_of(problem: Problem, goal: Goal, mate: Ints, proof: dict[str, Any]) -> Solution:
    """Return a proved answer with its figures."""
    rows = np.flatnonzero(mate >= 0)
    scores = problem.scores[rows, mate[rows]]
    return Solution(
        status="optimal",
        goal=goal,
        mate=mate,
        tandems=len(rows),
        worst=int(scores.min()) if len(rows) else None,
        total=problem.total(mate),
        taken_off=problem.taken_off(mate),
        form=proof["form"],
        proof={"goal": goal, **proof},
    )


def _wishes(problem: Problem) -> Solution:
    """Fulfil as many wishes as can be, then as for the highest total."""
    first = problem.wishes_first()
    mate, found = _best(first)
    return solution_of(problem, "wishes", mate, certify(first, mate, found) | {"wish_unit": problem.big})


def _fair(problem: Problem) -> Solution:
    """Search the highest score that all tandems of a largest matching can reach."""
    most = _largest(problem)
    at_most = min((int(problem.scores[pair]) for pair in problem.locked), default=None)
    good = problem.only_scores(_best_worst(problem, most, at_most)) if (most >= 0).any() else problem
    mate, found = _best(good)
    proof = certify(good, mate, found) | {"most_tandems": certify(problem.counting(), most)}
    solution = solution_of(problem, "fair", mate, proof)
    if solution.worst is None or solution.worst == at_most:
        return solution
    above = problem.only_scores(solution.worst + 1)
    try:
        above_worst = certify(above.counting(), _largest(above))
    except NoAnswer:
        above_worst = by_solver(above.counting(), -1)
    return solution_of(problem, "fair", mate, proof | {"above_worst": above_worst})


def _best_worst(problem: Problem, most: Ints, at_most: int | None) -> int:
    """Return the highest score that all tandems can reach in as many as ``most``, a largest matching, has."""
    rows = np.flatnonzero(most >= 0)
    scores = np.unique(problem.scores[problem.allowed])
    steps = scores[scores >= problem.scores[rows, most[rows]].min()]
    if at_most is not None:
        steps = steps[steps <= at_most]

    def reached(steps: Ints, under: Problem) -> Ints:
        """Return the steps that can be reached; the first can."""

        def missed(step: int) -> bool:
            try:
                return int(np.count_nonzero(_largest(under.only_scores(step)) >= 0)) < len(rows)
            except NoAnswer:
                return True

        return steps[: 1 + bisect_left(steps[1:], True, key=missed)]

    if problem.mixed:  # with fewer rules it is a network, quickly solved, in which no less can be reached
        steps = reached(steps, replace(problem, mentor_quota=None, limits=(), links=None))
        if len(reached(steps[[0, -1]], problem)) > 1:
            return int(steps[-1])
    return int(reached(steps, problem)[-1])


def _largest(problem: Problem) -> Ints:
    """Return a matching of most tandems; of no matter which, so that it is quickly found."""
    # a flow is without scores; the solver of the mixed-integer form has fewer answers alike with them
    return _any_best(replace(problem, links=None) if problem.mixed else problem.counting())


def _any_best(problem: Problem) -> Ints:
    """Return an optimum, fixed tandems included."""
    if not problem.mixed:
        return problem.with_locked(optimum(network_of(problem)))
    if problem.limits and problem.links is None:
        return problem.with_locked(best_within_limits(problem))
    return problem.with_locked(PersonChoice(problem).best())


def _best(problem: Problem) -> tuple[Ints, Duals | None]:
    """Return the optimum that remains the answer when only its own people are left; and what bounds it."""
    mate = _any_best(problem)
    if problem.ties is not None and not problem.mixed:
        found = duals_of(problem, mate)
        return problem.with_locked(best_tied(network_of(problem), found, problem.ties)), found
    return _stable(problem, mate), None


def _stable(problem: Problem, mate: Ints) -> Ints:
    """Solve again among the people of the answer until they stay together."""
    if problem.mentee_quota is None and problem.mentor_quota is None and not problem.mixed:
        return mate
    people: tuple[Ints, Ints] = np.arange(len(mate)), np.arange(len(problem.places))
    while True:
        i, j = np.flatnonzero(mate >= 0), np.unique(mate[mate >= 0])
        if len(i) == len(people[0]) and len(j) == len(people[1]):
            return mate
        people = i, j
        again = _any_best(problem.among(i, j))
        before, mate = mate, np.full_like(mate, -1)
        mate[i[again >= 0]] = j[again[again >= 0]]
        if problem.value(before) != problem.value(mate):
            raise MentorkitError(say("The solver could not prove that its answer is the best."))


_ANSWERS: dict[Goal, Callable[[Problem], Solution]] = {"total": _total, "fair": _fair, "wishes": _wishes}


def assign(  # noqa: PLR0913 - one keyword per rule
    scores: ArrayLike,
    *,
    places: ArrayLike | None = None,
    allowed: ArrayLike | None = None,
    mentee_groups: ArrayLike | None = None,
    mentor_groups: ArrayLike | None = None,
    mentee_quota: ArrayLike | None = None,
    mentor_quota: ArrayLike | None = None,
    locked: ArrayLike = (),
    wishes: ArrayLike | None = None,
    goal: Goal = "total",
) -> Solution:
    """Pair rows (mentees) with columns (mentors) as well as can be, and prove it.

    Parameters
    ----------
    scores : (n, m) whole numbers of at least 0
    places : (m,) int or int, optional
        Most partners of each column; 1 without.
    allowed : (n, m) bool, optional
        Which pairs may be made; all without.
    mentee_groups, mentor_groups : (n,), (m,) int, optional
        Organisations, numbered from 0; all the same without.
    mentee_quota : (groups,) int or int, optional
        Most rows of each organisation that get a partner.
    mentor_quota : (groups,) int or int, optional
        Most columns of each organisation that take part; one with several partners counts once.
    locked : sequence of (row, column), optional
        Pairs that must be made.
    wishes : (n, m) whole numbers of at least 0, optional
        What a wish is worth for the goal ``wishes``; nothing without.
    goal : "total", "fair" or "wishes"
        Most pairs, then highest total; between the two ``fair`` puts the worst pair's score, ``wishes`` the
        sum of the fulfilled wishes.

    Returns
    -------
    Solution

    Raises
    ------
    MentorkitError
        If the arrays do not fit together or hold anything but whole numbers of at least 0.
    UsageError
        If there is no such goal.

    Examples
    --------
    >>> answer = assign([[900, 400], [800, 100], [700, 50]], places=[1, 2])
    >>> answer.mate.tolist(), answer.total
    ([1, 0, 1], 1250)
    >>> assign([[900, 400], [800, 100]], locked=[(0, 0)]).mate.tolist()
    [0, 1]
    """
    try:
        table = np.asarray(scores)
    except ValueError as error:  # rows of different lengths
        raise MentorkitError(say("The scores must be a table of rows and columns.")) from error
    n, m = table.shape if table.ndim == 2 else (0, 0)
    mentee_group = _each(0 if mentee_groups is None else mentee_groups, n)
    mentor_group = _each(0 if mentor_groups is None else mentor_groups, m)
    problem = Problem(
        scores=table,
        allowed=np.ones((n, m), dtype=bool) if allowed is None else np.asarray(allowed),
        places=_each(1 if places is None else places, m),
        mentee_group=mentee_group,
        mentor_group=mentor_group,
        mentee_quota=_quota(mentee_quota, mentee_group),
        mentor_quota=_quota(mentor_quota, mentor_group),
        locked=tuple((int(i), int(j)) for i, j in np.asarray(locked, dtype=np.int64).reshape(-1, 2)),
        wishes=None if wishes is None else np.asarray(wishes),
    )
    return solve(problem, goal)


def _quota(quota: ArrayLike | None, group: Ints) -> Ints | None:
    return None if quota is None else _each(quota, int(np.max(group, initial=-1)) + 1)


def _each(value: ArrayLike, size: int) -> Ints:
    array = np.asarray(value)
    return np.full(size, array) if array.ndim == 0 else array
