"""Choosing files: a native file field with a name, on which files can also be dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets as t

from mentorkit.language import say
from mentorkit_widgets.components.assets import script, style

#: How much can be chosen at once, in bytes; the server closes the connection of a page that sends more.
MOST = 100 * 2**20
#: A file as the browser sends it: its name without folders, and its bytes.
Chosen = tuple[str, bytes]


class FilePicker(anywidget.AnyWidget):
    """A field for one or more files; what was chosen goes to the callbacks and is not kept here.

    Parameters
    ----------
    label
        What the button says.
    drop
        What the area around it says.
    accept
        Endings that are offered, such as ``.csv,.ods``; what comes is checked by whoever reads it.

    Attributes
    ----------
    quiet
        Whether it stands back behind something more important.
    """

    _esm = script("files")
    _css = style("files")

    label = t.Unicode().tag(sync=True)
    drop = t.Unicode().tag(sync=True)
    accept = t.Unicode().tag(sync=True)
    quiet = t.Bool(False).tag(sync=True)
    most = t.Int(MOST).tag(sync=True)
    #: What the field says of more; it sends nothing then.
    too_large = t.Unicode().tag(sync=True)

    def __init__(self, label: str, drop: str, accept: str) -> None:
        self._callbacks: list[Callable[[list[Chosen]], object]] = []
        too_large = say(
            "That is too large: 100 MB can be chosen at once. Nothing was sent. "
            "Please choose fewer or smaller files."
        )
        super().__init__(label=label, drop=drop, accept=accept, too_large=too_large)
        self.on_msg(self._received)
        self.add_class("mk-no-print")

    def on_choose(self, callback: Callable[[list[Chosen]], object]) -> None:
        """Call ``callback(files)`` whenever files are chosen or dropped."""
        self._callbacks.append(callback)

    def choose(self, files: Sequence[Chosen]) -> None:
        """Choose files, as the browser does."""
        for callback in self._callbacks:
            callback(list(files))

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it sends messages, which are checked."""

    def _received(self, _widget: object, content: object, buffers: Sequence[Any]) -> None:
        names = content.get("files") if isinstance(content, dict) else None
        if isinstance(names, list) and names and len(names) == len(buffers):
            self.choose([(_plain(name), bytes(data)) for name, data in zip(names, buffers, strict=True)])


def _plain(name: object) -> str:
    """Return a file's name without folders."""
    return str(name).replace("\\", "/").rpartition("/")[2]
