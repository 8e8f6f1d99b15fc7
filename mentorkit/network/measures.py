"""Measures of a graph of organisations: numbers for analysts, sentences for coordinators.

A measure that would mean nothing has no value, and says why: links between organisations where a programme
pairs within them, shares of a few, centralisation among a few.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import networkx as nx
import pandas as pd

from mentorkit.language import later, say, say_n
from mentorkit.language.formats import listing, number
from mentorkit.network.graph import no_organisation
from mentorkit.network.structure import FEWEST, by_name, cuts, link_graph

Pairing = Literal["different", "same", "near", "any"]

#: Among fewer organisations there are so few possible pictures that a number says no more than the picture:
#: of three, the centralisation can only be 0, ½ or 1. From five on there are ten pairs, see :data:`FEWEST`.
FEWEST_ORGANISATIONS = 5
#: Of two organisations, the one link trivially holds the network together.
_FEWEST_TO_CUT = 3
#: So many names stand in a sentence; the tables name all.
_NAMED = 8


@dataclass(frozen=True)
class Measure:
    """A measure, or the reason why there is none.

    Attributes
    ----------
    name
        What programs call it, the same in all languages.
    title
        What people call it, in the language in force.
    value
        None where it would mean nothing.
    base
        How many tandems, organisations or pairs it is about.
    sentence
        What it says, or why there is none.
    why_not
        Why there is no value; empty where there is one.
    """

    name: str
    title: str
    value: float | None
    base: int
    sentence: str
    why_not: str = ""

    @property
    def text(self) -> str:
        """The value as people write it; a dash where there is none."""
        if self.value is None:
            return "–"
        return number(self.value, 0 if float(self.value).is_integer() else 2)


class _Found(NamedTuple):
    value: float | None
    base: int
    sentence: str


def measures(graph: nx.DiGraph, pairing: Pairing = "any") -> list[Measure]:
    """Measure a graph of organisations.

    Parameters
    ----------
    graph
        As :func:`~mentorkit.network.graph.organisation_graph` makes it, of one run or of several; edges
        without a weight count once.
    pairing
        Whom the programme pairs (:attr:`mentorkit.programme.settings.ProgrammeSettings.pairing`): measures of
        links mean nothing where tandems stay within organisations, nor does the share of crossing tandems
        where the rule alone makes it.

    Returns
    -------
    list of Measure
        Always the same ones in the same order: ``coverage``, ``crossing_share``, ``ei_index``, ``balance``,
        ``density``, ``reach``, ``centralisation``, ``bridges``, ``articulation``, ``isolates``.
    """
    network = _Network(graph, pairing)
    return [_measured(network, name, title, of) for name, (title, of) in _MEASURES.items()]


def measures_table(graph: nx.DiGraph, pairing: Pairing = "any") -> pd.DataFrame:
    """Return the measures of a graph as a table, one row each; parameters as of :func:`measures`.

    Returns
    -------
    pandas.DataFrame
        Columns as the attributes of :class:`Measure`; ``value`` is NaN where there is none.
    """
    return pd.DataFrame([asdict(measure) for measure in measures(graph, pairing)]).astype(
        {"value": "float64"}
    )


def sentences(found: Sequence[Measure]) -> list[str]:
    """Return what measures say: first those that have a value, then each reason why others have none once."""
    known = [measure.sentence for measure in found if measure.value is not None]
    return list(dict.fromkeys([*known, *(measure.why_not for measure in found if measure.why_not)]))


def degree_centralisation(graph: nx.Graph) -> float:
    """Return how far the links lead to one node: 0 if all have equally many, 1 for a star.

    The sum of the differences to the largest degree, divided by that of a star (Freeman 1978 [1]_), in the
    undirected simple graph under ``graph``; 0 for fewer than three nodes.

    References
    ----------
    .. [1] Freeman: Centrality in social networks, conceptual clarification, Social Networks 1(3), 1978/79.
    """
    degrees = [degree for _, degree in link_graph(graph).degree]
    n = len(degrees)
    return sum(max(degrees) - degree for degree in degrees) / ((n - 1) * (n - 2)) if n > 2 else 0.0


@dataclass(frozen=True, eq=False)
class _Network:
    """What the measures are taken of."""

    graph: nx.DiGraph
    pairing: Pairing

    @cached_property
    def links(self) -> nx.Graph:
        return link_graph(self.graph)

    @cached_property
    def pairs(self) -> int:
        return len(self.links) * (len(self.links) - 1) // 2

    @cached_property
    def tandems(self) -> tuple[int, int, int]:
        """How many cross, stay within, and have a person without an organisation."""
        between = within = unknown = 0
        for a, b, n in self.graph.edges(data="weight", default=1):
            if no_organisation() in {a, b}:
                unknown += n
            elif a == b:
                within += n
            else:
                between += n
        return between, within, unknown

    def hindrance(self, name: str) -> str:
        """Say why a measure means nothing here; empty if it can be taken."""
        if not len(self.links):
            return say("No organisations are known here, so nothing can be said about them.")
        if name == "coverage":
            return ""
        if not self.graph.size():
            return say("There are no tandems yet, so there is nothing to measure.")
        between, within, _ = self.tandems
        of_tandems = name in {"crossing_share", "ei_index"}
        if len(self.links) == 1:
            return say("There is only one organisation here, so there is nothing to say of links.")
        if self.pairing == "same" and not (of_tandems and between):
            return say(
                "The programme pairs within organisations, so links between them mean nothing here; what "
                "counts is which organisations have tandems."
            )
        return self._nothing_found(between, within) if of_tandems else self._no_links(name)

    def _nothing_found(self, between: int, within: int) -> str:
        if not between and not within:
            return say("Of no tandem both organisations are known.")
        if self.pairing != "different" or within:
            return ""
        return say("All tandems cross organisations: that is the rule of the programme and no finding.")

    def _no_links(self, name: str) -> str:
        if name == "isolates" or self.links.size():
            return ""
        return say("No tandem joins two organisations, so there are no links to measure.")


def _measured(network: _Network, name: str, title: str, of: Callable[[_Network], _Found]) -> Measure:
    if why_not := network.hindrance(name):
        return Measure(name, say(title), None, 0, why_not, why_not)
    value, base, sentence = of(network)
    return Measure(name, say(title), value, base, sentence, "" if value is not None else sentence)


def _coverage(network: _Network) -> _Found:
    """Count the organisations that have a tandem, whichever; however few there are."""
    alone = [name for name in network.links if not network.graph.degree(name)]
    every = len(network.links)
    covered = say_n(
        "{n} of {all} organisations has tandems.",
        "{n} of {all} organisations have tandems.",
        every - len(alone),
        all=every,
    )
    missing = [say("Without a tandem: {names}.", names=_some(by_name(alone)))] if alone else []
    return _Found(every - len(alone), every, " ".join([covered, *missing]))


def _crossing_share(network: _Network) -> _Found:
    """Take the share of tandems that join two organisations; people without an organisation are left out.

    None of fewer than :data:`FEWEST` tandems.
    """
    between, within, unknown = network.tandems
    known = between + within
    told = say_n(
        "{n} of {all} tandems joins two organisations.",
        "{n} of {all} tandems join two organisations.",
        between,
        all=known,
    )
    share = between / known if known >= FEWEST else None
    left_out = say_n(
        "{n} tandem is left out, since an organisation is unknown.",
        "{n} tandems are left out, since an organisation is unknown.",
        unknown,
    )
    parts = [told, _percent(share), *([left_out] if unknown else [])]
    return _Found(share, known, " ".join(parts))


def _percent(share: float | None) -> str:
    if share is None:
        return say("That is too few for a share.")
    whole = round(100 * share)
    # all and none are said only where it is so
    whole = min(whole, 99) if share < 1 else whole
    return say("That is {percent} %.", percent=number(max(whole, 1) if share else 0))


def _ei_index(network: _Network) -> _Found:
    """Take crossing tandems less those within, divided by both: from −1 to 1.

    The E-I index (Krackhardt and Stern 1988: Informal networks and organizational crises, Social Psychology
    Quarterly 51(2)); None of fewer than :data:`FEWEST` tandems, as their share.
    """
    between, within, _ = network.tandems
    known = between + within
    if known < FEWEST:
        return _Found(None, known, _crossing_share(network).sentence)
    index = (between - within) / known
    sentence = say(
        "The E-I index is {value}: 1 if all tandems cross organisations, −1 if all stay within.",
        value=number(index, 2),
    )
    return _Found(index, known, sentence)


def _balance(network: _Network) -> _Found:
    """Count the organisations that give to others and receive from them, see :func:`.structure.balance`."""
    known = network.graph.subgraph(network.links)
    given, received = ({pair[side] for pair in known.edges if pair[0] != pair[1]} for side in (0, 1))
    sides = {
        later("only give: {names}"): by_name(given - received),
        later("only receive: {names}"): by_name(received - given),
    }
    both = len(given & received)
    told = say_n(
        "{n} of {all} organisations both gives to others and receives from them",
        "{n} of {all} organisations both give to others and receive from them",
        both,
        all=len(network.links),
    )
    parts = [told, *(say(side, names=_some(names)) for side, names in sides.items() if names)]
    return _Found(both, len(network.links), f"{'; '.join(parts)}.")


def _density(network: _Network) -> _Found:
    """Take the share of pairs of organisations that are linked (Wasserman and Faust 1994, chapter 4).

    ``networkx.density`` of the graph of links; None of fewer than :data:`FEWEST_ORGANISATIONS`. By
    organisations see :func:`.structure.block_densities`.
    """
    enough = len(network.links) >= FEWEST_ORGANISATIONS
    density = float(nx.density(network.links)) if enough else None
    told = say_n(
        "{n} of {all} pairs of organisations is linked by a tandem.",
        "{n} of {all} pairs of organisations are linked by a tandem.",
        network.links.size(),
        all=network.pairs,
    )
    return _Found(density, network.pairs, f"{told} {_percent(density)}")


def _reach(network: _Network) -> _Found:
    """Take the share of pairs of organisations that are linked or have a neighbour in common.

    Told with those farther apart and not connected, see :func:`.structure.reach`; None of
    fewer than :data:`FEWEST_ORGANISATIONS`.
    """
    ways = [n for _, steps in nx.all_pairs_shortest_path_length(network.links) for n in steps.values()]
    direct, two_steps = ways.count(1) // 2, ways.count(2) // 2
    connected = (len(ways) - len(network.links)) // 2
    told = say(
        "Pairs of organisations, {all} in all: linked directly {direct}, in two steps {two_steps}, in more "
        "steps {farther}, not at all {apart}.",
        all=network.pairs,
        direct=direct,
        two_steps=two_steps,
        farther=connected - direct - two_steps,
        apart=network.pairs - connected,
    )
    enough = len(network.links) >= FEWEST_ORGANISATIONS
    return _Found((direct + two_steps) / network.pairs if enough else None, network.pairs, told)


def _centralisation(network: _Network) -> _Found:
    """Take how far the links lead to one organisation, see :func:`degree_centralisation`.

    None of fewer than :data:`FEWEST_ORGANISATIONS`.
    """
    count = len(network.links)
    if count < FEWEST_ORGANISATIONS:
        told = say_n(
            "{n} organisation is too little to say whether links lead to one: {fewest} are needed.",
            "{n} organisations are too few to say whether links lead to one: {fewest} are needed.",
            count,
            fewest=FEWEST_ORGANISATIONS,
        )
        return _Found(None, count, told)
    value = degree_centralisation(network.links)
    most = max(degree for _, degree in network.links.degree)
    first = by_name(name for name, degree in network.links.degree if degree == most)
    told = say(
        "The centralisation is {value}: 0 if all have equally many links, 1 if all links lead to one.",
        value=number(value, 2),
    )
    hub = [say("{organisation} has most links: {n}.", organisation=first[0], n=most)] * (len(first) == 1)
    return _Found(value, count, " ".join([told, *hub]))


def _bridges(network: _Network) -> _Found:
    """Count the links that hold the network together alone, see :func:`.structure.cuts`.

    None among fewer than three organisations.
    """
    return _cut(network, "link", later("No single link holds the network together."))


def _articulation(network: _Network) -> _Found:
    """Count the organisations that would cut the network by leaving, see :func:`.structure.cuts`.

    None among fewer than three organisations.
    """
    return _cut(network, "organisation", later("No organisation would cut the network by leaving."))


def _cut(network: _Network, kind: str, none: str) -> _Found:
    base = network.links.size() if kind == "link" else len(network.links)
    if len(network.links) < _FEWEST_TO_CUT:
        return _Found(None, base, say("Two organisations are too few for a network that could be cut."))
    table = cuts(network.links)
    told = table.loc[table["kind"] == kind, "sentence"].tolist()
    more = len(told) - _NAMED
    if more > 0:
        told[_NAMED:] = [say_n("So it is with {n} more.", "So it is with {n} more.", more)]
    return _Found(int((table["kind"] == kind).sum()), base, " ".join(told) or say(none))


def _isolates(network: _Network) -> _Found:
    """Count the organisations that are linked with no other (``networkx.isolates`` of the graph of links)."""
    alone = by_name(nx.isolates(network.links))
    if not alone:
        return _Found(0, len(network.links), say("Every organisation is linked with another one."))
    told = say("Linked with no other organisation: {names}.", names=_some(alone))
    return _Found(len(alone), len(network.links), told)


def _some(names: Sequence[str]) -> str:
    """List names; of many the first, and how many more there are."""
    if len(names) <= _NAMED + 1:
        return listing(names)
    more = len(names) - _NAMED
    return listing([*names[:_NAMED], say_n("{n} more", "{n} more", more)])


_MEASURES: dict[str, tuple[str, Callable[[_Network], _Found]]] = {
    "coverage": (later("Organisations with tandems"), _coverage),
    "crossing_share": (later("Share of crossing tandems"), _crossing_share),
    "ei_index": (later("E-I index"), _ei_index),
    "balance": (later("Organisations that give and receive"), _balance),
    "density": (later("Density"), _density),
    "reach": (later("Pairs within two steps"), _reach),
    "centralisation": (later("Centralisation"), _centralisation),
    "bridges": (later("Links that hold the network together alone"), _bridges),
    "articulation": (later("Organisations that hold the network together alone"), _articulation),
    "isolates": (later("Organisations without a link"), _isolates),
}
