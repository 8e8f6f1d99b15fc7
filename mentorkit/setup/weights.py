"""Weights of criteria: they sum to 1000, and what is missing or too much is shared out on demand."""

from __future__ import annotations

from collections.abc import Mapping

#: Points of a perfect tandem.
ALL = 1000


def missing(weights: Mapping[str, int]) -> int:
    """Return how many points are missing; negative where there are too many."""
    return ALL - sum(weights.values())


def grain(weights: Mapping[str, int]) -> int:
    """Return in which steps weights move: tens, as long as all of them are whole tens."""
    return 1 if any(weight % 10 for weight in weights.values()) else 10


def spread(weights: Mapping[str, int]) -> dict[str, int]:
    """Share out evenly what is missing or too much; no weight falls below 0.

    >>> spread({"topics": 500, "field": 300})
    {'topics': 600, 'field': 400}
    """
    step = grain(weights)
    found = dict(weights)
    while found and (gap := missing(found) // step):
        # who is at 0 has nothing to give
        open_ = [name for name, weight in found.items() if gap > 0 or weight > 0]
        for place, name in enumerate(open_):
            part = gap // len(open_) + (place < gap % len(open_))
            found[name] = max(0, found[name] + part * step)
    return found


def scaled(weights: Mapping[str, int], keep: str = "") -> dict[str, int]:
    """Bring the sum to 1000 by making all weights but one larger or smaller in proportion.

    Parameters
    ----------
    weights
        By criterion.
    keep
        The criterion whose weight stays; none without it. If the others have no weight, they share evenly.

    >>> scaled({"topics": 600, "field": 300, "hours": 300}, keep="topics")
    {'topics': 600, 'field': 200, 'hours': 200}
    """
    others = {name: weight for name, weight in weights.items() if name != keep}
    if not others:
        return dict.fromkeys(weights, ALL)
    step = grain(weights)
    rest = (ALL - weights.get(keep, 0)) // step
    if not any(others.values()):
        others = dict.fromkeys(others, 1)
    total = sum(others.values())
    whole = {name: rest * weight // total for name, weight in others.items()}
    # steps lost by rounding down go to those who lost most; who stands first wins a tie
    by_loss = sorted(others, key=lambda name: -(rest * others[name] % total))
    for name in by_loss[: rest - sum(whole.values())]:
        whole[name] += 1
    return {name: whole[name] * step if name in whole else weight for name, weight in weights.items()}
