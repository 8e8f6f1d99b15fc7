"""How arrows bend to keep clear of the signs and the names of others."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.float64]
_Numbers = npt.NDArray[np.intp]
#: How much more or less an arrow may bend than it would alone, as a share of its length, the least first.
TRIES = tuple(
    sign * more
    for more in (0.0, 0.04, 0.08, 0.12, 0.17, 0.22, 0.28, 0.35, 0.42, 0.5, 0.6)
    for sign in (1, -1)
)
#: An arrow keeps so far from the rim of a sign.
CLEAR = 4.0
#: Pixels from one point of an arrow that is looked at to the next, and of a square that is taken or free.
_STEP, _SQUARE = 8.0, 4.0
_NEAR_NAME = 7.0
#: An arrow stays within the picture: it goes no further beyond the outermost signs.
_BEYOND = 55.0
#: So many arrows are looked at at once.
_CHUNK = 64
#: Of more arrows the picture is a tangle anyway.
_MOST = 1500


class _Map:
    """Squares of the picture, and which of some places each is near to."""

    def __init__(self, places: _Floats, near: float, low: _Floats, high: _Floats) -> None:
        self.low = low
        self.taken = np.full(np.ceil((high - low) / _SQUARE).astype(int) + 1, -1)
        k = math.ceil(near / _SQUARE)
        across = np.mgrid[-k : k + 1, -k : k + 1].reshape(2, -1).T
        across = across[np.hypot(*across.T) * _SQUARE <= near]
        squares = self._squares(places)[:, None] + across
        squares = squares.clip(0, np.array(self.taken.shape) - 1)
        self.taken[squares[..., 0], squares[..., 1]] = np.arange(len(places))[:, None]

    def at(self, points: _Floats) -> _Numbers:
        """Return the number of the place that each point is near to; -1 for none."""
        squares = self._squares(points).clip(0, np.array(self.taken.shape) - 1)
        near: _Numbers = self.taken[squares[..., 0], squares[..., 1]]
        return near

    def _squares(self, points: _Floats) -> _Numbers:
        squares: _Numbers = np.floor((points - self.low) / _SQUARE).astype(np.intp)
        return squares


def free_bends(
    places: _Floats, ends: _Numbers, wished: Sequence[float], names: _Floats, radius: float
) -> list[float]:
    """Choose the bend of each arrow: one that meets nobody else's sign and few names, near what is wished.

    Parameters
    ----------
    places
        Where the signs are, n by 2.
    ends
        The signs at the ends of each arrow, k by 2.
    wished
        The bend of each arrow if it were alone.
    names
        Points on the names, m by 2.
    radius
        The radius of a sign in pixels.
    """
    if not len(ends) or len(ends) > _MOST:
        return list(wished)
    bends = np.array(wished)[:, None] + np.array(TRIES)
    low, high = places.min(axis=0) - _BEYOND, places.max(axis=0) + _BEYOND
    # half a square more: a sign is somewhere in its square
    signs, around, words = (
        _Map(of, near + _SQUARE * 0.75, low, high)
        for of, near in ((places, radius), (places, radius + CLEAR), (names, _NEAR_NAME))
    )
    chosen = []
    for i in range(0, len(ends), _CHUNK):
        a, b = ends[i : i + _CHUNK].T
        points = _points(places[a], places[b], bends[i : i + _CHUNK], radius)
        own = a[:, None, None], b[:, None, None]
        cost = 6.0 * np.abs(np.array(TRIES)) + (words.at(points) >= 0).sum(axis=2) * _STEP / 14
        cost += 3.0 * ((points < low) | (points > high)).any(axis=3).sum(axis=2)
        for other, weight in ((signs.at(points), 1000.0), (around.at(points), 100.0)):
            cost += weight * ((other >= 0) & (other != own[0]) & (other != own[1])).sum(axis=2)
        chosen.append(cost.argmin(axis=1))
    return [float(bend) for bend in bends[np.arange(len(ends)), np.concatenate(chosen)]]


def _points(a: _Floats, b: _Floats, bends: _Floats, radius: float) -> _Floats:
    """Return points on arrows from a to b, arrows by bends by points by 2."""
    along = b - a
    aside = np.column_stack([-along[:, 1], along[:, 0]])
    control = ((a + b) / 2)[:, None] + bends[:, :, None] * aside[:, None]
    start, end = (end[:, None] + _unit(control - end[:, None]) * radius for end in (a, b))
    longest = float((np.hypot(*(control - start).T) + np.hypot(*(end - control).T)).max())
    t = np.linspace(0, 1, min(300, max(8, math.ceil(longest / _STEP))))[:, None]
    curves: _Floats = (
        (1 - t) ** 2 * start[:, :, None] + 2 * t * (1 - t) * control[:, :, None] + t * t * end[:, :, None]
    )
    return curves


def _unit(ways: _Floats) -> _Floats:
    lengths = np.hypot(ways[..., 0], ways[..., 1])
    unit: _Floats = ways / np.where(lengths > 0, lengths, 1.0)[..., None]
    return unit
