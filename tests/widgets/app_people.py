"""Invented people for the tests of the apps."""

from __future__ import annotations

from mentorkit.programme.records import Application, Finding, Person, Source, Tandem
from mentorkit.programme.records import Run as RunRecord
from mentorkit.run import Run
from mentorkit.store import Store
from mentorkit.workbench import Workbench

RUN = "cross-administration/2014"
HOSTILE = '<img src=x onerror="alert(1)">'


def workbench(*presets: str) -> Workbench:
    """Return a workbench in memory, in the hands of Anna, with runs of the presets."""
    bench = Workbench.of(Store.create(":memory:"), "anna")
    for preset in presets or ("cross-administration",):
        bench.add(preset)
    return bench


def apply(run: Run, number: int, role: str, status: str = "ok", **more) -> Application:
    """Store an application as the intake leaves it."""
    last_name = more.pop("last_name", f"Muster{number}")
    programme_id = run.record.programme_id
    with run.bench.store.write("anna", "test") as writer:
        person = Person(id=f"P{number}", programme_id=programme_id, first_name="Eva", last_name=last_name)
        writer.save(person)
        application = Application(
            id=f"A{number}", run_id=run.id, person_id=person.id, role=role, first_name="Eva",
            last_name=last_name, organisation=more.pop("organisation", "Kamen"), status=status,
            source=Source(file="bewerbungen_kamen.xlsx", sheet="Mentees", row=number),
            findings=tuple(Finding(code=code) for code in more.pop("codes", ())),
            **more,
        )  # fmt: skip
        return writer.save(application)


def form_tandem(run: Run, mentee_id: str, mentor_id: str) -> None:
    """Store an approved tandem."""
    with run.bench.store.write("anna", "test") as writer:
        writer.save(
            Tandem(
                id=writer.new_id(Tandem), run_id=run.id, mentee_id=mentee_id, mentor_id=mentor_id, score=700,
                contributions={"topics": 700},
            )
        )  # fmt: skip
        writer.save(writer.get(RunRecord, run.id).with_(approved_at=writer.at))
