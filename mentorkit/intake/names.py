"""Names of people: splitting, titles, comparing."""

from __future__ import annotations

import re
from functools import lru_cache

from mentorkit.intake.text import letters, plain

#: No part of a name has more characters, or words.
_LONGEST_NAME, _MOST_WORDS = 80, 8
_TITLE = re.compile(
    r"(?:(?:Univ\.-?)?(?:Prof(?:essor(?:in)?)?|Dr)(?:[.:*/_-]{1,2}(?:in|ing))?\b\.?|PD\b"
    r"|(?:med|phil|jur|iur|rer|nat|pol|oec|ing|dent|theol|habil|mus)\."
    r"|h\. ?c\.|Dipl\.[- ]?\w+\.?(?: ?\(FH\))?|Mag\.|M\.? ?A\.|B\.? ?A\.|M\.? ?Sc\.|B\.? ?Sc\.|LL\.M\.?"
    r"|(?:Frau|Herrn?|Mrs?|Ms)\b\.?|KMD|GMD)(?=[\s,.]|$)[\s,.]*",
    re.IGNORECASE,
)
#: What stands after a name: a mandate, the name at birth.
_ADDED = re.compile(
    r"[\s,(](Md[A-Z][A-Za-z]{0,2}|a\.\s?D\.|(?:geb\.|geb(?=\s)|geborene[rs]?)\s*[^,()]+)\)?(?=[\s,()]|$)"
)


def without_titles(name: str) -> tuple[str, str]:
    """Return a name without titles and forms of address before it and additions after it, and all these.

    Examples
    --------
    >>> without_titles("Prof. Dr. Anna von Hof")
    ('Anna von Hof', 'Prof. Dr.')
    """
    name, added = _without_added(name.strip())
    end = 0
    while (match := _TITLE.match(name, end)) and match.end() > end:
        end = match.end()
    bare, title = name[end:].strip(), name[:end].strip(" ,")
    if not bare:
        bare, title = name.strip(), ""
    return bare, " ".join(filter(None, (title, *added)))


def _without_added(name: str) -> tuple[str, list[str]]:
    parts, added, end = [], [], 0
    for match in _ADDED.finditer(name):
        parts.append(name[end : match.start()].rstrip(" \t\n,("))
        added.append(match[1].strip())
        end = match.end()
    return "".join((*parts, name[end:])), added


def are_titles(text: str) -> bool:
    """Tell whether a text is nothing but titles, or empty."""
    return without_titles(f"{text} x")[0] == "x"


def split_name(text: str, *, first_comes_first: bool = False) -> tuple[str, str]:
    """Split a name in one cell into first and last name.

    ``Last, First`` at the comma, otherwise after the first word: particles and double surnames belong to
    the last name. Titles stay before the first name; additions (*MdL*, *geb. Kurz*) are left out.

    Parameters
    ----------
    text
        The cell.
    first_comes_first
        Whether the heading says that the first name stands before the comma.

    Examples
    --------
    >>> split_name("Inge von der Mude"), split_name("Weller-auch Schlauchin, Sylvie")
    (('Inge', 'von der Mude'), ('Sylvie', 'Weller-auch Schlauchin'))
    """
    said, _ = _without_added(" ".join(text.split()))
    parts, titles = [part.strip() for part in said.split(",")], ""
    while len(parts) > 1 and are_titles(parts[-1]):  # "Anna Hof, Dr."
        titles = f"{parts.pop()} {titles}".strip()
    before, after = parts[0], ", ".join(parts[1:]).strip(" ,")
    if after:
        after = f"{titles} {after}".strip()
        return (before, after) if first_comes_first else _move_title(after, before)
    bare, title = without_titles(f"{titles} {before}".strip())
    first, _, last = bare.partition(" ")
    if not last:
        return title, first
    return f"{title} {first}".strip(), last.strip()


def _move_title(first: str, last: str) -> tuple[str, str]:
    bare, title = without_titles(last)
    return f"{title} {first}".strip(), bare


@lru_cache(maxsize=50_000)
def name_key(first: str, last: str) -> tuple[str, str]:
    """Return a name as it is compared: without titles, case, accents, hyphens and spaces."""
    return letters(without_titles(first)[0]), letters(without_titles(last)[0])


def nearly_equal(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Tell whether two names (by :func:`name_key`) are one but for typing errors or order."""
    from rapidfuzz.distance import OSA

    ways = (one, one[::-1])
    return any(OSA.distance(a + " " + b, " ".join(other), score_cutoff=2) <= 2 for a, b in ways)


def misspelt(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Tell whether two names (by :func:`name_key`) may be one written in two ways, in either order.

    One part is the same, and the other differs by a typing error or sounds alike: *Schmidt* and *Schmitt*,
    *Meier* and *Mayer*, not *Daniel* and *Daniela*.
    """
    ways = (other, other[::-1])
    return any(
        (one[0] == first and _alike(one[1], last))
        or (one[1] == last and _alike(one[0], first) and not other_person(one[0], first))
        for first, last in ways
    )


def _alike(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    if one == other:
        return True
    short = min(len(one), len(other))
    if short < 4 or one[0] != other[0]:
        return False
    distance = OSA.distance(one, other, score_cutoff=2)
    same_sound = _VOWELS.sub("", one) == _VOWELS.sub("", other)
    return distance <= 1 or (distance == 2 and short >= 5 and same_sound)


_VOWELS = re.compile("[aeiouy]")
_ENDINGS = ("a", "e", "s", "n", "i", "o", "ne", "te")


def other_person(said: str, name: str) -> bool:
    """Tell whether first names differ as two people's do: Daniel, Daniela; Christian, Christina."""
    short, long = sorted((said, name), key=len)
    if len(short) == len(long):
        return short[:-2] == long[:-2] and {short[-2:], long[-2:]} == {"an", "na"}
    return long.startswith(short) and long[len(short) :] in _ENDINGS and long[-1] != short[-1]


def is_no_name(text: str) -> bool:
    """Tell whether a text cannot be a first or last name: an address, or far too much for one."""
    return "@" in text or len(text) > _LONGEST_NAME or len(text.split()) > _MOST_WORDS


def looks_like_a_name(text: str) -> bool:
    """Tell whether a text alone in its row is a person's name rather than a remark."""
    if re.search(r"[0-9:;!?=@]", text) or not 2 <= len(text.replace(",", " ").split()) <= 5:
        return False
    return all(
        word[0].isupper() or plain(word) in _PARTICLES for word in text.replace(",", " ").split()
    ) and not text.endswith(".")


_PARTICLES = {
    "von", "van", "der", "den", "de", "zu", "zur", "zum", "vom", "und", "auf", "di", "da", "del", "la", "le",
    "ten", "ter", "af", "av",
}  # fmt: skip
