"""Consents: where everybody of the run stands on each purpose, noting a word, and handing on contact data."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.language import say, say_n
from mentorkit.language.formats import date, listing
from mentorkit.privacy import consents, contacts
from mentorkit.privacy.consents import CHANNELS, PURPOSES, STATES, Standing
from mentorkit.privacy.records import Purpose
from mentorkit.setup.typed import day
from mentorkit_widgets.base import actions, button, markup, section
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.form import Field
from mentorkit_widgets.components.icons import Icon, Tone
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table, action, cell, chip, column
from mentorkit_widgets.privacy.model import Part, PrivacyModel
from mentorkit_widgets.privacy.sheet import Sheet, Typed, missing, understood

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LOOKS: dict[str, tuple[Icon, Tone]] = {
    "given": ("check", "good"),
    "older": ("warning", "careful"),
    "withdrawn": ("forbid", "neutral"),
    "never": ("warning", "neutral"),
}


class Consents(Part):
    """What the people of the run agreed to."""

    #: The person whose word is noted; empty while nobody's is.
    person = t.Unicode()

    def load(self) -> None:
        """Read where everybody stands."""
        people: dict[str, dict[Purpose, Standing]] = {}
        for standing in consents.states(self.model.store, self.model.actor, self.model.run.id):
            people.setdefault(standing.person_id, {})[standing.purpose] = standing
        self.people: dict[str, dict[Purpose, Standing]] = people

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """The purposes on which somebody is asked or said something."""
        found = {purpose for standings in self.people.values() for purpose in standings}
        return tuple(purpose for purpose in get_args(Purpose) if purpose in found)

    def name(self, person_id: str) -> str:
        """Return the name of a participant; empty for nobody."""
        return next((one.name for one in self.people.get(person_id, {}).values()), "")

    def agreed(self, purpose: Purpose) -> int:
        """Return how many agree to a purpose now."""
        return Counter(of[purpose].state for of in self.people.values() if purpose in of)["given"]

    def note(self, values: Typed) -> dict[str, str]:
        """Note what the person said; return what is wrong with that, a sentence by field."""
        wrong = missing(values, "purpose", "said", "channel")
        on: Any = understood(day, values, "on", wrong)
        if wrong:
            return wrong
        model = self.model
        name = self.name(self.person)
        with model.attempting():
            purpose: Any = values["purpose"]
            channel: Any = values["channel"]
            said = values["said"] == "yes"
            consents.note(model.store, model.actor, self.person, purpose, said, channel=channel, on=on)
            self.person = ""
            model.changed(say("It is noted what {name} said.", name=name))
        return {}

    def release(self) -> bytes | None:
        """Return a workbook with the contact data of the tandems in which both agree; None without any."""
        model = self.model
        with model.attempting():
            released = contacts.release(model.store, model.actor, model.run.id)
            if not released:
                model.refuse(say("Of no tandem have both agreed that their contact data are handed on."))
                return None
            model.changed(
                say_n(
                    "The contact data of {n} tandem are ready; that they were handed on is noted.",
                    "The contact data of {n} tandems are ready; that they were handed on is noted.",
                    len(released),
                )
            )
            return contacts.workbook(released)
        return None


class ConsentsPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The table of people and purposes, the form for a word, and the contact data of those who agree."""

    def __init__(self, model: PrivacyModel) -> None:
        self.model, self.consents = model, Consents(model)
        self.told = LaidOut()
        self.table = Table(
            say("What the participants agree to"), [], filtered=True, empty=say("Nobody has applied yet.")
        )
        self.table.on_action(self._begin)
        self.entry = Sheet(say("Note it"), self.consents.note, self._leave)
        self.consents.observe(self._open, "person")
        self.download = Download()
        self.consents.observe(self._show, "read")
        self._show()
        hand_on = actions(button(say("Contact data of the tandems"), self._release), self.download)
        parts = [section(say("Consents"), self.told, self.entry, self.table)]
        if model.may(contacts.RELEASE):
            parts.append(
                section(
                    say("Hand on contact data"),
                    hand_on,
                    hint=say("Of tandems in which both agree now; whoever does not is not in the file."),
                )
            )
        super().__init__(parts, layout=w.Layout(grid_gap="1rem"))

    def _begin(self, person_id: str, _name: str) -> None:
        self.consents.person = person_id

    def _leave(self) -> None:
        self.consents.person = ""

    def _open(self, *_: object) -> None:
        found = self.consents
        if not found.person:
            self.entry.end()
            return
        title = say("What did {name} say?", name=found.name(found.person))
        self.entry.begin(title, _fields(found), _past(found, found.person))

    def _release(self) -> None:
        self.download.withdraw()  # what it offered may be more than may be handed on now
        if content := self.consents.release():
            self.download.offer(say("contact-data.xlsx"), content, _XLSX)

    def _show(self, *_: object) -> None:
        found = self.consents
        self.download.withdraw()
        items = [
            markup(
                "<li>{text}</li>",
                text=say(
                    "{purpose}: {n} of {all} agree",
                    purpose=say(PURPOSES[purpose]),
                    n=found.agreed(purpose),
                    all=len(found.people),
                ),
            )
            for purpose in found.purposes
        ]
        self.told.value = markup("<ul>{items}</ul>", items=Markup().join(items)) if items else ""
        self.table.columns = [column("name", say("Name"))] + [
            column(purpose, say(PURPOSES[purpose]), "chip") for purpose in found.purposes
        ]
        self.table.rows = [_row(found, person_id) for person_id in found.people]


def _fields(found: Consents) -> list[Field]:
    purposes: dict[str, str] = {purpose: say(PURPOSES[purpose]) for purpose in found.purposes}
    said = {"yes": say("agrees to it"), "no": say("does not agree, or takes it back")}
    ways: dict[str, str] = {way: say(CHANNELS[way]) for way in consents.BY_HAND}
    return [
        Field("purpose", say("What for"), "choice", required=True, options=purposes, width="half"),
        Field("said", say("Answer"), "radio", required=True, options=said, width="half"),
        Field("channel", say("How it came"), "choice", required=True, options=ways, width="half"),
        Field("on", say("On which day"), "date", help=say("Empty: it was said just now."), width="half"),
    ]


def _row(found: Consents, person_id: str) -> dict[str, Any]:
    standings, name = found.people[person_id], found.name(person_id)
    organisations = next(iter(standings.values())).organisations
    made: dict[str, Any] = {"id": person_id, "name": cell(name, note=listing(organisations))}
    for purpose in found.purposes:
        made[purpose] = _chip(standings[purpose]) if purpose in standings else None
    title = say("Note what {name} said", name=name)
    made["actions"] = [action("note", say("Note it …"), title)] if found.model.may(consents.WRITE) else []
    return made


def _chip(standing: Standing) -> dict[str, Any]:
    how = say(CHANNELS[standing.channel]) if standing.channel else ""
    day = date(standing.since.astimezone().date()) if standing.since else ""
    return chip(say(STATES[standing.state]), *_LOOKS[standing.state], note=" ".join(filter(None, (day, how))))


def _past(found: Consents, person_id: str) -> str:
    """Say what somebody said before, what holds first, and when it was noted."""
    model = found.model
    told = consents.history(model.store, model.actor, person_id)
    words = [
        say(
            "{day} {purpose}: {word} ({how}, noted on {noted})",
            day=date(word.entry.at.astimezone().date()),
            purpose=say(PURPOSES[word.entry.purpose]),
            word=say("yes") if word.entry.given else say("no"),
            how=say(CHANNELS[word.entry.channel]),
            noted=date(word.noted.astimezone().date()),
        )
        for word in told
    ]
    return say("So far: {words}.", words="; ".join(words)) if words else say("Nothing was said so far.")
