"""A question that stands where it was asked: what is about to happen, a button that does it, and a way back.

How to use it::

    question = Question(yes=model.approve, no=lambda: model.ask(None))
    question.ask(say("Approve 24 tandems?"), say("They can be dissolved …"), say("Yes, approve"))
    question.answered()     # the focus goes back to the button that led here
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import ipywidgets as w

from mentorkit.language import say
from mentorkit_widgets.base import actions, button, paragraph, shown
from mentorkit_widgets.components.form import Form
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut


class Question(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A question with two answers; hidden until it is asked. Escape answers no, Enter in its only line yes.

    Parameters
    ----------
    yes, no
        What the two answers do.
    parts
        What stands between the question and the answers, such as a form.
    """

    def __init__(
        self, *, yes: Callable[[], object], no: Callable[[], object], parts: Iterable[w.Widget] = ()
    ) -> None:
        self.heading = Heading(on_close=no)
        self.text = LaidOut()
        self.yes = button("", yes, primary=True)
        self.no = button(say("Cancel"), no)
        parts = tuple(parts)
        for part in parts:
            if isinstance(part, Form):
                part.on_submit(self._enter)
        super().__init__([self.heading, self.text, *parts, actions(self.yes, self.no)])
        self.add_class("mk-question")
        shown(self, False)

    def ask(self, title: str, text: str, yes: str) -> None:
        """Show the question, with what the button says that does it."""
        self.text.value = paragraph(text)
        self.yes.description = self.yes.tooltip = yes
        shown(self, True)
        self.heading.text = title

    def _enter(self) -> None:
        if self.heading.text and not self.yes.disabled:
            self.yes.click()

    def answered(self) -> None:
        """Take the question away."""
        self.heading.text = ""
        shown(self, False)
