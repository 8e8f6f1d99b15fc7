"""What two states of an application differ in, for people to read."""

from __future__ import annotations

from dataclasses import dataclass

from mentorkit.intake.vocabulary import ROLE
from mentorkit.language import later, say
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Application

STATUS_WORDS = {
    "ok": later("in order"),
    "review": later("to be looked at"),
    "ineligible": later("refused"),
    "error": later("to be mended"),
}
_PLACE_WORDS = {
    None: later("not decided"),
    "selected": later("selected"),
    "waiting": later("on the waiting list"),
    "out": later("no place"),
}


@dataclass(frozen=True)
class Difference:
    """A field (or a heading of the file, or ``status``, ``place``, …) that was one thing and is another."""

    field: str
    label: str
    before: str
    after: str


def state_word(application: Application) -> str:
    """Return in words where an application stands."""
    if application.withdrawn:
        return say("withdrawn")
    return say("admitted") if application.admitted else say(STATUS_WORDS[application.result])


def differences(before: Application, after: Application) -> tuple[Difference, ...]:
    """Return what a reader sees changed: entries in the order of the fields, then where it stands.

    Where the row stands in its file, and what was understood of equal entries, is not told.
    """
    found = [
        Difference(name, label_of(name), before.entries.get(name, ""), after.entries.get(name, ""))
        for name in (*FIELDS, ROLE)
    ]
    found += [
        Difference(heading, heading, before.extra.get(heading, ""), after.extra.get(heading, ""))
        for heading in {**before.extra, **after.extra}
    ]
    if before.entries.get("organisation") == after.entries.get("organisation"):
        places = before.organisation or "", after.organisation or ""
        found.append(Difference("organisation", label_of("organisation"), *places))
    found += [
        Difference("status", say("Status"), state_word(before), state_word(after)),
        Difference("rank", say("Rank"), str(before.rank or ""), str(after.rank or "")),
        Difference("place", say("Place"), say(_PLACE_WORDS[before.place]), say(_PLACE_WORDS[after.place])),
        Difference("person_id", say("Person"), before.person_id, after.person_id),
    ]
    return tuple(difference for difference in found if difference.before != difference.after)


def label_of(name: str) -> str:
    """Return the label of a field, or of the column for the role."""
    return FIELDS[name].label if name in FIELDS else say("Role")
