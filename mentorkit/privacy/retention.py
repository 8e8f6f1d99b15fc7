"""Erasing what was kept long enough: what is due, beforehand, and doing it, as a job too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from mentorkit.errors import MentorkitError
from mentorkit.intake.people import by_last_name
from mentorkit.privacy.erasing import Plan, carry_out, plan_of, plan_of_records
from mentorkit.privacy.erasure import clean, prepared
from mentorkit.privacy.history_people import enter, find_told, told_alone
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import LoginLink, SealedText, Session
from mentorkit.privacy.replay import journal, was_erased
from mentorkit.programme.records import (
    Application,
    Draft,
    EarlierTandem,
    FormLink,
    NamedConflict,
    Person,
    Programme,
    Prospect,
    Record,
    Run,
    Settlement,
    Tandem,
)
from mentorkit.programme.retention import KindKept, kept_until, months_after, months_kept
from mentorkit.store import Reader, Store, Writer
from mentorkit.store.tables import TABLES

READ, APPLY = "retention.read", "retention.apply"
_RECORDS: dict[KindKept, tuple[type[Record], ...]] = {
    "asked": (Prospect,),
    "confidential": (SealedText, NamedConflict, Settlement),
    "unfinished": (Draft, FormLink),
}
_SINGLE: tuple[type[Record], ...] = (*(k for kinds in _RECORDS.values() for k in kinds), Session, LoginLink)
_BY_NAME = {kind.__name__: kind for kind in _SINGLE}
#: So many people are erased at once; one by one where that fails.
_AT_ONCE = 25


@dataclass(frozen=True)
class Due:
    """Data of one kind in one run, or of log-ins and history sheets in none.

    Attributes
    ----------
    kind, programme_id, run_id
    until
        The last day on which they are kept; None while the end of the run is unknown.
    due
        Whether that is past.
    ids
        Of what is erased: applications, other records, or numbers of entries of the trail.
    whole
        Ids of the persons among them of whom nothing stays, as nothing else of theirs is kept any longer.
    names
        Whose they are, by last name, for who may see them.
    """

    kind: KindKept
    programme_id: str
    run_id: str
    until: dt.date | None
    due: bool
    ids: tuple[str, ...]
    whole: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[str, str, str]:
        """By what the same data are known in another preview."""
        return self.kind, self.programme_id, self.run_id

    @property
    def n(self) -> int:
        """How many."""
        return len(self.ids)


@dataclass(frozen=True)
class Preview:
    """What is kept until when, and what of it is due on a day."""

    today: dt.date
    kept: tuple[Due, ...]

    @property
    def due(self) -> tuple[Due, ...]:
        """What is to be erased now."""
        return tuple(item for item in self.kept if item.due)


@dataclass(frozen=True)
class Done:
    """What was erased, by kind and run, and what could not be, with the reason."""

    erased: tuple[Due, ...]
    failed: tuple[tuple[Due, str], ...]


def preview(store: Store, actor: Actor, today: dt.date) -> Preview:
    """Return what is kept until when in the programmes of the actor. Changes nothing.

    Raises
    ------
    NotAllowed
        If the actor may look at it in no programme (``retention.read``).
    """
    with store.read() as reader:
        return Preview(today, tuple(_kept(reader, actor, READ, today)))


def _kept(reader: Reader, actor: Actor, right: str, today: dt.date) -> Iterator[Due]:
    programmes = [p for p in reader.all(Programme) if actor.may(right, p.id)]
    if not programmes:
        raise actor.refusal(right)
    past = _past_by_run(reader)
    for programme in programmes:
        needed = _needed(reader, programme, today)
        for run in reader.all(Run, programme_id=programme.id):
            yield from (
                item for item in _of_run(reader, actor, programme, run, today, past, needed) if item.n
            )
        history = _history(reader, actor, programme, today)
        if history.n:
            yield history
    log_ins = _log_ins(reader, programmes, today)
    if log_ins.n:
        yield log_ins


def _of_run(  # noqa: PLR0913, PLR0917 - what one run takes
    reader: Reader,
    actor: Actor,
    programme: Programme,
    run: Run,
    today: dt.date,
    past: dict[str, list[str]],
    needed: set[str],
) -> Iterator[Due]:
    def item(kind: KindKept, ids: Sequence[str]) -> Due:
        until = kept_until(run, programme.settings, kind)
        return Due(kind, programme.id, run.id, until, until is not None and today > until, tuple(ids))

    everybody = reader.all(Application, run_id=run.id)
    applications = [a for a in everybody if not a.erased]
    # of whom something was kept for longer than her application, and who is not erased yet
    others = [a for a in everybody if a.erased and not was_erased(reader, a.person_id)]
    tandems = reader.all(Tandem, run_id=run.id)
    paired = {i for t in tandems for i in (t.mentee_id, t.mentor_id)}
    shown = actor.may("application.read", programme.id)
    kinds: tuple[tuple[KindKept, bool], ...] = (("took_part", True), ("not_chosen", False))
    for kind, was_in in kinds:
        of_kind = sorted((a for a in applications if (a.person_id in paired) is was_in), key=by_last_name)
        found = item(kind, [a.id for a in of_kind])
        if found.due:
            left = [a for a in others if (a.person_id in paired) is was_in]
            late = [
                a
                for a in (*of_kind, *left)
                if a.person_id not in needed and _is_last(reader, programme, a, today)
            ]
            ids = dict.fromkeys((*found.ids, *(a.id for a in late)))
            found = replace(found, ids=tuple(ids), whole=tuple(dict.fromkeys(a.person_id for a in late)))
            of_kind = list({a.id: a for a in (*of_kind, *late)}.values())
        yield replace(found, names=tuple(dict.fromkeys(a.name for a in of_kind)) if shown else ())
    for kind, records in _RECORDS.items():
        yield item(kind, [f"{k.__name__} {r.id}" for k in records for r in reader.all(k, run_id=run.id)])
    yield item("past", past.get(run.id, []))


def _is_last(reader: Reader, programme: Programme, application: Application, today: dt.date) -> bool:
    """Tell whether a person is in no other run of which her data are still kept."""
    for other in reader.all(Application, person_id=application.person_id):
        if other.id == application.id or other.erased:
            continue
        sides = ({"mentee_id": other.person_id}, {"mentor_id": other.person_id})
        paired = any(reader.all(Tandem, run_id=other.run_id, **side) for side in sides)
        if _is_kept(reader.get(Run, other.run_id), programme, "took_part" if paired else "not_chosen", today):
            return False
    return True


def _is_kept(run: Run, programme: Programme, kind: KindKept, today: dt.date) -> bool:
    until = kept_until(run, programme.settings, kind)
    return until is None or today <= until


def _needed(reader: Reader, programme: Programme, today: dt.date) -> set[str]:
    """Return the persons of whom something besides applications is still kept, by its own time."""
    found = set[str]()
    for run in reader.all(Run, programme_id=programme.id):
        person_of = {a.id: a.person_id for a in reader.all(Application, run_id=run.id)}
        kept = [kinds for kind, kinds in _RECORDS.items() if _is_kept(run, programme, kind, today)]
        for record in (r for kinds in kept for kind in kinds for r in reader.all(kind, run_id=run.id)):
            ids = [getattr(record, name, None) for name in ("person_id", "mentee_id", "mentor_id")]
            ids.append(person_of.get(getattr(record, "application_id", None) or ""))
            found.update(filter(None, ids))
    return found


def _past_by_run(reader: Reader) -> dict[str, list[str]]:
    """Return the numbers of the entries whose past is still known, by the run that they are about."""
    found: dict[str, list[str]] = {}
    for number, run_id in reader.past_by_run():
        found.setdefault(run_id, []).append(str(number))
    return found


def _history(reader: Reader, actor: Actor, programme: Programme, today: dt.date) -> Due:
    """Return those of whom history sheets alone tell and whose last sheet was taken in long ago."""
    months = months_kept(programme.settings, "history")
    people = told_alone(reader, programme.id)
    came: dict[str, dt.datetime] = {}
    for entry in reader.trail(kind=TABLES[EarlierTandem].name) if people else ():
        came.setdefault(entry["subject"], entry["at"])
    long_ago = [
        told
        for told in people
        if all(t.id in came and months_after(came[t.id].date(), months) < today for t, _ in told.sides)
    ]
    names = tuple(told.name for told in long_ago) if actor.may("application.read", programme.id) else ()
    ids = tuple(told.id for told in long_ago)
    return Due("history", programme.id, "", None, True, ids, whole=ids, names=names)


def _log_ins(reader: Reader, programmes: Sequence[Programme], today: dt.date) -> Due:
    """Return the log-ins that ended long ago; they belong to no programme, so the longest time counts."""
    months = max(months_kept(programme.settings, "log_ins") for programme in programmes)
    ended = [(f"Session {s.id}", s.ended_at or s.seen_at) for s in reader.all(Session)]
    ended += [(f"LoginLink {k.id}", k.used_at or k.expires_at) for k in reader.all(LoginLink)]
    ids = tuple(i for i, at in ended if months_after(at.date(), months) < today)
    return Due("log_ins", "", "", None, True, ids)


# -- doing it -------------------------------------------------------------------------------------


def apply(
    store: Store,
    actor: Actor,
    preview: Preview,
    progress: Callable[[int, int], None] | None = None,
) -> Done:
    """Erase what is due, as far as the actor saw it; what cannot be erased does not keep the rest.

    Parameters
    ----------
    store, actor
        Where and who.
    preview
        What the actor saw.
    progress
        Told how many parts of how many are done.

    Raises
    ------
    NotAllowed
        If the actor may do so in no programme (``retention.apply``).
    """
    with store.read() as reader:
        now = {item.about: item for item in _kept(reader, actor, APPLY, preview.today)}
    seen = [_both(item, now[item.about]) for item in preview.due if item.about in now]
    parts = [part for item in seen for part in _parts(item)]
    ring = prepared(store)
    erased: list[Due] = []
    failed: list[tuple[Due, str]] = []
    try:
        for k, part in enumerate(parts, 1):
            for piece, why in _tried(store, actor, part):
                if why:
                    failed.append((piece, why))
                else:
                    erased.append(piece)
            if progress is not None:
                progress(k, len(parts))
    finally:  # also where it is stopped: what is erased by then has no use for its keys
        clean(store, ring)
    return Done(tuple(erased), tuple(failed))


def _both(seen: Due, now: Due) -> Due:
    """Return what is due and was seen to be; of whom more is known by now, less goes."""
    ids = tuple(i for i in seen.ids if i in set(now.ids))
    return replace(seen, ids=ids, whole=tuple(i for i in seen.whole if i in set(now.whole)))


def _parts(item: Due) -> Iterator[Due]:
    """Yield what is erased at once: a few people, or all records of a kind in a run."""
    size = _AT_ONCE if item.kind in ("took_part", "not_chosen", "history") else max(item.n, 1)
    for start in range(0, item.n, size):
        yield replace(item, ids=item.ids[start : start + size])


def _tried(store: Store, actor: Actor, part: Due) -> Iterator[tuple[Due, str]]:
    """Erase a part, one by one if that fails; yield what was tried, with the reason why it failed."""
    try:
        _erase(store, actor, part)
        yield part, ""
    except MentorkitError as error:
        if part.n == 1:
            yield part, str(error)
            return
        for one in part.ids:
            yield from _tried(store, actor, replace(part, ids=(one,)))


def _erase(store: Store, actor: Actor, part: Due) -> None:
    with journal(store.keyring) as note, store.write(actor.name, APPLY) as writer:
        actor.require(APPLY, part.programme_id or None)
        if part.kind == "past":
            _forget(writer, part)
            return
        for plan in _plans(writer, actor, part):
            note(carry_out(writer, plan), plan.subjects)


def _plans(writer: Writer, actor: Actor, part: Due) -> Iterator[Plan]:
    """Yield what erasing a part takes; each is made when the one before is done."""
    by, at = actor.name, writer.at
    if part.kind == "history":
        entered, history = list[Person](), dict[str, EarlierTandem]()
        for told in filter(None, (find_told(writer, i) for i in part.ids)):
            person, tandems = enter(writer, told)
            entered.append(person)
            history |= {tandem.id: tandem for tandem in tandems}
        yield plan_of(writer, by, at, entered, history=tuple(history.values()))
        return
    if part.kind not in ("took_part", "not_chosen"):
        # what was somebody's who was erased just now is gone with her
        yield plan_of_records(by, at, [record for i in part.ids if (record := _record(writer, i))])
        return
    found = [
        a
        for a in (writer.get(Application, i) for i in part.ids)
        if not (was_erased(writer, a.person_id) if a.person_id in part.whole else a.erased)
    ]
    whole = {a.person_id for a in found} & {*part.whole}
    if people := [writer.get(Person, i) for i in sorted(whole)]:
        yield plan_of(writer, by, at, people)
    if contents := [a for a in found if a.person_id not in whole]:
        yield plan_of(writer, by, at, contents=contents)


def _record(writer: Writer, named: str) -> Record | None:
    name, _, record_id = named.partition(" ")
    return writer.find(_BY_NAME[name], record_id)


def _forget(writer: Writer, part: Due) -> None:
    kinds = {table.name: kind for kind, table in TABLES.items()}
    by_record: dict[tuple[str, str], list[int]] = {}
    for number, kind, subject in writer.entries([int(i) for i in part.ids]):
        by_record.setdefault((kind, subject), []).append(number)
    for (kind, subject), numbers in by_record.items():
        writer.forget(kinds[kind], subject, numbers)


def to_json(found: Preview | Done) -> dict[str, object]:
    """Return what is due, or was done, for a command's JSON."""

    def told(item: Due) -> dict[str, object]:
        return {
            "kind": item.kind, "programme": item.programme_id, "run": item.run_id or None,
            "until": item.until, "due": item.due, "n": item.n, "people_erased": len(item.whole),
        }  # fmt: skip

    if isinstance(found, Preview):
        return {"today": found.today, "kept": [told(item) for item in found.kept]}
    return {
        "erased": [told(item) for item in found.erased],
        "failed": [{**told(item), "why": why} for item, why in found.failed],
    }
