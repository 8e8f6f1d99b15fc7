"""The page's own address: it says what is shown, so that a reload or a link shows the same again.

How to use it::

    address = PageAddress()
    address.on_go(model.point_at)             # a link of this page to itself, and the way back
    address.query = {"show": "open"}          # written into the address, beside the run
    address.observe(..., "word")              # what is looked for: behind the #, where no server sees it
"""

from __future__ import annotations

from collections.abc import Callable

import anywidget
import traitlets as t

from mentorkit_widgets.components.assets import script

#: Characters at most in a part of an address that the browser tells.
_LONGEST = 200


class PageAddress(anywidget.AnyWidget):
    """Keeps the address of the page, and hears when a link of the page leads to the page itself.

    Such a link is a real one: in another tab it opens the page anew. The run stays as it is.
    """

    _esm = script("address")

    #: What stands in the address beside the run.
    query = t.Dict(value_trait=t.Unicode(), key_trait=t.Unicode()).tag(sync=True)
    #: What is looked for, such as a name: it is never sent to the server.
    word = t.Unicode().tag(sync=True)

    def __init__(self) -> None:
        self._callbacks: list[Callable[[dict[str, str]], object]] = []
        super().__init__()
        self.on_msg(self._received)

    def on_go(self, callback: Callable[[dict[str, str]], object]) -> None:
        """Call ``callback(query)`` whenever a link or the way back leads to this page."""
        self._callbacks.append(callback)

    def go(self, query: dict[str, str]) -> None:
        """Follow a link to this page, as the browser does."""
        for callback in self._callbacks:
            callback(query)

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it sends messages, which are checked."""

    def _received(self, _widget: object, content: object, _buffers: object) -> None:
        message = content if isinstance(content, dict) else {}
        word, query = message.get("word"), message.get("go")
        if isinstance(word, str):
            self.word = word[:_LONGEST]
        if isinstance(query, dict) and all(_fits(part) for pair in query.items() for part in pair):
            self.go(query)


def _fits(part: object) -> bool:
    return isinstance(part, str) and len(part) <= _LONGEST
