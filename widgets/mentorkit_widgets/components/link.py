"""An address to be handed over: shown whole and copied by a button, but no link that one could follow."""

from __future__ import annotations

import anywidget
import traitlets as t

from mentorkit.language import say
from mentorkit_widgets.components.assets import script, style


class LinkToCopy(anywidget.AnyWidget):
    """A read-only field with the whole address of a page of this server, and a button that copies it.

    Nothing is shown while there is no path. A text to go with it, such as the draft of a message, stands
    below with a button of its own.
    """

    _esm = script("link")
    _css = style("link")

    label = t.Unicode().tag(sync=True)
    #: Where, as seen from the page, such as ``login?token=…``; the browser knows the server's name.
    path = t.Unicode().tag(sync=True)
    #: A text in which ``{address}`` stands for the whole address; empty without one.
    text = t.Unicode().tag(sync=True)
    text_label = t.Unicode().tag(sync=True)
    _words = t.Dict().tag(sync=True)

    def __init__(self, label: str, text_label: str = "") -> None:
        words = {
            "copy": say("Copy"),
            "copy_text": say("Copy the text"),
            "copied": say("The address is copied."),
            "text_copied": say("The text is copied."),
            "selected": say(
                "The address is selected; please copy it (Ctrl+C, or hold it and choose “Copy”)."
            ),
            "text_selected": say(
                "The text is selected; please copy it (Ctrl+C, or hold it and choose “Copy”)."
            ),
        }
        super().__init__(label=label, text_label=text_label, _words=words)

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: an address goes one way."""
