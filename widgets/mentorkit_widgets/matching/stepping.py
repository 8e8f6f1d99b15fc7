"""Undoing and restoring one's own steps on the board, by two buttons and by the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

from mentorkit.language import later, say
from mentorkit_widgets.base import button, shown
from mentorkit_widgets.components.undo_keys import UndoKeys

if TYPE_CHECKING:
    from mentorkit_widgets.matching.model import MatchingModel


class Steps(w.HBox):  # type: ignore[misc] # ipywidgets is untyped
    """The next step back and the next one forth, each with what it is; hidden where there is none."""

    def __init__(self, model: MatchingModel) -> None:
        self.model = model
        self.back = button("", lambda: self._press("back"))
        self.forth = button("", lambda: self._press("forth"))
        self.by_keys = UndoKeys(back=lambda: self._type("back"), forth=lambda: self._type("forth"))
        super().__init__([self.back, self.forth, self.by_keys])
        self.add_class("mk-actions")
        model.observe(self._show, "state")
        self._show()

    def _show(self, *_: object) -> None:
        state = self.model.state
        shown(self, bool(state.back or state.forth))
        for each, step, words, keys in (
            (self.back, state.back, later("Undo: {what}"), say("Ctrl+Z")),
            (self.forth, state.forth, later("Restore: {what}"), say("Ctrl+Shift+Z or Ctrl+Y")),
        ):
            shown(each, step is not None)
            if step is not None:
                each.description = say(words, what=step.what)
                each.tooltip = f"{each.description} ({keys})"

    def _go(self, way: str) -> None:
        """Go a step, if there is one that way."""
        step = self.model.state.back if way == "back" else self.model.state.forth
        if step is not None:
            self.model.step(step)

    def _type(self, way: str) -> None:
        """Go a step by the keyboard, unless the steps are out of sight."""
        if not self.model.discreet:
            self._go(way)

    def _press(self, way: str) -> None:
        """Go a step by its button; the focus stays at the steps."""
        self._go(way)
        state = self.model.state
        pressed, other = (self.back, self.forth) if way == "back" else (self.forth, self.back)
        if pressed.layout.display == "none" and (state.back or state.forth):
            other.focus()  # the button that had the focus is gone
