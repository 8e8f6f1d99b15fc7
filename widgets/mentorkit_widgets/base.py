"""What all apps share: a model with facts and messages, a view with controls.

A model knows no control. It holds state in traits, says in ``message`` what happened and in
``blockers`` why one cannot go on. A view builds its controls once, in one place, and links them.
Both work without a browser: traits, ``.value`` and ``.click()`` need no kernel.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import ipywidgets as w
import traitlets as t

from mentorkit.errors import MentorkitError


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

    def say(self, message: str) -> None:
        """Tell what was done."""
        self.refused = False
        self.message = message

    @contextmanager
    def attempting(self, doing: str = "") -> Iterator[None]:
        """Do something that may be refused: a refusal becomes the message, and nothing is lost."""
        self.busy = doing
        try:
            yield
        except MentorkitError as error:
            self.refused = True
            self.message = str(error)
        finally:
            self.busy = ""


class View(w.VBox):
    """Base of the views: heading, one sentence on what to do here, blockers, the app's own parts, message."""

    def __init__(self, model: Model, *, title: str, lead: str) -> None:
        self.model = model
        self._blockers = w.HTML()
        self._message = w.HTML()
        super().__init__()
        self.add_class("mk-app")
        model.observe(self._show_blockers, "blockers")
        model.observe(self._show_message, ["message", "refused", "busy"])
        self._show_blockers()
        self._show_message()
        heading = w.HTML(f"<h1>{html.escape(title)}</h1>" + paragraph(lead, "mk-lead"))
        self.children = (heading, self._message, *self.build(), self._blockers)

    def build(self) -> tuple[w.Widget, ...]:
        """Make the controls of the app, linked to the model."""
        raise NotImplementedError

    def _show_blockers(self, *_: object) -> None:
        items = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in self.model.blockers)
        self._blockers.value = f'<ul class="mk-blockers">{items}</ul>' if items else ""

    def _show_message(self, *_: object) -> None:
        model = self.model
        if model.busy:
            shown = f'<p class="mk-message mk-busy" role="status">{html.escape(model.busy)}</p>'
        elif model.message:
            kind, role = ("mk-refused", "alert") if model.refused else ("mk-done", "status")
            shown = f'<p class="mk-message {kind}" role="{role}">{html.escape(model.message)}</p>'
        else:
            shown = ""
        self._message.value = shown


def paragraph(text: str, css: str = "") -> str:
    """Return a paragraph with the text as text."""
    return f'<p class="{css}">{html.escape(text)}</p>'


def button(label: str, action: Callable[[], object], *, primary: bool = False, help_text: str = "") -> w.Button:
    """Return a button that does something when it is pressed."""
    made = w.Button(description=label, tooltip=help_text or label)
    made.add_class("mk-primary" if primary else "mk-button")
    made.on_click(lambda _: action())
    return made
