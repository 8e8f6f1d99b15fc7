"""Tandems as graphs: person to person, and organisation to organisation.

Every function here takes a plain frame of tandems, one row per tandem, with the columns
:data:`TANDEM_COLUMNS` and, where they are known, :data:`OPTIONAL_COLUMNS`. Score, state and run may be
missing, as in the tandems of a matching, and so may the organisations of programmes that have none. Rows come
in the order of time: a run is later than those that appear before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import networkx as nx
import pandas as pd

from mentorkit.language import say
from mentorkit.language.formats import din5007

TANDEM_COLUMNS = (
    "mentee_id",
    "mentee",
    "mentee_organisation",
    "mentor_id",
    "mentor",
    "mentor_organisation",
    "score",
    "state",
    "run",
)
#: The last two: whether somebody says to have taken part before.
OPTIONAL_COLUMNS = ("year", "mentor_field", "mentee_field", "mentor_veteran", "mentee_veteran")

_EDGE = ("run", "year", "state", "score", "mentor_organisation", "mentee_organisation")
_WHOLE = ("score", "year")
#: The states of tandems, the one first that tells most of the link they make.
_LIVELIEST = ("active", "proposed", "concluded", "past", "dissolved")


def no_organisation() -> str:
    """Return the name under which people without an organisation are counted."""
    return say("no organisation")


def person_graph(
    tandems: pd.DataFrame, *, people: pd.DataFrame | None = None, attendance: pd.DataFrame | None = None
) -> nx.MultiDiGraph:
    """Return the graph of people, an edge from mentor to mentee for every tandem.

    Parameters
    ----------
    tandems
        One row per tandem, columns :data:`TANDEM_COLUMNS`; :data:`OPTIONAL_COLUMNS` where they are known.
    people
        More people to show, with or without a tandem: columns ``person_id``, ``name``, ``organisation``,
        ``role`` (``"mentor"`` or ``"mentee"``), ``run`` and, if known, ``field``.
    attendance
        Who was at which meeting or event, one row each: columns ``event`` (its name), ``person_id`` and, if
        known, ``kind`` (``"meeting"`` or ``"event"``) and ``year``. An event of the same name in another year
        is another event; rows on people who are not in the graph are left out.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes keyed by person (text) with ``name``, ``role`` (``"mentor"``, ``"mentee"`` or ``"both"``),
        ``organisation`` and ``field`` (the latest known, else None) and ``run`` (several joined by a comma).
        Edges with ``kind="tandem"``, ``run``, ``year``, ``state``, ``score`` (None if unknown) and the
        ``mentor_organisation`` and ``mentee_organisation`` of that time. With ``attendance`` also nodes with
        ``role="event"``, ``name``, ``event`` (its kind) and ``year``, and an edge with ``kind="attends"`` and
        ``year`` from each person to each event; :func:`tandems_only` leaves them out again. Nodes and edges
        come in an order that does not depend on the order of the rows of a run.
    """
    rank = _rank(tandems, people)
    seen: dict[str, list[_Seen]] = {}
    edges = []
    for row in _records(tandems):
        named = row.get("run") or ""
        run = rank[named]
        for role in ("mentor", "mentee"):
            facts = (row[role] or "", row[f"{role}_organisation"], row.get(f"{role}_field"))
            seen.setdefault(row[f"{role}_id"], []).append(_Seen(run, named, role, *facts))
        attributes = {"kind": "tandem", **{key: row.get(key) for key in _EDGE}}
        key = (row["mentor_id"], row["mentee_id"], run, [str(value) for value in attributes.values()])
        edges.append((key, attributes))
    for row in _records(people) if people is not None else ():
        facts = (row["name"] or "", row["organisation"], row.get("field"))
        of = row.get("run") or ""
        seen.setdefault(row["person_id"], []).append(_Seen(rank[of], of, row["role"], *facts))
    graph = nx.MultiDiGraph(kind="people")
    graph.add_nodes_from((person, _person(facts)) for person, facts in sorted(seen.items()))
    graph.add_edges_from(
        (mentor, mentee, facts) for (mentor, mentee, *_), facts in sorted(edges, key=lambda edge: edge[0])
    )
    if attendance is not None:
        _add_events(graph, attendance)
    return graph


def tandems_only(graph: nx.DiGraph) -> nx.DiGraph:
    """Return the graph without events and who was there: the people and their tandems.

    An organisation graph, or a graph without events, is returned as it is.
    """
    events = [node for node, role in graph.nodes(data="role") if role == "event"]
    if not events:
        return graph
    # no view: its order would change from process to process
    copy = graph.copy()
    copy.remove_nodes_from(events)
    return copy


def organisation_graph(tandems: pd.DataFrame, organisations: Iterable[str] = ()) -> nx.DiGraph:
    """Return the graph of organisations, from the mentor's to the mentee's.

    Parameters
    ----------
    tandems
        One row per tandem, columns :data:`TANDEM_COLUMNS`, and ``year`` where it is known.
    organisations
        Those that take part, so that one without a tandem appears too.

    Returns
    -------
    networkx.DiGraph
        Nodes keyed by name with ``name``, ``gives`` (tandems with a mentor from here), ``receives`` (with a
        mentee from here) and ``tandems`` (either); edges with ``weight``, the number of tandems,
        ``dissolved``, how many of them were dissolved, ``state``, the liveliest of theirs (``"active"``,
        ``"proposed"``, ``"concluded"``, ``"past"``, ``"dissolved"``; None if unknown), ``runs`` (several
        joined by a comma) and ``since``, the year of the first of them (None if that is unknown). Tandems
        within an organisation are a loop.
    """
    rank = _rank(tandems)
    pairs: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in _records(tandems):
        pairs.setdefault(_pair(row), []).append(row)
    graph = nx.DiGraph(kind="organisations")
    for name in sorted({*organisations, *(name for pair in pairs for name in pair)}, key=din5007):
        graph.add_node(name, name=name)
    graph.add_edges_from((*pair, _link(rows, rank)) for pair, rows in sorted(pairs.items()))
    for name, facts in graph.nodes(data=True):
        gives, receives = graph.out_degree(name, "weight"), graph.in_degree(name, "weight")
        within = graph.edges[name, name]["weight"] if graph.has_edge(name, name) else 0
        facts.update(gives=gives, receives=receives, tandems=gives + receives - within)
    return graph


def pair_counts(tandems: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Count the tandems of every pair of organisations, the mentor's first."""
    return dict(Counter(_pair(row) for row in _records(tandems)))


def _pair(row: dict[str, Any]) -> tuple[str, str]:
    return row["mentor_organisation"] or no_organisation(), row["mentee_organisation"] or no_organisation()


def _link(rows: list[dict[str, Any]], rank: dict[str, int]) -> dict[str, Any]:
    runs = sorted({row.get("run") or "" for row in rows}, key=rank.__getitem__)
    first = [r["year"] for r in rows if (r.get("run") or "") == runs[0] and r.get("year") is not None]
    states = {row.get("state") for row in rows}
    return {
        "weight": len(rows),
        "dissolved": sum(row.get("state") == "dissolved" for row in rows),
        "state": next((state for state in _LIVELIEST if state in states), None),
        "runs": ", ".join(filter(None, runs)),
        "since": min(first, default=None),
    }


def _rank(*frames: pd.DataFrame | None) -> dict[str, int]:
    """Give each run its number in the order of time, that in which they first appear."""
    known = [frame[["run"]] for frame in frames if frame is not None and "run" in frame]
    runs = dict.fromkeys(row["run"] or "" for frame in known for row in _records(frame))
    return {run: i for i, run in enumerate([*runs, ""] if "" not in runs else runs)}


def _records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Give the rows as dictionaries: None for what is missing, whole numbers, the rest as text."""
    columns = [str(column) for column in frame.columns]
    for values in frame.itertuples(index=False, name=None):
        row = dict(zip(columns, values, strict=True))
        yield {column: _plain(column, value) for column, value in row.items()}


def _plain(column: str, value: Any) -> str | int | None:  # noqa: ANN401 - a cell of a frame
    if pd.isna(value) or value == "":
        return None
    return int(value) if column in _WHOLE else str(value)


class _Seen(NamedTuple):
    """What one row tells of a person."""

    rank: int
    run: str
    role: str
    name: str
    organisation: str | None
    field: str | None


def _person(rows: list[_Seen]) -> dict[str, Any]:
    rows = sorted(rows, key=lambda row: [row.rank, *(text or "" for text in row[1:])])
    roles = {row.role for row in rows}
    return {
        "name": rows[-1].name,
        "role": roles.pop() if len(roles) == 1 else "both",
        "organisation": next((row.organisation for row in reversed(rows) if row.organisation), None),
        "field": next((row.field for row in reversed(rows) if row.field), None),
        "run": ", ".join(dict.fromkeys(row.run for row in rows if row.run)),
    }


def _add_events(graph: nx.MultiDiGraph, attendance: pd.DataFrame) -> None:
    people = set(graph)
    rows = [row for row in _records(attendance) if row["person_id"] in people]
    events = {
        (row["event"] or "", row.get("year") or 0): row.get("kind")
        for row in sorted(rows, key=lambda row: row.get("kind") or "")
    }
    for (name, year), kind in sorted(events.items()):
        graph.add_node(_event_key(name, year), name=name, role="event", event=kind, year=year or None)
    there = sorted({(row["person_id"], row["event"] or "", row.get("year") or 0) for row in rows})
    graph.add_edges_from(
        (person, _event_key(name, year), {"kind": "attends", "year": year or None})
        for person, name, year in there
    )


def _event_key(name: str, year: int) -> str:
    return f"event:{year or ''}:{name}"
