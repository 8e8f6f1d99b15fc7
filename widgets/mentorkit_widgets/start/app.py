"""The start page: which runs there are, where they stand, what is due and what was changed lately."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.language import say, speaking, voice
from mentorkit.overview import Change, Due, Overview, by_urgency, changes, most_urgent, overviews
from mentorkit.overview.news import News
from mentorkit.workbench import Workbench
from mentorkit_widgets.base import Model, View, button, markup, shown, stylesheet
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.news import Newsreader
from mentorkit_widgets.page import Page, open_app
from mentorkit_widgets.start.card import STYLE, card, moment
from mentorkit_widgets.start.words import change_words, due_link, summary, when

#: Changes shown at once, and at most.
FEW, MANY = 5, 50
#: Due things shown in the list over all runs.
SHOWN = 12


class StartModel(Model):
    """The runs of the programmes that the user has a role in, the one that needs something first.

    Parameters
    ----------
    bench
        The workbench in the user's hands.
    today
        Tells the day from which the calendar is read.
    """

    #: An :class:`Overview` for each run.
    runs = t.Tuple()
    #: What is due in all of them, most urgent first.
    due = t.Tuple()
    #: What was changed lately, newest first.
    changes = t.Tuple()
    #: Whether many changes are shown, not only the latest.
    all_changes = t.Bool(False)
    #: Whether there are more changes than those shown.
    more_changes = t.Bool(False)

    def __init__(self, bench: Workbench, today: Callable[[], dt.date] | None = None) -> None:
        super().__init__()
        self.bench = bench
        self._today = today or (lambda: bench.store.clock().astimezone().date())
        self.today = self._today()
        self.refresh()

    def refresh(self) -> None:
        """Read everything again."""
        self.today = self._today()
        with self.attempting():
            found = by_urgency(overviews(self.bench.store, self.bench.actor, self.today))
            self.runs = tuple(seen for seen, _ in found)
            items = [item for _, due in found for item in due]
            self.due = tuple(most_urgent(items, self.today))
            self.blockers = [] if self.runs else [_why_empty(self.bench)]
            self._read_changes()

    def follow(self, _news: News) -> None:
        """Show what others did."""
        self.refresh()

    def toggle_changes(self) -> None:
        """Show many changes, or again the latest only."""
        self.all_changes = not self.all_changes
        with self.attempting():
            self._read_changes()

    def _read_changes(self) -> None:
        most = MANY if self.all_changes else FEW
        found = changes(self.bench.store, self.bench.actor, most + 1)
        self.more_changes = len(found) > most
        self.changes = tuple(found[:most])

    def run_of(self, run_id: str) -> Overview:
        """Return the overview of a run."""
        found: Overview = next(seen for seen in self.runs if seen.run.id == run_id)
        return found


def _why_empty(bench: Workbench) -> str:
    if bench.programmes:
        return say("No run has been set up yet. Please ask whoever operates this workbench to add one.")
    return say("You have no role in any programme yet. Please ask whoever operates this workbench for one.")


class StartView(View):
    """What is due, a card per run, and the latest changes; everything that is counted is a link."""

    model: StartModel

    def __init__(self, model: StartModel) -> None:
        lead = summary(list(model.runs), list(model.due), model.today)
        super().__init__(model, title=say("Start"), lead=lead)

    def build(self) -> tuple[w.Widget, ...]:
        """Make the three parts."""
        self.due, self.cards, self.changes = LaidOut(), LaidOut(), LaidOut()
        self.toggle = button("", self.model.toggle_changes)
        lately = w.VBox([self.changes, self.toggle])
        page = w.Box([LaidOut(stylesheet(STYLE)), self.due, self.cards, lately])
        for part, name in ((page, "mk-start"), (self.due, "mk-start-due"), (self.cards, "mk-start-runs"),
                           (lately, "mk-start-changes")):  # fmt: skip
            part.add_class(name)
        self.model.observe(self._show_runs, ["runs", "due"])
        self.model.observe(self._show_changes, ["changes", "all_changes", "more_changes"])
        self._show_runs()
        self._show_changes()
        self._lately = lately
        model = self.model
        self.news = Newsreader(model, model.bench.store, model.bench.actor, None, model.follow)
        self.keep_looking(self.news.look)
        return (page,)

    def _show_runs(self, *_: object) -> None:
        model = self.model
        first = True
        cards = []
        for seen in model.runs:
            with speaking(seen.programme.settings.voice(voice().language)):
                cards.append(card(seen, primary=first))
            first = False
        self.cards.value = Markup().join(cards)
        self.due.value = _due_list(model) if model.runs else ""
        shown(self.due, bool(model.runs))

    def _show_changes(self, *_: object) -> None:
        model = self.model
        self.changes.value = _change_list(model) if model.changes else ""
        self.toggle.description = (
            say("Show the latest changes only") if model.all_changes else say("Show more changes")
        )
        shown(self.toggle, model.all_changes or model.more_changes)


def _due_list(model: StartModel) -> Markup:
    items = [_due_item(model, item) for item in model.due[:SHOWN]]
    empty = markup('<p class="mk-muted">{text}</p>', text=say("Nothing in the next four weeks."))
    return markup(
        '<section class="mk-card"><h2>{title}</h2>{body}</section>',
        title=say("What is due"),
        body=markup('<ol class="mk-due">{items}</ol>', items=Markup().join(items)) if items else empty,
    )


def _due_item(model: StartModel, item: Due) -> Markup:
    seen = model.run_of(item.run_id)
    found = due_link(seen, item)
    form = '<a href="{href}">{text}</a>' if found.href else "<span>{text}</span>"
    return markup(
        '<li class="{kind}">{words}{about}</li>',
        kind="mk-late" if item.overdue else "mk-date" if item.kind == "date" else "mk-todo",
        words=markup(form, href=found.href, text=found.text),
        about=_about(model, when(item, model.today), _title(seen)),
    )


def _about(model: StartModel, days: str, where: str) -> Markup:
    """Return when something is or was, and where, unless there is but one run."""
    parts = [markup('<span class="mk-when">{days}</span>', days=days)] if days else []
    if where and len(model.runs) > 1:
        parts.append(markup("<span>{where}</span>", where=where))
    return markup('<span class="mk-about">{parts}</span>', parts=Markup().join(parts))


def _change_list(model: StartModel) -> Markup:
    items = [_change_item(model, change) for change in model.changes]
    return markup(
        '<section class="mk-card"><h2>{title}</h2><ol class="mk-changes">{items}</ol></section>',
        title=say("Latest changes"),
        items=Markup().join(items),
    )


def _change_item(model: StartModel, change: Change) -> Markup:
    return markup(
        "<li><span>{words}</span>{about}</li>",
        words=change_words(change),
        about=_about(model, moment(change.at, model.today), _place_of(model, change)),
    )


def _place_of(model: StartModel, change: Change) -> str:
    """Return the run that a change belongs to, or else its programme."""
    for seen in model.runs:
        if seen.run.id == change.run_id:
            return _title(seen)
    return next((s.programme.name for s in model.runs if s.programme.id == change.programme_id), "")


def _title(seen: Overview) -> str:
    return f"{seen.programme.name} {seen.run.name}"


def start_app() -> w.Widget:
    """Return the start page."""

    def build(page: Page) -> w.Widget:
        return StartView(StartModel(page.bench))

    return open_app(build)
