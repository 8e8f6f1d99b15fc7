"""The keys of the confidential texts: who reads them, one's own key, the recovery sheet and its drill."""

from __future__ import annotations

from typing import Any

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.language import say, say_n
from mentorkit.language.formats import date
from mentorkit.privacy import keys
from mentorkit.privacy.keys import KeyHolder, OpenKey
from mentorkit_widgets.base import actions, button, markup, paragraph, section, shown
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.form import Field
from mentorkit_widgets.components.icons import Icon, Tone
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.components.table import Cell, Table, action, cell, chip, column
from mentorkit_widgets.privacy.model import Part, PrivacyModel
from mentorkit_widgets.privacy.sheet import Sheet, Typed, missing

_LOOKS: dict[str, tuple[Icon, Tone]] = {
    "reads": ("check", "good"),
    "waits": ("warning", "careful"),
    "none": ("warning", "neutral"),
}


class Keys(Part):
    """Who can read, and the user's own key while it is open."""

    #: The user's opened key; it lives in this page alone.
    key = t.Instance(OpenKey, allow_none=True)
    #: The sheet with the recovery code just made; shown once.
    sheet = t.Bytes(b"")

    @property
    def here(self) -> tuple[Any, Any, str]:
        """Store, actor and programme, as the services take them."""
        model = self.model
        return model.store, model.actor, model.programme_id

    def load(self) -> None:
        """Read who has a key."""
        self.state = keys.state(*self.here)

    @property
    def mine(self) -> KeyHolder | None:
        """The user among the evaluators; None if she is none."""
        return next((one for one in self.state.holders if one.user == self.model.actor.name), None)

    def make(self, typed: Typed) -> dict[str, str]:
        """Make the user's own key; return what is wrong, a sentence by field."""
        wrong = missing(typed, "passphrase", "again")
        if not wrong and typed["passphrase"] != typed["again"]:
            wrong["again"] = say("The two are not the same.")
        if wrong:
            return wrong
        model = self.model
        with model.attempting(say("The key is being made …")):
            begun = keys.make_key(model.store, model.actor, typed["passphrase"])
            reads = model.programme_id in begun
            model.changed(
                say("Your key is made, and you read the confidential texts of this programme.")
                if reads
                else say("Your key is made. Somebody who reads has to admit you now.")
            )
            return {}
        return {"passphrase": model.message}

    def open(self, typed: Typed) -> dict[str, str]:
        """Open the user's own key in this page."""
        if wrong := missing(typed, "passphrase"):
            return wrong
        model = self.model
        with model.attempting(say("The key is being opened …")):
            self.key = keys.open_key(model.store, model.actor, typed["passphrase"])
            model.changed(say("Your key is open in this page. Please close it when you have finished."))
            return {}
        return {"passphrase": model.message}

    def close(self) -> None:
        """Close the key."""
        if self.key is not None:
            self.key.close()
            self.key = None
            self.model.changed(say("Your key is closed."))

    def admit(self, user: str) -> None:
        """Let another evaluator read, too."""
        model = self.model
        if self.key is None:
            model.refuse(
                say("Please open your key first: what there is has to be sealed to the new one, too.")
            )
            return
        with model.attempting():
            keys.admit(*self.here, self.key, user)
            model.changed(say("{name} reads the confidential texts now.", name=self._name(user)))

    def remove(self, user: str) -> None:
        """Let somebody read no longer."""
        model = self.model
        with model.attempting():
            name = self._name(user)
            keys.remove(*self.here, user)
            model.changed(say("{name} reads the confidential texts no longer.", name=name))

    def set_up(self) -> None:
        """Make a recovery key, whose code stands on the sheet alone."""
        model = self.model
        with model.attempting(say("The sheet is being made …")):
            from mentorkit.privacy.recovery_sheet import coming_sheet

            code = keys.new_code()
            sheet = coming_sheet(*self.here, code)  # first: its code is nowhere else
            keys.set_up(*self.here, self.key, code)
            self.sheet = sheet
            model.changed(say("The recovery sheet is ready. Please print it now; it is shown only once."))

    def drill(self, typed: Typed) -> dict[str, str]:
        """Try whether the code of the sheet opens all keys."""
        if wrong := missing(typed, "code"):
            return wrong
        model = self.model
        with model.attempting(say("The code is being tried …")):
            n = keys.drill(*self.here, typed["code"])
            model.changed(
                say_n("The sheet opens the key of {n} person.", "The sheet opens the keys of {n} people.", n)
            )
            return {}
        return {"code": model.message}

    def _name(self, user: str) -> str:
        return next((one.display_name for one in self.state.holders if one.user == user), user)


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
        self.own, self.recovery = OwnKey(ring), Recovery(ring)
        ring.observe(self._show, ["read", "key"])
        self._show()
        hint = say(
            "Diaries and difficulties are sealed on arrival. The coordination cannot read them, nor can "
            "anybody from the files; if all keys are lost, so are the texts."
        )
        parts = [section(say("Keys"), self.missing, self.table, hint=hint)]
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
        else:
            self.ring.remove(user)


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


class OwnKey(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The user's own key: made once, opened for this page, closed again."""

    def __init__(self, ring: Keys) -> None:
        self.ring = ring
        self.told = LaidOut()
        self.make_sheet = Sheet(say("Make my key"), self._make, self._leave)
        self.open_sheet = Sheet(say("Open my key"), self._open, self._leave)
        self.make_it = button(say("Make my key …"), self._begin_making, primary=True)
        self.open_it = button(say("Open my key …"), self._begin_opening, primary=True)
        self.close_it = button(say("Close my key"), ring.close)
        ring.observe(self._show, ["read", "key"])
        self._show()
        super().__init__(
            [
                section(
                    say("My key"),
                    self.told,
                    actions(self.make_it, self.open_it, self.close_it),
                    self.make_sheet,
                    self.open_sheet,
                )
            ]
        )

    def _show(self, *_: object) -> None:
        mine, key = self.ring.mine, self.ring.key
        holding = mine.holding if mine else "none"
        told = {
            "none": say("You have no key yet. It lies under a passphrase that nobody can replace for you."),
            "waits": say("You have a key. Somebody who reads has to admit you."),
            "reads": say("Your key is open.") if key else say("Your key is closed."),
        }
        self.told.value = paragraph(told[holding])
        shown(self.make_it, holding == "none")
        shown(self.open_it, holding != "none" and key is None)
        shown(self.close_it, key is not None)

    def _begin_making(self) -> None:
        hint = say("At least 12 characters; several words you remember are best.")
        fields = [
            Field("passphrase", say("Passphrase"), "secret", required=True, help=hint, width="half"),
            Field("again", say("The passphrase again"), "secret", required=True, width="half"),
        ]
        self.make_sheet.begin(
            say("Make my key"), fields, say("Without the passphrase you cannot read any more.")
        )

    def _begin_opening(self) -> None:
        fields = [Field("passphrase", say("Passphrase"), "secret", required=True, width="half")]
        self.open_sheet.begin(say("Open my key"), fields)

    def _make(self, typed: Typed) -> dict[str, str]:
        return self._closed_after(self.ring.make(typed))

    def _open(self, typed: Typed) -> dict[str, str]:
        return self._closed_after(self.ring.open(typed))

    def _closed_after(self, wrong: dict[str, str]) -> dict[str, str]:
        if not wrong:
            self._leave()
        return wrong

    def _leave(self) -> None:
        self.make_sheet.end()
        self.open_sheet.end()


class Recovery(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The recovery sheet: made after a question, offered once, and tried from time to time."""

    def __init__(self, ring: Keys) -> None:
        self.ring = ring
        self.told, self.download = LaidOut(), Download()
        self.make = button(say("Make a recovery sheet …"), self._ask)
        self.try_it = button(say("Try the sheet …"), self._begin)
        self.question = Question(yes=self._make, no=self._leave)
        self.drill = Sheet(say("Try the code"), self._drill, self._leave)
        ring.observe(self._show, ["read", "key", "sheet"])
        self._show()
        super().__init__(
            [
                section(
                    say("Recovery sheet"),
                    self.told,
                    actions(self.make, self.try_it),
                    self.question,
                    self.download,
                    self.drill,
                )
            ]
        )

    def _show(self, *_: object) -> None:
        state = self.ring.state
        lines = [say("There is none yet.")]
        if state.recovery_at:
            lines = [say("Made on {day}.", day=date(state.recovery_at.astimezone().date()))]
        if state.drill_at:
            lines.append(
                say(
                    "Tried on {day} by {name}.",
                    day=date(state.drill_at.astimezone().date()),
                    name=state.drill_by,
                )
            )
        self.told.value = paragraph(" ".join(lines))
        shown(self.try_it, state.recovery_at is not None)
        if self.ring.sheet:
            self.download.offer(say("recovery-sheet.pdf"), self.ring.sheet, "application/pdf")
        else:
            self.download.withdraw()

    def _ask(self) -> None:
        state = self.ring.state
        told = say(
            "Whoever has the sheet can let somebody read again. Print it, keep it locked away and apart from "
            "the server, and keep no file of it. If all keys are lost, so are the texts."
        )
        if state.recovery_at:
            told = say("The earlier sheet opens nothing any more.") + " " + told
        self.question.ask(say("Make a recovery sheet?"), told, say("Yes, make it"))

    def _make(self) -> None:
        self.question.answered()
        self.ring.set_up()

    def _begin(self) -> None:
        fields = [Field("code", say("Code on the sheet"), "secret", required=True, longest=200)]
        self.drill.begin(say("Try the recovery sheet"), fields, say("It is only tried; nobody reads by it."))

    def _drill(self, typed: Typed) -> dict[str, str]:
        wrong = self.ring.drill(typed)
        if not wrong:
            self._leave()
        return wrong

    def _leave(self) -> None:
        self.question.answered()
        self.drill.end()
