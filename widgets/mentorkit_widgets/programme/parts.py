"""What the parts of the programme's app are made of: forms tied to settings, and lists one edits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ipywidgets as w

from mentorkit.errors import UsageError
from mentorkit.language import say
from mentorkit_widgets.base import actions, button, paragraph, shown
from mentorkit_widgets.components.form import Field, Form, Value
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Cell, Table, action
from mentorkit_widgets.programme.model import ProgrammeModel


class Problem(LaidOut):
    """What is wrong with a setting that has no field of its own; nothing while nothing is."""

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


@dataclass(frozen=True)
class Setting:
    """A field and a setting: how it is written into the field, and read from it.

    ``write`` gets all settings; ``read`` raises :class:`~mentorkit.errors.UsageError` for what it cannot
    understand. The setting has the name of the field, unless ``setting`` names it; the name of a field
    begins with its setting, up to a dot.
    """

    field: Field
    write: Callable[[Mapping[str, Any]], Value]
    read: Callable[[Any], object] = str
    setting: str = ""


def plain(field: Field) -> Setting:
    """Return the setting whose value is what the field holds."""
    return Setting(field, lambda settings: settings[field.name], lambda value: value)


class SettingsForm(Form):
    """Fields tied to settings: what is typed changes the draft, and the draft fills the fields.

    Parameters
    ----------
    model
        The programme.
    key
        Names the form, for what the browser keeps until the draft has it.
    settings
        Gives the fields; called again whenever everything is read anew, so that they can follow.
    """

    def __init__(self, model: ProgrammeModel, key: str, settings: Callable[[], Sequence[Setting]]) -> None:
        self.model, self._settings = model, settings
        self._ties = {tie.field.name: tie for tie in settings()}
        super().__init__(self._unlocked(), self._now(), key=f"{model.programme_id}-{key}", on_edit=self._take)
        model.observe(self.refill, "reads")
        model.observe(lambda _: self.offer(), "follows")
        model.observe(self._tell, "problems")
        self._tell()

    def refill(self, *_: object) -> None:
        """Show the settings as they are now."""
        self._ties = {tie.field.name: tie for tie in self._settings()}
        self.fields = self._unlocked()
        self.fill(self._now())
        self._tell()

    def offer(self) -> None:
        """Show the fields that there are now, without taking anything from under somebody's hands."""
        self._ties = {tie.field.name: tie for tie in self._settings()}
        with self.hold_sync():
            self.fields = self._unlocked()
            self.values = self._now()
        self._tell()

    def _unlocked(self) -> list[Field]:
        free = self.model.may_change
        return [tie.field if free else replace(tie.field, locked=True) for tie in self._ties.values()]

    def _now(self) -> dict[str, Value]:
        typed = self.model.typed
        return {
            name: typed[name][0] if name in typed else tie.write(self.model.settings)
            for name, tie in self._ties.items()
        }

    def _take(self, name: str, value: Value) -> None:
        tie = self._ties[name]
        self.model.enter(name, value, tie.read, tie.setting)
        if self.model.draft_kept or not self.model.changed:
            self.safe()

    def _tell(self, *_: object) -> None:
        found = self.model.problems
        self.errors = {name: found[name] for name in self._ties if name in found}


class EntryList(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A table of entries, and a form in which one is added or changed.

    Parameters
    ----------
    model
        Whose ``edits`` the rows follow.
    key
        Names the form, for what the browser keeps of an entry that is not taken over.
    table
        The table; its rows, in the order of the entries, offer ``edit`` and ``remove``.
    rows
        Returns the rows now.
    fields
        The fields of an entry, for the values they hold now.
    load, take, remove
        Return the values of an entry (None: of a new one); take values over, raising
        :class:`~mentorkit.errors.UsageError`; take an entry out.
    new, add
        The heading above a new entry, and the button that adds it.
    up
        Moves an entry one place up, where the order counts; the table then offers ``up``, too.
    """

    def __init__(  # noqa: PLR0913 - what can be done with a list
        self,
        model: ProgrammeModel,
        key: str,
        table: Table,
        *,
        rows: Callable[[], list[dict[str, Any]]],
        fields: Callable[[Mapping[str, Any]], Iterable[Field]],
        load: Callable[[int | None], dict[str, Value]],
        take: Callable[[int | None, Mapping[str, Any]], None],
        remove: Callable[[int], None],
        new: str,
        add: str,
        up: Callable[[int], None] | None = None,
    ) -> None:
        self.model, self.table, self._rows, self._fields = model, table, rows, fields
        self._load, self._take, self._remove, self._up = load, take, remove, up
        self._new, self._add_word = new, add
        self._key = f"{model.programme_id}-{key}"
        self.editing: int | None = None
        self._keys: list[str] = []
        self._taking = False
        #: The key of the entry that is being changed.
        self._edited = ""
        values = load(None)
        self.form = Form(fields(values), values, title=new, key=f"{self._key}-new", on_edit=self._follow)
        self.add = button(add, self._add)
        self.cancel = button(say("Leave it as it is"), self.close_entry)
        self.entry = w.VBox([self.form, actions(self.add, self.cancel)], layout=w.Layout(grid_gap="0.4rem"))
        shown(self.entry, model.may_change)
        shown(self.cancel, False)
        super().__init__([table, self.entry], layout=w.Layout(grid_gap="0.6rem"))
        table.on_action(self._act)
        model.observe(self.show, "edits")
        model.observe(lambda _: self.close_entry(), "discards")
        self.show()

    def show(self, *_: object) -> None:
        """Show the entries as they are now; what is being entered stays."""
        if self._taking:
            return  # the form is emptied first: whoever sees the new row can go on at once
        self.table.rows = self._rows()
        self.table.filtered = len(self.table.rows) > 8
        before, self._keys = self._keys, [row["key"] for row in self.table.rows]
        if self.editing is not None:
            self._find_again(self.editing, before)
        self._offer()

    def _find_again(self, place: int, before: list[str]) -> None:
        """Follow the entry that is being changed to its new place; without it, its form closes."""
        now = self._keys
        if place < len(now) and now[place] == self._edited:
            return
        if self._edited in now:
            self.editing = now.index(self._edited)
        elif len(now) == len(before) and now[place] not in before:
            self._edited = now[place]  # it is the same one under another name
        else:
            self.close_entry()

    def _offer(self) -> None:
        """Offer the fields that there are now; what a field cannot hold any more is emptied."""
        kinds = {field.name: field.kind for field in self.form.fields}
        fields, values = list(self._fields(self.form.values)), self.form.values
        gone = {
            field.name: field.empty()
            for field in fields
            if kinds.get(field.name) != field.kind or not _offers(field, values[field.name])
        }
        with self.form.hold_sync():
            self.form.fields = fields
            self.form.values = {**self.form.values, **gone}

    def open_entry(self, place: int | None) -> None:
        """Put an entry into the form; None empties it."""
        self.editing = place
        values = self._load(place)
        self.form.fields = self._fields(values)
        self._edited = "" if place is None else self._keys[place]
        key = f"{self._key}-new" if place is None else f"{self._key}/{self._edited}"
        self.form.fill(values, key=key)
        self.form.title = self._new if place is None else say("Change the entry")
        self.add.description = self.add.tooltip = self._add_word if place is None else say("Take over")
        shown(self.cancel, place is not None)

    def close_entry(self) -> None:
        """Leave the entry as it was, and make room for a new one."""
        self.form.fill({})  # what the browser kept of it is given up
        self.open_entry(None)

    def _act(self, row_id: str, name: str) -> None:
        place = [row["id"] for row in self.table.rows].index(row_id)
        if name == "remove":
            self._remove(place)
        elif name == "up" and self._up:
            self._up(place)
        else:
            self.open_entry(place)
            self.form.focus()

    def _follow(self, _name: str, _value: Value) -> None:
        self._offer()

    def _add(self) -> None:
        self._taking = True
        try:
            self._take(self.editing, self.form.values)
        except UsageError as error:
            where = getattr(error, "field", "")
            self.form.refuse({where or self.form.fields[0].name: str(error)})
            return
        finally:
            self._taking = False
        self.close_entry()
        self.show()


def _offers(field: Field, value: Value) -> bool:
    return field.kind not in ("choice", "radio") or not value or value in dict(field.pairs)


class WrongEntry(UsageError):
    """What is wrong with an entry, at its field."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def at(field: str, read: Callable[..., Any], *texts: object) -> Any:  # noqa: ANN401 - whatever is read
    """Read what was typed; a refusal says at which field."""
    try:
        return read(*texts)
    except UsageError as error:
        raise WrongEntry(field, str(error)) from error


def row(place: int, name: str, cells: Mapping[str, Any], *, editable: bool, key: str) -> dict[str, Any]:
    """Return a row with its two buttons, which carry the name of the entry.

    The key tells the entry from others, wherever it stands: under it the browser keeps what is typed.
    """
    buttons: list[Cell] = [
        action("edit", say("Change"), say("Change {name}", name=name), icon="edit"),
        action("remove", say("Remove"), say("Remove {name}", name=name)),
    ]
    return {"id": str(place), "key": key, **cells, "actions": buttons if editable else []}
