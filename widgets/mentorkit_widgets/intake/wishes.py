"""The mentees' wishes: whom they mean, what is a guess, and what somebody has to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

import ipywidgets as w
import traitlets as t

from mentorkit.intake import wished
from mentorkit.intake.people import by_last_name, last_name_first
from mentorkit.language import say, say_n
from mentorkit.language.formats import listing
from mentorkit.programme.records import Application
from mentorkit_widgets.base import actions, button, card, paragraph, shown
from mentorkit_widgets.components.choice import Choice
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table, action, cell, chip, column
from mentorkit_widgets.intake.side import Beside, SideModel
from mentorkit_widgets.intake.words import standing_words, wish_word


class WishesModel(SideModel):
    """The wishes of a run; empty for who may not look at them."""

    #: Whether only wishes that somebody has to look at are shown.
    show: Literal["questions", "all"] = t.Enum(("questions", "all"), "questions")  # type: ignore[assignment]

    def load(self) -> None:
        """Read the wishes."""
        self.may_decide = self.may(wished.CHANGE)
        self.all = wished.wishes(*self.here) if self.may(wished.READ) else []
        self.mentors = _listed(
            a
            for a in (self.run.application_records if self.all else [])
            if a.role == "mentor" and a.withdrawn is None
        )

    @property
    def questions(self) -> list[wished.WishShown]:
        """The wishes that somebody has to look at."""
        return [s for s in self.all if s.standing in ("guess", "open") and not s.wish.prospect_id]

    @property
    def rows(self) -> list[wished.WishShown]:
        """The wishes that are shown."""
        return self.questions if self.show == "questions" else self.all

    @property
    def without_hope(self) -> list[Application]:
        """The mentees who need another wish."""
        return wished.without_hope(self.all)

    def wish(self, wish_id: str) -> wished.WishShown | None:
        """Return a wish, if it is there still."""
        return next((s for s in self.all if s.wish.id == wish_id), None)

    def _version(self, wish_id: str) -> int:
        """Return the version that is shown; 0, which no stored record has, where none is."""
        return one.wish.version if (one := self.wish(wish_id)) else 0

    def decide(self, wish_id: str, mentor_application_id: str | None) -> None:
        """Say whom a wish means; None means nobody who applied."""
        with self.changing():
            version = self._version(wish_id)
            wish = wished.decide(*self.hands, wish_id, mentor_application_id, version)
            self.load()
            now = self.wish(wish_id)
            if now and now.mentor:
                self.say(say("“{text}” means {name}.", text=wish.text, name=now.mentor.name))
            else:
                self.say(say("“{text}” means nobody who applied.", text=wish.text))

    def leave(self, wish_id: str) -> None:
        """Take a decision back."""
        with self.changing():
            wish = wished.leave_to_machine(*self.hands, wish_id, self._version(wish_id))
            self.say(say("The decision on “{text}” is taken back.", text=wish.text))


def _listed(mentors: Iterable[Application]) -> dict[str, str]:
    """Return mentors to choose from by id, in German order of last names; namesakes with their address."""
    found = sorted(mentors, key=by_last_name)
    names = {a.id: last_name_first(a.first_name, a.last_name) for a in found}
    often = Counter(names.values())
    return {a.id: names[a.id] if often[names[a.id]] == 1 else _with_address(names[a.id], a) for a in found}


def _with_address(name: str, application: Application) -> str:
    return f"{name} ({application.answers.get('email', application.id)})"


class Wishes(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The wishes in a table; one opened to choose whom it means. Hidden where nobody wishes."""

    def __init__(self, model: WishesModel) -> None:
        self.model = model
        self.lead = LaidOut()
        self.choice = Choice(
            say("Wishes"), {"questions": say("to be looked at"), "all": say("all")}, model.show
        )
        self.choice.observe(lambda change: setattr(model, "show", change["new"]), "value")
        self.table = Table(say("Wishes"), [], empty=say("No wish is in doubt."), selectable=model.may_decide)
        self.table.on_action(self._act)
        self.table.observe(self._look, "selected")
        self.title = Heading(on_close=self._close)
        self.facts = LaidOut()
        self.form = Form([])
        self._filled: tuple[str, str] | None = None
        self.nobody = button(say("did not apply"), self._nobody)
        self.back = button(say("Take back"), self._take_back)
        self.chosen = button(say("This person is meant"), self._choose, primary=True)
        close = button(say("Close"), self._close)
        self.card = card(
            self.title, self.facts, self.form, actions(self.chosen, self.nobody, self.back, close)
        )
        self.beside = Beside(self.table, self.card)
        super().__init__([self.lead, self.choice, self.beside], layout=w.Layout(grid_gap="0.6rem"))
        model.observe(lambda _: self.show_all(), ["shown", "show"])
        self.show_all()

    def show_all(self) -> None:
        """Show the wishes as they stand now."""
        model = self.model
        n = len(model.questions)
        self.lead.value = paragraph(
            say_n("{n} wish is to be looked at.", "{n} wishes are to be looked at.", n)
        ) + _without_hope(model.without_hope)
        self._show_rows()
        shown(self, bool(model.all))
        self._open()

    def _show_rows(self) -> None:
        """Show the wishes; with fewer columns while one is opened beside them."""
        model, narrow = self.model, bool(self.table.selected)
        with self.table.hold_sync():
            self.table.columns = _columns(narrow=narrow)
            self.table.rows = [_row(model, s, narrow=narrow) for s in model.rows]

    def _act(self, wish_id: str, name: str) -> None:
        if name == "leave":
            self.model.leave(wish_id)
        else:
            self.model.decide(wish_id, None if name == "nobody" else name)

    def _look(self, _change: object) -> None:
        self._show_rows()
        self._open()

    def _open(self) -> None:
        one = self.model.wish(self.table.selected)
        if one is None:
            self.title.text, self._filled = "", None
            self.beside.show_card(visible=False)
            return
        self._fill(one)
        self.facts.value = paragraph(_told(self.model, one))
        decided = bool(one.wish.decided_by)
        shown(self.nobody, one.standing != "nobody")
        shown(self.back, decided)
        self.title.text = say("{name} wishes for “{text}”", name=one.mentee.name, text=one.wish.text)
        self.beside.show_card(visible=True)

    def _fill(self, one: wished.WishShown) -> None:
        """Offer the mentors, unless they were offered for the same wish before: what was chosen stays."""
        meant = next(iter(_possible(one)), None)
        meant_id = meant.id if meant and meant.id in self.model.mentors else ""
        self.form.fields = [
            Field("mentor", say("Which {mentor:sg.nom} is meant?"), "choice", options=self.model.mentors)
        ]
        if self._filled != (one.wish.id, meant_id):
            self._filled = one.wish.id, meant_id
            self.form.fill({"mentor": meant_id})

    def _nobody(self) -> None:
        if self.table.selected:
            self.model.decide(self.table.selected, None)

    def _take_back(self) -> None:
        if (one := self.model.wish(self.table.selected)) and one.wish.decided_by:
            self.model.leave(one.wish.id)

    def _choose(self) -> None:
        if not self.table.selected:
            return  # pressed twice
        if not (mentor_id := str(self.form.values["mentor"])):
            self.form.refuse({"mentor": say("Please choose a person.")})
            return
        self.model.decide(self.table.selected, mentor_id)

    def _close(self) -> None:
        self.table.select("")


def _columns(*, narrow: bool) -> list[dict[str, Any]]:
    more = [column("mentee", say("{mentee:sg.nom}")), column("means", say("Means"))]
    return [
        column("text", say("Wish")),
        *([] if narrow else more),
        column("standing", say("How it stands"), "chip"),
    ]


def _row(model: WishesModel, one: wished.WishShown, *, narrow: bool) -> dict[str, Any]:
    text, icon, tone = standing_words(one)
    return {
        "id": one.wish.id,
        "text": cell(one.wish.text, note=wish_word(one.wish.rank)),
        "mentee": _name(one.mentee),
        "means": _name(one.mentor) if one.mentor else "",
        "standing": chip(text, icon, tone, note=_by(model, one)),
        "actions": _actions(one) if model.may_decide and not narrow else [],
    }


def _by(model: WishesModel, one: wished.WishShown) -> str:
    """Return who decided a wish; empty where the machine did."""
    return say("decided by {name}", name=model.who(one.wish.decided_by)) if one.wish.decided_by else ""


def _told(model: WishesModel, one: wished.WishShown) -> str:
    """Return whom a wish means, how it stands and who decided it, in a line."""
    told = [one.mentor.name if one.mentor else "", standing_words(one)[0], _by(model, one)]
    return say("How it stands: {state}", state=", ".join(filter(None, told)))


def _without_hope(mentees: list[Application]) -> str:
    """Return who needs another wish, as a paragraph; empty where nobody does."""
    if not mentees:
        return ""
    names = listing(mentee.name for mentee in mentees)
    return paragraph(
        say("Another wish is needed by {names}: nobody they wish for is to be had.", names=names)
    )


def _name(application: Application) -> dict[str, Any]:
    return cell(application.name, last_name_first(application.first_name, application.last_name))


def _actions(one: wished.WishShown) -> list[dict[str, Any]]:
    text = one.wish.text
    if one.wish.decided_by:
        back = say("Take back the decision on “{text}”", text=text)
        return [action("leave", say("Take back"), back, icon="undo")]
    meant = _possible(one)
    often = Counter(m.name for m in meant)
    names = {m.id: m.name if often[m.name] == 1 else _with_address(m.name, m) for m in meant}
    found = [
        action(key, name, say("“{text}” means {name}", text=text, name=name), icon="check")
        for key, name in names.items()
        if one.standing != "sure"
    ]
    nobody = say("“{text}” did not apply", text=text)
    return [*found, action("nobody", say("did not apply"), nobody, icon="forbid")]


def _possible(one: wished.WishShown) -> list[Application]:
    """Return who may be meant, the likeliest first; a guess at somebody gone is not among them."""
    return [one.mentor] if one.mentor and one.standing != "open" else list(one.guesses)
