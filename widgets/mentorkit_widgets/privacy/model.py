"""What all parts of the app of data protection share: the programme, who acts, and that something changed."""

from __future__ import annotations

import datetime as dt

import traitlets as t

from mentorkit.overview.news import News
from mentorkit.run import Run
from mentorkit_widgets.base import Model
from mentorkit_widgets.news import what_others_changed


class PrivacyModel(Model):
    """One programme, in the hands of whoever answers for its data."""

    #: Counts what was changed here, so that the other parts look again.
    edits = t.Int(0)

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self.store, self.actor = run.bench.store, run.bench.actor
        self.programme_id = run.record.programme_id

    @property
    def today(self) -> dt.date:
        """The day it is here."""
        return self.store.clock().astimezone().date()

    def may(self, action: str) -> bool:
        """Tell whether the user may do something for everybody in the programme."""
        return self.actor.may(action, self.programme_id)

    def hear(self, found: News) -> None:
        """Let all parts look at what was done elsewhere; what is being typed stays."""
        self.edits += 1
        if told := what_others_changed(found):
            self.say(told)

    def changed(self, sentence: str) -> None:
        """Tell what was done, and let all parts look again."""
        self.say(sentence)
        self.edits += 1


class Part(t.HasTraits):
    """What one part of the app shows; read again whenever something was changed in any of them."""

    #: Counts what was read anew.
    read = t.Int(0)

    def __init__(self, model: PrivacyModel) -> None:
        super().__init__()
        self.model = model
        self.load()
        model.observe(self._look_again, "edits")

    def load(self) -> None:
        """Read what is shown."""

    def look_again(self) -> None:
        """Read what is shown, and tell the views."""
        self.load()
        self.read += 1

    def _look_again(self, _change: object) -> None:
        self.look_again()
