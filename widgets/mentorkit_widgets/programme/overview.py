"""The whole programme at one look: what is set in each part, what is missing, what cannot stay so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from mentorkit.language import say
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.setup.summary import Part, part_of, summary
from mentorkit_widgets.base import section
from mentorkit_widgets.components.table import Cell, Table, action, chip, column
from mentorkit_widgets.programme.model import ProgrammeModel


def overview_section(model: ProgrammeModel, go: Callable[[str], object]) -> w.Widget:
    """Return all parts of the programme with their state; ``go`` opens one."""
    columns = [
        column("part", say("Part"), sortable=False),
        column("state", say("State"), "chip", sortable=False),
        column("facts", say("What is set"), "list", sortable=False),
    ]
    table = Table(say("The parts of the programme"), columns)

    def show(*_: object) -> None:
        table.rows = [_row(model, part) for part in _parts(model)]

    table.on_action(lambda row_id, _: go(row_id))
    model.observe(show, "edits")
    show()
    hint = say("What is set, what is missing, and what has to be mended before it can be saved.")
    return section(say("The programme at a glance"), table, hint=hint)


def _parts(model: ProgrammeModel) -> tuple[Part, ...]:
    # weights that do not sum up yet cannot be told as settings: then they are as they were
    sound = {} if "criteria" in model.problems else {"criteria": model.settings["criteria"]}
    settings = {**model.settings, "criteria": model.base.settings.model_dump()["criteria"], **sound}
    return summary(ProgrammeSettings.model_validate(settings), model.organisations, model.calendar)


def problem_of(model: ProgrammeModel, part: str) -> str:
    """Return what is wrong in a part; empty if nothing is."""
    return next((why for where, why in model.problems.items() if part_of(where) == part), "")


def _row(model: ProgrammeModel, part: Part) -> dict[str, Any]:
    opening = say("Open {part}", part=part.title)
    return {
        "id": part.key,
        "part": part.title,
        "state": _state(model, part),
        "facts": list(part.facts),
        "actions": [action("open", say("Open"), opening, icon="open")],
    }


def _state(model: ProgrammeModel, part: Part) -> Cell:
    if problem := problem_of(model, part.key):
        return chip(say("to be mended"), "error", "bad", note=problem)
    if part.missing:
        return chip(say("incomplete"), "warning", "careful", note=" ".join(part.missing))
    if part.key in model.changed_parts:
        return chip(say("changed"), "edit", "accent", note=say("Not saved yet."))
    return chip(say("complete"), "check", "good")
