"""Decisions on applications, one by one or on many at once after a preview."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from mentorkit.errors import NotAllowed, RuleBroken
from mentorkit.intake.changes import state_word
from mentorkit.intake.deciding import check_reason, decided
from mentorkit.intake.settle import settle
from mentorkit.intake.stored import OVERRULE, REDO, UNDO, WITHDRAW, check_not_erased, check_version, seen
from mentorkit.intake.trail import Deed, history_of, redo, redoable, rehearse, undo, undoable
from mentorkit.language import later, say, say_n
from mentorkit.language.formats import listing
from mentorkit.matching.placing import Kept, heir_since, placed, save
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Overruling, Run, Withdrawal
from mentorkit.store import Reader, Store

__all__ = [
    "ACTIONS", "Deed", "Effect", "Plan", "accept", "apply", "foreseen", "foreseen_step", "history_of",
    "not_given_back", "preview", "readmit", "redo", "redoable", "refuse", "take_back",
    "undo", "undoable", "withdraw",
]  # fmt: skip

ActionName = Literal["accept", "refuse", "take_back", "withdraw", "readmit"]
#: Why a place is not given back, in words.
_KEPT: dict[Kept, str] = {
    "taken": later("No place is free any more."),
    "approved": later(
        "The place was passed on in the meantime and is not taken away again, since the tandems are approved."
    ),
    "locked": later(
        "The place was passed on in the meantime to somebody in a locked tandem and is not taken away again."
    ),
    "changed": later("The place was passed on in the meantime and is not taken away again."),
}


@dataclass(frozen=True)
class Action:
    """A decision: the right it takes, its name for people, whether it needs a reason, what it does."""

    right: str
    label: str
    needs_reason: bool
    change: Callable[[Application, str, dt.datetime, str], Application]


@dataclass(frozen=True)
class Effect:
    """What an action makes of an application: ``after``; None where it cannot, and ``refusal`` says why."""

    application: Application
    after: Application | None
    refusal: str = ""

    @property
    def before_word(self) -> str:
        """Where the application stands, in words."""
        return state_word(self.application)

    @property
    def after_word(self) -> str:
        """Where it will stand, in words; empty where nothing changes."""
        return state_word(self.after) if self.after else ""


@dataclass(frozen=True)
class Plan:
    """What an action would do to the applications chosen; nothing is changed yet."""

    action: ActionName
    effects: tuple[Effect, ...]

    @property
    def possible(self) -> tuple[Effect, ...]:
        """Those that change."""
        return tuple(effect for effect in self.effects if effect.after)

    @property
    def refused(self) -> tuple[Effect, ...]:
        """Those that stay as they are."""
        return tuple(effect for effect in self.effects if not effect.after)

    @property
    def needs_reason(self) -> bool:
        """Whether the action must be given a reason."""
        return ACTIONS[self.action].needs_reason

    @property
    def summary(self) -> str:
        """One or two sentences: how many change, how many cannot."""
        said = [say_n("{n} application changes.", "{n} applications change.", len(self.possible))]
        if self.refused:
            said.append(
                say_n("{n} stays as it is, see below.", "{n} stay as they are, see below.", len(self.refused))
            )
        return " ".join(said)


def accept(store: Store, actor: Actor, application_id: str, reason: str, version: int) -> Application:
    """Admit an applicant against the machine's judgement, with a reason.

    Raises
    ------
    NotAllowed
        If the actor may not overrule.
    NotFound
        If there is no such application.
    RuleBroken
        If there is no reason, or the application must be mended first, or is in order anyway.
    StaleRecord
        If somebody changed it in the meantime.
    """
    return _act(store, actor, "accept", application_id, reason, version)


def refuse(store: Store, actor: Actor, application_id: str, reason: str, version: int) -> Application:
    """Refuse an applicant, whatever was found, with a reason; the application is kept.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        As :func:`accept`.
    RuleBroken
        If there is no reason, or a rule refuses the application anyway, or it was decided on or withdrawn.
    """
    return _act(store, actor, "refuse", application_id, reason, version)


def take_back(store: Store, actor: Actor, application_id: str, reason: str, version: int) -> Application:
    """Take back an admission or a refusal, with a reason: the machine's judgement holds again.

    Places of a fixed selection follow, see :func:`mentorkit.matching.placing.placed`.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        As :func:`accept`.
    RuleBroken
        If there is no reason, or nothing to take back.
    """
    return _act(store, actor, "take_back", application_id, reason, version)


def withdraw(store: Store, actor: Actor, application_id: str, reason: str, version: int) -> Application:
    """Note that an applicant does not take part any more; the application is kept.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        If the actor may not do so, if there is no such application, or if it was changed in the meantime.
    RuleBroken
        If it was withdrawn already.
    """
    return _act(store, actor, "withdraw", application_id, reason, version)


def readmit(store: Store, actor: Actor, application_id: str, reason: str, version: int) -> Application:
    """Take a withdrawal back; the reason may be empty.

    Once the selection is fixed, the applicant gets a place that is free, or one on the waiting list.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        As :func:`withdraw`.
    RuleBroken
        If it was not withdrawn.
    """
    return _act(store, actor, "readmit", application_id, reason, version)


def preview(store: Store, actor: Actor, action: ActionName, ids: Sequence[str]) -> Plan:
    """Tell how an action would change each of some applications, or why it cannot. Changes nothing.

    Raises
    ------
    NotAllowed
        If the actor may not even see one of them.
    NotFound
        If one is not there.
    """
    with store.read() as reader:
        return Plan(action, tuple(_effect(reader, actor, action, key) for key in dict.fromkeys(ids)))


def foreseen(store: Store, actor: Actor, action: ActionName, application_id: str) -> str:
    """Tell, before it is done, who loses a place of a fixed selection by an action, and who gets it.

    Empty where nobody loses one. Changes nothing.

    Raises
    ------
    NotAllowed, NotFound
        As :func:`preview`.
    """
    with store.read() as reader:
        effect = _effect(reader, actor, action, application_id)
        if effect.after is None or effect.application.place != "selected":
            return ""
        placing = placed(reader, [effect.after])
        own = (placing.applications[0], *placing.others)  # another one of the same person may take it over
        if any(a.place == "selected" and a.organisation == effect.application.organisation for a in own):
            return ""
        return _gives_up(reader, effect.application, placing.heirs)


def foreseen_step(store: Store, actor: Actor, way: Literal["undo", "redo"], application_id: str) -> str:
    """Tell, before the last change is undone or restored, who loses a place of a fixed selection by that.

    Empty where nobody loses one. Changes nothing.

    Raises
    ------
    NotAllowed, NotFound, RuleBroken
        As :func:`mentorkit.intake.trail.undo`.
    """
    with store.read() as reader:
        found = rehearse(reader, actor, application_id, UNDO if way == "undo" else REDO)
        if found is None:
            return ""
        if found.waits is not None:
            values = {"name": found.before.name, "other": found.waits.name}
            return say("{name} gets the place back. {other}, who moved up, waits again.", **values)
        if found.before.place == "selected" != found.after.place:
            return _gives_up(reader, found.before, found.heirs)
    return ""


def _gives_up(reader: Reader, application: Application, heirs: Sequence[tuple[str, str]]) -> str:
    told = say("{name} has a place and gives it up.", name=application.name)
    return f"{told} {_follows(reader, application, heirs)}"


def _follows(reader: Reader, application: Application, heirs: Sequence[tuple[str, str]]) -> str:
    """Tell who gets the place that an application gives up, or why nobody does."""
    from mentorkit.matching.places import key_of

    if heirs:
        names = [reader.get(Application, key).name for key, _ in heirs]
        return say_n("{names} moves up.", "{names} move up.", len(names), names=listing(names))
    key = key_of(application.role, application.organisation)
    others = reader.all(Application, run_id=application.run_id)
    if not any(a.place == "waiting" and key_of(a.role, a.organisation) == key for a in others):
        return say("Nobody waits for it.")
    if reader.get(Run, application.run_id).approved_at:
        return say("Nobody moves up, since the tandems are approved.")
    return say("Nobody moves up: all places are taken even without it.")


def not_given_back(store: Store, actor: Actor, application_id: str, deed: Deed) -> str:
    """Tell why the place that a deed cost was not given back when it was undone; empty where it was.

    Raises
    ------
    NotAllowed, NotFound
        As :func:`preview`.
    """
    with store.read() as reader:
        application = reader.get(Application, application_id)
        programme_id = reader.get(Run, application.run_id).programme_id
        actor.require("application.read", programme_id, application.organisation)
        if not deed.cost_place or application.place != "waiting":
            return ""
        why = heir_since(reader, application, deed.number)
    if why == "locked" and not actor.may("matching.read", programme_id):
        why = "changed"
    return say(_KEPT[why]) if isinstance(why, str) and why in _KEPT else ""


def apply(store: Store, actor: Actor, plan: Plan, reason: str = "") -> list[Application]:
    """Do what a plan foresees, in one transaction: all that are possible, or nothing.

    Raises
    ------
    NotAllowed
        If the actor may not do it any more.
    RuleBroken
        If a reason is needed and missing, or nothing can be changed.
    StaleRecord
        If somebody changed one of them since the preview; nothing is changed then.
    """
    action = ACTIONS[plan.action]
    if action.needs_reason:
        check_reason(reason)
    if not plan.possible:
        raise RuleBroken(say("None of these applications can be changed in this way."))
    with store.write(actor.name, action.right, reason.strip()) as writer:
        changed = []
        for effect in plan.possible:
            application = writer.get(Application, effect.application.id)
            _require(writer, actor, action, application)
            check_version(application, effect.application.version)
            changed.append(action.change(application, actor.name, writer.at, reason.strip()))
        saved = save(writer, changed)
        for run_id in sorted({application.run_id for application in changed}):
            settle(writer, writer.get(Run, run_id))
    return saved


def _act(  # noqa: PLR0913, PLR0917 - what every change of one application takes
    store: Store, actor: Actor, name: ActionName, application_id: str, reason: str, version: int
) -> Application:
    """Change one application."""
    action = ACTIONS[name]
    with store.write(actor.name, action.right, reason.strip()) as writer:
        application, context = seen(writer, actor, application_id, version, action.right)
        if action.needs_reason:
            check_reason(reason)
        (saved,) = save(writer, [action.change(application, actor.name, writer.at, reason.strip())])
        settle(writer, context.run)
    return saved


def _effect(reader: Reader, actor: Actor, name: ActionName, application_id: str) -> Effect:
    action = ACTIONS[name]
    application = reader.get(Application, application_id)
    programme_id = reader.get(Run, application.run_id).programme_id
    actor.require("application.read", programme_id, application.organisation)
    try:
        _require(reader, actor, action, application)
        # the reason is asked for after the preview
        return Effect(application, action.change(application, actor.name, dt.datetime.now(dt.UTC), "…"))
    except (RuleBroken, NotAllowed) as refusal:
        return Effect(application, None, str(refusal))


def _require(reader: Reader, actor: Actor, action: Action, application: Application) -> None:
    programme_id = reader.get(Run, application.run_id).programme_id
    actor.require(action.right, programme_id, application.organisation)
    check_not_erased(application)


def _admitted(application: Application, by: str, at: dt.datetime, reason: str) -> Application:
    return decided(application, Overruling(by=by, at=at, reason=reason))


def _refused(application: Application, by: str, at: dt.datetime, reason: str) -> Application:
    return decided(application, Overruling(by=by, at=at, reason=reason, verdict="refused"))


def _judged_again(application: Application, _by: str, _at: dt.datetime, _reason: str) -> Application:
    if application.overruled is None:
        raise RuleBroken(say("{name}: there is no decision to take back.", name=application.name))
    return application.with_(overruled=None)


def _withdrawn(application: Application, by: str, at: dt.datetime, reason: str) -> Application:
    if application.withdrawn:
        raise RuleBroken(say("{name}: this application was withdrawn already.", name=application.name))
    return application.with_(withdrawn=Withdrawal(by=by, at=at, reason=reason))


def _readmitted(application: Application, _by: str, _at: dt.datetime, _reason: str) -> Application:
    if not application.withdrawn:
        raise RuleBroken(say("{name}: this application was not withdrawn.", name=application.name))
    return application.with_(withdrawn=None)


ACTIONS: dict[ActionName, Action] = {
    "accept": Action(OVERRULE, later("Accept with a reason"), True, _admitted),
    "refuse": Action(OVERRULE, later("Refuse with a reason"), True, _refused),
    "take_back": Action(OVERRULE, later("Take the decision back"), True, _judged_again),
    "withdraw": Action(WITHDRAW, later("Withdraw"), False, _withdrawn),
    "readmit": Action(WITHDRAW, later("Take part again"), False, _readmitted),
}
