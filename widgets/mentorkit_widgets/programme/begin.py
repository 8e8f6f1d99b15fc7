"""Beginning the next run of a programme, or another programme."""

from __future__ import annotations

import ipywidgets as w

from mentorkit.language import say
from mentorkit.programme.settings import PRESETS, load_preset
from mentorkit.setup import words
from mentorkit.setup.begin import next_name
from mentorkit_widgets.base import actions, button, markup, shown
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.page import address
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.parts import section


def begin_section(model: ProgrammeModel) -> w.Widget:
    """Return the forms for a programme and for the next run of this one."""
    done = w.HTML()

    def tell(*_: object) -> None:
        link = '<p class="mk-actions"><a class="mk-primary" href="{href}">{text}</a></p>'
        here = markup(link, href=address("programme", model.begun), text=say("Go there and set it up"))
        done.value = here if model.begun else ""
        shown(done, bool(model.begun))

    model.observe(tell, "begun")
    tell()
    parts: list[w.Widget] = [done]
    if model.may_begin_run:
        parts.append(_run_form(model))
    parts.append(_programme_form(model))
    return w.VBox(parts, layout=w.Layout(grid_gap="1rem"))


def _run_form(model: ProgrammeModel) -> w.Widget:
    run = model.run.record if model.run else None
    name = Field("run", say("Name of the run"), required=True, width="half")
    form = Form([name], {"run": next_name(run.name) if run else ""}, key=f"{model.programme_id}-next-run")

    def begin() -> None:
        model.begin_run(form.values["run"])
        if model.refused:
            form.refuse({"run": model.message})
        else:
            form.safe()

    hint = say(
        "Settings, organisations and history stay, participants do not. The dates move on by the years"
        " between the names; meetings keep their weekday."
    )
    title = say("Next run of “{name}”", name=model.settings["name"])
    return section(title, form, actions(button(say("Begin the run"), begin)), hint=hint)


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

    def begin() -> None:
        values = form.values
        model.begin_programme(values["like"], values["name"], values["run"], values["language"])
        if model.refused:
            form.refuse({"name": model.message})
        else:
            form.safe()

    hint = say("Everything that comes with the model can be changed afterwards.")
    return section(title, form, actions(button(say("Set up the programme"), begin)), hint=hint)
