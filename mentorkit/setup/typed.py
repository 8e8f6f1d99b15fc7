"""What people type into the fields of a programme, understood or refused in a sentence."""

from __future__ import annotations

import datetime as dt

from mentorkit.errors import UsageError
from mentorkit.intake import values
from mentorkit.language import say
from mentorkit.language.formats import number
from mentorkit.programme.records import Contact, Role
from mentorkit.programme.settings import Rule
from mentorkit.setup.change import Test, possible_tests, rule


def whole(text: str, least: int, most: int) -> int:
    """Return a whole number.

    Raises
    ------
    UsageError
        If it is none, or not between ``least`` and ``most``.
    """
    bare = text.strip()
    if not (bare.isdecimal() and bare.isascii() and len(bare) < 10 and least <= int(bare) <= most):
        raise UsageError(
            say(
                "“{text}” is no whole number from {least} to {most}.",
                text=bare, least=number(least), most=number(most),
            )
        )  # fmt: skip
    return int(bare)


def whole_or_none(text: str, least: int, most: int) -> int | None:
    """Return a whole number, None for nothing; errors as of :func:`whole`."""
    return whole(text, least, most) if text.strip() else None


def figure(text: str, least: float | None = None, most: float | None = None) -> int | float:
    """Return a number, with a comma or a point before its decimals.

    Raises
    ------
    UsageError
        If it is none, or not between ``least`` and ``most``.
    """
    try:
        found = float(text.strip().replace(",", "."))
    except ValueError:
        found = float("nan")
    if not (-1e9 < found < 1e9):
        raise UsageError(say("“{text}” is no number.", text=text.strip()))
    if least is not None and most is not None and not least <= found <= most:
        raise UsageError(
            say("“{text}” is no number from {least} to {most}.",
                text=text.strip(), least=number(least), most=number(most))
        )  # fmt: skip
    return int(found) if found == int(found) else found


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
        raise UsageError(say("“{text}” is no date; please write it like 30.09.2027.", text=text.strip()))
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
        raise UsageError(say("“{text}” is no e-mail address.", text=email.strip()))
    if values.phone(phone).doubt:
        raise UsageError(say("“{text}” is no telephone number.", text=phone.strip()))
    return Contact(
        name=name.strip(), function=function.strip(), email=str(address.value or ""), phone=phone.strip()
    )


def eligibility(role: str, field: str, text: str) -> Rule:
    """Return a rule whose value was typed.

    Raises
    ------
    UsageError
        If the value is missing or no number where one is asked for.
    """
    test: Test = possible_tests(field)[0]
    side: Role = "mentee" if role == "mentee" else "mentor"
    if test == "yes":
        return rule(side, field, test, None)
    if test == "at_least":
        return rule(side, field, test, figure(text))
    if not text.strip():
        raise UsageError(say("Please give the value."))
    return rule(side, field, test, text.strip())
