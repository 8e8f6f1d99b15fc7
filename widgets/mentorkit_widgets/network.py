"""The network: how the tandems of a run link its organisations, as pictures and as a matrix."""

from __future__ import annotations

import base64
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.errors import NotAllowed, NothingToMatch
from mentorkit.language import say, say_n
from mentorkit.language.formats import listing
from mentorkit.workbench import Run
from mentorkit_widgets.base import Model, View, button, markup, paragraph, shown
from mentorkit_widgets.choice import Choice
from mentorkit_widgets.download import Download
from mentorkit_widgets.page import Page, address, open_run_app

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

Sight = Literal["organisations", "matrix", "people"]
FileType = Literal["svg", "graphml", "csv"]
MEDIA_TYPES: dict[FileType, str] = {
    "svg": "image/svg+xml",
    "graphml": "application/graphml+xml",
    "csv": "text/csv",
}

#: What is wide scrolls in its frame and never widens the page.
_SCROLLED = "position:relative;width:0;min-width:100%"
#: The heads of the rows stay while it is scrolled.
_HELD = "position:sticky;left:0;background:var(--mk-paper,#fff)"


@dataclass(frozen=True, eq=False)
class Network:
    """The tandems of a run, and the organisations that take part."""

    tandems: pd.DataFrame
    organisations: tuple[str, ...]
    #: Whether the tandems are formed; otherwise they are the present proposal.
    approved: bool

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
        heading = say_n(
            "{n} tandem links {linked} of {all} organisations",
            "{n} tandems link {linked} of {all} organisations",
            count, linked=len(linked), all=len(graph),
        )  # fmt: skip
        return [heading, *_details(len(links), every, alone, within)]


def _details(links: int, every: int, alone: list[str], within: int) -> list[str]:
    met = say_n(
        "{n} of {every} pairs of organisations has a tandem between them.",
        "{n} of {every} pairs of organisations have a tandem between them.",
        links, every=every,
    )  # fmt: skip
    missing = say("Without a tandem: {names}.", names=listing(alone))
    everybody = say("Every organisation has at least one tandem.")
    stay = say_n(
        "{n} tandem stays within its organisation.", "{n} tandems stay within their organisation.", within
    )
    return [met, missing if alone else everybody, *([stay] if within else [])]


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
        return Network(run.network_tandems, tuple(run.organisations), run.approved)

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

    def picture(self) -> tuple[str, str]:
        """Return the picture of what is looked at: a whole SVG document, and the same in words."""
        from mentorkit.network.drawing import describe, draw_svg
        from mentorkit.network.layout import grouped_layout

        graph = self._present.graph(self.sight)
        words = describe(graph)
        drawn = draw_svg(graph, grouped_layout(graph), title=self.run.title, description=words)
        return drawn, f"{self.run.title}. {words}"

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
    """A sentence with the findings, then one of three sights, then its files."""

    model: NetworkModel

    def __init__(self, model: NetworkModel) -> None:
        super().__init__(
            model,
            title=say("Network"),
            lead=say("See which organisations the tandems link, and which have none yet.")
            if len(model.sights) > 1
            else say("See who is a tandem with whom."),
        )
        self.layout.width = "100%"

    def build(self) -> tuple[w.Widget, ...]:
        """Make the switch, the sight and the files, linked to the model."""
        names = {
            "organisations": say("Organisations"),
            "matrix": say("As a table"),
            "people": say("People"),
        }
        self.switch = Choice(
            say("Show"), {sight: names[sight] for sight in self.model.sights}, self.model.sight
        )
        t.link((self.switch, "value"), (self.model, "sight"))
        self.findings, self.sight = w.HTML(), w.HTML()
        self.files = [
            button(label, lambda kind=kind: self._offer(kind))  # type: ignore[misc]
            for kind, label in _file_labels().items()
        ]
        self.download = Download()
        self.body = w.VBox(
            [self.switch, self.sight, w.HTML(markup("<h2>{title}</h2>", title=say("As a file"))),
             _row(self.files), self.download]
        )  # fmt: skip
        self.model.observe(self._show, ["network", "sight"])
        self._show()
        return (self.hindrances, self.findings, self.body)

    def _show(self, *_: object) -> None:
        network = self.model.network
        shown(self.body, network is not None)
        shown(self.switch, len(self.model.sights) > 1)
        self.download.withdraw()
        if network is None:
            href = address("matching", self.model.run.id)
            self.findings.value = markup(
                '<p class="mk-empty">{text} <a href="{href}">{link}</a></p>',
                text=say("There are no tandems to show yet."), href=href, link=say("Go to the matching"),
            )  # fmt: skip
            return
        heading, *details = network.findings
        self.findings.value = markup(
            "<h2>{heading}</h2>{origin}<p>{details}</p>",
            heading=heading,
            origin=paragraph(self.model.origin, "" if network.approved else "mk-blocker"),
            details=" ".join(details),
        )
        with self.model.attempting():
            if self.model.sight == "matrix":
                self.sight.value = _matrix_markup(network.matrix, self._never())
            else:
                self.sight.value = _picture_markup(*self.model.picture())

    def _never(self) -> str:
        """Return why an organisation has no tandems with itself; empty where it may."""
        if self.model.run.programme.settings.pairing == "different":
            return say("not intended")
        return ""

    def _offer(self, kind: FileType) -> None:
        with self.model.attempting(say("The file is being made …")):
            name, content = self.model.file(kind)
            self.download.offer(name, content, MEDIA_TYPES[kind])


def _file_labels() -> dict[FileType, str]:
    return {
        "svg": say("Picture (SVG)"),
        "graphml": say("Network (GraphML)"),
        "csv": say("Table (CSV)"),
    }


def _row(buttons: list[w.Button]) -> w.Box:
    row = w.Box(buttons)
    row.add_class("mk-actions")
    return row


def _picture_markup(svg: str, words: str) -> Markup:
    """Show the drawing as an image, in which no script can run."""
    return markup(
        '<div class="mk-scroll" style="{style}" role="region" tabindex="0" aria-label="{name}">'
        '<img class="mk-picture" style="display:block;width:100%;min-width:34rem;height:auto" '
        'src="data:image/svg+xml;base64,{data}" alt="{words}"></div>',
        style=_SCROLLED,
        name=say("Picture of the network"),
        data=base64.b64encode(svg.encode()).decode(),
        words=words,
    )


def _matrix_markup(matrix: pd.DataFrame, never: str) -> Markup:
    """Draw the matrix as a table with heads at both sides; the more tandems, the fuller the colour."""
    names = [str(name) for name in matrix.columns]
    counts = matrix.to_numpy(dtype=int)
    most = int(counts[:-1, :-1].max(initial=1))
    heads = Markup().join(
        markup('<th scope="col" class="mk-number">{name}</th>', name=name) for name in names
    )
    rows = Markup().join(
        markup(
            '<tr><th scope="row" style="{style}">{name}</th>{cells}</tr>',
            style=_HELD,
            name=name,
            cells=Markup().join(
                _cell(int(counts[i, k]), most, never=never if i == k else "", sum_=len(names) - 1 in (i, k))
                for k in range(len(names))
            ),
        )
        for i, name in enumerate(map(str, matrix.index))
    )
    return markup(
        '<p id="mk-matrix">{caption}</p>'
        '<div class="mk-scroll" style="{style}" role="region" tabindex="0" aria-labelledby="mk-matrix">'
        '<table class="mk-table" aria-labelledby="mk-matrix">'
        '<thead><tr><th scope="col">{corner}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>',
        style=_SCROLLED,
        caption=say("Tandems by organisation: {mentor:pl.nom} in the rows, {mentee:pl.nom} in the columns"),
        corner=say("{mentor:pl.nom} from …"),
        heads=heads,
        rows=rows,
    )


def _cell(n: int, most: int, *, never: str, sum_: bool) -> Markup:
    if sum_:
        return markup('<td class="mk-number"><strong>{n}</strong></td>', n=n)
    if n:
        tint = f"color-mix(in srgb, var(--mk-accent, #0d5c63) {12 + 28 * n // most}%, transparent)"
        return markup('<td class="mk-number" style="background:{tint}">{n}</td>', tint=tint, n=n)
    if not never:
        return markup('<td class="mk-number mk-zero mk-muted">0</td>')
    return markup(
        '<td class="mk-number mk-never mk-muted"><span aria-hidden="true">–</span>'
        '<span class="mk-hidden-label">{why}</span></td>',
        why=never,
    )


def network_app() -> w.Widget:
    """Return the app that shows the network of a run."""

    def build(_page: Page, run: Run) -> w.Widget:
        return NetworkView(NetworkModel(run))

    return open_run_app(build)
