"""The criteria of the matching: sliders for their weights, and an example that shows what they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import ipywidgets as w

from mentorkit.errors import UsageError
from mentorkit.language import say
from mentorkit.language.formats import number
from mentorkit.matching.criteria import MEASURES, Option
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.settings import Criterion
from mentorkit.setup import typed, weights
from mentorkit.setup.sample import SampleTandem, sample
from mentorkit_widgets.base import actions, button, markup, paragraph, section, shown
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.form import Field, Value
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table, bar, column
from mentorkit_widgets.programme.general import number_setting
from mentorkit_widgets.programme.judged import judged_section
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.parts import Problem, Setting, SettingsForm
from mentorkit_widgets.programme.tandem_rules import distances_section, limits_section

#: Kinds of answers that can be compared as numbers.
_NUMBERS = ("grade", "number", "year", "hours", "places")
_Criteria = Sequence[dict[str, Any]]


def criteria_section(model: ProgrammeModel) -> w.Widget:
    """Return which criteria count, their weights and their sum, and the example."""
    hint = say(
        "What makes a good tandem: points of the 1,000 that a perfect one has."
        " As many tandems as possible are formed first, then those with most points."
    )
    lowest = SettingsForm(model, "lowest-score", _lowest)
    parts = [
        section(say("Criteria"), Weights(model), lowest, hint=hint),
        _example(model),
        limits_section(model),
        distances_section(model),
        judged_section(model),
    ]
    return w.VBox(parts, layout=w.Layout(grid_gap="1rem"))


# -- weights -----------------------------------------------------------------------------------------


class Weights(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Which criteria count, a slider for each of these, the sum, and help to bring it to 1000."""

    def __init__(self, model: ProgrammeModel) -> None:
        self.model = model
        #: The criterion whose weight was moved last: it stays when the others are adjusted.
        self.last = ""
        self.form = SettingsForm(model, "criteria", lambda: _ties(model))
        self.sum = LaidOut()
        self.spread = button(say("Share out the difference evenly"), lambda: self._set(weights.spread))
        self.scale = button(say("Adjust the others in proportion"), self._scale)
        self.help = w.VBox([actions(self.spread, self.scale)])
        super().__init__(
            [self.form, self.sum, Problem(model, "criteria"), self.help], layout=w.Layout(grid_gap="0.6rem")
        )
        self.form.on_edit(self._note)
        model.observe(self.show, "edits")
        self.show()

    def show(self, *_: object) -> None:
        """Show the sum, and what helps where it is not right."""
        now = _weights(self.model)
        gap = weights.missing(now)
        told = {"total": number(weights.ALL - gap), "all": number(weights.ALL), "n": number(abs(gap))}
        text = say("Sum: {total} of {all}", **told)
        if gap > 0:
            text = say("Sum: {total} of {all}; {n} points are still to be given.", **told)
        elif gap < 0:
            text = say("Sum: {total} of {all}; {n} points too many.", **told)
        self.sum.value = markup('<p role="status"><strong>{text}</strong></p>', text=text)
        # they stay where there is no gap: a button that vanishes takes the focus with it
        shown(self.help, bool(now) and self.model.may_change)
        shown(self.scale, len(now) > 1)

    def _note(self, name: str, _value: Value) -> None:
        if name == "criteria.used":
            self.form.offer()
        elif name.count(".") == 1:
            self.last = name.partition(".")[2]

    def _scale(self) -> None:
        self._set(partial(weights.scaled, keep=self.last if self.last in _weights(self.model) else ""))

    def _set(self, share: Callable[[Mapping[str, int]], dict[str, int]]) -> None:
        if not weights.missing(_weights(self.model)):
            self.model.say(say("The weights sum to 1,000 already."))
            return
        found = share(_weights(self.model))
        criteria = self.model.settings["criteria"]
        self.model.put("criteria", tuple({**c, "weight": found[c["name"]]} for c in criteria))


def _weights(model: ProgrammeModel) -> dict[str, int]:
    return {given["name"]: given["weight"] for given in model.settings["criteria"]}


def _ties(model: ProgrammeModel) -> list[Setting]:
    """Return the fields of all criteria in use: a slider each, and what else can be set of it."""
    names = {name: measure.label for name, measure in MEASURES.items()}
    ties = [
        Setting(
            Field("criteria.used", say("Which criteria count"), "ticks", options=names),
            lambda settings: [name for name in names if name in {c["name"] for c in settings["criteria"]}],
            partial(_using, model),
            "criteria",
        )
    ]
    step = weights.grain(_weights(model))
    for name in _weights(model):
        if name in MEASURES:
            ties.append(_slider(model, name, step))
            ties += [_option(model, name, option) for option in MEASURES[name].options]
    return ties


def _lowest() -> list[Setting]:
    lowest = Field("lowest_score", say("Lowest score of a tandem (0 to 1,000)"), "number", least=0, most=1000,
                   help=say("Tandems with fewer points are not formed."))  # fmt: skip
    return [number_setting(lowest)]


def _using(model: ProgrammeModel, names: Sequence[str]) -> _Criteria:
    """Return the criteria with exactly these; a new one has no weight at first."""
    kept = [
        given
        for given in model.settings["criteria"]
        if given["name"] in names or given["name"] not in MEASURES
    ]
    known = {given["name"] for given in kept}
    return (*kept, *({"name": name, "weight": 0, "options": {}} for name in names if name not in known))


def _slider(model: ProgrammeModel, name: str, step: int) -> Setting:
    def read(text: str) -> _Criteria:
        return tuple(
            {**given, "weight": int(text)} if given["name"] == name else given
            for given in model.settings["criteria"]
        )

    field = Field(f"criteria.{name}", MEASURES[name].label, "range", least=0, most=weights.ALL, step=step,
                  unit=say("points"))  # fmt: skip
    return Setting(field, lambda _: str(_weights(model)[name]), read, "criteria")


def _option(model: ProgrammeModel, name: str, option: Option) -> Setting:
    def write(settings: Mapping[str, Any]) -> Value:
        options = next(given["options"] for given in settings["criteria"] if given["name"] == name)
        value = options.get(option.name, option.default)
        return value if isinstance(value, str) else typed.written(value)

    def read(text: str) -> _Criteria:
        ends = option.least, option.most
        value = text if option.least is None else typed.figure(text, *ends)
        return tuple(
            {**given, "options": {**given["options"], option.name: value}} if given["name"] == name else given
            for given in model.settings["criteria"]
        )

    label = say("{criterion}: {option}", criterion=MEASURES[name].label, option=option.label)
    field = Field(f"criteria.{name}.{option.name}", label, "number", width="third")
    if option.least is None:
        fields = {key: known.label for key, known in FIELDS.items() if known.kind in _NUMBERS}
        field = Field(field.name, label, "choice", required=True, options=fields, width="third")
    return Setting(field, write, read, "criteria")


# -- the example -------------------------------------------------------------------------------------


def _example(model: ProgrammeModel) -> w.Widget:
    """Return two invented tandems, scored by the weights as they are being set."""
    finding, reasons = LaidOut(), LaidOut()
    table = Table(say("The example in points"), [])

    def show(*_: object) -> None:
        criteria = [Criterion.model_validate(given) for given in model.settings["criteria"]]
        try:
            tandems = sample(criteria)
        except UsageError as error:
            finding.value = paragraph(str(error), "mk-blocker")
            return
        finding.value = markup('<p role="status">{text}</p>', text=_finding(tandems))
        table.columns = [
            column("criterion", say("Criterion"), sortable=False),
            *(column(f"tandem{i}", _pair(tandem), "bar", sortable=False) for i, tandem in enumerate(tandems)),
        ]
        table.rows = _rows(criteria, tandems)
        reasons.value = _reasons(tandems)

    model.observe(show, "edits")
    show()
    why = Disclosure(say("Why so many points"), lambda: reasons)
    hint = say("Three invented people, scored by the weights above: move a slider and see who fits better.")
    return section(say("What the weights do"), finding, table, why, hint=hint)


def _pair(tandem: SampleTandem) -> str:
    return f"{tandem.mentee} – {tandem.mentor}"


def _finding(tandems: Sequence[SampleTandem]) -> str:
    better, other = sorted(tandems, key=lambda tandem: -tandem.total)
    if better.total == other.total:
        return say(
            "With these weights {name} fits {one} as well as {other}: {n} points.",
            name=better.mentee, one=better.mentor, other=other.mentor, n=number(better.total),
        )  # fmt: skip
    return say(
        "With these weights {name} fits {better} better ({n} points) than {other} ({m} points).",
        name=better.mentee, better=better.mentor, other=other.mentor,
        n=number(better.total), m=number(other.total),
    )  # fmt: skip


def _rows(criteria: Sequence[Criterion], tandems: Sequence[SampleTandem]) -> list[dict[str, Any]]:
    most = max((criterion.weight for criterion in criteria), default=0) or 1
    rows: list[dict[str, Any]] = [
        {
            "id": criterion.name,
            "criterion": MEASURES[criterion.name].label,
            **{
                f"tandem{i}": bar(number(tandem.points[criterion.name]), tandem.points[criterion.name], most)
                for i, tandem in enumerate(tandems)
            },
        }
        for criterion in criteria
    ]
    total = {f"tandem{i}": bar(number(t.total), t.total, weights.ALL) for i, t in enumerate(tandems)}
    return [*rows, {"id": "total", "criterion": say("Sum of all"), **total}]


def _reasons(tandems: Sequence[SampleTandem]) -> str:
    parts = []
    for tandem in tandems:
        items = [
            markup("<li>{label}: {why}</li>", label=MEASURES[name].label, why=why)
            for name, why in tandem.reasons.items()
        ]
        parts.append(markup("<h3>{pair}</h3>", pair=_pair(tandem)))
        parts.append(markup("<ul>{items}</ul>", items=markup("").join(items)))
    return markup("").join(parts)
