"""What one sees of a programme: its sections, what was changed and what that does, and beginnings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import say
from mentorkit.programme.settings import PRESETS, load_preset
from mentorkit.setup import words
from mentorkit.setup.begin import next_name
from mentorkit_widgets import programme_lists as lists
from mentorkit_widgets.base import View, actions, button, card, markup, paragraph, shown
from mentorkit_widgets.choice import Choice
from mentorkit_widgets.page import address
from mentorkit_widgets.programme import ProgrammeModel
from mentorkit_widgets.programme_parts import choice, field, section, tick, with_problem
from mentorkit_widgets.programme_people import people_section


class ProgrammeView(View):
    """One section at a time; above it what is changed and not saved yet."""

    model: ProgrammeModel

    def __init__(self, model: ProgrammeModel) -> None:
        super().__init__(
            model,
            title=say("Programme"),
            lead=say("Set up the programme, see beforehand what a change does, and begin new runs."),
        )

    def build(self) -> tuple[w.Widget, ...]:
        """Make the sections; each is filled when it is first looked at."""
        model = self.model
        self.makers = self._makers()
        self.sections: dict[str, w.Widget] = {}
        self.section = Choice(say("Part"), {key: text for key, (text, _) in self.makers.items()})
        self.place = w.VBox()
        self.section.observe(self._show_section, "value")
        self.changes = ChangeCard(model)
        self.refusal = w.HTML(paragraph(say("You can look at this, but your role changes nothing here.")))
        shown(self.refusal, model.run is not None and not model.may_change)
        self.notice = w.HTML()
        model.observe(self._show_notice, "edits")
        self._show_notice()
        self._show_section()
        return (self.refusal, self.section, self.notice, self.place, self.hindrances, self.changes)

    def _makers(self) -> dict[str, tuple[str, Callable[[ProgrammeModel], w.Widget]]]:
        beginnings: dict[str, tuple[str, Callable[[ProgrammeModel], w.Widget]]] = {
            "begin": (say("New"), begin_section)
        }
        if self.model.run is None:
            return beginnings
        return {
            "general": (say("General"), general_section),
            "organisations": (say("Organisations"), lists.organisations_section),
            "questions": (say("Questions"), lists.questions_section),
            "rules": (say("Rules"), lists.rules_section),
            "criteria": (say("Criteria"), lists.criteria_section),
            "calendar": (say("Calendar"), lists.calendar_section),
            "people": (say("Log-ins"), people_section),
            **beginnings,
        }

    def _show_notice(self, *_: object) -> None:
        unsaved = self.model.preview is not None
        text = say("Not saved yet: below you see what the change does.")
        self.notice.value = paragraph(text, "mk-blocker") if unsaved else ""
        shown(self.notice, unsaved)

    def _show_section(self, *_: object) -> None:
        key = self.section.value
        if key not in self.sections:
            self.sections[key] = self.makers[key][1](self.model)
        self.place.children = (self.sections[key],)


class ChangeCard(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """What is changed and not saved, what it does, and the buttons; the last change can be undone."""

    def __init__(self, model: ProgrammeModel) -> None:
        self.model = model
        self.told = w.HTML()
        self.save = button(say("Save the changes"), model.save, primary=True)
        self.discard = button(say("Discard the changes"), model.discard)
        self.undo = button(say("Undo the last change"), model.undo)
        self.mine = button(say("Keep my version and look again"), model.put_over)
        self.theirs = button(say("Keep what is stored"), model.reload)
        doing = actions(self.save, self.discard, self.mine, self.theirs, self.undo)
        super().__init__([self.told, doing])
        self.add_class("mk-card")
        model.observe(self.show, ["edits", "preview", "stale"])
        self.show()

    def show(self, *_: object) -> None:
        """Follow the model."""
        model = self.model
        changed = model.run is not None and model.changed
        stale = bool(model.stale)
        shown(self, (changed or model.can_undo) and model.may_change)
        shown(self.save, changed and not stale)
        self.save.disabled = model.preview is None
        shown(self.discard, changed and not stale)
        shown(self.undo, model.can_undo and not changed)
        shown(self.mine, stale)
        shown(self.theirs, stale)
        self.told.value = _told(model, changed=changed)


def _told(model: ProgrammeModel, *, changed: bool) -> Markup:
    if model.stale:
        heading = say("Somebody else changed the programme")
        return _heading(heading) + _versions(model.stale, say("Your version"), say("Stored now"))
    if not changed:
        return _heading(say("Everything is saved"))
    told = _heading(say("Not saved yet"))
    if model.preview is None:
        return told + paragraph(say("Please mend first what is named above."))
    items = Markup().join(markup("<li>{text}</li>", text=text) for text in model.preview.consequences)
    changes = _versions(model.preview.differences, say("Before"), say("After"))
    effects = markup("<h3>{title}</h3><ul>{items}</ul>", title=say("What this does"), items=items)
    return told + changes + effects


def _heading(text: str) -> Markup:
    return markup("<h2>{text}</h2>", text=text)


def _versions(differences: Any, before: str, after: str) -> Markup:  # noqa: ANN401 - a tuple of differences
    rows = Markup().join(
        markup('<tr><th scope="row">{label}</th><td>{before}</td><td>{after}</td></tr>', **vars(difference))
        for difference in differences
    )
    return markup(
        '<div class="mk-scroll" tabindex="0" role="region" aria-label="{caption}"><table class="mk-table">'
        '<caption>{caption}</caption><thead><tr><th scope="col">{setting}</th><th scope="col">{before}</th>'
        '<th scope="col">{after}</th></tr></thead><tbody>{rows}</tbody></table></div>',
        caption=say("Changes"), setting=say("Setting"), before=before, after=after, rows=rows,
    )  # fmt: skip


# -- general -----------------------------------------------------------------------------------------


def general_section(model: ProgrammeModel) -> w.Widget:
    """Return the fields that stand for themselves."""
    texts = {key: say(text) for key, text in words.PAIRINGS.items()}
    fields: dict[str, w.Widget] = {
        "name": field(w.Text, say("Name of the programme")),
        "language": choice(say("Language of the programme"), words.LANGUAGE_NAMES),
        "gender_style": choice(
            say("Gender in writing"), {str(style): text for style, text in words.style_names().items()}
        ),
        "women_only": tick(say("{mentee:pl.nom} are women only")),
        "pairing": choice(say("The two of a tandem come"), texts),
        "places": field(w.BoundedIntText, say("Places of {mentor:pl.nom} who say nothing"), min=1, max=10),
        "lowest_score": field(
            w.BoundedIntText, say("Lowest score of a tandem (0 to 1000)"), min=0, max=1000, step=50
        ),
    }
    bind(model, fields)
    parts = [with_problem(model, name, part) for name, part in fields.items()]
    return section(say("General"), *parts)


def bind(model: ProgrammeModel, fields: dict[str, w.Widget]) -> None:
    """Link fields to the settings of the same name."""
    filling = [False]

    def fill(*_: object) -> None:
        filling[0] = True
        for name, part in fields.items():
            part.value = model.settings[name]
            part.disabled = not model.may_change
        filling[0] = False

    def take(name: str, value: object) -> None:
        if not filling[0]:
            model.change(name, value)

    fill()
    model.observe(fill, "reads")
    for name, part in fields.items():
        part.observe(lambda change, name=name: take(name, change["new"]), "value")


# -- beginnings --------------------------------------------------------------------------------------


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
    return w.VBox(parts)


def _run_form(model: ProgrammeModel) -> w.Widget:
    run = model.run.record if model.run else None
    name = field(w.Text, say("Name of the run"), value=next_name(run.name) if run else "")
    make = button(say("Begin the run"), lambda: model.begin_run(name.value))
    hint = say(
        "Settings, organisations and history stay, participants do not. The dates move on by the years"
        " between the names; meetings keep their weekday."
    )
    return section(say("Next run of “{name}”", name=model.settings["name"]), name, actions(make), hint=hint)


def _programme_form(model: ProgrammeModel) -> w.Widget:
    title = say("New programme")
    if not model.may_add:
        why = say("New programmes are set up by whoever has the role “Operation”. Please ask there.")
        return section(title, hint=why)
    presets = {preset: load_preset(preset).name for preset in PRESETS}
    preset = choice(say("Begin like"), presets)
    name = field(w.Text, say("Name of the new programme"))
    run = field(w.Text, say("Name of its first run"), placeholder=say("such as 2027"))
    language = choice(say("Its language"), words.LANGUAGE_NAMES)
    make = button(
        say("Set up the programme"),
        lambda: model.begin_programme(preset.value, name.value, run.value, language.value),
    )
    hint = say("Everything that comes with the model can be changed afterwards.")
    return card(
        w.HTML(_heading(title) + paragraph(hint, "mk-muted")), preset, name, run, language, actions(make)
    )
