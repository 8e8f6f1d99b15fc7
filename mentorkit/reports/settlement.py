"""What two people settled, on one page: to be read by both and signed."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

from mentorkit.errors import NotFound
from mentorkit.intake.text import plain
from mentorkit.language import say, speaking
from mentorkit.language.formats import date
from mentorkit.matching.basis import people_of
from mentorkit.matching.one_by_one import PARTS, settlements
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Programme, Run, Settlement
from mentorkit.reports import nodes as n
from mentorkit.reports.layout import soften
from mentorkit.reports.pdf import page_of_pages, typeset
from mentorkit.setup.logo import alt_text, logo_of
from mentorkit.store import Store

#: Characters that fit on a line.
_LINE, _SIGNED = 70, 34


def paper(store: Store, actor: Actor, run_id: str, settlement_id: str) -> bytes:
    """Return what two people settled as a PDF, in the programme's language and style.

    A part that nothing is written down of is left to be filled in by hand. The same settlement gives the same
    bytes.

    Raises
    ------
    NotAllowed
        If the actor may read no settlement of the run.
    NotFound
        If there is none with this id that she may read.
    """
    found = next((s for s in settlements(store, actor, run_id) if s.id == settlement_id), None)
    if found is None:
        raise NotFound(say("Nothing is written down of what the two settle."))
    with store.read() as reader:
        run = reader.get(Run, run_id)
        programme = reader.get(Programme, run.programme_id)
        people = people_of(reader, run)
    content, settings = logo_of(store, actor, programme.id), programme.settings
    names = people["mentee", found.mentee_id][0], people["mentor", found.mentor_id][0]
    with speaking(settings.voice()):
        data = {
            **_page(found, *names),
            "lang": settings.language,
            "sender": _set(f"{programme.name} {run.name}"),
            "contact": _set(settings.text(settings.language).contact),
            "logo": alt_text(programme.name) if content else None,
        }
    pictures = {"logo.png": content} if content else {}
    template = files("mentorkit.reports").joinpath("settlement.typ")
    return typeset(template, data, pictures, int(found.at.timestamp()))


def _page(found: Settlement, mentee: str, mentor: str) -> dict[str, Any]:
    """Return what stands on the page, in the language in force."""
    intro = say(
        "{name} ({mentee:sg.nom}) and {partner} ({mentor:sg.nom}) have settled this before their tandem"
        " begins.",
        name=mentee,
        partner=mentor,
    )
    signers = (
        (say("{name}, {mentee:sg.nom}", name=mentee)),
        (say("{name}, {mentor:sg.nom}", name=mentor)),
    )
    return {
        "title": say("What we settled"),
        "intro": _set(intro),
        "parts": [
            {"title": say(PARTS[name]), "lines": [_set(line) for line in text.splitlines() if line.strip()]}
            for name, text in found.parts.items()
        ],
        "closing": say(
            "Each of us keeps a copy. If something of this changes, we talk about it and tell the programme."
        ),
        "signers": [_set(signer, _SIGNED) for signer in signers],
        "words": {
            "written": say("Written down on {day}", day=date(found.at.astimezone().date(), "long")),
            "signature": say("Place, date, signature"),
            "page": page_of_pages(),
        },
    }


def file_name(mentee: str, mentor: str) -> str:
    """Return a readable name for the file, without signs that some system does not know."""
    bare = re.sub(r"[\W_]+", "-", plain(f"{mentee} {mentor}")).strip("-")
    return say("settlement-{names}.pdf", names=bare[:80])


def _set(text: str, limit: int = _LINE) -> str:
    """Return a text that can be set in a column: no word is wider."""
    return soften(n.clean(" ".join(text.split())), limit)
