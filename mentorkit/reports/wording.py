"""What the letters about the selection say: acceptance, moving up, waiting, refusal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mentorkit.language import later, say, say_n
from mentorkit.language.formats import date

Kind = Literal["accepted", "moved_up", "waiting", "refused"]
KINDS: dict[Kind, str] = {
    "accepted": later("Acceptance"),
    "moved_up": later("Acceptance after waiting"),
    "waiting": later("Waiting list"),
    "refused": later("Refusal"),
}
#: The folder of the letters of a kind.
FOLDERS: dict[Kind, str] = {
    "accepted": later("acceptances"),
    "moved_up": later("moved-up"),
    "waiting": later("waiting-list"),
    "refused": later("refusals"),
}
#: A paragraph, or a list of points.
Part = str | tuple[str, ...]


@dataclass(frozen=True)
class Occasion:
    """What a letter is about, beyond its kind."""

    kind: Kind
    name: str
    role: Literal["mentee", "mentor"]
    programme: str
    organisation: str = ""
    #: Place on the waiting list.
    number: int = 0
    #: The rules that are not met, a sentence each.
    reasons: tuple[str, ...] = ()
    #: Whether a person refused; why is not told.
    by_decision: bool = False
    #: When the tandems begin, as far as it is known.
    begins: dt.date | None = None
    #: Whether places are limited, so that somebody may wait for this one.
    limited: bool = False
    #: What must not be expected, in the programme's own words.
    note: str = ""


def subject(about: Occasion) -> str:
    """Return the subject of a letter in the language in force."""
    subjects = {
        "accepted": say("Your place in “{programme}”", programme=about.programme),
        "moved_up": say("A place has become free for you in “{programme}”", programme=about.programme),
        "waiting": say("Your place on the waiting list of “{programme}”", programme=about.programme),
        "refused": say("Your application to “{programme}”", programme=about.programme),
    }
    return subjects[about.kind]


def body(about: Occasion) -> list[Part]:
    """Return what a letter says between its salutation and its end, in the language in force."""
    if about.kind == "waiting":
        return [_thanks(about), *_waits(about)]
    if about.kind == "refused":
        return [_thanks(about), *_refuses(about)]
    return [_welcome(about), *_goes_on(about)]


def closing(contacts: Sequence[str]) -> list[Part]:
    """Return the end of a letter: whom to ask, and the regards."""
    if not contacts:
        return [say("Kind regards")]
    asked: Part = tuple(contacts)
    return [say("If you have questions, please turn to:"), asked, say("Kind regards")]


def salutation(name: str) -> str:
    """Return the salutation, which knows no gender."""
    return say("Dear {name},", name=name)


def _welcome(about: Occasion) -> str:
    if about.kind == "moved_up":
        if about.role == "mentee":
            return say(
                "A place has become free, and you were the next on our list: you now have a place as a"
                " {mentee:sg.nom} in “{programme}”. We are very glad.",
                programme=about.programme,
            )
        return say(
            "A place has become free, and you were the next on our list: you now have a place as a"
            " {mentor:sg.nom} in “{programme}”. We are very glad.",
            programme=about.programme,
        )
    if about.role == "mentee":
        return say(
            "We are glad to tell you that you have a place as a {mentee:sg.nom} in “{programme}”.",
            programme=about.programme,
        )
    return say(
        "We are glad to tell you that you have a place as a {mentor:sg.nom} in “{programme}”.",
        programme=about.programme,
    )


def _goes_on(about: Occasion) -> list[Part]:
    found: list[Part] = [
        say("Next the tandems are put together. As soon as they stand, we tell you who yours is with.")
    ]
    if about.begins:
        found.append(
            say("The tandems begin on {day}. Please keep that day free.", day=date(about.begins, "long"))
        )
    if about.limited:
        found.append(
            say("Should you not be able to take part, please tell us soon: others wait for a place.")
        )
    return [*found, about.note] if about.note else found


def _thanks(about: Occasion) -> str:
    if about.role == "mentee":
        return say("Thank you for applying as a {mentee:sg.nom} in “{programme}”.", programme=about.programme)
    return say("Thank you for applying as a {mentor:sg.nom} in “{programme}”.", programme=about.programme)


def _waits(about: Occasion) -> list[Part]:
    return [
        say(
            "More people of {organisation} have applied than there are places, and all of them are taken"
            " now. You are number {number} on the waiting list.",
            organisation=about.organisation,
            number=about.number,
        ),
        say("As soon as a place becomes free and it is your turn, you move up, and we write to you at once."),
        say("Should you no longer want the place, please tell us, so that we can ask others."),
    ]


def _refuses(about: Occasion) -> list[Part]:
    if about.by_decision:
        return [
            say("To our regret we cannot give you a place this time."),
            say("If you would like to talk about it, please get in touch with us."),
        ]
    if not about.reasons:
        return [
            say(
                "More people of {organisation} have applied than there are places, and none has become free"
                " for you. To our regret we cannot give you a place this time.",
                organisation=about.organisation,
            ),
            say("This is no judgement on you. We would be glad if you applied again for the next run."),
        ]
    return [
        say_n(
            "To our regret we cannot give you a place, since a condition of the programme is not met:",
            "To our regret we cannot give you a place, since {n} conditions of the programme are not met:",
            len(about.reasons),
        ),
        about.reasons,
        say("If we have understood something wrongly, please tell us; then we look at it once more."),
    ]
