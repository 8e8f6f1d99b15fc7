"""The ledger of consents: what people said on each purpose, and which word holds.

Entries are only added; the store's triggers refuse to change or remove one. Of what a person said on a
purpose the newest word holds, by the day it was said, not by the day it was written down. A word that came by
a link, or that is noted as said just now, has its moment; of one of which only the day is known, today's too,
nobody knows whether it was said before or after the others of that day, so of these the no holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

from mentorkit.forms.schema import Wording, wordings
from mentorkit.language import LANGUAGES
from mentorkit.privacy.records import Channel, ConsentEntry, Erasure, Purpose
from mentorkit.programme.records import Person
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.store import Reader, Writer

NOTE = "consent.note"
#: Where somebody stands on a purpose: agreed to the present text, to an older one, said no, or said nothing.
State = Literal["given", "older", "withdrawn", "never"]


class Ledger:
    """What the people of a programme agreed to, as it holds in one transaction."""

    def __init__(self, reader: Reader, programme_id: str, settings: ProgrammeSettings) -> None:
        self._present = {
            (purpose, wording.version)
            for language in LANGUAGES
            for purpose, wording in wordings(settings, language).items()
        }
        self._words = _words(reader, programme_id)

    def word(self, person_id: str, purpose: Purpose) -> ConsentEntry | None:
        """Return the word of a person that holds on a purpose, a yes or a no."""
        return self._words.get((person_id, purpose))

    def state(self, person_id: str, purpose: Purpose) -> State:
        """Return where a person stands on a purpose."""
        word = self.word(person_id, purpose)
        if word is None:
            return "never"
        if not word.given:
            return "withdrawn"
        return "given" if (purpose, word.wording) in self._present else "older"


def _words(reader: Reader, programme_id: str) -> dict[tuple[str, Purpose], ConsentEntry]:
    """Return the word that holds by person and purpose.

    What was copied from somebody with whom a person was put together holds as long as they are one; what
    nobody can be asked for any more (see :func:`taken_apart`) holds for nobody.
    """
    entries = reader.all(ConsentEntry, programme_id=programme_id)
    apart = {*reader.versions(Person, programme_id=programme_id)}
    apart |= {erasure.person_id for erasure in reader.all(Erasure)}
    said_by = {entry.id: entry.person_id for entry in entries}
    idle = idle_in(entries)
    found: dict[tuple[str, Purpose], ConsentEntry] = {}
    for entry in entries:
        if entry.id in idle or (entry.copied_from and said_by.get(entry.copied_from) in apart):
            continue
        held = found.get((entry.person_id, entry.purpose))
        if held is None or entry.at >= held.at:
            found[entry.person_id, entry.purpose] = entry
    return found


def put_down(  # noqa: PLR0913 - the last are named
    writer: Writer,
    programme_id: str,
    person_id: str,
    agreed: Mapping[Purpose, Wording],
    *,
    channel: Channel,
    by: str,
) -> None:
    """Write down that a person agreed to some texts just now, within the transaction that takes them in."""
    for purpose, wording in agreed.items():
        entry = ConsentEntry(
            id=writer.new_id(ConsentEntry), programme_id=programme_id, person_id=person_id, purpose=purpose,
            given=True, wording=wording.version, text_hash=wording.text_hash, channel=channel, at=writer.at,
            by=by,
        )  # fmt: skip
        writer.besides(NOTE).save(entry)


def put_together(writer: Writer, keep: Person, other: Person) -> None:
    """Let the newest word of either of two persons who are one hold for who stays; at one moment a no."""
    words = _words(writer, keep.programme_id)
    copying = writer.besides("consent.merge")
    for (person_id, purpose), theirs in words.items():
        if person_id != other.id:
            continue
        own = words.get((keep.id, purpose))
        if own is None or theirs.at > own.at or (theirs.at == own.at and not theirs.given):
            copying.save(_copy(writer, theirs, keep.id).with_(copied_from=theirs.id))


def taken_apart(writer: Writer, keep: Person, back: Person, since: int) -> None:
    """Let a no that was said while two persons were one hold for both, and a yes for neither.

    Nobody knows which of them said it. ``since`` is the number in the trail of the change that put them
    together. That who stays has again what she said before follows from there being two persons.
    """
    written = {entry["subject"] for entry in writer.trail(kind="consent_entry", after=since)}
    copying = writer.besides("consent.merge")
    entries = writer.all(ConsentEntry, person_id=keep.id)
    idle = idle_in(entries)
    for entry in entries:
        if entry.id not in written or entry.copied_from or entry.id in idle:
            continue
        if entry.given:
            mark = _copy(writer, entry, keep.id)
            copying.save(mark.with_(given=False, copied_from=entry.id))
        else:
            copying.save(_copy(writer, entry, back.id))


def idle_in(entries: Sequence[ConsentEntry]) -> set[str]:
    """Return the ids of entries that hold for nobody: each that one of the same person points to.

    With it go the one that points, and all copies of either. Entries come in their order.
    """
    said_by = {entry.id: entry.person_id for entry in entries}
    idle = {entry.copied_from for entry in entries if said_by.get(entry.copied_from or "") == entry.person_id}
    for entry in entries:
        if entry.copied_from in idle:
            idle.add(entry.id)
    return {entry_id for entry_id in idle if entry_id}


def _copy(writer: Writer, entry: ConsentEntry, person_id: str) -> ConsentEntry:
    return entry.with_(
        id=writer.new_id(ConsentEntry), version=0, person_id=person_id, channel="merge", copied_from=None
    )


def moment_of(on: dt.date | None, now: dt.datetime, *, given: bool) -> dt.datetime:
    """Return the moment of a word of which the day is known: a yes at its beginning, a no at its end.

    So of two words of one day the no holds. Without a day it was said just now; today ends now.
    """
    if on is None:
        return now
    return min(now, dt.datetime.combine(on, dt.time.min if given else dt.time.max).astimezone())
