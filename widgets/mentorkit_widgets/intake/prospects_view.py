"""What one sees of those who are to be won: the list, one of them opened beside it, and the pool."""

from __future__ import annotations

from typing import Any

import ipywidgets as w

from mentorkit.intake.names import split_name
from mentorkit.intake.people import last_name_first
from mentorkit.intake.prospects import ProspectShown
from mentorkit.language import say
from mentorkit.language.formats import date
from mentorkit.programme.records import Opinion
from mentorkit.setup.words import judged_name
from mentorkit_widgets.base import actions, button, shown
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.icons import Icon, Tone
from mentorkit_widgets.components.table import Table, action, cell, chip, column
from mentorkit_widgets.intake.pool_view import PoolTable
from mentorkit_widgets.intake.prospect_detail import ProspectDetail
from mentorkit_widgets.intake.prospects import ProspectsModel, state_word
from mentorkit_widgets.intake.side import Beside
from mentorkit_widgets.intake.words import wish_word

_LOOKS: dict[str, tuple[Icon, Tone]] = {
    "to_approach": ("person", "careful"), "asked": ("clock", "accent"), "agreed": ("check", "good"),
    "declined": ("forbid", "neutral"),
}  # fmt: skip


class Prospects(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Prospects and pool; hidden where the programme wins nobody one by one."""

    def __init__(self, model: ProspectsModel) -> None:
        self.model = model
        self.table = Table(
            say("People to recruit as {mentor:pl.nom}"), [], empty=say("Nobody is to be approached."),
            selectable=model.may_change,
        )  # fmt: skip
        self.table.on_action(self._act)
        self.table.observe(self._look, "selected")
        self.detail = ProspectDetail(model)
        self.beside = Beside(self.table, self.detail)
        self.new = Form([Field("name", say("Somebody else to be approached"), width="half", longest=100)])
        self.adding = w.VBox([self.new, actions(button(say("Add"), self._add))])
        shown(self.adding, model.may_change)
        self.pool = PoolTable(model)
        pool = Disclosure(say("Pool of {mentor:pl.nom}"), lambda: self.pool, level=3)
        super().__init__([self.beside, self.adding, pool], layout=w.Layout(grid_gap="0.6rem"))
        model.observe(lambda _: self.show(), ["shown", "selected", "agreeing"])
        self.show()

    def show(self) -> None:
        """Show how things stand now; with fewer columns while one of them is opened beside the list."""
        model, narrow = self.model, bool(self.model.selected)
        with self.table.hold_sync():
            self.table.columns = _columns(model, narrow=narrow)
            self.table.rows = [_row(model, s, narrow=narrow) for s in model.prospects]
            self.table.selected = model.selected
        self.detail.show()
        self.beside.show_card(visible=narrow)
        shown(self, model.wanted)

    def _look(self, change: dict[str, Any]) -> None:
        if change["new"] != self.model.selected:
            self.model.look(change["new"])

    def _act(self, prospect_id: str, name: str) -> None:
        model = self.model
        if name == "agreed":
            model.look(prospect_id, agreeing=True)
        elif name == "asked":
            model.ask(prospect_id, model.today)
        else:
            {
                "declined": model.decline, "back": model.step_back, "remove": model.remove,
                "application": model.open_application,
            }[name](prospect_id)  # fmt: skip

    def _add(self) -> None:
        self.model.add(str(self.new.values["name"]))
        if self.model.refused:
            self.new.refuse({"name": self.model.message})
        else:
            self.new.fill({"name": ""})


def _columns(model: ProspectsModel, *, narrow: bool) -> list[dict[str, Any]]:
    wished = [] if narrow else [column("wished_by", say("Wished for by"), "list")]
    criteria = () if narrow else model.criteria
    return [
        column("name", say("Name")),
        *wished,
        column("state", say("How far"), "chip"),
        *(column(_key(judged.key), judged_name(judged), "chip") for judged in criteria),
    ]


def _key(criterion: str) -> str:
    """Return the key of a criterion's column, which is never that of another one."""
    return f"criterion {criterion}"


def _row(model: ProspectsModel, one: ProspectShown, *, narrow: bool) -> dict[str, Any]:
    prospect = one.prospect
    wished = [f"{a.name}, {wish_word(rank)}" for a, rank in one.wished_by]
    last = say("on {day}", day=date(prospect.asked_at[-1])) if prospect.asked_at else ""
    cells = {_key(judged.key): _judged(model, one.opinion(judged.key)) for judged in model.criteria}
    return {
        "id": prospect.id,
        "name": cell(prospect.name, last_name_first(*split_name(prospect.name)), note=prospect.email),
        "wished_by": wished,
        "state": chip(state_word(prospect), *_LOOKS[prospect.state], note=last),
        **cells,
        "actions": _steps(one) if model.may_change and not narrow else [],
    }


def _judged(model: ProspectsModel, opinion: Opinion | None) -> dict[str, Any] | None:
    if opinion is None:
        return None
    note = say("{name}, {day}", name=model.who(opinion.by), day=date(opinion.at.astimezone().date()))
    return chip(say("yes"), "check", "good", note=note) if opinion.holds else chip(
        say("no"), "close", "neutral", note=note
    )  # fmt: skip


def _steps(one: ProspectShown) -> list[dict[str, Any]]:
    name, state = one.prospect.name, one.prospect.state
    found = []
    if state != "agreed":
        found += [
            action("asked", say("asked today"), say("{name} was asked today", name=name), icon="clock"),
            action("agreed", say("agreed"), say("{name} agreed", name=name), icon="check"),
        ]
    if state not in ("agreed", "declined"):
        found.append(action("declined", say("declined"), say("{name} declined", name=name), icon="forbid"))
    if state != "to_approach":
        found.append(action("back", say("Undo"), say("Undo the last step of {name}", name=name), icon="undo"))
    elif not one.wished_by:
        found.append(action("remove", say("Remove"), say("Remove {name}", name=name), icon="close"))
    if state == "agreed":
        opened = say("Open the application of {name}", name=name)
        found.append(action("application", say("application"), opened, icon="open"))
    return found
