"""Storing applications within one transaction, with their persons and organisations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mentorkit.intake.assess import mended as mended_entries
from mentorkit.intake.assess import revised
from mentorkit.intake.context import Context
from mentorkit.intake.intake import Intake
from mentorkit.intake.names import name_key
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.people import Acquaintances, Register, email_key
from mentorkit.intake.stored import MEND, TAKE_IN, context_in
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, EarlierTandem, Organisation, Person
from mentorkit.store import Store, Writer


@dataclass
class Taking:
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
    ) -> Taking:
        """Begin with the persons that are stored."""
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
        if all(finding.code != "unknown_organisation" for finding in application.findings):
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
                birth_year=application.answers.get("birth_year"),
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
            birth_year=application.answers.get("birth_year", person.birth_year),
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


def take_file(store: Store, actor: Actor, run_id: str, given: Intake, place: int) -> dict[str, str]:
    """Store the rows of one file as they came; return their ids."""
    file = given.files[place].file
    ids = {}
    with store.write(actor.name, TAKE_IN, file) as writer:
        # judged once more, now that nobody else can write
        fresh = given.with_context(context_in(writer, actor, run_id), mended={}, overrulings={})
        taking = Taking.begin(writer, actor, TAKE_IN, fresh.context, fresh.organisations)
        for row in fresh.rows:
            if row.raw.file != place:
                continue
            wanted = row.change in ("new", "changed")
            ids[row.raw.id] = (taking.save(row.application) if wanted else row.application).id
        if fresh.context.own is None:
            _take_history(taking, [t for t in fresh.earlier if t.source and t.source.file == file])
    return ids


def _take_history(taking: Taking, told: Iterable[EarlierTandem]) -> None:
    known = {_history_key(tandem) for tandem in taking.context.earlier}
    for tandem in told:
        if _history_key(tandem) not in known:
            taking.save_earlier(tandem)
            known.add(_history_key(tandem))


def _history_key(tandem: EarlierTandem) -> tuple[object, ...]:
    return tandem.year, name_key(tandem.mentee, ""), name_key(tandem.mentor, "")


def save_mended(
    writer: Writer, actor: Actor, context: Context, application: Application, changes: Mapping[str, str]
) -> Application:
    """Store an application with other entries, judged anew among those that came before it."""
    heard = [text for text in (changes.get("organisation"),) if text]
    known = Organisations.of(context.settings.organisations, context.organisations, heard)
    earlier = context.applications[: [a.id for a in context.applications].index(application.id)]
    entries = mended_entries(application.entries, changes)
    changed = revised(application, entries, context, known, Acquaintances(earlier))
    return Taking.begin(writer, actor, MEND, context, known).save(changed)
