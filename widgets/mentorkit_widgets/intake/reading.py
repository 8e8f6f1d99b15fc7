"""Reading files, and taking in what was read; until then each change of it can be taken back."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mentorkit import drafts
from mentorkit.intake import service
from mentorkit.intake.questions import hindering
from mentorkit.language import say, say_n
from mentorkit.programme.records import Application
from mentorkit.run import Run
from mentorkit_widgets.intake.state import APP, TYPED, IntakeState
from mentorkit_widgets.intake.words import what_was_read, what_was_taken

if TYPE_CHECKING:
    from mentorkit.intake.intake import Intake


class Reading(IntakeState):
    """What was read and not yet taken in.

    Parameters
    ----------
    run
        The run that the applications are for.
    samples
        Files with invented people that the page offers to read.
    clock
        Tells seconds; progress is shown once the reading takes longer than one.
    """

    def __init__(
        self, run: Run, samples: Sequence[Path] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(run)
        self.samples = tuple(samples)
        self._clock = clock
        #: What was read, before each change of it, and what the change was.
        self._past: list[tuple[Intake | None, str]] = []
        self.reload()
        self._resume()
        if self.may_take_in and (self.intake is not None or not self.stored):
            self.part = "read"
        self._judge()

    def read(self, files: Sequence[tuple[str, bytes] | Path]) -> None:
        """Read files; nothing is taken in yet."""
        if not files:
            return
        with self.attempting(say_n("Reading {n} file …", "Reading {n} files …", len(files))):
            started = self._clock()

            def tell(done: int, total: int) -> None:
                if self._clock() - started > 1:
                    self.progress = done / max(total, 1)

            self.take_read(service.intake(*self.hands, files, commit=False, progress=tell))

    def take_read(self, intake: Intake) -> None:
        """Put what was read beside what waits to be taken in already."""
        if self.intake is None:
            self._forget_typed()
            self.intake = intake
            self._keep()
        else:
            self.edit(self.intake.joined(intake), say("further files"))
        self.part = "read"
        if not self.rows:  # an empty list would look as if all were lost
            self.show_all()
        self.say(what_was_read(intake))

    def judge_again(self) -> None:
        """Judge what was read by what is stored now, such as an organisation that became known."""
        if self.intake is not None:
            fresh = self.intake.with_context(service.context_of(*self.hands))
            self.edit(fresh, say("answer about organisations"))
        self.follow()

    def confirm(self) -> None:
        """Take in what was read."""
        if self.intake is None or self.blockers:
            return
        if hindering(self.intake):
            self.refuse(say("Not taken in yet: please answer the questions about the files first."))
            return
        with self.attempting(say("The applications are being taken in …")):
            done = service.commit(*self.hands, self._as_typed())
            self.intake = None
            self._past.clear()
            moved = self.reload()
            self.part = "applications"
            if not self.rows:  # an empty list would look as if all were lost
                self.show_all()
            self._keep()
            self._forget_typed()
            self.saved(self.run.bench.store.clock())
            self.say(f"{what_was_taken(done)} {moved}".strip())

    def _as_typed(self) -> Intake:
        """Return what was read with what was typed for it: what one sees is what is taken in."""
        intake: Intake = self.intake
        for application in intake.applications:
            if typed := self.entered.get(application.id):
                intake = intake.mend(application.id, typed)
        return intake

    def discard(self) -> None:
        """Throw away what was read; it can be brought back by :meth:`undo`."""
        if self.intake is not None:
            self.edit(None, say("discarding"))
            self.say(say("What was read is discarded; nothing of it was taken in."))

    def held_back(self, application: Application) -> tuple[str, ...]:
        """Return what a file says of an application that was read and is not taken over, and why."""
        if self.place != "read" or self.intake is None:
            return ()
        row = self.intake.row(application.id)
        return (*row.notes, *row.lapsed)

    def drop(self) -> None:
        """Leave the chosen application out of what was read."""
        application = self.application
        if application is not None and self.place == "read":
            self.edit(self.intake.drop(application.id), say("leaving out {name}", name=application.name))
            self.say(say("{name} is left out.", name=application.name))

    @property
    def undoable_change(self) -> str:
        """The last change of what was read, in words; empty where none can be taken back."""
        return self._past[-1][1] if self._past else ""

    def undo(self) -> None:
        """Take back the last change of what was read."""
        if self._past:
            self.intake, what = self._past.pop()
            self.part = "read"
            self._keep()
            self.say(say("Taken back: {what}.", what=what))

    def edit(self, intake: Intake | None, what: str) -> None:
        """Put another version of what was read in its place; :meth:`undo` brings the one before back.

        ``what`` is the change in a few words.
        """
        self._past.append((self.intake, what))
        self.intake = intake
        self._keep()

    def _resume(self) -> None:
        """Take up the draft of last time."""
        from mentorkit.intake.intake import Intake

        with self.attempting():
            typed = drafts.load_draft(*self.hands, TYPED)
            self.entered = typed["entered"] if typed else {}
            draft = drafts.load_draft(*self.hands, APP)
            if draft is not None:
                self.intake = Intake.from_draft(draft["intake"], service.context_of(*self.hands))
                self.say(say("This is what you had read and not taken in yet."))
