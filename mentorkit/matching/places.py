"""Who gets the places of an organisation by a ranking, and who waits in which order.

Where the matching chooses within the quota, no ranking is needed; see :mod:`mentorkit.matching.selection`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mentorkit.intake.receipt import told
from mentorkit.language import later
from mentorkit.matching.pool import plain
from mentorkit.programme.records import Application, Orders, Role, SelectionOrder
from mentorkit.programme.settings import Quotas

#: By what places can be given, in words.
ORDERS: dict[SelectionOrder, str] = {
    "matching": later("The matching chooses"),
    "arrival": later("In the order of arrival"),
    "received": later("By the date of receipt"),
    "rank": later("By a ranking of our own"),
}
Key = tuple[Role, str]
#: Days of receipt by the id of an application.
Days = Mapping[str, dt.date]
NO_DAYS: Days = MappingProxyType({})


@dataclass(frozen=True)
class Queue:
    """The people of one role and organisation in the order of their ranking; the first get the places."""

    role: Role
    organisation: str
    order: SelectionOrder
    places: int
    people: tuple[Application, ...]

    @property
    def selected(self) -> tuple[Application, ...]:
        """Who gets a place."""
        return self.people[: self.places]

    @property
    def waiting(self) -> tuple[Application, ...]:
        """Who waits, the next one first."""
        return self.people[self.places :]

    @property
    def vacant(self) -> bool:
        """Whether a place of the fixed selection is free although somebody waits."""
        held = sum(a.place == "selected" for a in self.people)
        return held < min(self.places, len(self.people))


def key_of(role: Role, organisation: str | None) -> Key:
    """Return what tells the people who share a quota from all others."""
    return role, plain(organisation or "")


def rank(
    applications: Iterable[Application],
    order: SelectionOrder,
    first: Collection[tuple[Role, str]] = (),
    received: Days = NO_DAYS,
    last: Collection[str] = (),
) -> list[Application]:
    """Return applications of one role and organisation in the order in which they get places.

    Parameters
    ----------
    applications
        In the order they were made, which decides between equals.
    order
        ``arrival``: as they were made; ``received``: by the date of receipt, those without one last;
        ``rank``: by the rank given by hand, those without one last. ``matching`` leaves them as they are.
    first
        Role and person id of those who come before all others: they are in a locked tandem.
    received
        When those were received that do not tell it themselves.
    last
        Ids of those who come after all others: they applied after the selection was fixed.
    """

    def key(a: Application) -> tuple[object, ...]:
        behind = a.id in last, (a.role, a.person_id) not in first
        if order == "received":
            day = told(a) or received.get(a.id)
            return *behind, day is None, day or dt.date.min
        return (*behind, a.rank is None, a.rank or 0) if order == "rank" else behind

    return sorted(applications, key=key)


def queues(  # noqa: PLR0913, PLR0917 - as rank takes them
    applications: Iterable[Application],
    quotas: Quotas,
    orders: Orders,
    first: Collection[tuple[Role, str]] = (),
    received: Days = NO_DAYS,
    last: Collection[str] = (),
) -> list[Queue]:
    """Return the queues of all organisations with a quota, by role and in the order they come up.

    Parameters
    ----------
    applications
        Those that take part, one per person and role, in the order they were made.
    quotas, orders
        How many places there are, and by what they are given.
    first, received, last
        As of :func:`rank`.
    """
    groups: dict[Key, list[Application]] = {}
    for application in applications:
        groups.setdefault(key_of(application.role, application.organisation), []).append(application)
    found = []
    for (role, key), people in groups.items():
        organisation = people[0].organisation or ""
        places = quotas.of(role, organisation)
        if key and places is not None:
            order = orders.of(organisation)
            found.append(
                Queue(role, organisation, order, places, tuple(rank(people, order, first, received, last)))
            )
    return found
