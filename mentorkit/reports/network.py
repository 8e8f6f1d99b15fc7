"""The network report: what the tandems of a run weave, over the runs before it, and what is still missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from mentorkit.errors import NothingToMatch
from mentorkit.language import formats, say, say_n
from mentorkit.network import describe, draw_svg, growth, lineage
from mentorkit.network.measures import sentences
from mentorkit.network.network import Network, Sight
from mentorkit.network.words import run_title
from mentorkit.reports.base import Report, bullets, write
from mentorkit.reports.figures import figure, table
from mentorkit.reports.markdown import literal

#: With more organisations, the columns of their matrix have numbers: so it still fits a page.
_NAMED_COLUMNS = 6
#: Pixels of the page, of which 96 make an inch.
_HIGHEST = 480


class NetworkReport(Report):
    """The network that the tandems weave; before the approval, those of the best matching."""

    @cached_property
    def ever(self) -> Network:
        """The network of all runs of the programme, the history included."""
        try:
            tandems = self.run.network_tandems("all")
        except NothingToMatch:
            tandems = self.run.tandems
        return Network(tandems, tuple(self.run.organisations), self.programme.settings.pairing)

    @cached_property
    def own(self) -> Network | None:
        """The network of the run alone, as the app shows it; None without tandems."""
        name = self.run.record.name
        return self.ever.part(name, "only") if name in self.ever.runs else None

    @cached_property
    def _with_organisations(self) -> bool:
        return self.programme.settings.organisations.kind != "none" and len(self.ever.tandems) > 0

    @cached_property
    def _crossing(self) -> bool:
        """Whether tandems can link organisations."""
        return self._with_organisations and self.ever.pairing != "same"

    def title(self) -> None:
        """Display the title and what the network shows, and whether it is only proposed."""
        write("# " + say("The network of the tandems"))
        if self.own is None:
            write(say("No tandems have been formed yet."))
            return
        heading, *told = self.own.findings
        proposed = int((self.own.tandems["state"] == "proposed").sum())
        if proposed == len(self.own.tandems):
            told.append(say("The tandems are not approved yet; they are those of the best matching."))
        elif proposed:
            told.append(
                say_n(
                    "{n} is not approved yet, but proposed by the best matching.",
                    "{n} are not approved yet, but proposed by the best matching.",
                    proposed,
                )
            )
        write(" ".join([f"**{literal(heading)}.**", *map(literal, told)]))

    def organisations(self) -> None:
        """Display the tandems between the organisations, or how many each has where they stay within."""
        if not self._with_organisations or self.own is None:
            return
        write("## " + say("Between the organisations"))
        if self._crossing:
            organisation_picture(self.own)
            return
        _picture(self.own, "organisations", say("Tandems of the organisations"))
        rows = list(self.own.links.nodes(data="tandems"))
        _table(rows, [say("Organisation"), say("Tandems")], say("Tandems of the organisations"))

    def people(self) -> None:
        """Display who is in a tandem with whom."""
        if self.own is None:
            return
        write("## " + say("Between the people"))
        _picture(self.own, "people", say("Who is in a tandem with whom"))
        order = self.own.tandems.sort_values(
            ["mentor", "mentee"], key=lambda names: names.map(lambda name: formats.din5007(str(name)))
        )
        sides = [
            order[[role, f"{role}_organisation"]].itertuples(index=False) for role in ("mentor", "mentee")
        ]
        rows = list(zip(*([_placed(*row) for row in side] for side in sides), strict=True))
        _table(rows, [say("{mentor:sg.nom}"), say("{mentee:sg.nom}")], say("The tandems"))

    def over_runs(self) -> None:
        """Display how the network grew from run to run, where there are several."""
        if len(self.ever.runs) < 2:
            return
        write("## " + say("Over the runs"))
        grown = growth(self.ever.tandems, self.ever.pairing)
        columns = {
            "run": say("Run"),
            "tandems": say("Tandems"),
            "links": say("Links between organisations"),
            "new_links": say("new ones"),
            "links_so_far": say("so far"),
            "mentors": say("{mentor:pl.nom}"),
            "new_mentors": say("new to the programme"),
            "mentees_before": say("once {mentee:pl.nom}"),
        }
        grown["run"] = grown["run"].map(run_title)
        shown = grown[list(columns)].dropna(axis="columns", how="all")
        table(shown.rename(columns=columns), say("What each run added"), digits=0)
        if told := list(lineage(self.ever.tandems)["sentence"]):
            bullets(told)
        if self._crossing:
            title = say("Tandems between the organisations in all runs")
            organisation_picture(self.ever, title)

    def measures(self) -> None:
        """Display what the network of organisations says, in sentences and as a table."""
        if not self._with_organisations:
            return
        write("## " + say("What the network says"))
        if len(self.ever.runs) > 1:
            write(say("This is about all runs together."))
        found = list(self.ever.measures.values())
        bullets(sentences(found))
        rows = [(measure.title, measure.text) for measure in found if measure.value is not None]
        if len(rows) > 1:
            _table(rows, [say("Measure"), say("Value")], say("The measures as numbers"))

    def gaps(self) -> None:
        """Display which organisations no tandem has linked so far."""
        if not self._crossing or len(self.ever.taking_part) < 2:
            return
        write("## " + say("Not linked yet"))
        missing = self.ever.gaps
        if not len(missing):
            write(say("Tandems have linked each of the organisations with every other."))
            return
        write(
            say_n(
                "No tandem has linked {n} pair of organisations so far.",
                "No tandem has linked {n} pairs of organisations so far.",
                len(missing),
            )
        )
        if len(self.ever.formed) < len(self.ever.tandems):
            write(say("Tandems that are only proposed do not count as links here."))
        pairs = missing.to_numpy().tolist()
        others: dict[str, list[str]] = {}
        for a, b in sorted(
            [*pairs, *((b, a) for a, b in pairs)], key=lambda pair: [*map(formats.din5007, pair)]
        ):
            others.setdefault(a, []).append(b)
        rows = [(name, len(without), formats.listing(without)) for name, without in others.items()]
        columns = [say("Organisation"), say("How many"), say("Not linked yet with")]
        _table(rows, columns, say("Organisations that no tandem has linked so far"))


def organisation_picture(network: Network, title: str = "") -> None:
    """Display the tandems between organisations as a picture and as a matrix."""
    _picture(network, "organisations", title or say("Tandems between the organisations"))
    grid = network.matrix
    shown = grid.astype(object).where(grid != 0, "–").rename_axis(index=say("From → to"), columns=None)
    if len(names := shown.index[:-1]) > _NAMED_COLUMNS:
        numbers = {name: str(i) for i, name in enumerate(names, 1)}
        shown = shown.rename(columns=numbers, index={name: f"{i} {name}" for name, i in numbers.items()})
    table(
        shown.reset_index(),
        say("From the organisation of {mentor:pl.gen} (rows) to that of {mentee:pl.gen} (columns)"),
    )


def _picture(network: Network, sight: Sight, title: str) -> None:
    """Display the picture of the app, with the places it has there."""
    graph = network.graph(sight)
    description = f"{describe(graph)} {say('The table below tells the same.')}"
    picture = draw_svg(
        graph, network.positions(sight), title=title, description=description, whole=network.room(sight)
    )
    if sight == "organisations":
        picture = re.sub(r' width="(\d+)" height="(\d+)"', _lower, picture, count=1)
    figure(picture, description, title)


def _lower(size: re.Match[str]) -> str:
    """Leave room on the page for the heading above a picture and for the table below."""
    wide, high = map(int, size.groups())
    share = min(1.0, _HIGHEST / high)
    return f' width="{wide * share:.0f}" height="{high * share:.0f}"'


def _placed(name: str, organisation: str | None) -> str:
    return f"{name} ({organisation})" if isinstance(organisation, str) and organisation else name


def _table(rows: Sequence[tuple[object, ...]], columns: list[str], caption: str) -> None:
    import pandas as pd

    table(pd.DataFrame(rows, columns=columns), caption)
