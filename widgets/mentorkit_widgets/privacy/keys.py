"""Who can read the confidential texts, and who is admitted to them or no longer."""

from __future__ import annotations

from typing import Any

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import say
from mentorkit.privacy.keys import KeyHolder
from mentorkit_widgets.base import markup, section
from mentorkit_widgets.components.icons import Icon, Tone
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.components.table import Cell, Table, action, cell, chip, column
from mentorkit_widgets.privacy.key_ring import Keys
from mentorkit_widgets.privacy.model import PrivacyModel
from mentorkit_widgets.privacy.own_key import OwnKey
from mentorkit_widgets.privacy.recovery import Recovery

_LOOKS: dict[str, tuple[Icon, Tone]] = {
    "reads": ("check", "good"),
    "waits": ("warning", "careful"),
    "none": ("warning", "neutral"),
}


class KeysPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Who reads, the user's own key, and the recovery sheet."""

    def __init__(self, model: PrivacyModel, ring: Keys) -> None:
        self.model, self.ring = model, ring
        self.missing = LaidOut()
        self.table = Table(
            say("Who reads the confidential texts"),
            [column("name", say("Name")), column("holding", say("Key"), "chip")],
            empty=say("Nobody has the role “Evaluation” yet."),
        )
        self.table.on_action(self._act)
        #: Who is not to read any more, while that is asked.
        self.leaving = ""
        self.question = Question(yes=self._remove, no=self._stay)
        self.own, self.recovery = OwnKey(ring), Recovery(ring)
        ring.observe(self._show, ["read", "key"])
        self._show()
        hint = say(
            "Diaries and difficulties are sealed on arrival. The coordination cannot read them, nor can "
            "anybody from the files; if all keys are lost, so are the texts."
        )
        parts = [section(say("Keys"), self.missing, self.question, self.table, hint=hint)]
        if ring.mine is not None:
            parts.append(self.own)
        if model.may("keys.change"):
            parts.append(self.recovery)
        super().__init__(parts, layout=w.Layout(grid_gap="1rem"))

    def _show(self, *_: object) -> None:
        found = self.ring
        items = [markup('<li class="mk-blocker">{text}</li>', text=text) for text in found.state.missing]
        self.missing.value = (
            markup('<ul class="mk-blockers">{items}</ul>', items=Markup().join(items)) if items else ""
        )
        self.table.rows = [_row(found, holder) for holder in found.state.holders]

    def _act(self, user: str, name: str) -> None:
        if name == "admit":
            self.ring.admit(user)
            return
        self.leaving = user
        told = say(
            "Whoever is to read again later has to be admitted anew. If all keys are lost, so are the texts."
        )
        title = say("Let {name} read no longer?", name=self.ring.name(user))
        self.question.ask(title, told, say("Take the right to read"))

    def _remove(self) -> None:
        user, self.leaving = self.leaving, ""
        self.question.answered()
        if user:
            self.ring.remove(user)

    def _stay(self) -> None:
        self.leaving = ""
        self.question.answered()


def _row(found: Keys, holder: KeyHolder) -> dict[str, Any]:
    words = {"reads": say("reads"), "waits": say("waits to be admitted"), "none": say("has no key yet")}
    name, buttons = holder.display_name, []
    if found.model.may("keys.change"):
        if holder.holding == "waits" and found.mine is not None and found.mine.holding == "reads":
            closed = "" if found.key else say("Please open your key first.")
            buttons.append(action("admit", say("Admit"), say("Admit {name}", name=name), disabled=closed))
        if holder.holding == "reads":
            title = say("Let {name} read no longer", name=name)
            buttons.append(action("remove", say("Take the right to read"), title))
    made: Cell = {
        "id": holder.user,
        "name": cell(name, note=holder.user),
        "holding": chip(words[holder.holding], *_LOOKS[holder.holding]),
        "actions": buttons,
    }
    return made
