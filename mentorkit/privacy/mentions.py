"""Where texts mention people: their names in any usual spelling, their addresses and telephone numbers."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from mentorkit.intake.names import without_titles
from mentorkit.intake.people import email_key

_WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]{}|]+@[\w.-]+")
_NUMBER = re.compile(r"\+?\d[\d\s/().-]{4,}\d")
_NO_FIGURE = re.compile(r"\D+")
#: What may stand between the words of a name.
_BETWEEN = re.compile(r"[\W_]{1,3}")
#: What makes a last name alone a mention.
_FORMS = ("frau", "fr", "herr", "herrn", "hr", "mr", "mrs", "ms", "dr", "prof", "professor", "professorin")
#: So many last figures of a telephone number tell whose it is.
_FIGURES = 7
_SHORT = str.maketrans({"ß": "s", "ł": "l", "ø": "o", "æ": "a", "đ": "d", "ı": "i", "œ": "o"})
_ACCENT = re.compile("[\u0300-\u036f]")


def folded(text: str) -> str:
    """Return a text as it is compared: umlauts written in any way, accents and case make no difference."""
    if not text.isascii():
        text = _ACCENT.sub("", unicodedata.normalize("NFKD", text.lower().translate(_SHORT)))
    text = text.lower()
    for two, one in (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ss", "s")):
        text = text.replace(two, one)
    return text


class Mentions:
    """Finds mentions of some people in texts.

    Parameters
    ----------
    names
        First and last name of each, and every other way in which somebody's name is known. One of a single
        word is a mention where it is the whole text, or stands after a form of address.
    addresses, numbers
        Their e-mail addresses and telephone numbers.
    but, namesakes
        Names that are somebody else's: a mention that may be of one of ``but`` is none, nor is the whole name
        of one of ``namesakes``.
    """

    def __init__(
        self,
        names: Iterable[tuple[str, str]],
        addresses: Iterable[str] = (),
        numbers: Iterable[str] = (),
        but: Iterable[tuple[str, str]] = (),
        namesakes: Iterable[tuple[str, str]] = (),
    ) -> None:
        others = {spelling for first, last in but for spelling in _spellings(first, last)}
        others |= {spelling for first, last in namesakes for spelling in _whole(first, last)}
        self._alone = {w for name in names for w in _alone(*name)} - {
            w for name in but for w in _alone(*name)
        }
        self._likely = set[str](self._alone)
        self._by_first: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for spelling in {s for first, last in names for s in _spellings(first, last)} - others:
            self._by_first[spelling[0]].add(spelling)
            self._likely.add(max(spelling, key=len))
        self._addresses = {email_key(address) for address in addresses} - {""}
        self._numbers = {figures for number in numbers if (figures := _figures(number))}

    def may_be_in(self, text: str) -> bool:
        """Tell quickly whether a text may hold a mention; whatever has none at all is told for sure."""
        said = folded(text)
        if any(word in said for word in self._likely):
            return True
        if self._addresses and "@" in text:
            return True
        return bool(self._numbers) and any(n in _NO_FIGURE.sub("", text) for n in self._numbers)

    def has(self, value: Any) -> bool:  # noqa: ANN401 - whatever a record holds
        """Tell whether a text, or any text in a list or mapping, mentions one of the people."""
        if isinstance(value, str):
            return next(iter(self._places(value)), None) is not None
        if isinstance(value, dict):
            return any(map(self.has, value.values()))
        return isinstance(value, list | tuple) and any(map(self.has, value))

    def without(self, value: Any, instead: str) -> Any:  # noqa: ANN401
        """Return a text, or a list or mapping with texts in it, with something else in place of mentions."""
        if isinstance(value, str):
            return self._replaced(value, instead)
        if isinstance(value, dict):
            return {key: self.without(said, instead) for key, said in value.items()}
        if isinstance(value, list | tuple):
            return [self.without(said, instead) for said in value]
        return value

    def _replaced(self, text: str, instead: str) -> str:
        parts, end = [], 0
        for start, stop in sorted(self._places(text)):
            if start >= end:
                parts += [text[end:start], instead]
            end = max(end, stop)
        return "".join((*parts, text[end:])) if parts else text

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where people are mentioned, addresses as a whole."""
        addresses = [match.span() for match in _ADDRESS.finditer(text)]
        for start, end in addresses:
            said = text[start:end]
            if email_key(said.strip(".")) in self._addresses or any(self._named(said)):
                yield start, end
        for match in _NUMBER.finditer(text) if self._numbers else ():
            if _figures(match[0]) in self._numbers:
                yield match.span()
        yield from self._named(text)

    def _named(self, text: str) -> Iterator[tuple[int, int]]:
        found = list(_WORD.finditer(text))
        said = [folded(match[0]) for match in found]
        if len(found) == 1 and said[0] in self._alone:
            yield found[0].span()
        for i, word in enumerate(said):
            lengths = [
                len(spelling)
                for spelling in self._by_first.get(word, ())
                if _reads(said[i : i + len(spelling)], spelling)
                and _together(text, found[i : i + len(spelling)])
            ]
            if lengths:
                first = i + 1 if word in _FORMS else i
                yield found[first].start(), found[i + max(lengths) - 1].end()


def _reads(said: list[str], spelling: tuple[str, ...]) -> bool:
    """Tell whether words are a name; the last may stand in the genitive."""
    return tuple(said[:-1]) == spelling[:-1] and said[-1:] in ([spelling[-1]], [spelling[-1] + "s"])


def _together(text: str, words: list[re.Match[str]]) -> bool:
    return all(_BETWEEN.fullmatch(text, one.end(), two.start()) for one, two in pairwise(words))


def _spellings(first: str, last: str) -> Iterator[tuple[str, ...]]:
    """Yield the ways to write a name, as words: whole, with an initial, or with a form of address."""
    yield from _whole(first, last)
    firsts, lasts = _words(first), _words(last)
    if firsts and lasts:
        initial = firsts[0][:1]
        yield from ((initial, *lasts), (*lasts, initial))
    if max(map(len, lasts), default=0) > 1:
        yield from ((form, *lasts) for form in _FORMS)


def _whole(first: str, last: str) -> Iterator[tuple[str, ...]]:
    """Yield the ways to write a whole name, as words: in both orders, without further first names."""
    firsts, lasts = _words(first), _words(last)
    if firsts and lasts:
        for given in {firsts, firsts[:1], ("".join(firsts),)}:
            for family in {lasts, ("".join(lasts),)}:
                yield from ((*given, *family), (*family, *given))


def _alone(first: str, last: str) -> tuple[str, ...]:
    """Return the one word that is all of a name; in a text it may be any word."""
    words = (*_words(first), *_words(last))
    return words if len(words) == 1 else ()


def _words(part: str) -> tuple[str, ...]:
    return tuple(folded(word) for word in _WORD.findall(without_titles(part)[0]))


def _figures(number: str) -> str:
    figures = "".join(c for c in number if c.isdigit())
    return figures[-_FIGURES:] if len(figures) >= _FIGURES else ""
