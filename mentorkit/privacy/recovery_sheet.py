"""The recovery sheet: the code that opens all confidential texts of a programme, on paper alone."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files

from mentorkit.language import Language, say, speaking
from mentorkit.language.formats import date
from mentorkit.privacy.keys import CHANGE, check_code
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Programme
from mentorkit.store import Store
from mentorkit.store.ring import RECOVERY

MEDIA_TYPE = "application/pdf"


def recovery_sheet(
    store: Store, actor: Actor, programme_id: str, code: str, language: Language | None = None
) -> bytes:
    """Return the sheet to be printed, as PDF; whoever has it can let anybody of the evaluation read.

    Parameters
    ----------
    code
        As :func:`mentorkit.privacy.keys.set_up` returned it; it stands nowhere else.
    language
        Of the sheet; the programme's where it is left out.

    Raises
    ------
    NotAllowed
        If the actor may not change keys.
    UsageError, RuleBroken, NotFound
        If the code was mistyped, is of another sheet, or there is no recovery key.
    """
    actor.require(CHANGE, programme_id)
    check_code(store, programme_id, code)
    with store.keyring.read() as ring:
        made = next(r.since for r in ring.readers(programme_id) if r.name == RECOVERY)
    return _typeset(store, programme_id, code, made, language)


def coming_sheet(store: Store, actor: Actor, programme_id: str, code: str) -> bytes:
    """Return the sheet of a code not in force yet: if it cannot be made, the earlier one still opens all.

    Raises
    ------
    NotAllowed
        If the actor may not change keys.
    """
    actor.require(CHANGE, programme_id)
    return _typeset(store, programme_id, code, store.clock())


def _typeset(
    store: Store, programme_id: str, code: str, made: dt.datetime, language: Language | None = None
) -> bytes:
    from mentorkit.reports.pdf import typeset

    with store.read() as reader:
        programme = reader.get(Programme, programme_id)
    letters = "".join(filter(str.isalnum, code.upper()))
    chosen = language or programme.settings.language
    with speaking(programme.settings.voice(chosen)):
        data = {
            "lang": chosen,
            "programme": programme.name,
            "made": say("Made on {day}", day=date(made.astimezone().date(), "long")),
            "code": [letters[start : start + 4] for start in range(0, len(letters), 4)],
            **_words(),
        }
    template = files("mentorkit.privacy").joinpath("recovery.typ")
    return typeset(template, data, {}, int(made.timestamp()))


def _words() -> dict[str, object]:
    return {
        "title": say("Recovery sheet for confidential texts"),
        "warning": say(
            "If this sheet and all keys of the evaluation are lost, the texts are lost. Nobody can bring "
            "them back, not even the makers of the program."
        ),
        "parts": [
            {"title": title, "lines": [line]}
            for title, line in (
                (
                    say("What it is for"),
                    say(
                        "With this code somebody of the evaluation can be let in again when all others have "
                        "left or have forgotten their passphrases. It opens everything that participants "
                        "confided in this programme, together with the file of the keyring: please keep "
                        "copies of that file, too, apart from the backups of the programme."
                    ),
                ),
                (
                    say("Where to keep it"),
                    say(
                        "In a closed envelope, in a safe or with data protection: apart from the computers "
                        "and backups of the programme, and never as a picture or file. Two copies in two "
                        "places are better than one. A new sheet ends this one; please destroy it then."
                    ),
                ),
                (
                    say("How to use it"),
                    say(
                        "The new person makes a key of her own. Then somebody of the evaluation or of data "
                        "protection types in the code: in the app “Data protection”, or with “mentorkit keys "
                        "recover”. Hyphens and small letters do not matter; there are no letters I, L, O and "
                        "U in it, only the digits 1 and 0."
                    ),
                ),
                (
                    say("How to try it out"),
                    say(
                        "Once a year: type in the code with “mentorkit keys drill” or in the app. Nothing is "
                        "opened to anybody; the program tells whether the code still fits all keys. Please "
                        "write down the day below."
                    ),
                ),
            )
        ],
        "drills": say("Drills"),
        "day": say("Day"),
        "name": say("Who did it"),
    }
