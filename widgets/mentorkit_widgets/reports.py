"""The reports: choose one, have it made, download it as a PDF."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets as w
import traitlets as t

from mentorkit.language import say
from mentorkit.reports import service
from mentorkit.workbench import Run
from mentorkit_widgets.base import Model, View, actions, button, card, paragraph, shown
from mentorkit_widgets.choice import Choice
from mentorkit_widgets.download import Download
from mentorkit_widgets.page import Page, open_run_app


@dataclass(frozen=True)
class File:
    """A finished report."""

    name: str
    content: bytes


class ReportsModel(Model):
    """The reports of a run that the user may make, and the one that was made last."""

    #: Name of the report that is chosen; empty while there is none.
    chosen = t.Unicode()
    #: Organisation that it is about, for reports on one organisation.
    organisation = t.Unicode()
    #: The finished report of this choice.
    file = t.Instance(File, allow_none=True)

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self.kinds = tuple(service.available(run))
        self.organisations = self._organisations()
        self.observe(self._chosen_anew, ["chosen", "organisation"])
        self.chosen = self.kinds[0].name if self.kinds else ""
        self.organisation = self.organisations[0] if self.organisations else ""
        self._judge()

    @property
    def kind(self) -> service.ReportKind | None:
        """The report that is chosen."""
        return next((kind for kind in self.kinds if kind.name == self.chosen), None)

    @property
    def needs_organisation(self) -> bool:
        """Whether the report is about one organisation."""
        return self.kind is not None and self.kind.per_organisation

    def make(self) -> None:
        """Have the chosen report made."""
        kind = self.kind
        if kind is None or self.blockers or self.busy:
            return
        about = self.organisation if kind.per_organisation else None
        self.file = None
        with self.attempting(say("The report is being made; this takes a few seconds …")):
            content = service.make(self.run, kind.name, organisation=about, form="pdf")
            self.file = File(service.file_name(self.run, kind.name, about), content)
            self.say(say("The report “{title}” is ready.", title=kind.title))

    def _organisations(self) -> list[str]:
        scopes = self.run.bench.actor.scopes("report.organisation", self.run.record.programme_id)
        return [name for name in self.run.organisations if None in scopes or name in scopes]

    def _chosen_anew(self, *_: object) -> None:
        self.file = None
        self.message = ""
        self._judge()

    def _judge(self) -> None:
        if not self.kinds:
            self.blockers = [say("Your role allows no report of this run.")]
        elif self.needs_organisation and self.organisation not in self.organisations:
            self.blockers = [say("There is no organisation yet that a report could be about.")]
        else:
            self.blockers = []


class ReportsView(View):
    """The choice of a report, the button that makes it, and the link to the finished file."""

    model: ReportsModel

    def __init__(self, model: ReportsModel) -> None:
        super().__init__(
            model,
            title=say("Reports"),
            lead=say("Choose a report and have it made; then download it as a PDF."),
        )

    def build(self) -> tuple[w.Widget, ...]:
        """Make the controls."""
        model = self.model
        self.about = w.HTML()
        self.organisation = w.Dropdown(
            description=say("Organisation"),
            options=model.organisations,
            value=model.organisation or None,
            style={"description_width": "initial"},
        )
        self.make = button(say("Make the report"), model.make, primary=True)
        self.download = Download()
        self.organisation.observe(self._take_organisation, "value")
        model.observe(self._show_choice, ["chosen", "organisation"])
        model.observe(self._show_state, ["busy", "blockers"])
        model.observe(self._show_file, "file")
        doing = actions(self.make, self.download)
        sheet = card(*self._choice(), self.about, self.organisation, doing)
        self._show_choice()
        self._show_state()
        return (sheet,)

    def _choice(self) -> list[w.Widget]:
        model = self.model
        if not model.kinds:
            return []
        self.choice = Choice(say("Report"), {kind.name: kind.title for kind in model.kinds}, model.chosen)
        self.choice.observe(lambda change: setattr(model, "chosen", change["new"]), "value")
        return [self.choice]

    def _take_organisation(self, change: dict[str, str | None]) -> None:
        self.model.organisation = change["new"] or ""

    def _show_choice(self, *_: object) -> None:
        model = self.model
        self.about.value = paragraph(model.kind.description) if model.kind else ""
        shown(self.organisation, model.needs_organisation and bool(model.organisations))

    def _show_state(self, *_: object) -> None:
        self.make.disabled = bool(self.model.busy or self.model.blockers)

    def _show_file(self, *_: object) -> None:
        file = self.model.file
        if file is None:
            self.download.withdraw()
        else:
            self.download.offer(file.name, file.content, "application/pdf")


def reports_app() -> w.Widget:
    """Return the app of the reports."""

    def build(page: Page, run: Run) -> w.Widget:
        return ReportsView(ReportsModel(run))

    return open_run_app(build)
