"""A standalone, accessible SVG picture of a person graph or an organisation graph.

Nothing but text nodes and shapes: no script, no style sheet, no reference to anything outside. Colours are
those of Okabe and Ito, told apart under all common forms of colour blindness; shapes and words say the same.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mentorkit.language import later, say, say_n
from mentorkit.language.formats import din5007
from mentorkit.network.graph import tandems_only
from mentorkit.network.layout import (
    CELL_WIDTH,
    NAMES_UP_TO,
    Disc,
    crosses,
    group_discs,
    organisation_radius,
)
from mentorkit.network.shapes import (
    COLOURS,
    EDGE,
    GROUP,
    PAPER,
    SOFT,
    Curve,
    Pen,
    Sheet,
    arrow,
    circle,
    clean,
    symbol,
    text,
    titled,
)

if TYPE_CHECKING:
    import networkx as nx

_DASHES = {"proposed": "7 5", "past": "2 4"}
_STATES = {"proposed": later("proposed tandem"), "past": later("past tandem")}
_ROLES = {
    "mentor": later("{mentor:sg.nom}"),
    "mentee": later("{mentee:sg.nom}"),
    "both": later("{mentor:sg.nom} and {mentee:sg.nom}"),
    "event": later("event"),
}
_ROLES_MANY = {
    "mentor": later("{mentor:pl.nom}"),
    "mentee": later("{mentee:pl.nom}"),
    "both": later("both at different times"),
}
_STRAIGHT = Curve((-16.0, 0.0), (0.0, 0.0), (8.0, 0.0))


def draw_svg(
    graph: nx.DiGraph, positions: Mapping[str, tuple[float, float]], *, title: str, description: str
) -> str:
    """Draw a person graph or an organisation graph.

    Parameters
    ----------
    graph
        As made by :func:`~mentorkit.network.graph.person_graph` or
        :func:`~mentorkit.network.graph.organisation_graph`.
    positions
        Node → (x, y) in pixels, as :func:`~mentorkit.network.layout.grouped_layout` gives them.
    title
        The heading, and the name of the picture for screen readers.
    description
        What is to be seen, for those who cannot see it; see :func:`describe`.

    Returns
    -------
    str
        A whole SVG document; the same for the same input. Names of more than
        :data:`~mentorkit.network.layout.NAMES_UP_TO` people are shown on pointing only.
    """
    sheet = Sheet()
    draw = _draw_organisations if graph.graph.get("kind") == "organisations" else _draw_people
    legend = draw(sheet, graph, positions)
    if not graph.number_of_edges():
        x, y = ((sheet.left + sheet.right) / 2, sheet.bottom + 44) if len(graph) else (0.0, 0.0)
        sheet.write(say("There are no tandems yet. They appear here once people are matched."), x, y, Pen(16))
    return sheet.finish(legend, title, description)


def describe(graph: nx.DiGraph) -> str:
    """Say in words what the picture of the graph shows."""
    if graph.graph.get("kind") == "organisations":
        organisations = len(graph)
        tandems = sum(n for _, _, n in graph.edges(data="weight"))
        across = sum(n for a, b, n in graph.edges(data="weight") if a != b)
    else:
        only = tandems_only(graph)
        organisations = len({organisation for _, organisation in only.nodes(data="organisation")} - {None})
        tandems = only.number_of_edges()
        across = sum(
            facts["mentor_organisation"] != facts["mentee_organisation"]
            for _, _, facts in only.edges(data=True)
        )
    sentences = [say_n("{n} tandem.", "{n} tandems.", tandems)]
    if organisations:
        sentences.append(say_n("{n} organisation is shown.", "{n} organisations are shown.", organisations))
    if organisations and tandems:
        sentences.append(
            say_n("{n} tandem crosses organisations.", "{n} tandems cross organisations.", across)
        )
    if events := sum(role == "event" for _, role in graph.nodes(data="role")):
        sentences.append(say_n("{n} event is shown.", "{n} events are shown.", events))
    return " ".join(sentences)


def describe_node(graph: nx.DiGraph, node: str) -> str:
    """Say in words who or what a node is, and with whom it is linked."""
    facts = graph.nodes[node]
    told = _what(facts) if graph.graph.get("kind") == "organisations" else _who(facts)
    near = {*graph.predecessors(node), *graph.successors(node)} - {node}
    events = {other for other in near if graph.nodes[other].get("role") == "event"}
    names, there = (
        ", ".join(sorted((str(graph.nodes[other]["name"]) for other in some), key=din5007))
        for some in (near - events, events)
    )
    if facts.get("role") == "event":
        return say("{told}. Who was there: {names}.", told=told, names=names)
    sentences = [say("{told}. Tandems with: {names}.", told=told, names=names) if names else f"{told}."]
    if there:
        sentences.append(say("Was at: {events}.", events=there))
    return " ".join(sentences)


def _who(facts: Mapping[str, Any]) -> str:
    role = facts["role"]
    words = (facts["name"], say(_ROLES[role]), facts.get("organisation"))
    return ", ".join(word for word in words if word)


def _what(facts: Mapping[str, Any]) -> str:
    return say(
        "{organisation}: gives {gives}, receives {receives}",
        organisation=facts["name"],
        gives=facts["gives"],
        receives=facts["receives"],
    )


# people ----------------------------------------------------------------------------------------------


def _draw_people(
    sheet: Sheet, graph: nx.DiGraph, positions: Mapping[str, tuple[float, float]]
) -> list[tuple[str, str]]:
    discs = group_discs(graph, positions)
    grouped = any(discs)
    for organisation, disc in discs.items():
        if grouped:
            sheet.parts.append(circle(disc, GROUP, stroke=EDGE, dash="" if organisation else "4 4"))
            sheet.reach(disc)
    if grouped:
        _name_discs(sheet, discs, outwards=crosses(graph))
    dashes = _dashes(graph)
    _draw_tandems(sheet, graph, positions, dashes)
    for person, facts in graph.nodes(data=True):
        place = Disc(*positions[person], 12)
        look = symbol(facts["role"], _scale(graph))
        sheet.parts.append(
            titled(_who(facts), f'<g transform="translate({place.x:.1f} {place.y:.1f})">{look}</g>')
        )
        sheet.reach(place)
        if len(graph) <= NAMES_UP_TO:
            _name_person(sheet, facts["name"], place, 0 if grouped else _side(graph, person))
    return _people_legend(graph, dashes)


def _draw_tandems(
    sheet: Sheet, graph: nx.DiGraph, positions: Mapping[str, tuple[float, float]], dashes: Mapping[str, str]
) -> None:
    middle = _middle(group_discs(graph, positions))
    scale = _scale(graph)
    turns: dict[tuple[str, str], int] = {}
    sheet.parts.append("<g>" if scale == 1 else '<g stroke-opacity="0.3">')
    for a, b, facts in graph.edges(data=True):
        turn = turns[a, b] = turns.get((a, b), -1) + 1
        start, end = (Disc(*positions[person], 11 * scale) for person in (a, b))
        together = graph.nodes[a]["organisation"] == graph.nodes[b]["organisation"]
        bend = _bend_beside(start, end) if together else _bend_inwards(start, end, middle)
        curve = Curve.between(start, end, bend + 0.12 * turn, 9 * scale)
        line = arrow(curve, 1.8 * scale, 9 * scale, dashes.get(facts["state"], ""))
        sheet.parts.append(titled(f"{graph.nodes[a]['name']} → {graph.nodes[b]['name']}", line))
    sheet.parts.append("</g>")


def _scale(graph: nx.DiGraph) -> float:
    return 1.0 if len(graph) <= NAMES_UP_TO else 0.7


def _dashes(graph: nx.DiGraph) -> dict[str, str]:
    """Return the dashes that tell the states of tandems apart; none where all are alike."""
    states = {state for _, _, state in graph.edges(data="state")}
    return {state: dash for state, dash in _DASHES.items() if state in states and len(states) > 1}


def _bend_beside(a: Disc, b: Disc) -> float:
    """Lead an arrow over those who stand between the two in a row, else straight."""
    if abs(b.x - a.x) < 1.8 * CELL_WIDTH or abs(b.y - a.y) > 1:
        return 0.0
    return -0.3 if b.x > a.x else 0.3


def _bend_inwards(a: Disc, b: Disc, middle: tuple[float, float]) -> float:
    dx, dy = b.x - a.x, b.y - a.y
    inwards = -dy * (middle[0] - (a.x + b.x) / 2) + dx * (middle[1] - (a.y + b.y) / 2)
    return max(-0.25, min(0.25, 0.6 * inwards / (dx * dx + dy * dy or 1.0)))


def _side(graph: nx.DiGraph, person: str) -> int:
    """Tell on which side a name stands free: left (-1) of who only gives, right (1) of who only receives."""
    gives, receives = graph.out_degree(person), graph.in_degree(person)
    if gives and receives:
        return 0
    return 1 if receives or (not gives and graph.nodes[person]["role"] == "mentee") else -1


def _name_person(sheet: Sheet, name: str, place: Disc, side: int) -> None:
    if side:
        lines = textwrap.wrap(clean(name), 24, max_lines=2, placeholder="…")
        top = place.y + 4.5 - 7.5 * (len(lines) - 1)
        for i, line in enumerate(lines):
            sheet.write(line, place.x + 17 * side, top + 15 * i, Pen(13, "start" if side > 0 else "end"))
        return
    for i, line in enumerate(textwrap.wrap(clean(name), 16, max_lines=3, placeholder="…")):
        sheet.write(line, place.x, place.y + 23 + 13 * i, Pen(12))


def _people_legend(graph: nx.DiGraph, dashes: Mapping[str, str]) -> list[tuple[str, str]]:
    roles = {role for _, role in graph.nodes(data="role")}
    legend = [(symbol(role), say(_ROLES_MANY[role])) for role in COLOURS if role in roles]
    if graph.number_of_edges():
        legend.append((arrow(_STRAIGHT, 1.8, 9), say("Tandem: the arrow points to {mentee:sg.acc.def}")))
    return legend + [(arrow(_STRAIGHT, 1.8, 9, dash), say(_STATES[state])) for state, dash in dashes.items()]


# organisations ---------------------------------------------------------------------------------------


def _draw_organisations(
    sheet: Sheet, graph: nx.DiGraph, positions: Mapping[str, tuple[float, float]]
) -> list[tuple[str, str]]:
    discs: dict[str | None, Disc] = {
        name: Disc(*positions[name], organisation_radius(graph, name)) for name in graph
    }
    between = [(a, b, n) for a, b, n in graph.edges(data="weight") if a != b]
    widths = [round(1.5 + 5.5 * n / max(4, *(n for *_, n in between)), 1) for *_, n in between]
    curves = []
    for (a, b, n), width in zip(between, widths, strict=True):
        bend = _bend_of_pair(discs, a, b, back=graph.has_edge(b, a))
        curve = Curve.between(_rim(discs[a]), _rim(discs[b]), bend, 7 + 1.6 * width)
        hint = say_n(
            "{mentors} → {mentees}: {n} tandem", "{mentors} → {mentees}: {n} tandems", n, mentors=a, mentees=b
        )
        sheet.parts.append(titled(hint, arrow(curve, width, 7 + 1.6 * width)))
        curves.append(curve)
    for name in graph:
        _draw_organisation(sheet, graph, name, discs[name])
    for (*_, n), (x, y) in zip(between, _free_spots(curves, list(discs.values())), strict=True):
        sheet.write(str(n), x, y + 5, Pen(14, bold=True))
    _name_discs(sheet, discs, outwards=crosses(graph))
    return _organisations_legend(graph)


def _bend_of_pair(discs: Mapping[str | None, Disc], a: str, b: str, *, back: bool) -> float:
    """Bend an arrow towards the middle, and the one that comes back less."""
    low, high = discs[min(a, b)], discs[max(a, b)]
    inwards = 1 if _bend_inwards(low, high, _middle(discs)) >= 0 else -1
    forth = 1 if a < b else -1
    spread = (0.05 + 16 / math.hypot(high.x - low.x, high.y - low.y)) * forth if back else 0.0
    return inwards * (0.14 + spread) * forth


def _free_spots(curves: Sequence[Curve], taken: list[Disc]) -> list[tuple[float, float]]:
    """Find the place on each curve that is freest of discs, numbers and other curves, the middle first."""
    dots = [[Disc(*curve.at(t / 20), 0) for t in range(2, 19)] for curve in curves]
    spots = []
    for i, curve in enumerate(curves):
        others = np.array([*taken, *(dot for k, line in enumerate(dots) if k != i for dot in line)])
        tries = [curve.at(t) for t in (0.5, 0.45, 0.55, 0.4, 0.6, 0.34, 0.66, 0.28, 0.72)]
        clear = [(np.hypot(others[:, 0] - x, others[:, 1] - y) - others[:, 2]).min() for x, y in tries]
        spots.append(tries[int(np.argmax(np.minimum(clear, 20.0)))])
        taken.append(Disc(*spots[-1], 12))
    return spots


def _draw_organisation(sheet: Sheet, graph: nx.DiGraph, name: str, disc: Disc) -> None:
    facts = graph.nodes[name]
    parts = [circle(disc, COLOURS["mentor"]) if facts["tandems"] else _empty(disc)]
    if graph.has_edge(name, name):
        parts.append(_inside(graph.edges[name, name]["weight"], disc))
    sheet.parts.append(titled(_what(facts), *parts))
    sheet.reach(disc)


def _rim(disc: Disc) -> Disc:
    """Leave a little air between a disc and its arrows."""
    return disc._replace(r=disc.r + 3)


def _empty(disc: Disc) -> str:
    return circle(disc, PAPER, stroke=SOFT, dash="4 3")


def _inside(tandems: int, disc: Disc) -> str:
    return text(str(tandems), disc.x, disc.y + 5, Pen(15, bold=True, fill=PAPER))


def _organisations_legend(graph: nx.DiGraph) -> list[tuple[str, str]]:
    legend = []
    sample = Disc(0, 0, 11)
    full = circle(sample, COLOURS["mentor"])
    if graph.number_of_edges():
        legend.append((full, say("organisation: the more tandems, the larger")))
    if any(a == b for a, b in graph.edges()):
        legend.append((full + _inside(3, sample), say("tandems within the organisation")))
    if crosses(graph):
        legend.append(
            (arrow(_STRAIGHT, 3, 10), say("number of tandems, from {mentor:pl.dat} to {mentee:pl.dat}"))
        )
    if any(not n for _, n in graph.nodes(data="tandems")):
        legend.append((_empty(sample), say("organisation without a tandem")))
    return legend


# both ------------------------------------------------------------------------------------------------


def _middle(discs: Mapping[str | None, Disc]) -> tuple[float, float]:
    xs, ys = [disc.x for disc in discs.values()], [disc.y for disc in discs.values()]
    return (sum(xs) / len(xs), sum(ys) / len(ys)) if xs else (0.0, 0.0)


def _name_discs(sheet: Sheet, discs: Mapping[str | None, Disc], *, outwards: bool) -> None:
    """Write the organisations' names outside their discs: away from the middle, or above where in rows."""
    middle = _middle(discs)
    size = min(40.0, max([16.0, *(disc.r / 14 for disc in discs.values())]))
    for organisation, disc in discs.items():
        name = clean(organisation or say("no organisation"))
        lines = textwrap.wrap(name, 20, max_lines=3, placeholder="…")
        dx, dy = (disc.x - middle[0], disc.y - middle[1]) if outwards else (0.0, -1.0)
        length = math.hypot(dx, dy) or 1.0
        x, y = disc.x + dx / length * (disc.r + 10), disc.y + dy / length * (disc.r + 10)
        anchor = "middle" if abs(dx) < 0.35 * length else "start" if dx > 0 else "end"
        height = 1.25 * size
        if anchor != "middle":
            # beside a disc several lines stand in the middle, above it they end there, below they begin
            y += 0.3 * size - height * (len(lines) - 1) * (1 - dy / length) / 2
        else:
            y += -height * (len(lines) - 1) if dy < 0 else 0.75 * size
        for i, line in enumerate(lines):
            sheet.write(line, x, y + height * i, Pen(size, anchor, bold=True))
