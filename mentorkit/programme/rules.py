"""Eligibility rules as data: what must be true of the answers of those who apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mentorkit.language import LANGUAGES, Language, Voice, later, say, speaking, voice
from mentorkit.language.formats import number
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.pay import Series, pay_scale

Test = Literal["is", "is_one_of", "yes", "at_least", "at_most"]
#: What becomes of an application that came after the closing date.
Late = Literal["review", "ineligible", "none"]
#: The scale by which rules from before there were several read.
FIRST_SCALE = "de-2014"

_GENDERS = {"f": later("female"), "m": later("male"), "d": later("diverse")}
_SENTENCES: Mapping[Test, str] = {
    "is": later("{field} must be “{value}”"),
    "is_one_of": later("{field} must be one of these: {value}"),
    "yes": later("{field} must be answered with yes"),
    "at_least": later("{field} must be at least {value}"),
    "at_most": later("{field} must be at most {value}"),
}


class Rule(BaseModel):
    """An eligibility rule: what the answer to one field must be for people of one role.

    Attributes
    ----------
    test
        ``is``: equal to ``value``; ``is_one_of``: one of ``values`` (of a list, at least one is); ``yes``:
        answered with yes; ``at_least``, ``at_most``: a number not below or above ``value``, a pay grade not
        below or above the one that ``limits`` states for its series. A grade of a series without a limit is
        left to a person.
    scale
        For pay grades, the version of the scales by which the rule reads.
    hard
        Whether who breaks it is not eligible; else a person decides.
    code
        The code of the finding.
    sentences
        What the rule asks, by language; where there is none, it is made from the rest.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["mentee", "mentor"]
    field: str
    test: Test
    value: str | int | float | None = None
    values: tuple[str, ...] = ()
    limits: dict[str, str] = Field(default_factory=dict)
    scale: str = ""
    hard: bool = True
    code: str
    sentences: dict[Language, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _from_one_number(cls, given: Any) -> Any:  # noqa: ANN401 - whatever is validated
        """Read a rule on grades of an older version: one number stood for both series."""
        if not isinstance(given, Mapping) or not is_grade(str(given.get("field"))) or given.get("limits"):
            return given
        if not isinstance(limit := given.get("value"), int | float):
            return given
        limits = {series.name: _step(series, limit) for series in pay_scale(FIRST_SCALE).series}
        return {**given, "value": None, "limits": limits, "scale": FIRST_SCALE}

    @model_validator(mode="after")
    def _says_what_its_test_needs(self) -> Self:
        graded = is_grade(self.field)
        needs = {"yes": "", "is_one_of": "values"}.get(self.test, "limits" if graded else "value")
        has = {"value": self.value is not None, "values": bool(self.values), "limits": bool(self.limits)}
        if [name for name, is_there in has.items() if is_there] != ([needs] if needs else []):
            wanted = f"'{needs}' and nothing else" if needs else "no value"
            raise ValueError(f"rule {self.code}: the test '{self.test}' needs {wanted}")
        if graded != bool(self.scale):
            raise ValueError(f"rule {self.code}: a rule on pay grades names its scale, and only such a rule")
        if graded:
            _known(self)
        return self

    @property
    def sentence(self) -> str:
        """What the rule asks, in the language in force: its own sentence, or the one made of it."""
        return self.sentences.get(voice().language) or proposed(self)


def is_grade(field: str) -> bool:
    """Tell whether a field is a pay grade."""
    return field in FIELDS and FIELDS[field].kind == "grade"


def _step(series: Series, limit: float) -> str:
    """Return the first grade of a series that reaches a number, the last one where none does."""
    return next((step for step, at in series.steps.items() if at >= limit), list(series.steps)[-1])


def _known(rule: Rule) -> None:
    scale = pay_scale(rule.scale)
    for name, step in rule.limits.items():
        series = scale.find(name)
        if series is None or step not in series.steps:
            raise ValueError(f"rule {rule.code}: the scale {scale.name} has no grade {name} {step}")


def proposed(rule: Rule) -> str:
    """Return the sentence that says what a rule asks, in the language in force."""
    field = FIELDS[rule.field].label if rule.field in FIELDS else rule.field
    if not rule.limits:
        return say(_SENTENCES[rule.test], field=field, value=_asked(rule))
    sentence = say(_SENTENCES[rule.test], field=field, value=written_limits(rule))
    return say("{sentence} ({scale})", sentence=sentence, scale=pay_scale(rule.scale).label)


def written_limits(rule: Rule) -> str:
    """Return the limits of a rule on pay grades, each series with its own: ``A 9 or E 9``."""
    scale = pay_scale(rule.scale)
    written = (
        series.written(rule.limits[series.name]) for series in scale.series if series.name in rule.limits
    )
    return say(" or ").join(written)


def _asked(rule: Rule) -> str:
    """Return the value or values of a rule as people read them."""
    if rule.values:
        return ", ".join(value_name(rule.field, value) for value in rule.values)
    return "" if rule.value is None else value_name(rule.field, rule.value)


def value_name(field: str, value: object) -> str:
    """Return the value of a rule as people read it."""
    if field == "gender" and str(value) in _GENDERS:
        return say(_GENDERS[str(value)])
    return number(value) if isinstance(value, int | float) and field != "birth_year" else str(value)


def gender_names() -> dict[str, str]:
    """Return the genders a rule can ask for, by what an answer holds."""
    return {key: say(text) for key, text in _GENDERS.items()}


def quoted(rule: Rule) -> dict[str, str]:
    """Return what a rule asks as it stands now in every language, by ``rule_de``, ``rule_en``."""
    found = {}
    for language in LANGUAGES:
        with speaking(Voice(language)):
            found[f"rule_{language}"] = rule.sentence
    return found
