"""The rows of the tables beside the picture: tandems, and people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mentorkit.language import say
from mentorkit.language.formats import din5007, number
from mentorkit.network.words import ROLES, STATES, run_title
from mentorkit_widgets.components.table import Cell, action, bar, cell, column

if TYPE_CHECKING:
    from mentorkit.network.network import Network, Sight


def tandem_columns(network: Network) -> list[Cell]:
    """Return the columns of the table of tandems: run and state of several, the score where it is known."""
    several, scored = len(network.runs) > 1, network.tandems["score"].notna().any()
    when = [column("run", say("Run")), column("state", say("State"))] if several else []
    return [
        column("mentor", say("{mentor:sg.nom}")),
        column("mentee", say("{mentee:sg.nom}")),
        *when,
        *([column("score", say("Score"), "bar")] if scored else []),
    ]


def tandem_rows(network: Network, sight: Sight, node: str = "") -> list[Cell]:
    """Return one row per tandem: all of them, or those of a node of the graph that is looked at."""
    from mentorkit.network.graph import no_organisation

    kind, unknown = ("id", "") if sight == "people" else ("organisation", no_organisation())
    known = network.tandems.astype(object).where(network.tandems.notna(), None)
    return [
        _tandem_row(str(k), two)
        for k, two in enumerate(known.to_dict("records"))
        if not node or node in {two[f"{role}_{kind}"] or unknown for role in ("mentor", "mentee")}
    ]


def _tandem_row(row_id: str, two: Mapping[Any, Any]) -> Cell:
    scored = isinstance(two["score"], int)
    return {
        "id": row_id,
        "mentor": cell(two["mentor"], note=two["mentor_organisation"] or ""),
        "mentee": cell(two["mentee"], note=two["mentee_organisation"] or ""),
        "run": run_title(two["run"]),
        "state": say(STATES[two["state"]]),
        "score": bar(number(two["score"]), two["score"], 1000) if scored else bar("–", -1, 1000),
    }


def people_columns(*, by_organisation: bool) -> list[Cell]:
    """Return the columns of the list of people."""
    where = [column("organisation", say("Organisation"))] if by_organisation else []
    return [
        column("name", say("Name")),
        column("role", say("Role")),
        *where,
        column("mentors", say("Tandems as {mentor:sg.nom}"), "number"),
        column("mentees", say("Tandems as {mentee:sg.nom}"), "number"),
        column("partners", say("In a tandem with"), "list"),
        column("runs", say("Runs")),
    ]


def people_rows(network: Network) -> list[Cell]:
    """Return one row per person, by name."""
    graph = network.people
    people = sorted(graph.nodes(data=True), key=lambda node: (din5007(node[1]["name"]), node[0]))
    return [
        {
            "id": person,
            "name": cell(facts["name"], note=facts["field"] or ""),
            "role": say(ROLES[facts["role"]]),
            "organisation": facts["organisation"] or "–",
            "mentors": graph.out_degree(person),
            "mentees": graph.in_degree(person),
            "partners": sorted({graph.nodes[p]["name"] for p in _partners(graph, person)}, key=din5007),
            "runs": facts["run"] or run_title(""),
            "actions": [
                action("see", say("See in the picture"), say("See {name} in the picture", name=facts["name"]))
            ],
        }
        for person, facts in people
    ]


def _partners(graph: Any, person: str) -> set[str]:  # noqa: ANN401 - networkx is not needed to import this
    return {*graph.predecessors(person), *graph.successors(person)}
