"""What the chosen person wished for, or who wishes for her, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

from mentorkit.intake import wished
from mentorkit.language import say
from mentorkit.language.formats import date
from mentorkit_widgets.base import shown
from mentorkit_widgets.components.table import Table, action, cell, chip, column
from mentorkit_widgets.intake.words import standing_words, wish_word
from mentorkit_widgets.matching import rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from mentorkit.matching.matching import Matching
    from mentorkit_widgets.matching.model import MatchingModel
    from mentorkit_widgets.matching.settling import SettlingModel


class PersonWishes(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The wishes of a mentee with whom each means and how it stands; of a mentor, who wishes for her.

    Hidden where there are none, and for who may not look at them.
    """

    def __init__(self, model: MatchingModel | SettlingModel) -> None:
        self.model = model
        self.table = Table(say("Wishes"), [])
        self.table.on_action(self._put_beside)
        super().__init__([self.table])
        model.observe(self._show, ["chosen", "state"])
        self._show()

    def _show(self, *_: object) -> None:
        model = self.model
        self._found = {one.wish.id: one for one in self._wishes()}
        role = model.chosen.partition(":")[0]
        shown(self, bool(self._found))
        with self.table.hold_sync():
            self.table.caption = (
                say("Own proposals") if role == "mentee" else say("Wished for by these {mentee:pl.nom}")
            )
            self.table.columns = _columns(role)
            self.table.rows = [
                _row(one, role, model.state.matching, model.has_tandem) for one in self._found.values()
            ]

    def _wishes(self) -> list[wished.WishShown]:
        run = self.model.run
        if not self.model.chosen or not run.bench.actor.may(wished.READ, run.record.programme_id):
            return []
        role, _, person_id = self.model.chosen.partition(":")
        every = wished.wishes(run.bench.store, run.bench.actor, run.id)
        if role == "mentee":
            return [one for one in every if one.mentee.person_id == person_id]
        return [one for one in every if one.mentor and one.mentor.person_id == person_id]

    def _put_beside(self, wish_id: str, _name: str) -> None:
        one = self._found[wish_id]
        if one.mentor is not None:
            self.model.put_beside(one.mentee.person_id, one.mentor.person_id)


def _columns(role: str) -> list[rows.Row]:
    who = say("Means") if role == "mentee" else say("{mentee:sg.nom}")
    return [
        column("text", say("Wish"), sortable=False),
        column("who", who, sortable=False),
        column("standing", say("How it stands"), "chip", sortable=False),
        column("score", say("Score"), "bar", sortable=False),
    ]


def _row(
    one: wished.WishShown, role: str, matching: Matching | None, has_tandem: Callable[[str, str], bool]
) -> rows.Row:
    other = one.mentor if role == "mentee" else one.mentee
    pair = _pair(one, matching)
    both = say("See {name} and {partner} side by side", name=one.mentee.name,
               partner=one.mentor.name if one.mentor else "")  # fmt: skip
    return {
        "id": one.wish.id,
        "text": cell(one.wish.text, note=wish_word(one.wish.rank)),
        "who": rows.person_cell(other) if other is not None else "–",
        "standing": _chip(
            one,
            fulfilled=one.mentor is not None and has_tandem(one.mentee.person_id, one.mentor.person_id),
        ),
        "score": rows.score_cell(int(matching.scores.total[pair])) if matching and pair else None,
        "actions": [action("both", say("Side by side"), both)] if pair else [],
    }


def _pair(one: wished.WishShown, matching: Matching | None) -> tuple[int, int] | None:
    """Return row and column of a wish where both take part."""
    if matching is None or one.mentor is None or one.standing == "open":
        return None
    i = matching.pool.index.get(("mentee", one.mentee.person_id))
    j = matching.pool.index.get(("mentor", one.mentor.person_id))
    return None if i is None or j is None else (i, j)


def _chip(one: wished.WishShown, *, fulfilled: bool) -> rows.Row:
    """Say how a wish stands: fulfilled, or what became of who is meant."""
    if fulfilled and one.standing != "guess":
        return chip(say("fulfilled"), "check", "good")
    text, icon, tone = standing_words(one)
    asked = one.prospect.asked_at if one.prospect else ()
    note = say("last asked on {day}", day=date(asked[-1])) if asked else ""
    return chip(text, icon, tone, note=note)
