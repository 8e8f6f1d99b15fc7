"""The network of some runs, or of a part of them: its graphs, where they are drawn, and its matrix."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from mentorkit.language import say, say_n
from mentorkit.language.formats import listing
from mentorkit.network.graph import organisation_graph, person_graph
from mentorkit.network.layout import grouped_layout
from mentorkit.network.matrix import matrix
from mentorkit.network.measures import Measure, Pairing, measures
from mentorkit.network.structure import by_name

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

Sight = Literal["people", "organisations"]
#: One run alone, or all that came before it too.
Span = Literal["only", "until"]


@dataclass(frozen=True, eq=False)
class Network:
    """The tandems of some runs of a programme, the oldest run first, and the organisations that take part.

    Attributes
    ----------
    tandems
        As :meth:`mentorkit.run.Run.network_tandems` returns them.
    organisations
        Those that take part, so that one without a tandem appears too.
    pairing
        Whom the programme pairs.
    """

    tandems: pd.DataFrame
    organisations: tuple[str, ...]
    pairing: Pairing = "any"

    @cached_property
    def runs(self) -> tuple[str, ...]:
        """The names of the runs, the oldest first."""
        return tuple(self.tandems["run"].unique())

    @cached_property
    def people(self) -> nx.MultiDiGraph:
        """The graph of the people."""
        return person_graph(self.tandems)

    @cached_property
    def links(self) -> nx.DiGraph:
        """The graph of the organisations."""
        return organisation_graph(self.tandems, self.organisations)

    def graph(self, sight: Sight) -> nx.DiGraph:
        """Return the graph of people or of organisations."""
        return self.people if sight == "people" else self.links

    @cached_property
    def matrix(self) -> pd.DataFrame:
        """Tandems by the mentor's organisation and the mentee's."""
        return matrix(self.tandems, self.organisations)

    @cached_property
    def _places(self) -> dict[Sight, dict[str, tuple[float, float]]]:
        return {}

    def positions(self, sight: Sight) -> dict[str, tuple[float, float]]:
        """Return where the nodes of a graph stand."""
        if sight not in self._places:
            self._places[sight] = grouped_layout(self.graph(sight))
        return self._places[sight]

    def part(self, run: str, span: Span) -> Network:
        """Return the tandems of a run alone, or of all runs until then."""
        until = self.runs.index(run)
        wanted = {run} if span == "only" else {*self.runs[: until + 1]}
        if wanted == {*self.runs}:
            return self
        chosen = self.tandems[self.tandems["run"].isin(wanted)].reset_index(drop=True)
        return Network(chosen, self.organisations, self.pairing)

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """What the links of the organisations measure, by name."""
        return {measure.name: measure for measure in measures(self.links, self.pairing)}

    @cached_property
    def findings(self) -> list[str]:
        """What the network shows, in sentences; the first is its heading."""
        count = len(self.tandems)
        linked = {name for pair in self.links.edges for name in pair if pair[0] != pair[1]}
        if not self.organisations and len(self.links) < 2:
            return [say_n("{n} tandem", "{n} tandems", count)]
        if self.pairing == "same":
            heading = say_n(
                "{n} of {all} organisations has tandems", "{n} of {all} organisations have tandems",
                sum(bool(n) for _, n in self.links.nodes(data="tandems")), all=len(self.links),
            )  # fmt: skip
        else:
            heading = say_n(
                "{n} tandem links {linked} of {all} organisations",
                "{n} tandems link {linked} of {all} organisations",
                count, linked=len(linked), all=len(self.links),
            )  # fmt: skip
        told = [self.measures[name] for name in ("density", "crossing_share")]
        alone = by_name(name for name, n in self.links.nodes(data="tandems") if not n)
        missing = [say("Without a tandem: {names}.", names=listing(alone))] if alone else []
        return [heading, *(measure.sentence for measure in told if not measure.why_not), *missing]
