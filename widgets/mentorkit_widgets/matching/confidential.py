"""Whom people named in confidence: line managers and others with whom they are never paired, for the lead."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.errors import MentorkitError
from mentorkit.language import say, say_n
from mentorkit.language.formats import din5007, listing
from mentorkit_widgets.base import actions, button, markup, paragraph
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.components.table import Cell, Table, action, cell, chip, column
from mentorkit_widgets.matching.sentences import what_changed
from mentorkit_widgets.page import address

if TYPE_CHECKING:
    from collections.abc import Callable

    from mentorkit.matching.conflicts import Kind, Shown
    from mentorkit.programme.records import Application, NamedConflict
    from mentorkit_widgets.matching.model import MatchingModel

#: So many who may be meant have a button of their own.
_OFFERED = 3


class ConfidentialModel(t.HasTraits):
    """What was named, beside the matching that follows from it."""

    #: What was named, what is to be looked at first.
    shown: t.List[Shown] = t.List()

    def __init__(self, matching: MatchingModel) -> None:
        super().__init__()
        self.matching = matching
        self.read()
        matching.observe(lambda _: self.read(), "state")

    def read(self) -> None:
        """Read what was named."""
        from mentorkit.matching import conflicts

        bench = self.matching.run.bench
        self.shown = conflicts.named(bench.store, bench.actor, self.matching.run.id)

    @property
    def open(self) -> int:
        """How much is to be looked at."""
        return sum(not one.sure or one.formed for one in self.shown)

    @property
    def people(self) -> dict[str, str]:
        """Who can name somebody, by id of the application, with the organisation."""
        names: dict[str, Application] = {}
        for a in self.matching.state.applications:
            if a.withdrawn is None:
                names.setdefault(a.person_id, a)
        ordered = sorted(names.values(), key=lambda a: (din5007(a.last_name), din5007(a.first_name), a.id))
        return {a.id: ", ".join(filter(None, (a.last_name, a.first_name, a.organisation))) for a in ordered}

    def of(self, conflict_id: str) -> Shown | None:
        """Return what was named by its id."""
        return next((one for one in self.shown if one.conflict.id == conflict_id), None)

    def enter(self, application_id: str, kind: str, whom: str, text: str) -> bool:
        """Enter whom somebody named, by the id of an application or a text; tell whether that was done."""
        from mentorkit.matching import conflicts

        def do() -> object:
            bench = self.matching.run.bench
            named = next((a for a in self.matching.state.applications if a.id == whom), text)
            return conflicts.enter(bench.store, bench.actor, application_id, cast("Kind", kind), named)

        return self._do(do, say("It is entered."))

    def decide(self, conflict: NamedConflict, meant: list[str] | None) -> None:
        """Say who is meant; None leaves it to the text."""
        from mentorkit.matching import conflicts

        bench = self.matching.run.bench
        self._do(
            lambda: conflicts.decide(bench.store, bench.actor, conflict.id, meant, conflict.version),
            say("It is decided who is meant."),
        )

    def remove(self, conflict: NamedConflict) -> None:
        """Take away what was named."""
        from mentorkit.matching import conflicts

        bench = self.matching.run.bench
        self._do(
            lambda: conflicts.remove(bench.store, bench.actor, conflict.id, conflict.version),
            say("It is removed."),
        )

    def _do(self, deed: Callable[[], object], done: str) -> bool:
        """Do something, match anew and say what changed; what is refused is told."""
        before = self.matching.state.solved
        try:
            deed()
        except MentorkitError as error:
            self.matching.refuse(str(error))
            self.read()
            return False
        self.matching.refresh()
        self.read()
        self.matching.say(" ".join([done, *what_changed(before, self.matching.state.solved)]))
        return True


def title(model: ConfidentialModel | None) -> str:
    """Return the title of the tab, with how much was named."""
    return say("Confidential ({n})", n=len(model.shown) if model else 0)


def open_sentence(model: ConfidentialModel | None) -> str:
    """Say how much is to be looked at; empty where nothing is, and for who may not know."""
    if model is None or not model.open:
        return ""
    return say_n(
        "{n} confidential answer is to be looked at.",
        "{n} confidential answers are to be looked at.",
        model.open,
    )


def to_look_at(model: ConfidentialModel | None) -> Markup:
    """Say how much is to be looked at, with the way there; empty where nothing is."""
    text = open_sentence(model)
    if model is None or not text:
        return Markup()
    return markup(
        '<p class="mk-blocker mk-no-print">{text} <a href="{href}">{link}</a></p>',
        text=text,
        href=address("matching", model.matching.run.id, show="confidential"),
        link=say("Look at it"),
    )


class Confidential(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The table of what was named, the form to enter more, and the question before one is removed."""

    def __init__(self, model: ConfidentialModel) -> None:
        self.model = model
        self.lead = LaidOut(
            paragraph(
                say(
                    "Only the programme lead sees this. Whoever is named, or names somebody, is never in a"
                    " tandem with her; everybody else reads only that the tandem is ruled out. Until you say"
                    " who is meant, all who may be meant are kept apart."
                )
            )
        )
        self.table = Table(say("Named in confidence"), _columns(), empty=say("Nobody was named."))
        self.table.on_action(self._act)
        self.question = Question(yes=self._remove, no=self._keep)
        self.other = Form([])
        self.choice = Question(yes=self._choose, no=self._keep, parts=[self.other])
        self._asked = ""
        self.form = Form([])
        self.form.on_submit(self._enter)
        self.enter = button(say("Enter"), self._enter)
        super().__init__(
            [self.lead, self.table, self.question, self.choice, self.form, actions(self.enter)],
            layout=w.Layout(grid_gap="0.6rem"),
        )
        self.add_class("mk-no-print")  # paper goes from hand to hand
        model.observe(lambda _: self._show(), "shown")
        self._show()

    def _show(self) -> None:
        self.table.rows = [_row(one) for one in self.model.shown]
        self.form.fields = [
            Field("by", say("Who names somebody?"), "choice", options=self.model.people, width="half"),
            Field("kind", say("What is it?"), "choice", options=_kinds(), width="half"),
            Field("whom", say("Who is named?"), "choice", options=self.model.people, width="half"),
            Field(
                "text",
                say("Or who did not apply yet"),
                help=say("First and last name"),
                width="half",
                longest=500,
            ),
        ]
        self.other.fields = [Field("whom", say("Who is meant?"), "choice", options=self.model.people)]

    def _act(self, conflict_id: str, name: str) -> None:
        if (one := self.model.of(conflict_id)) is None:
            return
        if name == "remove":
            self._keep()
            self._asked = conflict_id
            self.question.ask(
                say("Remove what {name} said?", name=one.by.name),
                say("It is kept nowhere then, and cannot be brought back."),
                say("Yes, remove it"),
            )
        elif name == "other":
            self._keep()
            self._asked = conflict_id
            text = say("Please choose who is meant by “{text}”.", text=one.conflict.text)
            self.choice.ask(say("Whom did {name} mean?", name=one.by.name), text, say("Decide so"))
        elif name == "leave":
            self.model.decide(one.conflict, None)
        else:
            meant = {"all": [a.id for a in _open(one)], "nobody": []}.get(name, [name])
            self.model.decide(one.conflict, [*(a.id for a in one.certain), *meant])

    def _remove(self) -> None:
        one = self.model.of(self._asked)
        self._keep()
        if one:
            self.model.remove(one.conflict)

    def _choose(self) -> None:
        one, whom = self.model.of(self._asked), str(self.other.values["whom"])
        if not whom:
            self.other.refuse({"whom": say("Please fill this in.")})
            return
        self._keep()
        if one:
            self.model.decide(one.conflict, [*(a.id for a in one.certain), whom])

    def _keep(self) -> None:
        self._asked = ""
        self.other.fill({"whom": ""})
        self.question.answered()
        self.choice.answered()

    def _enter(self) -> None:
        typed = {name: str(value).strip() for name, value in self.form.values.items()}
        errors = {name: say("Please fill this in.") for name in ("by", "kind") if not typed[name]}
        if bool(typed["whom"]) == bool(typed["text"]):
            errors["whom"] = say("Please choose somebody or write a name, one of the two.")
        if errors:
            self.form.refuse(errors)
        elif self.model.enter(typed["by"], typed["kind"], typed["whom"], typed["text"]):
            self.form.fill({"whom": "", "text": ""})


def _kinds() -> dict[str, str]:
    from mentorkit.matching.conflicts import KINDS

    return {kind: say(message) for kind, message in KINDS.items()}


def _columns() -> list[Cell]:
    return [
        column("by", say("Who names somebody")),
        column("text", say("Who is named")),
        column("apart", say("Kept apart from")),
        column("standing", say("State"), "chip"),
    ]


def _row(one: Shown) -> dict[str, Any]:
    return {
        "id": one.conflict.id,
        "by": cell(one.by.name, note=one.by.organisation or ""),
        "text": cell(one.conflict.text, note=_kinds()[one.conflict.kind]),
        "apart": listing(a.name for a in one.meant) if one.meant else say("nobody who applied"),
        "standing": _standing(one),
        "actions": _actions(one),
    }


def _standing(one: Shown) -> dict[str, Any]:
    if one.formed:
        return chip(say("in a tandem already"), "warning", "careful")
    if not one.sure:
        return chip(say("to be looked at"), "warning", "careful")
    return chip(say("decided") if one.conflict.decided_by else say("clear"), "check")


def _actions(one: Shown) -> list[Cell]:
    text, found = one.conflict.text, []
    if one.conflict.decided_by:
        found.append(
            action(
                "leave",
                say("Take back the decision"),
                say("Take back the decision on who is meant by “{text}”", text=text),
                icon="undo",
            )
        )
    if not one.sure or (one.others and not one.conflict.decided_by):
        found += _answers(one)
    remove = say("Remove what {name} said: “{text}”", name=one.by.name, text=text)
    return [*found, action("remove", say("Remove the entry"), remove, icon="close")]


def _open(one: Shown) -> list[Application]:
    """Return who may be meant beside those who are for sure."""
    return [a for a in (*one.meant, *one.others) if a not in one.certain]


def _answers(one: Shown) -> list[Cell]:
    """Return the answers to who is meant: each who may be, all of them, somebody else, or nobody."""
    may_be, text = _open(one), one.conflict.text
    often = Counter(a.name for a in may_be)
    named = {
        a.id: a.name if often[a.name] == 1 else f"{a.name} ({a.organisation})" for a in may_be[:_OFFERED]
    }
    found = [
        action(key, name, say("“{text}” means {name}", text=text, name=name), icon="check")
        for key, name in named.items()
    ]
    if len(may_be) > 1:
        found.append(
            action("all", say("all of them"), say("“{text}” means all of them", text=text), icon="check")
        )
    other = say("“{text}” means somebody else", text=text)
    found.append(action("other", say("somebody else …"), other, icon="person"))
    if one.certain:
        nobody, label = say("“{text}” means nobody else who applied", text=text), say("nobody else")
    else:
        nobody, label = say("“{text}” means nobody who applied", text=text), say("nobody who applied")
    return [*found, action("nobody", label, nobody, icon="forbid")]
