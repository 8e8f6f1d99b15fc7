"""Line managers and others whom people named in confidence: the programme lead reads and enters them.

Nobody else does, not even whoever takes in the file that says them: an organisation's coordination may be the
superior herself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.intake.stored import CONFIDE, check_version
from mentorkit.language import later, say
from mentorkit.matching.named import People, says_nobody
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, NamedConflict, Run, Tandem
from mentorkit.store import Reader, Store, Writer

READ = "conflict.read"
Kind = Literal["line_manager", "not_with"]
KINDS: dict[Kind, str] = {
    "line_manager": later("Line manager"),
    "not_with": later("No tandem with (confidential)"),
}
#: What is longer, in characters, is refused.
LONGEST = 500


@dataclass(frozen=True)
class Shown:
    """What somebody named, as the programme lead sees it.

    Attributes
    ----------
    conflict, by
        What was named, and the application of who named it.
    meant
        Who is kept apart from her.
    others
        Who else could be in a tandem with her.
    sure
        Whether nobody has to look at it.
    formed
        Whether one of those who are meant is in an approved tandem with her.
    """

    conflict: NamedConflict
    by: Application
    meant: tuple[Application, ...]
    others: tuple[Application, ...]
    sure: bool
    formed: bool = False


def named(store: Store, actor: Actor, run_id: str) -> list[Shown]:
    """Return what was named in a run, in the order it was entered; what is to be looked at first.

    Raises
    ------
    NotAllowed
        If the actor may not read what was said in confidence (``conflict.read``).
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        actor.require(READ, run.programme_id)
        applications = reader.all(Application, run_id=run_id)
        conflicts = reader.all(NamedConflict, run_id=run_id)
        tandems = {(t.mentee_id, t.mentor_id) for t in reader.all(Tandem, run_id=run_id)}
    people, by_id = People(applications), {a.id: a for a in applications}
    found = [_shown(c, by_id[c.application_id], people, tandems) for c in conflicts]
    return sorted(found, key=lambda shown: shown.sure and not shown.formed)


def _shown(conflict: NamedConflict, by: Application, people: People, tandems: set[tuple[str, str]]) -> Shown:
    meaning, partners = people.meaning(conflict), people.partners(by)
    return Shown(
        conflict,
        by,
        tuple(a for a in partners if a.person_id in meaning.people),
        tuple(a for a in partners if a.person_id not in meaning.people),
        meaning.sure,
        any({(by.person_id, one), (one, by.person_id)} & tandems for one in meaning.people),
    )


def enter(store: Store, actor: Actor, application_id: str, kind: Kind, text: str) -> NamedConflict:
    """Enter whom somebody named.

    Raises
    ------
    NotAllowed
        If the actor may not (``conflict.change``).
    NotFound
        If there is no such application.
    RuleBroken
        If the text names nobody, or is too long.
    """
    text = " ".join(text.split())
    if says_nobody(text) or len(text) > LONGEST:
        raise RuleBroken(say("Please enter a first and a last name."))
    with store.write(actor.name, "conflict.enter") as writer:
        run_id = _seen(writer, actor, application_id).run_id
        _enter(writer, run_id, [(application_id, kind, text)])
        stored = writer.all(NamedConflict, run_id=run_id, application_id=application_id)
        return next(conflict for conflict in stored if _key(conflict) == (application_id, kind, text))


def decide(
    store: Store, actor: Actor, conflict_id: str, meant: Sequence[str] | None, version: int
) -> NamedConflict:
    """Say who is meant, by ids of applications; none of them for nobody who applied, None to read the text.

    Raises
    ------
    NotAllowed, NotFound
        As :func:`enter`; or if one who is meant did not apply for the run.
    StaleRecord
        If somebody changed it in the meantime.
    """
    with store.write(actor.name, "conflict.decide") as writer:
        conflict = _of(writer, actor, conflict_id, version)
        if meant is None:
            return writer.save(conflict.with_(meant=(), decided_by=""))
        there = writer.versions(Application, run_id=conflict.run_id)
        if not set(meant) <= there.keys():
            raise NotFound(say("There is no such application in this run."))
        return writer.save(conflict.with_(meant=tuple(meant), decided_by=actor.name))


def remove(store: Store, actor: Actor, conflict_id: str, version: int) -> None:
    """Take away what somebody named.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        As :func:`decide`.
    """
    with store.write(actor.name, "conflict.remove") as writer:
        writer.delete(_of(writer, actor, conflict_id, version))


def take_in(writer: Writer, actor: Actor, run: Run, told: Iterable[tuple[str, Mapping[str, str]]]) -> None:
    """Enter what a file says, by ids of applications, if the actor may; it takes nothing away.

    ``writer`` is that of the transaction that takes in the file.
    """
    if not actor.may(CONFIDE, run.programme_id):
        return
    wanted = [
        (application_id, kind, text)
        for application_id, said in told
        for kind, text in said.items()
        if not says_nobody(text)
    ]
    _enter(writer.besides("conflict.enter"), run.id, wanted)


def _enter(writer: Writer, run_id: str, told: Sequence[tuple[str, str, str]]) -> None:
    """Store what was named, as application, kind and text, unless it stands there already."""
    if not told:
        return
    known = {_key(conflict) for conflict in writer.all(NamedConflict, run_id=run_id)}
    for key in dict.fromkeys(told):
        if key not in known:
            new_id = writer.new_id(NamedConflict)
            fields = dict(zip(("application_id", "kind", "text"), key, strict=True))
            writer.save(NamedConflict.model_validate({"id": new_id, "run_id": run_id, **fields}))


def _key(conflict: NamedConflict) -> tuple[str, str, str]:
    return conflict.application_id, conflict.kind, conflict.text


def _seen(reader: Reader, actor: Actor, application_id: str) -> Application:
    application = reader.get(Application, application_id)
    actor.require(CONFIDE, reader.get(Run, application.run_id).programme_id)
    return application


def _of(reader: Reader, actor: Actor, conflict_id: str, version: int) -> NamedConflict:
    conflict = reader.get(NamedConflict, conflict_id)
    _seen(reader, actor, conflict.application_id)
    check_version(conflict, version)
    return conflict
