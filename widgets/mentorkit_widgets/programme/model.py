"""A programme in the hands of who sets it up: what is changed, kept as a draft, looked at, saved, undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import traitlets as t

from mentorkit import drafts
from mentorkit.errors import StaleRecord, StoreError, UsageError
from mentorkit.language import Language, say, say_n
from mentorkit.language.formats import listing
from mentorkit.overview.news import News
from mentorkit.programme.records import Programme
from mentorkit.programme.settings import CalendarEntry, ProgrammeSettings
from mentorkit.run import Run
from mentorkit.setup import begin, logo, service
from mentorkit.setup.change import Change, OrganisationEdit, problems
from mentorkit.setup.describe import described, differences
from mentorkit.setup.summary import PARTS, changed_parts, part_of
from mentorkit.setup.unsaved import Unsaved, pack, unpack
from mentorkit.workbench import Workbench
from mentorkit_widgets.base import Model

#: The app's name in the table of drafts.
APP = "programme"


class ProgrammeModel(Model):
    """A programme as it stands, what is changed of it and not saved, and what that would do.

    Every change is kept as a draft at once: it is there again after a reload, on any device.

    Parameters
    ----------
    bench
        The workbench in the user's hands.
    run
        The run whose programme and calendar are shown; None while there is none.
    """

    #: Counts what was changed, so that views follow.
    edits = t.Int(0)
    #: Counts how often everything was read anew or put in by a button, so that views fill their fields.
    reads = t.Int(0)
    #: Counts how often what was not saved was given up: then entries that are not taken over go, too.
    discards = t.Int(0)
    #: A :class:`~mentorkit.setup.effects.Preview`; None while there is nothing to save.
    preview: Any = t.Any(None, allow_none=True)
    #: Sentences by the setting they belong to.
    problems = t.Dict()
    #: Where somebody else was quicker: what differs between the user's version and the stored one.
    stale: Any = t.Tuple()
    #: Counts how often what somebody else saved was read, so that fields follow where nobody types.
    follows = t.Int(0)
    #: Counts how often log-ins were changed elsewhere.
    log_ins = t.Int(0)
    #: Address of the run just begun.
    begun = t.Unicode()

    def __init__(self, bench: Workbench, run: Run | None) -> None:
        super().__init__()
        self.bench, self.run = bench, run
        self.programme_id = run.record.programme_id if run else ""
        actor = bench.actor
        self.may_change = run is not None and actor.may(service.CHANGE, self.programme_id)
        self.may_add = actor.may("programme.add")
        self.may_begin_run = run is not None and (self.may_add or self.may_change)
        self.settings: dict[str, Any] = {}
        self.organisations: list[OrganisationEdit] = []
        self.calendar: list[CalendarEntry] = []
        #: What was typed and could not be understood, with what was said to it.
        self.typed: dict[str, tuple[str, str]] = {}
        self.can_undo = False
        #: Whether what is changed is in a draft.
        self.draft_kept = False
        if run is not None:
            self._read()
            self._take_up_draft()

    # -- the draft ------------------------------------------------------------------------------

    def _read(self, *, softly: bool = False) -> None:
        with self.attempting():
            store, actor = self.bench.store, self.bench.actor
            self.base = service.change_of(store, actor, self.programme_id)
            self.can_undo = service.can_undo(store, actor, self.programme_id, self.base.version)
            self._put(
                Unsaved(
                    self.base.settings.model_dump(),
                    self.base.organisations,
                    self.base.calendars[self._run_id],
                ),
                softly=softly,
            )

    def _put(self, unsaved: Unsaved, *, softly: bool = False) -> None:
        self.settings, self.typed = dict(unsaved.settings), dict(unsaved.typed)
        self.organisations, self.calendar = list(unsaved.organisations), list(unsaved.calendar)
        self.stale, self.preview, self.problems, self.blockers = (), None, {}, []
        if softly:
            self.follows += 1
        else:
            self.reads += 1
        self.edits += 1

    def _take_up_draft(self) -> None:
        if not self.may_change:
            return
        hands = self.bench.store, self.bench.actor, self._run_id
        content = drafts.load_draft(*hands, APP)
        self.draft_kept = content is not None
        found = unpack(content, self.base) if content else None
        if found is None:
            return
        unsaved, self.base = found
        self._put(unsaved)
        self.follow(keep=False)
        if not self.refused:
            self.say(say("What you changed last time is here again; it is not saved yet."))

    def reload(self) -> None:
        """Read the programme as it stands; what was not saved is gone."""
        if self.run is None:
            return
        self._read_anew()
        self.discards += 1

    def _read_anew(self) -> None:
        self._read()
        self._forget_draft()

    def _forget_draft(self) -> None:
        if self.draft_kept:
            with self.attempting():
                drafts.clear_draft(self.bench.store, self.bench.actor, self._run_id, APP)
                self.draft_kept = False
        self.kept = ""

    def _keep_draft(self) -> None:
        if not self.changed:
            self._forget_draft()
            return
        hands = self.bench.store, self.bench.actor, self._run_id
        try:
            drafts.save_draft(*hands, APP, pack(self._unsaved, self.base))
            time = self.bench.store.clock().astimezone().strftime("%H:%M")
            self.draft_kept, self.kept = True, say("Draft kept at {time}", time=time)
        except StoreError as error:
            self.draft_kept, self.kept = False, say("The draft is not kept: {why}", why=error)

    @property
    def _unsaved(self) -> Unsaved:
        return Unsaved(self.settings, tuple(self.organisations), tuple(self.calendar), self.typed)

    @property
    def changed(self) -> bool:
        """Whether anything differs from what is stored."""
        return bool(self.changed_parts)

    @property
    def changed_parts(self) -> set[str]:
        """The parts in which something differs from what is stored."""
        if self.run is None:
            return set()
        found = changed_parts(self.settings, self.organisations, self._ordered(), self.base, self._run_id)
        return found | {part_of(name) for name in self.typed}

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
        self.follow()

    def put(self, name: str, value: object) -> None:
        """Change a setting by a button: the fields follow; what could not be understood stays in them."""
        self.change(name, value)
        self.reads += 1

    def enter(
        self,
        name: str,
        text: Any,  # noqa: ANN401 - of any field
        read: Callable[[Any], object],
        setting: str = "",
    ) -> None:
        """Change a setting to what was typed; what cannot be understood is kept as it was typed.

        Parameters
        ----------
        name
            The field, and the setting unless ``setting`` names it.
        text, read
            What was typed, and what understands it or raises UsageError.
        """
        try:
            understood = read(text)
        except UsageError as error:
            self.typed[name] = (text, str(error))
            self.follow()
        else:
            self.typed.pop(name, None)
            self.change(setting or name, understood)

    def follow(self, *, keep: bool = True) -> None:
        """See what the draft would do, and keep it."""
        found = problems(self.settings, self.organisations, self.calendar)
        found |= {name: why for name, (_, why) in self.typed.items()}
        self.problems = found
        self.message, self.refused, self.preview = "", False, None
        changed = self.changed
        if changed and not found:
            with self._watching_for_others():
                self.preview = service.preview(self.bench.store, self.bench.actor, self.draft())
        self.blockers = [_at_its_part(where, why) for where, why in found.items()] if changed else []
        if keep and self.may_change:
            self._keep_draft()
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
            self._read_anew()
            self.saved(self.bench.store.clock())
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
            self._read_anew()
            self.saved(self.bench.store.clock())
            self.say(say("The last change is undone; it can be brought back the same way."))

    def put_over(self) -> None:
        """Keep the user's version and look what it does to the one that is stored now."""
        with self.attempting():
            now = service.change_of(self.bench.store, self.bench.actor, self.programme_id)
            # organisations that came in the meantime were not seen, so they stay
            self.base, self.stale = replace(now, seen=self.base.seen), ()
            self.follow()

    def _watching_for_others(self, doing: str = "") -> Any:  # noqa: ANN401 - a context manager
        return _Watching(self, doing)

    def show_stale(self, error: StaleRecord) -> None:
        """Show both versions, where somebody else was quicker."""
        with self.attempting():
            now = service.change_of(self.bench.store, self.bench.actor, self.programme_id)
            if isinstance(error.theirs, Programme):
                self.stale = differences(described(self.draft()), described(now))
            self.refuse(str(error))

    # -- what others do -------------------------------------------------------------------------

    def hear(self, found: News) -> None:
        """Show what was changed elsewhere; what is not saved here stays, beside what is stored."""
        if found.about("user", "grant"):
            self.log_ins += 1
        if self.run is None:
            return
        with self.attempting():
            now = service.change_of(self.bench.store, self.bench.actor, self.programme_id)
            if replace(now, run_names=self.base.run_names) == self.base:
                return
            if not self.changed:
                self._read(softly=True)
                self.say(_who_changed(found))
                return
            if not self.problems:  # else it is told once what was typed is understood
                self.stale = differences(described(self.draft()), described(now))
            self.refuse(f"{_who_changed(found)} {say('What you changed is still here, not saved.')}")

    # -- the logo -------------------------------------------------------------------------------

    def put_logo(self, content: bytes) -> None:
        """Make a file the logo, as far as it is a picture; saved with the other changes."""
        with self.attempting(say("The picture is being read …")):
            key = logo.put(self.bench.store, self.bench.actor, self.programme_id, content)
            self.put("logo", key)

    def logo_picture(self) -> bytes | None:
        """Return the logo as it would be, a PNG."""
        hands = self.bench.store, self.bench.actor, self.programme_id
        return logo.picture(*hands, self.settings["logo"])

    # -- beginning ------------------------------------------------------------------------------

    def begin_programme(self, like: str, name: str, run: str, language: Language) -> None:
        """Add a programme like a preset, or like an earlier run."""
        with self.attempting(say("The programme is being set up …")):
            adding = begin.add_like if "/" in like else begin.add_programme
            self.begun = adding(self.bench.store, self.bench.actor, like, name, run, language)
            self.say(say("The programme “{name}” is set up.", name=name.strip()))

    def begin_run(self, name: str) -> None:
        """Add the next run of this programme."""
        with self.attempting(say("The run is being set up …")):
            hands = self.bench.store, self.bench.actor
            self.begun = begin.next_run(*hands, self._run_id, name)
            self.say(say("The run {name} is set up.", name=name.strip()))


def _who_changed(found: News) -> str:
    who = found.others
    if not who:
        return say("The programme was just changed on another page.")
    return say_n(
        "{who} has just changed the programme.", "{who} have just changed the programme.", len(who),
        who=listing(who),
    )  # fmt: skip


def _at_its_part(setting: str, sentence: str) -> str:
    return say("{part}: {problem}", part=say(PARTS[part_of(setting)]), problem=sentence)


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
