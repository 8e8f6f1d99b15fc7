"""The heading of what was just opened: it takes the focus, so that nobody has to look for it."""

from __future__ import annotations

import anywidget
import traitlets as t

from mentorkit_widgets.assets import script, style


class Heading(anywidget.AnyWidget):
    """A heading that is scrolled to and focused whenever its text changes to a new one.

    The part it stands over, a card, takes the larger side of a box with the classes ``mk-split mk-opened``.
    """

    _esm = script("heading")
    _css = style("heading")

    text = t.Unicode().tag(sync=True)

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it has nothing to say here."""
