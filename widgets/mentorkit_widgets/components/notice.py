"""What happened last, what is being done, and when something was saved: one line at the edge of the window.

Every :class:`~mentorkit_widgets.base.View` has one and keeps it by its model; nothing else is to be done.
"""

from __future__ import annotations

import anywidget
import traitlets as t

from mentorkit.language import say
from mentorkit_widgets.components.assets import script, style


class Notice(anywidget.AnyWidget):
    """A message that is read aloud when it changes, with progress while one waits; it can be closed."""

    _esm = script("notice")
    _css = style("notice")

    text = t.Unicode().tag(sync=True)
    kind = t.Enum(("done", "refused", "busy"), "done").tag(sync=True)
    #: How much is done, from 0 to 1; 0 where nobody knows.
    progress = t.Float(0.0).tag(sync=True)
    #: When something was saved last, as a sentence.
    kept = t.Unicode().tag(sync=True)
    #: How often something was told: the same sentence again is shown again.
    told = t.Int(0).tag(sync=True)
    _words = t.Dict().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(_words={"close": say("Close the message")})
        self.add_class("mk-notice")
        self.add_class("mk-no-print")

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it has nothing to say here."""
