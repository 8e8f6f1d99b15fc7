"""A workbook (XLSX) to hand out: what is written stays text, and the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

from mentorkit.language import say
from mentorkit.programme.records import Role

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_STAMP = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the format knows no time zone


def xlsx(title: str, fill: Callable[[Workbook], None]) -> bytes:
    """Return a workbook that a function fills; what looks like a formula or an address stays text.

    Parameters
    ----------
    title
        Title among the properties of the file.
    fill
        Adds the sheets.
    """
    from xlsxwriter import Workbook

    written = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(written, options) as book:
        book.set_properties({"title": title, "created": _STAMP})
        fill(book)
    return written.getvalue()


def sheet_name(role: Role) -> str:
    """Return the name of the sheet of a role, as short and plain as the format asks."""
    name = say("{mentee:pl.nom}") if role == "mentee" else say("{mentor:pl.nom}")
    return re.sub(r"[\[\]:*?/\\]", "-", name)[:31]
