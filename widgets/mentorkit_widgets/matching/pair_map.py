"""The map of all pairs in the overview, and the same as a table for those who do not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w
import numpy as np

from mentorkit.language import say, say_n
from mentorkit.language.formats import listing, number
from mentorkit_widgets.base import markup, paragraph, shown
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.heatmap import HeatMap, head
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table, column
from mentorkit_widgets.matching import rows
from mentorkit_widgets.matching.sheet import verdict

if TYPE_CHECKING:
    from mentorkit.matching.score_map import ScoreMap
    from mentorkit.programme.records import Application
    from mentorkit_widgets.matching.model import MatchingModel
    from mentorkit_widgets.matching.state import State

#: So many of the best other partners a row of the table names.
_NAMED = 3


class PairMap(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The map of all pairs: staying on one tells of it, opening it shows both side by side."""

    def __init__(self, model: MatchingModel) -> None:
        self.model = model
        self.about = LaidOut()
        self.map = HeatMap(
            say("All pairs: {mentee:pl.nom} in the rows, {mentor:pl.nom} in the columns"),
            say("See side by side"),
        )
        self.map.on_visit(self._tell)
        self.map.on_open(lambda row, place: model.put_beside(*self._pair(row, place)))
        self.table = Table(say("The same as a table"), _columns(), filtered=True)
        self.text = Disclosure(say("The same as a table"), lambda: self.table)
        super().__init__([self.about, self.map, self.text])
        self._drawn: State | None = None
        model.observe(self._show, ["state", "show"])
        self._show()

    def _show(self, *_: object) -> None:
        """Draw the map of what stands now, while it is looked at: other tabs need not wait for it."""
        from mentorkit.matching.score_map import score_map

        state = self.model.state
        if self.model.show != "overview" or state is self._drawn:
            return
        self._drawn = state
        shown(self, state.matching is not None)
        if state.matching is None:
            return
        formed = None
        if state.formed is not None:
            formed = [(two.record.mentee_id, two.record.mentor_id) for two in state.formed]
        self.shown = found = score_map(state.matching, formed=formed)
        self.about.value = markup("<h3>{title}</h3>", title=say("All pairs")) + paragraph(
            _about(found), "mk-muted"
        )
        states = np.where(found.chosen, np.where(found.locked, 3, 2), found.allowed.astype(int))
        mentees, mentors = (
            [head(a.name, a.organisation or "") for a in side] for side in (found.mentees, found.mentors)
        )
        self.map.show(mentees, mentors, found.scores, states)
        self.table.rows = [_row(found, i) for i in range(len(found.mentees))]

    def _pair(self, row: int, place: int) -> tuple[str, str]:
        return self.shown.mentees[row].person_id, self.shown.mentors[place].person_id

    def _tell(self, row: int, place: int) -> None:
        from mentorkit.matching.sheet import sheet

        matching, pair = self.model.state.matching, self._pair(row, place)
        if matching is not None and self.model.state.has_pair(*pair):
            found = sheet(matching, *pair)
            told = verdict(found, approved=bool(self.model.state.formed and self.shown.chosen[row, place]))
            self.map.told = " ".join([f"{_placed(found.mentee)} – {_placed(found.mentor)}.", *told])


def _placed(person: Application) -> str:
    return f"{person.name} ({person.organisation})" if person.organisation else person.name


def _about(found: ScoreMap) -> str:
    """Say how to read the map, and whom it leaves out."""
    told = [say("The darker a cell, the higher the score; a mark shows the chosen pairs.")]
    if out := sum(found.left_out.values()):
        told.append(
            say_n(
                "{n} person without a high score is not shown: the map has room for {most} a side.",
                "{n} people without a high score are not shown: the map has room for {most} a side.",
                out,
                most=max(len(found.mentees), len(found.mentors)),
            )
        )
    return " ".join(told)


def _columns() -> list[rows.Row]:
    return [
        column("mentee", say("{mentee:sg.nom}")),
        column("chosen", say("Chosen")),
        column("allowed", say("Allowed"), "number"),
        column("best", say("Best others"), sortable=False),
    ]


def _row(found: ScoreMap, i: int) -> rows.Row:
    """Tell a row of the map: who is chosen, how many are allowed, and whose scores are highest besides."""
    scores, allowed = found.scores[i], found.allowed[i]
    order = sorted(np.flatnonzero(allowed & ~found.chosen[i]).tolist(), key=lambda j: -int(scores[j]))

    def told(places: list[int]) -> str:
        return listing(f"{found.mentors[j].name} ({number(int(scores[j]))})" for j in places)

    return {
        "id": found.mentees[i].person_id,
        "mentee": rows.person_cell(found.mentees[i]),
        "chosen": told(np.flatnonzero(found.chosen[i]).tolist()) or "–",
        "allowed": int(allowed.sum()),
        "best": told(order[:_NAMED]) or "–",
    }
