"""The places of a fixed selection once applications changed: given up, given again, passed on.

Every way in which applications change goes through here (decisions, withdrawals, corrections, files read
again, rules that changed), so that places follow in one way whoever begins or ceases to take part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from mentorkit.language import say
from mentorkit.matching.made import binding
from mentorkit.programme.records import Application, PairDecision, Programme, Role, Run, Tandem
from mentorkit.store import Reader, Writer

if TYPE_CHECKING:
    from mentorkit.matching.places import Key

#: Of who stands in a queue.
HELD = ("selected", "waiting")
MOVE_UP, JOIN, STEP_BACK = "selection.move_up", "selection.join", "selection.step_back"
#: Why nobody has to give up a place for one to be given back: there is a free one; nobody moved up, and all
#: are taken; or somebody did, who keeps it.
Kept = Literal["free", "taken", "approved", "locked", "changed"]


@dataclass(frozen=True)
class Placing:
    """Applications with the places they get, to be stored, and who moves up once they are."""

    applications: list[Application]
    #: The application that moves up, and the organisation whose place it takes.
    heirs: tuple[tuple[str, str], ...] = ()
    #: Other applications of the same persons, which count instead or do so no more, with their places.
    others: tuple[Application, ...] = ()

    def pass_on(self, writer: Writer) -> list[Application]:
        """Let those who wait take the places that were given up; return them as stored."""
        reason = say("Of several applications of one person another one counts now.")
        saved = writer.besides(JOIN, reason).save_all(self.others)
        return [*saved, *moved_up(writer, self.heirs)]


def moved_up(writer: Writer, heirs: Iterable[tuple[str, str]]) -> list[Application]:
    """Store who takes a place that became free, by ids of applications and names of organisations."""
    of: dict[str, list[Application]] = {}
    for application_id, organisation in heirs:
        application = writer.get(Application, application_id)
        of.setdefault(organisation, []).append(application.with_(place="selected"))
    moved = []
    for organisation, people in of.items():
        reason = say("A place of {organisation} became free.", organisation=organisation)
        moved += writer.besides(MOVE_UP, reason).save_all(people)
    return moved


def save(writer: Writer, changed: Sequence[Application]) -> list[Application]:
    """Store applications with the places they get by :func:`placed`; others move up."""
    placing = placed(writer, changed)
    saved = writer.save_all(placing.applications)
    placing.pass_on(writer)
    return saved


def join(writer: Writer, came: Sequence[Application]) -> list[Application]:
    """Give applications that were stored as new just now their places in a fixed selection."""
    placing = placed(writer, came)
    changed = [a for a, was in zip(placing.applications, came, strict=True) if a != was]
    reason = say("The application came after the selection was fixed.")
    saved = {a.id: a for a in writer.besides(JOIN, reason).save_all(changed)}
    return [saved.get(a.id, a) for a in came]


def give_back(writer: Writer, application: Application, now: Application, deed: int) -> bool:
    """Free the place that an application held before a deed, which is being undone; tell whether it is free.

    Who moved up last since then waits again, unless anything was changed about that application since, it
    is in a locked tandem, or the tandems are approved.

    Parameters
    ----------
    writer
        The transaction in which the deed is undone.
    application
        As it was before the deed, and as it will be again.
    now
        As it is until then.
    deed
        The number of the deed in the trail.
    """
    heir = giver(writer, application, now, deed)
    if isinstance(heir, Application):
        reason = say("{name} has the place again.", name=application.name)
        writer.besides(STEP_BACK, reason).save(heir.with_(place="waiting"))
        return True
    return heir == "free"


def giver(reader: Reader, application: Application, now: Application, deed: int) -> Application | Kept | None:
    """Return who has to wait again by :func:`give_back`, or why nobody; None where no place is given back."""
    from mentorkit.matching.places import key_of

    run = reader.get(Run, application.run_id)
    key = key_of(application.role, application.organisation)
    lost = now.place != "selected" or key_of(now.role, now.organisation) != key
    if not (run.selection_fixed and application.takes_part and application.place == "selected" and lost):
        return None
    return heir_since(reader, application, deed)


def heir_since(reader: Reader, application: Application, deed: int) -> Application | Kept:
    """Return who has to wait again for an application to have the place it had before a deed, or why nobody.

    Parameters
    ----------
    reader
        The transaction.
    application
        At the organisation whose place it had.
    deed
        The number of the deed in the trail.
    """
    from mentorkit.matching.places import key_of

    run = reader.get(Run, application.run_id)
    key = key_of(application.role, application.organisation)
    holders = [
        a
        for a in reader.all(Application, run_id=run.id)
        if a.place == "selected" and key_of(a.role, a.organisation) == key
    ]
    if any(a.person_id == application.person_id for a in holders):
        return "free"  # for the person: another application of the same one has it
    places = reader.get(Programme, run.programme_id).settings.quotas.of(
        application.role, application.organisation
    )
    if places is None or len(holders) < places:
        return "free"
    moved = [e for e in reader.trail(kind="application", action=MOVE_UP) if e["id"] > deed]
    latest = {a.id: e["id"] for e in moved for a in holders if a.id == e["subject"]}
    if not latest:
        return "taken"
    if run.approved_at:
        return "approved"
    heir = max(holders, key=lambda a: latest.get(a.id, 0))
    formed = reader.all(Tandem, run_id=run.id)
    locks = [d for d in binding(formed, reader.all(PairDecision, run_id=run.id)) if d.kind == "lock"]
    if heir.person_id in {getattr(d, f"{heir.role}_id") for d in locks}:
        return "locked"
    untouched = reader.trail(kind="application", subject=heir.id)[-1]["id"] == latest[heir.id]
    return heir if untouched else "changed"


def settle(writer: Writer, stored: Iterable[Application], before: Iterable[Application] = ()) -> None:
    """Store the places of applications that are stored already as they are now; see :func:`placed`."""
    stored = list(stored)
    placing = placed(writer, stored, before)
    writer.save_all([a for a, was in zip(placing.applications, stored, strict=True) if a != was])
    placing.pass_on(writer)


def placed(
    reader: Reader,
    changed: Iterable[Application],
    before: Iterable[Application] = (),
    back: Collection[str] = (),
) -> Placing:
    """Return changed applications with the places they get, and who moves up by that.

    Under a fixed selection, who takes part no more is out, and who waits moves up. Who begins to take part,
    or takes part again or for another organisation, gets a place that is free where nobody comes before on
    the waiting list, or else waits; who applied after the selection was fixed stands behind all others.
    Where another application of the same person counts then, it takes over the place.
    Nobody but the changed gets a place once the tandems are approved: then
    :func:`~mentorkit.matching.moving_up.vacancies` tells of it, and a person decides.

    Parameters
    ----------
    reader
        The transaction in which they change.
    changed
        The applications as they will be; what they say of their places does not matter.
    before
        What they were, where that is not what is stored.
    back
        Ids of those who get back a place that is free for them; see :func:`give_back`.
    """
    changed, was = list(changed), {a.id: a for a in before}
    places: dict[str, Application] = {}
    heirs: list[tuple[str, str]] = []
    others: list[Application] = []
    for run_id in dict.fromkeys(a.run_id for a in changed if a.version):
        run = reader.get(Run, run_id)
        if run.selection_fixed:
            now = {a.id: a for a in changed if a.run_id == run_id and a.version}
            placing = _Moves.of(reader, run, now, was).placing(reader, back)
            places |= {a.id: a for a in placing.applications}
            heirs += placing.heirs
            others += placing.others
    return Placing([places.get(a.id, a) for a in changed], tuple(heirs), tuple(others))


@dataclass(frozen=True)
class _Moves:
    """Who leaves a queue of a run and who comes to one; ``now`` has those who come wait."""

    run: Run
    #: All applications of the run by id.
    now: dict[str, Application]
    changed: tuple[str, ...]
    #: What of the same persons changes with them.
    others: tuple[str, ...]
    #: Where everybody who takes part stands.
    seats: Mapping[str, Key]
    came: frozenset[str]
    #: The queues in which somebody stood who left.
    left: frozenset[Key]

    @classmethod
    def of(
        cls, reader: Reader, run: Run, changed: Mapping[str, Application], was: Mapping[str, Application]
    ) -> _Moves:
        """Compare applications as they will be with what they were."""
        before = {a.id: was.get(a.id, a) for a in reader.all(Application, run_id=run.id)}
        now = before | {key: _at(a, before[key]) for key, a in changed.items()}
        stood, stand = _standing(before.values()), _standing(now.values())
        seats = {a.id: _seat(a) for a in stand.values()}
        came = set[str]()
        for person, a in stand.items():
            had = stood.get(person, a)
            if person in stood and _seat(had) == seats[a.id] and had.place in HELD:
                now[a.id] = _at(a, had)  # the place is the person's, whichever application counts
            elif a.id in changed or a.id != had.id:
                came.add(a.id)
                now[a.id] = a.with_(place="waiting")
        for key in {*changed, *(a.id for a in stood.values())} - seats.keys():
            now[key] = now[key].with_(place="out")
        left = {_seat(a) for who, a in stood.items() if who not in stand or _seat(stand[who]) != _seat(a)}
        others = (a.id for a in before.values() if a.id not in changed and now[a.id].place != a.place)
        return cls(run, now, tuple(changed), tuple(others), seats, frozenset(came), frozenset(left))

    def placing(self, reader: Reader, back: Collection[str]) -> Placing:
        """Give those who come the places that are free, and to others those that were given up."""
        free, heirs = set(self.came & set(back)), list[tuple[str, str]]()
        for key in free:
            self.now[key] = self.now[key].with_(place="selected")
        for application_id, organisation in self._next(reader) if self.came or self.left else ():
            if application_id in self.came:
                free.add(application_id)
            elif self.seats[application_id] in self.left and not self.run.approved_at:
                heirs.append((application_id, organisation))
        changed, others = (
            [self.now[key].with_(place="selected") if key in free else self.now[key] for key in keys]
            for keys in (self.changed, self.others)
        )
        return Placing(changed, tuple(heirs), tuple(others))

    def _next(self, reader: Reader) -> Iterable[tuple[str, str]]:
        """Yield who is to get a free place of the queues concerned, with the organisation."""
        from mentorkit.matching.basis import gather
        from mentorkit.matching.places import key_of
        from mentorkit.matching.ranking import queues_of

        data = replace(
            gather(reader, self.run, dated=self.run.orders.by_receipt), applications=list(self.now.values())
        )
        queues = {key_of(queue.role, queue.organisation): queue for queue in queues_of(data)}
        yield from ((key, "") for key in self.came if self.seats[key] not in queues)  # there is no quota
        touched = {self.seats[key] for key in self.came} | self.left
        if not any(queues[key].vacant for key in touched & queues.keys()):
            return
        for vacancy in data.select().vacancies(data.settings.quotas):
            if key_of(vacancy.role, vacancy.organisation) in touched:
                yield from ((place.application_id, vacancy.organisation) for place in vacancy.next)


def _at(application: Application, before: Application) -> Application:
    """Return an application at the place it had."""
    return application if application.place == before.place else application.with_(place=before.place)


def _standing(applications: Iterable[Application]) -> dict[tuple[Role, str], Application]:
    """Return the application that counts of everybody who takes part, by role and person."""
    from mentorkit.matching.pool import pool_of

    pool = pool_of(applications)
    return {(a.role, a.person_id): a for a in (*pool.mentees, *pool.mentors)}


def _seat(application: Application) -> Key:
    from mentorkit.matching.places import key_of

    return key_of(application.role, application.organisation)
