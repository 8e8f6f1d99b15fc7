"""Requests by law: what somebody asked for, until when it is to be answered, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import ipywidgets as w
import traitlets as t

from mentorkit.language import say, say_n
from mentorkit.language.formats import date
from mentorkit.privacy import people, requests
from mentorkit.privacy.records import DataRequest
from mentorkit.privacy.requests import KINDS
from mentorkit.setup.typed import day
from mentorkit_widgets.base import actions, button, paragraph, section
from mentorkit_widgets.components.choice import Choice
from mentorkit_widgets.components.form import Field
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Cell, Table, action, cell, chip, column
from mentorkit_widgets.privacy.model import Part, PrivacyModel
from mentorkit_widgets.privacy.sheet import Sheet, Typed, missing, understood


class Requests(Part):
    """The requests of a programme."""

    which = t.Enum(("open", "all"), "open")

    def __init__(self, model: PrivacyModel) -> None:
        super().__init__(model)
        self.observe(self._look_again, "which")

    def load(self) -> None:
        """Read the requests and the names of those they are about."""
        model = self.model
        self.all = requests.requests(model.store, model.actor, model.programme_id)
        held = people.people(model.store, model.actor, model.programme_id)
        self.names = {one.person.id: one.person.name for one in held if one.told is None}

    @property
    def shown(self) -> list[DataRequest]:
        """The requests that are shown, the most urgent first."""
        return [one for one in self.all if self.which == "all" or one.state == "open"]

    @property
    def standing(self) -> str:
        """How many are open, and how many of them overdue."""
        waiting = [one for one in self.all if one.state == "open"]
        late = sum(one.due < self.model.today for one in waiting)
        if not waiting:
            return say("No request is open.")
        told = say_n("{n} request is open.", "{n} requests are open.", len(waiting))
        return told + (" " + say_n("{n} is overdue.", "{n} are overdue.", late) if late else "")

    def write_down(self, typed: Typed) -> dict[str, str]:
        """Note a new request; return what is wrong, a sentence by field."""
        wrong = missing(typed, "kind", "received")
        received: Any = understood(day, typed, "received", wrong)
        if wrong:
            return wrong
        model = self.model
        with model.attempting():
            kind: Any = typed["kind"]
            made = requests.note_request(
                model.store,
                model.actor,
                model.programme_id,
                kind,
                received,
                person_id=typed["person"] or None,
                remark=typed["remark"],
            )
            model.changed(say("The request is noted; it is to be answered by {day}.", day=date(made.due)))
            return {}
        return {"received": model.message}

    def find(self, request_id: str) -> DataRequest | None:
        """Return a request."""
        return next((one for one in self.all if one.id == request_id), None)

    def close(self, request_id: str, typed: Typed) -> dict[str, str]:
        """Note how a request ended; return what is wrong, a sentence by field."""
        wrong = missing(typed, "state", "on")
        on: Any = understood(day, typed, "on", wrong)
        if typed["state"] == "declined" and not typed["remark"].strip():
            wrong["remark"] = say("Please say why it was declined.")
        model, request = self.model, self.find(request_id)
        if wrong or request is None:
            return wrong
        with model.attempting():
            state: Any = typed["state"]
            requests.close(model.store, model.actor, request, state, on, remark=typed["remark"])
            words = {
                "done": say("It is noted that the request was fulfilled."),
                "declined": say("It is noted that the request was declined, and why."),
            }
            model.changed(words[state])
            return {}
        return {"on": model.message}

    def reopen(self, request_id: str) -> None:
        """Take back that a request was closed."""
        model, request = self.model, self.find(request_id)
        if request is None:
            return
        with model.attempting():
            requests.reopen(model.store, model.actor, request)
            model.changed(say("The request is open again."))


class RequestsPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The table of requests, and the sheet for a new one.

    Parameters
    ----------
    go_to_person
        Shows the person a request is about, where it can be answered.
    """

    def __init__(self, model: PrivacyModel, go_to_person: Callable[[str], object]) -> None:
        self.model, self.requests, self._go = model, Requests(model), go_to_person
        found = self.requests
        self.told = LaidOut()
        self.which = Choice(say("Show"), {"open": say("Open ones"), "all": say("All of them")})
        self.table = Table(
            say("Requests about personal data"),
            _columns(),
            filtered=True,
        )
        self.sheet = Sheet(say("Note the request"), self._write_down, self._leave)
        #: The request whose end is noted.
        self.ending = ""
        self.end = Sheet(say("Note it"), self._close, self._leave)
        self.new = button(say("New request"), self._open, primary=True)
        self.table.on_action(self._act)
        t.link((self.which, "value"), (found, "which"))
        found.observe(self._show, "read")
        self._show()
        super().__init__(
            [
                section(
                    say("Requests"),
                    self.told,
                    actions(self.new),
                    self.sheet,
                    self.end,
                    self.which,
                    self.table,
                )
            ],
            layout=w.Layout(grid_gap="1rem"),
        )

    def _show(self, *_: object) -> None:
        found = self.requests
        self.told.value = paragraph(found.standing)
        self.table.empty = say("No request is open.") if found.all else say("No request has been noted yet.")
        self.table.rows = [_row(found, one) for one in found.shown]

    def _open(self) -> None:
        self._leave()
        self.sheet.begin(
            say("What was asked for?"), _fields(self.requests), values={"received": date(self.model.today)}
        )

    def _write_down(self, typed: Typed) -> dict[str, str]:
        wrong = self.requests.write_down(typed)
        if not wrong:
            self.sheet.end()
        return wrong

    def _close(self, typed: Typed) -> dict[str, str]:
        wrong = self.requests.close(self.ending, typed)
        if not wrong:
            self._leave()
        return wrong

    def _leave(self) -> None:
        self.sheet.end()
        self.end.end()
        self.ending = ""

    def _act(self, request_id: str, name: str) -> None:
        request = self.requests.find(request_id)
        if request is None:
            return
        if name == "person":
            self._go(str(request.person_id))
        elif name == "reopen":
            self.requests.reopen(request_id)
        else:
            self._leave()
            self.ending = request_id
            known = {"on": date(self.model.today), "remark": request.remark}
            what = say(KINDS[request.kind])
            who = self.requests.names.get(request.person_id or "", "")
            self.end.begin(
                say("How did it end?"), _ending(), ", ".join(filter(None, (what, who))), values=known
            )


def _fields(found: Requests) -> list[Field]:
    kinds: dict[str, str] = {kind: say(word) for kind, word in KINDS.items()}
    return [
        Field("kind", say("What is asked for"), "choice", required=True, options=kinds, width="half"),
        Field("received", say("Received on"), "date", required=True, width="half"),
        Field(
            "person",
            say("About whom"),
            "choice",
            options=found.names,
            width="half",
            help=say("Leave it empty for somebody of whom nothing is held here."),
        ),
        Field("remark", say("Remark"), "lines", help=say("Only for this list; it goes into no trail.")),
    ]


def _ending() -> list[Field]:
    ends = {"done": say("was fulfilled"), "declined": say("was declined")}
    return [
        Field("state", say("How it ended"), "radio", required=True, options=ends, width="half"),
        Field("on", say("On which day"), "date", required=True, width="half"),
        Field(
            "remark",
            say("Remark"),
            "lines",
            help=say("What was done, or why it was declined. Only for this list; it goes into no trail."),
        ),
    ]


def _columns() -> list[Cell]:
    return [
        column("kind", say("What is asked for")),
        column("person", say("About whom")),
        column("due", say("Answer by"), "chip"),
        column("remark", say("Remark"), sortable=False),
    ]


def _row(found: Requests, request: DataRequest) -> dict[str, Any]:
    name = found.names.get(request.person_id or "", "–")
    buttons, what = [], say(KINDS[request.kind])
    if request.state != "open":
        again = say("Open again: {what}, {name}", what=what, name=name)
        buttons.append(action("reopen", say("Open again"), again))
    else:
        if request.person_id in found.names:
            buttons.append(
                action(
                    "person", say("To the person"), say("To the person: {what}, {name}", what=what, name=name)
                )
            )
        ended = say("How it ended: {what}, {name}", what=what, name=name)
        buttons.append(action("end", say("How it ended …"), ended))
    return {
        "id": request.id,
        "kind": cell(say(KINDS[request.kind]), note=say("received {day}", day=date(request.received))),
        "person": name,
        "due": _due(request, found.model.today),
        "remark": request.remark,
        "actions": buttons,
    }


def _due(request: DataRequest, today: dt.date) -> Cell:
    closed = date(request.closed) if request.closed else ""
    if request.state == "done":
        return chip(say("was fulfilled"), "check", "good", note=closed)
    if request.state == "declined":
        return chip(say("was declined"), "forbid", "neutral", note=closed)
    if request.due < today:
        return chip(date(request.due), "error", "bad", note=say("overdue"))
    left = (request.due - today).days
    return chip(
        date(request.due),
        "warning",
        "careful" if left <= 7 else "neutral",
        note=say_n("{n} day left", "{n} days left", left),
    )
