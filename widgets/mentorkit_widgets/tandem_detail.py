"""One person of a matching: what her tandem rests on and, for a mentee, what any other would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

from mentorkit.language import say
from mentorkit.language.formats import number
from mentorkit_widgets import matching_rows as rows
from mentorkit_widgets.base import button, markup, paragraph, shown
from mentorkit_widgets.heading import Heading
from mentorkit_widgets.table import Table

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching
    from mentorkit.programme.records import Application
    from mentorkit_widgets.matching_model import MatchingModel


class TandemDetail(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The card beside the tables, for the person who is chosen in the model."""

    def __init__(self, model: MatchingModel) -> None:
        self.model = model
        self.heading = Heading()
        self.story = w.HTML()
        self.points = Table(say("What the score rests on"), rows.point_columns())
        self.others = Table(
            say("Alternatives and their price"),
            rows.alternative_columns(),
            filtered=True,
            empty=say("Reckoning what each alternative costs …"),
        )
        self.remark = w.HTML()
        self.closer = button(say("Close"), lambda: model.choose(""))
        self.others.on_action(lambda mentor_id, name: model.act(self._person_id, mentor_id, name))
        super().__init__([self.heading, self.story, self.points, self.others, self.remark, self.closer])
        self.add_class("mk-card")
        model.observe(self._show, ["chosen", "state"])
        model.observe(self._show_alternatives, "alternatives")
        self._show()

    @property
    def _person_id(self) -> str:
        return self.model.chosen.partition(":")[2]

    def _show(self, *_: object) -> None:
        matching, index = self.model.state.solved, self.model.index(self.model.chosen)
        if matching is None or index is None:
            self.heading.text = ""
            return
        mentee = self.model.chosen.startswith("mentee:")
        person = matching.pool.people("mentee" if mentee else "mentor")[index]
        partner = int(matching.solution.mate[index]) if mentee else -1
        shown(self.points, partner >= 0)
        shown(self.others, mentee)
        if partner >= 0:
            self._show_tandem(matching, index, partner)
        else:
            self.points.rows = []
            self.story.value = self._why_alone()
        compared = mentee and self.model.goal == "fair"
        remark = say("Prices are measured against the matching with the highest total.")
        self.remark.value = paragraph(remark, "mk-muted") if compared else ""
        self.heading.text = _with_organisation(person)

    def _show_tandem(self, matching: Matching, i: int, j: int) -> None:
        told = say(
            "Proposed partner: {partner}, score {score} of {most}.",
            partner=_with_organisation(matching.pool.mentors[j]),
            score=number(int(matching.scores.total[i, j])),
            most=number(rows.MOST),
        )
        self.story.value = paragraph(told)
        self.points.rows = rows.point_rows(matching, i, j)

    def _why_alone(self) -> str:
        sentences = [row["reason"] for row in self.model.left_over() if row["id"] == self.model.chosen]
        return markup("").join(paragraph(sentence) for sentence in sentences)

    def _show_alternatives(self, *_: object) -> None:
        self.others.rows = self.model.alternatives


def _with_organisation(person: Application) -> str:
    return f"{person.name} ({person.organisation})" if person.organisation else person.name
