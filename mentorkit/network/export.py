"""Writing a graph to a file: for other programs (GraphML, GEXF, CSV) and as a picture (SVG, PNG)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import os
import re
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path

import networkx as nx
import pandas as pd

from mentorkit.errors import MentorkitError, UsageError
from mentorkit.intake.text import harmless
from mentorkit.language import say
from mentorkit.language.formats import listing
from mentorkit.network.description import describe
from mentorkit.network.drawing import draw_svg
from mentorkit.network.graph import tandems_only
from mentorkit.network.layout import crosses, grouped_layout, organisation_radius
from mentorkit.network.lettering import clean
from mentorkit.network.shapes import COLOURS

_LONGEST = 8000
"""Pixels of the longer side of a PNG, at most; normally there are two to each pixel of the drawing."""


def write(
    graph: nx.DiGraph,
    path: str | os.PathLike[str],
    *,
    title: str = "",
    whole: nx.DiGraph | None = None,
) -> None:
    """Write a person graph or an organisation graph; the suffix of the file says how.

    Parameters
    ----------
    graph
        As made by :func:`~mentorkit.network.graph.person_graph` or
        :func:`~mentorkit.network.graph.organisation_graph`; attributes that were added are written too.
    path
        ``.graphml``, ``.gexf`` (with places, colours and times, for Gephi), ``.csv`` (one row per tandem or
        pair of organisations, nothing of events), ``.svg`` or ``.png``. A file that is there is replaced at
        once or not at all. The same graph gives the same bytes.
    title
        The heading of a picture, for instance the programme and its runs; else it says what is shown.
    whole
        For a picture, a graph that this is a part of; see :func:`.drawing.draw_svg`.

    Raises
    ------
    UsageError
        If the suffix is none of these.
    MentorkitError
        If the file cannot be written.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in {*_FORMS, *_PICTURES}:
        raise UsageError(
            say(
                "The network cannot be written as {file}: this kind of file is unknown. Known are {known}.",
                file=target.name,
                known=listing([*_FORMS, *_PICTURES]),
            )
        )
    if suffix in _PICTURES:
        svg = _svg(graph, title or _title(graph), whole)
        content = _png(svg) if suffix == ".png" else svg.encode()
    else:
        content = _FORMS[suffix](graph)
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
    """Copy a graph for other programs: only text, finite numbers and truth values, nothing missing.

    Lists and sets become text separated by commas, dates are written after ISO 8601, control characters are
    left out. An attribute has values of one type throughout, else all become text: GEXF knows one only.
    """
    names = _names(graph)
    copy = graph.__class__()
    nodes = _alike(facts for _, facts in graph.nodes(data=True))
    copy.add_nodes_from(zip(names.values(), nodes, strict=True))
    ends = ((names[a], names[b]) for a, b in graph.edges())
    edges = _alike(facts for *_, facts in graph.edges(data=True))
    copy.add_edges_from((a, b, facts) for (a, b), facts in zip(ends, edges, strict=True))
    return copy


def _names(graph: nx.DiGraph) -> dict[Hashable, str]:
    """Return the nodes without control characters, still all different."""
    names: dict[Hashable, str] = {}
    taken: set[str] = set()
    for node in graph:
        name = clean(str(node))
        while name in taken:
            name += "'"
        taken.add(name)
        names[node] = name
    return names


_Plain = str | int | float | bool


def _alike(rows: Iterable[dict[Hashable, object]]) -> list[dict[str, _Plain]]:
    """Make the values of attributes plain, and all those of an attribute of one type."""
    known = [
        {
            clean(str(key)): value
            for key, value in ((k, _plain(v)) for k, v in row.items())
            if value is not None
        }
        for row in rows
    ]
    kinds: dict[str, set[type]] = {}
    for row in known:
        for key, value in row.items():
            kinds.setdefault(key, set()).add(type(value))
    mixed = {key: float if kind == {int, float} else str for key, kind in kinds.items() if len(kind) > 1}
    return [
        {key: mixed[key](value) if key in mixed else value for key, value in row.items()} for row in known
    ]


def _plain(value: object) -> _Plain | None:
    if isinstance(value, (list, tuple, set, frozenset)):
        parts = [str(part) for part in map(_plain, value) if part is not None]
        return ", ".join(parts if isinstance(value, (list, tuple)) else sorted(parts))
    if hasattr(value, "tolist"):  # numpy's scalars and arrays
        return _plain(value.tolist())
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (bool, int)) and abs(value) < 2**63:
        return value
    return clean(value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value))


def _graphml(graph: nx.DiGraph) -> bytes:
    # not write_graphml: it changes its output with lxml on the machine
    return "\n".join(nx.generate_graphml(plain(graph))).encode() + b"\n"


def _gexf(graph: nx.DiGraph) -> bytes:
    """Write places, colours and, as the time of an edge, the year from which it is there.

    A link that was once made stays, so it has no end: the time line of Gephi shows how the network grows. The
    years are numbers with ``timeformat="double"``, which Gephi and networkx both read; the ``"long"`` that
    networkx makes of whole numbers is no time to Gephi.
    """
    copy = plain(graph)
    names = _names(graph)
    for *_, facts in (*copy.nodes(data=True), *copy.edges(data=True)):
        _make_room(facts)
    for *_, facts in copy.edges(data=True):
        year = facts.get("since", facts.get("year"))
        if isinstance(year, int):
            facts["start"] = float(year)
    for node, (x, y) in grouped_layout(graph).items():
        facts = graph.nodes[node]
        colour = COLOURS[facts.get("role", "mentor")]
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        copy.nodes[names[node]].update(
            label=clean(facts["name"]),
            viz={
                "position": {"x": x, "y": 0.0 - y, "z": 0.0},
                "color": {"r": red, "g": green, "b": blue, "a": 1.0},
                "size": 9.0 if "role" in facts else round(organisation_radius(graph, node), 1),
            },
        )
    document = "\n".join(nx.generate_gexf(copy))
    return re.sub(r' lastmodifieddate="[^"]*"', "", document, count=1).encode() + b"\n"


_GEXF_OWN = [
    "id",
    "label",
    "pid",
    "start",
    "end",
    "viz",
    "parents",
    "slices",
    "spells",
    "type",
    "key",
    "networkx_key",
]


def _make_room(facts: dict[str, object]) -> None:
    """Rename attributes that would pass for parts of the format."""
    for key in [*_GEXF_OWN, *(["weight"] if isinstance(facts.get("weight"), (str, bool)) else [])]:
        if key in facts:
            facts[f"{key}_"] = facts.pop(key)


def _csv(graph: nx.DiGraph) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if graph.graph.get("kind") == "organisations":
        columns = ["dissolved", "runs", "since"]
        writer.writerow(["mentor_organisation", "mentee_organisation", "tandems", *columns])
        edges = graph.edges(data=True)
        rows = [[a, b, facts["weight"], *(facts[c] for c in columns)] for a, b, facts in edges]
    else:
        columns = ["mentor_organisation", "mentee_organisation", "run", "state", "score", "year"]
        writer.writerow(["mentor_id", "mentor", "mentee_id", "mentee", *columns])
        name = graph.nodes(data="name")
        edges = tandems_only(graph).edges(data=True)
        rows = [[a, name[a], b, name[b], *(facts[c] for c in columns)] for a, b, facts in edges]
    writer.writerows([harmless(_plain(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def _title(graph: nx.DiGraph) -> str:
    if crosses(graph):
        return say("Tandems across organisations")
    if graph.graph.get("kind") == "organisations" or any(o for _, o in graph.nodes(data="organisation")):
        return say("Tandems within organisations")
    return say("Tandems")


def _svg(graph: nx.DiGraph, title: str, whole: nx.DiGraph | None) -> str:
    positions = grouped_layout(graph if whole is None else whole)
    return draw_svg(graph, positions, title=title, description=describe(graph), whole=whole)


def _png(svg: str) -> bytes:
    """Draw an SVG by Typst, with the fonts of matplotlib: the same on every machine, no system package."""
    import matplotlib
    import typst

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
}
_PICTURES = (".svg", ".png")
