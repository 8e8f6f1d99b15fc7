"""The start page: which runs there are, where they stand, and what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.language import later, say, say_n
from mentorkit.language.formats import date
from mentorkit.overview import STAGES, Overview, Stage, overview
from mentorkit.workbench import Run, Workbench
from mentorkit_widgets.base import ChipKind, Model, View, chip, markup, paragraph
from mentorkit_widgets.page import App, Page, address, open_app

#: What comes next in each stage, and the app where it is done.
NEXT: dict[Stage, tuple[str, App]] = {
    "empty": (later("Take in applications"), "intake"),
    "intake": (later("Look at the doubtful applications"), "intake"),
    "matching": (later("Match"), "matching"),
    "tandems": (later("Look at the network"), "network"),
}
_GRID = "display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr))"
_SIGN: dict[Stage, ChipKind] = {"empty": "ineligible", "intake": "review", "matching": "ok", "tandems": "ok"}


@dataclass(frozen=True)
class Figure:
    """A number of a run, and the address where the rows that it counts are shown."""

    n: int
    label: str
    href: str


@dataclass(frozen=True)
class Card:
    """What the start page tells about a run."""

    title: str
    stage: Stage | None
    date: str
    figures: tuple[Figure, ...]
    #: What to do next, and where; None when the role of the user has nothing to do here.
    action: tuple[str, str] | None


class StartModel(Model):
    """The runs of the programmes that the user has a role in.

    Parameters
    ----------
    bench
        The workbench in the user's hands.
    today
        Tells the day from which the calendar is read.
    """

    cards = t.Tuple()

    def __init__(self, bench: Workbench, today: Callable[[], dt.date] | None = None) -> None:
        super().__init__()
        self.bench = bench
        self._today = today or (lambda: bench.store.clock().astimezone().date())
        self.refresh()

    def refresh(self) -> None:
        """Read everything again."""
        with self.attempting():
            self.cards = tuple(_card(run, self._today()) for run in self.bench.runs)
            self.blockers = [] if self.cards else [_why_empty(self.bench)]


def _why_empty(bench: Workbench) -> str:
    if bench.programmes:
        return say("No run has been set up yet. Please ask whoever operates this workbench to add one.")
    return say("You have no role in any programme yet. Please ask whoever operates this workbench for one.")


def _card(run: Run, today: dt.date) -> Card:
    seen = overview(run.bench.store, run.bench.actor, run.id, today)
    stage = seen.stage
    action = None
    if stage is not None:
        word, app = NEXT[stage]
        action = (say(word), address(app, run.id))
    return Card(
        title=f"{seen.programme.name} {seen.run.name}",
        stage=stage,
        date=_date(seen, today),
        figures=_figures(run.id, seen),
        action=action,
    )


def _date(seen: Overview, today: dt.date) -> str:
    entry = seen.next_entry
    if entry is None:
        last = max((e.last_day for e in seen.run.calendar), default=None)
        if last is None:
            return say("The calendar of this run is still empty.")
        return say("All dates are over; the last one was {day}.", day=date(last))
    if entry.day <= today:
        if entry.last_day == today:
            return say("Today: {title}", title=entry.title)
        return say("Now, until {day}: {title}", day=date(entry.last_day), title=entry.title)
    return say_n(
        "Next, tomorrow: {title}, {day}",
        "Next, in {n} days: {title}, {day}",
        (entry.day - today).days,
        title=entry.title,
        day=date(entry.day),
    )


def _figures(run_id: str, seen: Overview) -> tuple[Figure, ...]:
    def figure(n: int | None, label: str, app: App, **query: str) -> list[Figure]:
        return [] if n is None else [Figure(n, label, address(app, run_id, **query))]

    if not seen.applications:
        return ()
    return (
        *figure(seen.applications, say_n("application", "applications", seen.applications), "intake"),
        *figure(seen.doubtful, say("to look at"), "intake", show="open"),
        *figure(seen.refused, say("refused by a rule"), "intake", show="ineligible"),
        *figure(seen.tandems, say_n("tandem", "tandems", seen.tandems or 0), "matching"),
        *figure(seen.without_partner, say("without a partner"), "matching"),
    )


class StartView(View):
    """One card per run; everything on it is a link."""

    model: StartModel

    def __init__(self, model: StartModel) -> None:
        super().__init__(
            model,
            title=say("Start"),
            lead=say("Where the runs stand, and what comes next."),
        )

    def build(self) -> tuple[w.Widget, ...]:
        """Make the cards."""
        cards = w.HTML(layout=w.Layout(width="100%"))

        def show(*_: object) -> None:
            inside = Markup().join(_card_markup(card) for card in self.model.cards)
            cards.value = markup('<div style="{grid}">{inside}</div>', grid=_GRID, inside=inside)

        self.model.observe(show, "cards")
        show()
        return (cards,)


def _card_markup(card: Card) -> Markup:
    stage = chip(_SIGN[card.stage], say(STAGES[card.stage])) if card.stage else ""
    figures = Markup().join(
        markup(
            '<a class="mk-figure" href="{href}"><strong>{n}</strong> <span>{label}</span></a>', **vars(figure)
        )
        for figure in card.figures
    )
    if figures:
        figures = markup('<div class="mk-figures">{figures}</div>', figures=figures)
    if card.action is None:
        action = paragraph(say("Your role shows no applications here."), "mk-muted")
    else:
        word, href = card.action
        action = markup(
            '<p class="mk-actions"><a class="mk-primary" href="{href}">{word}</a></p>', href=href, word=word
        )
    return markup(
        '<section class="mk-card"><h2>{title} {stage}</h2><p>{date}</p>'
        '{figures}{action}</section>',
        title=card.title, stage=stage, date=card.date, figures=figures, action=action,
    )  # fmt: skip


def start_app() -> w.Widget:
    """Return the start page."""

    def build(page: Page) -> w.Widget:
        return StartView(StartModel(page.bench))

    return open_app(build)
