"""Deciding on applications: mending, admitting, withdrawing, and what somebody else did meanwhile."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import traitlets as t

from mentorkit.errors import StaleRecord
from mentorkit.intake import actions, past, service, trail
from mentorkit.intake.changes import state_word
from mentorkit.intake.intake import Intake
from mentorkit.language import say, say_n
from mentorkit.language.formats import date, listing
from mentorkit.overview.news import News
from mentorkit.privacy import consents
from mentorkit.programme.records import Application
from mentorkit.run import Run
from mentorkit_widgets.intake.applications import Difference, differences
from mentorkit_widgets.intake.reading import Reading
from mentorkit_widgets.intake.words import past_in_words
from mentorkit_widgets.news import what_others_changed

#: So many applications that others changed are named.
_NAMED = 3
#: What is done with an application, given by its id, that was read and not taken in yet.
Before = Callable[[str, Intake], Intake]


class IntakeModel(Reading):
    """What was read and not yet taken in, the applications that the run holds, and the decisions on them.

    Parameters
    ----------
    run, samples, clock
        As :class:`.reading.Reading` takes them.
    """

    #: Where somebody else was quicker: the two versions, field by field.
    differences = t.Tuple()

    def __init__(
        self, run: Run, samples: Sequence[Path] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(run, samples, clock)
        #: The version that stood when somebody opened an application which was changed elsewhere since: what
        #: she was typing just then is no answer to it.
        self._opened_at: dict[str, int] = {}
        self.observe(lambda _: setattr(self, "differences", ()), ["part", "selected"])
        self.observe(self._open, "selected")

    def mend(self) -> None:
        """Save what was typed for the chosen application; it is judged again at once."""
        application = self.application
        if application is None:
            return
        entries = self.entered.get(application.id, {})
        if not entries:
            self.say(say("There is nothing to save: no field was changed."))
            return
        with self._changing(application):
            if self.place == "read":
                what = say("correction of {name}", name=application.name)
                self.edit(self.intake.mend(application.id, entries), what)
            else:
                service.mend(
                    self.run.bench.store,
                    self.run.bench.actor,
                    application.id,
                    entries,
                    self._opened_at.get(application.id, application.version),
                )
            self._settled(application.id)

    def overrule(self, reason: str) -> None:
        """Let the chosen application take part against what was found, for a reason."""
        self._act(actions.accept, reason, lambda key, intake: intake.overrule(key, reason, *self._signed()))

    def turn_down(self, reason: str) -> None:
        """Refuse the chosen application whatever was found, for a reason."""
        self._act(actions.refuse, reason, lambda key, intake: intake.refuse(key, reason, *self._signed()))

    def take_back(self, reason: str) -> None:
        """Take back a decision on the chosen application, for a reason once stored."""
        self._act(actions.take_back, reason, lambda key, intake: intake.take_back(key))

    @property
    def can_take_back(self) -> bool:
        """Whether somebody decided on the chosen application, and it can be taken back here."""
        application = self.application
        if application is None or application.overruled is None or application.withdrawn:
            return False
        return self.place == "stored" or self.intake.decision_on(self.intake.row(application.id)) is not None

    def withdraw(self, reason: str) -> None:
        """Note that the chosen applicant does not take part any more."""
        self._act(actions.withdraw, reason)

    def foresee(self, action: actions.ActionName) -> str:
        """Tell who would lose a place by an action on the chosen application; empty where nobody does."""
        application = self.application
        if application is None or self.place != "stored":
            return ""
        with self.attempting():
            return actions.foreseen(self.run.bench.store, self.run.bench.actor, action, application.id)
        return ""

    def readmit(self, reason: str) -> None:
        """Take back that the chosen application was withdrawn."""
        self._act(actions.readmit, reason)

    def _act(self, act: Callable[..., Application], reason: str, before: Before | None = None) -> None:
        """Do something with the chosen application: ``act`` if it is stored, ``before`` if it was read."""
        application = self.application
        if application is None or (self.place == "read" and before is None):
            return
        with self._changing(application):
            if self.place == "read" and before is not None:
                what = say("decision on {name}", name=application.name)
                self.edit(before(application.id, self.intake), what)
            else:
                act(self.run.bench.store, self.run.bench.actor, application.id, reason, application.version)
            self._settled(application.id)

    def _signed(self) -> tuple[str, dt.datetime]:
        """Return who decides, and when."""
        return self.run.bench.actor.name, self.run.bench.store.clock()

    # -- where it stands in the selection ---------------------------------------------------------

    def place_of(self, application: Application) -> str:
        """Return where a stored application stands in a fixed selection, in words; empty where none is."""
        if self.place != "stored" or not self.settings.quotas.limit_anybody:
            return ""
        stands = self.stands().get(application.id)
        return stands.word if stands else ""

    # -- what happened --------------------------------------------------------------------------

    def deeds(self) -> list[trail.Deed]:
        """Return what happened to the chosen application, the latest first."""
        if self.application is None or self.place != "stored":
            return []
        with self.attempting():
            return trail.history_of(self.run.bench.store, self.run.bench.actor, self.selected)
        return []

    def past_of(self, application: Application) -> list[str]:
        """Return what an applicant was in other runs, in sentences."""
        if self.place == "read":
            return [past_in_words(was) for was in past.earlier_of(application, self.intake.earlier)]
        with self.attempting():
            store, actor = self.run.bench.store, self.run.bench.actor
            return [past_in_words(was) for was in past.history_of(store, actor, application.id)]
        return []

    def agreed(self, application: Application) -> str:
        """Tell since when a stored applicant agrees to taking part; empty where she does not."""
        with self.attempting():
            found = consents.of_person(self.run.bench.store, self.run.bench.actor, application.person_id)
            for standing in found:
                if standing.purpose == "application" and standing.state in ("given", "older"):
                    day = date(standing.since.astimezone().date()) if standing.since else ""
                    return say("Consent given on {day}.", day=day)
        return ""

    def redoable(self) -> trail.Deed | None:
        """Return the change of the chosen application that was undone last, if it can be restored here."""
        if self.application is None or self.place != "stored":
            return None
        with self.attempting():
            return trail.redoable(self.run.bench.store, self.run.bench.actor, self.selected)
        return None

    def undoable(self) -> trail.Deed | None:
        """Return the last change of the chosen application, if it can be undone here."""
        if self.application is None or self.place != "stored":
            return None
        with self.attempting():
            return trail.undoable(self.run.bench.store, self.run.bench.actor, self.selected)
        return None

    def foresee_step(self, way: Literal["undo", "redo"]) -> str:
        """Tell who would lose a place by undoing or restoring; empty where nobody does."""
        application = self.application
        if application is None or self.place != "stored":
            return ""
        with self.attempting():
            return actions.foreseen_step(self.run.bench.store, self.run.bench.actor, way, application.id)
        return ""

    def undo_change(self) -> None:
        """Undo the last change of the chosen application that holds."""
        self._step(trail.undo)

    def redo_change(self) -> None:
        """Restore the change of the chosen application that was undone last."""
        self._step(trail.redo)

    def _step(self, go: Callable[..., Application]) -> None:
        application = self.application
        if application is None or self.place != "stored":
            return
        deed = self.undoable() if go is trail.undo else None
        store, actor = self.run.bench.store, self.run.bench.actor
        with self._changing(application):
            go(store, actor, application.id, application.version)
            self._settled(application.id)
            if deed is not None and (kept := actions.not_given_back(store, actor, application.id, deed)):
                self.say(f"{self.message} {kept}")

    # -- what others do ---------------------------------------------------------------------------

    def hear(self, found: News) -> None:
        """Show what was changed elsewhere. What is typed stays; where it is about the same, so do both."""
        before = self.application
        self.reload()
        self.news += 1
        now = self.application
        if before is not None and now is not None and before.version != now.version:
            self._opened_at.setdefault(now.id, before.version)
        both = self._both_versions(before, now) if self.place == "stored" else ()
        if both and now is not None:
            self.differences = both
            who = found.who("application", now.id)
            self.say(
                say("{who} has just changed the application of {name}.", who=who, name=now.name)
                if who
                else say("The application of {name} was just changed on another page.", name=now.name),
            )
        elif not self.differences and (told := self._told(found)):
            self.say(told)

    def _open(self, _change: object) -> None:
        if self.selected not in self.entered:
            self._opened_at.pop(self.selected, None)

    def _both_versions(self, before: Application | None, now: Application | None) -> tuple[Difference, ...]:
        """Return in what differs what is typed from what was stored meanwhile."""
        if before is None or now is None or before.version == now.version:
            return ()
        typed = self.entered.get(now.id, {})
        return differences(now.with_(entries={**now.entries, **typed}), now) if typed else ()

    def _told(self, found: News) -> str:
        """Tell whose applications others changed; of many, only that they did."""
        changed = [subject for (kind, subject), who in found.by.items() if kind == "application" and who]
        names = [a.name for a in self.stored if a.id in changed]
        if names and len(names) <= _NAMED and len(names) == len(changed):
            return say_n(
                "{who} has just changed: {names}.", "{who} have just changed: {names}.", len(found.others),
                who=listing(found.others), names=listing(sorted(names)),
            )  # fmt: skip
        return what_others_changed(found)

    # -- typing ---------------------------------------------------------------------------------

    def enter(self, name: str, text: str) -> bool:
        """Note what was typed into a field, so that it is still there after another row or a reload.

        Returns
        -------
        bool
            Whether the store keeps it.
        """
        application = self.application
        if application is None:
            return False
        typed = {**self.entered.get(application.id, {}), name: text}
        said = self.said_by(application)
        self.entered[application.id] = {
            key: value for key, value in typed.items() if value != said.get(key, "")
        }
        if not self.entered[application.id]:
            del self.entered[application.id]
        return self._keep_typed()

    def forget(self) -> None:
        """Give up what was typed for the chosen application, and show what is stored."""
        self.entered.pop(self.selected, None)
        self._opened_at.pop(self.selected, None)
        self.differences = ()
        self._keep_typed()
        self.reload()

    def _settled(self, application_id: str) -> None:
        """Close a change that was accepted, and tell whose places followed."""
        self.entered.pop(application_id, None)
        self._opened_at.pop(application_id, None)
        self.differences = ()
        moved = self.reload()
        self._keep_typed()
        if self.place == "stored":
            self.saved(self.run.bench.store.clock())
        after = self.application
        if after is not None:
            told = say("Saved: {name} – {status}.", name=after.name, status=state_word(after))
            self.say(f"{told} {moved}".strip())

    @contextmanager
    def _changing(self, application: Application) -> Iterator[None]:
        """Change an application; if somebody else was quicker, show both versions and keep what was typed."""
        with self.attempting(say("Saving …")):
            try:
                yield
            except StaleRecord as error:
                typed = {**application.entries, **self.entered.get(application.id, {})}
                self.reload()
                self._opened_at.pop(application.id, None)  # both versions are seen now
                self.differences = differences(application.with_(entries=typed), error.theirs)
                raise
