"""How texts are cleaned and compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TypeVar

C = TypeVar("C")
#: So many characters fit into a cell of a spreadsheet.
LONGEST = 32_767

_TRANSCRIBED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "đ": "d", "ı": "i", "’": "'"}
)

_SINGLE = str.maketrans({"ß": "s", "ł": "l", "ø": "o", "æ": "a", "đ": "d", "ı": "i"})


def clean(text: str) -> str:
    r"""Return a cell's text without what nobody sees: control characters, odd spaces, split accents.

    Examples
    --------
    >>> clean(" Anna\xa0 Hof\r\nMünster ")
    'Anna Hof\nMünster'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if text.isprintable():  # a space is the only blank that is
        return text.strip() if "  " not in text else " ".join(text.split())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = (
        c if c == "\n" or unicodedata.category(c)[0] != "C" else " " if c.isspace() else "" for c in text
    )
    return re.sub(r" ?\n ?", "\n", re.sub(r"[^\S\n]+", " ", "".join(shown))).strip()


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Return a text in small letters with umlauts transcribed and without accents.

    Examples
    --------
    >>> plain("Jürgen Ó Höß")
    'juergen o hoess'
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFC", text).lower().translate(_TRANSCRIBED)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


def bare(text: str) -> str:
    """Return the letters of a text without accents; umlauts lose their dots, as typing errors treat them."""
    text = unicodedata.normalize("NFKD", text.lower().translate(_SINGLE))
    return "".join(c for c in text if c.isascii() and c.isalnum())


def words(text: str) -> list[str]:
    """Return the words and numbers of a text, plain."""
    return re.findall(r"[a-z0-9]+", plain(text))


def without_brackets(text: str, instead: str = " ") -> str:
    """Return a text with something else instead of each pair of brackets and what stands in it."""
    # behind the last that closes, each that opens would search to the end
    before, bracket, after = text.rpartition(")")
    return re.sub(r"\([^)]*\)", instead, before + bracket) + after


#: Where a formula would begin: at the start or after a sign that parts cells, unseen signs and quotes apart.
_FORMULA = re.compile("(?:^|[;,|])[\\s\"'\u200b-\u200f\u2060\ufeff]*(?=[=+@\u2212\uff1d\uff0b\uff0d\uff20-])")


def harmless(cell: C) -> C | str:
    """Keep a cell of a CSV file on one line, and a spreadsheet program from taking it for a formula.

    Nobody knows at which signs such a program parts a line, so a formula may not follow any of them.
    """
    return _FORMULA.sub(r"\g<0>'", " ".join(cell.split())) if isinstance(cell, str) else cell


@lru_cache(maxsize=20_000)
def letters(text: str) -> str:
    """Return the letters and digits of a text, plain and without spaces."""
    return "".join(words(text))
