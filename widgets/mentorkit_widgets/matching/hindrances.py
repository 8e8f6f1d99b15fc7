"""What keeps a mentee without a tandem, and what would help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import say
from mentorkit_widgets.base import markup, shown

if TYPE_CHECKING:
    from mentorkit_widgets.matching.model import MatchingModel


class Hindrances(w.HTML):  # type: ignore[misc] # ipywidgets is untyped
    """The fewest rules that together keep the chosen mentee out, and each change that would bring her in."""

    def __init__(self, model: MatchingModel) -> None:
        super().__init__()
        self.model = model
        model.observe(self._show, "why_not")
        self._show()

    def _show(self, *_: object) -> None:
        why = self.model.why_not
        shown(self, why is not None)
        if why is None:
            self.value = ""
            return
        rules = _list(say("What stands in the way, as long as all others keep a tandem"), why.rules)
        helps = [repair.sentence for repair in why.repairs]
        self.value = rules + _list(
            say("What would help"), helps or [say("A single change would not be enough.")]
        )


def _list(title: str, sentences: Iterable[str]) -> Markup:
    items = Markup().join(markup("<li>{text}</li>", text=text) for text in sentences)
    return markup("<h3>{title}</h3><ul>{items}</ul>", title=title, items=items)
