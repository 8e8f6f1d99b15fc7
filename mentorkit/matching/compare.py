"""Two ways of giving places side by side: what the tandems gain where the matching chooses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mentorkit.errors import NothingToMatch
from mentorkit.language import say, say_n
from mentorkit.language.formats import listing, number
from mentorkit.matching.matching import match
from mentorkit.matching.places import NO_DAYS, Days
from mentorkit.matching.selection import Place, Selection, select
from mentorkit.programme.records import Application, EarlierTandem, Orders, PairDecision, Wish
from mentorkit.programme.settings import ProgrammeSettings, Quotas

#: So many people are named in a sentence.
_NAMED = 6


@dataclass(frozen=True)
class Outcome:
    """What comes of a selection: its tandems, their total score, and the score of the worst."""

    selection: Selection
    tandems: int = 0
    total: int = 0
    worst: int | None = None

    @property
    def mean(self) -> float:
        """The score of a tandem on average; 0 without any."""
        return self.total / self.tandems if self.tandems else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the figures."""
        return {"tandems": self.tandems, "total": self.total, "worst": self.worst}


@dataclass(frozen=True)
class Comparison:
    """The places as the matching gives them, and as rankings do."""

    matching: Outcome
    ranked: Outcome

    @property
    def gaining(self) -> tuple[Place, ...]:
        """Who holds a place only where the matching chooses."""
        return _only_in(self.matching, self.ranked)

    @property
    def losing(self) -> tuple[Place, ...]:
        """Who holds a place only by the ranking."""
        return _only_in(self.ranked, self.matching)

    def sentences(self) -> list[str]:
        """Say in plain words how much better the tandems get, and for whom that would change something."""
        return [self._counted(), self._better(), self._changed()]

    def to_json(self) -> dict[str, Any]:
        """Return both outcomes, and who gains or loses a place where the matching chooses."""
        return {
            "orders": self.ranked.selection.orders.model_dump(),
            "matching": self.matching.to_json(),
            "ranked": self.ranked.to_json(),
            "gaining": [place.to_json() for place in self.gaining],
            "losing": [place.to_json() for place in self.losing],
            "sentences": self.sentences(),
        }

    def _counted(self) -> str:
        chosen, ranked = self.matching, self.ranked
        return " ".join(
            [
                say_n(
                    "If the matching chooses, {n} tandem comes about, with {total} points.",
                    "If the matching chooses, {n} tandems come about, with {total} points together.",
                    chosen.tandems,
                    total=number(chosen.total),
                ),
                say_n(
                    "By the ranking it is {n} tandem, with {total} points.",
                    "By the ranking there are {n} tandems, with {total} points together.",
                    ranked.tandems,
                    total=number(ranked.total),
                ),
            ]
        )

    def _better(self) -> str:
        more = self.matching.tandems - self.ranked.tandems
        if more:
            return say_n("That is {n} tandem more.", "That is {n} tandems more.", more)
        gain = self.matching.mean - self.ranked.mean
        if not gain:
            return say("The tandems are as good either way.")
        return say("Each tandem gets {points} points better on average.", points=number(gain, 1))

    def _changed(self) -> str:
        gaining, losing = self.gaining, self.losing
        if not gaining and not losing:
            return say("The same people get the places.")
        places = max(len(gaining), len(losing))
        if places > _NAMED:
            return say_n("It decides on {n} place.", "It decides on {n} places.", places)
        names = {
            "gaining": listing(place.person for place in gaining) or "–",
            "losing": listing(place.person for place in losing) or "–",
        }
        return say_n(
            "It decides on {n} place. With the matching: {gaining}. By the ranking: {losing}.",
            "It decides on {n} places. With the matching: {gaining}. By the ranking: {losing}.",
            places,
            **names,
        )


def _only_in(one: Outcome, other: Outcome) -> tuple[Place, ...]:
    held = {place.application_id for place in other.selection.selected}
    return tuple(place for place in one.selection.selected if place.application_id not in held)


def outcome(  # noqa: PLR0913 - all but three by keyword
    applications: Iterable[Application],
    settings: ProgrammeSettings,
    orders: Orders,
    *,
    decisions: Iterable[PairDecision] = (),
    wishes: Iterable[Wish] = (),
    earlier: Iterable[EarlierTandem] = (),
    apart: Iterable[tuple[str, str]] = (),
    received: Days = NO_DAYS,
) -> Outcome:
    """Return what comes of giving the places like this; parameters as of :func:`.selection.select`.

    Raises
    ------
    RuleBroken
        If locked tandems contradict a rule or each other.
    """
    applications, decisions = list(applications), list(decisions)
    around = {"decisions": decisions, "wishes": wishes, "earlier": earlier, "apart": tuple(apart)}
    chosen = select(applications, settings, orders=orders, received=received, **around)  # type: ignore[arg-type]
    placed = [a.with_(place=chosen.places[a.id]) for a in applications]
    try:
        # who holds a place keeps the quotas already, and without them the answer is much faster
        free = settings.model_copy(update={"quotas": Quotas()})
        best = match(placed, free, fixed=True, **around)  # type: ignore[arg-type]
    except NothingToMatch:
        return Outcome(chosen)
    found = best.solution
    return Outcome(chosen, found.tandems, found.total, found.worst)
