"""The people of a programme, for whoever answers for their data: who is held, and from which runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mentorkit.language.formats import din5007
from mentorkit.privacy.history_people import Told, told_alone
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import Erasure
from mentorkit.programme.records import Application, Person, Run
from mentorkit.store import Reader, Store

#: Who may look for people may export what is held on them.
READ = "person.export"


@dataclass(frozen=True)
class Held:
    """Somebody of whom the workbench holds something.

    Of whom history sheets alone tell there is no stored person; ``told`` is what they tell, and the person's
    id names her in commands.
    """

    person: Person
    applications: tuple[Application, ...] = ()
    #: Names of the runs she applied to, in their order; of who is in history sheets alone, those they tell.
    runs: tuple[str, ...] = ()
    told: Told | None = None

    @property
    def organisations(self) -> tuple[str, ...]:
        """The organisations she came from, each once."""
        if self.told is not None:
            return self.told.organisations
        return tuple(dict.fromkeys(a.organisation for a in self.applications if a.organisation))


def people(store: Store, actor: Actor, programme_id: str) -> list[Held]:
    """Return the people of a programme in German order; who was erased is none of them.

    Raises
    ------
    NotAllowed
        If the actor may not see all of them.
    """
    actor.require(READ, programme_id)
    with store.read() as reader:
        runs = reader.all(Run, programme_id=programme_id)
        found = [
            _held(person, applications, runs)
            for person, applications in _applications(reader, programme_id, runs)
        ]
        alone = told_alone(reader, programme_id)
    found += [Held(told.person(), runs=told.years, told=told) for told in alone]
    return sorted(found, key=lambda held: (din5007(held.person.last_name), din5007(held.person.first_name)))


def _applications(
    reader: Reader, programme_id: str, runs: Iterable[Run]
) -> Iterable[tuple[Person, list[Application]]]:
    by_person: dict[str, list[Application]] = {}
    for run in runs:
        for application in reader.all(Application, run_id=run.id):
            by_person.setdefault(application.person_id, []).append(application)
    erased = {erasure.person_id for erasure in reader.all(Erasure)}
    for person in reader.all(Person, programme_id=programme_id):
        if person.id not in erased:
            yield person, by_person.get(person.id, [])


def _held(person: Person, applications: list[Application], runs: Iterable[Run]) -> Held:
    applied = {application.run_id for application in applications}
    return Held(person, tuple(applications), tuple(run.name for run in runs if run.id in applied))
