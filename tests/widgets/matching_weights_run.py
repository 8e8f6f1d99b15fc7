"""A run whose tandems hang on the weights of its criteria."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app_people import apply

from mentorkit.run import Run
from mentorkit.store import Store
from mentorkit.workbench import Workbench

#: Topics pair 1 with 5 and 2 with 6, pay grades the other way round.
MENTEES = {1: (["Haushalt"], 9), 2: (["Führung"], 12)}
MENTORS = {5: (["Haushalt"], 15), 6: (["Führung"], 12)}


@contextmanager
def run_that_hangs_on_weights(folder: Path, *, people: bool = True) -> Iterator[Run]:
    """Make the run in a folder."""
    bench = Workbench.of(Store.create(folder / "bench.mentorkit"), "anna")
    run = bench.add("cross-administration")
    for role, numbers in (("mentee", MENTEES), ("mentor", MENTORS)):
        for number, (topics, grade) in numbers.items() if people else ():
            organisation = "Kamen" if role == "mentee" else "Lünen"
            answers = {"pay_grade": grade, "topics": topics}
            apply(run, number, role, organisation=organisation, answers=answers)
    yield run
    bench.close()


def weights_of(run: Run) -> dict[str, int]:
    """Return the weights of the programme."""
    return {criterion.name: criterion.weight for criterion in run.programme.settings.criteria}


def turned(run: Run) -> dict[str, int]:
    """Return weights under which the tandems are others."""
    return {name: 1000 if name == "experience" else 0 for name in weights_of(run)}
