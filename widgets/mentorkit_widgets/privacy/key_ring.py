"""What the app knows of the keys of confidential texts: who reads, and the user's own key while open."""

from __future__ import annotations

from typing import Any

import traitlets as t

from mentorkit.language import say, say_n
from mentorkit.privacy import keys
from mentorkit.privacy.keys import KeyHolder, OpenKey
from mentorkit_widgets.privacy.model import Part
from mentorkit_widgets.privacy.sheet import Typed, missing


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
            model.changed(say("{name} reads the confidential texts now.", name=self.name(user)))

    def remove(self, user: str) -> None:
        """Let somebody read no longer."""
        model = self.model
        with model.attempting():
            name = self.name(user)
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

    def name(self, user: str) -> str:
        """Return what people call an evaluator."""
        return next((one.display_name for one in self.state.holders if one.user == user), user)
