"""Taking applications in, mending and overruling them, in the hands of an actor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mentorkit.errors import RuleBroken, StaleRecord, StoreError
from mentorkit.intake.assess import mended as mended_entries
from mentorkit.intake.assess import revised
from mentorkit.intake.context import Change, Context
from mentorkit.intake.intake import Intake, check_fields, check_overruling, mentors_of, wishes_in
from mentorkit.intake.names import name_key
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.people import Acquaintances, Register, email_key
from mentorkit.intake.reading import read
from mentorkit.intake.sheets import FileLike
from mentorkit.language import say
from mentorkit.language.formats import listing
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    Organisation,
    Overruling,
    Person,
    Programme,
    Run,
    Wish,
)
from mentorkit.store import Reader, Store, Writer

TAKE_IN, MEND, OVERRULE = "application.take_in", "application.mend", "application.overrule"


def context_of(store: Store, actor: Actor, run_id: str) -> Context:
    """Return what an intake has to know of a run, for :meth:`Intake.from_draft`.

    Raises
    ------
    NotAllowed
        If the actor may not take in applications.
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        return _context(reader, actor, run_id)


def intake(  # noqa: PLR0913 - two of the six are named
    store: Store,
    actor: Actor,
    run_id: str,
    files: Sequence[FileLike],
    *,
    commit: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Intake:
    """Read application files and, unless told otherwise, take them in.

    The same file again changes nothing; a corrected one updates what changed, unless a person decided on
    it since.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run.
    files
        Paths, or names with contents. What cannot be read is refused by name, the others are taken.
    commit
        Whether to store what was read.
    progress
        Called with the number of files read and their total.

    Raises
    ------
    NotAllowed
        If the actor may not take in applications.
    StoreError
        If the workbench cannot be written.
    """
    result = read(files, context_of(store, actor, run_id), progress)
    return _commit(store, actor, run_id, result) if commit else result


def commit(store: Store, actor: Actor, run_id: str, intake: Intake) -> Intake:
    """Store an intake with the decisions taken on it, and return it as stored.

    Each file is taken in by a transaction of its own, as it came; then its rows are mended and overruled,
    so that the trail tells who said what.

    Raises
    ------
    NotAllowed
        If the actor may not do something of it; nothing is stored then.
    StoreError
        If the workbench cannot be written.
    """
    return _commit(store, actor, run_id, intake)


def mend(
    store: Store, actor: Actor, application_id: str, entries: Mapping[str, str], version: int
) -> Application:
    """Correct entries of an application, which is judged anew.

    Parameters
    ----------
    store, actor, application_id
        Where, who, and which application.
    entries
        New texts by field; an empty text takes the entry away.
    version
        The version the actor saw.

    Raises
    ------
    NotAllowed
        If the actor may not mend it, or not move it to the organisation given.
    NotFound
        If there is no such application or field.
    StaleRecord
        If somebody changed it in the meantime.
    """
    check_fields(entries)
    with store.write(actor.name, MEND) as writer:
        application, context = _seen(writer, actor, application_id, version, MEND)
        saved = _save_mended(writer, actor, context, application, entries)
        _settle_wishes(writer, context.run)
    return saved


def overrule(store: Store, actor: Actor, application_id: str, reason: str, version: int) -> Application:
    """Accept an application against the machine's judgement, with a reason.

    Raises
    ------
    NotAllowed
        If the actor may not overrule.
    NotFound
        If there is no such application.
    RuleBroken
        If there is no reason, or the application must be mended first, or is in order anyway.
    StaleRecord
        If somebody changed it in the meantime.
    """
    with store.write(actor.name, OVERRULE, reason.strip()) as writer:
        application, _ = _seen(writer, actor, application_id, version, OVERRULE)
        check_overruling(application, reason)
        decision = Overruling(by=actor.name, at=writer.at, reason=reason.strip())
        return writer.save(application.with_(overruled=decision))


def withdraw_overruling(
    store: Store, actor: Actor, application_id: str, reason: str, version: int
) -> Application:
    """Take back an overruling, with a reason: the machine's judgement holds again.

    Raises
    ------
    NotAllowed
        If the actor may not overrule.
    NotFound
        If there is no such application.
    RuleBroken
        If there is no reason.
    StaleRecord
        If somebody changed it in the meantime.
    """
    with store.write(actor.name, OVERRULE, reason.strip()) as writer:
        application, _ = _seen(writer, actor, application_id, version, OVERRULE)
        check_overruling(application, reason)
        if application.overruled is None:
            raise RuleBroken(say("{name}: there is no decision to take back.", name=application.name))
        return writer.save(application.with_(overruled=None))


def applications(store: Store, actor: Actor, run_id: str) -> list[Application]:
    """Return the applications of a run that the actor may see, in the order they were made.

    Raises
    ------
    NotAllowed
        If the actor may see none.
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        own = _scope(actor, "application.read", run)
        found = reader.all(Application, run_id=run_id)
    return [a for a in found if own is None or a.organisation in own]


# -- what is stored -------------------------------------------------------------------------------


def _scope(actor: Actor, action: str, run: Run) -> frozenset[str] | None:
    """Return the organisations the actor may do this for; None for all."""
    scopes = actor.scopes(action, run.programme_id)
    if not scopes:
        actor.require(action, run.programme_id)
    return None if None in scopes else frozenset(scope for scope in scopes if scope)


def _context(reader: Reader, actor: Actor, run_id: str, action: str = TAKE_IN) -> Context:
    run = reader.get(Run, run_id)
    own = _scope(actor, action, run)
    stored = tuple(reader.all(Application, run_id=run_id))
    return Context(
        run=run,
        settings=reader.get(Programme, run.programme_id).settings,
        applications=stored,
        organisations=tuple(reader.all(Organisation, programme_id=run.programme_id)),
        earlier=tuple(reader.all(EarlierTandem, programme_id=run.programme_id)),
        originals=_originals(reader, {a.id for a in stored}),
        own=own,
    )


def _originals(reader: Reader, ids: set[str]) -> dict[str, dict[str, str]]:
    """Return what the file had said, of the applications that were mended since."""
    touched = {entry["subject"] for entry in reader.trail(kind="application", action=MEND)} & ids
    found: dict[str, dict[str, str]] = {}
    for subject in touched:
        for entry in reader.trail(kind="application", subject=subject):
            if entry["action"] == MEND:
                break
            if entry["action"] == TAKE_IN and entry["after"]:
                found[subject] = dict(entry["after"]["entries"])
    return found


def _seen(
    writer: Writer, actor: Actor, application_id: str, version: int, action: str
) -> tuple[Application, Context]:
    """Return an application as the actor saw it: saving it is refused if it was changed since."""
    application = writer.get(Application, application_id)
    run = writer.get(Run, application.run_id)
    actor.require(action, run.programme_id, application.organisation)
    if application.version != version:
        raise StaleRecord(
            say("Somebody else changed this in the meantime. Please look at both versions and decide again."),
            mine=application.with_(version=version),
            theirs=application,
        )
    return application, _context(writer, actor, run.id, action)


# -- committing -----------------------------------------------------------------------------------


@dataclass
class _Taking:
    """One transaction in which applications are stored."""

    writer: Writer
    actor: Actor
    action: str
    context: Context
    register: Register
    known: Organisations
    organisations: set[str]

    @classmethod
    def begin(
        cls, writer: Writer, actor: Actor, action: str, context: Context, known: Organisations
    ) -> _Taking:
        people = writer.all(Person, programme_id=context.run.programme_id)
        named = {o.name for o in context.organisations}
        return cls(writer, actor, action, context, Register(people), known, named)

    def save(self, application: Application) -> Application:
        """Store an application that is new or changed, with its person and organisation.

        Raises
        ------
        NotAllowed
            If the actor may not do so for the organisation it comes to, or the one it came from.
        """
        programme_id = self.context.run.programme_id
        self.actor.require(self.action, programme_id, application.organisation)
        if application.version:
            before = self.writer.get(Application, application.id)
            self.actor.require(self.action, programme_id, before.organisation)
            person = self._person_of(application)
        else:
            person = self.register.find(application) or self._new_person(application)
            application = application.with_(id=self.writer.new_id(Application))
        self._ensure_organisation(application.organisation)
        return self.writer.save(application.with_(person_id=person.id))

    def _new_person(self, application: Application) -> Person:
        person = self.writer.save(
            Person(
                id=self.writer.new_id(Person),
                programme_id=self.context.run.programme_id,
                first_name=application.first_name,
                last_name=application.last_name,
                email=application.answers.get("email"),
            )
        )
        self.register.add(person)
        return person

    def _person_of(self, application: Application) -> Person:
        """Return the person of a changed application, changed as well unless others rely on it."""
        person = self.writer.get(Person, application.person_id)
        changed = person.with_(
            first_name=application.first_name,
            last_name=application.last_name,
            email=application.answers.get("email"),
        )
        if changed == person:
            return person
        others = self.writer.all(Application, person_id=person.id)
        if len(others) > 1 and _identity(changed) != _identity(person):
            return self.register.find(application) or self._new_person(application)
        changed = self.writer.save(changed)
        self.register.add(changed)
        return changed

    def _ensure_organisation(self, name: str | None) -> None:
        settings = self.context.settings.organisations
        if not name or name in self.organisations or settings.kind == "none":
            return
        if settings.kind == "open" or name in settings.names:
            programme_id = self.context.run.programme_id
            new_id = self.writer.new_id(Organisation)
            self.writer.save(Organisation(id=new_id, programme_id=programme_id, name=name))
            self.organisations.add(name)

    def save_earlier(self, tandem: EarlierTandem) -> None:
        """Store a tandem of an earlier run, unless it is known."""
        named = {
            field: self.known.match(text).name or text
            for field in ("mentee_organisation", "mentor_organisation")
            if (text := getattr(tandem, field))
        }
        self.writer.save(tandem.with_(id=self.writer.new_id(EarlierTandem), **named))


def _identity(person: Person) -> tuple[object, ...]:
    return name_key(person.first_name, person.last_name), email_key(person.email)


def _commit(store: Store, actor: Actor, run_id: str, given: Intake) -> Intake:
    given = given.with_context(context_of(store, actor, run_id))
    _check_decisions(actor, given)
    changes: dict[str, Change] = {row.raw.id: row.change for row in given.rows}
    ids: dict[str, str] = {row.raw.id: row.application.id for row in given.rows}
    taken: list[str] = []
    for place, file in enumerate(given.files):
        if file.status != "read":
            continue
        try:
            ids |= _take_file(store, actor, run_id, given, place)
        except StoreError as error:
            raise _stopped(error, taken) from error
        taken.append(file.file)
    _decide(store, actor, given, ids)
    with store.write(actor.name, TAKE_IN) as writer:
        _settle_wishes(writer, given.context.run)
    return given.with_context(
        context_of(store, actor, run_id), mended={}, overrulings={}, committed=True, changes=changes
    )


def _stopped(error: StoreError, taken: list[str]) -> StoreError:
    """Say which files are in the store already when it refuses a further one."""
    if not taken:
        return error
    return StoreError(
        say(
            "{why} Taken in before that: {files}. Reading all files again later adds the others only.",
            why=error,
            files=listing(taken),
        )
    )


def _check_decisions(actor: Actor, given: Intake) -> None:
    programme_id = given.context.run.programme_id
    for row in given.rows:
        for action, decided in ((MEND, given.mended), (OVERRULE, given.overrulings)):
            if row.raw.id in decided:
                actor.require(action, programme_id, row.application.organisation)


def _take_file(store: Store, actor: Actor, run_id: str, given: Intake, place: int) -> dict[str, str]:
    """Store the rows of one file as they came; return their ids."""
    file = given.files[place].file
    ids = {}
    with store.write(actor.name, TAKE_IN, file) as writer:
        # judged once more, now that nobody else can write
        fresh = given.with_context(_context(writer, actor, run_id), mended={}, overrulings={})
        taking = _Taking.begin(writer, actor, TAKE_IN, fresh.context, fresh.organisations)
        for row in fresh.rows:
            if row.raw.file != place:
                continue
            wanted = row.change in ("new", "changed")
            ids[row.raw.id] = (taking.save(row.application) if wanted else row.application).id
        if fresh.context.own is None:
            _take_history(taking, [t for t in fresh.earlier if t.source and t.source.file == file])
    return ids


def _take_history(taking: _Taking, told: Iterable[EarlierTandem]) -> None:
    known = {_history_key(tandem) for tandem in taking.context.earlier}
    for tandem in told:
        if _history_key(tandem) not in known:
            taking.save_earlier(tandem)
            known.add(_history_key(tandem))


def _history_key(tandem: EarlierTandem) -> tuple[object, ...]:
    return tandem.year, name_key(tandem.mentee, ""), name_key(tandem.mentor, "")


def _decide(store: Store, actor: Actor, given: Intake, ids: Mapping[str, str]) -> None:
    """Store what was decided on the rows, each kind of decision as what it is."""
    mends = {row.raw.id: given.mended[row.raw.id] for row in given.rows if row.raw.id in given.mended}
    if mends:
        with store.write(actor.name, MEND) as writer:
            for raw_id, entries in mends.items():
                context = _context(writer, actor, given.context.run.id)
                _save_mended(writer, actor, context, writer.get(Application, ids[raw_id]), entries)
    for row in given.rows:
        if (decision := given.overrulings.get(row.raw.id)) is None:
            continue
        with store.write(actor.name, OVERRULE, decision.reason) as writer:
            application = writer.get(Application, ids[row.raw.id])
            if application.status in ("review", "ineligible"):
                signed = decision.model_copy(update={"by": actor.name, "at": writer.at})
                writer.save(application.with_(overruled=signed))


def _save_mended(
    writer: Writer, actor: Actor, context: Context, application: Application, changes: Mapping[str, str]
) -> Application:
    heard = [text for text in (changes.get("organisation"),) if text]
    known = Organisations.of(context.settings.organisations, context.organisations, heard)
    earlier = context.applications[: [a.id for a in context.applications].index(application.id)]
    entries = mended_entries(application.entries, changes)
    changed = revised(application, entries, context, known, Acquaintances(earlier))
    return _Taking.begin(writer, actor, MEND, context, known).save(changed)


# -- wishes ---------------------------------------------------------------------------------------


def _settle_wishes(writer: Writer, run: Run) -> None:
    """Bring the wishes of a run up to what the applications say, and look for the mentors of open ones."""
    stored = writer.all(Application, run_id=run.id)
    mentors, alive = mentors_of(stored), {a.id for a in stored}
    known = {(wish.application_id, wish.rank): wish for wish in writer.all(Wish, run_id=run.id)}
    for application in stored:
        for rank, text in wishes_in(application):
            wish = known.pop((application.id, rank), None)
            settled = wish is not None and wish.text == text and wish.mentor_application_id in alive
            if settled:
                continue
            found = mentors.resolve(text)
            fresh = (wish or _new_wish(writer, run, application, rank)).with_(
                text=text,
                mentor_application_id=found.mentor.id if found.mentor else None,
                confidence=found.confidence,
            )
            if fresh != wish:
                writer.save(fresh)
    for wish in known.values():
        writer.delete(wish)


def _new_wish(writer: Writer, run: Run, application: Application, rank: int) -> Wish:
    return Wish(id=writer.new_id(Wish), run_id=run.id, application_id=application.id, rank=rank, text="")
