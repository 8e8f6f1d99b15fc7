"""The parts of the intake beside list and reading: entering, winning mentors, selecting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as w

from mentorkit.language import say
from mentorkit_widgets.base import markup, paragraph
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.tabs import Tab, Tabs
from mentorkit_widgets.intake.entry import Entry, EntryModel
from mentorkit_widgets.intake.links import Links, LinksModel
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.side import SideModel


class EnterPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Entering an application, and letting applicants fill in a form themselves."""

    def __init__(self, model: IntakeModel) -> None:
        self.model = model
        offered = [
            (model.may_take_in, Tab("entry", say("Enter here"), self._entry)),
            (model.may_give, Tab("links", say("Links and forms to send out"), self._links)),
        ]
        self.tabs = Tabs(say("Ways to enter"), [tab for may, tab in offered if may])
        super().__init__([self.tabs])

    def _entry(self) -> w.Widget:
        entry = EntryModel(self.model.run, self.model)
        entry.observe(lambda _: self.model.follow(), "entered")
        return Entry(entry)

    def _links(self) -> w.Widget:
        return Links(LinksModel(self.model.run, self.model))


class MentorsPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Whom the mentees wish for, and whom to win as mentors."""

    def __init__(self, model: IntakeModel) -> None:
        from mentorkit_widgets.intake.prospects import ProspectsModel
        from mentorkit_widgets.intake.prospects_view import Prospects
        from mentorkit_widgets.intake.wishes import Wishes, WishesModel

        self.model = model
        # what is decided in one is seen in the other
        self.wishes = WishesModel(model.run, model, lambda: self._changed(self.prospects))
        self.prospects = ProspectsModel(model.run, model, lambda: self._changed(self.wishes))
        head = markup("<h2>{title}</h2>", title=say("Wishes for {mentor:pl.acc}"))
        hint = say(
            "Where a wish was not understood for sure, please decide whom it means. Whoever is wished for and"
            " has not applied can be approached."
        )
        below = markup("<h2>{title}</h2>", title=say("Recruiting {mentor:pl.acc}"))
        self.wishes_view, self.prospects_view = Wishes(self.wishes), Prospects(self.prospects)
        parts = [LaidOut(head + paragraph(hint, "mk-muted")), self.wishes_view]
        parts += [LaidOut(below), self.prospects_view]
        super().__init__(parts, layout=w.Layout(grid_gap="0.6rem"))
        follow(model, "wishes", self.reload)

    def _changed(self, other: SideModel) -> None:
        self.model.reload()
        other.reload()

    def reload(self) -> None:
        """Read wishes and prospects again."""
        self.wishes.reload()
        self.prospects.reload()


def selection_part(model: IntakeModel) -> w.Widget:
    """Return the selection, which follows what is decided on applications."""
    from mentorkit_widgets.intake.selection_part import SelectionPart

    part = SelectionPart(model.run)
    follow(model, "selection", part.model.refresh)
    return part


def follow(model: IntakeModel, part: str, reload: Callable[[], object]) -> None:
    """Have a part read what is stored when somebody comes to it, and what is done elsewhere meanwhile.

    Once it is left, the list reads what was done there.
    """

    def changed(change: Mapping[str, Any]) -> None:
        if change["new"] == part:
            reload()
        elif change["old"] == part:
            model.reload()

    model.observe(changed, "part")
    model.observe(lambda _: reload() if model.part == part else None, "news")
