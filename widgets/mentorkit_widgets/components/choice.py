"""One of a few: native radio buttons in a named group, drawn as a row of switches.

The stock toggle buttons have no name and do not say which one is pressed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets as t

from mentorkit_widgets.components.assets import script, style


class Choice(anywidget.AnyWidget):
    """A choice of one option.

    Parameters
    ----------
    label
        What is chosen, as the name of the group.
    options
        Text by key, in the order they are shown.
    value
        The key chosen at first; without it the first one.
    """

    _esm = script("choice")
    _css = style("choice")

    label = t.Unicode().tag(sync=True)
    #: Pairs of key and text.
    options = t.List(t.List(t.Unicode())).tag(sync=True)
    #: The key that is chosen.
    value = t.Unicode().tag(sync=True)

    def __init__(self, label: str, options: Mapping[str, str], value: str | None = None) -> None:
        pairs = [list(pair) for pair in options.items()]
        super().__init__(label=label, options=pairs, value=value or pairs[0][0])
        self.on_msg(self._received)
        self.add_class("mk-no-print")

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it sends messages, which are checked."""

    def _received(self, _widget: object, content: object, _buffers: object) -> None:
        key = content.get("choose") if isinstance(content, dict) else None
        if isinstance(key, str) and any(key == known for known, _ in self.options):
            self.value = key

    @t.validate("value")
    def _check_value(self, proposal: dict[str, Any]) -> str:
        value: str = proposal["value"]
        if all(value != known for known, _ in self.options):
            raise t.TraitError(f"there is no option {value!r}")
        return value
