"""Tandems that were made one by one, as a matching knows them: they stand, all else is around them."""

from __future__ import annotations

from collections.abc import Iterable

from mentorkit.programme.records import PairDecision, Tandem


class Made(PairDecision):
    """A tandem that was made one by one; it binds like a lock, and no decision on pairs undoes it."""


def made(tandem: Tandem) -> Made:
    """Return what binds a matching to a tandem."""
    return Made(
        id=tandem.id,
        run_id=tandem.run_id,
        mentee_id=tandem.mentee_id,
        mentor_id=tandem.mentor_id,
        kind="lock",
    )


def binding(tandems: Iterable[Tandem], decisions: Iterable[PairDecision]) -> list[PairDecision]:
    """Return what a matching is bound to: tandems that were made, and the decisions on other pairs."""
    stand = [made(tandem) for tandem in tandems]
    pairs = {(d.mentee_id, d.mentor_id) for d in stand}
    return [*stand, *(d for d in decisions if (d.mentee_id, d.mentor_id) not in pairs)]


def is_made(decisions: Iterable[PairDecision], mentee_id: str, mentor_id: str) -> bool:
    """Tell whether the tandem of two was made one by one."""
    return any(
        isinstance(d, Made) and (d.mentee_id, d.mentor_id) == (mentee_id, mentor_id) for d in decisions
    )
