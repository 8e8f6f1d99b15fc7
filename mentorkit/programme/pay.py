"""Pay scales: what grades there are and how they follow each other, as versioned tables with their source."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from mentorkit.errors import UsageError
from mentorkit.language import Language, say, voice

#: The scales that ship with the library. A new version gets a new name: rules name the one they read by.
SCALES = ("de-2014", "tvoed-2017", "uk-civil-service")


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Series(_Table):
    """Grades that follow each other; those of another series are not compared with them.

    Attributes
    ----------
    name
        The letter before its grades (``A``, ``E``), or a short name where grades are words.
    title
        What it is, by language.
    steps
        The number of each grade; grades with the same number count alike.
    edition
        What tells editions of it apart, by language; empty where they do not differ.
    spellings
        Other ways to write a grade that is a word; without any, grades are written letter and number.
    """

    name: str
    title: dict[Language, str]
    steps: dict[str, int | float]
    edition: dict[Language, str] = Field(default_factory=dict)
    spellings: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    def written(self, step: str) -> str:
        """Return a grade as people write it: ``A 9``, ``SCS2``."""
        return step if self.spellings else f"{self.name} {step}"


class PayScale(_Table):
    """A version of the grades of a country's administrations, and where it is written down."""

    name: str
    title: dict[Language, str]
    source: str
    series: tuple[Series, ...]

    @property
    def label(self) -> str:
        """The title in the language in force."""
        return self.title[voice().language]

    def find(self, name: str) -> Series | None:
        """Return a series by its name."""
        return next((series for series in self.series if series.name == name), None)


@lru_cache
def pay_scale(name: str) -> PayScale:
    """Return a pay scale.

    Raises
    ------
    UsageError
        If there is no such scale.
    """
    if name not in SCALES:
        raise UsageError(
            say("There is no pay scale “{name}”. Known ones: {known}.", name=name, known=", ".join(SCALES))
        )
    text = files("mentorkit.programme").joinpath("scales", f"{name}.toml").read_text("utf-8")
    return PayScale.model_validate({"name": name, **tomllib.loads(text)})
