"""What one sees of the intake: its parts as tabs, in the order in which a coordinator needs them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import ipywidgets as w
from markupsafe import Markup

from mentorkit.intake.unknown import CODE
from mentorkit.language import say
from mentorkit_widgets.base import View, actions, button, card, markup, paragraph, shown
from mentorkit_widgets.components.address import PageAddress
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.tabs import Tab, Tabs
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.overview_part import OverviewPart
from mentorkit_widgets.intake.parts import EnterPart, MentorsPart, selection_part
from mentorkit_widgets.intake.read_part import ReadPart
from mentorkit_widgets.intake.rows import ApplicationList
from mentorkit_widgets.intake.state import FILTERS
from mentorkit_widgets.intake.unknown import UnknownModel, UnknownOrganisations
from mentorkit_widgets.news import Newsreader
from mentorkit_widgets.page import address


class IntakeView(View):
    """Applications, reading and entering them, winning mentors, selecting, and where all of it stands."""

    model: IntakeModel
    places_hindrances = True

    def __init__(self, model: IntakeModel) -> None:
        super().__init__(
            model,
            title=say("Intake"),
            lead=say("Take applications in, look at what is doubtful, and decide who takes part.")
            if model.may_overrule
            else say("Take applications in and look at what is doubtful; the lead of the programme decides."),
        )

    def build(self) -> tuple[w.Widget, ...]:
        """Make the tabs; each part is made when it is first looked at."""
        model = self.model
        tabs = self._tabs()
        keys = {tab.key for tab in tabs}
        if model.part not in keys:
            model.part = tabs[0].key
        self.tabs = Tabs(say("Parts of the intake"), tabs, model.part)
        self.tabs.observe(lambda change: setattr(model, "part", change["new"]), "value")
        model.observe(self._show_part, "part")
        self._show_notice()
        self.address = PageAddress()
        self.address.on_go(model.point_at)
        model.observe(self._show_address, ["part", "selected", *FILTERS])
        model.observe(lambda change: setattr(self.address, "word", change["new"]), "word")
        self.address.observe(lambda change: setattr(model, "word", change["new"]), "word")
        model.observe(self._show_titles, ["intake", "stored"])
        self._show_titles()
        self._show_address()
        store, actor = model.run.bench.store, model.run.bench.actor
        self.news = Newsreader(model, store, actor, model.run.record.programme_id, model.hear)
        self.keep_looking(self.news.look)
        above = () if model.may_take_in else (self.hindrances,)
        return (*above, self.tabs, self.address)

    def _tabs(self) -> list[Tab]:
        model = self.model
        tabs = [
            (model.may_read, Tab("applications", say("Applications"), lambda: self.stored)),
            (model.may_take_in, Tab("read", say("Read files"), lambda: self.reading)),
            (model.may_take_in or model.may_give, Tab("enter", say("Enter"), lambda: self.entering)),
            (model.wins_mentors, Tab("wishes", say("Wishes and acquisition"), lambda: self.mentors)),
            (model.selects, Tab("selection", say("Selection"), lambda: self.selection)),
            (model.may_read, Tab("overview", say("Overview"), lambda: self.overview)),
        ]
        return [tab for offered, tab in tabs if offered] or [tabs[0][1]]

    # -- the parts ------------------------------------------------------------------------------

    @cached_property
    def stored(self) -> StoredPart:
        """The applications that the run holds."""
        return StoredPart(self.model, self.go)

    @cached_property
    def reading(self) -> ReadPart:
        """Reading files."""
        return ReadPart(self.model, self.hindrances)

    @cached_property
    def entering(self) -> EnterPart:
        """Entering applications, and forms for applicants."""
        return EnterPart(self.model)

    @cached_property
    def mentors(self) -> MentorsPart:
        """Wishes, and whom to win."""
        return MentorsPart(self.model)

    @cached_property
    def selection(self) -> w.Widget:
        """Who gets a place."""
        return selection_part(self.model)

    @cached_property
    def overview(self) -> OverviewPart:
        """Where the intake stands."""
        return OverviewPart(self.model)

    # -- following the model --------------------------------------------------------------------

    def go(self, part: str) -> None:
        """Show a part, and lead the focus there."""
        self.tabs.go(part)

    def _show_part(self, change: dict[str, str]) -> None:
        self._show_notice()
        if change["new"] in self.tabs.parts:
            self.tabs.value = change["new"]
        else:  # a link named a part that the role does not have
            self.model.part = self.tabs.value

    def _show_notice(self) -> None:
        shown(self.notice, self.model.part != "selection")  # which has one of its own

    def _show_address(self, *_: object) -> None:
        self.address.query = self.model.query

    def _show_titles(self, *_: object) -> None:
        """Tell how many applications there are, and how many wait to be taken in."""
        model = self.model
        if "applications" in self.tabs.parts:
            standing = sum(application.withdrawn is None for application in model.stored)
            self.tabs.rename("applications", _counted(say("Applications"), standing))
        if "read" in self.tabs.parts:
            waiting = len(model.intake.applications) if model.intake is not None else 0
            self.tabs.rename("read", _counted(say("Read files"), waiting))


class StoredPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The applications that the run holds and the workbook of all of them, or how to come by the first."""

    def __init__(self, model: IntakeModel, go: Callable[[str], object]) -> None:
        self.model = model
        self.read = button(say("Read files"), lambda: go("read"), primary=True)
        self.enter = button(say("Enter an application"), lambda: go("enter"))
        for way in (self.read, self.enter):
            shown(way, model.may_take_in)
        told = LaidOut(paragraph(say("No application has been taken in yet.")))
        self.empty = card(told, actions(self.read, self.enter))
        self.next_step = LaidOut()
        self.unknown = UnknownModel(model.run, model, model.follow) if model.may_take_in else None
        asked = [UnknownOrganisations(self.unknown)] if self.unknown is not None else []
        self.export = button(say("Make a workbook of all applications (XLSX)"), self._export)
        self.file = Download()
        self.rows = w.VBox()  # filled as soon as there are some
        parts = [self.empty, self.next_step, *asked, self.rows, actions(self.export, self.file)]
        super().__init__(parts, layout=w.Layout(grid_gap="0.6rem"))
        model.observe(self.show, "stored")
        self.show()

    @cached_property
    def list(self) -> ApplicationList:
        """The applications that the run holds."""
        return ApplicationList(self.model, "stored")

    def show(self, *_: object) -> None:
        """Follow the model."""
        there = bool(self.model.stored)
        shown(self.empty, not there)
        shown(self.rows, there)
        if there:
            self.rows.children = (self.list,)
        shown(self.export, there)
        self.file.withdraw()  # it would be older than the list
        if self.unknown is not None and (self.unknown.answered or self._asks_for_organisations()):
            self.unknown.reload()
        self.next_step.value = _next_step(self.model)
        shown(self.next_step, bool(self.next_step.value))

    def _asks_for_organisations(self) -> bool:
        return any(finding.code == CODE for a in self.model.stored for finding in a.findings)

    def _export(self) -> None:
        from mentorkit.forms.template import MEDIA_TYPE
        from mentorkit.intake.export import file_name, to_xlsx

        with self.model.attempting(say("The workbook is being made …")):
            content = to_xlsx(*self.model.hands)
            self.file.offer(file_name(self.model.run.record), content, MEDIA_TYPE)


def _counted(title: str, n: int) -> str:
    return say("{word} ({n})", word=title, n=n) if n else title


def _next_step(model: IntakeModel) -> Markup:
    """Say how to go on once applications are taken in."""
    if not model.stored:
        return Markup()
    if any(application.open for application in model.stored):
        return paragraph(say("Please look at the doubtful applications next: choose a name in the table."))
    run = model.run.record
    steps = [(address("matching", run.id), say("On to the matching"))]
    if model.selects and not (run.selection_fixed or run.approved_at):
        steps.insert(0, (address("intake", run.id, part="selection"), say("On to the selection")))
    links = [
        markup('<a class="{css}" href="{href}">{word}</a>', css=css, href=href, word=word)
        for css, (href, word) in zip(("mk-primary", "mk-plain-button"), steps, strict=False)
    ]
    return markup('<div class="mk-actions">{links}</div>', links=Markup().join(links))
