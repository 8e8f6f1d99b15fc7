"""What a programme asks of those who apply, and what must be true of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from mentorkit.language import say
from mentorkit.programme.fields import ALWAYS, FIELDS
from mentorkit.programme.settings import Rule
from mentorkit.setup import change, typed, words
from mentorkit_widgets.components.form import Field, Value
from mentorkit_widgets.components.table import Table, action, chip, column
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.parts import EntryList, Problem, at, row, section

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
    table = Table(
        say("What must be true of those who apply"),
        [column("rule", say("Rule")), column("role", say("For"))],
        empty=say("No rule: everybody is admitted."),
    )
    rules = _Rules(model)
    entries = EntryList(
        model, "rule", table, rows=rules.rows, fields=_rule_fields, load=rules.load, take=rules.take,
        remove=rules.remove, new=say("New rule"), add=say("Add the rule"),
    )  # fmt: skip
    hint = say("Who breaks a rule is not admitted; a coordinator may decide otherwise, with a reason.")
    return section(say("Rules"), Problem(model, "rules"), entries, hint=hint)


class _Rules:
    """The rules as entries of a list."""

    def __init__(self, model: ProgrammeModel) -> None:
        self.model = model

    def rows(self) -> list[dict[str, Any]]:
        found = [Rule.model_validate(given) for given in self.model.settings["rules"]]
        told = [
            (f"{rule.role}-{rule.field}-{rule.test}", words.rule_sentence(rule), words.role_name(rule.role))
            for rule in found
        ]
        return [
            row(i, sentence, {"rule": sentence, "role": role}, editable=self.model.may_change, key=key)
            for i, (key, sentence, role) in enumerate(told)
        ]

    def take(self, place: int | None, values: Mapping[str, Any]) -> None:
        made = at("value", typed.eligibility, values["role"], values["field"], values["value"])
        rules = list(self.model.settings["rules"])
        if place is None:
            rules.append(made.model_dump())
        else:
            rules[place] = made.model_dump()
        questions = self.model.settings["questions"]
        if made.field not in questions[made.role]:  # who tests a field has to ask it
            asked = (*questions[made.role], made.field)
            self.model.settings = {**self.model.settings, "questions": {**questions, made.role: asked}}
        self.model.change("rules", tuple(rules))

    def remove(self, place: int) -> None:
        rules = self.model.settings["rules"]
        self.model.change("rules", tuple(r for i, r in enumerate(rules) if i != place))

    def load(self, place: int | None) -> dict[str, Value]:
        if place is None:
            return {"role": "mentee", "field": "gender", "value": "f"}
        given = self.model.settings["rules"][place]
        value = "" if given["value"] is None else given["value"]
        value = value if isinstance(value, str) else typed.written(value)
        return {"role": given["role"], "field": given["field"], "value": value}


def _rule_fields(values: Mapping[str, Any]) -> list[Field]:
    ruled = {name: FIELDS[name].label for name in FIELDS if change.possible_tests(name)}
    test = change.possible_tests(values["field"])[0]
    told = {
        "yes": say("The answer must be yes; there is nothing to fill in."),
        "at_least": say("The answer must be at least the value."),
        "is": say("The answer must be exactly this."),
    }
    roles = {key: words.role_name(key) for key in ("mentee", "mentor")}
    label = say("Value")
    value = Field("value", label, help=told[test], locked=test == "yes")
    if values["field"] == "gender":
        value = Field("value", label, "choice", help=told[test], required=True, options=words.gender_names())
    return [
        Field("role", say("For"), "radio", required=True, options=roles),
        Field("field", say("Field"), "choice", required=True, options=ruled, width="half"),
        value,
    ]
