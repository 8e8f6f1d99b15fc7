"""The user's own key: made once under a passphrase, opened for this page, closed again."""

from __future__ import annotations

import ipywidgets as w

from mentorkit.language import say
from mentorkit_widgets.base import actions, button, paragraph, section, shown
from mentorkit_widgets.components.form import Field
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.privacy.key_ring import Keys
from mentorkit_widgets.privacy.sheet import Sheet, Typed


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
