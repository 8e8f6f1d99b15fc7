"""Data protection: who agreed to what, what was asked for, what has to go, and who did what."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import ipywidgets as w

from mentorkit.language import say
from mentorkit.run import Run
from mentorkit_widgets.base import View
from mentorkit_widgets.components.tabs import Tab, Tabs
from mentorkit_widgets.page import Page, open_run_app
from mentorkit_widgets.privacy.audit import AuditPart
from mentorkit_widgets.privacy.consents import ConsentsPart
from mentorkit_widgets.privacy.keys import Keys, KeysPart
from mentorkit_widgets.privacy.model import PrivacyModel


class PrivacyView(View):
    """The parts that the role opens, each made when it is first looked at."""

    model: PrivacyModel

    def __init__(self, model: PrivacyModel) -> None:
        super().__init__(
            model,
            title=say("Data protection"),
            lead=say(
                "See who agreed to what, answer requests in time, and erase what is not needed any more."
            ),
        )

    def build(self) -> tuple[w.Widget, ...]:
        """Make the tabs."""
        parts = [
            Tab(key, title, build) for action, key, title, build in self._parts() if self.model.may(action)
        ]
        self.parts = Tabs(say("Parts of data protection"), parts)
        return (self.hindrances, self.parts)

    def _parts(self) -> tuple[tuple[str, str, str, Callable[[], w.Widget]], ...]:
        model = self.model
        return (
            ("consent.read", "consents", say("Consents"), lambda: ConsentsPart(model)),
            ("keys.read", "keys", say("Keys"), lambda: KeysPart(model, self.ring)),
            ("audit.read", "audit", say("Audit trail"), lambda: AuditPart(model)),
        )

    @cached_property
    def ring(self) -> Keys:
        """The keys, which the texts and their own part share."""
        return Keys(self.model)


def privacy_app() -> w.Widget:
    """Return the app of data protection."""

    def build(_page: Page, run: Run) -> w.Widget:
        return PrivacyView(PrivacyModel(run))

    return open_run_app(build)
