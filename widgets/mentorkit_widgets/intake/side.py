"""What the parts of the intake about people share: a model of their own that speaks through the app."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as w
import traitlets as t

from mentorkit.privacy.accounts import display_names
from mentorkit.run import Run
from mentorkit_widgets.base import Model, shown


class SideModel(Model):
    """State of a part of the intake.

    Parameters
    ----------
    run
        The run that is worked on.
    app
        The model of the app the part stands in; what is said is said there.
    changed
        Called after every change, so that the app reads again what is stored.
    """

    #: How often what is stored was read: a part shows everything anew when it changes.
    shown = t.Int(0)

    def __init__(
        self, run: Run, app: Model | None = None, changed: Callable[[], object] | None = None
    ) -> None:
        super().__init__()
        self.run, self._app, self._changed = run, app, changed
        self.programme_id = run.record.programme_id
        self._names: dict[str, str] = {}
        self.reload()

    @property
    def hands(self) -> tuple[Any, Any]:
        """The store and who acts."""
        return self.run.bench.store, self.run.bench.actor

    @property
    def here(self) -> tuple[Any, Any, str]:
        """The store, who acts, and the run."""
        return (*self.hands, self.run.id)

    def may(self, action: str) -> bool:
        """Tell whether the actor may do something for the whole programme."""
        return bool(self.run.bench.actor.may(action, self.programme_id))

    def who(self, user: str) -> str:
        """Return a user's name as people see it; the user is told by the name to log in with."""
        return self._names.get(user, user)

    def load(self) -> None:
        """Read what is stored."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read what is stored again and show it."""
        with self.attempting():
            self._names = display_names(*self.hands, self.programme_id)
            self.load()
        self.shown += 1

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change something; a refusal becomes the message, and what is stored is shown in any case."""
        with self.attempting():
            yield
            if self._changed:
                self._changed()
        self.reload()

    def _tell(self, message: str, *, refused: bool) -> None:
        super()._tell(message, refused=refused)
        if self._app:
            (self._app.refuse if refused else self._app.say)(message)


class Beside(w.HBox):  # type: ignore[misc] # ipywidgets is untyped
    """A list and the card of what is opened of it: beside it, in sight; on a narrow page in its place."""

    def __init__(self, listed: w.Widget, opened: w.Widget) -> None:
        self._card = opened
        super().__init__([listed, opened])
        self.add_class("mk-opened")
        self.add_class("mk-instead")
        self.show_card(visible=False)

    def show_card(self, *, visible: bool) -> None:
        """Show the card, or the list alone; after the card has its heading, which knows the way back."""
        shown(self._card, visible)
        (self.add_class if visible else self.remove_class)("mk-split")
