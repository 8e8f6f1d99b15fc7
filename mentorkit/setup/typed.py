"""What people type into the fields of a programme, understood or refused in a sentence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mentorkit.errors import UsageError
from mentorkit.intake import values
from mentorkit.language import LANGUAGES, say, voice
from mentorkit.language.formats import number
from mentorkit.programme.pay import pay_scale
from mentorkit.programme.records import Contact, Role
from mentorkit.programme.rules import Rule, Test, is_grade
from mentorkit.setup.change import code_of, possible_tests


def whole(text: str, least: int, most: int) -> int:
    """Return a whole number.

    Raises
    ------
    UsageError
        If it is none, or not between ``least`` and ``most``.
    """
    bare = text.strip()
    found = _read(bare)
    if found is None or found.as_tuple().exponent or not least <= found <= most:
        raise UsageError(
            say(
                "“{text}” is no whole number from {least} to {most}.",
                text=bare, least=number(least), most=number(most),
            )
        )  # fmt: skip
    return int(found)


def whole_or_none(text: str, least: int, most: int) -> int | None:
    """Return a whole number, None for nothing; errors as of :func:`whole`."""
    return whole(text, least, most) if text.strip() else None


def figure(text: str, least: float | None = None, most: float | None = None) -> int | float:
    """Return a number as the language in force writes it: ``1.234,5`` in German, ``1,234.5`` in English.

    Raises
    ------
    UsageError
        If it is none, could mean another one, or is not between ``least`` and ``most``.
    """
    found = _read(text.strip())
    if found is None or not -1e9 < found < 1e9:
        raise UsageError(
            say("“{text}” is not a number; please write it like {example}.",
                text=text.strip(), example=number(1234.5))
        )  # fmt: skip
    if least is not None and most is not None and not least <= found <= most:
        raise UsageError(
            say("“{text}” is not a number from {least} to {most}.",
                text=text.strip(), least=number(least), most=number(most))
        )  # fmt: skip
    return int(found) if found == int(found) else float(found)


def written(value: float | Decimal) -> str:
    """Return a number as it is typed into a field: with the decimals of the language, without groups."""
    from babel.numbers import format_decimal

    language = voice().language
    return format_decimal(value, locale=language, decimal_quantization=False, group_separator=False)


def _read(text: str) -> Decimal | None:
    """Return a number as the language in force writes it, None if it is none or could mean another one.

    Decimals that would be thousands in the other language (``2,500`` in German) could be meant as these.
    """
    from babel.numbers import NumberFormatError, get_decimal_symbol, parse_decimal

    language = voice().language
    point = re.escape(get_decimal_symbol(language))
    if not re.fullmatch(r"-?[0-9.,]+", text) or re.fullmatch(rf"-?[1-9]\d{{0,2}}{point}\d{{3}}", text):
        return None
    try:
        return parse_decimal(text, locale=language, strict=True)
    except NumberFormatError:
        return None


def day(text: str) -> dt.date | None:
    """Return a date, None for nothing.

    Raises
    ------
    UsageError
        If it is no date.
    """
    if not text.strip():
        return None
    found = values.date(text).value
    if not found:
        raise UsageError(say("“{text}” is not a date; please write it like 30.09.2027.", text=text.strip()))
    return dt.date.fromisoformat(found)


def contact(name: str, function: str, email: str, phone: str) -> Contact:
    """Return a contact person, with the e-mail address tidied.

    Raises
    ------
    UsageError
        If the name is missing, or an address or number cannot be one.
    """
    if not name.strip():
        raise UsageError(say("Please give the name of the contact person."))
    address = values.email(email)
    if email.strip() and not address.value:
        raise UsageError(say("“{text}” is not an e-mail address.", text=email.strip()))
    if values.phone(phone).doubt:
        raise UsageError(say("“{text}” is no telephone number.", text=phone.strip()))
    return Contact(
        name=name.strip(), function=function.strip(), email=str(address.value or ""), phone=phone.strip()
    )


def eligibility(given: Mapping[str, Any]) -> Rule:
    """Return a rule that was put into fields.

    Parameters
    ----------
    given
        ``role``, ``field`` and ``test``; what the test needs (``value``; ``values``; for pay grades ``scale``
        and ``limit_A``, ``limit_E`` … by series, empty for none); ``hard`` (``yes``, ``no``); ``sentence_de``
        and ``sentence_en``, empty for the one that is made of the rest.

    Raises
    ------
    UsageError
        If the value is missing or no number where one is asked for.
    """
    role: Role = "mentee" if given["role"] == "mentee" else "mentor"
    field, tests = given["field"], possible_tests(given["field"])
    test: Test = given["test"] if given.get("test") in tests else tests[0]
    asked = _asked(test, field, given)
    return Rule(
        role=role,
        field=field,
        test=test,
        hard=given["hard"] != "no",
        code=code_of(role, field, test, asked.get("value")),
        sentences={
            language: text
            for language in LANGUAGES
            if (text := given[f"sentence_{language}"].strip().rstrip("."))
        },
        **asked,
    )


def _asked(test: Test, field: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a rule compares an answer with."""
    if test == "yes":
        return {}
    if is_grade(field):
        series = pay_scale(given["scale"]).series
        limits = {s.name: step for s in series if (step := given.get(f"limit_{s.name}"))}
        if not limits:
            raise UsageError(say("Please give a grade for at least one of the scales."))
        return {"scale": given["scale"], "limits": limits}
    if test == "is_one_of":
        if not given["values"]:
            raise UsageError(say("Please give at least one value."))
        return {"values": tuple(given["values"])}
    text = given["value"].strip()
    if test == "is" and not text:
        raise UsageError(say("Please give the value."))
    return {"value": text if test == "is" else figure(text)}
