"""Data protection: who agreed to what, what was asked for, what has to go, and who did what."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import ipywidgets as w

from mentorkit.language import say
from mentorkit.run import Run
from mentorkit_widgets.base import View
from mentorkit_widgets.components.tabs import Tab, Tabs
from mentorkit_widgets.news import Newsreader
from mentorkit_widgets.page import Page, open_run_app
from mentorkit_widgets.privacy.audit import AuditPart
from mentorkit_widgets.privacy.consents import ConsentsPart
from mentorkit_widgets.privacy.key_ring import Keys
from mentorkit_widgets.privacy.keys import KeysPart
from mentorkit_widgets.privacy.model import PrivacyModel
from mentorkit_widgets.privacy.people import PeoplePart
from mentorkit_widgets.privacy.record import RecordPart
from mentorkit_widgets.privacy.requests import RequestsPart
from mentorkit_widgets.privacy.retention import RetentionPart
from mentorkit_widgets.privacy.sheets_out import SheetsOut
from mentorkit_widgets.privacy.texts import TextsPart


class PrivacyView(View):
    """The parts that the role opens, each made when it is first looked at."""

    model: PrivacyModel

    def __init__(self, model: PrivacyModel, part: str = "") -> None:
        self._first = part
        lead = say("See who agreed to what, answer requests in time, and erase what is not needed any more.")
        if not model.may("request.read"):
            lead = say("Ask for confidential sheets, open your key, and read what was confided to you.")
        super().__init__(model, title=say("Data protection"), lead=lead)

    def build(self) -> tuple[w.Widget, ...]:
        """Make the tabs."""
        made = [Tab(key, title, build) for right, key, title, build in self._tabs() if self.model.may(right)]
        first = self._first if self._first in {tab.key for tab in made} else ""
        self.parts = Tabs(say("Parts of data protection"), made, first)
        model = self.model
        self.news = Newsreader(model, model.store, model.actor, model.programme_id, model.hear)
        self.keep_looking(self.news.look)
        return (self.hindrances, self.parts)

    def _tabs(self) -> tuple[tuple[str, str, str, Callable[[], w.Widget]], ...]:
        """Return the parts: the right that opens each, its key, title and how it is made."""
        model = self.model
        return (
            ("request.read", "requests", say("Requests"), lambda: RequestsPart(model, self._go_to_person)),
            ("consent.read", "consents", say("Consents"), lambda: ConsentsPart(model)),
            ("person.export", "people", say("People"), lambda: self.people),
            ("retention.read", "retention", say("Retention"), lambda: RetentionPart(model)),
            ("confidence.give", "sheets", say("Confidential sheets"), lambda: SheetsOut(model)),
            ("confidence.read", "texts", say("Confidential texts"), lambda: TextsPart(model, self.ring)),
            ("keys.read", "keys", say("Keys"), lambda: KeysPart(model, self.ring)),
            ("processing.read", "record", say("Record"), lambda: RecordPart(model)),
            ("audit.read", "audit", say("Audit trail"), lambda: AuditPart(model)),
        )

    @cached_property
    def ring(self) -> Keys:
        """The keys, which the texts and their own part share."""
        return Keys(self.model)

    @cached_property
    def people(self) -> PeoplePart:
        """The people, to whom requests lead."""
        return PeoplePart(self.model)

    def _go_to_person(self, person_id: str) -> None:
        self.people.find(person_id)
        self.parts.go("people")


def privacy_app() -> w.Widget:
    """Return the app of data protection."""

    def build(page: Page, run: Run) -> w.Widget:
        return PrivacyView(PrivacyModel(run), page.query.get("part", ""))

    return open_run_app(build)
