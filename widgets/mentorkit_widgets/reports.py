"""The reports: choose one, see what is in it, have it made, download it as a PDF."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.language import say, say_n
from mentorkit.reports import service
from mentorkit.run import Run
from mentorkit_widgets.base import Model, View, actions, button, card, markup, paragraph, shown
from mentorkit_widgets.components.choice import Choice
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.form import Field, Form, Value
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.page import Page, address, open_run_app

#: Stands for every organisation that the user may make a report for.
ALL = "all"


@dataclass(frozen=True)
class File:
    """A finished report, or one ZIP file of them."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


class ReportsModel(Model):
    """The reports of a run that the user may make, and the one that was made last."""

    #: Name of the report that is chosen; empty while there is none.
    chosen = t.Unicode()
    #: Place of the organisation in :attr:`organisations`, or :data:`ALL`; for reports on organisations.
    about = t.Unicode()
    #: The finished report of this choice.
    file = t.Instance(File, allow_none=True)

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self.kinds = tuple(service.available(run))
        self.organisations = self._organisations()
        self.observe(self._chosen_anew, ["chosen", "about"])
        self.chosen = self.kinds[0].name if self.kinds else ""
        self.about = "0" if self.organisations else ""
        self._judge()

    @property
    def kind(self) -> service.ReportKind | None:
        """The report that is chosen."""
        return next((kind for kind in self.kinds if kind.name == self.chosen), None)

    @property
    def needs_organisation(self) -> bool:
        """Whether the report is about one organisation."""
        return self.kind is not None and self.kind.per_organisation

    @property
    def options(self) -> dict[str, str]:
        """What a report on organisations can be about, by key."""
        each = {str(place): name for place, name in enumerate(self.organisations)}
        return {**each, ALL: say("All organisations, in one ZIP file")} if len(each) > 1 else each

    @property
    def organisation(self) -> str | None:
        """The organisation that the report is about; None for all, and for reports on none."""
        single = self.needs_organisation and self.about != ALL and self.about in self.options
        return self.options[self.about] if single else None

    @property
    def stand(self) -> str:
        """What of the run the report will show as things stand now, in a sentence."""
        if self.kind is None or self.blockers:
            return ""
        if self.needs_organisation:
            return self._counted()
        if self.run.approved:
            return say_n(
                "It is about the approved tandem.",
                "It is about the {n} approved tandems.",
                len(self.run.tandems),
            )
        if self.chosen == "network":
            return say("No tandems are approved yet, so it is still empty.")
        return say("Nothing is approved yet: it shows the best matching as it is now, as a proposal.")

    def _counted(self) -> str:
        about = self.organisation
        if about is None:
            return say_n("{n} report is made.", "{n} reports are made.", len(self.organisations))
        tandems = self.run.tandems
        ends = tandems["mentee_organisation"].eq(about) | tandems["mentor_organisation"].eq(about)
        applied = sum(a.organisation == about for a in self.run.application_records)
        return " ".join(
            [
                say_n("It is about {n} application.", "It is about {n} applications.", applied),
                say_n("There is {n} tandem.", "There are {n} tandems.", int(ends.sum())),
            ]
        )

    def make(self) -> None:
        """Have the chosen report made."""
        kind = self.kind
        if kind is None or self.blockers or self.busy:
            return
        self.file = None
        if kind.per_organisation and self.about == ALL:
            self._make_all(kind)
            return
        about = self.organisation
        with self.attempting(say("The report is being made; this takes a few seconds …")):
            content = service.make(self.run, kind.name, organisation=about, form="pdf")
            self.file = File(service.file_name(self.run, kind.name, about), content)
            self.say(say("The report “{title}” is ready; you can download it now.", title=kind.title))

    def _make_all(self, kind: service.ReportKind) -> None:
        def tell(done: int, total: int) -> None:
            self.progress = done / max(total, 1)

        with self.attempting(say("The reports are being made, one after the other …")):
            content = service.make_all(self.run, kind.name, progress=tell)
            name = service.file_name(self.run, kind.name, form="zip")
            self.file = File(name, content, "application/zip")
            count = len(self.organisations)
            self.say(
                say_n(
                    "{n} report is ready; you can download it now.",
                    "{n} reports are ready; you can download them now.",
                    count,
                )
            )

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
        elif self.needs_organisation and not self.organisations:
            self.blockers = [say("There is no organisation yet that a report could be about.")]
        else:
            self.blockers = []


class ReportsView(View):
    """The choice of a report, what is in it, the button that makes it, and the link to the finished file."""

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
        self.preview = LaidOut()
        self.form = Form([self._field()], {"organisation": model.about}, on_edit=self._take_organisation)
        self.make = button(say("Make the report"), model.make, primary=True)
        self.download = Download()
        model.observe(self._show_choice, ["chosen", "about"])
        model.observe(self._show_state, ["busy", "blockers"])
        model.observe(self._show_file, "file")
        sheet = card(*self._choice(), self.form, self.preview, actions(self.make, self.download))
        self._show_choice()
        self._show_state()
        return (sheet, self.hindrances)

    def _field(self) -> Field:
        return Field(
            "organisation",
            say("Organisation"),
            "choice",
            required=True,
            options=self.model.options,
            width="half",
        )

    def _choice(self) -> list[w.Widget]:
        model = self.model
        if not model.kinds:
            return []
        self.choice = Choice(say("Report"), {kind.name: kind.title for kind in model.kinds}, model.chosen)
        self.choice.observe(lambda change: setattr(model, "chosen", change["new"]), "value")
        return [self.choice]

    def _take_organisation(self, _name: str, value: Value) -> None:
        self.model.about = str(value)

    def _show_choice(self, *_: object) -> None:
        model = self.model
        shown(self.form, model.needs_organisation and bool(model.organisations))
        with model.attempting():
            self.preview.value = _preview(model)

    def _show_state(self, *_: object) -> None:
        self.make.disabled = bool(self.model.busy or self.model.blockers)

    def _show_file(self, *_: object) -> None:
        file = self.model.file
        if file is None:
            self.download.withdraw()
        else:
            self.download.offer(file.name, file.content, file.media_type)


def _preview(model: ReportsModel) -> Markup:
    """Say what is in the report: its chapters, and what of the run it shows now."""
    kind = model.kind
    if kind is None:
        return Markup()
    chapters = Markup().join(markup("<li>{chapter}</li>", chapter=chapter) for chapter in kind.chapters)
    waits = not model.run.approved and not kind.per_organisation
    link = markup(
        '<p><a href="{href}">{text}</a></p>',
        href=address("matching", model.run.id),
        text=say("Go to the matching"),
    )
    return markup(
        "{about}<h2>{heading}</h2><ol>{chapters}</ol>{stand}{link}",
        about=paragraph(kind.description),
        heading=say("What is in it"),
        chapters=chapters,
        stand=paragraph(model.stand, "mk-blocker" if waits else ""),
        link=link if waits and model.run.bench.actor.opens("matching", model.run.record.programme_id) else "",
    )


def reports_app() -> w.Widget:
    """Return the app of the reports."""

    def build(_page: Page, run: Run) -> w.Widget:
        return ReportsView(ReportsModel(run))

    return open_run_app(build)
