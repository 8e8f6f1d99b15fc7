"""What people type for fields, as it is kept."""

from __future__ import annotations

from collections.abc import Mapping

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.intake.text import LONGEST, clean
from mentorkit.language import say
from mentorkit.language.formats import number
from mentorkit.programme.fields import FIELDS


def as_kept(entries: Mapping[str, str]) -> dict[str, str]:
    """Return entries by field as they are kept: without what nobody sees, as if they came by a file.

    Raises
    ------
    NotFound
        If there is no such field.
    RuleBroken
        If a text is longer than any cell of a spreadsheet can be.
    """
    kept = {name: clean(text) for name, text in entries.items()}
    for name, text in kept.items():
        if name not in FIELDS:
            raise NotFound(
                say(
                    "There is no field “{field}”. Known fields: {known}.", field=name, known=", ".join(FIELDS)
                )
            )
        if len(text) > LONGEST:
            label, most = FIELDS[name].label, number(LONGEST)
            raise RuleBroken(say("{label}: please use {most} characters at most.", label=label, most=most))
    return kept
