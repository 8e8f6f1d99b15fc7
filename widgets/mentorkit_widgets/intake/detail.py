"""One application opened beside the list: what was found, its entries, what can be done, what happened."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from mentorkit.intake.actions import ActionName
from mentorkit.intake.deciding import can_be
from mentorkit.language import say
from mentorkit.programme.records import Application
from mentorkit_widgets.base import actions, button, paragraph, shown
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.form import Form
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.intake.application_form import ApplicationForm, reason_field
from mentorkit_widgets.intake.facts import facts, held_back, understood, versions
from mentorkit_widgets.intake.history import History
from mentorkit_widgets.intake.mail import Mail
from mentorkit_widgets.intake.merging import MergeWith, Merging
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.state import Place


class ApplicationDetail(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The chosen application of an intake; empty while none is, and while another place is looked at."""

    def __init__(self, model: IntakeModel, place: Place, merging: Merging | None = None) -> None:
        self.model, self.place = model, place
        self.heading = Heading(on_close=self._close)
        #: What the list says of it.
        self.listed = LaidOut()
        self.facts = LaidOut()
        self.versions = LaidOut()
        self.entries = ApplicationForm(model)
        self.keep_theirs = button(say("Keep what is stored"), self._forget)
        self.save = button(say("Save and judge again"), self._save, primary=True)
        self.drop = button(say("Leave out"), model.drop)
        self.close_it = button(say("Close"), self._close)
        doing = actions(self.save, self.drop, self.close_it)
        self.decision = Decision(model, self.heading)
        self.withdrawal = Withdrawal(model, self.heading)
        self.understood = LaidOut()
        self.told = Disclosure(say("How the entries were understood"), lambda: self.understood)
        parts = [self.heading, self.listed, self.facts, self.versions, self.keep_theirs, self.entries, doing]
        parts += [self.decision, self.withdrawal, self.told]
        if place == "stored":
            self.mail, self.history = Mail(model), History(model)
            parts.insert(-2, self.mail)
            parts.append(self.history)
        self.merge_with = MergeWith(model, merging) if merging is not None else None
        if self.merge_with is not None:
            parts.insert(-2, self.merge_with)
        super().__init__(parts, layout=w.Layout(grid_gap="0.6rem"))
        self.add_class("mk-card")
        model.observe(self.show, ["selected", "part", "intake", "stored", "differences"])
        self.show()

    def show(self, *_: object) -> None:
        """Show the application that is chosen now."""
        model = self.model
        application = model.application if model.place == self.place else None
        shown(self, application is not None)
        if application is None:
            self.heading.text = ""
            return
        is_another = self.entries.show(application)
        found = self.entries.unplaced(application)
        told = model.wishes_of(application), model.past_of(application)
        place = model.place_of(application)
        agreed = model.agreed(application) if model.place == "stored" else ""
        fact = facts(application, found, *told, model.names, place=place, agreed=agreed,
                     audience=model.audience)  # fmt: skip
        self.facts.value = fact + held_back(model.held_back(application))
        self.versions.value = versions(model.differences)
        shown(self.versions, bool(model.differences))
        shown(self.keep_theirs, bool(model.differences))
        shown(self.save, model.may_mend)
        shown(self.drop, self.place == "read")
        self.understood.value = understood(application, model.said_by(application), model.settings.pay_scale)
        self.decision.show(application, empty=is_another)
        self.withdrawal.show(application, empty=is_another)
        if self.place == "stored":
            self.mail.show(application, empty=is_another)
            self.history.show(application)
        if self.merge_with is not None:
            self.merge_with.show(application, empty=is_another)
        self.heading.text = application.name or say("(no name)")

    def _save(self) -> None:
        self.model.mend()
        if not self.model.refused:
            self.entries.safe()
            self.entries.refuse(self.entries.errors)  # what is still wrong

    def _forget(self) -> None:
        self.model.forget()
        self.entries.safe()

    def _close(self) -> None:
        self.model.selected = ""


class _Reasoned(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A decision with its reason: the field stands above the buttons that it is for.

    Who would lose a place of the fixed selection by it is told first, and asked about.
    """

    def __init__(self, name: str, *buttons: w.Widget, required: bool) -> None:
        self.name, self.required = name, required
        self.reason = Form([reason_field(required=required)])
        self.buttons = actions(*buttons)
        self._agreed: Callable[[], None] | None = None
        self.question = Question(yes=self._agree, no=self._drop)
        super().__init__([self.reason, self.buttons, self.question], layout=w.Layout(grid_gap="0.6rem"))

    def decide(
        self, model: IntakeModel, action: ActionName, what: Callable[[str], None], done: Callable[[], None]
    ) -> None:
        """Do what was decided, unless its reason is missing; call ``done`` once it is done."""
        reason = str(self.reason.values["reason"])
        if self.required and not reason.strip():
            self.reason.refuse({"reason": say("Please give a reason.")})
            return

        def do() -> None:
            what(reason)
            if not model.refused:
                self.reason.fill({"reason": ""})
                done()

        told = model.foresee(action)
        if not told:
            do()
            return
        self._agreed = do
        self.question.ask(say("Give up the place?"), told, say("Yes, give up the place"))

    def _agree(self) -> None:
        do = self._agreed
        self._drop()
        if do is not None:
            do()

    def _drop(self) -> None:
        self._agreed = None
        self.question.answered()

    def ask(self, *, required: bool) -> None:
        """Say whether the reason is required."""
        if self.required != required:
            self.required = required
            self.reason.fields = [reason_field(required=required)]

    def begin(self, application: Application) -> None:
        """Empty the field for another application."""
        self._drop()
        self.reason.fill({"reason": ""}, key=f"{application.id}-{self.name}")


class Decision(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Admitting or refusing an application whatever was found, and taking that back."""

    def __init__(self, model: IntakeModel, heading: Heading) -> None:
        self.model, self.heading = model, heading
        self.overrule = button(say("Admit with this reason"), lambda: self._decide("accept", model.overrule))
        self.turn_down = button(
            say("Refuse with this reason"), lambda: self._decide("refuse", model.turn_down)
        )
        self.back = button("", lambda: self._decide("take_back", model.take_back))
        self.reasoned = _Reasoned("reason", self.overrule, self.turn_down, self.back, required=True)
        self.reason = self.reasoned.reason
        self.more = Disclosure(say("Decide otherwise"), lambda: self.reasoned, level=3)
        super().__init__([self.more], layout=w.Layout(margin="1rem 0 0"))

    def show(self, application: Application, *, empty: bool) -> None:
        """Offer what can be decided on an application; open where nobody has decided on it."""
        model = self.model
        admit, refuse = (can_be(verdict, application) for verdict in ("admitted", "refused"))
        back = model.can_take_back
        for each, offered in ((self.overrule, admit), (self.turn_down, refuse), (self.back, back)):
            shown(each, offered)
        said = say("Take the refusal back") if application.turned_down else say("No longer admit")
        self.back.description = self.back.tooltip = said
        shown(self, model.may_overrule and (admit or refuse or back))
        # what is only taken back before it is stored leaves no trace that a reason could stand in
        self.reasoned.ask(required=model.place == "stored" or not back)
        if empty:
            self.more.opened = application.open or admit
            self.reasoned.begin(application)

    def _decide(self, action: ActionName, what: Callable[[str], None]) -> None:
        self.reasoned.decide(self.model, action, what, self._done)

    def _done(self) -> None:
        self.more.opened = False
        self.heading.focus()  # the button is gone


class Withdrawal(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Noting that an applicant does not take part any more, and taking that back."""

    def __init__(self, model: IntakeModel, heading: Heading) -> None:
        self.model, self.heading = model, heading
        self.withdraw = button(
            say("Withdraw the application"), lambda: self._decide("withdraw", model.withdraw)
        )
        self.readmit = button(say("Take part again"), lambda: self._decide("readmit", model.readmit))
        self.reasoned = _Reasoned("withdrawal", self.withdraw, self.readmit, required=False)
        self.reason = self.reasoned.reason
        #: How taking part again differs from undoing.
        self.hint = LaidOut(
            paragraph(
                say(
                    "Who takes part again gets a place that is free, or waits. The place held before is given"
                    " back by “Undo: …” under “What happened so far”."
                ),
                "mk-muted",
            )
        )
        body = w.VBox([self.hint, self.reasoned])
        self.more = Disclosure(say("Withdraw"), lambda: body)
        super().__init__([self.more])

    def show(self, application: Application, *, empty: bool) -> None:
        """Offer what can be done with an application."""
        gone = application.withdrawn is not None
        shown(self, self.model.may_withdraw and self.model.place == "stored")
        shown(self.withdraw, not gone)
        shown(self.readmit, gone)
        shown(self.hint, gone and application.place is not None)
        self.more.button.title = say("Take part again") if gone else say("Withdraw")
        if empty:
            self.more.opened = False
            self.reasoned.begin(application)

    def _decide(self, action: ActionName, what: Callable[[str], None]) -> None:
        self.reasoned.decide(self.model, action, what, self._done)

    def _done(self) -> None:
        self.more.opened = False
        self.heading.focus()
