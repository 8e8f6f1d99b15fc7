"""The records of a programme and its runs, which stand before anybody applies; and what all records share.

Records are frozen: a change makes a new one (``record.with_(places=2)``). ``version`` is 0 for a record
that was never stored; the store counts it up and refuses a stale one.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from mentorkit.programme.settings import CalendarEntry, ProgrammeSettings


class Record(BaseModel):
    """Base of all records."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    #: Fields that never go into the audit trail.
    secret: ClassVar[frozenset[str]] = frozenset()

    id: str
    version: int = 0

    def with_(self, **changes: Any) -> Self:  # noqa: ANN401 - any field of the record
        """Return a copy with other values, validated.

        Raises
        ------
        pydantic.ValidationError
            If a field is unknown or its value does not fit.
        """
        return type(self).model_validate({**dict(self), **changes})


class Programme(Record):
    """A mentoring programme; ``id`` is its short name in commands and addresses."""

    name: str
    preset: str
    settings: ProgrammeSettings


#: By what places are given where more people apply than an organisation may send.
SelectionOrder = Literal["matching", "arrival", "received", "rank"]


class Orders(BaseModel):
    """By what the places of a run are given: in general, and by organisations that chose otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    general: SelectionOrder = "matching"
    #: By name of the organisation.
    own: dict[str, SelectionOrder] = Field(default_factory=dict)

    def of(self, organisation: str | None) -> SelectionOrder:
        """Return by what the places of an organisation are given."""
        return self.own.get(organisation or "", self.general)

    @property
    def by_receipt(self) -> bool:
        """Whether any places are given by the day of receipt."""
        return "received" in (self.general, *self.own.values())


#: What a matching puts first, after the number of tandems.
GoalName = Literal["total", "fair", "wishes"]
Weight = Annotated[int, Field(ge=0, le=1000)]


class Weighing(BaseModel):
    """Under what a matching is made, where that differs from the settings of its programme.

    Attributes
    ----------
    goal
        What comes first after the number of tandems.
    weights
        By criterion; those of the programme count where none stands here. Only their proportions matter: a
        perfect tandem has 1,000 points under any of them.
    lowest_score
        Tandems with fewer points are not formed; None as the programme says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    goal: GoalName = "total"
    weights: dict[str, Weight] = Field(default_factory=dict)
    lowest_score: Weight | None = None


class Run(Record):
    """One run (Durchgang) of a programme; ``id`` is ``PROGRAMME/RUN``."""

    programme_id: str
    name: str
    calendar: tuple[CalendarEntry, ...] = ()
    #: Whether the selection is fixed; while it is not, the matching chooses within the quotas.
    selection_fixed: bool = False
    #: By what it is decided who gets a place.
    orders: Orders = Orders()
    #: The scenario on which the matching rests; None for the programme's own weights.
    proposal_id: str | None = None
    #: When the matching was approved, and the goal, weights and lowest score it was made under.
    approved_at: dt.datetime | None = None
    approved_goal: GoalName | None = None
    approved_weights: dict[str, Weight] | None = None
    approved_lowest: Weight | None = None

    @property
    def closing(self) -> dt.date | None:
        """Last day on which an application is in time, if the calendar knows it."""
        return next((entry.last_day for entry in self.calendar if entry.key == "closing"), None)


class Contact(BaseModel):
    """Somebody at an organisation who answers for its part in the programme."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    email: str = ""
    phone: str = ""
    function: str = ""


class Organisation(Record):
    """A town hall, chapter or company that takes part in a programme."""

    programme_id: str
    name: str
    aliases: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()


class Logo(Record):
    """A picture that stands for a programme, a PNG; ``id`` is the hash of its bytes.

    A logo is never changed or removed, so that a change of the programme's settings can be undone.
    """

    secret: ClassVar[frozenset[str]] = frozenset({"content"})

    programme_id: str
    content: bytes
