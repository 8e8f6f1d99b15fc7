"""Sheets of earlier tandems: their headings, their rows, the run they tell of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from mentorkit.intake.headings import Column, meanings, normal
from mentorkit.intake.names import name_key, split_name
from mentorkit.intake.vocabulary import FILLERS, FIRST_NAME, LAST_NAME, NOTHING, ORGANISATION, YEAR
from mentorkit.programme.records import EarlierTandem, Source

if TYPE_CHECKING:
    from mentorkit.intake.tables import Table

_PEOPLE = ("mentee", "mentor")
#: What the columns of such a sheet can mean; the parts of a name are put together.
MEANINGS = (
    "year",
    *(f"{who}{part}" for who in _PEOPLE for part in ("", "_first", "_last", "_organisation")),
)
_RUN = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:\s?[/–-]\s?(?:19|20)?\d\d)?(?!\d)"
    r"|\b\d{1,2}\. ?(?:Durchgang|Durchlauf|Lauf|Runde|Staffel|Jahrgang)\b"
    r"|\b(?:Durchgang|Durchlauf|Lauf|Runde|Staffel)\s\d{1,2}\b",
    re.IGNORECASE,
)


def history_columns(
    headings: Sequence[str], given: Mapping[int, str] | None = None
) -> tuple[Column, ...] | None:
    """Return the columns of a sheet of earlier tandems, or None if it is none.

    Fields are those of :class:`~mentorkit.programme.records.EarlierTandem`, and parts of names.

    Parameters
    ----------
    headings
        The cells of the heading row.
    given
        What columns mean by what somebody said, by place; empty for nothing. With it, it is such a sheet.
    """
    found = {
        place: Column(place, _at(headings, place), field or None) for place, field in (given or {}).items()
    }
    taken = {column.field for column in found.values()}
    person = ""
    for place, heading in enumerate(headings):
        field = _history_field(_parts(heading), person)
        person = field.partition("_")[0] if field and field.startswith(_PEOPLE) else person
        if place not in found and field and field not in taken:
            found[place] = Column(place, heading, field)
            taken.add(field)
    fields = {column.field for column in found.values() if column.field}
    if given is None and not _is_history(headings, fields):
        return None
    everything = (*headings, *[""] * (max((*found, -1)) + 1 - len(headings)))
    return tuple(
        found.get(i, Column(i, heading, None))
        for i, heading in enumerate(everything)
        if heading or i in found
    )


def _at(headings: Sequence[str], place: int) -> str:
    return headings[place] if place < len(headings) else ""


def _is_history(headings: Sequence[str], fields: set[str]) -> bool:
    named = [who for who in _PEOPLE if fields & {who, f"{who}_last"}]
    if len(named) < 2:
        return False
    if fields & {"year", *(f"{who}_organisation" for who in _PEOPLE)}:
        return True
    # only names: then there must be nothing else, or it is a list of applications
    known = len(fields)
    rest = [h for h in headings if h and _history_field(_parts(h), "mentee") is None]
    return known >= 2 and all(meanings(h) and meanings(h)[0][1] == NOTHING for h in rest)


def _parts(heading: str) -> set[str]:
    return {word for word in normal(heading).split() if word not in FILLERS and word not in ("name", "namen")}


def _history_field(parts: set[str], person: str) -> str | None:
    about = parts & set(_PEOPLE)
    if len(about) == 1 and parts == about:
        return next(iter(about))
    side = next(iter(about)) if len(about) == 1 else person
    if len(about) < 2 and side and len(parts - about) == 1:
        for words, part in ((FIRST_NAME, "first"), (LAST_NAME, "last"), (ORGANISATION, "organisation")):
            if parts - about <= words:
                return f"{side}_{part}"
    return "year" if parts & YEAR and not about else None


def people_of(values: Mapping[str, str]) -> dict[str, str]:
    """Return mentee and mentor of a row, first name first, whatever columns their names stand in.

    Examples
    --------
    >>> people_of({"mentee": "Zorbach, Dora", "mentor_first": "Ruth", "mentor_last": "Ahl"})
    {'mentee': 'Dora Zorbach', 'mentor': 'Ruth Ahl'}
    """
    found = {}
    for who in _PEOPLE:
        last = values.get(f"{who}_last") or values.get(who, "")
        first = values.get(f"{who}_first", "")
        name = f"{first} {last}" if first else " ".join(split_name(last)) if "," in last else last
        if name.strip() and last:
            found[who] = " ".join(name.split())
    return found


def tandems_of(
    table: Table, programme_id: str, source: Source, titles: Iterable[str | None], above: Mapping[int, str]
) -> list[EarlierTandem]:
    """Return the tandems of a sheet; where no column names their run, a row above, a person or a title does.

    A run that stands in a row holds for the rows below it too. ``above`` are the runs that rows of their own
    tell, by the rows below. The run is empty where nothing tells it.
    """
    found, year, group = [], table.year or run_in(*titles), ""
    for row, cells in table.rows:
        values = table.values(cells)
        people = people_of(values)
        if above.get(row, "") != group:
            group = year = above[row]
        year = values.get("year", year)
        found.append(
            EarlierTandem(
                id="",
                programme_id=programme_id,
                year=year,
                mentee=people["mentee"],
                mentee_organisation=values.get("mentee_organisation"),
                mentor=people["mentor"],
                mentor_organisation=values.get("mentor_organisation"),
                source=source.model_copy(update={"row": row}),
            )
        )
    return found


def new_tandems(
    told: Iterable[EarlierTandem], stored: Iterable[EarlierTandem]
) -> list[tuple[EarlierTandem, EarlierTandem | None]]:
    """Return the tandems that are not stored yet, each with the one stored of no run that learns it so.

    Two persons are one tandem of a run, however often they are told; one of no run is no news beside another.
    """
    before = {_key(tandem): tandem for tandem in stored}
    known, new = set(before), []
    pairs = {key[1:] for key in known}
    for tandem in told:
        key = _key(tandem)
        if key in known or (not tandem.year and key[1:] in pairs):
            continue
        known.add(key)
        pairs.add(key[1:])
        new.append((tandem, before.pop(("", *key[1:]), None)))
    return new


def _key(tandem: EarlierTandem) -> tuple[object, ...]:
    return tandem.year, name_key(tandem.mentee, ""), name_key(tandem.mentor, "")


def run_in(*texts: str | None) -> str:
    """Return the run that the first of some titles tells of: a year, or the number of a run; else empty.

    Examples
    --------
    >>> run_in("Tandems", "Lauf: 3. Durchgang"), run_in("Tandems 2016/17")
    ('3. Durchgang', '2016/17')
    """
    return next((match[0] for text in texts if text and (match := _RUN.search(text))), "")
