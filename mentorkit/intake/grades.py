"""Pay grades: how German administrations write them, and where they stand on a scale.

Grades of civil servants (A) and of employees (E) are different things: a text that does not say which one
is meant leaves a doubt, and so does a grade of a series that the scale does not have (S 12, P 8, B 2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from mentorkit.intake.text import letters, plain
from mentorkit.intake.values import Understood, is_nothing
from mentorkit.language import voice
from mentorkit.programme.pay import PayScale, Series, pay_scale

UNCLEAR_GRADE = "grade_unclear"
#: What is unclear about a pay grade: it stands on another scale, the scale has no such step, it is no pay
#: grade at all, or it can be read in several ways.
Doubt = Literal["other_scale", "no_step", "no_grade", "several"]


@dataclass(frozen=True)
class Grade:
    """A pay grade as it was written: ``E 9b`` is series ``E``, step 9, suffix ``b``.

    The series is empty where the text does not say it. On a scale of words the step is 0 and the suffix
    the word.
    """

    series: str
    step: int
    suffix: str = ""

    @property
    def key(self) -> str:
        """The name of the grade in the table of its series."""
        return f"{self.step or ''}{self.suffix}"


@dataclass(frozen=True)
class Standing:
    """Where a grade stands: its series on the scale, and its number there."""

    grade: Grade
    number: int | float


#: Words around a grade that only civil servants have …
_CIVIL = re.compile(
    r"(?<![a-z])(?:bes(?:oldungs)?\.?-? ?(?:gr(?:uppe)?|gruppe)?\.?|besoldung|[lb]?bes[og](?: a)?"
    r"|beamt(?:in|er|e)|[a-z]*(?:inspektor(?:in)?|amtfrau|amtmann|amtsrat|amtsraetin)"
    r"|[gmh]\. ?d\.?|[gmh]d|(?:gehobener|hoeherer|mittlerer) dienst"
    r"|(?:\+|mit|plus|zzgl\.?)? ?amtszulage)(?![a-z])"
)
#: … those that only employees have …
_EMPLOYEE = re.compile(
    r"(?<![a-z])(?:entg(?:elt)?\.?-? ?(?:gr(?:uppe)?)?\.?|entgelt|tv[- ]?(?:oe|o)d(?:-[a-z]{1,4})?|tv[- ]?l"
    r"|tv[- ]?v|vka|(?:tarif)?beschaeftigte[rn]?|angestellte[rn]?|stufe \d|st\. ?\d)(?![a-z])"
)
#: … and those that say nothing about it.
_NOISE = re.compile(r"(?<![a-z])(?:gruppe|gr\.|bund|nrw|(?:\+|mit|plus|zzgl\.?)? ?zulage|\+ ?z)(?![a-z])")
#: A grade of a series that no scale here has, such as the social services' S 12.
_OTHER = re.compile(r"[a-z]{1,2} ?\d{1,2} ?[a-z]?")
#: The step within a grade, where it cannot be a second grade.
_STEP = re.compile(r"(?<![a-z])(eg? ?(\d{1,2}) ?[abc]?) ?/ ?([1-6])(?!\d)")
_GRADE = re.compile(r"(a|eg|e)? ?(\d{1,2}) ?(ue|u|a|b|c|z)?")


@lru_cache(maxsize=4096)
def parse(text: str) -> Grade | None:
    """Return the grade a text speaks of; None where it is no number with or without A or E.

    Examples
    --------
    >>> parse("Entgeltgruppe 9b TVöD")
    Grade(series='E', step=9, suffix='b')
    >>> parse("S 12") is None
    True
    """
    said, civil, employee = _bare(text)
    match = _GRADE.fullmatch(said)
    if match is None:
        return None
    says = {"A"} if civil or match[1] == "a" else set()
    suffix = {None: "", "u": "Ü", "ue": "Ü"}.get(match[3], match[3])
    if employee or match[1] in ("e", "eg") or suffix not in ("", "z"):
        says.add("E")
    elif suffix == "z" and says:
        suffix = ""  # A 13 Z is an A 13 with a bonus
    if len(says) > 1:
        return None  # A 9 TVöD
    return Grade("".join(says), int(match[2]), suffix)


def _bare(text: str) -> tuple[str, int, int]:
    """Return a text without the words around a grade, and how many only one kind of staff has."""
    said = re.sub(r"(?<=\d)[.,]0$", "", plain(text).replace("(", " ").replace(")", " ").strip())
    said = _STEP.sub(lambda step: step[0] if int(step[3]) == int(step[2]) + 1 else step[1], said)
    said, civil = _CIVIL.subn(" ", said)
    said, employee = _EMPLOYEE.subn(" ", said)
    return re.sub(r"[\s,;:.\-–/]+", " ", _NOISE.sub(" ", said)).strip(), civil, employee


@lru_cache(maxsize=4096)
def stands(text: str, scale_name: str) -> Standing | None:
    """Return where a written grade stands on a scale; None where that is not clear.

    Raises
    ------
    UsageError
        If there is no such scale.
    """
    scale = pay_scale(scale_name)
    for series in scale.series:
        if series.spellings and (word := _word(text, series)):
            return Standing(Grade(series.name, 0, word), series.steps[word])
    grade = parse(text)
    found = scale.find(grade.series) if grade else None
    if grade is None or found is None or grade.key not in found.steps:
        return None
    return Standing(grade, found.steps[grade.key])


def _word(text: str, series: Series) -> str | None:
    said = letters(text)
    for step in series.steps:
        if said in map(letters, (step, *series.spellings.get(step, ()))):
            return step
    return None


def understand(text: str, scale_name: str) -> Understood:
    """Understand a pay grade as its number on a scale.

    A number without A or E leaves a doubt; its value is the number, if it is the same in every series.

    Raises
    ------
    UsageError
        If there is no such scale.
    """
    if is_nothing(text):
        return Understood()
    if found := stands(text, scale_name):
        return Understood(found.number)
    grade = parse(text)
    guess = _guess(grade, pay_scale(scale_name)) if grade and not grade.series else None
    return Understood(guess, UNCLEAR_GRADE)


def why_unclear(text: str, scale_name: str) -> Doubt:
    """Return what is unclear about a pay grade that cannot be compared on a scale.

    Raises
    ------
    UsageError
        If there is no such scale.
    """
    scale, grade = pay_scale(scale_name), parse(text)
    if stands(text, scale_name):
        return "other_scale"  # than the rule's
    if grade is None:
        if not any(sign.isdigit() for sign in text):
            return "no_grade"
        return "other_scale" if _OTHER.fullmatch(_bare(text)[0]) else "several"
    if grade.series and scale.find(grade.series) is None:
        return "other_scale"
    possible = [series for series in scale.series if grade.series in ("", series.name)]
    return "several" if any(grade.key in series.steps for series in possible) else "no_step"


def _guess(grade: Grade, scale: PayScale) -> int | float | None:
    """Return the number of a grade without its series, if it is the same in all that have one."""
    numbers = {series.steps[grade.key] for series in scale.series if grade.key in series.steps}
    return numbers.pop() if len(numbers) == 1 else None


def written(text: str, scale_name: str) -> str | None:
    """Return a pay grade as its scale writes it, with the edition of the scale; None where it is not clear.

    Examples
    --------
    >>> written("Entgeltgruppe 9b", "de-2014")
    'E 9b (TVöD 2014)'
    """
    found = stands(text, scale_name)
    series = pay_scale(scale_name).find(found.grade.series) if found else None
    if found is None or series is None:
        return None
    told = series.written(found.grade.key)
    return f"{told} ({series.edition[voice().language]})" if series.edition else told


def series_of(text: str, scale_name: str) -> str | None:
    """Return the series of a written grade, None where it is not clear."""
    found = stands(text, scale_name)
    return found.grade.series if found else None
