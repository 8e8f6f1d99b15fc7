"""What one sees of a programme: its parts as tabs, and what was changed and what that does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import say, say_n
from mentorkit.setup.summary import PARTS
from mentorkit_widgets.base import View, actions, button, markup, paragraph, shown
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.tabs import Tab, Tabs
from mentorkit_widgets.news import Newsreader
from mentorkit_widgets.programme.begin import begin_section
from mentorkit_widgets.programme.calendar import calendar_section, goals_section
from mentorkit_widgets.programme.general import general_section, texts_section
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.organisations import organisations_section
from mentorkit_widgets.programme.overview import overview_section, problem_of
from mentorkit_widgets.programme.people import people_section
from mentorkit_widgets.programme.rules import questions_section, rules_section


def _criteria_section(model: ProgrammeModel) -> w.Widget:
    # scores need pandas, which takes a second to load
    from mentorkit_widgets.programme.criteria import criteria_section

    return criteria_section(model)


_SECTIONS: dict[str, Callable[[ProgrammeModel], w.Widget]] = {
    "general": general_section,
    "texts": texts_section,
    "organisations": organisations_section,
    "questions": questions_section,
    "rules": rules_section,
    "criteria": _criteria_section,
    "calendar": calendar_section,
    "goals": goals_section,
}


class ProgrammeView(View):
    """One part at a time; below it what is changed and not saved yet.

    Parameters
    ----------
    model
        The programme.
    part
        The key of the part to begin with; the overview without it.
    """

    model: ProgrammeModel

    def __init__(self, model: ProgrammeModel, part: str = "") -> None:
        self.first = part
        super().__init__(
            model,
            title=say("Programme"),
            lead=say("Set up the programme, see beforehand what a change does, and begin new runs."),
        )

    def build(self) -> tuple[w.Widget, ...]:
        """Make the tabs; each part is made when it is first looked at."""
        model = self.model
        tabs = self._tabs()
        first = self.first if self.first in {tab.key for tab in tabs} else tabs[0].key
        self.tabs = Tabs(say("Parts of the programme"), tabs, first)
        self.tabs.observe(lambda _: model.say(""), "value")  # what was said is about the part one leaves
        self.changes = ChangeCard(model)
        self.refusal = LaidOut(paragraph(say("You can look at this, but your role changes nothing here.")))
        shown(self.refusal, model.run is not None and not model.may_change)
        self.state = LaidOut()
        model.observe(self._show_state, "edits")
        self._show_state()
        store, actor = model.bench.store, model.bench.actor
        self.news = Newsreader(model, store, actor, model.programme_id or None, model.hear)
        self.keep_looking(self.news.look)
        return (self.refusal, self.state, self.tabs, self.hindrances, self.changes)

    def _tabs(self) -> list[Tab]:
        model = self.model
        begin = Tab("begin", say("New"), partial(begin_section, model))
        if model.run is None:
            return [begin]
        return [
            Tab("overview", say("Overview"), partial(overview_section, model, self.go)),
            *(Tab(key, say(title), partial(_SECTIONS[key], model)) for key, title in PARTS.items()),
            Tab("people", say("Log-ins"), partial(people_section, model)),
            begin,
        ]

    def go(self, part: str) -> None:
        """Show a part."""
        self.tabs.go(part)

    def _show_state(self, *_: object) -> None:
        model = self.model
        if model.run is None:
            return
        changed = model.changed_parts
        for key, title in PARTS.items():
            word = say(title)
            if problem_of(model, key) and key in changed:
                word = say("{part} (to be mended)", part=word)
            elif key in changed:
                word = say("{part} (changed)", part=word)
            self.tabs.rename(key, word)
        text = say_n(
            "{n} part is changed and not saved; what that does is told below.",
            "{n} parts are changed and not saved; what that does is told below.",
            len(changed),
        )
        self.state.value = markup('<p role="status">{text}</p>', text=text) if changed else ""
        shown(self.state, bool(changed))


class ChangeCard(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """What is changed and not saved, what it does, and the buttons; the last change can be undone."""

    def __init__(self, model: ProgrammeModel) -> None:
        self.model = model
        self.told = LaidOut()
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
