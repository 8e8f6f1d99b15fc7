"""A link that hands over a file made here: no copy of it lies on the server."""

from __future__ import annotations

import anywidget
import traitlets as t

from mentorkit.language import say
from mentorkit.language.formats import number
from mentorkit_widgets.components.assets import script


class Download(anywidget.AnyWidget):
    """A real link to a file, with its name and size; nothing while there is no file."""

    _esm = script("download")

    content = t.Bytes(b"").tag(sync=True)
    name = t.Unicode().tag(sync=True)
    media_type = t.Unicode("application/octet-stream").tag(sync=True)
    #: What the link says: the name of the file and its size in words.
    label = t.Unicode().tag(sync=True)

    def offer(self, name: str, content: bytes, media_type: str) -> None:
        """Offer a file; it replaces the one before."""
        with self.hold_sync():
            self.name, self.content, self.media_type = name, content, media_type
            self.label = say("Download {name} ({size})", name=name, size=size_in_words(len(content)))

    def withdraw(self) -> None:
        """Take the link away."""
        with self.hold_sync():
            self.name, self.content, self.label = "", b"", ""

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: a file goes one way."""


def size_in_words(size: int) -> str:
    """Write a size in bytes as people read it, in units of 1,000.

    >>> size_in_words(84_000)
    '84 kB'
    """
    if size < 1_000_000:
        return f"{number(max(1, round(size / 1000)))} kB"
    return f"{number(size / 1_000_000, 1)} MB"
