"""The heading of what was just opened: it takes the focus, so that nobody has to look for it.

How to use it::

    heading = Heading(on_close=lambda: model.choose(""))     # Escape in the box around it
    card = w.VBox([heading, ...])
    heading.text = say("Ines Wulf")      # opened: the heading is focused
    heading.text = ""                    # closed: the focus goes back to where it was opened
"""

from __future__ import annotations

from collections.abc import Callable

import anywidget
import traitlets as t

from mentorkit_widgets.components.assets import script, style


class Heading(anywidget.AnyWidget):
    """A heading that is scrolled to and focused whenever its text changes to a new one.

    When the text becomes empty, the focus returns to the button that opened the part, or to one of its row;
    where that is gone, to the first row beside the part.
    The part it stands over, a card, takes the larger side of a box with the classes ``mk-split mk-opened``;
    with ``mk-instead`` too, it takes the place of the list on a narrow page.

    Parameters
    ----------
    on_close
        Called when Escape is pressed in the box that the heading stands in.
    """

    _esm = script("heading")
    _css = style("heading")

    text = t.Unicode().tag(sync=True)

    def __init__(self, *, on_close: Callable[[], object] | None = None) -> None:
        self._on_close = on_close
        super().__init__()
        self.on_msg(self._received)

    def focus(self) -> None:
        """Lead the focus here again: what had it is gone with what it did."""
        self.send({"event": "focus"})

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it sends messages, which are checked."""

    def _received(self, _widget: object, content: object, _buffers: object) -> None:
        if content == {"event": "close"} and self.text and self._on_close is not None:
            self._on_close()
