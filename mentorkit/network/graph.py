"""Tandems as graphs: person to person, and organisation to organisation.

Every function here takes a plain frame of tandems, one row per tandem, with the columns
:data:`TANDEM_COLUMNS`. ``score`` may be missing, and so may the organisations of programmes that have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

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


def no_organisation() -> str:
    """Return the name under which people without an organisation are counted."""
    return say("no organisation")


def person_graph(tandems: pd.DataFrame, *, people: pd.DataFrame | None = None) -> nx.MultiDiGraph:
    """Return the graph of people, an edge from mentor to mentee for every tandem.

    Parameters
    ----------
    tandems
        One row per tandem, columns :data:`TANDEM_COLUMNS`.
    people
        More people to show, with or without a tandem: columns ``person_id``, ``name``, ``organisation``,
        ``role`` (``"mentor"`` or ``"mentee"``) and ``run``.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes keyed by person (text) with ``name``, ``role`` (``"mentor"``, ``"mentee"`` or ``"both"``),
        ``organisation`` (None if there is none; over several runs that of the last) and ``run`` (several
        joined by a comma). Edges with ``run``, ``state``, ``score`` (None if unknown) and the
        ``mentor_organisation`` and ``mentee_organisation`` of that time. Nodes and edges come in an order
        that does not depend on the order of the rows.
    """
    seen: dict[str, list[tuple[str, str, str, str | None]]] = {}
    edges = []
    for row in _records(tandems):
        for role in ("mentor", "mentee"):
            seen.setdefault(row[f"{role}_id"], []).append(
                (row["run"] or "", role, row[role] or "", row[f"{role}_organisation"])
            )
        attributes = {
            k: row[k] for k in ("run", "state", "score", "mentor_organisation", "mentee_organisation")
        }
        edges.append((row["mentor_id"], row["mentee_id"], attributes))
    for row in _records(people) if people is not None else ():
        seen.setdefault(row["person_id"], []).append(
            (row.get("run") or "", row["role"], row["name"] or "", row["organisation"])
        )
    graph = nx.MultiDiGraph(kind="people")
    graph.add_nodes_from((person, _person(facts)) for person, facts in sorted(seen.items()))
    graph.add_edges_from(sorted(edges, key=_edge_key))
    return graph


def organisation_graph(tandems: pd.DataFrame, organisations: Iterable[str] = ()) -> nx.DiGraph:
    """Return the graph of organisations, from the mentor's to the mentee's.

    Parameters
    ----------
    tandems
        One row per tandem, columns :data:`TANDEM_COLUMNS`.
    organisations
        Those that take part, so that one without a tandem appears too.

    Returns
    -------
    networkx.DiGraph
        Nodes keyed by name with ``name``, ``gives`` (tandems with a mentor from here), ``receives`` (with a
        mentee from here) and ``tandems`` (either); edges with ``weight``, the number of tandems. Tandems
        within an organisation are a loop.
    """
    counts = pair_counts(tandems)
    graph = nx.DiGraph(kind="organisations")
    for name in sorted({*organisations, *(name for pair in counts for name in pair)}, key=din5007):
        gives = sum(n for (mentor, _), n in counts.items() if mentor == name)
        receives = sum(n for (_, mentee), n in counts.items() if mentee == name)
        within = counts.get((name, name), 0)
        graph.add_node(name, name=name, gives=gives, receives=receives, tandems=gives + receives - within)
    for (mentor, mentee), n in sorted(counts.items()):
        graph.add_edge(mentor, mentee, weight=n)
    return graph


def pair_counts(tandems: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Count the tandems of every pair of organisations, the mentor's first."""
    counts: dict[tuple[str, str], int] = {}
    for row in _records(tandems):
        pair = (
            row["mentor_organisation"] or no_organisation(),
            row["mentee_organisation"] or no_organisation(),
        )
        counts[pair] = counts.get(pair, 0) + 1
    return counts


def _records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Give the rows as dictionaries: None for what is missing, scores as whole numbers, the rest as text."""
    columns = [str(column) for column in frame.columns]
    for values in frame.itertuples(index=False, name=None):
        row = dict(zip(columns, values, strict=True))
        yield {column: _plain(column, value) for column, value in row.items()}


def _plain(column: str, value: Any) -> str | int | None:  # noqa: ANN401 - a cell of a frame
    if pd.isna(value) or value == "":
        return None
    return int(value) if column == "score" else str(value)


def _person(facts: list[tuple[str, str, str, str | None]]) -> dict[str, Any]:
    facts = sorted(facts, key=lambda fact: (fact[0], fact[1], fact[2], fact[3] or ""))
    roles = {role for _, role, _, _ in facts}
    _, _, name, organisation = facts[-1]
    return {
        "name": name,
        "role": roles.pop() if len(roles) == 1 else "both",
        "organisation": organisation,
        "run": ", ".join(sorted({run for run, *_ in facts if run})),
    }


def _edge_key(edge: tuple[str, str, dict[str, Any]]) -> tuple[str, str, tuple[str, ...]]:
    mentor, mentee, attributes = edge
    return mentor, mentee, tuple(str(attributes[key]) for key in attributes)
