"""Certificates of an optimum that anybody can check with additions and comparisons of whole numbers.

A tandem is worth ``big + score``, where ``big = n * highest score + 1``, so that one more tandem outweighs
every total. What the fixed tandems leave of places and quotas limits the others. Potentials ``u`` of mentees,
``v`` of mentors, ``a`` and ``b`` of the organisations of mentees and of mentors, all at least 0, prove
an upper bound when for every pair that can still be added

    u[i] + v[j] + a[organisation of i] + b[organisation of j] >= big + score[i, j]

(the reduced cost is not negative; ``b`` does not count for mentors with a fixed tandem, who take part
anyway): then no answer is worth more than the fixed tandems plus ``sum(u)`` plus ``v`` and ``a`` and ``b``
times the places, mentees and mentors left. ``b`` may differ from 0 only where every mentor counted has one
place.
A value equal to that bound is the optimum (weak duality of linear programming).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mentorkit.matching.network_flow import network_of
from mentorkit.matching.person_quota import SOLVER, NoAnswer, PersonChoice
from mentorkit.matching.problem import Ints, Problem
from mentorkit.matching.residual import Duals, duals, potentials, residual

if TYPE_CHECKING:
    from mentorkit.matching.solve import Solution

Certificate = dict[str, Any]


def certify(
    problem: Problem, mate: Ints, found: Duals | None = None, pools_of: Problem | None = None
) -> Certificate:
    """Prove that a matching is the optimum of a problem.

    Parameters
    ----------
    problem : Problem
    mate : (n,) int
        An optimum; of a problem in mixed-integer form the solver must have proved it. Where limits and
        shared links cost nothing, so that it is the best without them, too, the potentials prove it.
    found : Duals, optional
        Of its network, where they are known already.
    pools_of : Problem, optional
        The problem whose scarce organisations are the pools of ``found``, where it is another one.

    Returns
    -------
    dict
        ``form``, ``big``, ``value`` (``big * tandems + total``) and, in the network form, ``dual_value`` and
        ``potentials`` (``mentees``, ``mentors``, ``mentee_organisations``, ``mentor_organisations``); in the
        mixed-integer form ``bound``, ``gap`` and ``solver``.

    Raises
    ------
    ArithmeticError
        If the matching is no optimum.
    """
    if not problem.persons_matter:
        try:
            proof = _by_potentials(problem, mate, found or duals_of(problem, mate), pools_of or problem)
        except ArithmeticError:
            if not problem.mixed:
                raise
        else:
            if proof["dual_value"] == proof["value"]:
                return proof
    return by_solver(problem, problem.value(mate))


def by_solver(problem: Problem, value: int) -> Certificate:
    """Return what the solver of the mixed-integer form proved."""
    return {
        "form": "mixed-integer",
        "big": problem.big,
        "value": value,
        "bound": value,
        "gap": 0,
        "solver": SOLVER,
    }


def duals_of(problem: Problem, mate: Ints) -> Duals:
    """Return what bounds every answer of a problem in network form, read off an optimum.

    Raises
    ------
    ArithmeticError
        If the matching is no optimum.
    """
    net = network_of(problem)
    mate = mate.copy()
    mate[problem.locked_pairs[0]] = -1
    return duals(net, potentials(residual(net, mate)))


def _by_potentials(problem: Problem, mate: Ints, found: Duals, pools_of: Problem) -> Certificate:
    """Prove that nothing is worth more, even without limits, nor if only fixed tandems shared links."""
    u, v, pools = found.mentees, found.mentors, pools_of.remaining
    a, b = np.zeros_like(pools.mentee_quota), np.zeros_like(pools.mentor_quota)
    a[pools.mentees_scarce], b[pools.mentors_scarce] = found.mentee_pools[:-1], found.pools[:-1]
    return {
        "form": "network",
        "big": problem.big,
        "value": problem.value(mate),
        "dual_value": _bound(problem, u, v, a, b),
        "potentials": {
            "mentees": u.tolist(),
            "mentors": v.tolist(),
            "mentee_organisations": a.tolist(),
            "mentor_organisations": b.tolist(),
        },
    }


def _bound(problem: Problem, u: Ints, v: Ints, a: Ints, b: Ints) -> int:
    """Sum the potentials, each times what the rules leave, and the fixed tandems."""
    rest = problem.remaining
    fixed = problem.value(problem.with_locked(np.full(len(u), -1, dtype=np.int64)))
    sums = ((v, rest.places), (a, rest.mentee_quota), (b, rest.mentor_quota))
    return fixed + int(u.sum()) + sum(int(potential @ left) for potential, left in sums)


def check_proof(problem: Problem, solution: Solution) -> bool:
    """Check a solution and its proof from the bare arrays.

    The answer must obey every rule, its figures must be right, and the potentials must bound every other
    answer by the same value. Of a problem in mixed-integer form there are no potentials: there the bound
    is the one the solver proved, compared with the value found here.

    Returns
    -------
    bool
        Whether everything holds.

    See Also
    --------
    mentorkit.matching.proof : what the numbers mean.
    """
    proof, mate = solution.proof, solution.mate
    if solution.status != "optimal":
        return _contradicted(problem, solution)
    if not obeys_rules(problem, mate):
        return False
    own = problem.scores[np.flatnonzero(mate >= 0), mate[mate >= 0]].tolist()
    if (solution.tandems, solution.worst) != (len(own), min(own, default=None)):
        return False
    if solution.total != problem.total(mate) or solution.taken_off != problem.taken_off(mate):
        return False
    if solution.goal == "fair":
        return _check_fair(problem, solution)
    first = problem.wishes_first() if solution.goal == "wishes" else problem
    return _proved_bound(first, proof) == first.value(mate)


def _contradicted(problem: Problem, solution: Solution) -> bool:
    """Tell whether there is no answer, for the reason given."""
    if problem.conflict or not solution.conflict:
        return problem.conflict is not None and problem.conflict == solution.conflict
    try:
        PersonChoice(problem).best()
    except NoAnswer:
        return solution.conflict.code == "limit"
    return False


def _check_fair(problem: Problem, solution: Solution) -> bool:
    """Check the three steps: most tandems, of those the best worst score, of those the highest total."""
    proof, worst = solution.proof, solution.worst
    if _proved_bound(problem.counting(), proof.get("most_tandems")) != solution.tandems:
        return False
    if worst is None:
        return True
    if _proved_bound(problem.only_scores(worst), proof) != problem.value(solution.mate):
        return False
    if any(problem.scores[pair] == worst for pair in problem.locked):
        return True
    above = _proved_bound(problem.only_scores(worst + 1).counting(), proof.get("above_worst"))
    return above is not None and above < solution.tandems


def obeys_rules(problem: Problem, mate: Ints) -> bool:
    """Tell whether a matching keeps every rule: pairs, places, both quotas, fixed tandems, limits."""
    n, m = problem.scores.shape
    if mate.shape != (n,) or not ((mate >= -1) & (mate < m)).all():
        return False
    pairs = [(i, int(j)) for i, j in enumerate(mate) if j >= 0]
    load = np.bincount([j for _, j in pairs], minlength=m) if pairs else np.zeros(m, dtype=np.int64)
    mentees = np.bincount(problem.mentee_group[mate >= 0], minlength=1)
    persons = np.bincount(problem.mentor_group[load > 0], minlength=1)
    made = tuple(np.array(pairs, dtype=np.int64).reshape(-1, 2).T)
    return (
        all(problem.allowed[pair] for pair in pairs)
        and set(problem.locked) <= set(pairs)
        and bool((load <= problem.places).all())
        and (problem.mentee_quota is None or bool((mentees <= problem.mentee_quota[: len(mentees)]).all()))
        and (problem.mentor_quota is None or bool((persons <= problem.mentor_quota[: len(persons)]).all()))
        and all(limit.weights[made].sum() <= limit.most for limit in problem.limits)
    )


def _proved_bound(problem: Problem, certificate: Certificate | None) -> int | None:
    """Return the upper bound a certificate proves for all answers of a problem, None if it proves none."""
    if not certificate or certificate["big"] != problem.big:
        return None
    if certificate["form"] == "network":
        return None if problem.persons_matter else _checked_potentials(problem, certificate)
    if not problem.mixed:
        return None
    proved = certificate["gap"] == 0 and certificate["bound"] == certificate["value"]
    return int(certificate["bound"]) if proved else None


def _checked_potentials(problem: Problem, certificate: Certificate) -> int | None:
    """Return the bound that the potentials prove, None where they break a condition."""
    given = certificate["potentials"]
    names = ("mentees", "mentors", "mentee_organisations", "mentor_organisations")
    u, v, a, b = (np.array(given[name], dtype=np.int64) for name in names)
    rest = problem.remaining
    sizes = (*problem.scores.shape, len(rest.mentee_quota), len(rest.mentor_quota))
    if tuple(map(len, (u, v, a, b))) != sizes:
        return None
    counted = ~rest.taking_part & (rest.places > 0)
    row = u + a[problem.mentee_group]
    column = v + np.where(counted, b[problem.mentor_group], 0)
    reduced_cost = row[:, None] + column - problem.scores - problem.big
    bound = _bound(problem, u, v, a, b)
    holds = (
        all((potential >= 0).all() for potential in (u, v, a, b))
        and not b[problem.mentor_group[counted & (rest.places > 1)]].any()
        and (reduced_cost[rest.allowed] >= 0).all()
        and bound == certificate["dual_value"]
    )
    return bound if holds else None
