"""The picture of people: signs in the discs of their organisations, and an arrow for every tandem."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mentorkit.language import say
from mentorkit.network.bends import free_bends
from mentorkit.network.boxes import CELL_WIDTH, NAME_BELOW, NAME_LINE, NAME_SIZE, Frame, heading, name_lines
from mentorkit.network.discs import bend_inwards, middle
from mentorkit.network.layout import (
    Disc,
    Positions,
    group_frames,
    has_names,
    heading_size,
    reading_order,
)
from mentorkit.network.lettering import label, width, wrap
from mentorkit.network.shapes import (
    COLOURS,
    EDGE,
    GROUP,
    STRAIGHT,
    Curve,
    Entry,
    Pen,
    Sheet,
    box,
    line,
    node,
    sign,
    tandem,
)
from mentorkit.network.words import ROLES_MANY, STATES, known_state, states_of, who

if TYPE_CHECKING:
    import networkx as nx

_THIN = 0.9


class _Words(NamedTuple):
    """A line that is written, and where."""

    line: str
    x: float
    y: float
    pen: Pen

    def points(self) -> list[tuple[float, float]]:
        """Return points along the middle of the line."""
        wide = width(self.line, self.pen.size, bold=self.pen.bold)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.pen.anchor]
        count = max(2, round(wide / 12))
        return [(left + wide * i / (count - 1), self.y - 0.35 * self.pen.size) for i in range(count)]


@dataclass(frozen=True)
class _Scene:
    """A graph, the whole one that gives it its room, and what follows from them."""

    graph: nx.DiGraph
    whole: nx.DiGraph
    positions: Positions

    @cached_property
    def frames(self) -> dict[str | None, Frame]:
        """The boxes of all organisations; none where there are no organisations."""
        frames = group_frames(self.whole, self.positions)
        return frames if any(frames) else {}

    @cached_property
    def keys(self) -> dict[str | None, str]:
        """The class of all that belongs to an organisation."""
        return {organisation: f"mkn-g{k}" for k, organisation in enumerate(self.frames)}

    @cached_property
    def index(self) -> dict[str, int]:
        """The number of each node."""
        return {node: n for n, node in enumerate(reading_order(self.graph))}

    @cached_property
    def states(self) -> list[str]:
        """The states of the tandems; none where all are alike."""
        return states_of(self.whole)

    @property
    def scale(self) -> float:
        return 1.0 if self.named else 0.7

    @cached_property
    def named(self) -> bool:
        return has_names(self.whole)

    @cached_property
    def headings(self) -> dict[str | None, list[_Words]]:
        """The names of the organisations, at the top of their boxes."""
        size = heading_size(self.whole)
        return {
            organisation: [
                _Words(
                    line,
                    frame.middle[0],
                    frame.top + 8 + size * (0.9 + 1.25 * i),
                    _heading_pen(size, self.keys[organisation]),
                )
                for i, line in enumerate(
                    heading(organisation or say("no organisation"), frame.size[0] - 16, size)
                )
            ]
            for organisation, frame in self.frames.items()
        }

    def name(self, graph: nx.DiGraph, person: str) -> list[_Words]:
        """Return the lines of somebody's name, and where they stand."""
        facts, (x, y) = graph.nodes[person], self.positions[person]
        more = f' data-n="{self.index[person]}"' if person in self.index else ""
        if self.frames or facts["role"] == "event" or not (side := _side(self.whole, person)):
            pen = Pen(NAME_SIZE, more=more)
            return [
                _Words(line, x, y + NAME_BELOW + NAME_LINE * i, pen)
                for i, line in enumerate(name_lines(facts["name"]))
            ]
        lines = wrap(label(facts["name"]), 150, 13, most=2)
        pen = Pen(13, "start" if side > 0 else "end", more=more)
        top = y + 4.5 - 7.5 * (len(lines) - 1)
        return [_Words(line, x + 17 * side, top + 15 * i, pen) for i, line in enumerate(lines)]


def draw_people(sheet: Sheet, graph: nx.DiGraph, positions: Positions, whole: nx.DiGraph) -> list[Entry]:
    """Draw the people of a graph in the room of the whole one; return the legend."""
    scene = _Scene(graph, whole, positions)
    for organisation, frame in scene.frames.items():
        look = f' class="mkn-disc {scene.keys[organisation]}"'
        sheet.add("discs", box(frame, GROUP, look, stroke=EDGE, dash="" if organisation else "4 4"))
        sheet.reach(Disc(*frame.middle, frame.size[0] / 2), frame.size[1] / 2)
        for words in scene.headings[organisation]:
            sheet.write("heads", *words)
    _draw_edges(sheet, scene)
    for person in scene.index:
        _draw_node(sheet, scene, person)
    return _legend(scene)


def _draw_node(sheet: Sheet, scene: _Scene, person: str) -> None:
    facts, number = scene.graph.nodes[person], f' data-n="{scene.index[person]}"'
    place, role = Disc(*scene.positions[person], 12), facts["role"]
    key = "" if role == "event" else scene.keys.get(scene.whole.nodes[person]["organisation"], "")
    look = f' class="mkn-node mkn-{role}{" " * bool(key)}{key}"{number}'
    sheet.add("nodes", node(role, place[:2], scene.scale, look, sheet.hint(who(facts))))
    sheet.reach(place)
    if scene.named:
        for words in scene.name(scene.graph, person):
            sheet.write("names", *words)


def _draw_edges(sheet: Sheet, scene: _Scene) -> None:
    name = scene.graph.nodes(data="name")
    sheet.edges = 1 if scene.named else 0.3
    for (a, b, facts), bend in zip(scene.graph.edges(data=True), _bends(scene), strict=True):
        start, end = (Disc(*scene.positions[person], 11 * scene.scale) for person in (a, b))
        if facts.get("kind") == "attends":
            curve = Curve.between(start, end, bend, 0)
            kind, drawn = "attends", line(curve, _THIN * scene.scale)
        else:
            kind = known_state(facts["state"])
            curve = Curve.between(start, end, bend, 9 * scene.scale)
            drawn = tandem(curve, kind if kind in scene.states else "", 1.8 * scene.scale, 9 * scene.scale)
        ends = f'data-a="{scene.index[a]}" data-b="{scene.index[b]}"'
        hint = sheet.hint(f"{name[a]} → {name[b]}")
        sheet.add("edges", f'<g class="mkn-{kind}" {ends}>{hint}{drawn}</g>')
        if scene.graph is scene.whole:  # a part keeps the room of the whole
            sheet.reach(Disc(*curve.at(0.5), 4))


def _bends(scene: _Scene) -> list[float]:
    """Return how each arrow bends; clear of all signs and names of the whole, so that it never jumps."""
    frames = group_frames(scene.whole, scene.positions)
    centre = middle({key: Disc(*frame.middle, 0) for key, frame in frames.items()})
    organisation = scene.whole.nodes(data="organisation")
    turns: dict[tuple[str, str], int] = {}
    wished = []
    for a, b, facts in scene.graph.edges(data=True):
        start, end = (Disc(*scene.positions[person], 0) for person in (a, b))
        turn = turns[a, b] = turns.get((a, b), -1) + 1
        together = organisation[a] == organisation[b]
        bend = _bend_beside(start, end) if together else bend_inwards(start, end, centre)
        wished.append(bend + 0.12 * turn * (facts.get("kind") != "attends"))
    if not scene.named:
        return wished
    number = {node: i for i, node in enumerate(scene.whole)}
    ends = np.array([(number[a], number[b]) for a, b in scene.graph.edges()], dtype=np.intp).reshape(-1, 2)
    written = itertools.chain(
        *scene.headings.values(), *(scene.name(scene.whole, person) for person in scene.whole)
    )
    points = np.array([point for words in written for point in words.points()]).reshape(-1, 2)
    places = np.array([scene.positions[node] for node in scene.whole])
    return free_bends(places, ends, wished, points, 11.0)


def _bend_beside(a: Disc, b: Disc) -> float:
    """Lead an arrow over those who stand between the two in a row, else straight."""
    if abs(b.x - a.x) < 1.8 * CELL_WIDTH or abs(b.y - a.y) > 1:
        return 0.0
    return -0.3 if b.x > a.x else 0.3


def _side(graph: nx.DiGraph, person: str) -> int:
    """Tell on which side a name stands free: left (-1) of who only gives, right (1) of who only receives."""
    gives = any(facts.get("kind") != "attends" for *_, facts in graph.out_edges(person, data=True))
    receives = graph.in_degree(person) > 0
    if gives and receives:
        return 0
    return 1 if receives or (not gives and graph.nodes[person]["role"] == "mentee") else -1


def _heading_pen(size: float, key: str) -> Pen:
    return Pen(size, bold=True, more=f' class="{key}"')


def _legend(scene: _Scene) -> list[Entry]:
    roles = {role for _, role in scene.whole.nodes(data="role")}
    legend = [
        Entry("role", f"mkn-{role}", sign(role), say(ROLES_MANY[role])) for role in COLOURS if role in roles
    ]
    kinds = {kind for _, _, kind in scene.whole.edges(data="kind")}
    if kinds - {"attends"}:
        words = say("Tandem: the arrow points to {mentee:sg.acc.def}")
        legend.append(Entry("explains", "", tandem(STRAIGHT, ""), words))
    for state in scene.states:
        legend.append(Entry("state", f"mkn-{state}", tandem(STRAIGHT, state), say(STATES[state])))
    if "attends" in kinds:
        legend.append(Entry("explains", "", line(STRAIGHT, _THIN), say("was at the event")))
    if len(scene.keys) > 1:
        legend += [
            Entry("organisation", key, "", organisation or say("no organisation"))
            for organisation, key in scene.keys.items()
        ]
    return legend
