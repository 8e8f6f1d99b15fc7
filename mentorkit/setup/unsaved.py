"""What is changed of a programme and not saved, as a draft can hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from mentorkit.programme.records import Contact
from mentorkit.programme.settings import CalendarEntry, Limits
from mentorkit.setup.change import Change, OrganisationEdit


@dataclass(frozen=True)
class Unsaved:
    """A change on its way, which may contradict itself still.

    Attributes
    ----------
    settings
        Values by the names of :class:`~mentorkit.programme.settings.ProgrammeSettings`.
    organisations, calendar
        What is to be besides.
    typed
        Texts that could not be understood, with what was said to them, by the name of their setting.
    """

    settings: dict[str, Any]
    organisations: tuple[OrganisationEdit, ...]
    calendar: tuple[CalendarEntry, ...]
    typed: dict[str, tuple[str, str]] = field(default_factory=dict)


def pack(unsaved: Unsaved, base: Change) -> dict[str, Any]:
    """Return what a draft holds: the change, and the version it began with."""
    return {
        "version": base.version,
        "seen": list(base.seen),
        "settings": unsaved.settings,
        "organisations": [
            {
                "id": edit.id,
                "name": edit.name,
                "aliases": list(edit.aliases),
                "contacts": [contact.model_dump() for contact in edit.contacts],
                "limits": edit.limits.model_dump(),
                "neighbours": list(edit.neighbours),
            }
            for edit in unsaved.organisations
        ],
        "calendar": [entry.model_dump(mode="json") for entry in unsaved.calendar],
        "typed": {name: list(pair) for name, pair in unsaved.typed.items()},
    }


def unpack(content: Mapping[str, Any], base: Change) -> tuple[Unsaved, Change] | None:
    """Return a change from a draft, and what it began with: an older version where somebody saved since.

    None where the draft cannot be read, such as one of another version of the product.
    """
    try:
        unsaved = Unsaved(
            {**base.settings.model_dump(), **_tuples(content["settings"])},
            tuple(
                OrganisationEdit(
                    given["name"],
                    tuple(given["aliases"]),
                    given["id"],
                    tuple(Contact.model_validate(contact) for contact in given["contacts"]),
                    Limits.model_validate(given["limits"]),
                    tuple(given.get("neighbours", ())),
                )
                for given in content["organisations"]
            ),
            tuple(CalendarEntry.model_validate(entry) for entry in content["calendar"]),
            {name: (text, why) for name, (text, why) in content["typed"].items()},
        )
        return unsaved, replace(base, version=int(content["version"]), seen=tuple(content["seen"]))
    except (KeyError, TypeError, ValueError, AttributeError, ValidationError):
        return None


def _tuples(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return settings from JSON with tuples where JSON has lists."""
    if isinstance(value, Mapping):
        return {key: _tuples(inner) for key, inner in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, Sequence) and not isinstance(value, str) else value
