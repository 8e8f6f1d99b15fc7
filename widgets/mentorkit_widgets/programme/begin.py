"""Beginning the next run of a programme, or another programme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from mentorkit.language import say
from mentorkit.programme.settings import PRESETS, load_preset
from mentorkit.setup import words
from mentorkit.setup.begin import next_name
from mentorkit_widgets.base import actions, button, markup, paragraph, section, shown
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.page import address
from mentorkit_widgets.programme.model import ProgrammeModel


def begin_section(model: ProgrammeModel) -> w.Widget:
    """Return the forms for a programme and for the next run of this one."""
    parts = [_run_form(model)] if model.may_begin_run else []
    return w.VBox([*parts, _programme_form(model)], layout=w.Layout(grid_gap="1rem"))


class Beginning(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A form with the button that begins what it describes, and the way there once it is begun.

    The button does nothing from the moment it is pressed until something else is typed: a second click comes
    after the first was done, and would be refused for a name that is taken by then.

    Parameters
    ----------
    begin
        Begins it with the values of the form; where that is refused, the model says so.
    form
        What it needs.
    name
        The field to which a refusal belongs.
    """

    def __init__(
        self,
        model: ProgrammeModel,
        form: Form,
        name: str,
        label: str,
        begin: Callable[[dict[str, Any]], None],
    ) -> None:
        self.model, self.form, self.name, self.begin = model, form, name, begin
        self.go = button(label, self._begin)
        self.done = LaidOut()
        shown(self.done, False)
        form.on_edit(lambda *_: setattr(self.go, "disabled", False))
        super().__init__([form, actions(self.go), self.done], layout=w.Layout(grid_gap="0.6rem"))

    def _begin(self) -> None:
        if self.go.disabled:  # the browser had sent a second click before it knew
            return
        self.go.disabled = True
        self.begin(self.form.values)
        if self.model.refused:
            self.go.disabled = False
            self.form.refuse({self.name: self.model.message})
            return
        self.form.safe()
        self.form.fill(dict.fromkeys(self.form.values, ""))
        way = '<p class="mk-actions"><a class="mk-primary" href="{href}">{text}</a></p>'
        link = markup(way, href=address("programme", self.model.begun), text=say("Go there and set it up"))
        self.done.value = paragraph(self.model.message) + link
        shown(self.done, True)


def _run_form(model: ProgrammeModel) -> w.Widget:
    run = model.run.record if model.run else None
    name = Field("run", say("Name of the run"), required=True, width="half")
    form = Form([name], {"run": next_name(run.name) if run else ""}, key=f"{model.programme_id}-next-run")
    hint = say(
        "Settings, organisations and history stay, participants do not. The dates move on by the years"
        " between the names; meetings keep their weekday."
    )
    title = say("Next run of “{name}”", name=model.settings["name"])
    begun = Beginning(model, form, "run", say("Begin the run"), lambda given: model.begin_run(given["run"]))
    return section(title, begun, hint=hint)


def _programme_form(model: ProgrammeModel) -> w.Widget:
    title = say("New programme")
    if not model.may_add:
        why = say("New programmes are set up by whoever has the role “Operation”. Please ask there.")
        return section(title, hint=why)
    models = {preset: say("Preset: {name}", name=load_preset(preset).name) for preset in PRESETS}
    models |= {run.id: say("As set up here: {name}", name=run.title) for run in model.bench.runs}
    fields = [
        Field("like", say("Begin like"), "choice", required=True, options=models),
        Field("name", say("Name of the new programme"), required=True),
        Field("run", say("Name of its first run"), required=True, help=say("such as 2027"), width="half"),
        Field("language", say("Its language"), "choice", required=True, options=words.LANGUAGE_NAMES,
              width="half"),
    ]  # fmt: skip
    form = Form(fields, {"like": PRESETS[0], "language": "de"}, key="new-programme")

    def begin(given: dict[str, Any]) -> None:
        model.begin_programme(given["like"], given["name"], given["run"], given["language"])

    hint = say("Everything that comes with the model can be changed afterwards.")
    return section(title, Beginning(model, form, "name", say("Set up the programme"), begin), hint=hint)
