"""What can be set in a programme: organisations, pairing, quotas, rules, criteria, calendar, wording, goals.

A preset is such a configuration as a TOML file; everything in it can be changed in the workbench.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from importlib.resources import files
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from mentorkit.errors import UsageError
from mentorkit.language import Language, Voice, say
from mentorkit.language.nouns import Style
from mentorkit.programme.pair_rules import Distance, TandemLimit
from mentorkit.programme.pay import SCALES
from mentorkit.programme.privacy_settings import PrivacySettings
from mentorkit.programme.retention import Retention
from mentorkit.programme.rules import FIRST_SCALE, Late, Rule

PRESETS = ("party-chapters", "cross-company", "cross-administration", "arts-academy")
#: How a goal is measured: agreement from 1 to 5, yes or no, a number, a share in percent, or in words.
Answer = Literal["scale", "yes_no", "number", "share", "text"]
#: Who is asked about a goal.
Asked = Literal["mentee", "mentor", "organisation", "coordination"]


S = TypeVar("S", bound="_Setting")


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


class Criterion(_Setting):
    """A criterion of the matching: its weight, in points of the 1,000 that a perfect tandem has."""

    name: str
    weight: int = Field(ge=0, le=1000)
    options: dict[str, Any] = Field(default_factory=dict)


class Limits(_Setting):
    """A number of persons by role; None sets no limit."""

    mentees: int | None = Field(default=None, ge=0)
    mentors: int | None = Field(default=None, ge=0)


class Quotas(Limits):
    """How many persons of each organisation take part, by role; None sets no limit."""

    #: By name, organisations with another number than the others; None there means as the others.
    own: dict[str, Limits] = Field(default_factory=dict)

    @property
    def limit_anybody(self) -> bool:
        """Whether there is a limit for any organisation."""
        every = (self, *self.own.values())
        return any(limits.mentees is not None or limits.mentors is not None for limits in every)

    def of(self, role: str, organisation: str | None) -> int | None:
        """Return how many persons of a role an organisation may send; case of its name does not count."""
        side = "mentees" if role == "mentee" else "mentors"
        wanted = _bare(organisation or "")
        special = next((limits for name, limits in self.own.items() if _bare(name) == wanted), Limits())
        own: int | None = getattr(special, side)
        general: int | None = getattr(self, side)
        return general if own is None else own


def _bare(name: str) -> str:
    return " ".join(name.casefold().split())


class OrganisationSettings(_Setting):
    """Which organisations take part."""

    #: ``known``: only the listed ones; ``open``: as they come; ``none``: the programme has none.
    kind: Literal["known", "open", "none"]
    names: tuple[str, ...] = ()
    #: Other spellings by name, beyond those that the file reader understands by itself.
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    #: Names of the neighbours by name, for the pairing ``near``; what is said of one holds for the other.
    neighbours: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _neighbours_are_known(self) -> Self:
        told = {name for pair in self.neighbours.items() for name in (pair[0], *pair[1])}
        if self.kind == "known" and (unknown := sorted(told - set(self.names))):
            raise ValueError(f"there is no organisation '{unknown[0]}' to be a neighbour")
        return self

    def near(self, name: str) -> tuple[str, ...]:
        """Return the neighbours of an organisation, whichever of the two names the other, sorted."""
        own = self.neighbours.get(name, ())
        others = (other for other, near in self.neighbours.items() if name in near)
        return tuple(sorted({*own, *others} - {name}))


class Questions(_Setting):
    """The fields an application has, by role, and those that must not be empty."""

    mentee: tuple[str, ...]
    mentor: tuple[str, ...]
    required: tuple[str, ...] = ("email",)

    def of(self, role: str) -> tuple[str, ...]:
        """Return the fields of a role."""
        return self.mentee if role == "mentee" else self.mentor


class Goal(_Setting):
    """What the programme is to reach, so that it can be measured and the evaluation asks for it.

    Attributes
    ----------
    key
        Names the goal in the evaluation, whatever its title becomes.
    title, question
        What is to be reached, and what is asked or counted to see it.
    answer
        How it is measured.
    target
        What is to be reached: percent of those who agree (4 or 5 of 5), percent who say yes, the mean number,
        the share in percent; None without a target, always for answers in words.
    asked_of
        Who is asked.
    """

    key: str
    title: str
    question: str
    answer: Answer = "scale"
    target: int | None = Field(default=None, ge=0)
    asked_of: tuple[Asked, ...] = ("mentee",)


class Judged(_Setting):
    """A criterion for winning mentors that no file can tell; somebody judges it. Labels by language."""

    key: str
    labels: dict[Language, str]


class Texts(_Setting):
    """What the programme says of itself in one language; empty where it says nothing."""

    #: What the programme is, in a few sentences; stands on applicants' forms and at the end of reports.
    description: str = ""
    #: Whom to ask, in one line; stands on letters and forms and at the end of reports.
    contact: str = ""
    #: That taking part promises no promotion, or whatever else people must not expect; stands on all of them.
    note: str = ""
    #: What applicants agree to, on the application forms.
    consent: str = ""
    #: What they may agree to besides: that their contact data go to other participants.
    sharing: str = ""
    #: That they are named in news; without a text nobody is asked.
    publicity: str = ""


class RunSettings(_Setting):
    """The run that comes with a preset, and its calendar."""

    name: str
    calendar: tuple[CalendarEntry, ...] = ()


class ProgrammeSettings(_Setting):
    """Everything that makes one programme differ from another."""

    name: str
    #: Id of the :class:`~mentorkit.programme.records.Logo`; empty without one.
    logo: str = ""
    language: Language = "de"
    #: Further languages in which the programme's forms are offered.
    languages: tuple[Language, ...] = ()
    gender_style: Style = "pair"
    #: Mentees are women only; the wording follows.
    women_only: bool = False
    organisations: OrganisationSettings
    #: Whether the two of a tandem come from different organisations, the same one, the same or a neighbouring
    #: one, or any.
    pairing: Literal["different", "same", "near", "any"] = "any"
    #: Limits over all tandems of a run.
    limits: tuple[TandemLimit, ...] = ()
    #: Distances between the two of a tandem.
    distances: tuple[Distance, ...] = ()
    quotas: Quotas = Quotas()
    #: Whether mentees and coordinators decide one by one, and what two people settle is written down before
    #: their tandem is made.
    one_by_one: bool = False
    #: How many mentees a mentor takes who says nothing about it.
    places: int = Field(default=1, ge=1, le=10)
    questions: Questions
    rules: tuple[Rule, ...] = ()
    #: Name of the pay scale by which pay grades become numbers; a rule names its own.
    pay_scale: str = FIRST_SCALE
    #: What becomes of applications that come after the closing date: ``none`` lets them count like others.
    late: Late = "review"
    criteria: tuple[Criterion, ...]
    #: Tandems under this score are not formed.
    lowest_score: int = Field(default=0, ge=0, le=1000)
    goals: tuple[Goal, ...] = ()
    #: What somebody has to judge of those who are to be won as mentors; empty where nobody is.
    acquisition: tuple[Judged, ...] = ()
    texts: dict[Language, Texts] = Field(default_factory=dict)
    #: How many months after the end of a run its personal data are kept, and those of which this differs.
    retention_months: int = Field(default=24, ge=1, le=120)
    retention: Retention = Retention()
    #: Who is responsible for the data, on what basis, who gets them.
    privacy: PrivacySettings = PrivacySettings()
    run: RunSettings

    @model_validator(mode="after")
    def _weights_sum_to_1000(self) -> Self:
        if (total := sum(criterion.weight for criterion in self.criteria)) != 1000:
            raise ValueError(f"the weights of the criteria sum to {total}, not to 1000")
        return self

    @field_validator("pay_scale")
    @classmethod
    def _scale_is_known(cls, name: str) -> str:
        if name not in SCALES:
            raise ValueError(f"there is no pay scale '{name}'; known ones: {', '.join(SCALES)}")
        return name

    @property
    def form_languages(self) -> tuple[Language, ...]:
        """The languages in which forms are offered, the programme's own first."""
        return tuple(dict.fromkeys((self.language, *self.languages)))

    def text(self, language: Language) -> Texts:
        """Return what the programme says of itself in a language; nothing where it says nothing."""
        return self.texts.get(language, Texts())

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


def in_language(settings: ProgrammeSettings, language: Language) -> ProgrammeSettings:
    """Return a preset for a programme that speaks another language: its goals, dates and texts with it."""
    if language == settings.language:
        return settings
    told = files("mentorkit.programme").joinpath("presets", "english.toml").read_text("utf-8")
    phrases = tomllib.loads(told)

    def said(part: S, *names: str) -> S:
        return part.model_copy(update={n: phrases.get(getattr(part, n), getattr(part, n)) for n in names})

    dates = tuple(said(date, "title") for date in settings.run.calendar)
    return settings.model_copy(
        update={
            "language": language,
            "goals": tuple(said(goal, "title", "question") for goal in settings.goals),
            "run": settings.run.model_copy(update={"calendar": dates}),
            "texts": {language: said(settings.text(settings.language), *Texts.model_fields)},
        }
    )


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
