"""The intake: read files, look at the doubtful and the refused, mend, overrule, take in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import ipywidgets as w
import traitlets as t

from mentorkit import drafts
from mentorkit.errors import MentorkitError, StaleRecord
from mentorkit.intake import service
from mentorkit.language import say, say_n
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Application, Wish
from mentorkit.workbench import Run
from mentorkit_widgets.base import Model
from mentorkit_widgets.intake.applications import Show, differences, fits, status_word
from mentorkit_widgets.intake.words import what_was_read, what_was_taken, wish_in_words
from mentorkit_widgets.page import Page, open_run_app

if TYPE_CHECKING:
    from mentorkit.intake.intake import Intake

APP = "intake"
#: The draft of what was typed: small, since it is kept while somebody types.
TYPED = "intake typed"
#: Which rows are looked at: what was just read, or what the run holds.
Place = Literal["read", "stored"]


class IntakeModel(Model):
    """What was read and not yet taken in, and the applications that the run holds.

    Parameters
    ----------
    run
        The run that the applications are for.
    samples
        Files with invented people that the page offers to read.
    clock
        Tells seconds; progress is shown once the reading takes longer than one.
    """

    #: What was read and is not taken in yet.
    intake = t.Any(None, allow_none=True)
    stored = t.Tuple()
    place = t.Enum(get_args(Place), "stored")
    show = t.Enum(get_args(Show), "all")
    role = t.Enum(("all", "mentee", "mentor"), "all")
    #: Id of the application that is looked at; empty when none is.
    selected = t.Unicode()
    #: Where somebody else was quicker: the two versions, field by field.
    differences = t.Tuple()

    def __init__(
        self, run: Run, samples: Sequence[Path] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self.run = run
        self.samples = tuple(samples)
        self._clock = clock
        self._past: list[Intake | None] = []
        self._stored_wishes: tuple[Wish, ...] = ()
        #: What was typed and not saved yet: text by field, by application.
        self.entered: dict[str, dict[str, str]] = {}
        programme = run.programme
        self.settings = programme.settings
        actor = run.bench.actor
        self.may_read = bool(actor.scopes("application.read", programme.id))
        self.may_read_wishes = actor.may("matching.read", programme.id)
        self.may_take_in = bool(actor.scopes("application.take_in", programme.id))
        self.may_mend = bool(actor.scopes("application.mend", programme.id))
        self.may_overrule = bool(actor.scopes("application.overrule", programme.id))
        self.observe(self._judge, ["intake", "stored"])
        self.observe(self._forget_choice, ["place", "intake", "stored"])
        self.observe(lambda _: setattr(self, "differences", ()), ["place", "selected"])
        self.reload()
        self._resume()
        self._judge()

    # -- what is there --------------------------------------------------------------------------

    @property
    def applications(self) -> tuple[Application, ...]:
        """All applications of the place that is looked at."""
        if self.place == "read":
            return tuple(self.intake.applications) if self.intake is not None else ()
        return tuple(self.stored)

    @property
    def rows(self) -> list[Application]:
        """The applications that the filters let through."""
        return [a for a in self.applications if fits(a, self.show) and self.role in ("all", a.role)]

    @property
    def application(self) -> Application | None:
        """The application that is looked at."""
        return next((a for a in self.applications if a.id == self.selected), None)

    @property
    def changes(self) -> dict[str, str]:
        """What taking in does to each application that was read; empty where all of them are new."""
        if self.place != "read" or self.intake is None:
            return {}
        changes = {row.application.id: row.change for row in self.intake.rows}
        return changes if set(changes.values()) - {"new"} else {}

    def point_at(self, query: Mapping[str, str]) -> None:
        """Show those stored rows that a link of another app counted or named."""
        show, application = query.get("show", ""), query.get("application", "")
        if self.stored and (show or application):
            self.place = "stored"
        if show in get_args(Show):
            self.show = show
        if any(a.id == application for a in self.stored):
            self.selected = application

    def wishes_of(self, application: Application) -> list[str]:
        """Return the wishes of a mentee and whom they mean, in sentences."""
        if self.place == "read":
            found = [
                (w.rank, w.text, w.mentor) for w in self.intake.wishes if w.application.id == application.id
            ]
        else:
            known = {a.id: a for a in self.stored}
            found = [
                (wish.rank, wish.text, known.get(wish.mentor_application_id or ""))
                for wish in self._stored_wishes
                if wish.application_id == application.id
            ]
        return [wish_in_words(*wish) for wish in found]

    def said_by(self, application: Application) -> dict[str, str]:
        """Return what an application says: text by field, in the order of the programme's questions."""
        named = ["first_name", "last_name"]
        if self.settings.organisations.kind != "none":
            named.append("organisation")
        own = {name: getattr(application, name) or "" for name in named}
        said = {
            **own,
            **dict.fromkeys(self.settings.questions.of(application.role), ""),
            **application.entries,
        }
        return {name: text for name, text in said.items() if name in FIELDS}

    def entries_of(self, application: Application) -> dict[str, str]:
        """Return the fields as the form shows them: what was typed, else what the application says."""
        return {**self.said_by(application), **self.entered.get(application.id, {})}

    # -- reading and taking in ------------------------------------------------------------------

    def read(self, files: Sequence[tuple[str, bytes] | Path]) -> None:
        """Read files; nothing is taken in yet."""
        if not files:
            return
        with self.attempting(say_n("Reading {n} file …", "Reading {n} files …", len(files))):
            started = self._clock()

            def tell(done: int, total: int) -> None:
                if self._clock() - started > 1:
                    self.progress = done / max(total, 1)

            intake = service.intake(*self._hands, files, commit=False, progress=tell)
            if self.intake is None:
                self._forget_typed()
                self.intake = intake
                self._keep()
            else:
                self._edit(self.intake.joined(intake))
            self.place = "read"
            self.say(what_was_read(intake))

    def confirm(self) -> None:
        """Take in what was read."""
        if self.intake is None or self.blockers:
            return
        with self.attempting(say("The applications are being taken in …")):
            done = service.commit(*self._hands, self._as_typed())
            self.place, self.intake = "stored", None
            self._past.clear()
            self.reload()
            if not self.rows:  # an empty list would look as if all were lost
                self.show = self.role = "all"
            self._keep()
            self._forget_typed()
            self.saved(self.run.bench.store.clock())
            self.say(what_was_taken(done))

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
            self._edit(None)
            self.place = "stored"
            self.say(say("What was read is discarded; nothing of it was taken in."))

    # -- deciding on one application ------------------------------------------------------------

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
                self._edit(self.intake.mend(application.id, entries))
            else:
                service.mend(
                    self.run.bench.store, self.run.bench.actor, application.id, entries, application.version
                )
            self._settled(application.id)

    def overrule(self, reason: str) -> None:
        """Let the chosen application take part against what was found, for a reason."""
        application = self.application
        if application is None:
            return
        with self._changing(application):
            store, actor = self.run.bench.store, self.run.bench.actor
            if self.place == "read":
                self._edit(self.intake.overrule(application.id, reason, actor.name, store.clock()))
            else:
                service.overrule(store, actor, application.id, reason, application.version)
            self._settled(application.id)

    def drop(self) -> None:
        """Leave the chosen application out of what was read."""
        application = self.application
        if application is not None and self.place == "read":
            self._edit(self.intake.drop(application.id))
            self.say(say("{name} is left out.", name=application.name))

    @property
    def can_undo(self) -> bool:
        """Whether there is a change of what was read that can be taken back."""
        return len(self._past) > 0

    def undo(self) -> None:
        """Take back the last change of what was read."""
        if self._past:
            self.intake = self._past.pop()
            self.place = "read" if self.intake is not None else "stored"
            self._keep()
            self.say(say("The last change is taken back."))

    def withdraw(self, reason: str) -> None:
        """Take back that the chosen application was admitted, for a reason."""
        application = self.application
        if application is None or self.place != "stored":
            return
        with self._changing(application):
            store, actor = self.run.bench.store, self.run.bench.actor
            service.withdraw_overruling(store, actor, application.id, reason, application.version)
            self._settled(application.id)

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
        self.differences = ()
        self._keep_typed()
        self.reload()

    def reload(self) -> None:
        """Read the run's applications again."""
        if not self.may_read:
            return
        with self.attempting():
            if self.may_read_wishes:
                self._stored_wishes = tuple(self.run.wishes)
            self.stored = tuple(self.run.application_records)

    # -- behind the scenes ----------------------------------------------------------------------

    @property
    def _hands(self) -> tuple[Any, Any, str]:
        return self.run.bench.store, self.run.bench.actor, self.run.id

    def _edit(self, intake: Intake | None) -> None:
        self._past.append(self.intake)
        self.intake = intake
        self._keep()

    def _settled(self, application_id: str) -> None:
        """Close a change that was accepted."""
        self.entered.pop(application_id, None)
        self.differences = ()
        self.reload()
        self._keep_typed()
        if self.place == "stored":
            self.saved(self.run.bench.store.clock())
        after = self.application
        if after is not None:
            self.say(say("Saved: {name} – {status}.", name=after.name, status=status_word(after)))

    @contextmanager
    def _changing(self, application: Application) -> Iterator[None]:
        """Change an application; if somebody else was quicker, show both versions and keep what was typed."""
        with self.attempting(say("Saving …")):
            try:
                yield
            except StaleRecord as error:
                typed = {**application.entries, **self.entered.get(application.id, {})}
                self.reload()
                self.differences = differences(application.with_(entries=typed), error.theirs)
                raise

    def _resume(self) -> None:
        """Take up the draft of last time."""
        from mentorkit.intake.intake import Intake

        with self.attempting():
            typed = drafts.load_draft(*self._hands, TYPED)
            self.entered = typed["entered"] if typed else {}
            draft = drafts.load_draft(*self._hands, APP)
            if draft is not None:
                self.intake = Intake.from_draft(draft["intake"], service.context_of(*self._hands))
                self.place = "read"
                self.say(say("This is what you had read and not taken in yet."))

    def _keep(self) -> bool:
        """Keep what was read as a draft."""
        if self.intake is None:
            self.kept = ""
        content = None if self.intake is None else {"intake": self.intake.to_draft()}
        return self._keep_draft(APP, content)

    def _keep_typed(self) -> bool:
        """Keep what was typed as a draft."""
        return self._keep_draft(TYPED, {"entered": self.entered} if self.entered else None)

    def _keep_draft(self, app: str, content: dict[str, Any] | None) -> bool:
        """Keep a draft; where that fails it is told, and nothing on the page is lost."""
        try:
            if content is None:
                drafts.clear_draft(*self._hands, app)
            else:
                drafts.save_draft(*self._hands, app, content)
        except MentorkitError as error:
            self.kept = say("The draft is not kept: {why}", why=error)
            return False
        if content is not None:
            at = self.run.bench.store.clock().astimezone()
            self.kept = say("Draft kept at {time}", time=at.strftime("%H:%M"))
        return True

    def _forget_typed(self) -> None:
        """Forget what was typed for rows that are gone: new ones will have their ids."""
        stored = {application.id for application in self.stored}
        self.entered = {key: typed for key, typed in self.entered.items() if key in stored}
        self._keep_typed()

    def _forget_choice(self, *_: object) -> None:
        if self.selected and self.application is None:
            self.selected = ""

    def _judge(self, *_: object) -> None:
        if not self.may_read:
            self.blockers = [say("Your role shows no applications here.")]
        elif not self.may_take_in:
            self.blockers = [say("Your role does not allow to take in applications.")]
        elif self.intake is not None and not self.intake.applications:
            self.blockers = [say("No application was found in the files; the reasons stand beside them.")]
        elif self.intake is None and not self.stored:
            self.blockers = [say("Nothing has been read yet: please choose the files first.")]
        else:
            self.blockers = []


def _samples(preset: str) -> list[Path]:
    """Return the files with invented people that a demo offers."""
    if os.environ.get("MENTORKIT_DEMO") != "1":
        return []
    from mentorkit.examples import sample_files

    return sample_files(preset)


def intake_app() -> w.Widget:
    """Return the app of the intake."""
    from mentorkit_widgets.intake.view import IntakeView

    def build(page: Page, run: Run) -> w.Widget:
        model = IntakeModel(run, _samples(run.programme.preset))
        model.point_at(page.query)
        return IntakeView(model)

    return open_run_app(build)
