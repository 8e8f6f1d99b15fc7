"""An example that shows what the weights of the criteria do: one mentee, two mentors, all invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mentorkit.language import say
from mentorkit.programme.records import Application, EarlierTandem, Role, Wish
from mentorkit.programme.settings import Criterion

if TYPE_CHECKING:
    from mentorkit.matching.pool import Pool


@dataclass(frozen=True)
class SampleTandem:
    """One of the two: the names, the points by criterion, why, and their sum."""

    mentee: str
    mentor: str
    points: dict[str, int]
    reasons: dict[str, str]
    total: int


def sample(criteria: Sequence[Criterion]) -> tuple[SampleTandem, ...]:
    """Score two invented tandems by the criteria of a programme; the weights need not sum to 1000.

    Raises
    ------
    UsageError
        If a criterion or an option of one does not fit.
    """
    from mentorkit.matching.criteria import evaluate

    pool = _pool(with_own=any(criterion.name == "same_organisation" for criterion in criteria))
    scores = evaluate(pool, criteria)
    return tuple(
        SampleTandem(
            pool.mentees[0].name,
            mentor.name,
            scores.contributions(0, j),
            {c.name: _because(pool, c, j, known=not scores.unknown[c.name].at(0, j)) for c in criteria},
            int(scores.total[0, j]),
        )
        for j, mentor in sorted(enumerate(pool.mentors), key=lambda pair: pair[1].id)
    )


def _because(pool: Pool, criterion: Criterion, j: int, *, known: bool) -> str:
    from mentorkit.matching.criteria import measure

    found = measure(criterion.name)
    if not known:
        return say(found.unknown)
    return found.because(pool, 0, j, **criterion.options) if found.because else ""


def _pool(*, with_own: bool) -> Pool:
    """Return the people; ``with_own`` where one of the two is to be from the mentee's organisation."""
    from mentorkit.matching.pool import pool_of

    leading, speaking, law = say("leading people"), say("speaking in public"), say("law")
    shared = {"languages": ["de"], "region": "Musterstadt"}
    ada = _person("1", "mentee", "Ada Amsel", say("Town A"), {
        **shared, "topics": [leading, speaking, law], "field": say("Administration"), "hours": 4,
        "pay_grade": 9, "experience_years": 3, "age": 29, "birth_year": 1996,
        "availability": ["mon-morning", "wed-evening", "online"],
    })  # fmt: skip
    mona = _person("2", "mentor", "Mona Meise", say("Town B"), {
        **shared, "topics": [leading, speaking], "field": say("Technology"), "hours": 4,
        "pay_grade": 12, "experience_years": 7, "age": 44, "birth_year": 1981,
        "availability": ["wed-evening", "on_site"],
    })  # fmt: skip
    nils = _person("3", "mentor", "Nils Nachtigall", say("Town A") if with_own else say("Town C"), {
        "languages": ["de", "en"], "region": "Nachbarstadt", "earlier_runs": ["1"],
        "topics": [law], "field": say("Administration"), "hours": 2,
        "pay_grade": 15, "experience_years": 6, "age": 51, "birth_year": 1974, "availability": ["flexible"],
    }).with_(entries={"wish_1": ada.name})  # fmt: skip
    wish = Wish(
        id="W1", run_id="", application_id="A1", rank=1, text=nils.name, mentor_application_id=nils.id
    )
    before = EarlierTandem(
        id="H1", programme_id="", year="1", mentee="Else Elster", mentor="Finn Fink",
        mentee_organisation=ada.organisation, mentor_organisation=nils.organisation,
    )  # fmt: skip
    return pool_of([ada, mona, nils], wishes=[wish], earlier=[before])


def _person(number: str, role: Role, name: str, town: str, answers: dict[str, Any]) -> Application:
    first, last = name.split()
    return Application(
        id=f"A{number}", run_id="", person_id=f"P{number}", role=role, first_name=first, last_name=last,
        organisation=town, answers=answers,
    )  # fmt: skip
