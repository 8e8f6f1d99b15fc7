"""How wide words are in a picture, and how names are broken into lines."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

_EM = 100
_PSEUDONYM = re.compile(r"(\w+ [0-9a-f]{8})[0-9a-f]{8}")
#: Where a name may be broken: after blanks and hyphens.
_PARTS = re.compile(r"[^\s-]*(?:-+|\s+|$)")


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Leave out the control characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


@cache
def _font(bold: bool) -> FT2Font:
    import matplotlib
    from matplotlib.ft2font import FT2Font

    font = FT2Font(f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' * bold}.ttf")
    font.set_size(_EM, 72)
    return font


@cache
def _advance(letter: str, bold: bool) -> float:
    """Return the width of a letter as a share of its size; an em for what the font lacks."""
    font = _font(bold)
    index = font.get_char_index(ord(letter))
    return font.load_glyph(index).linearHoriAdvance / 65536 / _EM if index else 1.0


def width(words: str, size: float, *, bold: bool = False) -> float:
    """Return the width of words in pixels, in DejaVu Sans: the widest of the fonts they are shown in."""
    return size * sum(_advance(letter, bold) for letter in words)


def label(name: str) -> str:
    """Return a name as it is written: a pseudonym is shortened to what tells it from others here."""
    return short[1] if (short := _PSEUDONYM.fullmatch(name)) else clean(name)


def wrap(words: str, wide: float, size: float, *, most: int, bold: bool = False) -> list[str]:
    """Break words into lines of so many pixels at most, at blanks and hyphens where that is possible.

    Returns
    -------
    list of str
        At most ``most`` lines; the last ends in an ellipsis where something is left out.
    """
    lines = [""]
    for part in _PARTS.findall(" ".join(words.split())):
        if lines[-1] and width((lines[-1] + part).rstrip(), size, bold=bold) > wide:
            lines.append("")
        for letter in part:
            if lines[-1] and width((lines[-1] + letter).rstrip(), size, bold=bold) > wide:
                lines.append("")
            lines[-1] += letter
        if len(lines) > most:
            break
    lines = [line.strip() for line in lines]
    if len(lines) > most:
        last = lines[most - 1]
        while last and width(last + "…", size, bold=bold) > wide:
            last = last[:-1]
        lines = [*lines[: most - 1], last + "…"]
    return [line for line in lines if line]
