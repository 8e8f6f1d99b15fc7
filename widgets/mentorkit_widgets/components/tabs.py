"""Tabs: parts of a page of which one is shown, reached by arrow keys and made when they are first shown.

How to use it::

    tabs = Tabs(
        say("Parts of the programme"),
        [Tab("general", say("General"), build_general), Tab("rules", say("Rules"), build_rules)],
    )
    tabs.value                  # the key of the part that is shown; assign it to show another
    tabs.observe(..., "value")
    tabs.rename("rules", say("Rules ({n})", n=6))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import anywidget
import ipywidgets as w
import traitlets as t

from mentorkit_widgets.base import shown
from mentorkit_widgets.components.assets import script, style


@dataclass(frozen=True)
class Tab:
    """A part: its key, its title, and the function that makes it when it is first shown."""

    key: str
    title: str
    build: Callable[[], w.Widget]


class TabList(anywidget.AnyWidget):
    """The row of titles; :class:`Tabs` puts the panels below it."""

    _esm = script("tabs")
    _css = style("tabs")

    label = t.Unicode().tag(sync=True)
    #: Pairs of key and title.
    tabs = t.List(t.List(t.Unicode())).tag(sync=True)
    value = t.Unicode().tag(sync=True)
    _uid = t.Unicode().tag(sync=True)

    def __init__(self, label: str, tabs: list[list[str]], value: str) -> None:
        super().__init__(label=label, tabs=tabs, value=value)
        self._uid = self.model_id
        self.on_msg(self._received)
        self.add_class("mk-no-print")

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it sends messages, which are checked."""

    def _received(self, _widget: object, content: object, _buffers: object) -> None:
        key = content.get("show") if isinstance(content, dict) else None
        if isinstance(key, str) and any(key == known for known, _ in self.tabs):
            self.value = key


class Tabs(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Parts of which one is shown.

    Parameters
    ----------
    label
        What the parts are parts of, as the name of the row of titles.
    tabs
        The parts in their order.
    value
        The key of the part shown at first; without it the first one.
    """

    #: The key of the part that is shown.
    value = t.Unicode()

    def __init__(self, label: str, tabs: Sequence[Tab], value: str = "") -> None:
        self._build = {tab.key: tab.build for tab in tabs}
        first = value or tabs[0].key
        self.list = TabList(label, [[tab.key, tab.title] for tab in tabs], first)
        self._panels = {tab.key: w.VBox() for tab in tabs}
        for key, panel in self._panels.items():
            panel.add_class("mk-panel")
            # by this class the script finds the panel and ties it to its title
            panel.add_class(f"mk-panel-{self.list.model_id}-{list(self._panels).index(key)}")
        super().__init__([self.list, *self._panels.values()])
        self.value = first
        t.link((self, "value"), (self.list, "value"))

    @property
    def parts(self) -> list[str]:
        """The keys of the parts in their order."""
        return list(self._build)

    def panel(self, key: str) -> w.VBox:
        """Return the box of a part; it is empty until the part is shown."""
        return self._panels[key]

    def go(self, key: str) -> None:
        """Show a part, and lead the focus there: for a button inside another part."""
        self.value = key
        self.list.send({"event": "focus"})

    def rename(self, key: str, title: str) -> None:
        """Give a part another title."""
        self.list.tabs = [[known, title if known == key else old] for known, old in self.list.tabs]

    @t.validate("value")
    def _check_value(self, proposal: dict[str, Any]) -> str:
        if proposal["value"] not in self._build:
            raise t.TraitError(f"there is no part {proposal['value']!r}")
        return str(proposal["value"])

    @t.observe("value")
    def _show(self, _change: object) -> None:
        panel = self._panels[self.value]
        if not panel.children:
            panel.children = (self._build[self.value](),)
        for key, other in self._panels.items():
            shown(other, key == self.value)
