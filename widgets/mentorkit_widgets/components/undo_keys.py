"""The keys that undo and restore, anywhere on the page but in a field.

How to use it::

    keys = UndoKeys(back=model.undo, forth=model.redo)      # shows nothing; put it anywhere in the view
"""

from __future__ import annotations

from collections.abc import Callable

import anywidget

from mentorkit_widgets.components.assets import script


class UndoKeys(anywidget.AnyWidget):
    """Hears Ctrl+Z, and Ctrl+Shift+Z or Ctrl+Y, or the same with the command key.

    Parameters
    ----------
    back, forth
        What undoes the last step, and what restores it.
    """

    _esm = script("undo_keys")

    def __init__(self, *, back: Callable[[], object], forth: Callable[[], object]) -> None:
        self._steps = {"back": back, "forth": forth}
        super().__init__()
        self.on_msg(self._received)

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it sends messages, which are checked."""

    def _received(self, _widget: object, content: object, _buffers: object) -> None:
        step = content.get("step") if isinstance(content, dict) else None
        if isinstance(step, str) and step in self._steps:
            self._steps[step]()
