"""What a programme asks of those who apply, and what must be true of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import ipywidgets as w

from mentorkit.errors import UsageError
from mentorkit.language import LANGUAGES, Language, Voice, later, say, speaking, voice
from mentorkit.programme.fields import ALWAYS, FIELDS
from mentorkit.programme.pay import pay_scale
from mentorkit.programme.rules import Rule, gender_names, is_grade
from mentorkit.setup import change, typed, words
from mentorkit_widgets.base import section
from mentorkit_widgets.components.form import Field, Form, Value
from mentorkit_widgets.components.table import Table, action, chip, column
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.parts import (
    EntryList,
    Problem,
    Setting,
    SettingsForm,
    at,
    plain,
    row,
)

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
    """Return the eligibility rules, and what becomes of late applications and of pay grades."""
    table = Table(
        say("What must be true of those who apply"),
        [column("rule", say("Rule")), column("role", say("For"))],
        empty=say("No rule: everybody is admitted."),
    )
    rules = _Rules(model)
    entries = EntryList(
        model, "rule", table, rows=rules.rows, fields=rules.fields, load=rules.load, take=rules.take,
        remove=rules.remove, new=say("New rule"), add=say("Add the rule"),
    )  # fmt: skip
    entries.form.on_edit(lambda *_: rules.choose_for(entries.form))
    hint = say(
        "Anyone who breaks a rule is not admitted, or is looked at by a person; a coordinator may decide"
        " otherwise, with a reason."
    )
    ruled = section(say("Rules"), Problem(model, "rules"), entries, hint=hint)
    general = section(say("Closing date and pay grades"), SettingsForm(model, "rules", _general))
    return w.VBox([ruled, general], layout=w.Layout(grid_gap="1rem"))


def _general() -> list[Setting]:
    late = {str(key): text for key, text in words.late_names().items()}
    scales = words.scale_names()
    told = say("How grades become numbers; a rule on grades names its own scale.")
    return [
        plain(Field("late", say("Applications after the closing date"), "choice", options=late, required=True,
                    width="half")),
        plain(Field("pay_scale", say("Pay grades are read by"), "choice", help=told, required=True,
                    options=scales, width="half")),
    ]  # fmt: skip


class _Rules:
    """The rules as entries of a list."""

    def __init__(self, model: ProgrammeModel) -> None:
        self.model = model

    def _now(self) -> list[Rule]:
        return [Rule.model_validate(given) for given in self.model.settings["rules"]]

    def rows(self) -> list[dict[str, Any]]:
        """Return the rules as rows of a table."""
        rows = []
        for i, rule in enumerate(self._now()):
            sentence = words.rule_sentence(rule)
            key = f"{rule.role}-{rule.field}-{rule.test}-{'hard' if rule.hard else 'soft'}"
            cells = {"rule": sentence, "role": words.role_name(rule.role)}
            rows.append(row(i, sentence, cells, editable=self.model.may_change, key=key))
        return rows

    def take(self, place: int | None, values: Mapping[str, Any]) -> None:
        """Put a rule into the settings, and the question it needs."""
        made = at(_place_of_value(values), typed.eligibility, values)
        rules = list(self.model.settings["rules"])
        if place is None:
            rules.append(made.model_dump())
        else:
            rules[place] = _following(self._now()[place], made).model_dump()
        questions = self.model.settings["questions"]
        if made.field not in questions[made.role]:  # who tests a field has to ask it
            asked = (*questions[made.role], made.field)
            self.model.settings = {**self.model.settings, "questions": {**questions, made.role: asked}}
        self.model.change("rules", tuple(rules))

    def remove(self, place: int) -> None:
        """Take a rule out."""
        rules = self.model.settings["rules"]
        self.model.change("rules", tuple(r for i, r in enumerate(rules) if i != place))

    def load(self, place: int | None) -> dict[str, Value]:
        """Return a rule as its fields hold it; None is a new one."""
        values = {"role": "mentee", "field": "gender", "test": "is", "value": "f"}
        values |= {"hard": "yes", "sentence_de": "", "sentence_en": ""}
        held: dict[str, Value] = {**values}
        if place is not None:
            held = _held(self._now()[place])
        return {field.name: held.get(field.name, field.empty()) for field in self.fields(held)}

    def fields(self, values: Mapping[str, Any]) -> list[Field]:
        """Return the fields of a rule, for what they hold now."""
        ruled = {name: FIELDS[name].label for name in FIELDS if change.possible_tests(name)}
        tests = change.possible_tests(values["field"])
        test = values.get("test") if values.get("test") in tests else tests[0]
        roles = {key: words.role_name(key) for key in ("mentee", "mentor")}
        names = {str(key): text for key, text in words.test_names().items() if key in tests}
        hard = {"yes": say("is not admitted"), "no": say("is looked at by a person")}
        choice = [Field("test", say("Comparison"), "choice", required=True, options=names, width="half")]
        return [
            Field("role", say("For"), "radio", required=True, options=roles),
            Field("field", say("Field"), "choice", required=True, options=ruled, width="half"),
            *(choice if len(tests) > 1 else []),
            *self._asked(str(test), values),
            Field("hard", say("Anyone who breaks the rule"), "radio", required=True, options=hard),
            *(self._sentence(language, values) for language in LANGUAGES),
        ]

    def _asked(self, test: str, values: Mapping[str, Any]) -> list[Field]:
        """Return the fields for what an answer is compared with."""
        label, told, field = say("Value"), say(_HELP[test]), values["field"]
        options = gender_names() if field == "gender" else {}
        if is_grade(field):
            return self._limits(test, values)
        if test == "is_one_of":
            kind: Literal["ticks", "tags"] = "ticks" if options else "tags"
            return [Field("values", say("Values"), kind, help=told, required=True, options=options)]
        if options:
            return [Field("value", label, "choice", help=told, required=True, options=options)]
        return [Field("value", label, help=told, locked=test == "yes")]

    def _limits(self, test: str, values: Mapping[str, Any]) -> list[Field]:
        """Return a choice of grades for each series of the scale: none is equated with another."""
        name = values.get("scale") or self.model.settings["pay_scale"]
        told = say("Lowest grade") if test == "at_least" else say("Highest grade")
        limits = [
            Field(f"limit_{series.name}", f"{told}: {series.title[voice().language]}", "choice", width="half",
                  options={step: series.written(step) for step in series.steps},
                  help=say("Without one, a person decides on grades of this scale."))
            for series in pay_scale(name).series
        ]  # fmt: skip
        scale = Field("scale", say("By the scale"), "choice", required=True, options=words.scale_names())
        return [scale, *limits]

    def _sentence(self, language: Language, values: Mapping[str, Any]) -> Field:
        """Return the field for the rule's sentence; below it stands the one that is made of the rest."""
        label = say("Sentence ({language})", language=words.LANGUAGE_NAMES[language])
        try:
            given = {**values, "sentence_de": "", "sentence_en": ""}
            with speaking(Voice(language)):
                made = typed.eligibility(given).sentence
        except (UsageError, KeyError, ValueError):
            told = say("Findings quote it. Empty, it is made of the rule.")
        else:
            told = say("Findings quote it. Empty, it is: {sentence}", sentence=made)
        return Field(f"sentence_{language}", label, help=told)

    def choose_for(self, form: Form) -> None:
        """Choose what a field that has just come has to be, where nothing is chosen yet."""
        values = form.values
        first = {
            "test": change.possible_tests(str(values["field"]))[0],
            "scale": self.model.settings["pay_scale"],
        }
        missing = {name: choice for name, choice in first.items() if values.get(name) == ""}
        if missing:
            form.fill(missing)
            form.fields = self.fields(form.values)


_HELP = {
    "yes": later("The answer must be yes; there is nothing to fill in."),
    "at_least": later("The answer must be at least the value."),
    "at_most": later("The answer must be at most the value."),
    "is": later("The answer must be exactly this."),
    "is_one_of": later("The answer must be one of these; of several answers, one must be."),
}


def _held(rule: Rule) -> dict[str, Value]:
    """Return what the fields hold for a rule."""
    value = "" if rule.value is None else rule.value
    held: dict[str, Value] = {
        "role": rule.role, "field": rule.field, "test": rule.test, "scale": rule.scale,
        "value": value if isinstance(value, str) else typed.written(value),
        "values": list(rule.values), "hard": "yes" if rule.hard else "no",
    }  # fmt: skip
    limits: dict[str, Value] = {f"limit_{series}": step for series, step in rule.limits.items()}
    sentences: dict[str, Value] = {f"sentence_{code}": rule.sentences.get(code, "") for code in LANGUAGES}
    return {**held, **limits, **sentences}


def _place_of_value(values: Mapping[str, Any]) -> str:
    """Return the name of the field in which what the rule compares with is wrong, if it is."""
    return next(
        (name for name in values if name in ("value", "values") or name.startswith("limit_")), "value"
    )


def _following(old: Rule, new: Rule) -> Rule:
    """Return a changed rule: with its code while it tests the same, without sentences that are wrong now."""
    told = new.sentences
    compared = {"role", "field", "test", "value", "values", "limits", "scale"}
    if old.model_dump(include=compared) != new.model_dump(include=compared):
        told = {code: text for code, text in told.items() if text != old.sentences.get(code)}
    same = (old.role, old.field, old.test) == (new.role, new.field, new.test)
    same &= new.test != "is" or old.value == new.value
    return new.model_copy(update={"code": old.code if same else new.code, "sentences": told})
