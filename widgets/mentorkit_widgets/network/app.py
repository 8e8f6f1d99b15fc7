"""The network: how the tandems of a run, and of those before it, link people and organisations."""

from __future__ import annotations

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.language import say
from mentorkit.network.words import run_title
from mentorkit.run import Run
from mentorkit_widgets.base import View, markup, paragraph, shown
from mentorkit_widgets.components.choice import Choice
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.slider import Slider
from mentorkit_widgets.components.table import Table
from mentorkit_widgets.components.tabs import Tab, Tabs
from mentorkit_widgets.network.files import Files
from mentorkit_widgets.network.gaps import Gaps
from mentorkit_widgets.network.growth import Growth
from mentorkit_widgets.network.matrix import matrix_markup
from mentorkit_widgets.network.measures import Measures
from mentorkit_widgets.network.model import NetworkModel
from mentorkit_widgets.network.picture import PicturePart
from mentorkit_widgets.network.rows import people_columns, people_rows
from mentorkit_widgets.news import Newsreader
from mentorkit_widgets.page import Page, address, open_run_app


class NetworkView(View):
    """What the network shows in sentences, which runs it is of, and its parts, made when first shown."""

    model: NetworkModel

    def __init__(self, model: NetworkModel) -> None:
        super().__init__(model, title=say("Network"), lead=_lead(model))

    def build(self) -> tuple[w.Widget, ...]:
        """Make the findings, the choice of runs and the parts, linked to the model."""
        model = self.model
        self.findings = LaidOut()
        run = model.run
        self.news = Newsreader(model, run.bench.store, run.bench.actor, run.record.programme_id, model.hear)
        self.keep_looking(self.news.look)
        network = model.network
        if network is None:
            self.findings.value = _nothing(model)
            return (self.hindrances, self.findings)
        self.when = self._choose_runs()
        self.parts = Tabs(say("Parts of the network"), self._tabs())
        model.observe(self._show, "part")
        self._show()
        return (self.hindrances, self.findings, self.when, self.parts)

    def _choose_runs(self) -> w.Widget:
        """Make the slider over the runs; nothing where there is one run only."""
        model = self.model
        assert model.network is not None  # noqa: S101 - build returned before
        runs = model.network.runs
        self.slider = Slider(say("Run"), {run: run_title(run) for run in runs}, model.shown_run)
        self.span = Choice(say("Period"), {"only": say("this run alone"), "until": say("all until then")})
        t.link((self.slider, "value"), (model, "shown_run"))
        t.link((self.span, "value"), (model, "span"))
        self.slider.layout.flex, self.span.layout.width = "1 1 22rem", "max-content"
        self.span.layout.max_width = "100%"
        box = w.HBox([self.slider, self.span])
        box.add_class("mk-actions")
        box.layout.grid_gap = "0.5rem 2rem"
        shown(box, len(runs) > 1)
        return box

    def _tabs(self) -> list[Tab]:
        model = self.model
        tabs = [Tab("picture", say("Picture"), lambda: self.picture)]
        if model.by_organisation:
            tabs.append(Tab("matrix", say("Matrix"), self._make_matrix))
        tabs.append(Tab("people", say("People"), self._make_people))
        if model.links_matter:
            tabs.append(Tab("gaps", say("Gaps"), lambda: Gaps(model)))
        if model.by_organisation:
            tabs.append(Tab("measures", say("Measures"), lambda: Measures(model)))
        if model.network is not None and len(model.network.runs) > 1:
            tabs.append(Tab("growth", say("Growth"), lambda: Growth(model)))
        tabs.append(Tab("files", say("As a file"), lambda: Files(model)))
        self.picture = PicturePart(model)
        return tabs

    def _make_matrix(self) -> w.Widget:
        self.matrix = LaidOut()
        never = say("not intended") if self.model.crosses else ""

        def draw(_change: object = None) -> None:
            self.matrix.value = matrix_markup(self.model.present.matrix, never)

        self.model.observe(draw, "part")
        draw()
        return self.matrix

    def _make_people(self) -> w.Widget:
        model = self.model
        columns = people_columns(by_organisation=model.by_organisation)
        self.people = Table(say("People in the network"), columns, filtered=True)

        def draw(_change: object = None) -> None:
            self.people.rows = people_rows(model.present)

        def see(person: str, _action: str) -> None:
            model.show("people", person)
            self.parts.go("picture")

        self.people.on_action(see)
        model.observe(draw, "part")
        draw()
        return self.people

    def _show(self, *_: object) -> None:
        self.findings.value = _findings(self.model)


def _lead(model: NetworkModel) -> str:
    if not model.by_organisation:
        return say("See who is a tandem with whom.")
    if model.stays:
        return say("See which organisations have tandems, and which have none yet.")
    return say("See which organisations the tandems link, and which have none yet.")


def _nothing(model: NetworkModel) -> Markup:
    return markup(
        '<div class="mk-empty"><p>{text}</p><p><a class="mk-primary" href="{href}">{link}</a></p></div>',
        text=say("There are no tandems to show yet."),
        href=address("matching", model.run.id),
        link=say("Go to the matching"),
    )


def _findings(model: NetworkModel) -> Markup:
    """Say what the network shows, and where to go from here."""
    heading, *details = model.present.findings
    whole = model.network is not None and len(model.network.runs) > 1
    return markup(
        "<h2>{heading}</h2>{title}{origin}{details}"
        '<p class="mk-actions"><a class="mk-plain-button" href="{href}">{link}</a></p>',
        heading=heading,
        title=paragraph(model.title, "mk-muted") if whole else "",
        origin=paragraph(model.origin, "" if model.approved else "mk-blocker") if model.origin else "",
        details=paragraph(" ".join(details)) if details else "",
        href=address("reports" if model.approved else "matching", model.run.id),
        link=_next_step(model),
    )


def _next_step(model: NetworkModel) -> str:
    if model.approved:
        return say("Make a report of it")
    own = model.run.record.name
    proposed = model.network is not None and own in model.network.runs
    return say("Approve the tandems in the matching") if proposed else say("Go to the matching")


def network_app() -> w.Widget:
    """Return the app that shows the network of a run."""

    def build(_page: Page, run: Run) -> w.Widget:
        return NetworkView(NetworkModel(run))

    return open_run_app(build)
