"""Storing applications within one transaction, with their persons and organisations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mentorkit.intake.assess import mended as mended_entries
from mentorkit.intake.assess import revised, without_cells
from mentorkit.intake.context import Context, Row
from mentorkit.intake.deciding import decided
from mentorkit.intake.history import new_tandems
from mentorkit.intake.intake import Intake
from mentorkit.intake.names import name_key
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.people import Acquaintances, Register, email_key
from mentorkit.intake.settle import settle
from mentorkit.intake.stored import MEND, OVERRULE, TAKE_IN
from mentorkit.language import say
from mentorkit.matching.placing import Placing, join, placed
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    Organisation,
    Person,
    TakenFile,
)
from mentorkit.store import Writer


@dataclass
class Taking:
    """One transaction in which applications are stored."""

    writer: Writer
    actor: Actor
    context: Context
    register: Register
    known: Organisations
    #: The persons of the programme by id, and those of them that are to be stored yet.
    people: dict[str, Person]
    organisations: set[str]
    unsaved: dict[str, Person] = field(default_factory=dict)

    @classmethod
    def begin(cls, writer: Writer, actor: Actor, context: Context, known: Organisations) -> Taking:
        """Begin with the persons and organisations that are stored."""
        programme_id = context.run.programme_id
        people = writer.all(Person, programme_id=programme_id)
        named = {o.name for o in writer.all(Organisation, programme_id=programme_id)}
        return cls(writer, actor, context, Register(people), known, {p.id: p for p in people}, named)

    def save_all(
        self,
        action: str,
        applications: Sequence[Application],
        before: Sequence[Application | None] = (),
        reason: str | None = None,
    ) -> list[Application]:
        """Store applications that are new or changed, with their persons and organisations.

        Parameters
        ----------
        action
            What is done, as the permission table and the trail call it.
        applications
            They are judged already.
        before
            What is stored of each; None for new ones.
        reason
            What the trail says of it; that of the transaction where it is left out.

        Raises
        ------
        NotAllowed
            If the actor may not do so for the organisation one comes to, or the one it came from.
        """
        for application, old in zip(applications, before or [None] * len(applications), strict=True):
            self._require(action, application, old)
        writer = self.writer if reason is None else self.writer.besides(action, reason)
        tied = [self._tied(application) for application in applications]
        saved_people = writer.save_all([p for p in self.unsaved.values() if not p.version])
        saved_people += writer.save_all([p for p in self.unsaved.values() if p.version])
        self.people |= {person.id: person for person in saved_people}
        self.unsaved.clear()
        return writer.save_all(tied)

    def _require(self, action: str, application: Application, before: Application | None) -> None:
        """Do nothing if the actor may do this, for the organisation one comes to and the one it came from."""
        programme_id = self.context.run.programme_id
        if before is not None:
            self.actor.require(action, programme_id, before.organisation)
            if not self.actor.may(action, programme_id, application.organisation):
                why = say("Your role does not allow you to move people to other organisations.")
                raise self.actor.refusal(action, programme_id, why)
        self.actor.require(action, programme_id, application.organisation)

    def save(self, action: str, application: Application, back: Collection[str] = ()) -> Application:
        """Store one application as :meth:`save_all` does, with the place it gets; others move up.

        ``back`` as :func:`mentorkit.matching.placing.placed` takes it.
        """
        before = self.writer.get(Application, application.id) if application.version else None
        placing = placed(self.writer, [application], back=back)
        (saved,) = self.save_all(action, placing.applications, [before])
        placing.pass_on(self.writer)
        return saved if before else join(self.writer, [saved])[0]

    def _tied(self, application: Application) -> Application:
        """Return an application with its person, and with an id if it is new."""
        if all(finding.code != "unknown_organisation" for finding in application.findings):
            self._ensure_organisation(application.organisation)
        if application.version:
            person = self._person_of(application)
            return application.model_copy(update={"person_id": person.id})
        person = self.register.find(application) or self._new_person(application)
        new_id = self.writer.new_id(Application)
        return application.model_copy(update={"id": new_id, "person_id": person.id})

    def _new_person(self, application: Application) -> Person:
        person = Person(
            id=self.writer.new_id(Person),
            programme_id=self.context.run.programme_id,
            first_name=application.first_name,
            last_name=application.last_name,
            email=application.answers.get("email"),
            birth_year=application.answers.get("birth_year"),
        )
        return self._keep(person)

    def _keep(self, person: Person) -> Person:
        self.unsaved[person.id] = person
        self.register.add(person)
        return person

    def _person_of(self, application: Application) -> Person:
        """Return the person of a changed application, changed as well unless others rely on it.

        Where the actor may not see an application that relies on it, the person stays as it is.
        """
        key = application.person_id
        person = self.unsaved.get(key) or self.people[key]
        changed = person.with_(
            first_name=application.first_name,
            last_name=application.last_name,
            email=application.answers.get("email"),
            birth_year=application.answers.get("birth_year", person.birth_year),
        )
        if changed == person:
            return person
        relying = self.writer.all(Application, person_id=person.id)
        others = [a for a in relying if a.id != application.id]
        if others and _identity(changed) != _identity(person):
            return self.register.find(application) or self._new_person(application)
        if not all(self._sees(other) for other in others):
            return person
        return self._keep(changed)

    def _sees(self, application: Application) -> bool:
        programme_id = self.context.run.programme_id
        return self.actor.may("application.read", programme_id, application.organisation)

    def _ensure_organisation(self, name: str | None) -> None:
        settings = self.context.settings.organisations
        if not name or name in self.organisations or settings.kind == "none":
            return
        if settings.kind == "open" or name in settings.names:
            programme_id = self.context.run.programme_id
            new_id = self.writer.new_id(Organisation)
            self.writer.save(Organisation(id=new_id, programme_id=programme_id, name=name))
            self.organisations.add(name)

    def named(self, tandem: EarlierTandem) -> EarlierTandem:
        """Return a new tandem of an earlier run with an id, and the organisations by their names."""
        named = {
            side: self.known.match(text).name or text
            for side in ("mentee_organisation", "mentor_organisation")
            if (text := getattr(tandem, side))
        }
        return tandem.with_(id=self.writer.new_id(EarlierTandem), **named)


def _identity(person: Person) -> tuple[object, ...]:
    return name_key(person.first_name, person.last_name), email_key(person.email)


def take_file(
    writer: Writer, actor: Actor, given: Intake, place: int, stored: dict[str, Application]
) -> tuple[list[Row], Placing]:
    """Store the rows of one file: as they came, then what was decided on them, each as what it is.

    ``stored`` are all applications of the run by id; they are brought up to date.

    Returns
    -------
    list of Row
        The rows with their applications as stored.
    Placing
        By which others are to move up yet.
    """
    file = given.files[place]
    taking = Taking.begin(writer, actor, given.context, given.organisations)
    rows = [row for row in given.rows if row.raw.file == place]
    # by what is decided on them as well: what a file alone says passes no place on
    placing = placed(writer, [row.application for row in rows])
    rows = [replace(row, application=a) for row, a in zip(rows, placing.applications, strict=True)]
    now = _save_as_said(taking, rows)
    now = _save_mended(taking, rows, now, given)
    now = _save_decided(taking, rows, now, given)
    new = [n for n, row in enumerate(rows) if row.stored is None]
    for n, joined in zip(new, join(writer, [now[n] for n in new]), strict=True):
        now[n] = joined
    if given.context.own is None:
        _take_history(taking, [t for t in given.earlier if t.source and t.source.file == file.file])
    is_kept = any((known.name, known.digest) == (file.file, file.digest) for known in given.context.taken)
    if not is_kept and place not in given.superseded:  # an older state is none that others follow
        family = rows[0].raw.source.family if rows else given.known_as.get(place, file.file)
        writer.save(
            TakenFile(
                id=writer.new_id(TakenFile),
                run_id=given.context.run.id,
                name=file.file,
                digest=file.digest,
                at=writer.at,
                replaces=family if family != file.file else None,
            )
        )
    stored |= {application.id: application for application in now}
    settle(writer, given.context.run, list(stored.values()))
    return [replace(row, application=a) for row, a in zip(rows, now, strict=True)], placing


def _save_as_said(taking: Taking, rows: Sequence[Row]) -> list[Application]:
    """Store what the file alone makes of its rows."""
    now = [row.as_said or row.application for row in rows]
    wanted = [place for place, row in enumerate(rows) if now[place] != row.stored]
    saved = taking.save_all(TAKE_IN, [now[i] for i in wanted], [rows[i].stored for i in wanted])
    for place, application in zip(wanted, saved, strict=True):
        now[place] = application
    return now


def _save_mended(
    taking: Taking, rows: Sequence[Row], now: Sequence[Application], given: Intake
) -> list[Application]:
    """Store what a person corrected on the rows."""
    changed = list(now)
    for place, row in enumerate(rows):
        if row.raw.id in given.decisions.mended:
            kept = {name: getattr(now[place], name) for name in ("id", "version", "person_id")}
            if given.decision_on(row):
                kept |= {"overruled": None, "place": now[place].place}
            mended = row.application.model_copy(update=kept)
            if mended != now[place]:
                (changed[place],) = taking.save_all(MEND, [mended], [now[place]], "")
    return changed


def _save_decided(
    taking: Taking, rows: Sequence[Row], now: Sequence[Application], given: Intake
) -> list[Application]:
    """Store which rows a person admitted or refused, signed by who confirms it."""
    changed = list(now)
    for place, row in enumerate(rows):
        if decision := given.decision_on(row):
            signed = decision.model_copy(update={"by": taking.actor.name, "at": taking.writer.at})
            ruled = decided(now[place], signed).with_(place=row.application.place)
            (changed[place],) = taking.save_all(OVERRULE, [ruled], [now[place]], decision.reason)
    return changed


def _take_history(taking: Taking, told: Iterable[EarlierTandem]) -> None:
    """Store the tandems of earlier runs that are not known yet; one of no run learns it."""
    stored = taking.writer.all(EarlierTandem, programme_id=taking.context.run.programme_id)
    taking.writer.save_all(
        [
            undated.with_(year=tandem.year) if undated else taking.named(tandem)
            for tandem, undated in new_tandems(told, stored)
        ]
    )


def save_mended(
    writer: Writer, actor: Actor, context: Context, application: Application, changes: Mapping[str, str]
) -> Application:
    """Store an application with other entries, judged anew among those that came before it."""
    heard = [text for text in (changes.get("organisation"),) if text]
    known = Organisations.of(context.settings.organisations, context.organisations, heard)
    earlier = context.applications[: [a.id for a in context.applications].index(application.id)]
    entries = mended_entries(application.entries, changes)
    bare = without_cells(application, entries)
    changed = revised(bare, entries, context, known, Acquaintances(earlier))
    return Taking.begin(writer, actor, context, known).save(MEND, changed)
