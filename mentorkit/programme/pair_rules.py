"""Rules on tandems as data: limits over all tandems of a run, and distances between the two of one."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mentorkit.language import say, say_n
from mentorkit.language.formats import listing, number
from mentorkit.programme.fields import FIELDS, Kind
from mentorkit.programme.rules import value_name

#: Stands for a field: whether somebody took part in an earlier run, ``yes`` or ``no``.
VETERAN = "veteran"
#: Kinds of answers that are yes or no.
YES_NO: tuple[Kind, ...] = ("yes_no", "qualification", "employment")
#: Kinds of answers that a limit can count, and those that can be subtracted.
_COUNTED: tuple[Kind, ...] = ("gender", "text", "list", "organisation", *YES_NO)
_SUBTRACTED: tuple[Kind, ...] = ("grade", "number", "year")
#: Fields that say who somebody is.
_NAMES = ("first_name", "last_name")


class TandemLimit(BaseModel):
    """How many tandems, or which share of all, may have or must have people of some kind in one role.

    A tandem counts if the answer of its mentee or mentor is one of ``values``; of a list, if one of them is.
    An unknown answer is none of them. There is no lowest number: it could leave no matching without
    anybody's doing, where the lowest share leaves the one without a tandem at the worst.

    Attributes
    ----------
    role
        Whose answer counts.
    field
        A field of the application, or ``veteran``: whether somebody took part in an earlier run (stands in
        the history of the programme, or names earlier runs); who is not known to have done so is ``no``.
    values
        ``yes`` and ``no`` for a field that is answered so.
    most, least_percent, most_percent
        One of them: the highest number of such tandems, the lowest or the highest share of all in percent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["mentee", "mentor"]
    field: str
    values: tuple[str, ...] = Field(min_length=1)
    most: int | None = Field(default=None, ge=0)
    least_percent: int | None = Field(default=None, ge=1, le=100)
    most_percent: int | None = Field(default=None, ge=0, le=99)

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum(bound is not None for bound in (self.most, self.least_percent, self.most_percent)) != 1:
            raise ValueError("a limit has one of 'most', 'least_percent' and 'most_percent'")
        if self.field not in (VETERAN, *countable()):
            raise ValueError(f"no limit can count by the field '{self.field}'")
        if is_yes_no(self.field) and not set(self.values) <= {"yes", "no"}:
            raise ValueError(f"the values of '{self.field}' are 'yes' and 'no'")
        return self

    @property
    def sentence(self) -> str:
        """What the limit says, in the language in force, without a full stop."""
        people = _people(self)
        if self.most is not None:
            return say_n("At most {n} tandem with {people}", "At most {n} tandems with {people}",
                         self.most, people=people)  # fmt: skip
        if self.least_percent is not None:
            return say("At least {n} % of all tandems with {people}", n=self.least_percent, people=people)
        return say("At most {n} % of all tandems with {people}", n=self.most_percent, people=people)


def _people(limit: TandemLimit) -> str:
    """Return whom a limit counts, as people read it behind “with”."""
    mentee = limit.role == "mentee"
    if limit.field == VETERAN and set(limit.values) == {"yes"}:
        return (
            say("{mentee:pl.dat} who have taken part before")
            if mentee
            else say("{mentor:pl.dat} who have taken part before")
        )
    if limit.field == VETERAN and set(limit.values) == {"no"}:
        return (
            say("{mentee:pl.dat} who take part for the first time")
            if mentee
            else say("{mentor:pl.dat} who take part for the first time")
        )
    label = FIELDS[limit.field].label if limit.field in FIELDS else say("Took part in an earlier run")
    told = say(" or ").join(counted_name(limit.field, value) for value in limit.values)
    if mentee:
        return say("{mentee:pl.dat} with the answer “{field}: {values}”", field=label, values=told)
    return say("{mentor:pl.dat} with the answer “{field}: {values}”", field=label, values=told)


def counted_name(field: str, value: str) -> str:
    """Return a value that a limit counts as people read it."""
    if is_yes_no(field):
        return say("yes") if value == "yes" else say("no")
    return value_name(field, value)


class Distance(BaseModel):
    """How far the mentor's number may or must lie above the mentee's for the two to be a tandem.

    Where one of the numbers is unknown, nothing is blocked, nor where pay grades are of different series,
    which are never compared.

    Attributes
    ----------
    field
        A field that is a number: a pay grade, years of experience, an age, a year of birth.
    least, most
        What the mentor's number less the mentee's must not fall below, or exceed; one of them, or both.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    least: float | None = None
    most: float | None = None

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if self.field not in subtractable():
            raise ValueError(f"no distance can be measured by the field '{self.field}'")
        if self.least is None and self.most is None:
            raise ValueError("a distance has 'least', 'most' or both")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("'least' of a distance is at most its 'most'")
        return self

    @property
    def sentence(self) -> str:
        """What the distance must be, in the language in force, without a full stop."""
        field = FIELDS[self.field].label
        return say("{field}, {mentor:sg.nom} less {mentee:sg.nom}: {bounds}", field=field, bounds=self.bounds)

    @property
    def bounds(self) -> str:
        """How large the distance must be, in the language in force."""
        found = []
        if self.least is not None:
            found.append(say("at least {n}", n=number(self.least)))
        if self.most is not None:
            found.append(say("at most {n}", n=number(self.most)))
        return listing(found)


def is_yes_no(field: str) -> bool:
    """Tell whether a field of a limit is answered with yes or no."""
    return field == VETERAN or (field in FIELDS and FIELDS[field].kind in YES_NO)


def countable() -> tuple[str, ...]:
    """Return the fields of an application that a limit can count by."""
    return tuple(name for name, field in FIELDS.items() if field.kind in _COUNTED and name not in _NAMES)


def subtractable() -> tuple[str, ...]:
    """Return the fields of an application between which a distance can be measured."""
    return tuple(name for name, field in FIELDS.items() if field.kind in _SUBTRACTED)
