"""What keeps somebody without a tandem, and what would help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import say
from mentorkit_widgets.base import actions, button, markup, shown
from mentorkit_widgets.components.laid_out import LaidOut

if TYPE_CHECKING:
    from mentorkit_widgets.matching.model import MatchingModel


class Hindrances(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A button; then the fewest rules that keep the chosen person out, and what would bring her in."""

    def __init__(self, model: MatchingModel) -> None:
        self.model = model
        self.ask = button(say("What would help?"), model.reckon_help)
        self.told = LaidOut()
        super().__init__([actions(self.ask), self.told])
        model.observe(self._show, ["chosen", "state", "why_not"])
        self._show()

    def _show(self, *_: object) -> None:
        why = self.model.why_not
        shown(self, self.model.left_out)
        shown(self.ask, why is None)
        if why is None:
            self.told.value = ""
            return
        rules = _list(say("What stands in the way, as long as all others keep a tandem"), why.rules)
        helps = [repair.sentence for repair in why.repairs]
        self.told.value = rules + _list(
            say("What would help"), helps or [say("A single change would not be enough.")]
        )


def _list(title: str, sentences: Iterable[str]) -> Markup:
    items = Markup().join(markup("<li>{text}</li>", text=text) for text in sentences)
    return markup("<h3>{title}</h3><ul>{items}</ul>", title=title, items=items)
