"""How groups fare, in the overview: no group is silently last, and none of few people is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import say
from mentorkit.language.formats import number
from mentorkit_widgets.base import markup, paragraph, shown
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table, bar, cell, column
from mentorkit_widgets.matching import rows

if TYPE_CHECKING:
    from mentorkit.matching.fairness import Group
    from mentorkit_widgets.matching.model import MatchingModel
    from mentorkit_widgets.matching.state import State


class Groups(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Which groups stand lower, in sentences, and all of them as a table with bars."""

    def __init__(self, model: MatchingModel) -> None:
        self.model = model
        self.told = LaidOut()
        self.table = Table(say("Tandems and scores by group"), _columns(wishes=False))
        super().__init__([self.told, self.table])
        self._told: State | None = None
        model.observe(self._show, ["state", "show"])
        self._show()

    def _show(self, *_: object) -> None:
        """Tell of what stands now, while it is looked at: other tabs need not wait for it."""
        from mentorkit.matching.fairness import fairness, summary

        state = self.model.state
        if self.model.show != "overview" or state is self._told:
            return
        self._told = state
        matching = state.matching
        shown(self, matching is not None and matching.status == "optimal")
        if matching is None or matching.status != "optimal":
            return
        formed = None
        if state.formed is not None:
            formed = {(t.record.mentee_id, t.record.mentor_id): t.record.score for t in state.formed}
        found = fairness(matching, formed=formed)
        none = say("There is nothing that people could be grouped by.")
        heading = markup("<h3>{title}</h3>", title=say("How the groups fare"))
        self.told.value = heading + Markup().join(paragraph(text) for text in summary(found) or [none])
        shown(self.table, bool(found.groups))
        wishes = any(group.wishes for group in found.groups)
        with self.table.hold_sync():
            self.table.caption = (
                say("Tandems, scores and wishes by group") if wishes else say("Tandems and scores by group")
            )
            self.table.columns = _columns(wishes=wishes)
            self.table.rows = [_row(group) for group in found.groups]


def _columns(*, wishes: bool) -> list[rows.Row]:
    fulfilled = [column("wishes", say("Wishes fulfilled"), "bar")] if wishes else []
    return [
        column("group", say("Group")),
        column("people", say("People"), "number"),
        column("share", say("With a tandem"), "bar"),
        column("mean", say("Mean score"), "bar"),
        column("lowest", say("Lowest"), "number"),
        *fulfilled,
    ]


def _row(group: Group) -> rows.Row:
    from mentorkit.matching.fairness import question_label

    who = say("{mentee:pl.nom}") if group.role == "mentee" else say("{mentor:pl.nom}")
    return {
        "id": f"{group.role}:{group.question}:{group.name}",
        "group": cell(group.name, note=f"{who} · {question_label(group.question)}"),
        "people": group.people,
        "share": bar(f"{number(100 * group.share, 0)} %", group.share, 1),
        "mean": None if group.mean is None else bar(number(round(group.mean)), group.mean, rows.MOST),
        "lowest": group.lowest,
        "wishes": None
        if group.wish_share is None
        else bar(say("{n} of {all}", n=group.fulfilled, all=group.wishes), group.wish_share, 1),
    }
