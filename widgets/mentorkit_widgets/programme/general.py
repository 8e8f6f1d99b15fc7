"""The parts of a programme that are fields: what it is, its logo, and what it says of itself."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import partial
from typing import Any, Literal

import ipywidgets as w

from mentorkit.language import LANGUAGES, Language, say
from mentorkit.programme.settings import Texts
from mentorkit.setup import logo, typed, words
from mentorkit_widgets.base import actions, button, markup, paragraph, section, shown
from mentorkit_widgets.components.files import Chosen, FilePicker
from mentorkit_widgets.components.form import Field, Value
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.parts import Setting, SettingsForm, plain


def number_setting(field: Field) -> Setting:
    """Return a setting that is a whole number between the ends of its field."""
    read = partial(typed.whole, least=field.least or 0, most=field.most or 0)
    return Setting(field, lambda settings: str(settings[field.name]), read)


# -- general -----------------------------------------------------------------------------------------


def general_section(model: ProgrammeModel) -> w.Widget:
    """Return the fields that stand for themselves."""
    form = SettingsForm(model, "general", lambda: _general(model))
    # which further languages there are depends on the first
    form.on_edit(lambda name, _: form.offer() if name == "language" else None)
    return section(say("General"), form)


def _general(model: ProgrammeModel) -> list[Setting]:
    others: dict[str, str] = {
        code: words.LANGUAGE_NAMES[code] for code in LANGUAGES if code != model.settings["language"]
    }
    styles = {str(style): text for style, text in words.style_names().items()}
    pairings = {key: say(text) for key, text in words.PAIRINGS.items()}
    further = Field("languages", say("Forms are offered in these languages, too"), "ticks", options=others)
    return [
        plain(Field("name", say("Name of the programme"), required=True)),
        Setting(
            Field("language", say("Language of the programme"), "choice", required=True,
                  options=words.LANGUAGE_NAMES, width="half"),
            lambda settings: settings["language"],
        ),
        plain(
            Field("gender_style", say("Gender in writing"), "choice", required=True, options=styles,
                  width="half", help=say("How letters, reports and this app write."))
        ),
        Setting(further, lambda settings: [x for x in settings["languages"] if x in others], tuple),
        plain(Field("women_only", say("Only women become {mentee:pl.nom}"), "tick")),
        plain(
            Field("pairing", say("The two of a tandem come"), "radio", required=True, options=pairings,
                  help=say("Who is a neighbour of whom is set under “Organisations”."))
        ),
        plain(
            Field("one_by_one", say("Tandems are made one by one, too"), "tick",
                  help=say("Then the matching has a tab for deciding with {mentee:pl.dat} one after the"
                           " other, and for writing down first what the two of a tandem settle."))
        ),
        number_setting(
            Field("places", say("Places of {mentor:pl.nom} who say nothing"), "number", least=1, most=10,
                  width="half", help=say("How many tandems somebody can be in who does not say it."))
        ),
        number_setting(
            Field("retention_months", say("Personal data are kept after the end of a run"), "number",
                  least=1, most=120, unit=say("months"), width="half",
                  help=say("Counted from the last date of its calendar; then the start page reminds you."))
        ),
    ]  # fmt: skip


# -- logo and texts ----------------------------------------------------------------------------------


def texts_section(model: ProgrammeModel) -> w.Widget:
    """Return the logo, and for each language of the forms what the programme says of itself."""
    forms = w.VBox(layout=w.Layout(grid_gap="1rem"))
    made: dict[Language, w.Widget] = {}

    def show(*_: object) -> None:
        offered = {model.settings["language"], *model.settings["languages"]}
        for code in LANGUAGES:
            if code in offered and code not in made:
                made[code] = _texts_form(model, code)
        forms.children = tuple(made[code] for code in LANGUAGES if code in offered)

    model.observe(show, "edits")
    show()
    return w.VBox([_logo_section(model), forms], layout=w.Layout(grid_gap="1rem"))


def _texts_form(model: ProgrammeModel, code: Language) -> w.Widget:
    def write(name: str, settings: Mapping[str, Any]) -> Value:
        text: str = settings["texts"].get(code, {}).get(name, "")
        return text

    def read(name: str, value: str) -> dict[str, Any]:
        now = model.settings["texts"]
        text = {**(now.get(code) or Texts().model_dump()), name: value.strip()}
        others = {language: known for language, known in now.items() if language != code}
        return {**others, code: text} if any(text.values()) else others

    def tie(name: str, label: str, kind: Literal["text", "lines"], help_text: str) -> Setting:
        field = Field(f"texts.{code}.{name}", label, kind, help=help_text)
        return Setting(field, partial(write, name), partial(read, name), "texts")

    def ties() -> list[Setting]:
        forms = say("Stands on the application forms.")
        description = say("Stands on the personal forms of applicants and at the end of reports.")
        contact = say("Stands on letters and forms and at the end of reports.")
        note = say("What nobody must expect, such as a promotion. Stands on letters, forms and reports.")
        return [
            tie("description", say("What the programme is"), "lines", description),
            tie("contact", say("Contact line: whom to ask"), "text", contact),
            tie("note", say("Note"), "lines", note),
            tie("consent", say("Wording of the consent"), "lines", forms),
            tie(
                "sharing",
                say("Wording on handing on contact data"),
                "lines",
                say("Asked besides, voluntary; without a text of your own a general sentence stands there."),
            ),
            tie(
                "publicity",
                say("Wording on naming people in public"),
                "lines",
                say("Asked besides, voluntary; without a text nobody is asked."),
            ),
        ]

    title = say("Texts: {language}", language=words.LANGUAGE_NAMES[code])
    return section(title, SettingsForm(model, f"texts-{code}", ties))


def _logo_section(model: ProgrammeModel) -> w.Widget:
    picture = LaidOut()
    chooser = FilePicker(say("Choose a picture"), say("Drop a PNG or JPEG file here"), ".png,.jpg,.jpeg")
    remove = button(say("Remove the logo"), lambda: model.put("logo", ""))
    rest = w.VBox([actions(remove)])

    def choose(files: list[Chosen]) -> None:
        model.put_logo(files[0][1])

    def show(*_: object) -> None:
        content = model.logo_picture()
        source = f"data:image/png;base64,{base64.b64encode(content).decode()}" if content else ""
        alt = logo.alt_text(model.settings["name"])
        picture.value = (
            markup(
                '<p><img class="mk-logo" src="{source}" alt="{alt}" width="240"></p>', source=source, alt=alt
            )
            if content
            else paragraph(say("There is no logo yet."), "mk-muted")
        )
        shown(rest, content is not None and model.may_change)

    chooser.on_choose(choose)
    shown(chooser, model.may_change)
    model.observe(show, ["reads", "follows"])
    show()
    hint = say("Stands at the head of reports. PNG or JPEG, 2 MB at most.")
    return section(say("Logo"), picture, chooser, rest, hint=hint)
