"""A sheet in which something is written down: a heading, a form, and the buttons that note it or leave it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import ipywidgets as w

from mentorkit.errors import UsageError
from mentorkit.language import say
from mentorkit_widgets.base import actions, button, paragraph, shown
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut

#: What was typed, text by field.
Typed = Mapping[str, str]


class Sheet(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A form that is opened for somebody or something; hidden while it is for nothing.

    Parameters
    ----------
    yes
        What the button says that writes down.
    write_down
        Takes what was typed and returns what is wrong, a sentence by field; nothing is wrong if it is empty.
    close
        Called when the sheet is left without writing anything down.
    """

    def __init__(
        self, yes: str, write_down: Callable[[Typed], Mapping[str, str]], close: Callable[[], object]
    ) -> None:
        self._write_down = write_down
        self.heading, self.told, self.form = Heading(on_close=close), LaidOut(), Form([], {})
        self.yes, self.no = button(yes, self._enter, primary=True), button(say("Cancel"), close)
        self.form.on_submit(self._enter)
        super().__init__([self.heading, self.told, self.form, actions(self.yes, self.no)])
        self.add_class("mk-card")
        shown(self, False)

    def begin(self, title: str, fields: Sequence[Field], told: str = "", values: Typed | None = None) -> None:
        """Show the sheet with empty fields, or with what is known."""
        self.form.fields = list(fields)
        self.form.fill({**{field.name: field.empty() for field in fields}, **(values or {})})
        self.told.value = paragraph(told, "mk-muted") if told else ""
        shown(self, True)
        self.heading.text = title

    def end(self) -> None:
        """Take the sheet away; what was typed goes with it."""
        self.form.fill({field.name: field.empty() for field in self.form.fields})
        self.heading.text = ""
        shown(self, False)

    def _enter(self) -> None:
        self.form.refuse(self._write_down({name: str(text) for name, text in self.form.values.items()}))


def missing(typed: Typed, *names: str) -> dict[str, str]:
    """Return a sentence for each of the fields in which nothing was chosen."""
    return {name: say("Please fill this in.") for name in names if not typed[name].strip()}


def understood(take: Callable[[str], object], typed: Typed, name: str, wrong: dict[str, str]) -> object:
    """Return what a field means; what is wrong with it is put beside what else is wrong."""
    try:
        return take(typed[name])
    except UsageError as error:
        wrong[name] = str(error)
        return None
