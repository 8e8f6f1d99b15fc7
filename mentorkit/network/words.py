"""How people, organisations and tandems are called beside their picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mentorkit.language import later, say

if TYPE_CHECKING:
    import networkx as nx

ROLES = {
    "mentor": later("{mentor:sg.nom}"),
    "mentee": later("{mentee:sg.nom}"),
    "both": later("{mentor:sg.nom} and {mentee:sg.nom}"),
    "event": later("event"),
}
ROLES_MANY = {
    "mentor": later("{mentor:pl.nom}"),
    "mentee": later("{mentee:pl.nom}"),
    "both": later("were both"),
    "event": later("events"),
}
STATES = {
    "proposed": later("proposed tandem"),
    "active": later("active tandem"),
    "concluded": later("concluded tandem"),
    "past": later("past tandem"),
    "dissolved": later("dissolved tandem"),
}


LINKS = {
    "proposed": later("link: only proposed so far"),
    "active": later("link: holds now"),
    "concluded": later("link: only by concluded tandems"),
    "past": later("link: only by past tandems"),
    "dissolved": later("link: only by dissolved tandems"),
}


def known_state(state: str | None) -> str:
    """Return the state by which a tandem or a link is drawn."""
    return state if state in STATES else "active"


def states_of(graph: nx.DiGraph) -> list[str]:
    """Return the states of the tandems or links of a graph; none where all are alike."""
    states = {known_state(state) for _, _, state in graph.edges(data="state") if state}
    return [state for state in STATES if state in states and len(states) > 1]


def who(facts: Mapping[str, Any]) -> str:
    """Say who a person is, or which event it is."""
    role = facts["role"]
    words = (facts["name"], say(ROLES[role]), facts.get("organisation"))
    return ", ".join(word for word in words if word)


def what(facts: Mapping[str, Any]) -> str:
    """Say which organisation it is, and how many tandems it has."""
    return say(
        "{organisation}: gives {gives}, receives {receives}",
        organisation=facts["name"],
        gives=facts["gives"],
        receives=facts["receives"],
    )


def run_title(name: str) -> str:
    """Return what a run is called; a history sheet may not tell its name."""
    return name or say("unknown run")


def network_title(programme: str, runs: Sequence[str]) -> str:
    """Return the heading of a picture: the programme, and the first and the last of its runs."""
    if not len(runs):
        return programme
    first, last = run_title(runs[0]), run_title(runs[-1])
    if len(runs) == 1:
        return say("{programme} {run}: tandems", programme=programme, run=first)
    return say("{programme} {first} to {last}: tandems", programme=programme, first=first, last=last)
