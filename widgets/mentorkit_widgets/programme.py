"""Programme: begin one or its next run, change everything in it, see beforehand what that does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets as w
import traitlets as t

from mentorkit.errors import NotAllowed, StaleRecord
from mentorkit.language import Language, say
from mentorkit.privacy.accounts import UserRows
from mentorkit.privacy.permissions import ROLES
from mentorkit.programme.records import Programme
from mentorkit.programme.settings import CalendarEntry, ProgrammeSettings
from mentorkit.setup import begin, service
from mentorkit.setup.change import Change, OrganisationEdit, problems
from mentorkit.setup.describe import described, differences
from mentorkit.workbench import Run, Workbench
from mentorkit_widgets.base import Model
from mentorkit_widgets.page import Page, open_app


class ProgrammeModel(Model):
    """A programme as it stands, what is changed of it and not saved, and what that would do.

    Parameters
    ----------
    bench
        The workbench in the user's hands.
    run
        The run whose programme and calendar are shown; None while there is none.
    """

    #: Counts what was changed, so that views follow.
    edits = t.Int(0)
    #: Counts how often everything was read anew, so that views fill their fields.
    reads = t.Int(0)
    #: A :class:`~mentorkit.setup.effects.Preview`; None while there is nothing to save.
    preview: Any = t.Any(None, allow_none=True)
    #: Sentences by the setting they belong to.
    problems = t.Dict()
    #: Where somebody else was quicker: what differs between the user's version and the stored one.
    stale: Any = t.Tuple()
    #: Address of the run just begun, and of the one-time link just made; shown once.
    begun = t.Unicode()
    link = t.Unicode()

    def __init__(self, bench: Workbench, run: Run | None) -> None:
        super().__init__()
        self.bench, self.run = bench, run
        self.programme_id = run.record.programme_id if run else ""
        actor = bench.actor
        self.may_change = run is not None and actor.may(service.CHANGE, self.programme_id)
        self.may_add = actor.may("programme.add")
        self.may_begin_run = run is not None and (self.may_add or self.may_change)
        self.may_change_users = actor.may("user.change")
        self.settings: dict[str, Any] = {}
        self.organisations: list[OrganisationEdit] = []
        self.calendar: list[CalendarEntry] = []
        self.entry_problems: dict[str, str] = {}
        self.can_undo = False
        if run is not None:
            self.reload()

    # -- the draft ------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the programme as it stands; what was not saved is gone."""
        if self.run is None:
            return
        with self.attempting():
            store, actor = self.bench.store, self.bench.actor
            self.base = service.change_of(store, actor, self.programme_id)
            self.settings = self.base.settings.model_dump()
            self.organisations = list(self.base.organisations)
            self.calendar = list(self.base.calendars[self.run.id])
            self.entry_problems = {}
            self.can_undo = service.can_undo(store, actor, self.programme_id, self.base.version)
            self.stale, self.preview, self.problems = (), None, {}
            self.blockers = []
            self.reads += 1
            self.edits += 1

    @property
    def changed(self) -> bool:
        """Whether anything differs from what is stored."""
        return bool(self.entry_problems) or (
            self.settings != self.base.settings.model_dump()
            or tuple(self.organisations) != self.base.organisations
            or self._ordered() != self.base.calendars[self._run_id]
        )

    @property
    def _run_id(self) -> str:
        return self.run.id if self.run else ""

    def _ordered(self) -> tuple[CalendarEntry, ...]:
        return tuple(sorted(self.calendar, key=lambda entry: (entry.day, entry.last_day)))

    def change(self, name: str, value: object) -> None:
        """Change a setting, not stored yet; a dotted name reaches inside (``quotas.mentees``)."""
        place, _, inner = name.partition(".")
        self.settings = {
            **self.settings,
            place: {**self.settings[place], inner: value} if inner else value,
        }
        self.entry_problems.pop(name, None)
        self.follow()

    def wrong(self, name: str, sentence: str) -> None:
        """Keep that what was typed for a setting cannot be understood; an empty sentence takes it back."""
        self.entry_problems.pop(name, None)
        if sentence:
            self.entry_problems[name] = sentence
        self.follow()

    def follow(self) -> None:
        """See what the draft would do."""
        found = {**problems(self.settings, self.organisations, self.calendar), **self.entry_problems}
        self.problems = found
        self.message, self.refused, self.preview = "", False, None
        if self.changed and not found:
            with self._watching_for_others():
                self.preview = service.preview(self.bench.store, self.bench.actor, self.draft())
        self.blockers = list(found.values()) if self.changed else []
        self.edits += 1

    def draft(self) -> Change:
        """Return what would be saved."""
        return replace(
            self.base,
            settings=ProgrammeSettings.model_validate(self.settings),
            organisations=tuple(self.organisations),
            calendars={**self.base.calendars, self._run_id: self._ordered()},
        )

    # -- saving ---------------------------------------------------------------------------------

    def save(self) -> None:
        """Save what was looked at."""
        if self.preview is None:
            return
        with self._watching_for_others(say("The change is being saved …")):
            saved = service.save(self.bench.store, self.bench.actor, self.draft())
            self.reload()
            self.say(say("Saved. “{name}” holds as shown.", name=saved.name))

    def discard(self) -> None:
        """Forget what was not saved."""
        self.reload()
        self.say(say("Nothing was changed."))

    def undo(self) -> None:
        """Undo the last change."""
        with self._watching_for_others(say("The change is being undone …")):
            hands = self.bench.store, self.bench.actor, self.programme_id
            service.undo(*hands, self.base.version)
            self.reload()
            self.say(say("The last change is undone; it can be brought back the same way."))

    def put_over(self) -> None:
        """Keep the user's version and look what it does to the one that is stored now."""
        now = service.change_of(self.bench.store, self.bench.actor, self.programme_id)
        self.base, self.stale = replace(now), ()
        self.follow()

    def _watching_for_others(self, doing: str = "") -> Any:  # noqa: ANN401 - a context manager
        return _Watching(self, doing)

    def show_stale(self, error: StaleRecord) -> None:
        """Show both versions, where somebody else was quicker."""
        now = service.change_of(self.bench.store, self.bench.actor, self.programme_id)
        mine = self.draft()
        if isinstance(error.theirs, Programme):
            self.stale = differences(
                described(mine.settings, mine.organisations, mine.calendars),
                described(now.settings, now.organisations, now.calendars),
            )
        self.refuse(str(error))

    # -- beginning ------------------------------------------------------------------------------

    def begin_programme(self, preset: str, name: str, run: str, language: Language) -> None:
        """Add a programme from a preset."""
        with self.attempting(say("The programme is being set up …")):
            hands = self.bench.store, self.bench.actor
            self.begun = begin.add_programme(*hands, preset, name, run, language)
            self.say(say("The programme “{name}” is set up.", name=name.strip()))

    def begin_run(self, name: str) -> None:
        """Add the next run of this programme."""
        with self.attempting(say("The run is being set up …")):
            hands = self.bench.store, self.bench.actor
            self.begun = begin.next_run(*hands, self._run_id, name)
            self.say(say("The run {name} is set up.", name=name.strip()))

    # -- people with a log-in -------------------------------------------------------------------

    def users(self) -> UserRows | None:
        """Return who has a role in this programme; None where the user's role does not show it."""
        try:
            found = self.bench.accounts.list(self.bench.actor)
        except NotAllowed:
            return None
        return [
            {**user, "roles": roles}
            for user in found
            if not user["disabled"]
            and (roles := [r for r in user["roles"] if r["programme_id"] in (None, self.programme_id)])
        ]

    def add_user(self, name: str, display_name: str, role: str, organisation: str) -> None:
        """Give a person a role in this programme, with a log-in and its one-time link if she has none."""
        accounts, actor = self.bench.accounts, self.bench.actor
        name, wanted = name.strip().lower(), organisation or None
        with self.attempting():
            accounts.check_role(role, self.programme_id, wanted)
            known = accounts.knows(name)
            if not known:
                accounts.add(actor, name, display_name)
            accounts.grant(actor, name, role, self.programme_id, wanted)
            self.link = "" if known else f"login?token={accounts.new_link(actor, name)}"
            shown = display_name.strip() or name
            self.say(say("{name} has the role “{role}” now.", name=shown, role=say(ROLES[role])))  # type: ignore[index] # checked
            self.edits += 1

    def new_link(self, name: str) -> None:
        """Make a one-time link for a user."""
        with self.attempting():
            self.link = f"login?token={self.bench.accounts.new_link(self.bench.actor, name)}"
            self.say(say("A new link for {name} is ready.", name=name))

    def revoke(self, name: str, role: str, programme_id: str | None, organisation: str | None) -> None:
        """Take a role from a user; with the last one her log-in goes."""
        with self.attempting():
            hands = self.bench.actor, name, role, programme_id, organisation
            gone = self.bench.accounts.revoke(*hands)
            self.link = ""
            self.say(
                say("{name} cannot log in any more.", name=name)
                if gone
                else say("{name} has not got this role any more.", name=name)
            )
            self.edits += 1


class _Watching:
    """Does something that may be refused; where somebody else was quicker, both versions are shown."""

    def __init__(self, model: ProgrammeModel, doing: str) -> None:
        self.model, self.attempt = model, model.attempting(doing)

    def __enter__(self) -> None:
        self.attempt.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool | None:  # noqa: ANN401
        handled = self.attempt.__exit__(kind, error, trace)
        if isinstance(error, StaleRecord):
            self.model.show_stale(error)
        return handled


def programme_app() -> w.Widget:
    """Return the app in which programmes and runs are set up."""
    from mentorkit_widgets.programme_view import ProgrammeView

    def build(page: Page) -> w.Widget:
        return ProgrammeView(ProgrammeModel(page.bench, page.run))

    return open_app(build)
