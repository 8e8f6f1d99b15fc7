"""Two persons side by side: what both answered, what they have in common, and what speaks for the pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mentorkit.intake.past import key_of
from mentorkit.intake.told import in_words
from mentorkit.language import say
from mentorkit.matching import explain
from mentorkit.matching.criteria import measure
from mentorkit.matching.pool import plain
from mentorkit.programme.fields import ALWAYS, FIELDS
from mentorkit.programme.records import Application, PairDecision, Role

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching
    from mentorkit.programme.settings import Criterion

#: Nobody decides on a pair by these: they stay where the applications are.
LEFT_OUT = frozenset({"first_name", "last_name", "email", "phone", "share_contact", "received"})
#: The field that a criterion compares, where that is not its name or its option ``field``.
_COMPARED = {
    "experience": "experience_years",
    "age": "birth_year",
    "same_organisation": "organisation",
    "new_link": "organisation",
    "first_timers": "earlier_runs",
    "wish": "wish_1",
}


@dataclass(frozen=True)
class Points:
    """What one criterion gives a pair."""

    criterion: str
    points: int
    weight: int
    because: str


@dataclass(frozen=True)
class SheetRow:
    """A field: what each of the two answered, entry by entry, "–" for nothing, and what both name."""

    field: str
    label: str
    mentee: tuple[str, ...]
    mentor: tuple[str, ...]
    common: tuple[str, ...] = ()
    #: The criteria that compare this field.
    points: tuple[Points, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A mentee and a mentor side by side, as the data of a matching stand."""

    mentee: Application
    mentor: Application
    rows: tuple[SheetRow, ...]
    #: Criteria that compare no field that the programme asks for.
    other: tuple[Points, ...]
    score: int
    #: Whether the matching proposes the two.
    matched: bool
    #: Why the rules do not allow the two; empty where they do.
    blocked: str
    decision: PairDecision | None
    #: Tandems and total that forcing the two costs; None where that is no question, or impossible.
    price: tuple[int, int] | None
    #: Tandems of earlier runs of one of the two, in sentences.
    earlier: tuple[str, ...]


def sheet(matching: Matching, mentee_id: str, mentor_id: str) -> Sheet:
    """Put two persons side by side.

    Fields stand in the order in which the programme asks mentees, then mentors, for them. Addresses are left
    out: :data:`LEFT_OUT`.

    Raises
    ------
    NotFound
        If one of the two does not take part in this role.
    """
    i, j = matching.row("mentee", mentee_id), matching.row("mentor", mentor_id)
    mentee, mentor = matching.pool.mentees[i], matching.pool.mentors[j]
    pay_scale = matching.rules.settings.pay_scale
    fields = _fields(matching)
    points: dict[str, list[Points]] = {}
    for used in matching.scores.criteria:
        points.setdefault(_compared(used), []).append(_points(matching, used, i, j))
    blocked = matching.rules.because(i, j)
    matched = bool(matching.solution.mate[i] == j)
    asked_price = matching.status == "optimal" and not blocked and not matched
    return Sheet(
        mentee,
        mentor,
        tuple(row for name in fields if (row := _row(name, mentee, mentor, pay_scale, points))),
        tuple(one for name, found in points.items() if name not in fields for one in found),
        int(matching.scores.total[i, j]),
        matched,
        blocked,
        next((d for d in matching.decisions if (d.mentee_id, d.mentor_id) == (mentee_id, mentor_id)), None),
        matching.prices_of([(i, j)])[0] if asked_price else None,
        tuple(_earlier(matching, mentee, mentor)),
    )


def _row(
    name: str, mentee: Application, mentor: Application, pay_scale: str, points: Mapping[str, list[Points]]
) -> SheetRow | None:
    """Return the row of a field; None where neither answered and nothing depends on it."""
    hers, theirs = _answer(mentee, name), _answer(mentor, name)
    if hers is None and theirs is None and name not in points:
        return None
    return SheetRow(
        name,
        FIELDS[name].label,
        _told(name, hers, mentee, pay_scale),
        _told(name, theirs, mentor, pay_scale),
        _common(name, hers, theirs, mentee),
        tuple(points.get(name, ())),
    )


def _fields(matching: Matching) -> list[str]:
    """Return the fields of the sheet in the programme's order; without what neither role is asked."""
    settings = matching.rules.settings
    asked = dict.fromkeys((*ALWAYS, *settings.questions.mentee, *settings.questions.mentor))
    without = {*LEFT_OUT, *(["organisation"] if settings.organisations.kind == "none" else [])}
    return [name for name in asked if name not in without]


def _compared(used: Criterion) -> str:
    """Return the field whose row tells the points of a criterion."""
    return str(used.options.get("field") or _COMPARED.get(used.name, used.name))


def _points(matching: Matching, used: Criterion, i: int, j: int) -> Points:
    return Points(
        measure(used.name).label,
        int(matching.scores.points[used.name].at(i, j)),
        used.weight,
        explain.because_of(matching, used, i, j),
    )


def _answer(application: Application, name: str) -> object:
    """Return what somebody answered, or at least wrote; None for nothing."""
    if name == "organisation":
        return application.organisation
    found = application.answers.get(name)
    return application.entries.get(name) or None if found in (None, "", []) else found


def _told(name: str, answer: object, application: Application, pay_scale: str) -> tuple[str, ...]:
    """Return the entries of an answer in words; one where it is no list."""
    entries = [[entry] for entry in answer] if isinstance(answer, list | tuple) else [answer]
    return tuple(in_words(name, entry, application, pay_scale) for entry in entries)


def _common(name: str, hers: object, theirs: object, mentee: Application) -> tuple[str, ...]:
    """Return what both name: entries of lists; the answer itself where both gave the same."""
    if isinstance(hers, list | tuple) and isinstance(theirs, list | tuple):
        known = {plain(entry) for entry in theirs}
        return _told(name, [entry for entry in hers if plain(entry) in known], mentee, "")
    same = FIELDS[name].kind in {"text", "organisation"} and hers and plain(hers) == plain(theirs or "")
    return (str(hers),) if same else ()


def _earlier(matching: Matching, mentee: Application, mentor: Application) -> Iterator[str]:
    """Say in which tandems of earlier runs the two were, as far as that is known; each tandem once."""
    people = (mentee, mentor)
    for tandem in sorted(matching.pool.earlier, key=lambda t: (t.year, t.mentee, t.mentor)):
        sides = ((tandem.mentee_id, tandem.mentee), (tandem.mentor_id, tandem.mentor))
        if any(_is(a, *side) for a in people for side in sides):
            yield say(
                "{year}: {name} with {partner} as {mentor:sg.nom}.",
                year=tandem.year,
                name=_placed(tandem.mentee, tandem.mentee_organisation),
                partner=_placed(tandem.mentor, tandem.mentor_organisation),
            )


def _is(application: Application, person_id: str | None, name: str) -> bool:
    """Tell whether somebody of a history is an applicant: by name only where the person is not known."""
    return application.person_id == person_id if person_id else key_of(application.name) == key_of(name)


def _placed(name: str, organisation: str | None) -> str:
    return f"{name} ({organisation})" if organisation else name


def beside(matching: Matching, role: Role, person_id: str) -> tuple[str, str] | None:
    """Return the pair, mentee and mentor by id, that tells most of a person: whom she is with, else the best.

    The best is the partner with the highest score among those the rules allow, or among all where they allow
    none. None where she takes no part.
    """
    if (k := matching.pool.index.get((role, person_id))) is None:
        return None
    side = 0 if role == "mentee" else 1
    pairs = [pair for pair in matching.indices if pair[side] == k]
    if not pairs:
        others = range(matching.pool.shape[1 - side])
        every = [(k, other) if role == "mentee" else (other, k) for other in others]
        pairs = [pair for pair in every if matching.rules.allowed[pair]] or every
    i, j = max(pairs, key=lambda pair: int(matching.scores.total[pair]))
    return matching.pool.mentees[i].person_id, matching.pool.mentors[j].person_id
