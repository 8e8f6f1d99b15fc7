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
    from mentorkit_widgets.matching.model import MatchingModel


class Commenting(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The comments on the pairs of the chosen person; a new one is about the pair that is looked at."""

    def __init__(self, model: MatchingModel) -> None:
        self.model = model
        self._pair: tuple[str, str] | None = None
        self._about = ""
        self.list = Table(say("Comments"), [column("comment", say("Comment"), sortable=False),
                                            column("pair", say("Tandem"), sortable=False)])  # fmt: skip
        self.list.on_action(lambda comment_id, _name: model.delete_comment(comment_id))
        self.form = Form([Field("text", say("Comment"), "lines", longest=LONGEST)])
        self.save = button(say("Save the comment"), self._save)
        self.doing = w.VBox([self.form, actions(self.save)], layout=w.Layout(grid_gap="0.3rem"))
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
        shown(self.doing, self._pair is not None and model.may_comment)
        if self._pair is None:
            return
        name, partner = (names.get(key, key[1]) for key in zip(("mentee", "mentor"), self._pair, strict=True))
        label = say("Comment on {name} and {partner}", name=name, partner=partner)
        field = Field("text", label, "lines", longest=LONGEST)
        if self.form.fields != (field,):
            self.form.fields = (field,)

    def _follow(self) -> None:
        """Be about the pair that is looked at; what is being written stays about whom it was begun."""
        model, pair = self.model, self.model.pair_at_hand
        if pair == self._pair or (model.chosen == self._about and str(self.form.values["text"]).strip()):
            return
        self._pair, self._about = pair, model.chosen
        self.form.fill({"text": ""}, key=" ".join(["comment", *(pair or ())]))


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
