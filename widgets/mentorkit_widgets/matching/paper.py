"""The proposal on paper: one press makes the matching report as a PDF for the meeting that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

from mentorkit.language import say
from mentorkit_widgets.base import actions, button, shown
from mentorkit_widgets.components.download import Download

if TYPE_CHECKING:
    from mentorkit_widgets.matching.model import MatchingModel

_REPORT = "matching"


class MeetingPaper(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The button, and the finished file as long as it tells what is proposed now.

    Hidden where nothing is proposed, while weights are tried, or where the role of the user allows no report.
    """

    def __init__(self, model: MatchingModel) -> None:
        self.model = model
        self.make = button(say("PDF for the meeting"), self._make)
        self.download = Download()
        super().__init__([actions(self.make, self.download)])
        model.observe(self._show, "state")
        self._show()

    def _show(self, *_: object) -> None:
        run = self.model.run
        may = run.bench.actor.may("report.make", run.record.programme_id)
        # it tells of what stands, not of what somebody tries
        shown(self, may and self.model.state.solved is not None and not self.model.trying)
        self.download.withdraw()

    def _make(self) -> None:
        from mentorkit.reports import service

        model = self.model
        if model.busy:
            return
        with model.attempting(say("The proposal is being put on paper; this takes a few seconds …")):
            content = service.make(model.run, _REPORT, goal=model.goal)
            self.download.offer(service.file_name(model.run, _REPORT), content, "application/pdf")
            model.say(say("The proposal is ready for the meeting; you can download it now."))
