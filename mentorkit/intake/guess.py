"""What columns without a heading hold, as far as their cells tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mentorkit.intake.names import looks_like_a_name
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.vocabulary import NAME

#: So many rows are looked at.
_ROWS = 100
#: In so many of the filled cells of a column a pattern must be found.
_SHARE = 0.8
_PATTERNS = (
    ("email", re.compile(r"[^\s@]+@[^\s@]+\.\w+")),
    ("gender", re.compile(r"[mwd]|Frau|Herr|Fr\.|Hr\.|männlich|weiblich|divers", re.IGNORECASE)),
    ("pay_grade", re.compile(r"(?:A|EG|E|S|B)\s?\d{1,2}\s?[a-cü]?(?:\s.{0,12})?")),
    ("birth_year", re.compile(r"19[3-9]\d|200\d")),
    ("phone", re.compile(r"(?:\+|00?)[\d\s/()-]{6,}")),
)

#: In so many cells without a heading a known organisation must stand: others may be new ones.
_KNOWN = 0.5
#: A name alone in a column has two words of letters that are not all capitals, such as no “A II” has.
_WORD = re.compile(r"[^\W\d_][^\W\d_]*[a-zà-öø-ÿß-ſ]")
#: Of these no other field looks the same.
_TELLING = frozenset({"email", "gender", "pay_grade"})


def guess_columns(rows: Sequence[Sequence[str]], known: Organisations | None = None) -> dict[int, str]:
    """Return the fields that columns seem to hold, by place; each field once.

    ``known`` are the organisations that can be meant: what names them is no person.

    Examples
    --------
    >>> guess_columns([("Hof, Anna", "anna@example.org"), ("Ahl, Ruth", "ruth@example.org")])
    {0: 'name', 1: 'email'}
    """
    found: dict[int, str] = {}
    for place in range(max(map(len, rows[:_ROWS]), default=0)):
        cells = [row[place] for row in rows[:_ROWS] if place < len(row) and row[place]]
        field = "organisation" if known and _are_organisations(cells, known, _KNOWN) else _field_of(cells)
        if field and field not in found.values():
            found[place] = field
    return found


def _field_of(cells: Sequence[str]) -> str | None:
    least = max(1.0, _SHARE * len(cells))
    for field, pattern in _PATTERNS:
        if sum(pattern.fullmatch(cell) is not None for cell in cells) >= least:
            return field
    return NAME if sum(map(_is_a_whole_name, cells)) >= least else None


def _is_a_whole_name(cell: str) -> bool:
    return looks_like_a_name(cell) and len(_WORD.findall(cell)) > 1


def proposed_field(cells: Sequence[str], known: Organisations) -> str | None:
    """Return the field that the cells of a column speak of beyond doubt, whatever stands above them."""
    field = _field_of(cells)
    if field in _TELLING:
        return field
    return "organisation" if _are_organisations(cells, known) else None


def _are_organisations(cells: Sequence[str], known: Organisations, share: float = _SHARE) -> bool:
    if known.settings.kind != "known" or not cells:
        return False
    return sum(known.match(cell).name is not None for cell in cells) >= share * len(cells)
