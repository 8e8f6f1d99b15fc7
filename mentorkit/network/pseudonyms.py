"""The network for analysts: the same structure without names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx

from mentorkit.errors import MentorkitError
from mentorkit.language import say
from mentorkit.network.graph import no_organisation
from mentorkit.privacy.pseudonyms import FEW, SHORTEST_KEY, digest

_ORGANISATIONS = ("mentor_organisation", "mentee_organisation")
_TANDEM = ("kind", "run", "year", "state", "score", *_ORGANISATIONS)
_ORGANISATION = ("gives", "receives", "tandems")
_LINK = ("weight", "dissolved", "state", "runs", "since")
_EVENTS = ("meeting", "event")
_Sharing = tuple[str | None, str | None]


def pseudonymised(graph: nx.DiGraph, key: bytes, *, organisations: bool = False) -> nx.DiGraph:
    """Return the graph with pseudonyms in place of names and ids.

    A pseudonym is a keyed hash (HMAC-SHA-256 [1]_) of the id: under the same key a person has the same one in
    every export and run, under another key another one, and without the key nobody can try out who it is.
    Whoever has the key can, so it stays with the lead.

    Parameters
    ----------
    graph
        A person graph or an organisation graph; it is not changed.
    key
        At least 16 bytes, drawn at random (``secrets.token_bytes(32)``). One workbench, one key: ids of
        people repeat from one workbench to the next.
    organisations
        Replace the organisations as well.

    Returns
    -------
    networkx.DiGraph
        Of the same class and isomorphic; ids and names are the pseudonyms. Left are role, run, year, state,
        and the score: a matching cannot be judged without it, and it is no answer of anybody's. A field stays
        where at least three people share it; where organisations keep their names, in the same
        organisation. Every other attribute is left out. Nodes and edges come in the order of the pseudonyms.

    Raises
    ------
    MentorkitError
        If the key is too short.

    Notes
    -----
    This is no anonymity. Who knows how many tandems a person has, in which run and with whom, finds her again
    by the structure alone [2]_; an organisation of one person is that person, and an organisation that keeps
    its name, or is known by its size, tells who its people are. Scores and fields narrow it down further, and
    runs keep the names they were given. Give such a graph only to people who may see the data and do not need
    the names.

    References
    ----------
    .. [1] H. Krawczyk, M. Bellare and R. Canetti, HMAC: Keyed-Hashing for Message Authentication, RFC 2104.
    .. [2] L. Backstrom, C. Dwork and J. Kleinberg, Wherefore art thou R3579X? Anonymized social networks,
       hidden patterns, and structural steganography, WWW 2007.
    """
    if len(key) < SHORTEST_KEY:
        raise MentorkitError(
            say(
                "The key for pseudonyms is too short: {n} of at least {least} characters. "
                "Take one that is drawn at random, and keep it where only the lead can read it.",
                n=len(key),
                least=SHORTEST_KEY,
            )
        )
    veil = _Veil(key, organisations=organisations)
    names = {node: veil.node(graph, node) for node in graph}
    veiled = nx.relabel_nodes(veil.bare(graph), names)
    # the order of the rows is that of the ids, so that of the applications
    ordered = graph.__class__(kind=graph.graph.get("kind"))
    ordered.add_nodes_from(sorted((node, facts | {"name": node}) for node, facts in veiled.nodes(data=True)))
    ordered.add_edges_from(
        sorted(veiled.edges(data=True), key=lambda e: (e[0], e[1], [*map(str, e[2].values())]))
    )
    return ordered


@dataclass(frozen=True)
class _Veil:
    """What is left of a graph under a key."""

    key: bytes
    organisations: bool

    def pseudonym(self, kind: str, name: str) -> str:
        """Return the pseudonym, the same in every language."""
        return f"{kind} {digest(self.key, kind, name)}"

    def node(self, graph: nx.DiGraph, node: str) -> str:
        if graph.graph.get("kind") == "organisations":
            return self.organisation(node) or node
        return self.pseudonym("Event" if graph.nodes[node]["role"] == "event" else "Person", node)

    def organisation(self, name: str | None) -> str | None:
        if not self.organisations or name is None or name == no_organisation():
            return name
        return self.pseudonym("Organisation", name)

    def bare(self, graph: nx.DiGraph) -> nx.DiGraph:
        """Copy the structure with the attributes that may stay."""
        bare = graph.__class__()
        if graph.graph.get("kind") == "organisations":
            bare.add_nodes_from((name, _some(facts, _ORGANISATION)) for name, facts in graph.nodes(data=True))
            bare.add_edges_from((a, b, _some(facts, _LINK)) for a, b, facts in graph.edges(data=True))
            return bare
        shared = Counter(self._sharing(facts) for _, facts in graph.nodes(data=True))
        bare.add_nodes_from((node, self._person(facts, shared)) for node, facts in graph.nodes(data=True))
        for a, b, facts in graph.edges(data=True):
            told = _some(facts, _TANDEM)
            bare.add_edge(a, b, **told | {k: self.organisation(told[k]) for k in _ORGANISATIONS if k in told})
        return bare

    def _person(self, facts: Mapping[str, Any], shared: Mapping[_Sharing, int]) -> dict[str, Any]:
        if facts["role"] == "event":
            kind = facts["event"] if facts["event"] in _EVENTS else None
            return {"role": "event", "event": kind, "year": facts["year"]}
        told = _some(facts, ("role", "organisation", "field", "run"))
        few = shared[self._sharing(facts)] < FEW
        return told | {
            "organisation": self.organisation(facts["organisation"]),
            "field": None if few else facts["field"],
        }

    def _sharing(self, facts: Mapping[str, Any]) -> _Sharing:
        """Return what a reader may know somebody by: the field, with an organisation that has its name."""
        return facts.get("field"), None if self.organisations else facts.get("organisation")


def _some(facts: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: facts[name] for name in names if name in facts}


def read_key(file: str | Path) -> bytes:
    """Read a key from a file that holds nothing else; the end of its line is no part of it.

    Raises
    ------
    MentorkitError
        If the file cannot be read.
    """
    path = Path(file)
    try:
        return path.read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise MentorkitError(
            say(
                "The key for the pseudonyms cannot be read from {file} ({reason}). "
                "The file holds nothing but the key; {command} makes one.",
                file=path.name,
                reason=error.strerror,
                command=f'(umask 077; python -c "import secrets; print(secrets.token_hex())" > {path.name})',
            )
        ) from error
