"""Organisations that nobody knows: each once, with likely names, and one answer for all who named it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from mentorkit.errors import StaleRecord
from mentorkit.intake import unknown as service
from mentorkit.language import say, say_n
from mentorkit.language.formats import listing
from mentorkit.run import Run
from mentorkit_widgets.base import Model, actions, button, card, paragraph, shown
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table, action, column
from mentorkit_widgets.intake.side import SideModel

if TYPE_CHECKING:
    from mentorkit.intake.intake import Intake


class UnknownModel(SideModel):
    """The unknown organisations of what was read, or of the run where nothing was.

    Parameters
    ----------
    run, app, changed
        As :class:`SideModel`; ``changed`` has what was read judged anew.
    read
        Returns what was read and not taken in yet.
    """

    def __init__(
        self,
        run: Run,
        app: Model | None = None,
        changed: Callable[[], object] | None = None,
        read: Callable[[], Intake | None] = lambda: None,
    ) -> None:
        self._read = read
        self.unknown: list[service.Unknown] = []
        #: What was answered here, to be taken back: the organisation by text.
        self.answered: dict[str, str] = {}
        super().__init__(run, app, changed)
        self.may_answer = self.may(service.ALLOWED)

    @property
    def names(self) -> list[str]:
        """The organisations that can be meant."""
        intake = self._read()
        read = set(intake.organisations.names.values()) if intake else set()
        settings = self.run.programme.settings.organisations
        return sorted({*self.run.organisations, *settings.names, *read})

    def load(self) -> None:
        """Read the unknown organisations: of what was read, or else of what is stored."""
        intake = self._read()
        if intake is not None:
            self.unknown = service.unknown_among(intake.applications, intake.organisations)
        else:
            self.unknown = service.unknown(*self.here)

    def answer(self, text: str, organisation: str, *, new: bool = False) -> None:
        """Say which organisation a text means, or that it is a new one."""
        with self.changing():
            service.answer(*self.here, text, organisation, new=new)
            self.answered[text] = organisation
            self.say(say("“{text}” is {name} from now on.", text=text, name=organisation))

    def add_all(self) -> None:
        """Take all that are unknown for new organisations."""
        with self.changing():
            texts = [unknown.text for unknown in self.unknown]
            for text in texts:
                service.answer(*self.here, text, text, new=True)
                self.answered[text] = text
            self.say(say("New organisations: {names}.", names=listing(texts)))

    def take_back(self, text: str) -> None:
        """Take an answer back."""
        with self.changing():
            try:
                service.take_back(*self.here, text, self.answered[text])
            except StaleRecord:
                del self.answered[text]  # it is no answer of hers any more
                raise
            del self.answered[text]
            self.say(say("“{text}” is unknown again.", text=text))


class UnknownOrganisations(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The unknown organisations; hidden while there is nothing to ask and nothing to take back."""

    def __init__(self, model: UnknownModel) -> None:
        self.model = model
        super().__init__(layout=w.Layout(grid_gap="0.6rem"))
        model.observe(lambda _: self.show(), "shown")
        self.show()

    def _build(self) -> None:
        """Make the parts, as soon as there is something to ask."""
        model = self.model
        self.heading = LaidOut()
        self.table = Table(
            say("Unknown organisations"),
            [
                column("text", say("As it is written")),
                column("people", say("Written by"), "list"),
                column("guesses", say("Perhaps meant"), "list", sortable=False),
            ],
            selectable=model.may_answer,
        )
        self.table.on_action(self._act)
        self.table.observe(lambda _: self._open(), "selected")
        self.title = Heading(on_close=self._close)
        self.form = Form([])
        self.use = button(say("This organisation is meant"), self._use, primary=True)
        self.add = button(say("Add it as a new organisation"), self._add)
        self.card = card(
            self.title, self.form, actions(self.use, self.add, button(say("Close"), self._close))
        )
        self.add_all = button("", model.add_all)
        self.answers = Table(
            say("Answered just now"),
            [column("text", say("As it is written")), column("name", say("Organisation"))],
        )
        self.answers.on_action(lambda text, _: model.take_back(text))
        lead = paragraph(
            say("One answer holds for everybody who wrote it so, and for files to come.")
            if model.may_answer
            else say("Please ask the lead of the programme to say which organisations are meant."),
            "mk-muted",
        )
        self.lead = LaidOut(lead)
        parts = (self.heading, self.lead, self.table, actions(self.add_all), self.card, self.answers)
        self.children = parts

    def show(self) -> None:
        """Show what is unknown now."""
        model = self.model
        there = bool(model.unknown or model.answered)
        shown(self, there)
        if there and not self.children:
            self._build()
        if not self.children:
            return
        n = len(model.unknown)
        self.heading.value = paragraph(
            say_n("{n} organisation is unknown", "{n} organisations are unknown", n)
        )
        shown(self.heading, n > 0)
        shown(self.lead, n > 0)
        self.add_all.description = self.add_all.tooltip = say("Add all {n} as new organisations", n=n)
        shown(self.add_all, n > 1 and model.may_answer)
        self.table.rows = [_row(u, answers=model.may_answer) for u in model.unknown]
        self.answers.rows = [_answered(text, name) for text, name in model.answered.items()]
        shown(self.table, bool(model.unknown))
        shown(self.answers, bool(model.answered))
        self._open()

    def _act(self, text: str, name: str) -> None:
        guess = next(u for u in self.model.unknown if u.text == text).guesses[int(name)]
        self.model.answer(text, guess)

    def _open(self) -> None:
        text = self.table.selected
        self.title.text = text
        shown(self.card, bool(text))
        if text:
            self.form.fields = [
                Field("known", say("Which organisation is meant?"), "choice", options=self.model.names),
                Field("new", say("Or the name of a new one")),
            ]
            guesses = next(u for u in self.model.unknown if u.text == text).guesses
            self.form.fill({"known": guesses[0] if guesses else "", "new": text})

    def _use(self) -> None:
        if not self.table.selected:
            return  # pressed twice
        if not (name := str(self.form.values["known"])):
            self.form.refuse({"known": say("Please choose the organisation.")})
            return
        self.model.answer(self.table.selected, name)

    def _add(self) -> None:
        if not self.table.selected:
            return
        if not (name := str(self.form.values["new"]).strip()):
            self.form.refuse({"new": say("Please name the organisation.")})
            return
        self.model.answer(self.table.selected, name, new=True)

    def _close(self) -> None:
        self.table.select("")


def _row(unknown: service.Unknown, *, answers: bool) -> dict[str, Any]:
    buttons = [
        action(str(i), guess, say("“{text}” is {name}", text=unknown.text, name=guess), icon="check")
        for i, guess in enumerate(unknown.guesses)
    ]
    return {
        "id": unknown.text,
        "text": unknown.text,
        "people": list(unknown.people),
        "guesses": list(unknown.guesses),
        "actions": buttons if answers else [],
    }


def _answered(text: str, name: str) -> dict[str, Any]:
    back = action("back", say("Take back"), say("Take back what “{text}” means", text=text), icon="undo")
    return {"id": text, "text": text, "name": name, "actions": [back]}
