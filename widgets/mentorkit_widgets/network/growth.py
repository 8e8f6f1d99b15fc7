"""How the network grew from run to run, and who came back as a mentor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from mentorkit.language import say
from mentorkit.language.formats import listing, number
from mentorkit.network.words import run_title
from mentorkit_widgets.base import markup, paragraph, shown
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Cell, Table, bar, cell, column
from mentorkit_widgets.network.model import NetworkModel


class Growth(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """All runs until the chosen one: tandems, links, newcomers; below, from mentee to mentor."""

    def __init__(self, model: NetworkModel) -> None:
        self.model = model
        self.told = LaidOut()
        self.runs = Table(say("What each run added"), _columns(links=model.links_matter))
        self.lineage = Table(
            say("From {mentee:sg.dat} to {mentor:sg.dat}"),
            [
                column("person", say("Name")),
                column("mentee", say("Was {mentee:sg.nom} of")),
                column("mentor", say("Became {mentor:sg.nom} of")),
            ],
            empty=say(
                "Nobody who was a {mentee:sg.nom} in one run has been a {mentor:sg.nom} in a later one."
            ),
        )
        super().__init__([self.told, self.runs, self.lineage], layout=w.Layout(grid_gap="1rem"))
        model.observe(self._show, "part")
        self._show()

    def _show(self, *_: object) -> None:
        from mentorkit.network.growth import growth, lineage

        so_far = self.model.so_far
        grown = growth(so_far.tandems, so_far.pairing).astype(object).to_dict("records")
        told = markup("").join(paragraph(row["sentence"]) for row in grown[-1:])
        self.told.value = told
        most = max(row["tandems"] for row in grown)
        every = max((row["links_so_far"] for row in grown if isinstance(row["links_so_far"], int)), default=1)
        self.runs.rows = [_row(row, most, every) for row in grown]
        risen = lineage(so_far.tandems).to_dict("records")
        self.lineage.rows = [_risen(row) for row in risen]
        shown(self.lineage, len(so_far.runs) > 1)


def _columns(*, links: bool) -> list[Cell]:
    of_links = [
        column("links_so_far", say("Links so far"), "bar"),
        column("new_links", say("New links"), "number"),
        column("kept", say("Links that last")),
    ]
    return [
        column("run", say("Run")),
        column("tandems", say("Tandems"), "bar"),
        *(of_links if links else []),
        column("new_mentors", say("{mentor:pl.nom} new to the programme")),
        column("mentees_before", say("{mentor:pl.nom} who were {mentee:pl.nom} once"), "number"),
        column("new_mentees", say("{mentee:pl.nom} new to the programme")),
    ]


def _row(row: Mapping[Any, Any], most: int, every: int) -> Cell:
    so_far = _whole(row["links_so_far"])
    return {
        "id": f"run {row['run']}",
        "run": run_title(row["run"]),
        "tandems": bar(number(row["tandems"]), row["tandems"], most),
        "links_so_far": bar("–" if so_far is None else number(so_far), so_far or 0, every),
        "new_links": _whole(row["new_links"]),
        "kept": _of(row["kept"], row["links_before"]),
        "new_mentors": _of(row["new_mentors"], row["mentors"]),
        "mentees_before": _whole(row["mentees_before"]),
        "new_mentees": _of(row["new_mentees"], row["mentees"]),
    }


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _of(part: object, all_: object) -> Cell:
    """Return “3 of 12”; a dash where nothing is known."""
    if not isinstance(part, int) or not isinstance(all_, int):
        return cell("–", -1)
    return cell(say("{n} of {all}", n=part, all=all_), part / all_ if all_ else 0)


def _risen(row: Mapping[Any, Any]) -> Cell:
    return {
        "id": row["person_id"],
        "person": row["person"],
        "mentee": _with(row["mentors"], row["mentee_in"]),
        "mentor": _with(row["mentees"], row["mentor_in"]),
    }


def _with(partners: tuple[str, ...], runs: tuple[str, ...]) -> Cell:
    return cell(listing(dict.fromkeys(partners)), note=", ".join(map(run_title, runs)))
