"""The network: how the tandems of a run link its organisations, as pictures and as a matrix."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.errors import NotAllowed, NothingToMatch
from mentorkit.language import say, say_n
from mentorkit.language.formats import listing, number
from mentorkit.run import Run
from mentorkit_widgets.base import Model, View, actions, button, markup, paragraph, shown
from mentorkit_widgets.components.choice import Choice
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.picture import NetworkPicture
from mentorkit_widgets.components.table import Cell, Table, bar, cell, column
from mentorkit_widgets.network.matrix import matrix_markup
from mentorkit_widgets.page import Page, address, open_run_app

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

Sight = Literal["organisations", "matrix", "people"]
FileType = Literal["png", "svg", "csv", "gexf", "graphml"]
MEDIA_TYPES: dict[FileType, str] = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "csv": "text/csv",
    "gexf": "application/gexf+xml",
    "graphml": "application/graphml+xml",
}
_ORGANISATIONS = ("mentor_organisation", "mentee_organisation")


@dataclass(frozen=True, eq=False)
class Network:
    """The tandems of a run, and the organisations that take part."""

    tandems: pd.DataFrame
    organisations: tuple[str, ...]
    #: Whether the tandems are formed; otherwise they are the present proposal.
    approved: bool
    #: Whether the two of a tandem are meant to come from the same organisation.
    stay: bool = False

    def graph(self, sight: Sight) -> nx.DiGraph:
        """Return the graph of people or, for the other sights, of organisations."""
        from mentorkit.network.graph import organisation_graph, person_graph

        if sight == "people":
            return person_graph(self.tandems)
        return organisation_graph(self.tandems, self.organisations)

    @cached_property
    def matrix(self) -> pd.DataFrame:
        """Tandems by the mentor's organisation (rows) and the mentee's (columns), with sums at the end."""
        from mentorkit.network.matrix import matrix

        return matrix(self.tandems, self.organisations)

    @cached_property
    def findings(self) -> list[str]:
        """What the network shows, in sentences; the first is its heading."""
        graph = self.graph("organisations")
        count = len(self.tandems)
        if not self.organisations and len(graph) < 2:
            return [say_n("{n} tandem", "{n} tandems", count)]
        linked = {name for a, b in graph.edges if a != b for name in (a, b)}
        links = {frozenset(pair) for pair in graph.edges if pair[0] != pair[1]}
        alone = [name for name in graph if not graph.nodes[name]["tandems"]]
        within = sum(n for a, b, n in graph.edges(data="weight") if a == b)
        every = len(graph) * (len(graph) - 1) // 2
        if self.stay:
            covered = say_n(
                "{n} of {all} organisations has tandems",
                "{n} of {all} organisations have tandems",
                len(graph) - len(alone), all=len(graph),
            )  # fmt: skip
            return [covered, *_details(None, every, alone, within)]
        heading = say_n(
            "{n} tandem links {linked} of {all} organisations",
            "{n} tandems link {linked} of {all} organisations",
            count, linked=len(linked), all=len(graph),
        )  # fmt: skip
        return [heading, *_details(len(links), every, alone, within)]


def _details(links: int | None, every: int, alone: list[str], within: int) -> list[str]:
    """Say how many pairs of organisations met (None where none is meant to), who is alone, who stays."""
    met = [] if links is None else [say_n(
        "{n} of {every} pairs of organisations has a tandem between them.",
        "{n} of {every} pairs of organisations have a tandem between them.",
        links, every=every,
    )]  # fmt: skip
    missing = say("Without a tandem: {names}.", names=listing(alone))
    everybody = say("Every organisation has at least one tandem.")
    stay = say_n(
        "{n} tandem stays within its organisation.", "{n} tandems stay within their organisation.", within
    )
    return [*met, missing if alone else everybody, *([stay] if within else [])]


class NetworkModel(Model):
    """The network of a run: its tandems if they are formed, else the present proposal."""

    network = t.Instance(Network, allow_none=True)
    #: What is looked at.
    sight = t.Enum(get_args(Sight), "organisations")

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self.refresh()

    def refresh(self) -> None:
        """Read everything again."""
        with self.attempting(say("The network is being drawn …")):
            self.blockers = []
            try:
                self.network = self._read()
            except (NotAllowed, NothingToMatch) as error:
                self.network, self.blockers = None, [str(error)]
            if self.network is not None and self.sight not in self.sights:
                self.sight = self.sights[0]

    def _read(self) -> Network | None:
        run = self.run
        stay = run.programme.settings.pairing == "same"
        return Network(run.network_tandems(), tuple(run.organisations), run.approved, stay)

    @property
    def sights(self) -> tuple[Sight, ...]:
        """What can be looked at: without organisations only the people."""
        by_organisation = self.run.programme.settings.organisations.kind != "none"
        return ("organisations", "matrix", "people") if by_organisation else ("people",)

    @property
    def origin(self) -> str:
        """Whether these are tandems or only a proposal, in a sentence."""
        if self.network is None:
            return ""
        if self.network.approved:
            return say("This is the network of the approved tandems.")
        return say("Nothing is approved yet: this is the network of the best matching as it is now.")

    def rows(self, node: str = "") -> list[dict[str, Any]]:
        """Return one row per tandem: all of them, or those of a node of the graph that is looked at."""
        from mentorkit.network.graph import no_organisation

        ends = ("mentor_id", "mentee_id") if self.sight == "people" else _ORGANISATIONS
        return [
            _row(two)
            for two in self._present.tandems.to_dict("records")
            if not node or node in {two[end] or no_organisation() for end in ends}
        ]

    def name(self, node: str) -> str:
        """Return what a node is called."""
        return str(self._present.graph(self.sight).nodes[node]["name"])

    def file(self, kind: FileType) -> tuple[str, bytes]:
        """Return name and content of a file of what is looked at."""
        from mentorkit.network.export import write

        about = say("people") if self.sight == "people" else say("organisations")
        name = say("network {run} {about}", run=self.run.record.name, about=about)
        target = f"{'-'.join(''.join(c if c.isalnum() else ' ' for c in name).split())}.{kind}"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"network.{kind}")
            write(self._present.graph(self.sight), path)
            return target, path.read_bytes()

    @property
    def _present(self) -> Network:
        if self.network is None:
            raise NothingToMatch(say("There are no tandems to show yet."))
        return self.network


class NetworkView(View):
    """A sentence with the findings, then one of three sights, the tandems behind it, and its files."""

    model: NetworkModel

    def __init__(self, model: NetworkModel) -> None:
        super().__init__(
            model,
            title=say("Network"),
            lead=_lead(model),
        )

    def build(self) -> tuple[w.Widget, ...]:
        """Make the switch, the sights and the files, linked to the model."""
        model = self.model
        names = {
            "organisations": say("Organisations"),
            "matrix": say("As a table"),
            "people": say("People"),
        }
        self.switch = Choice(say("Show"), {sight: names[sight] for sight in model.sights}, model.sight)
        t.link((self.switch, "value"), (model, "sight"))
        self.findings, self.matrix, self.told = w.HTML(), w.HTML(), w.HTML()
        self.picture = NetworkPicture()
        self.picture.observe(self._show_tandems, "selected")
        self.all = button(say("Show all tandems"), lambda: self.picture.select(""))
        self.tandems = Table(say("Tandems"), _columns(), filtered=True)
        chosen = actions(self.told, self.all)
        self.drawn = w.VBox([self.picture, chosen, self.tandems], layout=w.Layout(grid_gap="0.75rem"))
        self.body = w.VBox([self.switch, self.matrix, self.drawn, *self._files()])
        model.observe(self._show, ["network", "sight"])
        self._show()
        return (self.hindrances, self.findings, self.body)

    def _files(self) -> list[w.Widget]:
        self.files = {
            kind: button(label, lambda kind=kind: self._offer(kind))  # type: ignore[misc]
            for kind, label in _file_labels().items()
        }
        self.download = Download()
        heading = markup("<h2>{title}</h2>", title=say("As a file")) + paragraph(
            say("What is shown above, for a document, a spreadsheet or a program for networks.")
        )
        return [w.HTML(heading), actions(*self.files.values()), self.download]

    def _show(self, *_: object) -> None:
        model, network = self.model, self.model.network
        shown(self.body, network is not None)
        shown(self.switch, len(model.sights) > 1)
        self.download.withdraw()
        self.findings.value = _findings(model)
        if network is None:
            return
        shown(self.matrix, model.sight == "matrix")
        shown(self.drawn, model.sight != "matrix")
        with model.attempting():
            if model.sight == "matrix":
                self.matrix.value = matrix_markup(network.matrix, self._never())
            else:
                self._draw(network)

    def _draw(self, network: Network) -> None:
        from mentorkit.network.layout import grouped_layout

        graph = network.graph(self.model.sight)
        self.picture.show(graph, grouped_layout(graph), title=self.model.run.title)
        self._show_tandems()

    def _show_tandems(self, *_: object) -> None:
        node = self.picture.selected
        rows = self.model.rows(node)
        name = self.model.name(node) if node else ""
        told = say_n("{name}: {n} tandem", "{name}: {n} tandems", len(rows), name=name) if node else ""
        self.told.value = markup('<p role="status">{told}</p>', told=told)
        shown(self.all, bool(node))
        with self.tandems.hold_sync():
            self.tandems.caption = say("Tandems of {name}", name=name) if node else say("Tandems")
            self.tandems.empty = say("No tandems yet.")
            self.tandems.rows = rows

    def _never(self) -> str:
        """Return why an organisation has no tandems with itself; empty where it may."""
        if self.model.run.programme.settings.pairing == "different":
            return say("not intended")
        return ""

    def _offer(self, kind: FileType) -> None:
        with self.model.attempting(say("The file is being made …")):
            name, content = self.model.file(kind)
            self.download.offer(name, content, MEDIA_TYPES[kind])
            self.model.say(say("The file is ready; its link stands below the buttons."))


def _lead(model: NetworkModel) -> str:
    if len(model.sights) == 1:
        return say("See who is a tandem with whom.")
    if model.network is not None and model.network.stay:
        return say("See which organisations have tandems, and which have none yet.")
    return say("See which organisations the tandems link, and which have none yet.")


def _findings(model: NetworkModel) -> Markup:
    """Say what the network shows, and where to go from here."""
    network, run_id = model.network, model.run.id
    if network is None:
        return markup(
            '<div class="mk-empty"><p>{text}</p><p><a class="mk-primary" href="{href}">{link}</a></p></div>',
            text=say("There are no tandems to show yet."),
            href=address("matching", run_id),
            link=say("Go to the matching"),
        )
    heading, *details = network.findings
    return markup(
        "<h2>{heading}</h2>{origin}{details}"
        '<p class="mk-actions"><a class="mk-plain-button" href="{href}">{link}</a></p>',
        heading=heading,
        origin=paragraph(model.origin, "" if network.approved else "mk-blocker"),
        details=paragraph(" ".join(details)) if details else "",
        href=address("reports" if network.approved else "matching", run_id),
        link=say("Make a report of it") if network.approved else say("Approve the tandems in the matching"),
    )


def _columns() -> list[Cell]:
    return [
        column("mentor", say("{mentor:sg.nom}")),
        column("mentee", say("{mentee:sg.nom}")),
        column("score", say("Score"), "bar"),
    ]


def _row(two: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "id": f"{two['mentor_id']} {two['mentee_id']}",
        "mentor": cell(two["mentor"], note=two["mentor_organisation"] or ""),
        "mentee": cell(two["mentee"], note=two["mentee_organisation"] or ""),
        "score": bar(number(int(two["score"])), int(two["score"]), 1000),
    }


def _file_labels() -> dict[FileType, str]:
    return {
        "png": say("Picture (PNG)"),
        "svg": say("Picture of any size (SVG)"),
        "csv": say("Table (CSV)"),
        "gexf": say("For Gephi (GEXF)"),
        "graphml": say("For other programs (GraphML)"),
    }


def network_app() -> w.Widget:
    """Return the app that shows the network of a run."""

    def build(_page: Page, run: Run) -> w.Widget:
        return NetworkView(NetworkModel(run))

    return open_run_app(build)
