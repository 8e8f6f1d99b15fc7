"""Who is linked with whom: the tables behind the measures of a graph of organisations.

Two organisations are linked if a tandem joins them, whichever of the two the mentor comes from. Tandems
within an organisation (loops) are no links, and people without an organisation make up none: they stand in no
table of links, but count where an organisation gives mentors to them or receives them.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx
import pandas as pd

from mentorkit.language import say, say_n
from mentorkit.language.formats import din5007, listing
from mentorkit.network.graph import no_organisation

#: A share of fewer than so many moves by ten percentage points or more with each one: no share is given then.
FEWEST = 10


def by_name(names: Iterable[object]) -> list[str]:
    """Return names in German order."""
    return sorted(map(str, names), key=din5007)


def link_graph(graph: nx.Graph) -> nx.Graph:
    """Return the organisations and their links, the undirected simple graph under any graph.

    Parameters
    ----------
    graph
        As :func:`~mentorkit.network.graph.organisation_graph` makes it, or any other of networkx.

    Returns
    -------
    networkx.Graph
        Without loops, weights and people who have no organisation.
    """
    simple = nx.Graph()
    simple.add_nodes_from(sorted(graph, key=lambda node: din5007(str(node))))
    simple.add_edges_from((a, b) for a, b in graph.edges() if a != b)
    simple.remove_nodes_from([no_organisation()])
    return simple


def balance(graph: nx.DiGraph) -> pd.DataFrame:
    """Tell what each organisation gives and receives.

    Out-degree and in-degree of the nodes, edges counted by their weight (Wasserman and Faust 1994 [1]_,
    chapter 4).

    Returns
    -------
    pandas.DataFrame
        One row per organisation: ``organisation``, ``gives`` (tandems with a mentor from here), ``receives``
        (with a mentee from here), ``within`` (both, counted in either), ``balance`` (gives less receives) and
        ``sentence``.

    References
    ----------
    .. [1] Wasserman, Faust: Social Network Analysis, Methods and Applications, 1994.
    """
    rows = []
    for name in link_graph(graph):
        gives, receives = (
            int(degree) for degree in (graph.out_degree(name, "weight"), graph.in_degree(name, "weight"))
        )
        within = graph.edges[name, name].get("weight", 1) if graph.has_edge(name, name) else 0
        rows.append(
            (str(name), gives, receives, within, gives - receives, _given(str(name), gives, receives))
        )
    columns = ["organisation", "gives", "receives", "within", "balance", "sentence"]
    return pd.DataFrame(rows, columns=columns)


def _given(organisation: str, gives: int, receives: int) -> str:
    values = {"organisation": organisation, "gives": gives, "receives": receives}
    if not gives and not receives:
        return say("{organisation} has no tandem.", **values)
    if gives == receives:
        return say("{organisation} gives as many as it receives: {gives}.", **values)
    if gives > receives:
        return say_n(
            "{organisation} gives {gives} and receives {receives}: {n} more given.",
            "{organisation} gives {gives} and receives {receives}: {n} more given.",
            gives - receives,
            **values,
        )
    return say_n(
        "{organisation} gives {gives} and receives {receives}: {n} more received.",
        "{organisation} gives {gives} and receives {receives}: {n} more received.",
        receives - gives,
        **values,
    )


def reach(graph: nx.Graph) -> pd.DataFrame:
    """Tell which organisations each one is connected with, by the length of the shortest way.

    Geodesic distances in the graph of links (Wasserman and Faust 1994, chapter 4), found by
    ``networkx.single_source_shortest_path_length``.

    Returns
    -------
    pandas.DataFrame
        One row per organisation: ``organisation``; the names of those it is linked with (``direct``), of
        those it reaches over one other (``two_steps``), over several (``farther``) and not at all
        (``unconnected``), each as a tuple in German order; and ``sentence``.
    """
    links = link_graph(graph)
    rows = []
    for name in links:
        steps = nx.single_source_shortest_path_length(links, name)
        groups = (
            [other for other, n in steps.items() if n == 1],
            [other for other, n in steps.items() if n == 2],
            [other for other, n in steps.items() if n > 2],
            [other for other in links if other not in steps],
        )
        named = [tuple(by_name(group)) for group in groups]
        rows.append((str(name), *named, _reached(str(name), *named)))
    columns = ["organisation", "direct", "two_steps", "farther", "unconnected", "sentence"]
    return pd.DataFrame(rows, columns=columns)


def _reached(
    organisation: str,
    direct: tuple[str, ...],
    two_steps: tuple[str, ...],
    farther: tuple[str, ...],
    unconnected: tuple[str, ...],
) -> str:
    if not direct:
        return say("{organisation} is linked with no other organisation.", organisation=organisation)
    parts = [
        say("directly with {names}", names=listing(direct)),
        *([say("in two steps with {names}", names=listing(two_steps))] if two_steps else []),
        *([say("in more steps with {names}", names=listing(farther))] if farther else []),
        *([say("not at all with {names}", names=listing(unconnected))] if unconnected else []),
    ]
    return say("{organisation} is connected {parts}.", organisation=organisation, parts="; ".join(parts))


def cuts(graph: nx.Graph) -> pd.DataFrame:
    """Tell who would cut the network by leaving, and which links hold it together alone.

    Articulation points (Hopcroft and Tarjan 1973 [1]_) and bridges (Tarjan 1974 [2]_) of the graph of links,
    found by ``networkx.articulation_points`` and ``networkx.bridges``. A bridge can be several tandems; the
    link of two that have no other holds nothing together and is none.

    Returns
    -------
    pandas.DataFrame
        One row each, organisations first: ``kind`` (``"organisation"`` or ``"link"``), ``organisation``,
        ``other`` (of a link; else missing), ``cut_off`` (tuple of names: those outside the largest part that
        is left; those of all parts if none is the largest) and ``sentence``.

    References
    ----------
    .. [1] Hopcroft, Tarjan: Algorithm 447, Communications of the ACM 16(6), 1973.
    .. [2] Tarjan: A note on finding the bridges of a graph, Information Processing Letters 2(6), 1974.
    """
    links = link_graph(graph)
    left = links.copy()
    rows: list[tuple[object, ...]] = []
    for name in sorted(nx.articulation_points(links), key=lambda node: din5007(str(node))):
        left.remove_node(name)
        lost, parts = _cut_off(left, links[name])
        left.add_edges_from(links.edges(name))
        sentence = _without(say("Without {organisation}", organisation=name), lost, parts)
        rows.append(("organisation", str(name), None, lost, sentence))
    # two that have each other alone hold nothing together
    held = (pair for pair in nx.bridges(links) if max(links.degree(end) for end in pair) > 1)
    bridges = [sorted(pair, key=lambda node: din5007(str(node))) for pair in held]
    for a, b in sorted(bridges, key=lambda pair: [din5007(str(node)) for node in pair]):
        left.remove_edge(a, b)
        lost, parts = _cut_off(left, (a, b))
        left.add_edge(a, b)
        without = say("Without the link of {organisation} and {other}", organisation=a, other=b)
        rows.append(("link", str(a), str(b), lost, _without(without, lost, parts)))
    return pd.DataFrame(rows, columns=["kind", "organisation", "other", "cut_off", "sentence"])


def _cut_off(left: nx.Graph, ends: Iterable[object]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return who is no longer with the largest part of those at the ends, and all parts if none is."""
    parts: list[set[object]] = []
    for end in ends:
        if not any(end in part for part in parts):
            parts.append(nx.node_connected_component(left, end))
    parts.sort(key=len)
    alike = len(parts[-1]) == len(parts[-2])
    lost = [tuple(by_name(part)) for part in (parts if alike else parts[:-1])]
    return tuple(by_name(name for part in lost for name in part)), lost if alike else []


def _without(without: str, lost: tuple[str, ...], parts: list[tuple[str, ...]]) -> str:
    if parts:
        return say(
            "{without}, the network would fall into parts: {parts}.",
            without=without,
            parts="; ".join(map(listing, sorted(parts))),
        )
    return say_n(
        "{without}, {names} would be cut off.",
        "{without}, {names} would be cut off.",
        len(lost),
        without=without,
        names=listing(lost),
    )


def block_densities(tandems: pd.DataFrame, people: pd.DataFrame | None = None) -> pd.DataFrame:
    """Tell how many of the tandems that two organisations could have they have.

    The density of each block of the two-mode network of mentors and mentees (Wasserman and Faust 1994,
    chapters 8 and 10): tandems by possible pairs of a mentor of the one and a mentee of the other. Who
    takes part in a run can be paired in that run only, so both are counted by run and summed; tandems of an
    unknown run are left out, and nobody is paired with herself.

    Parameters
    ----------
    tandems
        One row per tandem, columns :data:`mentorkit.network.graph.TANDEM_COLUMNS`.
    people
        All who took part, as :func:`~mentorkit.network.graph.person_graph` takes them; without, only those
        who have a tandem count, and densities are too high.

    Returns
    -------
    pandas.DataFrame
        One row per pair of organisations that could have a tandem: ``mentor_organisation``,
        ``mentee_organisation``, ``tandems``, ``possible`` and ``density`` (missing where fewer than
        :data:`FEWEST` pairs are possible).
    """
    keys = ["mentor_organisation", "mentee_organisation"]
    dated = _told(tandems, ["run", "mentor_id", "mentee_id", *keys])
    sides = [
        dated[["run", f"{role}_id", f"{role}_organisation"]].set_axis(["run", "id", "organisation"], axis=1)
        for role in ("mentor", "mentee")
    ]
    if people is not None:
        known = _told(people.rename(columns={"person_id": "id"}), ["run", "id", "organisation", "role"])
        sides = [
            pd.concat([side, known[known["role"] == role].drop(columns="role")])
            for side, role in zip(sides, ("mentor", "mentee"), strict=True)
        ]
    mentors, mentees = (side.dropna().drop_duplicates() for side in sides)
    herself = mentors.merge(mentees, on=["run", "id"], suffixes=("_mentor", "_mentee"))
    size = [side.groupby(["run", "organisation"]).size().reset_index(name="n") for side in (mentors, mentees)]
    blocks = size[0].merge(size[1], on="run", suffixes=("_mentor", "_mentee"))
    blocks["possible"] = blocks["n_mentor"] * blocks["n_mentee"]
    ends = ["organisation_mentor", "organisation_mentee"]
    possible = blocks.groupby(ends)["possible"].sum()
    possible = possible.sub(herself.groupby(ends).size(), fill_value=0).rename_axis(keys)
    there = dated.drop_duplicates(["run", "mentor_id", "mentee_id", *keys]).groupby(keys).size()
    table = pd.DataFrame({"tandems": there, "possible": possible}).fillna(0).astype("int64")
    table = table[table["possible"] > 0]
    table["density"] = (table["tandems"] / table["possible"]).where(table["possible"] >= FEWEST)
    names = {name for key in keys for name in table.index.unique(key)}
    order = {name: k for k, name in enumerate(by_name(names))}
    return table.sort_index(key=lambda level: level.map(order)).reset_index()


def _told(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return columns of the rows of known runs, empty text as missing."""
    chosen = frame[columns]
    return chosen.mask(chosen == "").dropna(subset=["run"])
