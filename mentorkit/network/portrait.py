"""What is told of one person or one organisation of a network, beside its picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mentorkit.language import say, say_n
from mentorkit.language.formats import listing
from mentorkit.network.graph import no_organisation, tandems_only
from mentorkit.network.structure import balance, cuts, reach
from mentorkit.network.words import ROLES, run_title

if TYPE_CHECKING:
    from mentorkit.network.network import Network, Sight


@dataclass(frozen=True)
class Portrait:
    """Who or what it is, and what is told of it.

    Attributes
    ----------
    name
        What it is called.
    kind
        What it is, in a few words.
    sentences
        What is told.
    """

    name: str
    kind: str
    sentences: tuple[str, ...]


def portrait(network: Network, sight: Sight, node: str) -> Portrait:
    """Return what is told of a node of the graph of people or of organisations.

    Raises
    ------
    KeyError
        If there is no such node.
    """
    return _of_person(network, node) if sight == "people" else _of_organisation(network, node)


def _of_person(network: Network, person: str) -> Portrait:
    facts = tandems_only(network.people).nodes[person]
    kind = ", ".join(filter(None, (say(ROLES[facts["role"]]), facts["organisation"], facts["field"])))
    return Portrait(facts["name"], kind, tuple(_told_of_roles(network, person)))


def _told_of_roles(network: Network, person: str) -> Iterator[str]:
    """Yield what somebody was in which runs."""
    in_role = {
        role: network.tandems[network.tandems[f"{role}_id"] == person] for role in ("mentee", "mentor")
    }
    runs = {role: listing(run_title(run) for run in mine["run"].unique()) for role, mine in in_role.items()}
    if n := len(in_role["mentee"]):
        yield say_n(
            "{n} tandem as {mentee:sg.nom}: {runs}.", "{n} tandems as {mentee:sg.nom}: {runs}.", n,
            runs=runs["mentee"],
        )  # fmt: skip
    if n := len(in_role["mentor"]):
        yield say_n(
            "{n} tandem as {mentor:sg.nom}: {runs}.", "{n} tandems as {mentor:sg.nom}: {runs}.", n,
            runs=runs["mentor"],
        )  # fmt: skip


def _of_organisation(network: Network, name: str) -> Portrait:
    facts = network.links.nodes[name]
    kind = say("Organisation")
    if name == no_organisation():
        told = say_n("{n} tandem with somebody of no known organisation.",
                     "{n} tandems with somebody of no known organisation.", facts["tandems"])  # fmt: skip
        return Portrait(name, kind, (told,))
    if network.pairing == "same":
        told = say_n("{n} tandem.", "{n} tandems.", facts["tandems"])
        return Portrait(name, kind, (told,))
    tables = [balance(network.links), reach(network.links)]
    found = [table.loc[table["organisation"] == name, "sentence"] for table in tables]
    cut = cuts(network.links)
    found.append(cut.loc[(cut["kind"] == "organisation") & (cut["organisation"] == name), "sentence"])
    return Portrait(name, kind, tuple(sentence for sentences in found for sentence in sentences))
