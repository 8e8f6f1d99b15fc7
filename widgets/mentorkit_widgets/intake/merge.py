"""Persons who may be one: side by side, put together after a preview, taken apart again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ipywidgets as w
from markupsafe import Markup

from mentorkit.errors import StaleRecord
from mentorkit.intake import lookalikes
from mentorkit.intake import merge as service
from mentorkit.intake.changes import state_word
from mentorkit.intake.unmerge import Merged, merged, unmerge
from mentorkit.language import later, say, say_n
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Application, Person, Tandem
from mentorkit_widgets.base import actions, button, card, markup, paragraph, shown
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table, action, cell, column
from mentorkit_widgets.intake.applications import origin, role_word
from mentorkit_widgets.intake.facts import table_of
from mentorkit_widgets.intake.side import SideModel


class MergeModel(SideModel):
    """Persons who may be one, and the two that are looked at."""

    def load(self) -> None:
        """Read who may be one, and who was put together."""
        self.allowed = self.may(service.RIGHT)
        self.suggestions = lookalikes.suggestions(*self.here) if self.allowed else []
        self.apart = lookalikes.told_apart(*self.hands, self.programme_id) if self.allowed else []
        self.merged = merged(*self.hands, self.programme_id) if self.allowed else []
        self.preview: service.Preview | None = None

    @property
    def any(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.suggestions or self.merged or self.apart or self.preview)

    def look(self, keep_id: str, other_id: str, stays: str = "") -> None:
        """Look at what putting two persons together changes; see :func:`mentorkit.intake.merge.preview`."""
        with self.attempting():
            self.preview = service.preview(*self.hands, keep_id, other_id, stays=stays)
        self.shown += 1

    def applied(self, applications: Iterable[Application]) -> str:
        """Tell for what applications are, in which run, and where they stand."""
        names = {run.id: run.record.name for run in self.run.bench.runs}
        told = [
            say("{role} {run}: {state}", role=role_word(a), run=names.get(a.run_id, ""), state=state_word(a))
            for a in applications
        ]
        return "; ".join(told)

    def swap(self) -> None:
        """Let the other one stay."""
        if plan := self.preview:
            self.look(plan.other.id, plan.keep.id, plan.doubles[0].goes.id if plan.of_one else "")

    def close(self) -> None:
        """Look at no two persons."""
        self.preview = None
        self.shown += 1

    def merge(self, take: list[str]) -> None:
        """Put the two that are looked at together; the application that stays takes some fields over.

        Where somebody changed one of them since, they are shown as they are now.
        """
        if not (plan := self.preview):
            return
        now = None
        with self.changing():
            try:
                service.merge(*self.hands, plan, take=take)
            except StaleRecord as error:
                now = error.theirs
                raise
            told = later("{other} and {keep} are one person now.")
            if plan.of_one:
                told = later("One application of {keep} counts now; the other one is withdrawn.")
            self.say(say(told, other=plan.other.name, keep=plan.keep.name))
        if isinstance(now, service.Preview):
            self.preview = now
            self.shown += 1

    def tell_apart(self, one_id: str, other_id: str) -> None:
        """Say that two persons are two, and look at them no longer."""
        with self.changing():
            admitted = lookalikes.tell_apart(*self.hands, one_id, other_id)
            self.preview = None
            told = say("These two are different people; they are not asked about again.")
            if admitted:
                names = ", ".join(application.name for application in admitted)
                told += " " + say("Admitted, as nothing else was in doubt: {names}.", names=names)
            self.say(told)

    def ask_again(self, one_id: str, other_id: str) -> None:
        """Take back that two persons are two."""
        with self.changing():
            lookalikes.ask_again(*self.hands, one_id, other_id)
            self.say(say("These two may be one person again."))

    def unmerge(self, keep_id: str, other_id: str) -> None:
        """Take two persons apart again."""
        with self.changing():
            back = unmerge(*self.hands, keep_id, other_id)
            told = later("{name} is a separate person again.")
            if keep_id == other_id:
                told = later("Both applications of {name} count again.")
            self.say(say(told, name=back.name))


class MergePersons(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Suggestions, the preview of one of them, and what was put together. Hidden while there is none."""

    def __init__(self, model: MergeModel) -> None:
        self.model = model
        #: Tables that had rows: an emptied one stays, so that the focus stays where the last row was.
        self._used: set[Table] = set()
        self.lead = LaidOut()
        self.table = Table(
            say("People who may be the same"),
            [
                column("name", say("Person")),
                column("other", say("Perhaps the same")),
                column("why", say("Because of")),
            ],
            empty=say("Nobody else may be one."),
        )
        self.table.on_action(self._act)
        self.title = Heading(on_close=model.close)
        self.facts = LaidOut()
        self.form = Form([])
        self.yes = button(say("Put together"), self._merge, primary=True)
        self.swap = button(say("Keep the other one"), model.swap)
        self.two = button(say("These are two people"), self._tell_apart)
        close = button(say("Close"), model.close)
        self.card = card(self.title, self.facts, self.form, actions(self.yes, self.swap, self.two, close))
        self.done = Table(
            say("People put together"),
            [column("name", say("Person")), column("email", say("E-mail"))],
            empty=say("Nobody else was put together."),
        )
        self.done.on_action(lambda row, _: model.unmerge(*row.split()))
        self.apart = Table(
            say("Two people, as somebody said"),
            [
                column("name", say("Person")),
                column("other", say("Not the same")),
                column("by", say("Said by")),
            ],
            empty=say("Nobody else was told apart."),
        )
        self.apart.on_action(lambda row, _: model.ask_again(*row.split()))
        parts = [self.card, self.lead, self.table, self.done, self.apart]
        super().__init__(parts, layout=w.Layout(grid_gap="0.6rem"))
        model.observe(lambda _: self.show(), "shown")
        self.show()

    def show(self) -> None:
        """Show who may be one now."""
        model = self.model
        n = len(model.suggestions)
        self.lead.value = paragraph(
            say_n("{n} pair may be the same person.", "{n} pairs may be the same person each.", n)
        )
        shown(self.lead, n > 0)
        self._show_rows(self.table, [_suggested(s) for s in model.suggestions])
        self._show_rows(self.done, [_done(m) for m in model.merged])
        self._show_rows(self.apart, [_apart(two, model.who(two.by)) for two in model.apart])
        shown(self, model.any or bool(self._used))
        self._show_preview()

    def _show_rows(self, table: Table, rows: list[dict[str, Any]]) -> None:
        table.rows = rows
        if rows:
            self._used.add(table)
        shown(table, table in self._used)

    def _act(self, row: str, name: str) -> None:
        (self.model.tell_apart if name == "apart" else self.model.look)(*row.split())

    def _tell_apart(self) -> None:
        if plan := self.model.preview:
            self.model.tell_apart(plan.keep.id, plan.other.id)

    def _show_preview(self) -> None:
        plan = self.model.preview
        shown(self.card, plan is not None)
        if plan is None:
            self.title.text = ""
            return
        told = _applications(self.model, plan) if plan.of_one else _side_by_side(self.model, plan)
        self.facts.value = told + _facts(plan)
        shown(self.two, not plan.of_one)
        offered = {
            name: say(
                "{label}: “{its}” instead of “{own}”", label=FIELDS[name].label, its=its, own=own or "–"
            )
            for double in plan.doubles
            for name, (own, its) in double.offered.items()
        }
        self.form.fields = (
            [Field("take", say("Take over from the application that is withdrawn"), "ticks", options=offered)]
            if offered
            else []
        )
        if offered:
            self.form.fill({"take": [n for n in offered if any(n in d.missing for d in plan.doubles)]})
        self.yes.disabled = bool(plan.hindrances)
        title = later("Two applications of {keep}") if plan.of_one else later("{other} becomes {keep}")
        self.title.text = say(title, other=_told(plan.other), keep=_told(plan.keep))

    def _merge(self) -> None:
        take = self.form.values.get("take", [])
        self.model.merge(list(take) if isinstance(take, list) else [])


def _told(person: Person) -> str:
    return f"{person.name} ({person.email})" if person.email else person.name


def _whose(application: Application) -> str:
    email = application.answers.get("email")
    return f"{application.name} ({email})" if email else application.name


def _suggested(found: lookalikes.Suggestion) -> dict[str, Any]:
    both = {"one": _told(found.keep), "other": _told(found.other)}
    title, two = say("Compare {one} and {other}", **both), say("{one} and {other} are two people", **both)
    of_one = found.keep.id == found.other.id
    if of_one:
        title = say("Compare the two applications of {one}", **both)
    return {
        "id": f"{found.keep.id} {found.other.id} {found.stays}".strip(),
        "name": cell(found.keep.name, note=found.keep.email or ""),
        "other": cell(found.other.name, note=found.other.email or ""),
        "why": found.why,
        "actions": [
            action("look", say("Compare"), title, icon="open"),
            *([] if of_one else [action("apart", say("two people"), two, icon="forbid")]),
        ],
    }


def _apart(two: lookalikes.Apart, who: str) -> dict[str, Any]:
    title = say("Ask again whether {one} and {other} are one", one=_told(two.one), other=_told(two.other))
    return {
        "id": f"{two.one.id} {two.other.id}",
        "name": cell(two.one.name, note=two.one.email or ""),
        "other": cell(two.other.name, note=two.other.email or ""),
        "by": who,
        "actions": [action("back", say("Take back"), title, icon="undo")],
    }


def _done(one: Merged) -> dict[str, Any]:
    title = say("Take {name} apart again", name=_told(one.other))
    return {
        "id": f"{one.keep_id} {one.other.id}",
        "name": cell(one.other.name, note=say("two applications"))
        if one.keep_id == one.other.id
        else one.other.name,
        "email": one.other.email or "",
        "actions": [action("back", say("Take apart"), title, icon="undo")],
    }


def _facts(plan: service.Preview) -> Markup:
    """Return what putting together changes."""
    tandems, moving = len(plan.of(Tandem)), len(plan.of(Application))
    said = [
        *([say_n("{n} application moves.", "{n} applications move.", moving)] if not plan.of_one else []),
        *([say_n("{n} tandem moves.", "{n} tandems move.", tandems)] if tandems else []),
        *(
            say("Both applied; the application from {name} is withdrawn.", name=_whose(d.goes))
            for d in plan.doubles if not plan.of_one
        ),
        *plan.hindrances,
    ]  # fmt: skip
    if plan.merged.birth_year != plan.keep.birth_year:
        said.append(say("The year of birth {year} is taken over.", year=plan.merged.birth_year))
    items = Markup().join(markup("<li>{text}</li>", text=text) for text in said)
    return markup("<ul>{items}</ul>", items=items)


def _side_by_side(model: MergeModel, plan: service.Preview) -> Markup:
    """Return what is known of the two, side by side."""
    sides = ((plan.keep, plan.own), (plan.other, tuple(plan.of(Application))))
    known: dict[str, list[str]] = {
        say("E-mail"): [person.email or "" for person, _ in sides],
        say("Telephone"): [_said(applications, "phone") for _, applications in sides],
        say("Year of birth"): [str(person.birth_year or "") for person, _ in sides],
        say("Organisation"): [_said(applications, "organisation") for _, applications in sides],
        say("Applications"): [model.applied(applications) for _, applications in sides],
    }
    rows = Markup().join(
        markup(
            '<tr><th scope="row">{label}</th><td>{own}</td><td>{its}</td></tr>',
            label=label, own=own or "–", its=its or "–",
        )
        for label, (own, its) in known.items()
        if own or its
    )  # fmt: skip
    heads = [
        say("Field"),
        say("{name} (stays)", name=plan.keep.name),
        say("{name} (goes)", name=plan.other.name),
    ]
    return table_of(say("The two side by side"), heads, rows, css="mk-understood")


def _applications(model: MergeModel, plan: service.Preview) -> Markup:
    """Return what the applications of one person say, side by side."""
    both = [plan.doubles[0].stays, *(double.goes for double in plan.doubles)]
    known = {say("Applications"): [model.applied([a]) for a in both]}
    known |= {say("Where from"): [origin(a) for a in both]}
    known |= {f.label: [a.entries.get(name, "") for a in both] for name, f in FIELDS.items()}
    rows = Markup().join(
        markup(
            '<tr><th scope="row">{label}</th>{cells}</tr>',
            label=label,
            cells=Markup().join(markup("<td>{text}</td>", text=text or "–") for text in said),
        )
        for label, said in known.items()
        if any(said)
    )
    goes = [say("is withdrawn")] * len(plan.doubles)
    heads = [say("Field"), say("stays"), *goes]
    return table_of(say("The two side by side"), heads, rows, css="mk-understood")


def _said(applications: Iterable[Application], field: str) -> str:
    return ", ".join(dict.fromkeys(filter(None, (a.entries.get(field, "") for a in applications))))
