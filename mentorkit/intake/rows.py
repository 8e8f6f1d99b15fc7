"""What a row of a table says: its entries, where they stand, and what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mentorkit.intake.headings import normal
from mentorkit.intake.names import split_name
from mentorkit.intake.sheets import letters_of
from mentorkit.intake.tables import MENTOR, Table
from mentorkit.intake.text import plain
from mentorkit.intake.vocabulary import NAME, ROLE
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Role

#: Fields that a cell of another meaning may hold too.
_WITHIN = {"first_name": NAME, "last_name": NAME, "wish_2": "wish_1", "wish_3": "wish_1"}


def entries_of(table: Table, cells: Sequence[str]) -> dict[str, str]:
    """Return what a row says, text by field, as it came; a name in one cell is split."""
    values = table.values(cells)
    heading = {column.field: column.heading for column in table.columns if column.field}
    if NAME in values:
        first_comes_first = "," in heading[NAME] and normal(heading[NAME]).startswith(("vorname", "first"))
        first, last = split_name(values[NAME], first_comes_first=first_comes_first)
        values |= {"first_name": first, "last_name": last}
    if "permanent" in values:
        values["permanent"] = _with_heading(heading["permanent"], values["permanent"])
    if "wish_1" in values and not {"wish_2", "wish_3"} & table.fields:
        wishes = [wish.strip() for wish in re.split(r"[;/\n]", values["wish_1"]) if wish.strip()]
        values |= {f"wish_{rank}": wish for rank, wish in enumerate(wishes[:3], 1)}
    return {name: values[name] for name in FIELDS if values.get(name)}


def extra_of(table: Table, cells: Sequence[str]) -> dict[str, str]:
    """Return what a row says in columns that stand for no field, by heading or the column's letters."""
    found: dict[str, str] = {}
    for label, place in table.others:
        if place < len(cells) and cells[place]:
            found[label] = cells[place]
    for place in range(table.width, len(cells)):
        if cells[place]:
            found[letters_of(place)] = cells[place]
    return found


def cells_of(table: Table, row: int, cells: Sequence[str], fields: Iterable[str]) -> dict[str, str]:
    """Return the cells that the fields of a row came from, such as ``H12`` or ``H12, I12``."""
    found = {}
    for field_name in fields:
        at = table.places.get(field_name) or table.places.get(_WITHIN.get(field_name, ""), [])
        named = [f"{letters_of(place)}{row}" for place in at if place < len(cells) and cells[place]]
        if named:
            found[field_name] = ", ".join(named)
    return found


def roles_of_row(table: Table, cells: Sequence[str]) -> tuple[Role, ...]:
    """Return the roles that a column for it names; a row without one is left to a person."""
    said = plain(table.values(cells).get(ROLE, ""))
    both = re.fullmatch(r"(?:in )?(?:beide[sn]?(?: rollen)?|both)", said)
    mentor = both or MENTOR.search(said)
    mentee = both or "mentee" in said
    roles: dict[Role, bool] = {"mentee": bool(mentee), "mentor": bool(mentor)}
    return tuple(role for role, named in roles.items() if named)


def _with_heading(heading: str, cell: str) -> str:
    """Keep the heading with a yes or no under *fixed-term*, where it means the opposite."""
    if normal(heading).startswith("befrist") and "unbefristet" not in plain(heading + cell):
        return cell if "befristet" in plain(cell) else f"befristet: {cell}"
    return cell
