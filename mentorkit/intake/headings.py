"""From the cells of a heading row to the fields of an application."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from mentorkit.intake.text import plain, without_brackets
from mentorkit.intake.vocabulary import (
    FILLERS,
    NAME,
    NOTHING,
    RANKS,
    SOMEBODY_ELSE,
    STEMS,
    UNSURE,
    VOCABULARY,
    WISHES,
)

#: From this score on a heading is understood without doubt.
SURE = 0.9
_LOWEST = 0.55
#: The score of a phrase whose meaning is a guess.
UNSURE_SCORE = 0.7
#: The scores of what somebody said of a heading, and of a column.
_TOLD, _GIVEN = 2.0, 3.0
_FUZZY = 86
_LONGEST_STEMMED = 50
_ORDER = list(VOCABULARY)
_PEOPLE = re.compile(
    r"(mentor|bewerber|kandidat|teilnehmer|mentee|partner)"
    r"(?:[*_:/]innen(?=[a-z])|(?:[*_:/.\-]*\(?-?in(?:nen)?\)?|innen|inn|en|in|s)?(?![a-z]))"
)
#: One word with the endings for men and women: *Mandatsträger/in*, *Studierende_r*.
_SOMEBODY = re.compile(r"[a-z]{3,}[*_:/]-?\(?(?:in|innen|r|n)\)?")
_Note = Callable[[Collection[str], float], None]
_TWICE = re.compile(r"\b(\w+)(?: (?:und|oder|bzw|and|or) | ?[/,] ?)\1\b")


@dataclass(frozen=True)
class Column:
    """A column as understood: place from 0, heading, meaning (a field or None) and whether that is sure."""

    place: int
    heading: str
    field: str | None
    sure: bool = True


@lru_cache(maxsize=5000)
def normal(heading: str) -> str:
    """Return a heading without case, accents, gender endings and punctuation.

    Examples
    --------
    >>> normal("Wunschmentor*in (1. Wahl)"), normal("Mentorinnen und Mentoren")
    ('wunschmentor 1 wahl', 'mentor')
    """
    text = _PEOPLE.sub(r"\1", plain(heading))
    return " ".join(re.findall(r"[a-z0-9#]+", _TWICE.sub(r"\1", text)))


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    """Return the fields of each phrase, phrases joined to one word."""
    found: dict[str, list[str]] = {}
    for field, phrases in VOCABULARY.items():
        for phrase in (field, *phrases):
            for form in (normal(phrase), normal(without_brackets(phrase, ""))):
                if field not in found.setdefault(form.replace(" ", ""), []):
                    found[form.replace(" ", "")].append(field)
    found.pop("", None)
    return {phrase: tuple(fields) for phrase, fields in found.items()}


@cache
def _unsure_phrases() -> dict[str, tuple[str, ...]]:
    """Return the fields that phrases may mean, phrases joined to one word."""
    return {normal(phrase).replace(" ", ""): (field,) for field, said in UNSURE.items() for phrase in said}


@cache
def _long_phrases() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Return phrases that mean their field also inside a longer heading, with their words, by the first."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for field, phrases in VOCABULARY.items():
        for phrase in phrases if field != NAME else ():
            words = tuple(normal(phrase).split())
            if len(normal(phrase)) >= 4 and not {"mentor", "mentee"} & set(words):
                found.setdefault(words[0], []).append((field, words))
    return found


@lru_cache(maxsize=20_000)
def known(heading: str) -> bool:
    """Tell whether a text is, letter by letter, a heading of the vocabulary."""
    whole = normal(heading)
    return whole.replace(" ", "") in _phrases() or (_wish(whole) or ("", 0.0))[1] == 1.0


@cache
def _wishes() -> tuple[str, ...]:
    return tuple(normal(wish).replace(" ", "") for wish in WISHES)


def _wish(whole: str) -> tuple[str, float] | None:
    """Return the wish a heading asks for, by its one rank, and how sure that is."""
    parts = re.findall(r"[a-z]+|\d+", whole)
    ranks = {RANKS[part] for part in parts if part in RANKS}
    rest = "".join(part for part in parts if part not in RANKS and part not in FILLERS)
    if len(ranks) != 1 or not rest:
        return None
    close = [("", 1.0)] if rest in _wishes() else _similar(rest, _wishes())
    return (f"wish_{ranks.pop()}", close[0][1]) if close else None


def _similar(said: str, phrases: tuple[str, ...]) -> list[tuple[str, float]]:
    """Return the phrases that a text is but for typing errors, with a likeness up to 0.95."""
    from rapidfuzz import fuzz, process
    from rapidfuzz.distance import OSA

    if len(said) < 5:
        return []
    # one letter wrong in five gives a ratio of 80
    close = process.extract(said, phrases, scorer=fuzz.ratio, score_cutoff=80, limit=8)
    return [
        (phrase, 0.95 * ratio / 100)
        for phrase, ratio, _ in close
        if len(phrase) >= 5 and (ratio >= _FUZZY or OSA.distance(said, phrase, score_cutoff=1) == 1)
    ]


@lru_cache(maxsize=5000)
def meanings(heading: str) -> tuple[tuple[float, str], ...]:
    """Return what a heading can mean, best first, with a score from 0 to 1."""
    found: dict[str, float] = {}

    def note(fields: Collection[str], score: float) -> None:
        for field in fields:
            found[field] = max(score, found.get(field, 0.0))

    whole = normal(heading)
    if not whole or len(whole) > 200:
        return ()
    if wish := _wish(whole):
        note((wish[0],), wish[1])
    note(_phrases().get(whole.replace(" ", ""), ()), 1.0)
    if not found:
        note(_unsure_phrases().get(whole.replace(" ", ""), ()), UNSURE_SCORE)
    if not found:
        bare = [w for w in normal(without_brackets(heading)).split() if w not in FILLERS]
        note(_phrases().get("".join(dict.fromkeys(bare)), ()), 0.97)
    if not found:
        for phrase, likeness in _similar(whole.replace(" ", ""), tuple(_phrases())):
            note(_phrases()[phrase], likeness)
        if not any(mark in whole for mark in SOMEBODY_ELSE):
            _note_contained(whole.split(), note)
            _note_stems(heading, whole.replace(" ", ""), note)
    ranked = sorted(found.items(), key=lambda item: (-item[1], _ORDER.index(item[0])))
    return tuple((score, field) for field, score in ranked)


def _note_stems(heading: str, joined: str, note: _Note) -> None:
    if "@" in heading or len(joined) > _LONGEST_STEMMED:  # an answer, no heading
        return
    for field, stem in STEMS.items():
        if stem.search(joined):
            note((field,), 0.88)
    if _SOMEBODY.fullmatch(plain(heading)):
        note((NAME,), 0.6)


def _note_contained(parts: list[str], note: _Note) -> None:
    letters = sum(map(len, parts))
    for i, part in enumerate(parts):
        for field, phrase in _long_phrases().get(part, ()):
            if tuple(parts[i : i + len(phrase)]) == phrase:
                note((field,), 0.5 + 0.38 * sum(map(len, phrase)) / letters)


def columns(
    headings: Sequence[str],
    asked: Collection[str],
    told: Mapping[str, str] | None = None,
    given: Mapping[int, str] | None = None,
) -> tuple[Column, ...]:
    """Give each heading its meaning; none is given twice unless a person does so.

    Parameters
    ----------
    headings
        The cells of the heading row.
    asked
        The fields that the programme asks for: they are meant where a heading can mean several.
    told
        What headings (as :func:`normal` writes them) mean by what somebody said; empty for nothing.
    given
        What columns mean by what somebody said, by place; empty for nothing.
    """
    told, given = told or {}, given or {}
    wanted = [
        (-score, field not in asked, place, _ORDER.index(field))
        for place, heading in enumerate(headings)
        if place not in given
        for rank, (score, field) in enumerate(_told_meanings(heading, told))
        if score >= (_LOWEST if rank == 0 else SURE)
    ]
    meaning = {place: (field or NOTHING, _GIVEN) for place, field in given.items()}
    for minus, _, place, order in sorted(wanted):
        field = _ORDER[order]
        taken = {known for known, _ in meaning.values()}
        if place not in meaning and (field not in taken or field == NOTHING):
            meaning[place] = (field, -minus)
    _settle_names(meaning)
    width = max((len(headings), *(place + 1 for place in given)))
    return tuple(
        Column(place, heading, field if field != NOTHING else None, score >= SURE)
        for place, heading in enumerate([*headings, *[""] * (width - len(headings))])
        if heading or place in given
        for field, score in [meaning.get(place, (NOTHING, 1.0))]
    )


def _told_meanings(heading: str, told: Mapping[str, str]) -> tuple[tuple[float, str], ...]:
    field = told.get(normal(heading))
    if field is None or (field and field not in _ORDER):
        return meanings(heading)
    return ((_TOLD, field or NOTHING),)


def _settle_names(meaning: dict[int, tuple[str, float]]) -> None:
    """Decide what ``Name`` means: the last name beside a first name, else the whole name."""
    place = {field: at for at, (field, _) in meaning.items()}
    if NAME in place and "first_name" in place:
        score = meaning[place[NAME]][1]
        meaning[place[NAME]] = (NOTHING if "last_name" in place else "last_name", score)
    elif "last_name" in place and "first_name" not in place and NAME not in place:
        meaning[place["last_name"]] = (NAME, meaning[place["last_name"]][1])
