"""Where people and organisations stand: a deterministic layout grouped by organisation.

Lengths are pixels of the drawing, y grows downwards. People of one organisation fill a box. Boxes of people
and discs of organisations stand around the middle when tandems cross between them, in an order that keeps
partners near, and in rows when none does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from mentorkit.language.formats import din5007
from mentorkit.network.boxes import (
    CELL_WIDTH,
    NAMES_UP_TO,
    Cell,
    Frame,
    Position,
    arrange,
    cell,
    enclose,
    pack,
)
from mentorkit.network.graph import no_organisation, tandems_only

Positions = Mapping[str, Position]
Points = npt.NDArray[np.float64]
#: In a larger crowd nobody sees who looks where, and choosing takes longer than all the rest.
_FACING_UP_TO = 200


class Disc(NamedTuple):
    """A circle that stands for an organisation, or around the sign of somebody."""

    x: float
    y: float
    r: float


def grouped_layout(graph: nx.DiGraph) -> dict[str, Position]:
    """Place the nodes of a person graph or an organisation graph.

    Parameters
    ----------
    graph
        As made by :func:`~mentorkit.network.graph.person_graph` or
        :func:`~mentorkit.network.graph.organisation_graph`.

    Returns
    -------
    dict
        Node → (x, y), rounded to tenths; the same for the same graph, whatever the order of its nodes.

    Notes
    -----
    The order around the middle starts from the reverse Cuthill-McKee order [1]_ of the links between
    organisations and is improved by swaps as long as that shortens the sum of tandems times steps apart.
    A member takes the place of the box that looks towards its partners (an assignment problem), unless
    more than 200 members would have to choose.

    References
    ----------
    .. [1] E. Cuthill and J. McKee, Reducing the bandwidth of sparse symmetric matrices, ACM 1969.
    """
    if not len(graph):
        return {}
    people = tandems_only(graph)
    if graph.graph.get("kind") == "organisations":
        names = sorted(graph, key=din5007)
        radii = [organisation_radius(graph, name) for name in names]
        centres = _arrange(radii, _links(names, graph.edges(data="weight")), gap=110)
        placed = {name: (x, y) for name, (x, y) in zip(names, centres, strict=True)}
    elif any(organisation for _, organisation in people.nodes(data="organisation")):
        placed = _in_boxes(people)
    else:
        placed = _in_families(people)
    placed |= _below(graph, placed)
    return {node: (round(float(x), 1) + 0.0, round(float(y), 1) + 0.0) for node, (x, y) in placed.items()}


def reading_order(graph: nx.DiGraph) -> list[str]:
    """Return the nodes in the order they are read: by organisation and by name, events at the end."""
    if graph.graph.get("kind") == "organisations":
        return sorted(graph, key=din5007)
    people = [person for members in _groups(graph).values() for person in members]
    return people + _events(graph)


def organisation_radius(graph: nx.DiGraph, name: str, whole: nx.DiGraph | None = None) -> float:
    """Return the radius of an organisation in its graph, or in a whole one: its area is its tandems."""
    most = max(9, *(n for _, n in (graph if whole is None else whole).nodes(data="tandems")))
    return float(14 + 34 * math.sqrt(graph.nodes[name]["tandems"] / most))


def has_names(graph: nx.DiGraph) -> bool:
    """Tell whether people are few enough for their names to be written."""
    return len(graph) - len(_events(graph)) <= NAMES_UP_TO


def heading_size(graph: nx.DiGraph) -> float:
    """Return the size of the organisations' names over their people: larger over a crowd."""
    return 16.0 if has_names(graph) else min(40.0, max(16.0, math.sqrt(len(graph)) / 3))


def group_frames(graph: nx.DiGraph, positions: Positions) -> dict[str | None, Frame]:
    """Return the box around the people of each organisation (None: those without one)."""
    named, size = has_names(graph), heading_size(graph)
    return {
        organisation: enclose(
            [positions[member] for member in members],
            _room(graph, members, named=named),
            _heading(organisation),
            size,
        )
        for organisation, members in _groups(graph).items()
    }


def _room(graph: nx.DiGraph, members: Sequence[str], *, named: bool) -> Cell:
    return cell([graph.nodes[member]["name"] for member in members], named=named)


def _heading(organisation: str | None) -> str:
    return organisation or no_organisation()


def crosses(graph: nx.DiGraph) -> bool:
    """Tell whether a tandem crosses between organisations."""
    if graph.graph.get("kind") == "organisations":
        return any(a != b for a, b in graph.edges())
    of = graph.nodes(data="organisation")
    return any(of[a] != of[b] for a, b in tandems_only(graph).edges())


def _groups(graph: nx.DiGraph) -> dict[str | None, list[str]]:
    groups: dict[str | None, list[str]] = {}
    for person in _sorted(graph):
        groups.setdefault(graph.nodes[person]["organisation"], []).append(person)
    return {key: groups[key] for key in sorted(groups, key=lambda key: (key is None, din5007(key or "")))}


def _sorted(graph: nx.DiGraph) -> list[str]:
    people = (person for person, role in graph.nodes(data="role") if role != "event")
    return sorted(people, key=lambda person: (din5007(graph.nodes[person]["name"]), person))


def _events(graph: nx.DiGraph) -> list[str]:
    events = [
        (din5007(facts["name"]), node)
        for node, facts in graph.nodes(data=True)
        if facts.get("role") == "event"
    ]
    return [node for _, node in sorted(events)]


def _below(graph: nx.DiGraph, placed: Positions) -> dict[str, Position]:
    """Place events in rows below the people, each near the middle of those who were there."""
    events = _events(graph)
    if not events or not placed:
        return {}
    xs = [x for x, _ in placed.values()]
    left, right, bottom = min(xs), max(xs), max(y for _, y in placed.values())
    wide = max(right - left, CELL_WIDTH)
    there = {event: [placed[p][0] for p in graph.predecessors(event)] or [left] for event in events}
    order = sorted(events, key=lambda event: (round(sum(there[event]) / len(there[event]), 1), event))
    count = math.ceil(len(order) / max(1, int(wide / CELL_WIDTH)))
    size = math.ceil(len(order) / count)
    return {
        event: (left + wide * (k // count + 0.5) / size, bottom + 160 + 80 * (k % count))
        for k, event in enumerate(order)
    }


def _links(names: Sequence[str | None], pairs: Iterable[tuple[str | None, str | None, int]]) -> Points:
    index = {name: i for i, name in enumerate(names)}
    links = np.zeros((len(names), len(names)))
    for a, b, n in pairs:
        if a != b:
            links[index[a], index[b]] += n
            links[index[b], index[a]] += n
    return links


# people in boxes -------------------------------------------------------------------------------------


def _in_boxes(graph: nx.DiGraph) -> dict[str, Position]:
    named, size = has_names(graph), heading_size(graph)
    groups = _groups(graph)
    rooms = [_room(graph, members, named=named) for members in groups.values()]
    blocks = [_blocks(graph, members) for members in groups.values()]
    begins = [pack(*group) for group in zip(blocks, rooms, strict=True)]
    everybody = [_members(*group) for group in zip(blocks, begins, rooms, strict=True)]
    frames = [
        enclose([*places.values()], room, _heading(name), size)
        for name, places, room in zip(groups, everybody, rooms, strict=True)
    ]
    of = graph.nodes(data="organisation")
    links = _links(list(groups), [(of[a], of[b], 1) for a, b in graph.edges()])
    linked = bool(links.any())
    order = _order(links) if linked else range(len(groups))
    gap = (44.0 if linked else 28.0) if named else 30.0
    middles = arrange([frame.size for frame in frames], order, linked=linked, gap=gap)
    middle_of = {name: np.array(middle) for name, middle in zip(groups, middles, strict=True)}
    placed: dict[str, Position] = {}
    for places, frame, (x, y) in zip(everybody, frames, middles, strict=True):
        dx, dy = x - frame.middle[0], y - frame.middle[1]
        placed |= {person: (u + dx, v + dy) for person, (u, v) in places.items()}
    for name, group in zip(groups, blocks, strict=True):
        _face_partners(graph, [block[0] for block in group if len(block) == 1], name, middle_of, placed)
    return placed


def _members(blocks: list[list[str]], begins: Sequence[Position], room: Cell) -> dict[str, Position]:
    return {
        person: (x + i * room.width, y)
        for block, (x, y) in zip(blocks, begins, strict=True)
        for i, person in enumerate(block)
    }


def _blocks(graph: nx.DiGraph, members: list[str]) -> list[list[str]]:
    """Split members into blocks of at most five: a mentor among the mentees of the same organisation."""
    inside = nx.Graph()
    inside.add_edges_from(graph.subgraph(members).edges())
    rank = {person: i for i, person in enumerate(members)}
    blocks = [[person] for person in members if person not in inside]
    for component in nx.connected_components(inside):
        hub = min(component, key=lambda p: (-len(inside[p]), graph.in_degree(p) > 0, rank[p]))
        rest = sorted(component - {hub}, key=rank.__getitem__)
        half = len(rest) // 2
        row = [*rest[:half], hub, *rest[half:]]
        blocks += [row[i : i + 5] for i in range(0, len(row), 5)]
    return sorted(blocks, key=lambda block: (-len(block), rank[block[0]]))


def _face_partners(
    graph: nx.DiGraph,
    single: list[str],
    organisation: str | None,
    middle_of: Mapping[str | None, Points],
    placed: dict[str, Position],
) -> None:
    """Give those who have no partner in their own box the places that look towards their partners'."""
    if not 1 < len(single) <= _FACING_UP_TO:
        return
    slots = np.array([placed[person] for person in single])
    middle = middle_of[organisation]
    cost = np.zeros((len(single), len(single)))
    for i, person in enumerate(single):
        partners = {*graph.predecessors(person), *graph.successors(person)}
        if partners:
            towards = sum((middle_of[graph.nodes[p]["organisation"]] for p in sorted(partners)), np.zeros(2))
            offset = towards / len(partners) - middle
            cost[i] = -np.round((slots - middle) @ offset / max(1.0, float(np.hypot(*offset))), 3)
    for i, j in zip(*linear_sum_assignment(cost), strict=True):
        placed[single[i]] = (float(slots[j][0]), float(slots[j][1]))


# people without organisations ------------------------------------------------------------------------


def _in_families(graph: nx.DiGraph) -> dict[str, Position]:
    """Place mentors left, their mentees right of them, one family below the other, in several columns."""
    across, down, beside = (150, 46, 175) if has_names(graph) else (60, 20, 20)
    layer = _layers(graph)
    rank = {person: i for i, person in enumerate(_sorted(graph))}
    families = sorted(
        (sorted(family, key=rank.__getitem__) for family in nx.weakly_connected_components(graph)),
        key=lambda family: (len(family) == 1, min((layer[p], rank[p]) for p in family)),
    )
    depth = max(layer.values()) + 1
    stacks = [[[p for p in family if layer[p] == k] for k in range(depth)] for family in families]
    heights = [max(map(len, stack)) for stack in stacks]
    wide = (depth - 1) * across + 2 * beside
    columns = max(1, round(math.sqrt(sum(heights) * down * 1.4 / wide)))
    limit = math.ceil(sum(heights) / columns)
    placed: dict[str, Position] = {}
    column, used = 0, 0
    for stack, height in zip(stacks, heights, strict=True):
        if used and used + height > limit:
            column, used = column + 1, 0
        for k, people in enumerate(stack):
            top = used + (height - len(people)) / 2
            for i, person in enumerate(people):
                placed[person] = (column * wide + k * across, (top + i) * down)
        used += height
    return placed


def _layers(graph: nx.DiGraph) -> dict[str, int]:
    """Return the generation of each: mentors 0, mentees 1, theirs 2; a circle shares a number."""
    generations = nx.condensation(nx.DiGraph(graph))
    layer = {}
    for k, generation in enumerate(nx.topological_generations(generations)):
        for component in generation:
            for person in generations.nodes[component]["members"]:
                alone = not graph.degree(person) and graph.nodes[person]["role"] == "mentee"
                layer[person] = 1 if alone else k
    return layer


# discs -----------------------------------------------------------------------------------------------


def _arrange(radii: Sequence[float], links: Points, gap: float) -> Points:
    """Place discs on a circle if any two are linked, in rows if not; returns k by 2."""
    sizes = np.array(radii)
    return (
        _ring(sizes, _order(links), gap)
        if links.any()
        else _grid(sizes, max(gap, 84) + float(sizes.max()) / 10)
    )


def _grid(radii: Points, gap: float) -> Points:
    """Place discs in centred rows, in their order, the whole wider than high."""
    widths = 2 * radii + gap
    count = math.ceil(widths.sum() / math.sqrt(1.6 * float((widths**2).sum())) - 0.2)
    rows: list[list[int]] = [[] for _ in range(count)]
    for i, middle in enumerate(np.cumsum(widths) - widths / 2):
        rows[int(middle / widths.sum() * count)].append(i)
    centres = np.zeros((len(radii), 2))
    top = 0.0
    for row in filter(None, rows):
        ends = np.cumsum(widths[row])
        centres[row, 0] = ends - widths[row] / 2 - ends[-1] / 2
        centres[row, 1] = top + widths[row].max() / 2
        top += widths[row].max()
    return centres


def _ring(radii: Points, order: list[int], gap: float) -> Points:
    """Place discs around a circle, just wide enough that none comes nearer than ``gap`` to another."""
    sizes = radii[order]
    apart = sizes[:, None] + sizes[None, :] + gap
    np.fill_diagonal(apart, 0)
    neighbours = sizes + np.roll(sizes, -1) + gap
    ring = max(float(neighbours.max()) / 2, 150.0)
    while True:
        angles = 2 * np.arcsin(np.minimum(1, neighbours / (2 * ring)))
        if angles.sum() <= 2 * math.pi + 1e-9:
            turn = np.concatenate([[0], np.cumsum(angles * (2 * math.pi / angles.sum()))[:-1]])
            turn -= math.pi / 2 if len(sizes) == 2 else 0
            points = ring * np.column_stack([np.sin(turn), -np.cos(turn)])
            distances = np.hypot(*(points[:, None] - points[None, :]).transpose(2, 0, 1))
            if (distances >= apart - 1e-6).all():
                break
        ring *= 1.03
    centres = np.empty_like(points)
    centres[order] = points
    return centres


def _order(links: Points) -> list[int]:
    """Order discs around the circle so that linked ones stand near."""
    graph = nx.from_numpy_array(links)
    order = list(nx.utils.reverse_cuthill_mckee_ordering(graph))
    k = len(order)
    steps = np.abs(np.subtract.outer(np.arange(k), np.arange(k)))
    steps = np.minimum(steps, k - steps)
    cost = (links[np.ix_(order, order)] * steps).sum()
    improved = k <= 40
    while improved:
        improved = False
        for i in range(k):
            for j in range(i + 1, k):
                trial = order.copy()
                trial[i], trial[j] = trial[j], trial[i]
                trial_cost = (links[np.ix_(trial, trial)] * steps).sum()
                if trial_cost < cost:
                    order, cost, improved = trial, trial_cost, True
    start = order.index(0)
    return order[start:] + order[:start]
