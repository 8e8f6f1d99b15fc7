"""Putting persons together from the list of applications: who may be one, or somebody chosen by name."""

from __future__ import annotations

from functools import cached_property

import ipywidgets as w

from mentorkit.intake.judge import codes
from mentorkit.intake.lookalikes import suggestions
from mentorkit.intake.merge import RIGHT, counting_with
from mentorkit.intake.past import key_of
from mentorkit.intake.people import by_last_name, email_key
from mentorkit.language import say, say_n
from mentorkit.language.formats import listing
from mentorkit.programme.records import Application
from mentorkit_widgets.base import actions, button, paragraph, shown
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.intake.merge import MergeModel, MergePersons
from mentorkit_widgets.intake.model import IntakeModel


class Merging(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Who may be one person, above the list; nothing where the role may not put persons together."""

    def __init__(self, model: IntakeModel) -> None:
        self.model = model
        self.allowed = model.run.bench.actor.may(RIGHT, model.run.record.programme_id)
        self.nobody = LaidOut(paragraph(say("Nobody seems to be there twice.")))
        self.more = Disclosure(say("People who may be the same"), self._build)
        super().__init__([self.more])
        shown(self, self.allowed)
        model.observe(self._reload, "stored")
        self.more.observe(self._reload, "opened")
        self._count()

    @cached_property
    def merge(self) -> MergeModel:
        """Who may be one, was put together or told apart; read when somebody looks."""
        return MergeModel(self.model.run, self.model, self.model.follow)

    def look(self, keep_id: str, other_id: str, stays: str = "") -> None:
        """Look at what putting two persons together changes; see :func:`mentorkit.intake.merge.preview`."""
        self.more.opened = True
        self.merge.look(keep_id, other_id, stays)

    def _build(self) -> w.Widget:
        self.merge.observe(self._show, "shown")
        self._show()
        return w.VBox([self.nobody, MergePersons(self.merge)])

    def _show(self, *_: object) -> None:
        shown(self.nobody, not self.merge.any)
        self._tell(len(self.merge.suggestions))

    def _reload(self, *_: object) -> None:
        if not self.more.opened:
            self._count()
        elif not self.merge.preview:
            self.merge.reload()

    def _count(self) -> None:
        """Tell beside the folded title how many pairs there are to look at."""
        if self.allowed:
            with self.model.attempting():
                self._tell(len(suggestions(*self.model.hands)))

    def _tell(self, n: int) -> None:
        self.more.button.note = say_n("{n} pair", "{n} pairs", n) if n else ""


class MergeWith(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Choosing with whom the person of an application is to be put together."""

    def __init__(self, model: IntakeModel, merging: Merging) -> None:
        self.model, self.merging = model, merging
        self._others: list[Application] = []
        self._double: Application | None = None
        self.compare = button(say("Compare the two applications"), self._look_at_double)
        self.form = Form([self._field()])
        body = w.VBox([self.form, actions(button(say("Compare"), self._look))])
        self.more = Disclosure(say("Put together with another person"), lambda: body)
        super().__init__([self.compare, self.more], layout=w.Layout(grid_gap="0.6rem"))

    def show(self, application: Application, *, empty: bool) -> None:
        """Offer the application it may double, and the persons of all others, the same last name first."""
        shown(self, self.merging.allowed)
        others = [a for a in self.model.stored if a.person_id != application.person_id]
        others.sort(key=lambda a: (a.last_name != application.last_name, by_last_name(a)))
        self._others = others
        doubted = application.open and "duplicate" in codes(application.findings)
        self._double = self.model.audience.double(application) if doubted else None
        shown(self.compare, self._double is not None)
        if self._double is not None:
            self.compare.tooltip = say("Compare with: {whose}", whose=_told(self._double))
        fields = (self._field(),)
        if self.form.fields != fields:
            self.form.fields = fields
        if empty:
            self.more.opened = False
            self.form.fill({"other": ""})

    def _field(self) -> Field:
        return Field(
            "other",
            say("The other person"),
            "suggest",
            options=tuple(dict.fromkeys(map(_told, self._others))),
        )

    def _look(self) -> None:
        application = self.model.application
        if application is None:
            return
        meant = self._meant(str(self.form.values["other"]).strip())
        if len(people := {a.person_id for a in meant}) == 1:
            self.form.refuse({})
            self.merging.look(application.person_id, *people)
            return
        told = say("Please choose one of the persons of this run.")
        if people:
            told = say("There are several, please choose one: {names}.", names=listing(map(_told, meant)))
        self.form.refuse({"other": told})

    def _meant(self, typed: str) -> list[Application]:
        """Return whom a text means: as it is offered, else by name or address alone."""
        exact = [a for a in self._others if _told(a) == typed]
        name, address = key_of(typed), email_key(typed)
        return exact or [
            a
            for a in self._others
            if (name and key_of(a.name) == name) or (address and email_key(a.answers.get("email")) == address)
        ]

    def _look_at_double(self) -> None:
        application = self.model.application
        if application is None or self._double is None:
            return
        keep_id, other_id = self._double.person_id, application.person_id
        own = [a for a in self.model.stored if a.person_id == other_id]
        stays = counting_with(application, own)[0].id if keep_id == other_id else ""
        self.merging.look(keep_id, other_id, stays)


def _told(application: Application) -> str:
    mail = application.answers.get("email") or application.organisation or application.id
    return f"{application.name} ({mail})"
