"""Numbers, dates and names as a German or an English reader expects them."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from mentorkit.language import voice

_LETTERS = str.maketrans(
    {"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "đ": "d", "Đ": "D"}
)

#: ``2008-11-29``
_ISO_LENGTH = 10


def din5007(text: str) -> tuple[str, str]:
    """Return the sorting key of DIN 5007-1, by which ä sorts as a and ß as ss.

    The text itself comes second, so that names that differ only in accents keep one order.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold(), text


def date(value: dt.date, form: str = "medium") -> str:
    """Write a date, ``29.11.2008`` in German, ``29 Nov 2008`` in English."""
    from babel.dates import format_date

    if form == "medium" and voice().language == "de":
        return value.strftime("%d.%m.%Y")
    return str(format_date(value, form, locale=_locale()))


def written(text: str) -> str:
    """Return a text; a date that stands in it as ISO alone as the language writes it: ``29.11.2008``."""
    try:
        return date(dt.date.fromisoformat(text)) if len(text) == _ISO_LENGTH else text
    except ValueError:
        return text


def number(value: float | Decimal, digits: int | None = None) -> str:
    """Write a number with the separators of the language, with a fixed count of decimals if given."""
    from babel.numbers import format_decimal

    pattern = None if digits is None else "#,##0." + "0" * digits if digits else "#,##0"
    return str(format_decimal(value, format=pattern, locale=_locale()))


def listing(items: Iterable[str]) -> str:
    """Join words as a sentence does: ``Bergkamen, Kamen und Unna``."""
    from babel.lists import format_list

    return str(format_list(list(items), locale=_locale()))


def _locale() -> str:
    return {"de": "de_DE", "en": "en_GB"}[voice().language]
