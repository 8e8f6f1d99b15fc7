"""Where people and organisations stand: a deterministic layout grouped by organisation.

Lengths are pixels of the drawing, y grows downwards. People of one organisation fill a disc in rows, the
partners of a tandem side by side where both belong to it. Discs stand on a circle when tandems cross
between them, in an order that keeps partners near, and in rows when none does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from mentorkit.language.formats import din5007
from mentorkit.network.graph import tandems_only

Position = tuple[float, float]
Positions = Mapping[str, Position]
Points = npt.NDArray[np.float64]

CELL_WIDTH = 102.0
NAMES_UP_TO = 400
"""People whose names still fit under their symbols; a larger picture shows them on pointing only."""
#: In a larger crowd nobody sees who looks where, and choosing takes longer than all the rest.
_FACING_UP_TO = 200


class Disc(NamedTuple):
    """A circle that holds the people of an organisation, or stands for it."""

    x: float
    y: float
    r: float


class Cell(NamedTuple):
    """The room for one person: the symbol with its name below."""

    width: float
    height: float
    above: float
    below: float


def cell(graph: nx.DiGraph) -> Cell:
    """Return the room for one person in a drawing of this graph."""
    return Cell(CELL_WIDTH, 64, 12, 34) if len(graph) <= NAMES_UP_TO else Cell(20, 20, 8, 8)


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
    The order on the circle starts from the reverse Cuthill-McKee order [1]_ of the links between
    organisations and is improved by swaps as long as that shortens the sum of tandems times steps apart.
    A member takes the place of the disc that looks towards its partners (an assignment problem), unless
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
        placed = _in_discs(people)
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


def group_discs(graph: nx.DiGraph, positions: Positions) -> dict[str | None, Disc]:
    """Return the disc around the people of each organisation (None: those without one)."""
    return {
        organisation: _enclose([positions[member] for member in members], cell(graph))
        for organisation, members in _groups(graph).items()
    }


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


def _below(graph: nx.DiGraph, placed: Positions) -> Positions:
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


# people in discs -------------------------------------------------------------------------------------


@dataclass
class _Group:
    """The people of an organisation in blocks that stay side by side, and where the blocks stand."""

    blocks: list[list[str]]
    places: list[Position]
    radius: float


def _in_discs(graph: nx.DiGraph) -> dict[str, Position]:
    room = cell(graph)
    groups = _groups(graph)
    packed = [_pack(_blocks(graph, members), room) for members in groups.values()]
    of = graph.nodes(data="organisation")
    links = _links(list(groups), [(of[a], of[b], 1) for a, b in graph.edges()])
    centres = _arrange([group.radius for group in packed], links, gap=46 if len(graph) <= NAMES_UP_TO else 24)
    centre_of = dict(zip(groups, centres, strict=True))
    placed: dict[str, Position] = {}
    for group, (x, y) in zip(packed, centres, strict=True):
        _face_partners(graph, group, np.array([x, y]), centre_of)
        for block, (left, top) in zip(group.blocks, group.places, strict=True):
            for i, person in enumerate(block):
                placed[person] = (x + left + i * room.width, y + top)
    return placed


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


def _pack(blocks: list[list[str]], room: Cell) -> _Group:
    """Lay blocks in centred rows within a small circle; its centre is the origin."""
    radius = math.hypot(max(map(len, blocks)) * room.width, room.height) / 2
    area = sum(map(len, blocks)) * room.width * room.height
    while math.pi * radius**2 < area or (rows := _rows(blocks, radius, room)) is None:
        radius += max(room.height / 6, radius * 0.04)
    left = [0.0] * len(blocks)
    top = [0.0] * len(blocks)
    for r, row in enumerate(rows):
        x = -sum(len(blocks[b]) for b in row) * room.width / 2
        for b in row:
            left[b], top[b] = x + room.width / 2, r * room.height
            x += len(blocks[b]) * room.width
    cells = [(left[b] + i * room.width, top[b]) for b, block in enumerate(blocks) for i in range(len(block))]
    disc = _enclose(cells, room)
    return _Group(blocks, [(x - disc.x, y - disc.y) for x, y in zip(left, top, strict=True)], disc.r)


def _enclose(cells: Sequence[Position], room: Cell) -> Disc:
    """Return a circle around people's rooms, hardly larger than the smallest where rows are centred."""
    places = np.array(cells)
    x = float(places[:, 0].min() + places[:, 0].max()) / 2
    across = np.abs(places[:, :1] - x) + 0.4 * room.width
    down = np.concatenate([places[:, 1:] - room.above, places[:, 1:] + room.below])
    heights = np.linspace(down.min(), down.max(), 101)
    radii = np.hypot(np.concatenate([across, across]), down - heights).max(axis=0)
    best = int(radii.argmin())
    return Disc(x, float(heights[best]), float(radii[best]) + 8)


def _rows(blocks: list[list[str]], radius: float, room: Cell) -> list[list[int]] | None:
    """Fill the rows of a circle, the middle first; None if a block is left over, else the rows in use."""
    count = max(1, int(2 * radius // room.height))
    tops = [(i - (count - 1) / 2) * room.height for i in range(count)]
    reach = [radius**2 - (abs(top) + room.height / 2) ** 2 for top in tops]
    free = [int(2 * math.sqrt(max(0.0, q)) / room.width + 1e-6) for q in reach]
    rows: list[list[int]] = [[] for _ in tops]
    order = sorted(range(count), key=lambda i: (abs(tops[i]), i))
    if count == 1:
        free = [max(free[0], *map(len, blocks))]
    for b, block in enumerate(blocks):
        row = next((i for i in order if free[i] >= len(block)), None)
        if row is None:
            return None
        free[row] -= len(block)
        rows[row].append(b)
    return [row for row in rows if row]


def _face_partners(
    graph: nx.DiGraph, group: _Group, centre: Points, centre_of: Mapping[str | None, Points]
) -> None:
    """Give those who have no partner in their own disc the places that look towards their partners'."""
    single = [b for b, block in enumerate(group.blocks) if len(block) == 1]
    if not 1 < len(single) <= _FACING_UP_TO:
        return
    slots = np.array([group.places[b] for b in single])
    cost = np.zeros((len(single), len(single)))
    for i, b in enumerate(single):
        person = group.blocks[b][0]
        partners = {*graph.predecessors(person), *graph.successors(person)}
        if partners:
            towards = sum((centre_of[graph.nodes[p]["organisation"]] for p in sorted(partners)), np.zeros(2))
            offset = towards / len(partners) - centre
            cost[i] = -np.round(slots @ offset / max(1.0, float(np.hypot(*offset))), 3)
    for i, j in zip(*linear_sum_assignment(cost), strict=True):
        group.places[single[i]] = (float(slots[j][0]), float(slots[j][1]))


# people without organisations ------------------------------------------------------------------------


def _in_families(graph: nx.DiGraph) -> dict[str, Position]:
    """Place mentors left, their mentees right of them, one family below the other, in several columns."""
    across, down, beside = (150, 46, 175) if len(graph) <= NAMES_UP_TO else (60, 20, 20)
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
