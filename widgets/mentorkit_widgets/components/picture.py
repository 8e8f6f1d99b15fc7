"""A network as a picture that can be walked through: by keyboard, by pointing, and read aloud.

How to use it::

    picture = NetworkPicture()
    picture.show(graph, grouped_layout(graph), title=run.title)
    picture.observe(lambda change: model.open(change["new"]), "selected")   # a node of the graph, or ""

The drawing is that of :mod:`mentorkit.network.drawing`, shown as an image, in which no script can run. Over
it lies a list of the nodes where they are drawn: one stop of the tab key, arrow keys go to the nearest node
in that direction, Enter selects, ``+`` and ``-`` zoom. Keep a table of the same facts beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

from mentorkit.language import say
from mentorkit_widgets.components.assets import script, style

if TYPE_CHECKING:
    import networkx as nx

#: Radius of a person for pointing at, a little beyond the sign, in pixels of the drawing.
_REACH = 15.0


class NetworkPicture(anywidget.AnyWidget):
    """A picture of people or organisations and their tandems; empty until :meth:`show`."""

    _esm = script("picture")
    _css = style("picture")

    #: The node that is selected; empty when none is.
    selected = t.Unicode().tag(sync=True)
    _svg = t.Unicode().tag(sync=True)
    #: Left, top, width and height of the drawing.
    _box = t.List(t.Float()).tag(sync=True)
    #: Where the nodes are and what is said of them.
    _nodes = t.List(t.Dict()).tag(sync=True)
    _name = t.Unicode().tag(sync=True)
    _description = t.Unicode().tag(sync=True)
    _words = t.Dict().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(_words=_words())
        self.on_msg(self._received)

    def show(self, graph: nx.DiGraph, positions: Mapping[str, tuple[float, float]], *, title: str) -> None:
        """Show a graph; what was selected stays so where it is still there.

        Parameters
        ----------
        graph, positions, title
            As for :func:`mentorkit.network.drawing.draw_svg`.
        """
        from mentorkit.network.drawing import describe, draw_svg

        description = describe(graph)
        drawn = draw_svg(graph, positions, title=title, description=description)
        nodes = [_node(graph, name, positions[name]) for name in graph]
        if self.selected and self.selected not in graph:
            self.selected = ""
        with self.hold_sync():
            self._svg, self._nodes = drawn, nodes
            self._box = _box(drawn)
            self._name, self._description = title, description

    def select(self, node: str) -> None:
        """Select a node, as the browser does; the empty text selects none.

        Raises
        ------
        ValueError
            If there is no such node.
        """
        if node and all(node != known["id"] for known in self._nodes):
            raise ValueError(f"there is no node {node!r} to select")
        self.selected = node

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it sends messages, which are checked."""

    def _received(self, _widget: object, content: object, _buffers: object) -> None:
        node = content.get("select") if isinstance(content, dict) else None
        if isinstance(node, str) and (not node or any(node == known["id"] for known in self._nodes)):
            self.select(node)


def _node(graph: nx.DiGraph, name: str, place: tuple[float, float]) -> dict[str, Any]:
    from mentorkit.network.drawing import describe_node
    from mentorkit.network.layout import organisation_radius

    organisations = graph.graph.get("kind") == "organisations"
    near = sorted({*graph.predecessors(name), *graph.successors(name)} - {name})
    return {
        "id": name,
        "x": place[0],
        "y": place[1],
        "r": organisation_radius(graph, name) if organisations else _REACH,
        "told": describe_node(graph, name),
        "near": near,
    }


def _box(drawn: str) -> list[float]:
    """Return the box of a drawing."""
    found = re.search(r'viewBox="([^"]+)"', drawn)
    return [float(number) for number in found[1].split()] if found else [0.0, 0.0, 1.0, 1.0]


def _words() -> dict[str, str]:
    """Return the words that the browser needs, in the language in force."""
    return {
        "list": say("Picture of the network: go from one to the next by the arrow keys"),
        "larger": say("Larger"),
        "smaller": say("Smaller"),
        "whole": say("Whole picture"),
        "hint": say("Point at a sign, or go there by the arrow keys, to read who it is."),
    }
