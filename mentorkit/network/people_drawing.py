"""The picture of people: signs in the discs of their organisations, and an arrow for every tandem."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mentorkit.language import say
from mentorkit.network.discs import bend_inwards, middle, name_discs
from mentorkit.network.layout import (
    CELL_WIDTH,
    NAMES_UP_TO,
    Disc,
    Positions,
    crosses,
    group_discs,
    reading_order,
)
from mentorkit.network.shapes import (
    COLOURS,
    EDGE,
    GROUP,
    STRAIGHT,
    Curve,
    Entry,
    Pen,
    Sheet,
    arrow,
    circle,
    clean,
    cross,
    line,
    node,
    sign,
)
from mentorkit.network.words import ROLES_MANY, STATES, who

if TYPE_CHECKING:
    import networkx as nx

#: How the states of tandems are told apart, where there are several; what is dissolved is crossed out, too.
_DASHES = {"proposed": "7 5", "active": "", "concluded": "18 5", "past": "2 4", "dissolved": "11 4 2 4"}
_THIN = 0.9


@dataclass(frozen=True)
class _Scene:
    """A graph, the whole one that gives it its room, and what follows from them."""

    graph: nx.DiGraph
    whole: nx.DiGraph
    positions: Positions

    @cached_property
    def discs(self) -> dict[str | None, Disc]:
        """The discs of all organisations; none where there are no organisations."""
        discs = group_discs(self.whole, self.positions)
        return discs if any(discs) else {}

    @cached_property
    def keys(self) -> dict[str | None, str]:
        """The class of all that belongs to an organisation."""
        return {organisation: f"mkn-g{k}" for k, organisation in enumerate(self.discs)}

    @cached_property
    def index(self) -> dict[str, int]:
        """The number of each node."""
        return {node: n for n, node in enumerate(reading_order(self.graph))}

    @cached_property
    def states(self) -> list[str]:
        """The states of the tandems; none where all are alike."""
        states = {_known(state) for _, _, state in self.whole.edges(data="state") if state}
        return [state for state in STATES if state in states and len(states) > 1]

    @property
    def scale(self) -> float:
        return 1.0 if self.named else 0.7

    @property
    def named(self) -> bool:
        return len(self.whole) <= NAMES_UP_TO


def draw_people(sheet: Sheet, graph: nx.DiGraph, positions: Positions, whole: nx.DiGraph) -> list[Entry]:
    """Draw the people of a graph in the room of the whole one; return the legend."""
    scene = _Scene(graph, whole, positions)
    for organisation, disc in scene.discs.items():
        look = f' class="mkn-disc {scene.keys[organisation]}"'
        sheet.add("discs", circle(disc, GROUP, look, stroke=EDGE, dash="" if organisation else "4 4"))
        sheet.reach(disc)
    classes = {organisation: f' class="{key}"' for organisation, key in scene.keys.items()}
    if scene.discs:
        name_discs(sheet, scene.discs, classes, outwards=crosses(whole))
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
        side = 0 if scene.discs or role == "event" else _side(scene.whole, person)
        _name_person(sheet, facts["name"], place, side, number)


def _draw_edges(sheet: Sheet, scene: _Scene) -> None:
    centre = middle(group_discs(scene.whole, scene.positions))
    organisation = scene.whole.nodes(data="organisation")
    name = scene.graph.nodes(data="name")
    turns: dict[tuple[str, str], int] = {}
    sheet.edges = 1 if scene.named else 0.3
    for a, b, facts in scene.graph.edges(data=True):
        turn = turns[a, b] = turns.get((a, b), -1) + 1
        start, end = (Disc(*scene.positions[person], 11 * scene.scale) for person in (a, b))
        together = organisation[a] == organisation[b]
        bend = _bend_beside(start, end) if together else bend_inwards(start, end, centre)
        if facts.get("kind") == "attends":
            kind, drawn = "attends", line(Curve.between(start, end, bend, 0), _THIN * scene.scale)
        else:
            kind = _known(facts["state"])
            curve = Curve.between(start, end, bend + 0.12 * turn, 9 * scene.scale)
            drawn = _tandem(curve, kind if kind in scene.states else "", scene.scale)
        ends = f'data-a="{scene.index[a]}" data-b="{scene.index[b]}"'
        hint = sheet.hint(f"{name[a]} → {name[b]}")
        sheet.add("edges", f'<g class="mkn-{kind}" {ends}>{hint}{drawn}</g>')


def _known(state: str | None) -> str:
    return state if state in STATES else "active"


def _tandem(curve: Curve, state: str, scale: float = 1.0) -> str:
    """Draw an arrow; without a state, as all are where all are alike."""
    drawn = arrow(curve, 1.8 * scale, 9 * scale, _DASHES.get(state, ""))
    return drawn + cross(curve, 5 * scale) if state == "dissolved" else drawn


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


def _name_person(sheet: Sheet, name: str, place: Disc, side: int, more: str) -> None:
    if side:
        lines = textwrap.wrap(clean(name), 24, max_lines=2, placeholder="…")
        top = place.y + 4.5 - 7.5 * (len(lines) - 1)
        pen = Pen(13, "start" if side > 0 else "end", more=more)
        for i, words in enumerate(lines):
            sheet.write("names", words, place.x + 17 * side, top + 15 * i, pen)
        return
    for i, words in enumerate(textwrap.wrap(clean(name), 16, max_lines=3, placeholder="…")):
        sheet.write("names", words, place.x, place.y + 23 + 13 * i, Pen(12, more=more))


def _legend(scene: _Scene) -> list[Entry]:
    roles = {role for _, role in scene.whole.nodes(data="role")}
    legend = [
        Entry("role", f"mkn-{role}", sign(role), say(ROLES_MANY[role])) for role in COLOURS if role in roles
    ]
    kinds = {kind for _, _, kind in scene.whole.edges(data="kind")}
    if kinds - {"attends"}:
        words = say("Tandem: the arrow points to {mentee:sg.acc.def}")
        legend.append(Entry("explains", "", _tandem(STRAIGHT, ""), words))
    for state in scene.states:
        legend.append(Entry("state", f"mkn-{state}", _tandem(STRAIGHT, state), say(STATES[state])))
    if "attends" in kinds:
        legend.append(Entry("explains", "", line(STRAIGHT, _THIN), say("was at the event")))
    if len(scene.keys) > 1:
        legend += [
            Entry("organisation", key, "", organisation or say("no organisation"))
            for organisation, key in scene.keys.items()
        ]
    return legend
