"""The sections of a programme that are lists: organisations, questions, rules, criteria, calendar."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import ipywidgets as w

from mentorkit.intake import values
from mentorkit.language import say
from mentorkit.language.formats import date, number
from mentorkit.programme.fields import ALWAYS, FIELDS
from mentorkit.programme.settings import CalendarEntry, Rule
from mentorkit.setup import change, words
from mentorkit.setup.change import OrganisationEdit
from mentorkit_widgets.base import actions, button, paragraph, shown
from mentorkit_widgets.programme import ProgrammeModel
from mentorkit_widgets.programme_parts import (
    EditedList,
    Problem,
    choice,
    field,
    row,
    section,
    tick,
    with_problem,
)
from mentorkit_widgets.table import Table, action, chip, column

# -- organisations -----------------------------------------------------------------------------------


def organisations_section(model: ProgrammeModel) -> w.Widget:
    """Return which organisations take part, how many persons of each, and their names."""
    kinds = {key: say(text) for key, text in words.KINDS.items()}
    kind = choice(say("Which organisations take part"), kinds)
    quotas = {
        role: field(w.Text, label, placeholder=say("no limit"))
        for role, label in (
            ("mentees", say("Most {mentee:pl.nom} of an organisation")),
            ("mentors", say("Most {mentor:pl.nom} of an organisation")),
        )
    }
    name = field(w.Text, say("Name of the organisation"))
    aliases = field(w.Text, say("Other spellings, separated by semicolons"))

    def rows() -> list[dict[str, Any]]:
        return [
            row(i, o.name, {"name": o.name, "aliases": list(o.aliases)}, editable=model.may_change)
            for i, o in enumerate(model.organisations)
        ]

    def load(place: int | None) -> None:
        edit = model.organisations[place] if place is not None else OrganisationEdit("")
        name.value, aliases.value = edit.name, "; ".join(edit.aliases)

    def take(place: int | None) -> str:
        if not name.value.strip():
            return say("Please give every organisation a name.")
        spellings = tuple(dict.fromkeys(filter(None, (part.strip() for part in aliases.value.split(";")))))
        if place is None:
            model.organisations.append(OrganisationEdit(name.value.strip(), spellings))
        else:
            old = model.organisations[place]
            edit = OrganisationEdit(old.name, spellings, old.id).renamed(name.value.strip())
            model.organisations[place] = edit
        model.follow()
        return ""

    def remove(place: int) -> None:
        model.organisations.pop(place)
        model.follow()

    table = Table(
        say("Organisations"),
        [column("name", say("Name")), column("aliases", say("Other spellings"), "list")],
        empty=say("No organisation yet."), filtered=True,
    )  # fmt: skip
    names = EditedList(
        model, table, (name, aliases), rows, load, take,
        remove, say("New organisation"),
    )  # fmt: skip
    _link_quotas(model, kind, quotas)
    hint = say(
        "A new name reaches all applications; the old one stays as a spelling."
        " What is in use cannot be removed."
    )
    limits = [with_problem(model, f"quotas.{role}", part) for role, part in quotas.items()]
    return section(say("Organisations"), kind, *limits, names, Problem(model, "organisations"), hint=hint)


def _link_quotas(model: ProgrammeModel, kind: w.Widget, quotas: dict[str, w.Widget]) -> None:
    filling = [False]

    def fill(*_: object) -> None:
        filling[0] = True
        kind.value = model.settings["organisations"]["kind"]
        for role, part in quotas.items():
            limit = model.settings["quotas"][role]
            part.value = "" if limit is None else str(limit)
        for part in (kind, *quotas.values()):
            part.disabled = not model.may_change
        filling[0] = False

    def limit(role: str, text: str) -> None:
        if filling[0]:
            return
        if not text.strip() or text.strip().isdecimal():
            model.change(f"quotas.{role}", int(text) if text.strip() else None)
        else:
            model.wrong(
                f"quotas.{role}", say("“{text}” is no whole number; empty means no limit.", text=text)
            )

    fill()
    model.observe(fill, "reads")
    kind.observe(
        lambda seen: None if filling[0] else model.change("organisations.kind", seen["new"]), "value"
    )
    for role, part in quotas.items():
        part.observe(lambda seen, role=role: limit(role, seen["new"]), "value")


# -- questions ---------------------------------------------------------------------------------------


def questions_section(model: ProgrammeModel) -> w.Widget:
    """Return the fields that are asked, by role, and whether they are required."""
    table = Table(
        say("What is asked"),
        [
            column("field", say("Field")),
            column("mentee", say("{mentee:pl.nom}"), "chip"),
            column("mentor", say("{mentor:pl.nom}"), "chip"),
            column("required", say("Required"), "chip"),
        ],
        filtered=True,
    )

    def show(*_: object) -> None:
        table.rows = [_question(model, name) for name in FIELDS if name not in ALWAYS]

    def act(name: str, which: str) -> None:
        questions = model.settings["questions"]
        had = questions[which]
        new = tuple(n for n in had if n != name) if name in had else (*had, name)
        questions = {**questions, which: new}
        asked = {*questions["mentee"], *questions["mentor"]}
        questions["required"] = tuple(n for n in questions["required"] if n in asked)
        model.change("questions", questions)

    table.on_action(act)
    model.observe(show, "edits")
    show()
    hint = say("Name and organisation are always asked. A required answer that is missing has to be mended.")
    return section(say("Questions"), Problem(model, "questions"), table, hint=hint)


def _question(model: ProgrammeModel, name: str) -> dict[str, Any]:
    questions, label = model.settings["questions"], FIELDS[name].label
    asked = name in questions["mentee"] or name in questions["mentor"]

    def sign(which: str) -> Any:  # noqa: ANN401 - a cell
        return chip(say("yes"), "check", "good") if name in questions[which] else None

    buttons = []
    for which, on, off in (
        ("mentee", say("Ask {mentee:pl.acc}"), say("Do not ask {mentee:pl.acc}")),
        ("mentor", say("Ask {mentor:pl.acc}"), say("Do not ask {mentor:pl.acc}")),
        ("required", say("Make it required"), say("Make it optional")),
    ):
        if which != "required" or asked:
            word = off if name in questions[which] else on
            buttons.append(action(which, word, say("{action}: {field}", action=word, field=label)))
    cells = {which: sign(which) for which in ("mentee", "mentor", "required")}
    return {"id": name, "field": label, **cells, "actions": buttons if model.may_change else []}


# -- rules -------------------------------------------------------------------------------------------


def rules_section(model: ProgrammeModel) -> w.Widget:
    """Return the eligibility rules."""
    ruled = {name: FIELDS[name].label for name in FIELDS if change.possible_tests(name)}
    role = choice(say("For"), {key: words.role_name(key) for key in ("mentee", "mentor")})
    name = choice(say("Field"), ruled)
    value = field(w.Text, say("Value"))
    gender = choice(say("Gender that is asked for"), words.gender_names())
    says = w.HTML()

    def follow(*_: object) -> None:
        test = change.possible_tests(name.value)[0]
        shown(gender, name.value == "gender")
        shown(value, test != "yes" and name.value != "gender")
        told = {
            "yes": say("The answer must be yes."),
            "at_least": say("The answer must be at least the value."),
            "is": say("The answer must be exactly this."),
        }
        says.value = paragraph(told[test], "mk-muted")

    def rows() -> list[dict[str, Any]]:
        found = [Rule.model_validate(given) for given in model.settings["rules"]]
        return [
            row(
                i, words.rule_sentence(r), {"rule": words.rule_sentence(r), "role": words.role_name(r.role)},
                editable=model.may_change,
            )
            for i, r in enumerate(found)
        ]  # fmt: skip

    def load(place: int | None) -> None:
        if place is None:
            value.value = ""
            follow()
            return
        given = model.settings["rules"][place]
        role.value, name.value = given["role"], given["field"]
        if given["field"] == "gender":
            gender.value = given["value"]
        else:
            value.value = "" if given["value"] is None else str(given["value"])
        follow()

    def take(place: int | None) -> str:
        made = _rule(role.value, name.value, gender.value if name.value == "gender" else value.value)
        if isinstance(made, str):
            return made
        rules = list(model.settings["rules"])
        if place is None:
            rules.append(made.model_dump())
        else:
            rules[place] = made.model_dump()
        questions = model.settings["questions"]
        if made.field not in questions[made.role]:  # who tests a field has to ask it
            asked = (*questions[made.role], made.field)
            model.settings = {**model.settings, "questions": {**questions, made.role: asked}}
        model.change("rules", tuple(rules))
        return ""

    def remove(place: int) -> None:
        rules = model.settings["rules"]
        model.change("rules", tuple(r for i, r in enumerate(rules) if i != place))

    name.observe(follow, "value")
    table = Table(
        say("Rules"), [column("rule", say("Rule")), column("role", say("For"))],
        empty=say("No rule: everybody is admitted."),
    )  # fmt: skip
    names = EditedList(
        model, table, (role, name, says, value, gender), rows, load, take, remove, say("New rule")
    )
    hint = say("Who breaks a rule is not admitted; a coordinator may decide otherwise, with a reason.")
    return section(say("Rules"), Problem(model, "rules"), names, hint=hint)


def _rule(role: Any, name: str, text: str) -> Rule | str:  # noqa: ANN401 - one of the two roles
    test = change.possible_tests(name)[0]
    if test == "yes":
        return change.rule(role, name, test, None)
    if test == "is":
        return change.rule(role, name, test, text.strip()) if text.strip() else say("Please give the value.")
    try:
        figure = float(text.strip().replace(",", "."))
    except ValueError:
        return say("“{text}” is no number.", text=text)
    return change.rule(role, name, test, int(figure) if figure == int(figure) else figure)


# -- criteria ----------------------------------------------------------------------------------------


def criteria_section(model: ProgrammeModel) -> w.Widget:
    """Return the criteria with their weights, and their sum."""
    return section(
        say("Criteria"),
        CriteriaFields(model),
        hint=say("What makes a good tandem: points of the 1000 that a perfect one has."),
    )


class CriteriaFields(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A weight for each criterion in use, the others to choose from, and the running sum."""

    def __init__(self, model: ProgrammeModel) -> None:
        self.model = model
        self.fields: dict[str, w.BoundedIntText] = {}
        self.weights = w.VBox(layout=w.Layout(grid_gap="0.4rem"))
        self.sum = w.HTML()
        self.other = choice(say("Further criterion"), {})
        self.add = button(say("Add"), self._add)
        self.even = button(say("Distribute evenly"), self._distribute)
        self.more = w.VBox([self.other, actions(self.add)])
        super().__init__(
            [self.weights, self.sum, Problem(model, "criteria"), actions(self.even), self.more],
            layout=w.Layout(grid_gap="0.6rem"),
        )
        model.observe(self.build, "reads")
        model.observe(self.show_sum, "edits")
        self.build()

    def build(self, *_: object) -> None:
        """Make the fields of the criteria in use."""
        from mentorkit.matching.criteria import MEASURES

        model = self.model
        self.fields = {}
        lines = []
        for given in model.settings["criteria"]:
            label = MEASURES[given["name"]].label
            part = field(w.BoundedIntText, label, value=given["weight"], min=0, max=1000, step=10)
            part.disabled = not model.may_change
            part.observe(lambda seen, name=given["name"]: self._weigh(name, seen["new"]), "value")
            self.fields[given["name"]] = part
            title = say("Remove {name}", name=label)
            drop = button(title, partial(self._remove, given["name"]))
            shown(drop, model.may_change)
            lines.append(w.VBox([part, actions(drop)]))
        for old in self.weights.children:
            old.close()
        self.weights.children = tuple(lines)
        self.other.options = [(m.label, name) for name, m in MEASURES.items() if name not in self.fields]
        shown(self.more, bool(self.other.options) and model.may_change)
        shown(self.even, len(lines) > 1 and model.may_change)
        self.show_sum()

    def show_sum(self, *_: object) -> None:
        """Show the sum of the weights."""
        total = sum(given["weight"] for given in self.model.settings["criteria"])
        self.sum.value = paragraph(say("Sum: {total} of {all}", total=number(total), all=number(1000)))

    def _weigh(self, name: str, weight: int) -> None:
        self._set([{**c, "weight": weight} if c["name"] == name else c for c in self._now()])

    def _add(self) -> None:
        if self.other.value:
            self._set([*self._now(), {"name": self.other.value, "weight": 0, "options": {}}], anew=True)

    def _remove(self, name: str) -> None:
        self._set([c for c in self._now() if c["name"] != name], anew=True)

    def _distribute(self) -> None:
        n = len(self._now())
        weights = [1000 // n + (i < 1000 % n) for i in range(n)]
        self._set([{**c, "weight": x} for c, x in zip(self._now(), weights, strict=True)], anew=True)

    def _now(self) -> list[dict[str, Any]]:
        return list(self.model.settings["criteria"])

    def _set(self, criteria: list[dict[str, Any]], *, anew: bool = False) -> None:
        self.model.change("criteria", tuple(criteria))
        if anew:
            self.build()


# -- calendar ----------------------------------------------------------------------------------------


def calendar_section(model: ProgrammeModel) -> w.Widget:
    """Return the dates of the run."""
    title = field(w.Text, say("What it is"))
    day = field(w.Text, say("Date (DD.MM.YYYY)"), placeholder="TT.MM.JJJJ")
    until = field(w.Text, say("Until (only for a span)"), placeholder="TT.MM.JJJJ")
    closing = tick(say("Closing date for applications: what comes later is doubtful"))

    def rows() -> list[dict[str, Any]]:
        return [
            row(i, entry.title, {"when": _when(entry), "title": _title(entry)}, editable=model.may_change)
            for i, entry in enumerate(model.calendar)
        ]

    def load(place: int | None) -> None:
        entry = model.calendar[place] if place is not None else None
        title.value = entry.title if entry else ""
        day.value = _typed(entry.day) if entry else ""
        until.value = _typed(entry.until) if entry and entry.until else ""
        closing.value = entry is not None and entry.key == "closing"

    def take(place: int | None) -> str:
        first, last = _day(day.value), _day(until.value)
        for part, found in ((day, first), (until, last)):
            if found is None and (part.value.strip() or part is day):
                return say("“{text}” is no date; please write it like 30.09.2027.", text=part.value)
        old = model.calendar[place] if place is not None else None
        key = (
            "closing" if closing.value else old.key if old and old.key != "closing" else _key(model.calendar)
        )
        entry = CalendarEntry(key=key, title=title.value.strip(), day=first or dt.date.min, until=last)
        wanted = [*model.calendar, entry] if place is None else list(model.calendar)
        if place is not None:
            wanted[place] = entry
        if wrong := change.problems(model.settings, model.organisations, wanted).get("calendar"):
            return wrong
        model.calendar = sorted(wanted, key=lambda entry: (entry.day, entry.last_day))
        model.follow()
        return ""

    def remove(place: int) -> None:
        model.calendar.pop(place)
        model.follow()

    table = Table(
        say("Calendar"), [column("when", say("When")), column("title", say("What"))],
        empty=say("The calendar of this run is still empty."),
    )  # fmt: skip
    names = EditedList(
        model, table, (title, day, until, closing), rows, load, take,
        remove, say("New date"),
    )  # fmt: skip
    name = model.run.record.name if model.run else ""
    return section(say("Calendar {run}", run=name), Problem(model, "calendar"), names)


def _when(entry: CalendarEntry) -> dict[str, Any]:
    text = date(entry.day) + (f" – {date(entry.until)}" if entry.until else "")
    return {"text": text, "sort": entry.day.isoformat(), "note": ""}


def _title(entry: CalendarEntry) -> dict[str, Any]:
    note = say("closing date") if entry.key == "closing" else ""
    return {"text": entry.title, "sort": entry.title, "note": note}


def _typed(day: dt.date) -> str:
    return day.strftime("%d.%m.%Y")


def _day(text: str) -> dt.date | None:
    found = values.date(text).value
    return dt.date.fromisoformat(found) if found else None


def _key(calendar: list[CalendarEntry]) -> str:
    known = {entry.key for entry in calendar}
    return next(key for n in range(1, len(calendar) + 2) if (key := f"date-{n}") not in known)
