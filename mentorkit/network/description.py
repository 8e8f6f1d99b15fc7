"""What a picture of a network shows, in words, for those who cannot see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mentorkit.language import say, say_n
from mentorkit.language.formats import din5007, listing
from mentorkit.network.graph import tandems_only
from mentorkit.network.lettering import label
from mentorkit.network.structure import link_graph
from mentorkit.network.words import STATES, known_state, what, who

if TYPE_CHECKING:
    import networkx as nx

#: So many names stand in a sentence.
_FEW = 3
_Pair = tuple[str, str]


def describe(graph: nx.DiGraph) -> str:
    """Say what the picture of a graph shows: how much, which links are strongest and who stands out."""
    only = tandems_only(graph)
    links = _links(only)
    if graph.graph.get("kind") == "organisations":
        known = link_graph(graph)
        organisations = len(known)
        tandems = sum(n for _, _, n in graph.edges(data="weight"))
        told = _extremes({name: graph.nodes[name]["tandems"] for name in known})
    else:
        organisations = len({organisation for _, organisation in only.nodes(data="organisation")} - {None})
        tandems = only.number_of_edges()
        told = _several(only)
    sentences = [say_n("{n} tandem.", "{n} tandems.", tandems), *_states(only)]
    if organisations:
        sentences.append(say_n("{n} organisation is shown.", "{n} organisations are shown.", organisations))
    if organisations and tandems:
        sentences += _across(links)
    sentences += told
    if events := sum(role == "event" for _, role in graph.nodes(data="role")):
        sentences.append(say_n("{n} event is shown.", "{n} events are shown.", events))
    return " ".join(sentences)


def _links(graph: nx.DiGraph) -> Counter[_Pair]:
    """Count the tandems from one known organisation to another."""
    if graph.graph.get("kind") == "organisations":
        known = link_graph(graph)
        edges = graph.edges(data="weight")
        return Counter({(a, b): n for a, b, n in edges if a != b and known.has_edge(a, b)})
    pairs = [(e["mentor_organisation"], e["mentee_organisation"]) for _, _, e in graph.edges(data=True)]
    return Counter((a, b) for a, b in pairs if a and b and a != b)


def _states(graph: nx.DiGraph) -> list[str]:
    """Tell how many tandems are in which state, where people's differ."""
    if graph.graph.get("kind") == "organisations":
        return []
    counts = Counter(known_state(state) for _, _, state in graph.edges(data="state"))
    if len(counts) < 2:
        return []
    words = {
        "proposed": say_n("{n} proposed", "{n} proposed", counts["proposed"]),
        "active": say_n("{n} active", "{n} active", counts["active"]),
        "concluded": say_n("{n} concluded", "{n} concluded", counts["concluded"]),
        "past": say_n("{n} past", "{n} past", counts["past"]),
        "dissolved": say_n("{n} dissolved", "{n} dissolved", counts["dissolved"]),
    }
    return [say("Among them: {counts}.", counts=listing(words[state] for state in STATES if counts[state]))]


def _across(links: Counter[_Pair]) -> list[str]:
    across = links.total()
    if not across:
        return [say("None crosses organisations.")]
    told = [say_n("{n} tandem crosses organisations.", "{n} tandems cross organisations.", across)]
    most = max(links.values())
    strong = sorted((pair for pair, n in links.items() if n == most), key=lambda pair: [*map(din5007, pair)])
    if most > 1 and len(strong) <= _FEW:
        names = [say("from {mentors} to {mentees}", mentors=label(a), mentees=label(b)) for a, b in strong]
        told.append(say("Most tandems ({n}) lead {links}.", n=most, links=listing(names)))
    giving: Counter[str] = Counter()
    for (mentors, _), n in links.items():
        giving[mentors] += n
    first = _foremost(giving)
    return told + ([say("Most tandems are given by: {names}.", names=first)] if first else [])


def _several(graph: nx.DiGraph) -> list[str]:
    """Name who has most tandems as a mentor, or say how many have several."""
    name = graph.nodes(data="name")
    giving = {person: n for person, n in graph.out_degree() if n > 1}
    if first := _foremost(giving, {person: name[person] for person in giving}):
        return [say("Several tandems are given by: {names}.", names=first)]
    if giving:
        return [
            say_n(
                "{n} {mentor:sg.nom} has several tandems.",
                "{n} {mentor:pl.nom} have several tandems.",
                len(giving),
            )
        ]
    return []


def _foremost(counts: Mapping[str, int], names: Mapping[str, str] | None = None) -> str:
    """Name the few that have most, with how many; nobody where too many have as many."""
    named = sorted(
        ((n, label(names[key] if names else key)) for key, n in counts.items() if n > 1),
        key=lambda one: (-one[0], din5007(one[1])),
    )
    few = named[:_FEW]
    if len(named) > _FEW:
        few = [one for one in few if one[0] > named[_FEW][0]]
    return listing(f"{name} ({n})" for n, name in few)


def _extremes(tandems: Mapping[str, int]) -> list[str]:
    """Name the largest circles of organisations, if they are few, and the empty ones."""
    most = max(tandems.values(), default=0)
    large = [name for name, n in tandems.items() if n == most]
    alone = [name for name, n in tandems.items() if not n]
    told = []
    if most and len(large) <= min(_FEW, len(tandems) // 2):
        told.append(say("Most tandems ({n}): {names}.", n=most, names=listing(large)))
    return told + ([say("Without a tandem: {names}.", names=listing(alone))] if alone else [])


def describe_node(graph: nx.DiGraph, node: str) -> str:
    """Say in words who or what a node is, and with whom it is linked."""
    facts = graph.nodes[node]
    told = what(facts) if graph.graph.get("kind") == "organisations" else who(facts)
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
