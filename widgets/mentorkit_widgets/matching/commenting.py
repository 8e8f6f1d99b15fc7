"""What coordinators wrote about the chosen person and her partners, and a field to write more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

from mentorkit.language import say
from mentorkit.language.formats import date
from mentorkit.matching.comments import LONGEST
from mentorkit_widgets.base import actions, button, shown
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.table import Cell, Table, action, cell, column
from mentorkit_widgets.matching import rows

if TYPE_CHECKING:
    from mentorkit.matching.comments import Comment
    from mentorkit.matching.matching import Matching
    from mentorkit_widgets.matching.model import MatchingModel


class Commenting(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The comments on the pairs of the chosen person; a new one is about her tandem.

    Where another partner is asked about, a button turns it to these two; without a tandem it is about them.
    """

    def __init__(self, model: MatchingModel) -> None:
        self.model = model
        self._pair: tuple[str, str] | None = None
        self._about = ""
        #: The pair asked about that the user turned to.
        self._turned: tuple[str, str] | None = None
        self.list = Table(say("Comments"), [column("comment", say("Comment"), sortable=False),
                                            column("pair", say("Tandem"), sortable=False)])  # fmt: skip
        self.list.on_action(lambda comment_id, _name: model.delete_comment(comment_id))
        self.form = Form([Field("text", say("Comment"), "lines", longest=LONGEST)])
        self.save = button(say("Save the comment"), self._save)
        self.turn = button("", self._turn)
        self.doing = w.VBox([self.form, actions(self.save, self.turn)], layout=w.Layout(grid_gap="0.3rem"))
        super().__init__([self.list, self.doing], layout=w.Layout(grid_gap="0.3rem", margin="0.6rem 0"))
        model.observe(self._show, ["chosen", "state", "compared"])
        self._show()

    def _save(self) -> None:
        if self._pair is not None and self.model.comment(self._pair, str(self.form.values["text"])):
            self.form.fill({"text": ""})
            self.form.safe()

    def _show(self, *_: object) -> None:
        model, names = self.model, self.model.state.names
        mine = [one for one in model.state.comments if model.chosen in keys_of(one)]
        shown(self.list, bool(mine))
        self.list.rows = [_row(one, names, may_delete=model.may_comment) for one in mine]
        self._follow()
        shown(self.turn, self._other is not None)
        if self._other is not None:
            self.turn.description = say("Comment on {name} and {partner} instead", **self._told(self._other))
        shown(self.doing, self._pair is not None and model.may_comment)
        if self._pair is None:
            return
        label = say("Comment on {name} and {partner}", **self._told(self._pair))
        field = Field("text", label, "lines", longest=LONGEST)
        if self.form.fields != (field,):
            self.form.fields = (field,)

    def _told(self, pair: tuple[str, str]) -> dict[str, str]:
        names = self.model.state.names
        name, partner = (names.get(key, key[1]) for key in zip(("mentee", "mentor"), pair, strict=True))
        return {"name": name, "partner": partner}

    @property
    def _own(self) -> tuple[str, str] | None:
        """The ids of the tandem of the chosen person; None where she has none, or a mentor has several."""
        model, solved = self.model, self.model.state.solved
        if (two := model.formed_of(model.chosen)) is not None:
            return two.record.mentee_id, two.record.mentor_id
        side, place = int(model.chosen.startswith("mentor:")), model.index(model.chosen)
        pairs = [pair for pair in solved.indices if pair[side] == place] if solved is not None else []
        return ids_of(solved, pairs[0]) if solved is not None and len(pairs) == 1 else None

    @property
    def _asked(self) -> tuple[str, str] | None:
        """The ids of the two who are asked about under “Why not …?”."""
        found = self.model.compared
        return None if found is None else ids_of(found.matching, found.pair)

    @property
    def _other(self) -> tuple[str, str] | None:
        """The pair that the user can turn to."""
        other = self._asked if self._pair == self._own else self._own
        return None if self._pair is None or other == self._pair else other

    def _turn(self) -> None:
        """Turn to the other pair, with what is written."""
        if (pair := self._other) is not None:
            self._turned = pair
            self._begin(pair, str(self.form.values["text"]))
            self._show()

    def _begin(self, pair: tuple[str, str] | None, text: str = "") -> None:
        self._pair, self._about = pair, self.model.chosen
        self.form.fill({"text": text}, key=" ".join(["comment", *(pair or ())]))

    def _follow(self) -> None:
        """Be about the tandem, or whom the user turned to; what is written stays about whom it was begun."""
        model, asked = self.model, self._asked
        pair = asked if asked and asked == self._turned else self._own or asked
        if pair == self._pair or (model.chosen == self._about and str(self.form.values["text"]).strip()):
            return
        self._begin(pair)


def ids_of(matching: Matching, pair: tuple[int, int]) -> tuple[str, str]:
    """Return the ids of the mentee and the mentor of a pair."""
    i, j = pair
    return matching.pool.mentees[i].person_id, matching.pool.mentors[j].person_id


def keys_of(one: Comment) -> tuple[str, str]:
    """Return how the tables name the two whom a comment is about."""
    return rows.key_of("mentee", one.record.mentee_id), rows.key_of("mentor", one.record.mentor_id)


def remark(one: Comment) -> str:
    """Quote a comment in one line, with who wrote it when."""
    day = date(one.record.at.astimezone().date())
    return say("“{text}” ({who}, {day})", text=one.record.text, who=one.who, day=day)


def _row(one: Comment, names: dict[tuple[str, str], str], *, may_delete: bool) -> dict[str, object]:
    record, at = one.record, one.record.at.astimezone()
    told = {
        "name": names.get(("mentee", record.mentee_id), record.mentee_id),
        "partner": names.get(("mentor", record.mentor_id), record.mentor_id),
    }
    when = say("{day}, {time}, {who}", day=date(at.date()), time=at.strftime("%H:%M"), who=one.who)
    title = say("Delete the comment on {name} and {partner} of {day}", **told, day=date(at.date()))
    delete: list[Cell] = [action("delete", say("Delete"), title)]
    return {
        "id": record.id,
        "comment": cell(record.text, note=when),
        "pair": say("{name} with {partner}", **told),
        "actions": delete if may_delete else [],
    }
