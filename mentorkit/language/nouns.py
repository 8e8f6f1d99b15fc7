"""Gendered nouns: one word, every style a programme may write.

A noun in a sentence inflects by its format, ``{mentor:pl.dat}``: number (``sg``, ``pl``), case
(``nom``, ``gen``, ``dat``, ``acc``) and, optionally, article (``def``, ``indef``). The styles are those in
use in German administrations; English has none and ignores them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

Style = Literal["pair", "star", "underscore", "colon", "capital_i", "slash", "neutral"]
STYLES: tuple[Style, ...] = get_args(Style)

_MARK = {"star": "*", "underscore": "_", "colon": ":", "slash": "/-"}
# article → case → (feminine, masculine)
_ARTICLES = {
    "def": {"nom": ("die", "der"), "gen": ("der", "des"), "dat": ("der", "dem"), "acc": ("die", "den")},
    "indef": {
        "nom": ("eine", "ein"),
        "gen": ("einer", "eines"),
        "dat": ("einer", "einem"),
        "acc": ("eine", "einen"),
    },
}
_PLURAL_ARTICLE = {"nom": "die", "gen": "der", "dat": "den", "acc": "die"}
# "ein*e", "eine*n", "einem*r": the form that the word lists of the star's advocates give
_MARKED_INDEF = {"nom": ("ein", "e"), "acc": ("eine", "n"), "dat": ("einem", "r"), "gen": ("eines", "r")}


@dataclass(frozen=True)
class Noun:
    """A noun with its feminine and masculine forms; equal forms mean a word without gender endings."""

    english: tuple[str, str]
    feminine: tuple[str, str]
    masculine: tuple[str, str]
    masculine_genitive: str
    neutral_plural: str = ""


NOUNS: dict[str, Noun] = {
    "mentor": Noun(("mentor", "mentors"), ("Mentorin", "Mentorinnen"), ("Mentor", "Mentoren"), "Mentors"),
    "mentee": Noun(("mentee", "mentees"), ("Mentee", "Mentees"), ("Mentee", "Mentees"), "Mentees"),
    "participant": Noun(
        ("participant", "participants"),
        ("Teilnehmerin", "Teilnehmerinnen"),
        ("Teilnehmer", "Teilnehmer"),
        "Teilnehmers",
        "Teilnehmende",
    ),
    "coordinator": Noun(
        ("coordinator", "coordinators"),
        ("Koordinatorin", "Koordinatorinnen"),
        ("Koordinator", "Koordinatoren"),
        "Koordinators",
    ),
    "applicant": Noun(
        ("applicant", "applicants"),
        ("Bewerberin", "Bewerberinnen"),
        ("Bewerber", "Bewerber"),
        "Bewerbers",
        "Bewerbende",
    ),
}


@dataclass(frozen=True)
class _Inflected:
    noun: Noun
    language: str
    style: Style
    women_only: bool

    def __format__(self, spec: str) -> str:
        number, case, article, *_ = [*(spec or "sg.nom").split("."), "nom" if "." not in spec else "", ""]
        case = case or "nom"
        if self.language == "en":
            return self._english(number, article)
        return self._plural(case, article) if number == "pl" else self._singular(case, article)

    def __str__(self) -> str:
        return format(self, "")

    def _english(self, number: str, article: str) -> str:
        word = self.noun.english[number == "pl"]
        if article == "def":
            return f"the {word}"
        return (
            f"{'an' if word[0] in 'aeiou' else 'a'} {word}" if article == "indef" and number == "sg" else word
        )

    def _only_women(self) -> bool:
        return self.women_only and self.noun is NOUNS["mentee"]

    def _plural(self, case: str, article: str) -> str:
        lead = f"{_PLURAL_ARTICLE[case]} " if article == "def" else ""
        feminine, masculine = self.noun.feminine[1], self.noun.masculine[1]
        if case == "dat" and not masculine.endswith(("n", "s")):
            masculine += "n"
        if feminine == masculine:
            return lead + feminine
        if self.style == "neutral" and self.noun.neutral_plural:
            return lead + self.noun.neutral_plural + ("n" if case == "dat" else "")
        stem = self.noun.feminine[0].removesuffix("in")
        if self.style == "capital_i":
            return f"{lead}{stem}Innen"
        if self.style in _MARK:
            return f"{lead}{stem}{_MARK[self.style]}innen"
        return f"{lead}{feminine} und {masculine}"

    def _singular(self, case: str, article: str) -> str:
        feminine, masculine = self.noun.feminine[0], self.noun.masculine[0]
        if case == "gen":
            masculine = self.noun.masculine_genitive
        articles = _ARTICLES.get(article, {}).get(case, ("", ""))
        if self._only_women():
            return f"{articles[0]} {feminine}".strip()
        if feminine == self.noun.masculine[0]:
            return self._same_word(feminine, masculine, articles, case)
        if self.style in _MARK or self.style == "capital_i":
            return self._marked(case, article, articles)
        return " oder ".join(
            f"{a} {word}".strip() for a, word in zip(articles, (feminine, masculine), strict=True)
        )

    def _same_word(self, feminine: str, masculine: str, articles: tuple[str, str], case: str) -> str:
        if not articles[0]:
            return feminine
        if case == "gen":
            return f"{articles[0]} {feminine} oder {articles[1]} {masculine}"
        return f"{articles[0]}/{articles[1]} {feminine}"

    def _marked(self, case: str, article: str, articles: tuple[str, str]) -> str:
        mark = _MARK.get(self.style, "")
        stem = self.noun.feminine[0].removesuffix("in")
        word = f"{stem}{mark}in" if mark else f"{stem}In"
        if not article:
            return word
        if article == "indef" and mark:
            first, second = _MARKED_INDEF[case]
            return f"{first}{mark}{second} {word}"
        return f"{articles[0]}/{articles[1]} {word}"


def inflector(language: str, style: Style, women_only: bool) -> Callable[[Noun], _Inflected]:
    """Return a function that binds a noun to a language and a style."""
    return lambda noun: _Inflected(noun, language, style, women_only)
