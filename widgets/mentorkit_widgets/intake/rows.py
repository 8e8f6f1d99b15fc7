"""The list of applications: filters with counts, a table, and beside it the application that was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

import ipywidgets as w

from mentorkit.language import say
from mentorkit.language.formats import din5007
from mentorkit_widgets.base import actions, button, markup, paragraph, shown
from mentorkit_widgets.components.choice import Choice
from mentorkit_widgets.components.form import Field, Form, Value
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table
from mentorkit_widgets.intake.applications import kind_word, kinds_of_findings, table_columns, table_row
from mentorkit_widgets.intake.bulk import Bulk
from mentorkit_widgets.intake.detail import ApplicationDetail
from mentorkit_widgets.intake.merging import Merging
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.state import FILTERS, Place

_SHOWN = ["part", "intake", "stored", *FILTERS, "word"]


class ApplicationList(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The applications of one place; it rests while the other is looked at.

    Parameters
    ----------
    model
        The intake.
    place
        ``read`` for what is not taken in yet, ``stored`` for what the run holds.
    """

    def __init__(self, model: IntakeModel, place: Place) -> None:
        self.model, self.place = model, place
        self._following = False  # a row that leaves the list stays open beside it
        self._rows, self._counts = model.filter()
        self.show_rows = Choice(say("Result"), self._show_options(), model.show)
        self.role = Choice(say("Role"), self._role_options(), model.role)
        for choice, name in ((self.show_rows, "show"), (self.role, "role")):
            choice.observe(lambda change, name=name: setattr(model, name, change["new"]), "value")
        self.filters = Form(self._filter_fields(), on_edit=self._filter)
        self.count = LaidOut()
        self.show_all = button(say("Show all"), model.show_all)
        self.table = Table(say("Applications"), [], selectable=True)
        self.table.observe(self._take_selected, "selected")
        self.merging = Merging(model) if place == "stored" else None
        self.split = w.HBox([self.table])
        for css in ("mk-opened", "mk-instead", "mk-whole"):
            self.split.add_class(css)
        found = actions(self.count, self.show_all)
        choices = w.VBox([self.show_rows, self.role])
        parts: list[w.Widget] = [choices, self.filters, found, self.split]
        if self.merging is not None:
            self.bulk = Bulk(model)
            parts = [choices, self.filters, found, self.merging, self.split, self.bulk]
        super().__init__(parts, layout=w.Layout(grid_gap="0.4rem"))
        model.observe(self.show, _SHOWN)
        model.observe(self._show_selected, "selected")
        self.show()

    @cached_property
    def detail(self) -> ApplicationDetail:
        """The application that is chosen; made when one is first opened."""
        return ApplicationDetail(self.model, self.place, self.merging)

    def show(self, *_: object) -> None:
        """Show the rows that the filters let through now."""
        model = self.model
        if model.place != self.place:
            return
        self._following = True
        self._rows, self._counts = model.filter()
        self.show_rows.options = [list(pair) for pair in self._show_options().items()]
        self.role.options = [list(pair) for pair in self._role_options().items()]
        self.show_rows.value, self.role.value = model.show, model.role
        self._show_filters()
        self.table.empty = say("No application fits these filters.")
        self._show_table()
        told = say("{shown} of {all} applications", shown=len(self._rows), all=len(model.applications))
        self.count.value = markup('<span role="status" class="mk-muted">{told}</span>', told=told)
        shown(self.count, model.filtered)
        shown(self.show_all, model.filtered)
        self._following = False
        self._show_selected()

    def _show_filters(self) -> None:
        """Show what is looked for, and the organisations and findings that there are."""
        model, fields = self.model, self._filter_fields()
        values: dict[str, Value] = {field.name: getattr(model, field.name) for field in fields}
        if self.filters.fields != tuple(fields):
            self.filters.fields = fields
        if self.filters.values != values:
            self.filters.fill(values)

    def _filter_fields(self) -> list[Field]:
        model = self.model
        names = {a.organisation for a in model.applications if a.organisation} | {model.organisation} - {""}
        kinds = kinds_of_findings(model.applications)
        if model.finding:
            kinds.setdefault(model.finding, kind_word(model.finding))
        offered = [
            Field("word", say("Search"), width="third", longest=100),
            self._choice("organisation", say("Organisation"), {n: n for n in sorted(names, key=din5007)}),
            self._choice("finding", say("What was found"), kinds, by_number=True),
        ]
        without = model.settings.organisations.kind == "none"
        return [field for field in offered if field.name != "organisation" or not without]

    def _choice(self, name: str, label: str, words: dict[str, str], *, by_number: bool = False) -> Field:
        """Return a filter, its options with how many each would show; the most frequent first if wanted."""
        if by_number:
            words = dict(sorted(words.items(), key=lambda pair: -self._counts[name][pair[0]]))
        options = self._counted(name, {"": say("all"), **words})
        return Field(name, label, "choice", options=options, width="third")

    def _counted(self, name: str, words: Mapping[str, str]) -> dict[str, str]:
        """Return the options of a filter, each with how many it would show, the others as they are."""
        counts = self._counts[name]
        return {key: say("{word} ({n})", word=word, n=counts[key]) for key, word in words.items()}

    def _filter(self, name: str, value: Value) -> None:
        setattr(self.model, name, str(value))

    def _show_table(self) -> None:
        """Show the rows; with fewer columns while an application is open beside them."""
        model, narrow, changes = self.model, bool(self.model.selected), self.model.changes
        columns = table_columns(model.settings, with_change=bool(changes), narrow=narrow)
        row = partial(table_row, narrow=narrow, audience=model.audience, names=model.names)
        rows = [row(a, changes.get(a.id, "")) for a in self._rows]
        with self.table.hold_sync():
            if self.table.columns != columns:
                self.table.columns = columns
            if self.table.rows != rows:
                self.table.rows = rows

    def _show_options(self) -> dict[str, str]:
        words = {
            "all": say("all"),
            "open": say("to look at"),
            "ineligible": say("refused"),
            "ok": say("in order, or admitted"),
            "withdrawn": say("withdrawn"),
        }
        if self.model.show != "withdrawn" and all(a.withdrawn is None for a in self.model.applications):
            del words["withdrawn"]
        return self._counted("show", words)

    def _role_options(self) -> dict[str, str]:
        words = {"all": say("all"), "mentee": say("{mentee:pl.nom}"), "mentor": say("{mentor:pl.nom}")}
        return self._counted("role", words)

    def _take_selected(self, change: dict[str, Any]) -> None:
        if not self._following and self.model.place == self.place:
            self.model.selected = change["new"]

    def _show_selected(self, *_: object) -> None:
        if self.model.place != self.place:
            return
        chosen = self.model.selected
        self._following = True
        if chosen:
            self.split.children = (self.table, self.detail)
            hidden = all(application.id != chosen for application in self._rows)
            told = say("The filters do not show this application in the list.")
            self.detail.listed.value = paragraph(told, "mk-muted") if hidden else ""
            shown(self.detail.listed, hidden)
        (self.split.add_class if chosen else self.split.remove_class)("mk-split")
        self._show_table()
        self.table.selected = chosen if any(row["id"] == chosen for row in self.table.rows) else ""
        self._following = False
