"""Where an intake stands: applications over time against the deadline, and against the places there are."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mentorkit.intake.receipt import Receipt, receipts, told
from mentorkit.intake.service import applications
from mentorkit.language import say, say_n
from mentorkit.language.formats import date, din5007
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Programme, Role, Run
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.store import Store

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROLES: tuple[Role, ...] = ("mentee", "mentor")
#: How long before the closing date the picture begins at most.
MOST = dt.timedelta(days=366)
#: Colours of the roles, told apart under all common forms of colour blindness.
_COLOURS: dict[Role, str] = {"mentee": "#0d5c63", "mentor": "#b45f06"}


@dataclass(frozen=True)
class Day:
    """How many had applied by the end of a day, by role."""

    day: dt.date
    mentees: int
    mentors: int


@dataclass(frozen=True)
class Standing:
    """The applications of one role from one organisation, and the places it has (None: no limit).

    Those that were withdrawn count as nothing else; ``organisation`` is empty where a programme has none.
    """

    organisation: str
    role: Role
    places: int | None
    applied: int
    takes_part: int
    to_look_at: int
    refused: int
    withdrawn: int


@dataclass(frozen=True)
class IntakeOverview:
    """Where an intake stands, as far as the actor's role shows it."""

    closing: dt.date | None
    days: tuple[Day, ...]
    standings: tuple[Standing, ...]
    #: How many were received after the closing date.
    late: int = 0
    #: How many applications tell no day on which they were received: their day is that of taking them in.
    undated: int = 0
    #: The day on which that was looked at; the curves end there.
    today: dt.date | None = None

    def total(self, role: Role, name: str) -> int:
        """Return the sum of a column of :class:`Standing` over the organisations."""
        return sum(getattr(standing, name) for standing in self.standings if standing.role == role)


def overview(store: Store, actor: Actor, run_id: str) -> IntakeOverview:
    """Return where an intake stands; somebody who answers for one organisation sees that one only.

    Raises
    ------
    NotAllowed
        If the actor may see no applications.
    NotFound
        If there is no such run.
    """
    seen = applications(store, actor, run_id)
    with store.read() as reader:
        run = reader.get(Run, run_id)
        settings = reader.get(Programme, run.programme_id).settings
        own = actor.scopes("application.read", run.programme_id)
        received = receipts(reader, seen)
    names = settings.organisations.names if settings.organisations.kind == "known" else ()
    shown = [name for name in names if None in own or name in own]
    late = sum(run.closing is not None and (told(a) or run.closing) > run.closing for a in seen)
    return IntakeOverview(
        run.closing,
        over_time(seen, received),
        standings(seen, settings, shown),
        late=late,
        undated=sum(told(a) is None for a in seen),
        today=store.clock().astimezone().date(),
    )


def over_time(seen: Iterable[Application], received: Mapping[str, Receipt]) -> tuple[Day, ...]:
    """Return how many had applied by the end of each day on which somebody did, the first day first.

    Parameters
    ----------
    seen
        The applications; those that were withdrawn count, since they were received.
    received
        When they were received, by id; who has no day is not counted.
    """
    arrivals: Counter[tuple[dt.date, Role]] = Counter()
    for application in seen:
        if receipt := received.get(application.id):
            arrivals[receipt.day, application.role] += 1
    days, mentees, mentors = [], 0, 0
    for day in sorted({day for day, _ in arrivals}):
        mentees += arrivals[day, "mentee"]
        mentors += arrivals[day, "mentor"]
        days.append(Day(day, mentees, mentors))
    return tuple(days)


def standings(
    seen: Iterable[Application], settings: ProgrammeSettings, organisations: Iterable[str]
) -> tuple[Standing, ...]:
    """Count the applications of each organisation and role, also of those that sent nobody."""
    groups: dict[tuple[str, Role], list[Application]] = {
        (name, role): [] for name in organisations for role in ROLES
    }
    for application in seen:
        groups.setdefault((application.organisation or "", application.role), []).append(application)
    order = sorted(groups, key=lambda key: (not key[0], din5007(key[0]), ROLES.index(key[1])))
    return tuple(_standing(name, role, groups[name, role], settings) for name, role in order)


def _standing(name: str, role: Role, group: Sequence[Application], settings: ProgrammeSettings) -> Standing:
    return Standing(
        name,
        role,
        settings.quotas.of(role, name or None),
        applied=len(group),
        takes_part=sum(a.takes_part for a in group),
        to_look_at=sum(a.open for a in group),
        refused=sum(a.refused for a in group),
        withdrawn=sum(a.withdrawn is not None for a in group),
    )


# -- the picture ------------------------------------------------------------------------------------


def finding(seen: IntakeOverview) -> str:
    """Say in a sentence what the picture shows."""
    if not seen.days:
        return say("Nobody has applied yet.")
    n = seen.days[-1].mentees + seen.days[-1].mentors
    if seen.closing is None:
        return say_n("{n} application", "{n} applications", n)
    closing = date(seen.closing)
    if not seen.late and seen.undated:
        return say_n(
            "{n} application, not known to be late (closing date {closing})",
            "{n} applications, none of them known to be late (closing date {closing})",
            n,
            closing=closing,
        )
    if not seen.late:
        return say_n(
            "{n} application, not late (closing date {closing})",
            "{n} applications, none of them late (closing date {closing})",
            n,
            closing=closing,
        )
    return say_n(
        "{n} application, {late} of them after the closing date ({closing})",
        "{n} applications, {late} of them after the closing date ({closing})",
        n,
        late=seen.late,
        closing=closing,
    )


def draw(seen: IntakeOverview, *, wide: bool = True) -> str:
    """Return the applications over time as an SVG of its own, the closing date marked.

    Parameters
    ----------
    seen
        Where the intake stands; at least one day.
    wide
        For a desktop's width, or for a phone's.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style: dict[Any, Any] = {
        "svg.hashsalt": "mentorkit", "svg.fonttype": "none", "text.parse_math": False, "font.size": 10,
        "font.family": "sans-serif", "axes.spines.top": False, "axes.spines.right": False,
    }  # fmt: skip
    with mpl.rc_context(style):
        figure = Figure(figsize=(11, 2.9) if wide else (4.2, 3), layout="constrained")
        FigureCanvasSVG(figure)
        plot(figure.subplots(), seen, dates=6 if wide else 3)
        target = io.StringIO()
        figure.savefig(target, format="svg", metadata={"Date": None}, transparent=True)
    return target.getvalue()


def plot(axes: Axes, seen: IntakeOverview, *, dates: int) -> None:
    """Draw both roles as steps up to today, and the closing date as a line."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    days = (seen.days[0].day, seen.days[-1].day, seen.closing or seen.days[-1].day)
    first, last = min(days), max(days)
    if seen.closing is not None:  # what came long before is there from the beginning
        first = max(first, seen.closing - MOST)
    span = max((last - first).days, 1)
    before, after = first.toordinal() - 0.04 * span, last.toordinal() + 0.04 * span
    # nothing is known of the days to come, unless a file says so
    end = after if seen.today is None else min(after, max(seen.today, seen.days[-1].day).toordinal())
    words: dict[Role, str] = {"mentee": say("{mentee:pl.nom}"), "mentor": say("{mentor:pl.nom}")}
    for role in ROLES:
        counts = [day.mentees if role == "mentee" else day.mentors for day in seen.days]
        x = [min(before, seen.days[0].day.toordinal()), *(day.day.toordinal() for day in seen.days), end]
        axes.step(x, [0, *counts, counts[-1]], where="post", color=_COLOURS[role], linewidth=2.2,
                  linestyle="-" if role == "mentee" else "--", label=words[role],
                  marker="o" if end < after else "", markevery=[-1], markersize=6)  # fmt: skip
    if seen.closing is not None:
        axes.axvline(seen.closing.toordinal(), color="#7a4a00", linewidth=1.2, linestyle=":")
        side = "right" if seen.closing.toordinal() > (before + after) / 2 else "left"
        axes.annotate(
            say("Closing date"), (seen.closing.toordinal(), 0), xytext=(-5 if side == "right" else 5, 5),
            textcoords="offset points", ha=side, color="#7a4a00",
        )  # fmt: skip
    axes.set_xlim(before, after)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(dates, integer=True, min_n_ticks=1))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda day, _: date(dt.date.fromordinal(int(day)))))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(axis="y", color="#d8dfde", linewidth=0.8)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)
