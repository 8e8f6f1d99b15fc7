"""What all apps share: a model with facts and messages, a view with controls.

A model knows no control. It holds state in traits, says in ``message`` what happened and in
``blockers`` why one cannot go on. A view builds its controls once, in one place, and links them.
Both work without a browser: traits, ``.value`` and ``.click()`` need no kernel.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.errors import MentorkitError
from mentorkit.language import say
from mentorkit_widgets.components.icons import ChipKind, chip
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.notice import Notice
from mentorkit_widgets.news import Lookout

__all__ = [
    "ChipKind",
    "Model",
    "View",
    "actions",
    "button",
    "card",
    "chip",
    "markup",
    "paragraph",
    "section",
    "shown",
    "stylesheet",
]


class Model(t.HasTraits):
    """State of an app."""

    #: What happened last, in a sentence; empty when there is nothing to say.
    message = t.Unicode()
    #: Whether the last thing was refused.
    refused = t.Bool(False)
    #: Why one cannot go on, in sentences.
    blockers = t.List(t.Unicode())
    #: Whether something is being worked on, with a word on what.
    busy = t.Unicode()
    #: How much of it is done, from 0 to 1; 0 also where nobody knows.
    progress = t.Float(0.0)
    #: When something was saved last, as a sentence: what was done, or a draft of it.
    kept = t.Unicode()
    #: How often something was told: the same sentence again is news too.
    told = t.Int(0)

    def say(self, message: str) -> None:
        """Tell what was done."""
        self._tell(message, refused=False)

    def refuse(self, message: str) -> None:
        """Tell what was not done, and why."""
        self._tell(message, refused=True)

    def saved(self, at: dt.datetime) -> None:
        """Tell when something was saved, in the local time of day."""
        self.kept = say("Saved at {time}", time=at.astimezone().strftime("%H:%M"))

    def _tell(self, message: str, *, refused: bool) -> None:
        self.refused = refused
        self.message = message
        self.told += 1

    @contextmanager
    def attempting(self, doing: str = "") -> Iterator[None]:
        """Do something that may be refused: a refusal becomes the message, and nothing is lost.

        What takes its time ends what was told before, or that would be told again afterwards.
        """
        self.busy = doing
        if doing:
            self.message, self.refused = "", False
        try:
            yield
        except MentorkitError as error:
            self.refuse(str(error))
        finally:
            self.progress = 0.0
            self.busy = ""


class View(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Base of the views: heading, one sentence on what to do here, the app's own parts, blockers, message.

    The blockers stand below everything, unless ``build`` puts ``self.hindrances`` beside the action
    that they hinder, or a part of it does so (``places_hindrances``). The message stands at the lower
    edge of the window, and below everything at the end of the page, so that it never covers for good what
    one works on.
    """

    #: Whether one of its parts shows the blockers beside the action that they hinder.
    places_hindrances = False
    _lookout: Lookout | None = None

    def __init__(self, model: Model, *, title: str, lead: str) -> None:
        self.model = model
        self.hindrances = LaidOut()
        self.notice = Notice()
        super().__init__(layout=w.Layout(width="100%", grid_gap="1rem"))
        self.add_class("mk-app")
        model.observe(self._show_blockers, "blockers")
        model.observe(self._show_message, ["told", "message", "refused", "busy", "progress", "kept"])
        self._show_blockers()
        self._show_message()
        heading = LaidOut(markup("<h1>{title}</h1>", title=title) + paragraph(lead, "mk-lead"))
        parts = self.build()
        placed = self.places_hindrances or self.hindrances in parts
        last = () if placed else (self.hindrances,)
        self.children = (heading, *parts, *last, self.notice)

    def build(self) -> tuple[w.Widget, ...]:
        """Make the controls of the app, linked to the model."""
        raise NotImplementedError

    def keep_looking(self, look: Callable[[], object]) -> None:
        """Look once a second for what others do, as long as the app is open."""
        self._lookout = Lookout(look)

    def close(self) -> None:
        """Close the app and look no more."""
        if self._lookout is not None:
            self._lookout.close()
        super().close()

    def _show_blockers(self, *_: object) -> None:
        items = Markup().join(
            markup('<li class="mk-blocker">{why}</li>', why=why) for why in self.model.blockers
        )
        self.hindrances.value = markup('<ul class="mk-blockers">{items}</ul>', items=items) if items else ""
        shown(self.hindrances, bool(items))

    def _show_message(self, *_: object) -> None:
        model, notice = self.model, self.notice
        with notice.hold_sync():
            notice.text = model.busy or model.message
            notice.kind = "busy" if model.busy else "refused" if model.refused else "done"
            notice.progress, notice.kept, notice.told = model.progress, model.kept, model.told


def markup(template: str, **values: object) -> Markup:
    """Fill a piece of HTML; every value is escaped, unless it is such a piece itself.

    >>> markup("<b>{name}</b>", name="<script>")
    Markup('<b>&lt;script&gt;</b>')
    """
    return Markup(template).format(**values)  # noqa: S704 - format escapes


def stylesheet(css: str) -> Markup:
    """Return a style sheet of ours as a piece of the page; nothing that anybody wrote may stand in it."""
    return Markup(f"<style>{css}</style>")  # noqa: S704 - it lies beside the code


def paragraph(text: str, css: str = "") -> Markup:
    """Return a paragraph with the text as text."""
    return markup('<p class="{css}">{text}</p>', css=css, text=text)


class Button(w.Button):  # type: ignore[misc] # ipywidgets is untyped
    """A button that a browser cannot press while it is disabled, nor enable: messages can be made by hand."""

    def set_state(self, sync_data: object) -> None:
        """Ignore state that the browser claims."""

    def _handle_button_msg(self, widget: object, content: object, buffers: object) -> None:
        if not self.disabled and isinstance(content, dict):
            super()._handle_button_msg(widget, content, buffers)


def button(label: str, action: Callable[[], object], *, primary: bool = False, help_text: str = "") -> Button:
    """Return a button that does something when it is pressed."""
    made = Button(description=label, tooltip=help_text or label)
    made.add_class("mk-primary" if primary else "mk-button")
    made.on_click(lambda _: action())
    return made


def actions(*buttons: w.Widget) -> w.HBox:
    """Return buttons in a row."""
    row = w.HBox(buttons)
    row.add_class("mk-actions")
    return row


def card(*parts: w.Widget) -> w.VBox:
    """Return parts on a sheet of their own."""
    sheet = w.VBox(parts, layout=w.Layout(grid_gap="0.6rem"))
    sheet.add_class("mk-card")
    return sheet


def section(title: str, *parts: w.Widget, hint: str = "", level: int = 2) -> w.VBox:
    """Return a part of the page with a heading and a word on what it is for."""
    head = markup("<h{level}>{title}</h{level}>", level=level, title=title)
    heading = head + (paragraph(hint, "mk-muted") if hint else "")
    sheet = w.VBox([LaidOut(heading), *parts], layout=w.Layout(grid_gap="0.6rem"))
    sheet.add_class("mk-card")
    return sheet


def shown(part: w.Widget, visible: bool) -> None:
    """Show a part of a view, or take it out of the page."""
    part.layout.display = None if visible else "none"
