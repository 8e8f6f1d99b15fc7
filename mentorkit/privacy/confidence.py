"""Confidential texts: anybody may write, evaluators alone read.

A text is sealed where it comes in, bound to its entry, person, run and kind; nothing of it stands anywhere
else, neither in the trail nor in drafts, logs or errors.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from weakref import WeakKeyDictionary

from mentorkit.errors import NotFound, UsageError
from mentorkit.forms.confidential import SHEETS, read_rows, wrong_in
from mentorkit.forms.schema import entries_of
from mentorkit.intake.sheets import FileLike
from mentorkit.language import say
from mentorkit.privacy.envelopes import open_with, seal_to
from mentorkit.privacy.keys import OpenKey, opened, public_half
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import Confidence, SealedText
from mentorkit.programme.records import Application, Person, Programme, Role, Run
from mentorkit.store import Reader, Store, Writer

READ, TAKE_IN, GIVE = "confidence.read", "confidence.take_in", "confidence.give"
#: The version of a text: it is written once and never changed.
_VERSION = 1
#: Lengths tell something, too: what is sealed is filled up to a multiple of this.
_FILLED = 1024
How = Literal["link", "sheet", "typed"]
#: Marks of what this program took in from files, under a key that ends with it.
_KEY = secrets.token_bytes(32)
_taken: WeakKeyDictionary[Store, set[bytes]] = WeakKeyDictionary()


@dataclass(frozen=True)
class TextRow:
    """What is known of a text without opening it; ``lost`` where its key is gone."""

    id: str
    person_id: str
    name: str
    kind: Confidence
    channel: How
    at: dt.datetime
    lost: bool


@dataclass(frozen=True)
class Participant:
    """Somebody who takes part in a run, and may confide something."""

    person_id: str
    name: str
    role: Role


@dataclass(frozen=True)
class SheetRow:
    """An entry of a sheet that came as a file.

    Attributes
    ----------
    name, person_id
        Who it says it is from, and whom that means; None where nobody or several people bear the name.
    wrong
        What hinders taking it in, a sentence by field.
    again
        Whether this program took in the same entry before, such as of the same file; another does not know.
    """

    kind: Confidence
    name: str
    person_id: str | None
    fields: dict[str, str] = field(repr=False)
    wrong: dict[str, str]
    again: bool = False


def participants(store: Store, actor: Actor, run_id: str) -> list[Participant]:
    """Return who can be asked for a confidential sheet, by name.

    Raises
    ------
    NotAllowed
        If the actor may neither send confidential forms nor take in sheets.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        if not actor.may(TAKE_IN, run.programme_id):
            actor.require(GIVE, run.programme_id)
        found = {(p.person_id, p.role): p for p in _participants(reader, run_id)}
    return sorted(found.values(), key=lambda p: (p.name.casefold(), p.person_id))


def _participants(reader: Reader, run_id: str) -> list[Participant]:
    applications = reader.all(Application, run_id=run_id)
    return [Participant(a.person_id, a.name, a.role) for a in applications if a.takes_part]


def participant(reader: Reader, run_id: str, person_id: str) -> Participant:
    """Return somebody who takes part in a run.

    Raises
    ------
    NotFound
        If she does not.
    """
    found = next((p for p in _participants(reader, run_id) if p.person_id == person_id), None)
    if found is None:
        raise NotFound(say("This person does not take part in this run."))
    return found


def seal(  # noqa: PLR0913, PLR0917 - all that makes a text
    store: Store,
    writer: Writer,
    run: Run,
    person_id: str,
    kind: Confidence,
    entries: Mapping[str, str],
    channel: How,
) -> SealedText:
    """Seal a text and save it, within the transaction that takes it in.

    Raises
    ------
    RuleBroken
        If nobody could read it yet.
    """
    public = public_half(store, writer, run.programme_id, person_id)
    text = SealedText(
        id=writer.new_id(SealedText), run_id=run.id, person_id=person_id, subject=person_id, kind=kind,
        channel=channel, at=writer.at,
    )  # fmt: skip
    plain = json.dumps(dict(entries), ensure_ascii=False).encode()
    filled = plain.ljust(-(-len(plain) // _FILLED) * _FILLED)
    return writer.save(text.with_(ciphertext=seal_to(public, filled, **_about(text))))


def _about(text: SealedText) -> dict[str, object]:
    return {"entry": text.id, "subject": text.subject, "run": text.run_id, "kind": text.kind,
            "version": _VERSION}  # fmt: skip


def take_in(  # noqa: PLR0913, PLR0917 - all that makes a text
    store: Store,
    actor: Actor,
    run_id: str,
    person_id: str,
    kind: Confidence,
    fields: Mapping[str, str],
    channel: How = "typed",
) -> str:
    """Seal what stands on a sheet that came on paper or as a file; return the id of the text.

    Raises
    ------
    NotAllowed
        If the actor may not take in confidential sheets.
    NotFound
        If there is no such run, or the person does not take part in it.
    UsageError
        If something is missing or too long, in sentences without what was typed; :func:`wrong_in` tells by
        field.
    RuleBroken
        If nobody could read it yet.
    """
    with store.write(actor.name, TAKE_IN) as writer:
        run = writer.get(Run, run_id)
        actor.require(TAKE_IN, run.programme_id)
        participant(writer, run_id, person_id)
        entries = entries_of(SHEETS[kind].fields(), fields)
        if wrong := wrong_in(kind, entries):
            raise UsageError(" ".join(wrong.values()))
        text = seal(store, writer, run, person_id, kind, entries, channel)
    if channel == "sheet":
        _taken.setdefault(store, set()).add(_mark(run_id, person_id, kind, fields))
    return text.id


def _mark(run_id: str, person_id: str, kind: Confidence, fields: Mapping[str, str]) -> bytes:
    """Return what an entry of a sheet is known by while this program runs.

    It is stored nowhere: whoever reads the store could try out short texts against a digest of them, and a
    key for the digest would have to lie where the coordination can read it.
    """
    said = json.dumps([run_id, person_id, kind, sorted(fields.items())])
    return hmac.digest(_KEY, said.encode(), "sha256")


def read_sheet(store: Store, actor: Actor, run_id: str, file: FileLike) -> list[SheetRow]:
    """Return what stands on a sheet that came as a file; nothing is stored before :func:`take_in`.

    Raises
    ------
    NotAllowed
        If the actor may not take in confidential sheets.
    UnreadableFile
        If it is none of the sheets, or cannot be read.
    """
    with store.read() as reader:
        actor.require(TAKE_IN, reader.get(Run, run_id).programme_id)
        known = _participants(reader, run_id)
    people: dict[str, set[str]] = {}
    for each in known:
        people.setdefault(" ".join(each.name.casefold().split()), set()).add(each.person_id)
    found = []
    for row in read_rows(file):
        meant = people.get(" ".join(row.name.casefold().split()), set())
        one = next(iter(meant)) if len(meant) == 1 else None
        again = one is not None and _mark(run_id, one, row.kind, row.fields) in _taken.get(store, ())
        found.append(SheetRow(row.kind, row.name, one, row.fields, wrong_in(row.kind, row.fields), again))
    return found


def texts(store: Store, actor: Actor, run_id: str) -> list[TextRow]:
    """Return what was confided in a run, the newest first, without opening anything.

    Raises
    ------
    NotAllowed
        If the actor may not read confidential texts.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        actor.require(READ, run.programme_id)
        found = reader.all(SealedText, run_id=run_id)
        names = {p.id: p.name for p in reader.all(Person, programme_id=run.programme_id)}
    with store.keyring.read() as ring:
        there = {key.subject for key in ring.data_keys(run.programme_id)}
    rows = [TextRow(t.id, t.person_id, names[t.person_id], t.kind, t.channel, t.at, t.subject not in there)
            for t in found]  # fmt: skip
    return rows[::-1]


def read(store: Store, actor: Actor, open_key: OpenKey, text_id: str) -> dict[str, str]:
    """Return a text by field, which leaves an entry in the trail.

    Raises
    ------
    NotAllowed
        If the actor may not read confidential texts, or the opened key is not hers.
    NotFound
        If there is no such text.
    RuleBroken
        If she was not admitted, or the key of the text is gone.
    DoesNotOpenError
        If the text was changed, or put in the place of another.
    """
    with store.write(actor.name, READ) as writer:
        text = writer.get(SealedText, text_id)
        programme_id = writer.get(Run, text.run_id).programme_id
        actor.require(READ, programme_id)
        private = opened(store, actor, programme_id, open_key, text.subject)
        plain = open_with(private, text.ciphertext, **_about(text))
        writer.note("sealed_text", text.id)
    found: dict[str, str] = json.loads(plain)
    return found


def counts(store: Store, actor: Actor, run_id: str) -> dict[Confidence, int]:
    """Return how many texts of each kind there are in a run.

    Raises
    ------
    NotAllowed
        If the actor may not look at the keys.
    """
    with store.read() as reader:
        actor.require("keys.read", reader.get(Run, run_id).programme_id)
        found = Counter(text.kind for text in reader.all(SealedText, run_id=run_id))
    return {kind: found[kind] for kind in SHEETS}


def lost(store: Store) -> dict[str, int]:
    """Return by programme how many texts nobody can read any more, though nobody was erased.

    Raises
    ------
    StoreError
        If the keyring cannot be used.
    """
    with store.read() as reader:
        runs = {run.id: run.programme_id for run in reader.all(Run)}
        names = {programme.id: programme.name for programme in reader.all(Programme)}
        found = reader.all(SealedText)
    if not found:
        return {}
    with store.keyring.read() as ring:
        there = {(key.programme_id, key.subject) for key in ring.data_keys()}
        erased = {erasure.person_id for erasure in ring.erased()}
    gone = (runs[t.run_id] for t in found
            if t.subject not in erased and (runs[t.run_id], t.subject) not in there)  # fmt: skip
    return dict(Counter(names[programme_id] for programme_id in gone))
