"""The recovery sheet: made after a question, offered once, and tried from time to time."""

from __future__ import annotations

import ipywidgets as w

from mentorkit.language import say
from mentorkit.language.formats import date
from mentorkit_widgets.base import actions, button, paragraph, section, shown
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.form import Field
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.privacy.key_ring import Keys
from mentorkit_widgets.privacy.sheet import Sheet, Typed


class Recovery(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The recovery sheet: made after a question, offered once, and tried from time to time."""

    def __init__(self, ring: Keys) -> None:
        self.ring = ring
        self.told, self.download = LaidOut(), Download()
        self.make = button(say("Make a recovery sheet …"), self._ask)
        self.try_it = button(say("Try the sheet …"), self._begin)
        self.question = Question(yes=self._make, no=self._leave)
        self.drill = Sheet(say("Try the code"), self._drill, self._leave)
        ring.observe(self._show, ["read", "key", "sheet"])
        self._show()
        super().__init__(
            [
                section(
                    say("Recovery sheet"),
                    self.told,
                    actions(self.make, self.try_it),
                    self.question,
                    self.download,
                    self.drill,
                )
            ]
        )

    def _show(self, *_: object) -> None:
        state = self.ring.state
        lines = [say("There is none yet.")]
        if state.recovery_at:
            lines = [say("Made on {day}.", day=date(state.recovery_at.astimezone().date()))]
        if state.drill_at:
            lines.append(
                say(
                    "Tried on {day} by {name}.",
                    day=date(state.drill_at.astimezone().date()),
                    name=state.drill_by,
                )
            )
        self.told.value = paragraph(" ".join(lines))
        shown(self.try_it, state.recovery_at is not None)
        if self.ring.sheet:
            self.download.offer(say("recovery-sheet.pdf"), self.ring.sheet, "application/pdf")
        else:
            self.download.withdraw()

    def _ask(self) -> None:
        state = self.ring.state
        told = say(
            "Whoever has the sheet can let somebody read again. Print it, keep it locked away and apart from "
            "the server, and keep no file of it. If all keys are lost, so are the texts."
        )
        if state.recovery_at:
            told = say("The earlier sheet opens nothing any more.") + " " + told
        self.question.ask(say("Make a recovery sheet?"), told, say("Yes, make it"))

    def _make(self) -> None:
        self.question.answered()
        self.ring.set_up()

    def _begin(self) -> None:
        fields = [Field("code", say("Code on the sheet"), "secret", required=True, longest=200)]
        self.drill.begin(say("Try the recovery sheet"), fields, say("It is only tried; nobody reads by it."))

    def _drill(self, typed: Typed) -> dict[str, str]:
        wrong = self.ring.drill(typed)
        if not wrong:
            self._leave()
        return wrong

    def _leave(self) -> None:
        self.question.answered()
        self.drill.end()
