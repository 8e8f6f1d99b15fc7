"""The picture of organisations: discs, larger the more tandems they have, and arrows with numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from mentorkit.language import say, say_n
from mentorkit.network.discs import bend_inwards, middle, name_discs
from mentorkit.network.layout import Disc, Points, Positions, crosses, organisation_radius, reading_order
from mentorkit.network.shapes import (
    COLOURS,
    PAPER,
    SOFT,
    STRAIGHT,
    Curve,
    Entry,
    Pen,
    Sheet,
    arrow,
    circle,
    tandem,
    text,
)
from mentorkit.network.words import LINKS, known_state, states_of, what

if TYPE_CHECKING:
    import networkx as nx

#: What is further away leaves room enough for a number.
_AIR = 20.0
#: Where on its arrow a number may stand.
_SPOTS = (0.66, 0.6, 0.72, 0.54, 0.78, 0.48, 0.42, 0.36, 0.3)


def draw_organisations(
    sheet: Sheet, graph: nx.DiGraph, positions: Positions, whole: nx.DiGraph
) -> list[Entry]:
    """Draw the organisations of a graph in the room of the whole one; return the legend."""
    order = reading_order(graph)
    index = {name: n for n, name in enumerate(order)}
    rooms: dict[str | None, Disc] = {
        name: Disc(*positions[name], organisation_radius(whole, name)) for name in reading_order(whole)
    }
    discs: dict[str | None, Disc] = {
        name: Disc(*positions[name], organisation_radius(graph, name, whole)) for name in order
    }
    most = max(4, *(n for a, b, n in whole.edges(data="weight") if a != b), 0)
    between = [
        (a, b, facts["weight"], known_state(facts.get("state")))
        for a, b, facts in graph.edges(data=True)
        if a != b
    ]
    states = _states(whole)
    curves, centre = [], middle(rooms)
    for a, b, n, state in between:
        width = round(1.5 + 5.5 * n / most, 1)
        bend = _bend_of_pair(rooms, a, b, centre, back=whole.has_edge(b, a))
        curve = Curve.between(_rim(discs[a]), _rim(discs[b]), bend, 7 + 1.6 * width)
        drawn = _hint(sheet, a, b, n) + tandem(
            curve, state if state in states else "", width, 7 + 1.6 * width
        )
        sheet.add("edges", f'<g class="mkn-{state}" data-a="{index[a]}" data-b="{index[b]}">{drawn}</g>')
        curves.append(curve)
    for name, n in index.items():
        _draw_organisation(sheet, graph, name, discs[name], n)
    for room in rooms.values():
        sheet.reach(room)
    for (a, b, n, state), (x, y) in zip(between, _free_spots(curves, [*discs.values()]), strict=True):
        if n > 1:
            more = f' class="mkn-{state}" data-a="{index[a]}" data-b="{index[b]}"'
            sheet.write("names", str(n), x, y + 5, Pen(14, bold=True, more=more))
    empty: dict[str | None, str] = {
        name: ' class="mkn-empty"' for name in order if not graph.nodes[name]["tandems"]
    }
    name_discs(sheet, rooms, empty, outwards=crosses(whole))
    return _legend(whole)


def _states(graph: nx.DiGraph) -> list[str]:
    """Return the states of links between two organisations; none where all are alike."""
    return states_of(graph.edge_subgraph([(a, b) for a, b in graph.edges() if a != b]))


def _hint(sheet: Sheet, a: str, b: str, n: int) -> str:
    if not sheet.hints:  # nobody reads the words, and thousands of them take their time
        return ""
    return sheet.hint(
        say_n(
            "{mentors} → {mentees}: {n} tandem", "{mentors} → {mentees}: {n} tandems", n, mentors=a, mentees=b
        )
    )


def _bend_of_pair(
    discs: Mapping[str | None, Disc], a: str, b: str, centre: tuple[float, float], *, back: bool
) -> float:
    """Bend an arrow towards the middle, and the one that comes back less."""
    low, high = discs[min(a, b)], discs[max(a, b)]
    inwards = 1 if bend_inwards(low, high, centre) >= 0 else -1
    forth = 1 if a < b else -1
    spread = (0.05 + 16 / math.hypot(high.x - low.x, high.y - low.y)) * forth if back else 0.0
    return inwards * (0.14 + spread) * forth


def _free_spots(curves: Sequence[Curve], discs: Sequence[Disc]) -> list[tuple[float, float]]:
    """Find the place on each curve that is freest of discs, numbers and other curves, near the head first."""
    tries = _points(curves, _SPOTS)
    clear = _away_from_others(tries, _points(curves, [t / 20 for t in range(2, 19)]))
    xs, ys, radii = np.array([*discs, *[(0.0, 0.0, 12.0)] * len(curves)]).reshape(-1, 3).T.copy()
    for i, (spots, far) in enumerate(zip(tries, clear, strict=True), len(discs)):
        apart = np.hypot(xs[:i] - spots[:, :1], ys[:i] - spots[:, 1:]) - radii[:i]
        xs[i], ys[i] = spots[int(np.argmax(np.minimum(np.minimum(apart.min(axis=1), far), _AIR)))]
    return [*zip(xs[len(discs) :].tolist(), ys[len(discs) :].tolist(), strict=True)]


def _points(curves: Sequence[Curve], shares: Sequence[float]) -> Points:
    """Return the points of all curves at some shares of their length, curves by shares by 2."""
    ends = np.array([(curve.start, curve.bend, curve.end) for curve in curves]).reshape(-1, 3, 2)
    return np.stack([sum(part * ends[:, i] for i, part in enumerate(Curve.parts(t))) for t in shares], axis=1)


def _away_from_others(tries: Points, dots: Points) -> Points:
    """Return how far places on each curve are from the dots of all others, as far as these are near."""
    k = dots.shape[1]
    every = np.concatenate([dots.reshape(-1, 2), [(math.inf, math.inf)]])
    # one more than a curve has dots, so that one of another is among them; the last stands for none
    _, near = cKDTree(every[:-1]).query(tries, k + 1, distance_upper_bound=_AIR)
    away: Points = np.hypot(*(every[near] - tries[:, :, None]).transpose(3, 0, 1, 2))
    own = near // k == np.arange(len(tries))[:, None, None]
    away[own] = math.inf
    nearest: Points = away.min(axis=2)
    return nearest


def _draw_organisation(sheet: Sheet, graph: nx.DiGraph, name: str, disc: Disc, n: int) -> None:
    facts = graph.nodes[name]
    drawn = _full(disc) if facts["tandems"] else _empty(disc)
    if graph.has_edge(name, name):
        drawn += _inside(graph.edges[name, name]["weight"], disc)
    empty = "" if facts["tandems"] else " mkn-empty"
    hint = sheet.hint(what(facts))
    sheet.add("nodes", f'<g class="mkn-node{empty}" data-n="{n}">{hint}{drawn}</g>')


def _rim(disc: Disc) -> Disc:
    """Leave a little air between a disc and its arrows."""
    return disc._replace(r=disc.r + 3)


def _full(disc: Disc) -> str:
    return circle(disc, COLOURS["mentor"], ' class="mkn-mentor"')


def _empty(disc: Disc) -> str:
    return circle(disc, PAPER, ' class="mkn-hollow"', stroke=SOFT, dash="4 3")


def _inside(tandems: int, disc: Disc) -> str:
    pen = Pen(15, bold=True, fill=PAPER, more=' class="mkn-inside"')
    return text(str(tandems), disc.x, disc.y + 5, pen)


def _legend(graph: nx.DiGraph) -> list[Entry]:
    legend = []
    sample = Disc(0, 0, 11)
    if graph.number_of_edges():
        legend.append(Entry("explains", "", _full(sample), say("organisation: the more tandems, the larger")))
    if any(a == b for a, b in graph.edges()):
        drawn = _full(sample) + _inside(3, sample)
        legend.append(Entry("explains", "", drawn, say("tandems within the organisation")))
    between = [n for a, b, n in graph.edges(data="weight") if a != b]
    if any(n > 1 for n in between):
        words = say("number of tandems, from {mentor:pl.dat} to {mentee:pl.dat}; without a number: one")
        legend.append(Entry("explains", "", arrow(STRAIGHT, 3, 10), words))
    elif between:
        words = say("one tandem, from {mentor:pl.dat} to {mentee:pl.dat}")
        legend.append(Entry("explains", "", arrow(STRAIGHT, 3, 10), words))
    legend += [
        Entry("state", f"mkn-{state}", tandem(STRAIGHT, state, 2), say(LINKS[state]))
        for state in _states(graph)
    ]
    if any(not n for _, n in graph.nodes(data="tandems")):
        legend.append(Entry("role", "mkn-empty", _empty(sample), say("organisation without a tandem")))
    return legend
