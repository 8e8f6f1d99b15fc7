"""An address to be handed over: shown whole and copied by a button, but no link that one could follow."""

from __future__ import annotations

import anywidget
import traitlets as t

from mentorkit.language import say
from mentorkit_widgets.components.assets import script, style


class LinkToCopy(anywidget.AnyWidget):
    """A read-only field with the whole address of a page of this server, and a button that copies it.

    Nothing is shown while there is no path.
    """

    _esm = script("link")
    _css = style("link")

    label = t.Unicode().tag(sync=True)
    #: Where on this server, such as ``/login?token=…``; the browser knows the server's name.
    path = t.Unicode().tag(sync=True)
    _words = t.Dict().tag(sync=True)

    def __init__(self, label: str) -> None:
        words = {
            "copy": say("Copy"),
            "copied": say("The address is copied."),
            "selected": say(
                "The address is selected; please copy it (Ctrl+C, or hold it and choose “Copy”)."
            ),
        }
        super().__init__(label=label, _words=words)

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: an address goes one way."""
