"""One decision on all applications that the filters show: looked at beforehand, then done at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.intake import actions as deeds
from mentorkit.language import say, say_n
from mentorkit_widgets.base import actions, button, markup, paragraph, shown
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.form import Field, Form, Value
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.intake.application_form import reason_field
from mentorkit_widgets.intake.facts import table_of
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.state import FILTERS


class BulkModel(t.HasTraits):
    """A decision that is prepared for many applications.

    Parameters
    ----------
    model
        The intake; what it shows now is what the decision is about.
    """

    #: What the action would do; None while nothing is prepared.
    plan = t.Any(None, allow_none=True)
    #: Ids of those who are left out of it.
    spared = t.Set()

    def __init__(self, model: IntakeModel) -> None:
        super().__init__()
        self.model = model
        model.observe(lambda _: self.forget(), ["stored", "part", "word", *FILTERS])

    @property
    def offered(self) -> dict[str, str]:
        """The actions that the role may do, in words by name."""
        programme, actor = self.model.run.programme, self.model.run.bench.actor
        return {
            name: say(action.label)
            for name, action in deeds.ACTIONS.items()
            if actor.scopes(action.right, programme.id)
        }

    @property
    def going(self) -> list[deeds.Effect]:
        """Those whom the action changes and who are not left out."""
        possible = self.plan.possible if self.plan is not None else ()
        return [effect for effect in possible if effect.application.id not in self.spared]

    def prepare(self, action: str) -> None:
        """Look what an action would do to all applications that are shown."""
        ids = [application.id for application in self.model.rows]
        self.spared = set()
        with self.model.attempting():
            store, actor = self.model.run.bench.store, self.model.run.bench.actor
            self.plan = deeds.preview(store, actor, action, ids)  # type: ignore[arg-type] # offered ones

    def do(self, reason: str) -> None:
        """Do what was prepared, for those who are not left out."""
        going = tuple(self.going)
        with self.model.attempting(say("Saving …")):
            store, actor = self.model.run.bench.store, self.model.run.bench.actor
            deeds.apply(store, actor, deeds.Plan(self.plan.action, going), reason)
            moved = self.model.reload()
            self.model.saved(store.clock())
            n = len(going)
            told = say_n("{n} application is changed.", "{n} applications are changed.", n)
            self.model.say(f"{told} {moved}".strip())

    def forget(self) -> None:
        """Give up what was prepared: the list is another one now."""
        self.plan, self.spared = None, set()


class Bulk(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A decision on many below the list; hidden where the role may take none."""

    def __init__(self, model: IntakeModel) -> None:
        self.bulk = BulkModel(model)
        title = (
            say("Decide on all that are shown")
            if model.may_overrule
            else say("Withdraw all that are shown, or take that back")
        )
        self.more = Disclosure(title, lambda: self.decision)
        super().__init__([self.more])
        model.observe(self.show, "part")
        self.show()

    @cached_property
    def decision(self) -> BulkDecision:
        """What is decided; made when it is unfolded."""
        return BulkDecision(self.bulk, self._close)

    def show(self, *_: object) -> None:
        """Follow the place that is looked at."""
        shown(self, bool(self.bulk.offered) and self.bulk.model.place == "stored")

    def _close(self) -> None:
        self.more.opened = False


class BulkDecision(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The form of a decision on many, its preview, and the button that does it.

    Parameters
    ----------
    bulk
        The decision.
    done
        Called when it is carried out.
    """

    def __init__(self, bulk: BulkModel, done: Callable[[], object]) -> None:
        self.bulk, self.model, self._done = bulk, bulk.model, done
        fields = [Field("action", say("What is to be done"), "choice", required=True, options=bulk.offered)]
        self.form = Form(fields, {"action": ""}, on_edit=lambda *_: self.bulk.forget())
        self.look = button(say("Look what this does"), self._look)
        self.told, self.staying = LaidOut(), LaidOut()
        self.others = Disclosure(say("Applications that stay as they are"), lambda: self.staying)
        self.who = Form([], on_edit=self._choose)
        self.reason = Form([reason_field()])
        self.do = button("", self._do, primary=True)
        self.leave = button(say("Cancel"), self.bulk.forget)
        doing = actions(self.do, self.leave)
        self.preview = w.VBox([self.told, self.who, self.others, self.reason, doing])
        self.about = LaidOut()
        super().__init__([self.about, self.form, actions(self.look), self.preview])
        self.add_class("mk-card")
        bulk.observe(self.show, ["plan", "spared"])
        self.model.observe(self.show, ["stored", "part", "word", *FILTERS])
        self.show()

    def show(self, *_: object) -> None:
        """Follow the list and what is prepared for it."""
        bulk, n = self.bulk, len(self.model.rows)
        told = say_n("This is about the {n} application that the list shows.",
                     "This is about the {n} applications that the list shows.", n)  # fmt: skip
        self.about.value = paragraph(told)
        self.look.disabled = not n
        shown(self.preview, bulk.plan is not None)
        if bulk.plan is None:
            return
        self.told.value = paragraph(bulk.plan.summary)
        self.staying.value = _staying(bulk.plan)
        shown(self.others, bool(bulk.plan.refused))
        self.others.button.note = str(len(bulk.plan.refused))
        going = len(bulk.going)
        label = say_n("Do it for {n} application", "Do it for {n} applications", going)
        self.do.description = self.do.tooltip = label
        self.do.disabled = not going
        shown(self.who, bool(bulk.plan.possible))

    def _look(self) -> None:
        if not (action := str(self.form.values["action"])):
            self.form.refuse({"action": say("Please choose what is to be done.")})
            return
        self.bulk.prepare(action)
        plan = self.bulk.plan
        if plan is None:
            return
        names = {effect.application.id: _named(effect) for effect in plan.possible}
        ticks = Field("who", say("For whom"), "ticks", options=names)
        self.who.fields = [ticks]
        self.who.fill({"who": list(names)})
        self.reason.fields = [reason_field(required=plan.needs_reason)]

    def _choose(self, _name: str, value: Value) -> None:
        going = set(value) if isinstance(value, list) else set()
        self.bulk.spared = {effect.application.id for effect in self.bulk.plan.possible} - going

    def _do(self) -> None:
        reason = str(self.reason.values["reason"])
        if self.bulk.plan.needs_reason and not reason.strip():
            self.reason.refuse({"reason": say("Please give a reason.")})
            return
        self.bulk.do(reason)
        if not self.model.refused:
            self.reason.fill({"reason": ""})
            self._done()


def _named(effect: deeds.Effect) -> str:
    name = effect.application.name or say("(no name)")
    return say("{name}: {before} → {after}", name=name, before=effect.before_word, after=effect.after_word)


def _staying(plan: deeds.Plan) -> Markup:
    """Tell who cannot change and why."""
    rows: list[Any] = [
        markup(
            '<tr><th scope="row">{name}</th><td>{why}</td></tr>',
            name=e.application.name,
            why=e.refusal.removeprefix(f"{e.application.name}: "),  # it stands beside already
        )
        for e in plan.refused
    ]
    if not rows:
        return Markup()
    return table_of(say("Applications that stay as they are"), (say("Name"), say("Why")), Markup().join(rows))
