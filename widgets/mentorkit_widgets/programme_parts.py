"""What the sections of the programme's app are made of: fields with their errors, and lists one edits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as w

from mentorkit.language import say
from mentorkit_widgets.base import actions, button, markup, paragraph, shown
from mentorkit_widgets.programme import ProgrammeModel
from mentorkit_widgets.table import Cell, Table


def field(kind: type[w.Widget], label: str, **more: object) -> w.Widget:
    """Return a field with its label above it; the browser tells the text when one leaves the field."""
    above = w.Layout(flex_flow="column", align_items="stretch", width="100%", height="auto")
    if issubclass(kind, w.Text | w.IntText):
        more["continuous_update"] = False
    made = kind(description=label, layout=above, style={"description_width": "auto"}, **more)
    made.add_class("mk-above")
    return made


def tick(label: str, **more: object) -> w.Checkbox:
    """Return a box to tick, with its label beside it."""
    return w.Checkbox(description=label, indent=False, layout=w.Layout(width="auto"), **more)


def choice(label: str, options: Mapping[str, str], **more: object) -> w.Dropdown:
    """Return a list to choose one from, text by key."""
    return field(w.Dropdown, label, options=[(text, key) for key, text in options.items()], **more)


def section(title: str, *parts: w.Widget, hint: str = "") -> w.VBox:
    """Return a part of the page with a heading and a word on what it is for."""
    heading = markup("<h2>{title}</h2>", title=title) + (paragraph(hint, "mk-muted") if hint else "")
    sheet = w.VBox([w.HTML(heading), *parts], layout=w.Layout(grid_gap="0.6rem"))
    sheet.add_class("mk-card")
    return sheet


class Problem(w.HTML):  # type: ignore[misc] # ipywidgets is untyped
    """What is wrong with a setting, below its field; nothing while nothing is."""

    def __init__(self, model: ProgrammeModel, name: str) -> None:
        self.model, self.name = model, name
        super().__init__()
        model.observe(self.show, "problems")
        self.show()

    def show(self, *_: object) -> None:
        """Follow the model."""
        sentence = self.model.problems.get(self.name, "")
        self.value = paragraph(sentence, "mk-blocker") if sentence else ""
        shown(self, bool(sentence))


def with_problem(model: ProgrammeModel, name: str, part: w.Widget) -> w.VBox:
    """Return a field with what is wrong with it."""
    return w.VBox([part, Problem(model, name)])


class EditedList(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A table of entries, and a form in which one is added or changed.

    Parameters
    ----------
    model
        Whose ``edits`` the rows follow.
    table
        The table; its rows offer ``edit`` and ``remove``.
    form
        The fields of an entry.
    rows
        Returns the rows now.
    load, take, remove
        Fill the form with an entry (None empties it); take it over, returning what is wrong with it;
        take an entry out.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what can be done with a list
        self,
        model: ProgrammeModel,
        table: Table,
        form: Sequence[w.Widget],
        rows: Callable[[], list[dict[str, Any]]],
        load: Callable[[int | None], None],
        take: Callable[[int | None], str],
        remove: Callable[[int], None],
        new: str,
    ) -> None:
        self.model, self.table, self._rows = model, table, rows
        self._load, self._take, self._remove, self._new = load, take, remove, new
        self.editing: int | None = None
        self.title, self.wrong = w.HTML(), w.HTML()
        self.add = button("", self._add)
        self.cancel = button(say("Leave it as it is"), self._close)
        self.form = w.VBox(
            [self.title, *form, self.wrong, actions(self.add, self.cancel)],
            layout=w.Layout(grid_gap="0.4rem"),
        )
        shown(self.form, model.may_change)
        super().__init__([table, self.form])
        table.on_action(self._act)
        model.observe(self.show, "edits")
        model.observe(lambda _: self._close(), "reads")
        self._close()
        self.show()

    def show(self, *_: object) -> None:
        """Show the entries as they are now."""
        self.table.rows = self._rows()

    def _act(self, row_id: str, name: str) -> None:
        if name == "remove":
            self._remove(int(row_id))
            self._close()
        else:
            self._open(int(row_id))

    def _open(self, place: int | None) -> None:
        self.editing = place
        self._load(place)
        self._tell("")
        title = self._new if place is None else say("Change the entry")
        self.title.value = markup("<h3>{title}</h3>", title=title)
        self.add.description = say("Add") if place is None else say("Take over")
        shown(self.cancel, place is not None)

    def _tell(self, why: str) -> None:
        self.wrong.value = markup('<p class="mk-blocker" role="alert">{why}</p>', why=why) if why else ""
        shown(self.wrong, bool(why))

    def _close(self) -> None:
        self._open(None)

    def _add(self) -> None:
        if problem := self._take(self.editing):
            self._tell(problem)
            return
        self._close()


def row(place: int, name: str, cells: Mapping[str, Any], *, editable: bool) -> dict[str, Any]:
    """Return a row with its two buttons, which carry the name of the entry."""
    from mentorkit_widgets.table import action

    buttons: list[Cell] = [
        action("edit", say("Change"), say("Change {name}", name=name), icon="edit"),
        action("remove", say("Remove"), say("Remove {name}", name=name)),
    ]
    return {"id": str(place), **cells, "actions": buttons if editable else []}
