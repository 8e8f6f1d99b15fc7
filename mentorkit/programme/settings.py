"""What can be set in a programme: organisations, pairing, quotas, rules, criteria, calendar, wording.

A preset is such a configuration as a TOML file; everything in it can be changed in the workbench.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from importlib.resources import files
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from mentorkit.errors import UsageError
from mentorkit.language import Language, Voice, say
from mentorkit.language.nouns import Style

PRESETS = ("party-chapters", "cross-company", "cross-administration", "arts-academy")


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CalendarEntry(_Setting):
    """A date or a span of a run; ``key`` names those that the programme logic knows (``closing``)."""

    key: str
    title: str
    day: dt.date
    until: dt.date | None = None

    @property
    def last_day(self) -> dt.date:
        """The last day of the entry."""
        return self.until or self.day


class Rule(_Setting):
    """An eligibility rule: what the answer to one field must be for people of one role.

    ``is``: equal to ``value``; ``yes``: answered with yes; ``at_least``: a number not below ``value``.
    """

    role: Literal["mentee", "mentor"]
    field: str
    test: Literal["is", "yes", "at_least"]
    value: str | int | float | None = None
    code: str

    @model_validator(mode="after")
    def _value_fits_test(self) -> Self:
        if (self.test == "yes") != (self.value is None):
            raise ValueError(
                f"rule {self.code}: 'value' belongs to the tests 'is' and 'at_least', and only there"
            )
        return self


class Criterion(_Setting):
    """A criterion of the matching: its weight, in points of the 1,000 that a perfect tandem has."""

    name: str
    weight: int = Field(ge=0, le=1000)
    options: dict[str, Any] = Field(default_factory=dict)


class Quotas(_Setting):
    """How many persons of each organisation take part, by role; None sets no limit."""

    mentees: int | None = Field(default=None, ge=0)
    mentors: int | None = Field(default=None, ge=0)


class OrganisationSettings(_Setting):
    """Which organisations take part."""

    #: ``known``: only the listed ones; ``open``: as they come; ``none``: the programme has none.
    kind: Literal["known", "open", "none"]
    names: tuple[str, ...] = ()
    #: Other spellings by name, beyond those that the file reader understands by itself.
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Questions(_Setting):
    """The fields an application has, by role, and those that must not be empty."""

    mentee: tuple[str, ...]
    mentor: tuple[str, ...]
    required: tuple[str, ...] = ("email",)

    def of(self, role: str) -> tuple[str, ...]:
        """Return the fields of a role."""
        return self.mentee if role == "mentee" else self.mentor


class RunSettings(_Setting):
    """The run that comes with a preset, and its calendar."""

    name: str
    calendar: tuple[CalendarEntry, ...] = ()


class ProgrammeSettings(_Setting):
    """Everything that makes one programme differ from another."""

    name: str
    language: Language = "de"
    gender_style: Style = "pair"
    #: Mentees are women only; the wording follows.
    women_only: bool = False
    organisations: OrganisationSettings
    #: Whether the two of a tandem come from different organisations, the same one, or any.
    pairing: Literal["different", "same", "any"] = "any"
    quotas: Quotas = Quotas()
    #: How many mentees a mentor takes who says nothing about it.
    places: int = Field(default=1, ge=1, le=10)
    questions: Questions
    rules: tuple[Rule, ...] = ()
    criteria: tuple[Criterion, ...]
    #: Tandems under this score are not formed.
    lowest_score: int = Field(default=0, ge=0, le=1000)
    run: RunSettings

    @model_validator(mode="after")
    def _weights_sum_to_1000(self) -> Self:
        if (total := sum(criterion.weight for criterion in self.criteria)) != 1000:
            raise ValueError(f"the weights of the criteria sum to {total}, not to 1000")
        return self

    def voice(self, language: Language | None = None) -> Voice:
        """Return how the product speaks in this programme."""
        return Voice(language or self.language, self.gender_style, self.women_only)


def preset_text(name: str) -> str:
    """Return a preset as it is written, a commented TOML file.

    Raises
    ------
    UsageError
        If there is no such preset.
    """
    if name not in PRESETS:
        raise UsageError(
            say("There is no preset “{name}”. Known presets: {known}.", name=name, known=", ".join(PRESETS))
        )
    return files("mentorkit.programme").joinpath("presets", f"{name}.toml").read_text("utf-8")


def load_preset(name: str) -> ProgrammeSettings:
    """Return the settings of a preset.

    Raises
    ------
    UsageError
        If there is no such preset.
    """
    return read_settings(preset_text(name))


def read_settings(text: str) -> ProgrammeSettings:
    """Read settings from TOML.

    Raises
    ------
    UsageError
        If the text is no TOML or a setting is unknown or out of range; the message names it.
    """
    try:
        return ProgrammeSettings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(say("The settings cannot be read: {why}.", why=error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            say("The setting “{where}” does not fit: {why}.", where=where, why=first["msg"])
        ) from error
