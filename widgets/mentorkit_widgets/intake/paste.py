"""A box for cells that were copied in a spreadsheet program."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w
import traitlets as t

from mentorkit.intake import service
from mentorkit.intake.intake import Intake
from mentorkit.intake.pasted import read_pasted
from mentorkit.language import say
from mentorkit.privacy.permissions import Actor
from mentorkit.store import Store
from mentorkit_widgets.base import Model, actions, button, markup
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.laid_out import LaidOut

#: Characters that the box takes; what is longer is a file.
LONGEST = 2_000_000


class PasteModel(Model):
    """Cells that are pasted, and read like a file.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and for which run.
    on_read
        Called with what was read; nothing is taken in yet.
    waiting
        Returns what was read before and waits to be taken in.
    """

    text = t.Unicode()

    def __init__(
        self,
        store: Store,
        actor: Actor,
        run_id: str,
        on_read: Callable[[Intake], object],
        *,
        waiting: Callable[[], Intake | None] = lambda: None,
    ) -> None:
        super().__init__()
        self._waiting = waiting
        self._hands = store, actor, run_id
        self._on_read = on_read

    def read(self) -> bool:
        """Read what was pasted; tell whether that went well, so that the box can be emptied."""
        with self.attempting(say("The cells are read …")):
            before = self._waiting()
            beside = before.files if before else ()
            intake = read_pasted(self.text, service.context_of(*self._hands), beside)
            self.text = ""
            self._on_read(intake)
            return True
        return False


class PasteView(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The box, and the button that reads what is in it."""

    def __init__(self, model: PasteModel) -> None:
        self.model = model
        hint = say(
            "Copy the rows in your spreadsheet program, best with their headings, and paste them here."
            " Without headings you are asked what the columns mean."
        )
        field = Field("cells", say("Pasted cells"), "lines", help=hint, longest=LONGEST)
        self.form = Form([field], on_edit=lambda _, text: setattr(model, "text", str(text)))
        self.read = button(say("Read these cells"), self._read)
        self._said = LaidOut()
        super().__init__([self.form, actions(self.read), self._said])
        model.observe(self._tell, ["told", "message"])

    def _read(self) -> None:
        if self.model.read():
            self.form.fill({"cells": ""})
        elif self.model.refused:
            self.form.refuse({"cells": self.model.message})

    def _tell(self, *_: object) -> None:
        text = "" if self.model.refused else self.model.message
        self._said.value = markup('<p role="status">{text}</p>', text=text) if text else ""
