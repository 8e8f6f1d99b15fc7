"""Columns of a table that would mean the same, where one answer is all there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mentorkit.intake.headings import Column
from mentorkit.intake.sheets import letters_of
from mentorkit.intake.vocabulary import NAME, ROLE
from mentorkit.language import later, say
from mentorkit.language.formats import listing
from mentorkit.programme.fields import FIELDS

_NAMES = frozenset({"first_name", "last_name", NAME})
_SPECIAL = {
    "": later("left alone, kept as a remark"),
    NAME: later("First and last name together"),
    ROLE: later("{mentee:sg.nom} or {mentor:sg.nom}"),
    "year": later("Run or year"),
    "mentee": later("{mentee:sg.nom}: name"),
    "mentee_first": later("{mentee:sg.nom}: first name"),
    "mentee_last": later("{mentee:sg.nom}: last name"),
    "mentee_organisation": later("{mentee:sg.nom}: organisation"),
    "mentor": later("{mentor:sg.nom}: name"),
    "mentor_first": later("{mentor:sg.nom}: first name"),
    "mentor_last": later("{mentor:sg.nom}: last name"),
    "mentor_organisation": later("{mentor:sg.nom}: organisation"),
}


def label_of_meaning(meaning: str) -> str:
    """Return what a column means, of applications or of earlier tandems, as people read it."""
    return FIELDS[meaning].label if meaning in FIELDS else say(_SPECIAL[meaning])


def may_be_several(field: str) -> bool:
    """Tell whether several columns can make one answer: a list, or a text that is no name."""
    return field in FIELDS and FIELDS[field].kind in ("list", "text", "availability") and field not in _NAMES


def doubled(columns: Iterable[Column], given: Mapping[int, str]) -> dict[int, str]:
    """Return which columns of a table would mean what another one means, and a sentence on it.

    Parameters
    ----------
    columns
        The columns as they are understood.
    given
        What columns are to mean, by place; empty for one that is left alone. What they mean already is no
        reason.

    Returns
    -------
    dict
        The sentence by the column's place, of all columns that would mean the same.
    """
    before = {column.place: column for column in columns}
    now = {place: column.field or "" for place, column in before.items()} | dict(given)
    changed = {place for place, field in given.items() if place not in before or field != before[place].field}
    sharing: dict[str, list[int]] = {}
    for place, field in sorted(now.items()):
        if field and not may_be_several(field):
            # a whole name is a last name too
            sharing.setdefault("last_name" if field == NAME else field, []).append(place)
    found: dict[int, str] = {}
    for field, places in sharing.items():
        if len(places) > 1 and changed.intersection(places):
            called = [_called(place, before.get(place)) for place in places]
            why = say(
                "Columns {columns} would each be “{field}”; please choose one of them.",
                columns=listing(called),
                field=label_of_meaning(field),
            )
            found |= dict.fromkeys(places, why)
    return found


def _called(place: int, column: Column | None) -> str:
    heading = " ".join(column.heading.split()) if column else ""
    return f"{letters_of(place)} ({heading})" if heading else letters_of(place)
