"""A part that can be unfolded: a real button that says whether it is open, and what it opens.

How to use it::

    more = Disclosure(say("How this was understood"), lambda: LaidOut(...), note=say("7 columns"))
    more.opened = True
"""

from __future__ import annotations

from collections.abc import Callable

import anywidget
import ipywidgets as w
import traitlets as t

from mentorkit_widgets.base import shown
from mentorkit_widgets.components.assets import script, style


class DisclosureButton(anywidget.AnyWidget):
    """The button; :class:`Disclosure` puts the part below it."""

    _esm = script("disclosure")
    _css = style("disclosure")

    title = t.Unicode().tag(sync=True)
    #: A quieter word behind the title, such as a number.
    note = t.Unicode().tag(sync=True)
    #: 2 to 6 where the title is a heading, 0 where it is none.
    level = t.Int(0).tag(sync=True)
    opened = t.Bool(False).tag(sync=True)
    _uid = t.Unicode().tag(sync=True)

    def __init__(self, title: str, note: str, level: int) -> None:
        super().__init__(title=title, note=note, level=level)
        self._uid = self.model_id
        self.on_msg(self._received)

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it sends messages, which are checked."""

    def _received(self, _widget: object, content: object, _buffers: object) -> None:
        opened = content.get("open") if isinstance(content, dict) else None
        if isinstance(opened, bool):
            self.opened = opened


class Disclosure(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A part that can be unfolded.

    Parameters
    ----------
    title
        What the button says.
    build
        Makes the part when it is first opened.
    note
        A quieter word behind the title.
    level
        The level of the title as a heading; 0 where it is none.
    opened
        Whether it is open at first.
    """

    opened = t.Bool(False)

    def __init__(
        self,
        title: str,
        build: Callable[[], w.Widget],
        *,
        note: str = "",
        level: int = 0,
        opened: bool = False,
    ) -> None:
        self._build = build
        self.button = DisclosureButton(title, note, level)
        self.body = w.VBox()
        # by this class the script finds the part and ties it to its button
        self.body.add_class(f"mk-panel-{self.button.model_id}")
        shown(self.body, False)
        super().__init__([self.button, self.body])
        t.link((self, "opened"), (self.button, "opened"))
        self.opened = opened

    @t.observe("opened")
    def _show(self, _change: object) -> None:
        if self.opened and not self.body.children:
            self.body.children = (self._build(),)
        shown(self.body, self.opened)
