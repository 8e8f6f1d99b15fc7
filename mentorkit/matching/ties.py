"""Of several optima the one that depends on who the people are and nothing else.

Every optimum consists of pairs without reduced cost and uses up whatever the duals put a worth on, and
whatever does both is an optimum (complementary slackness) [1]_. So a second assignment among these pairs
alone, in which using up counts first and the ties after it, finds the one with the greatest sum of ties.

References
----------
.. [1] Schrijver: Combinatorial Optimization, 2003, section 5.5.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mentorkit.matching.network_flow import Network, optimum
from mentorkit.matching.problem import Ints
from mentorkit.matching.residual import Duals

#: The assignment counts in doubles: whole numbers are exact up to here.
_EXACT = 2**53
#: So large a way through the residual network stays clear of INFINITE.
_LONGEST = 2**54
#: Fewer different ties than this leave too many optima that tie again.
_ENOUGH = 2**20


def best_tied(net: Network, found: Duals, ties: Ints) -> Ints:
    """Return the optimum whose ties sum to most as ``mate`` (n,), -1 for nobody.

    Parameters
    ----------
    net : Network
    found : Duals
        What bounds every answer by the optimum.
    ties : (n, m) int
    """
    mentees, mentors = found.mentee_pools[net.mentee_pool], found.pools[net.pool]
    rows, columns = found.mentees + mentees, found.mentors + mentors
    tight = net.allowed & (rows[:, None] + columns == net.value)
    used_up = _positive(found.mentees)[:, None] + _positive(found.mentors)
    used_up += _positive(mentees)[:, None] + _positive(mentors)
    small = fitting(net, ties)
    return optimum(replace(net, value=small + used_up * _outweighing(net, small), allowed=tight))


def _positive(worth: Ints) -> Ints:
    return (worth > 0).astype(np.int64)


def _outweighing(net: Network, ties: Ints) -> int:
    """Return what is more than any sum of ties."""
    return len(net.value) * int(ties.max(initial=0)) + 1


def fitting(net: Network, ties: Ints) -> Ints:
    """Return the ties of a network from 1 on; their last digits are lost where sums would be too large."""
    n, m = net.value.shape
    most = _EXACT // (16 * (n + m) ** 2)
    both = _LONGEST // (net.most * 8 * (n + 1))
    most = min(most, both) if both >= _ENOUGH else most
    lost = max(0, (int(ties.max(initial=0)) // max(most, 1)).bit_length())
    short: Ints = np.minimum(ties >> lost, most - 1) + 1
    return short


def unit_of(net: Network, ties: Ints) -> int | None:
    """Return what one point of worth weighs so that worth comes first and ties second in one whole number.

    None where such numbers would be too large.
    """
    unit = 8 * _outweighing(net, ties)
    return unit if net.most * unit <= _LONGEST else None
