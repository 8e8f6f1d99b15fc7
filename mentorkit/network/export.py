"""Writing a graph to a file: for other programs (GraphML, GEXF, CSV) and as a picture (SVG, PNG)."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import networkx as nx

from mentorkit.errors import MentorkitError, UsageError
from mentorkit.language import say
from mentorkit.language.formats import listing
from mentorkit.network.drawing import describe, draw_svg
from mentorkit.network.layout import grouped_layout, organisation_radius
from mentorkit.network.shapes import COLOURS, clean

_LONGEST = 8000
"""Pixels of the longer side of a PNG, at most; normally there are two to each pixel of the drawing."""


def write(graph: nx.DiGraph, path: str | os.PathLike[str]) -> None:
    """Write a person graph or an organisation graph; the suffix of the file says how.

    Parameters
    ----------
    graph
        As made by :func:`~mentorkit.network.graph.person_graph` or
        :func:`~mentorkit.network.graph.organisation_graph`.
    path
        ``.graphml``, ``.gexf`` (with places and colours, for Gephi), ``.csv`` (one row per tandem or pair of
        organisations), ``.svg`` or ``.png``. A file that is there is replaced at once or not at all. The
        same graph gives the same bytes.

    Raises
    ------
    UsageError
        If the suffix is none of these.
    MentorkitError
        If the file cannot be written.
    """
    target = Path(path)
    form = _FORMS.get(target.suffix.lower())
    if form is None:
        raise UsageError(
            say(
                "The network cannot be written as {file}: this kind of file is unknown. Known are {known}.",
                file=target.name,
                known=listing(_FORMS),
            )
        )
    content = form(graph)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise MentorkitError(
            say(
                "{file} cannot be written ({reason}). Choose a folder that exists and that you may write to.",
                file=target.name,
                reason=error.strerror,
            )
        ) from error


def plain(graph: nx.DiGraph) -> nx.DiGraph:
    """Copy a graph for other programs: nothing missing, no control characters, only text and numbers."""
    copy = graph.__class__()
    copy.add_nodes_from((clean(node), _plain(facts)) for node, facts in graph.nodes(data=True))
    copy.add_edges_from((clean(a), clean(b), _plain(facts)) for a, b, facts in graph.edges(data=True))
    return copy


def _plain(facts: dict[str, object]) -> dict[str, object]:
    return {k: clean(v) if isinstance(v, str) else v for k, v in facts.items() if v is not None}


def _graphml(graph: nx.DiGraph) -> bytes:
    # not write_graphml: it changes its output with lxml on the machine
    return "\n".join(nx.generate_graphml(plain(graph))).encode() + b"\n"


def _gexf(graph: nx.DiGraph) -> bytes:
    copy = plain(graph)
    for node, (x, y) in grouped_layout(graph).items():
        facts = graph.nodes[node]
        colour = COLOURS[facts.get("role", "mentor")]
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        copy.nodes[clean(node)].update(
            label=clean(facts["name"]),
            viz={
                "position": {"x": x, "y": 0.0 - y, "z": 0.0},
                "color": {"r": red, "g": green, "b": blue, "a": 1.0},
                "size": 9.0 if "role" in facts else round(organisation_radius(graph, node), 1),
            },
        )
    document = "\n".join(nx.generate_gexf(copy))
    return re.sub(r' lastmodifieddate="[^"]*"', "", document, count=1).encode() + b"\n"


def _csv(graph: nx.DiGraph) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if graph.graph.get("kind") == "organisations":
        writer.writerow(["mentor_organisation", "mentee_organisation", "tandems"])
        rows = [[a, b, n] for a, b, n in graph.edges(data="weight")]
    else:
        columns = ["mentor_organisation", "mentee_organisation", "run", "state", "score"]
        writer.writerow(["mentor_id", "mentor", "mentee_id", "mentee", *columns])
        name = graph.nodes(data="name")
        rows = [[a, name[a], b, name[b], *(e[c] for c in columns)] for a, b, e in graph.edges(data=True)]
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def _harmless(cell: object) -> object:
    """Keep a spreadsheet program from taking a name for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _svg(graph: nx.DiGraph) -> bytes:
    across = graph.graph.get("kind") == "organisations" or any(o for _, o in graph.nodes(data="organisation"))
    title = say("Tandems across organisations") if across else say("Tandems")
    return draw_svg(graph, grouped_layout(graph), title=title, description=describe(graph)).encode()


def _png(graph: nx.DiGraph) -> bytes:
    """Draw the SVG by Typst, with the fonts of matplotlib: the same on every machine, no system package."""
    import matplotlib
    import typst

    svg = _svg(graph).decode()
    size = re.search(r' width="(\d+)" height="(\d+)"', svg)
    assert size is not None  # noqa: S101 - our own picture
    wide, high = map(int, size.groups())
    page = "#set page(width: auto, height: auto, margin: 0pt)\n"
    page += '#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.wide) * 1pt)'
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[f"{matplotlib.get_data_path()}/fonts/ttf"])
    return bytes(
        typst.compile(
            page.encode(),
            format="png",
            ppi=144.0 * min(1.0, _LONGEST / (2 * max(wide, high))),
            sys_inputs={"svg": svg, "wide": str(wide)},
            font_paths=fonts,
        )
    )


_FORMS: dict[str, Callable[[nx.DiGraph], bytes]] = {
    ".graphml": _graphml,
    ".gexf": _gexf,
    ".csv": _csv,
    ".svg": _svg,
    ".png": _png,
}
