"""Line managers and others whom people named in confidence: the programme lead reads and enters them.

Nobody else does: an organisation's coordination may be the superior herself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.intake.stored import check_version
from mentorkit.language import later, say
from mentorkit.matching.named import People, says_nobody
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, NamedConflict, Run, Tandem
from mentorkit.store import Reader, Store

READ, CHANGE = "conflict.read", "conflict.change"
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
        Whom the text fits as well, and who is not kept apart.
    sure
        Whether nobody has to look at it.
    certain
        Of whom of those who are meant that is sure, as of one of two names.
    formed
        Whether one of those who are meant is in an approved tandem with her.
    """

    conflict: NamedConflict
    by: Application
    meant: tuple[Application, ...]
    others: tuple[Application, ...]
    sure: bool
    certain: tuple[Application, ...] = ()
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
    meaning = people.meaning(conflict)
    return Shown(
        conflict,
        by,
        people.applications(meaning.people),
        people.applications(meaning.others),
        meaning.sure,
        people.applications(meaning.certain),
        any({(by.person_id, one), (one, by.person_id)} & tandems for one in meaning.people),
    )


def enter(
    store: Store, actor: Actor, application_id: str, kind: Kind, whom: str | Application
) -> NamedConflict:
    """Enter whom somebody named: an applicant, or what was said of somebody who may apply yet.

    Raises
    ------
    NotAllowed
        If the actor may not (``conflict.change``).
    NotFound
        If there is no such application in the run.
    RuleBroken
        If the text names nobody, or is too long.
    """
    meant = whom.id if isinstance(whom, Application) else ""
    with store.write(actor.name, "conflict.enter") as writer:
        run_id = _seen(writer, actor, application_id).run_id
        said = writer.get(Application, meant).name if meant else str(whom)
        _check(text := " ".join(said.split()))
        for stored in writer.all(NamedConflict, application_id=application_id, text=text):
            if stored.kind == kind and (not meant or stored.meant == (meant,)):
                return stored
        new_id = writer.new_id(NamedConflict)
        new = NamedConflict(id=new_id, run_id=run_id, application_id=application_id, kind=kind, text=text)
        return writer.save(_decided(writer, actor, new, [meant]) if meant else new)


def _check(text: str) -> None:
    if len(text) > LONGEST:
        raise RuleBroken(say("This is longer than {n} characters. Please enter the names only.", n=LONGEST))
    if says_nobody(text):
        raise RuleBroken(say("Please enter a first and a last name."))


def decide(
    store: Store, actor: Actor, conflict_id: str, meant: Sequence[str] | None, version: int
) -> NamedConflict:
    """Say who is meant, by ids of applications; none of them for nobody who applied, None to read the text.

    Raises
    ------
    NotAllowed, NotFound
        As :func:`enter`, or if one who is meant did not apply for the run.
    StaleRecord
        If somebody changed it in the meantime.
    """
    with store.write(actor.name, "conflict.decide") as writer:
        conflict = _of(writer, actor, conflict_id, version)
        if meant is None:
            return writer.save(conflict.with_(meant=(), seen=(), decided_by=""))
        return writer.save(_decided(writer, actor, conflict, meant))


def remove(store: Store, actor: Actor, conflict_id: str, version: int) -> None:
    """Take away what somebody named.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        As :func:`decide`.
    """
    with store.write(actor.name, "conflict.remove") as writer:
        writer.delete(_of(writer, actor, conflict_id, version))


def _decided(reader: Reader, actor: Actor, conflict: NamedConflict, meant: Sequence[str]) -> NamedConflict:
    """Return what was named with the decision who is meant."""
    there = reader.all(Application, run_id=conflict.run_id)
    if not set(meant) <= {a.id for a in there}:
        raise NotFound(say("There is no such application in this run."))
    people = People(there)
    read = people.read(conflict)
    seen = tuple(a.id for a in people.applications(read.people | read.others))
    return conflict.with_(meant=tuple(meant), seen=seen, decided_by=actor.name)


def _seen(reader: Reader, actor: Actor, application_id: str) -> Application:
    application = reader.get(Application, application_id)
    actor.require(CHANGE, reader.get(Run, application.run_id).programme_id)
    return application


def _of(reader: Reader, actor: Actor, conflict_id: str, version: int) -> NamedConflict:
    conflict = reader.get(NamedConflict, conflict_id)
    _seen(reader, actor, conflict.application_id)
    check_version(conflict, version)
    return conflict
