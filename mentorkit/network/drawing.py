"""A standalone, accessible SVG picture of a person graph or an organisation graph.

Nothing but text nodes and shapes: no script, no style sheet, no reference to anything outside. Colours are
those of Okabe and Ito, told apart under all common forms of colour blindness; shapes and words say the same.
Parts bear classes and the numbers of the nodes they belong to, never an id of a person, so that a page can
colour, hide and light them; the same drawing goes into files and onto pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mentorkit.language import say
from mentorkit.network.layout import Positions, reading_order
from mentorkit.network.organisations_drawing import draw_organisations
from mentorkit.network.people_drawing import draw_people
from mentorkit.network.shapes import Box, Entry, Pen, Sheet

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class Drawing:
    """A drawing for a page that brings colours, heading and legend itself."""

    #: The parts alone, without words that show on pointing.
    svg: str
    #: Left, top, width and height.
    box: Box
    #: The nodes in the order of their numbers.
    nodes: list[str]
    #: What the signs mean, and what can be hidden by its class.
    legend: list[Entry]


def draw_svg(
    graph: nx.DiGraph,
    positions: Positions,
    *,
    title: str,
    description: str,
    whole: nx.DiGraph | None = None,
) -> str:
    """Draw a person graph or an organisation graph.

    Parameters
    ----------
    graph
        As made by :func:`~mentorkit.network.graph.person_graph` or
        :func:`~mentorkit.network.graph.organisation_graph`.
    positions
        Node → (x, y) in pixels, as :func:`~mentorkit.network.layout.grouped_layout` gives them.
    title
        The heading, and the name of the picture for screen readers.
    description
        What is to be seen, for those who cannot see it; see :func:`~mentorkit.network.description.describe`.
    whole
        A graph that the graph is a part of, for instance that of all runs; ``positions`` are those of all
        its nodes. The picture keeps its room, the places of all discs and its legend, so that pictures of
        several parts can be laid upon each other.

    Returns
    -------
    str
        A whole SVG document; the same for the same input. Names of more than
        :data:`~mentorkit.network.layout.NAMES_UP_TO` people are shown on pointing only.
    """
    sheet = Sheet()
    legend = _draw(sheet, graph, positions, whole)
    explained = [entry for entry in legend if entry.kind != "organisation"]
    return sheet.finish(explained, title, description)


def draw_bare(graph: nx.DiGraph, positions: Positions, *, whole: nx.DiGraph | None = None) -> Drawing:
    """Draw the same picture for a page that brings colours, heading, legend and words itself.

    Parameters
    ----------
    graph, positions, whole
        As for :func:`draw_svg`.
    """
    sheet = Sheet(hints=False)
    legend = _draw(sheet, graph, positions, whole)
    svg, box = sheet.bare()
    return Drawing(svg, box, reading_order(graph), legend)


def _draw(sheet: Sheet, graph: nx.DiGraph, positions: Positions, whole: nx.DiGraph | None) -> list[Entry]:
    draw = draw_organisations if graph.graph.get("kind") == "organisations" else draw_people
    if whole is not None and whole is not graph:
        room = Sheet(hints=False)
        draw(room, whole, positions, whole)
        sheet.keep(room)
    legend = draw(sheet, graph, positions, graph if whole is None else whole)
    if not (graph if whole is None else whole).number_of_edges():
        x, y = ((sheet.left + sheet.right) / 2, sheet.bottom + 44) if len(graph) else (0.0, 0.0)
        words = say("There are no tandems yet. They appear here once people are matched.")
        sheet.write("heads", words, x, y, Pen(16))
    return legend
