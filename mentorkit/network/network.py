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
from mentorkit.network.structure import by_name, link_graph

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
    whole, span
        Of which network this is a part, and which: see :meth:`part`.
    """

    tandems: pd.DataFrame
    organisations: tuple[str, ...]
    pairing: Pairing = "any"
    whole: Network | None = None
    span: Span = "until"

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
        """Return where the nodes of :meth:`room` stand."""
        stage = self._stage(sight)
        if sight not in stage._places:
            stage._places[sight] = grouped_layout(stage.graph(sight))
        return stage._places[sight]

    def room(self, sight: Sight) -> nx.DiGraph:
        """Return the graph that a picture has room for, so that its parts stand in the same places."""
        return self._stage(sight).graph(sight)

    def _stage(self, sight: Sight) -> Network:
        """Return the whole for organisations and for runs that follow each other.

        The people of one run alone are drawn by themselves, or most of the picture would be empty.
        """
        alone = self.whole is None or (sight == "people" and self.span == "only")
        return self if alone or self.whole is None else self.whole

    def part(self, run: str, span: Span) -> Network:
        """Return the tandems of a run alone, or of all runs until then."""
        until = self.runs.index(run)
        wanted = {run} if span == "only" else {*self.runs[: until + 1]}
        if wanted == {*self.runs}:
            return self
        chosen = self.tandems[self.tandems["run"].isin(wanted)].reset_index(drop=True)
        return Network(chosen, self.organisations, self.pairing, self.whole or self, span)

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """What the links of the organisations measure, by name."""
        return {measure.name: measure for measure in measures(self.links, self.pairing)}

    @property
    def taking_part(self) -> list[str]:
        """The organisations that take part; where none are said to, those of the tandems."""
        return list(self.organisations) or by_name(link_graph(self.links))

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """The pairs of organisations that no tandem has linked; what is only proposed links nobody yet."""
        from mentorkit.network.gaps import gaps  # it needs the solver

        return gaps(self.formed, self.taking_part)

    @property
    def formed(self) -> pd.DataFrame:
        """The tandems that are or were there, without those proposed."""
        return self.tandems[self.tandems["state"] != "proposed"]

    @cached_property
    def findings(self) -> list[str]:
        """What the network shows, in sentences; the first is its heading."""
        known = self.links.subgraph(link_graph(self.links))
        if not self.organisations and len(known) < 2:
            return [say_n("{n} tandem", "{n} tandems", len(self.tandems)), *self._dissolved]
        told = [self.measures[name] for name in ("density", "crossing_share")]
        alone = by_name(name for name, n in known.nodes(data="tandems") if not n)
        missing = [say("Without a tandem: {names}.", names=listing(alone))] if alone else []
        sentences = [measure.sentence for measure in told if not measure.why_not]
        return [self._heading(known), *self._dissolved, *sentences, *missing]

    def _heading(self, known: nx.DiGraph) -> str:
        if self.pairing == "same":
            return say_n(
                "{n} of {all} organisations has tandems", "{n} of {all} organisations have tandems",
                sum(bool(n) for _, n in known.nodes(data="tandems")), all=len(known),
            )  # fmt: skip
        crossing = {(a, b): n for a, b, n in known.edges(data="weight") if a != b}
        facts = {"all": len(known), "linked": len({name for pair in crossing for name in pair})}
        if (n := sum(crossing.values())) < len(self.tandems):
            return say_n(
                "{n} of {count} tandems links {linked} of {all} organisations",
                "{n} of {count} tandems link {linked} of {all} organisations",
                n, count=len(self.tandems), **facts,
            )  # fmt: skip
        return say_n(
            "{n} tandem links {linked} of {all} organisations",
            "{n} tandems link {linked} of {all} organisations",
            n, **facts,
        )  # fmt: skip

    @property
    def _dissolved(self) -> list[str]:
        """Say how many tandems were dissolved: they still count as links that were."""
        n = int((self.tandems["state"] == "dissolved").sum()) if "state" in self.tandems else 0
        return [say_n("{n} of them was dissolved.", "{n} of them were dissolved.", n)] if n else []
