"""What an answer says, as people read it: numbers, dates and lists as the language writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from mentorkit.intake import grades
from mentorkit.intake.availability import times_in_words
from mentorkit.language import later, say, voice
from mentorkit.language.formats import date, listing, number
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Application
from mentorkit.programme.rules import is_grade

_GENDERS = {"f": later("female"), "m": later("male"), "d": later("diverse")}


def in_words(name: str, answer: object, application: Application, pay_scale: str) -> str:
    """Return an answer to a field in words, in the language in force; "–" for none.

    Parameters
    ----------
    name
        The field.
    answer
        What was understood.
    application
        Whose it is; a pay grade is told by what she wrote.
    pay_scale
        The one that pay grades are read by.
    """
    if is_grade(name) and answer is not None:
        grade = grades.written(application.entries.get(name, ""), pay_scale)
        return grade or say("{answer}, scale unclear", answer=_answer(answer))
    if name == "languages" and isinstance(answer, list | tuple):
        return listing(_languages(answer))
    if FIELDS[name].kind == "availability" and isinstance(answer, list | tuple):
        return times_in_words(map(str, answer))
    word = _GENDERS.get(str(answer)) if FIELDS[name].kind == "gender" else None
    return say(word) if word else _answer(answer)


def _languages(codes: Iterable[object]) -> list[str]:
    from babel import Locale

    names = Locale(voice().language).languages
    return [names.get(str(code), str(code)) for code in codes]


def _answer(answer: object) -> str:
    if answer is None:
        return "–"
    if isinstance(answer, bool):
        return say("yes") if answer else say("no")
    if isinstance(answer, list | tuple):
        return listing(str(item) for item in answer)
    if isinstance(answer, int | float):
        return str(answer) if isinstance(answer, int) else number(answer, 1)
    try:
        return date(dt.date.fromisoformat(str(answer)))
    except ValueError:
        return str(answer)
