"""The pool of mentors of earlier runs: who can be approached again, and who pauses until when."""

from __future__ import annotations

from typing import Any

import ipywidgets as w

from mentorkit.errors import UsageError
from mentorkit.intake import prospects
from mentorkit.intake.pool import Member
from mentorkit.language import say
from mentorkit.language.formats import date
from mentorkit.setup import typed
from mentorkit_widgets.base import actions, button, card
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.table import Table, action, cell, column
from mentorkit_widgets.intake.prospects import ProspectsModel
from mentorkit_widgets.intake.side import Beside
from mentorkit_widgets.programme.calendar import typed_date


class PoolTable(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The pool of mentors, and until when one of them pauses."""

    def __init__(self, model: ProspectsModel) -> None:
        self.model = model
        #: The row of who is to pause; empty while nobody is.
        self.pausing = ""
        self.table = Table(
            say("Pool of {mentor:pl.nom}"), [], filtered=True, empty=say("Nobody was {mentor:sg.nom} yet.")
        )
        self.table.on_action(self._act)
        self.title = Heading(on_close=self._close)
        self.form = Form([Field("until", say("Pauses until"), "date", help=say("Empty ends the pause."))])
        buttons = actions(button(say("Save"), self._pause, primary=True), button(say("Close"), self._close))
        self.card = card(self.title, self.form, buttons)
        self.beside = Beside(self.table, self.card)
        super().__init__([self.beside])
        model.observe(lambda _: self.show(), "shown")
        self.show()

    def show(self) -> None:
        """Show the pool as it is now; with fewer columns while somebody is looked at beside it."""
        model, member = self.model, self._member(self.pausing)
        narrow = member is not None
        self.pausing = self.pausing if narrow else ""  # put together with another one meanwhile
        with self.table.hold_sync():
            self.table.columns = _columns(narrow=narrow)
            self.table.rows = [_row(model, m, narrow=narrow) for m in model.pool]
        self.title.text = say("Until when does {name} pause?", name=member.name) if member else ""
        self.beside.show_card(visible=narrow)

    def _act(self, row: str, name: str) -> None:
        if (member := self._member(row)) is None:
            return
        if name == "ask":
            self.model.add_member(member)
            return
        until = member.person.pauses_until if member.person else None
        self.pausing = row
        self.form.fill({"until": typed_date(until) if until else ""})
        self.show()

    def _pause(self) -> None:
        if (member := self._member(self.pausing)) is None:
            return  # pressed twice
        try:
            until = typed.day(str(self.form.values["until"]))
        except UsageError as error:
            self.form.refuse({"until": str(error)})
            return
        if until and until < self.model.today:
            self.form.refuse({"until": say("This day is over. Please enter a later one.")})
            return
        self.pausing = ""
        self.model.pause(member, until)

    def _close(self) -> None:
        self.pausing = ""
        self.show()

    def _member(self, row: str) -> Member | None:
        return next((member for member in self.model.pool if _id(member) == row), None)


def _columns(*, narrow: bool) -> list[dict[str, Any]]:
    more = [
        column("mentored", say("Tandems in"), "list"),
        column("applied", say("Applied for"), "list"),
        column("asked", say("Asked"), "number"),
    ]
    return [column("name", say("Name")), *([] if narrow else more), column("pauses", say("Pauses until"))]


def _id(member: Member) -> str:
    return member.person.id if member.person else f"{member.name}, history"


def _hindrance(model: ProspectsModel, member: Member) -> str:
    """Say why somebody cannot be approached, as the list says it of a name that is typed."""
    until = member.person.pauses_until if member.person else None
    if model.on_list(member):
        return prospects.on_list(member.name)
    if model.run.record.name in member.applied:
        return prospects.applied_already(member.name)
    return prospects.pausing(member.name, until) if until and member.pauses(model.today) else ""


def _row(model: ProspectsModel, member: Member, *, narrow: bool) -> dict[str, Any]:
    person, buttons = member.person, []
    if model.may_change and not narrow:
        why = _hindrance(model, member)
        ask = say("Approach {name} for this run", name=member.name)
        until = say("Say until when {name} pauses", name=member.name)
        buttons = [
            action("ask", say("approach"), ask, icon="add", disabled=why),
            action("pause", say("pause"), until, icon="clock"),
        ]
    pauses = person.pauses_until if person else None
    last = date(member.asked[-1]) if member.asked else ""
    return {
        "id": _id(member),
        "name": cell(
            member.name,
            member.listed,
            note=(person.email or "") if person else say("from a history sheet"),
        ),
        "mentored": list(member.mentored),
        "applied": list(member.applied),
        "asked": cell(str(len(member.asked)), len(member.asked), note=last),
        "pauses": cell(date(pauses), pauses.isoformat()) if pauses else None,
        "actions": buttons,
    }
