"""Whom to win as mentors: those the mentees wish for, each step on the way, and the pool of earlier years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import traitlets as t

from mentorkit.forms.schema import FormField, check, entries_of, form_fields
from mentorkit.intake import pool
from mentorkit.intake import prospects as service
from mentorkit.intake.wished import CHANGE, READ
from mentorkit.language import say, voice
from mentorkit.programme.records import Prospect
from mentorkit.programme.settings import Judged
from mentorkit_widgets.intake.entry import AGREED, agreed_to
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.side import SideModel


class ProspectsModel(SideModel):
    """The prospects of a run and the pool of its programme; empty for who may not look at them."""

    #: Id of the prospect that is looked at; empty when none is.
    selected = t.Unicode()
    #: Whether the prospect that is looked at agrees, so that the application is made.
    agreeing = t.Bool(False)

    @property
    def wanted(self) -> bool:
        """Whether the programme wins mentors one by one: it asks for wishes or has criteria for it."""
        settings = self.run.programme.settings
        asks = any(name.startswith("wish_") for name in settings.questions.mentee)
        return self.may_read and (asks or bool(settings.acquisition))

    @property
    def criteria(self) -> tuple[Judged, ...]:
        """What somebody has to judge."""
        return self.run.programme.settings.acquisition

    @property
    def today(self) -> dt.date:
        """The day, as the store tells it."""
        today: dt.date = self.run.bench.store.clock().date()
        return today

    def load(self) -> None:
        """Read prospects and pool."""
        self.may_read, self.may_change = self.may(READ), self.may(CHANGE)
        self.prospects = service.prospects(*self.here) if self.wanted else []
        self.pool = pool.members(*self.hands, self.programme_id) if self.wanted else []
        if self.selected not in {shown.prospect.id for shown in self.prospects}:
            self.look("")

    def look(self, prospect_id: str, *, agreeing: bool = False) -> None:
        """Look at a prospect, or at the application of one who agrees; the empty text at nobody."""
        with self.hold_trait_notifications():
            self.selected, self.agreeing = prospect_id, agreeing

    @property
    def prospect(self) -> service.ProspectShown | None:
        """The prospect that is looked at."""
        return next((s for s in self.prospects if s.prospect.id == self.selected), None)

    def on_list(self, member: pool.Member) -> bool:
        """Tell whether somebody of the pool is to be won for this run already."""
        return any(service.is_of(s.prospect, member.name, member.person) for s in self.prospects)

    # -- changes --------------------------------------------------------------------------------

    def add(self, name: str) -> None:
        """Note somebody by name."""
        with self.changing():
            made = service.add(*self.here, name)
            self.say(say("{name} is to be approached.", name=made.name))

    def add_member(self, member: pool.Member) -> None:
        """Note somebody of the pool."""
        with self.changing():
            made = service.add(*self.here, member)
            self.say(say("{name} is to be approached.", name=made.name))

    def describe(self, name: str, email: str = "", phone: str = "", remark: str = "") -> None:
        """Note name, ways to reach the chosen prospect, and a remark."""
        with self.changing():
            here = (*self.hands, self.selected, self._version(self.selected))
            done = service.describe(*here, name=name, email=email, phone=phone, remark=remark)
            self.say(say("Saved: {name}.", name=done.name))

    def judge(self, criterion: str, *, holds: bool, remark: str = "") -> None:
        """Note what the actor thinks of the chosen prospect."""
        prospect_id = self.selected
        with self.changing():
            here = (*self.hands, prospect_id, self._version(prospect_id), criterion)
            done = service.judge(*here, holds=holds, remark=remark)
            self.say(say("Your opinion on {name} is noted.", name=done.name))

    def ask(self, prospect_id: str, day: dt.date) -> None:
        """Note that a prospect was asked."""
        with self.changing():
            done = service.ask(*self.hands, prospect_id, self._version(prospect_id), day)
            self._stepped(done)

    def decline(self, prospect_id: str) -> None:
        """Note that a prospect declined."""
        with self.changing():
            self._stepped(service.decline(*self.hands, prospect_id, self._version(prospect_id)))

    def asked(self) -> tuple[FormField, ...]:
        """Return what is asked of who agrees, as of all who apply."""
        return form_fields(self.run.programme.settings, "mentor", voice().language, received=False)

    def agree(
        self, typed: Mapping[str, str], *, agreed: bool = False, incomplete: bool = False
    ) -> dict[str, str]:
        """Note that the chosen prospect agreed, with what is known for the application.

        Parameters
        ----------
        typed
            What was entered, text by field.
        agreed
            Whether the person agreed to what becomes of it.
        incomplete
            Whether it is taken in with what is missing or not understood; a name is needed all the same.

        Returns
        -------
        dict
            What is wrong, a sentence by field, where it is not taken in for that.
        """
        entries = entries_of(self.asked(), typed)
        wrong = check(self.asked(), entries, "mentor", self.run.programme.settings, self.run.record)
        if not agreed:
            wrong[AGREED] = say("Please tick this once the applicant has agreed.")
        if wrong and (not incomplete or wrong.keys() & {"first_name", "last_name"}):
            self.refuse(say("Not taken in yet: please look at what is marked."))
            return wrong
        self._agree(entries, agreed=agreed)
        return {}

    def _agree(self, entries: Mapping[str, str], *, agreed: bool) -> None:
        prospect_id = self.selected
        with self.changing():
            version = self._version(prospect_id)
            wording = agreed_to(self.run) if agreed else None
            done, application = service.agree(*self.hands, prospect_id, version, entries, agreed=wording)
            told = say("{name} has agreed and stands among the applications now.", name=done.name)
            if application.open:
                told += " " + say("Something is missing there: please open the application next.")
            self.say(told)
        if not self.refused:
            self.look("")  # last: the list gets the focus back once it is as it stays

    def open_application(self, prospect_id: str) -> None:
        """Show the application of a prospect who agreed, among all others."""
        found = next(s.prospect for s in self.prospects if s.prospect.id == prospect_id)
        if isinstance(self._app, IntakeModel):
            self._app.point_at({"part": "applications", "application": found.application_id or ""})

    def step_back(self, prospect_id: str) -> None:
        """Undo the last step of a prospect."""
        with self.changing():
            self._stepped(service.step_back(*self.hands, prospect_id, self._version(prospect_id)))

    def remove(self, prospect_id: str) -> None:
        """Take a prospect off the list."""
        with self.changing():
            service.remove(*self.hands, prospect_id, self._version(prospect_id))
            self.say(say("Taken off the list."))

    def known(self) -> dict[str, str]:
        """Return what is known of the chosen prospect for an application; nothing where it is gone."""
        with self.attempting():
            return service.known_of(*self.hands, self.selected)
        return {}

    def pause(self, member: pool.Member, until: dt.date | None) -> None:
        """Note until when somebody of the pool is not to be asked."""
        with self.changing():
            person = pool.pause(*self.hands, self.programme_id, member, until)
            if until:
                self.say(say("{name} is not asked for now.", name=person.name))
            else:
                self.say(say("{name} can be asked again.", name=person.name))

    def _version(self, prospect_id: str) -> int:
        """Return the version that is shown; 0, which no stored record has, where none is."""
        return next((s.prospect.version for s in self.prospects if s.prospect.id == prospect_id), 0)

    def _stepped(self, prospect: Prospect) -> None:
        self.say(say("{name}: {state}", name=prospect.name, state=state_word(prospect)))


def state_word(prospect: Prospect) -> str:
    """Return where a prospect stands, in words."""
    words: dict[str, Any] = {
        "to_approach": say("to be approached"),
        "asked": say("asked"),
        "agreed": say("agreed"),
        "declined": say("declined"),
    }
    return str(words[prospect.state])
