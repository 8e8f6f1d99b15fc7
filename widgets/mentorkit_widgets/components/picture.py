"""A network as a picture that can be walked through: by keyboard, by pointing, and read aloud.

How to use it::

    picture = NetworkPicture()
    picture.show(graph, grouped_layout(graph), title=run.title)
    picture.observe(lambda change: model.open(change["new"]), "selected")   # a node of the graph, or ""

The drawing is that of :mod:`mentorkit.network.drawing`, in the colours of the page. Its signs are the options
of a list: one stop of the tab key, arrow keys go to the nearest sign in that direction, which is lit with its
partners while the rest is dimmed; Enter selects, Escape lets go, ``+`` and ``-`` zoom, a mouse moves what
is enlarged. Organisations around people are lit with all of these, which selects nobody. The legend hides and
shows again, names are looked for, what is lit or hidden is told. Keep a table of the same facts beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

from mentorkit.language import say, say_n
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
    #: Of all nodes, as numbered in the drawing: id, name, place, size and what is said of them.
    _nodes = t.Dict().tag(sync=True)
    #: Of the organisations around people: class in the drawing, name and what is said of them.
    _groups = t.List(t.Dict()).tag(sync=True)
    #: The signs, and what can be hidden by its class.
    _legend = t.List(t.Dict()).tag(sync=True)
    _name = t.Unicode().tag(sync=True)
    _description = t.Unicode().tag(sync=True)
    _words = t.Dict().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(_words=_words())
        self.on_msg(self._received)

    def show(
        self,
        graph: nx.DiGraph,
        positions: Mapping[str, tuple[float, float]],
        *,
        title: str,
        whole: nx.DiGraph | None = None,
    ) -> None:
        """Show a graph; what was selected stays so where it is still there.

        Parameters
        ----------
        graph, positions, title, whole
            As for :func:`mentorkit.network.drawing.draw_svg`. Parts of the same whole follow each other
            without anything that moves, and what is hidden stays so.
        """
        from mentorkit.network.description import describe
        from mentorkit.network.drawing import draw_bare
        from mentorkit.network.shapes import small

        drawing = draw_bare(graph, positions, whole=whole)
        if self.selected and self.selected not in graph:
            self.selected = ""
        with self.hold_sync():
            self._svg, self._box = drawing.svg, list(drawing.box)
            self._nodes = _columns(graph, positions, drawing.nodes, whole)
            self._groups = _groups(graph, positions, whole)
            self._legend = [
                entry._asdict() | {"sign": small(entry.sign) if entry.sign else ""}
                for entry in drawing.legend
            ]
            self._name, self._description = title, describe(graph)

    def select(self, node: str) -> None:
        """Select a node, as the browser does; the empty text selects none.

        Raises
        ------
        ValueError
            If there is no such node.
        """
        if node and node not in self._nodes["id"]:
            raise ValueError(f"there is no node {node!r} to select")
        self.selected = node

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims: it sends messages, which are checked."""

    def _received(self, _widget: object, content: object, _buffers: object) -> None:
        node = content.get("select") if isinstance(content, dict) else None
        if isinstance(node, str) and (not node or node in self._nodes.get("id", ())):
            self.select(node)


def _columns(
    graph: nx.DiGraph,
    positions: Mapping[str, tuple[float, float]],
    nodes: list[str],
    whole: nx.DiGraph | None,
) -> dict[str, list[Any]]:
    """Return what the browser knows of the nodes, column by column: short where they are thousands."""
    from mentorkit.network.description import describe_node
    from mentorkit.network.layout import organisation_radius

    organisations = graph.graph.get("kind") == "organisations"
    return {
        "id": nodes,
        "name": [str(graph.nodes[node]["name"]) for node in nodes],
        "told": [describe_node(graph, node) for node in nodes],
        "x": [positions[node][0] for node in nodes],
        "y": [positions[node][1] for node in nodes],
        "r": [organisation_radius(graph, node, whole) if organisations else _REACH for node in nodes],
    }


def _groups(
    graph: nx.DiGraph, positions: Mapping[str, tuple[float, float]], whole: nx.DiGraph | None
) -> list[dict[str, str]]:
    """Return the organisations whose boxes people stand in, by the classes that the drawing gives them."""
    from mentorkit.network.graph import no_organisation, tandems_only
    from mentorkit.network.layout import group_frames

    if graph.graph.get("kind") == "organisations":
        return []
    frames = group_frames(graph if whole is None else whole, positions)
    of = graph.nodes(data="organisation")
    roles = Counter((of[person], role) for person, role in graph.nodes(data="role"))
    tandems = Counter(name for a, b in tandems_only(graph).edges() for name in {of[a], of[b]})
    groups = []
    for k, organisation in enumerate(frames if any(frames) else ()):
        name = organisation or no_organisation()
        # who was both at different times is counted as both
        mentors, mentees = (
            roles[organisation, role] + roles[organisation, "both"] for role in ("mentor", "mentee")
        )
        told = _told_of(name, mentors, mentees, tandems[organisation])
        groups.append({"key": f"mkn-g{k}", "name": name, "told": told})
    return groups


def _told_of(name: str, mentors: int, mentees: int, tandems: int) -> str:
    """Say how many belong to an organisation."""
    return say(
        "{name}: {mentors}, {mentees}, {tandems}.",
        name=name,
        mentors=say_n("{n} {mentor:sg.nom}", "{n} {mentor:pl.nom}", mentors),
        mentees=say_n("{n} {mentee:sg.nom}", "{n} {mentee:pl.nom}", mentees),
        tandems=say_n("{n} tandem", "{n} tandems", tandems),
    )


def _words() -> dict[str, str]:
    """Return the words that the browser needs, in the language in force."""
    return {
        "list": say("Picture of the network: go from one to the next by the arrow keys"),
        "larger": say("Larger"),
        "smaller": say("Smaller"),
        "whole": say("Whole picture"),
        "hint": say("Point at a sign, or go there by the arrow keys, to read who it is."),
        "lost": say("{name} is hidden now and no longer picked out.", name="{name}"),
        "lifted": say("Nothing is picked out any more."),
        "search": say("Find by name"),
        "found": say("{n} of {all} found; Enter goes to the first.", n="{n}", all="{all}"),
        "none": say("Nobody is called that."),
        "legend": say("Signs; a button hides or shows what it names"),
        "organisations": say("Organisations"),
        "hidden": say("Hidden: {names}. {n} of {all} are shown.", names="{names}", n="{n}", all="{all}"),
        "all": say("Show all"),
    }
