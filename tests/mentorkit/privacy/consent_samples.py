"""A programme with people, tandems and consents, put into a store directly, for tests of the ledger."""

from __future__ import annotations

import datetime as dt

from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Grant, Person, Programme, Role, Run, Tandem
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store, Writer

LEAD = sole_actor("lead")
SETTINGS = load_preset("party-chapters")


class Clock:
    """A clock that goes on only when it is told to, and never strikes midnight."""

    def __init__(self) -> None:
        self.now = dt.datetime(2024, 5, 6, 9, 11, 12, 345, dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += dt.timedelta(**span)


def officer(organisation: str, programme_id: str = "p") -> Actor:
    """Return the coordination of an organisation."""
    grant = Grant(
        id="G", user_id="dora", role="organisation", programme_id=programme_id, organisation=organisation
    )
    return Actor("dora", (grant,))


def begin(store: Store, programme_id: str = "p", *runs: str) -> list[str]:
    """Make a programme with runs, by default one, and return their ids."""
    ids = [f"{programme_id}/{name}" for name in runs or ("1",)]
    with store.write("test", "test") as writer:
        writer.save(Programme(id=programme_id, name="P", preset="party-chapters", settings=SETTINGS))
        for run_id in ids:
            writer.save(Run(id=run_id, programme_id=programme_id, name=run_id.split("/")[1]))
    return ids


def join(writer: Writer, run_id: str, role: Role, name: str, organisation: str = "Harz", **more) -> str:
    """Let somebody apply, and return the id of the person."""
    person = writer.save(
        Person(
            id=writer.new_id(Person),
            programme_id=run_id.split("/", maxsplit=1)[0],
            first_name=name,
            last_name="X",
        )
    )
    answers = {"email": f"{name}@example.org", "phone": f"0{person.id[1:]}"}
    writer.save(
        Application(
            id=writer.new_id(Application),
            run_id=run_id,
            person_id=person.id,
            role=role,
            first_name=name,
            last_name="X",
            organisation=organisation,
            answers=answers,
            **more,
        )
    )
    return person.id


def pair(writer: Writer, run_id: str, mentee_id: str, mentor_id: str) -> Tandem:
    """Make a tandem."""
    return writer.save(
        Tandem(
            id=writer.new_id(Tandem),
            run_id=run_id,
            mentee_id=mentee_id,
            mentor_id=mentor_id,
            score=1,
            contributions={},
        )
    )
