"""What others do while a page is open: noticed within a second, in one way for all apps.

An app looks once a second, from the event loop of its kernel, where the trail ends. Only when that moved for
its programme is anything read; what is typed, opened and looked for stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from mentorkit.errors import MentorkitError
from mentorkit.language import say_n
from mentorkit.language.formats import listing

if TYPE_CHECKING:
    from mentorkit.overview.news import News
    from mentorkit.privacy.permissions import Actor
    from mentorkit.store import Store
    from mentorkit_widgets.base import Model

#: Seconds between two looks.
PACE = 1.0


class Lookout:
    """Looks again and again, as long as it is not closed; where no event loop runs, never.

    Parameters
    ----------
    look
        What is called once a second.
    """

    def __init__(self, look: Callable[[], object], pace: float = PACE) -> None:
        self._task: asyncio.Task[None] | None = None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a test, a script: nothing would ever call
            return
        self._task = loop.create_task(_again_and_again(look, pace))

    def close(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()


async def _again_and_again(look: Callable[[], object], pace: float) -> None:
    while True:
        await asyncio.sleep(pace)
        look()


class Newsreader:
    """Tells an app what was changed in its programme since it was told last.

    Parameters
    ----------
    model
        The app; while it is busy, nothing is told.
    programme_id
        The programme; None for all of the actor's.
    tell
        What is called when something was changed, by the actor on another page, too.
    """

    def __init__(
        self,
        model: Model,
        store: Store,
        actor: Actor,
        programme_id: str | None,
        tell: Callable[[News], object],
    ) -> None:
        self._model, self._hands, self._tell = model, (store, actor, programme_id), tell
        self._known: int | None = None
        self.look()

    def look(self) -> None:
        """Ask once."""
        from mentorkit.overview.news import news

        if self._model.busy:
            return
        try:
            found = news(*self._hands, self._known)
        except MentorkitError:  # the store is busy for a moment: the next look comes
            return
        self._known = found.read
        if found:
            self._tell(found)


def what_others_changed(found: News) -> str:
    """Return in a sentence who changed something; empty where nobody else did."""
    who = found.others
    if not who:
        return ""
    return say_n(
        "{who} has just changed something; you see it here.",
        "{who} have just changed something; you see it here.",
        len(who),
        who=listing(who),
    )
