"""Rules on tandems that a programme sets: limits over all of them, and distances between the two of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import ipywidgets as w

from mentorkit.language import later, say
from mentorkit.programme.fields import ALWAYS, FIELDS
from mentorkit.programme.pair_rules import (
    VETERAN,
    Distance,
    TandemLimit,
    countable,
    counted_name,
    is_yes_no,
    subtractable,
)
from mentorkit.programme.rules import gender_names
from mentorkit.setup import typed, words
from mentorkit_widgets.base import section
from mentorkit_widgets.components.form import Field, Value
from mentorkit_widgets.components.table import Table, column
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.parts import EntryList, Problem, WrongEntry, at, row

#: What a limit can say, with the least and the most number that makes sense.
_BOUNDS = {
    "most": (later("at most so many tandems"), 0, 999),
    "least_percent": (later("at least so many percent of all tandems"), 1, 100),
    "most_percent": (later("at most so many percent of all tandems"), 0, 99),
}


def limits_section(model: ProgrammeModel) -> w.Widget:
    """Return the limits over all tandems."""
    table = Table(
        say("Limits over all tandems"),
        [column("rule", say("Limit"), sortable=False)],
        empty=say("There is no limit."),
    )
    limits = _Limits(model)
    entries = EntryList(
        model, "limit", table, rows=limits.rows, fields=limits.fields, load=limits.load, take=limits.take,
        remove=limits.remove, new=say("New limit"), add=say("Add the limit"),
    )  # fmt: skip
    hint = say(
        "How many tandems, or which share of them, may or must have people with certain answers. Where an"
        " answer is missing, the tandem does not count among them. A limit goes before the number of tandems."
    )
    return section(say("Limits over all tandems"), Problem(model, "limits"), entries, hint=hint)


def distances_section(model: ProgrammeModel) -> w.Widget:
    """Return the distances between the two of a tandem."""
    table = Table(
        say("Distances in a tandem"),
        [column("rule", say("Distance"), sortable=False)],
        empty=say("No distance is asked for."),
    )
    distances = _Distances(model)
    entries = EntryList(
        model, "distance", table, rows=distances.rows, fields=distances.fields, load=distances.load,
        take=distances.take, remove=distances.remove, new=say("New distance"), add=say("Add the distance"),
    )  # fmt: skip
    hint = say(
        "By how much the number of the {mentor:sg.nom} must lie above that of the {mentee:sg.nom}. Unknown"
        " numbers rule out nothing, nor do pay grades of different series."
    )
    return section(say("Distances in a tandem"), Problem(model, "distances"), entries, hint=hint)


class _Entries:
    """Rules of one kind as entries of a list."""

    def __init__(self, model: ProgrammeModel, setting: str) -> None:
        self.model, self.setting = model, setting

    @property
    def now(self) -> list[dict[str, Any]]:
        return list(self.model.settings[self.setting])

    def remove(self, place: int) -> None:
        self._put([given for i, given in enumerate(self.now) if i != place])

    def _enter(self, place: int | None, made: TandemLimit | Distance, *roles: str) -> None:
        """Put a rule into the settings, and the question it needs."""
        questions, new = self.model.settings["questions"], made.model_dump()
        for role in roles:
            if made.field not in (VETERAN, *ALWAYS, *questions[role]):
                questions = {**questions, role: (*questions[role], made.field)}
        self.model.settings = {**self.model.settings, "questions": questions}
        now = self.now
        self._put([*now, new] if place is None else [*now[:place], new, *now[place + 1 :]])

    def _put(self, entries: list[dict[str, Any]]) -> None:
        self.model.change(self.setting, tuple(entries))

    def _row(self, place: int, sentence: str, *key: object) -> dict[str, Any]:
        editable = self.model.may_change
        return row(place, sentence, {"rule": sentence}, editable=editable, key="-".join(map(str, key)))


class _Limits(_Entries):
    def __init__(self, model: ProgrammeModel) -> None:
        super().__init__(model, "limits")

    def rows(self) -> list[dict[str, Any]]:
        limits = [TandemLimit.model_validate(given) for given in self.now]
        return [
            self._row(i, limit.sentence, limit.role, limit.field, *limit.values, _bound(limit))
            for i, limit in enumerate(limits)
        ]

    def load(self, place: int | None) -> dict[str, Value]:
        if place is None:
            return {"role": "mentor", "field": "gender", "values": [], "bound": "least_percent", "n": ""}
        limit = TandemLimit.model_validate(self.now[place])
        held: dict[str, Value] = {"role": limit.role, "field": limit.field, "values": list(limit.values)}
        return {**held, "bound": _bound(limit), "n": str(getattr(limit, _bound(limit)))}

    def fields(self, values: Mapping[str, Any]) -> list[Field]:
        roles = {key: words.role_name(key) for key in ("mentee", "mentor")}
        counted = {VETERAN: say("Took part in an earlier run")}
        counted |= {name: FIELDS[name].label for name in countable()}
        bounds = {name: say(text) for name, (text, _, _) in _BOUNDS.items()}
        return [
            Field("role", say("Whose answer counts"), "radio", required=True, options=roles),
            Field("field", say("Field"), "choice", required=True, options=counted, width="half"),
            self._values(str(values["field"])),
            Field("bound", say("Limit"), "choice", required=True, options=bounds, width="half"),
            Field("n", say("Tandems or percent"), "number", required=True, least=0, most=999, width="half"),
        ]

    def _values(self, field: str) -> Field:
        options: dict[str, str] = {}
        if is_yes_no(field):
            options = {value: counted_name(field, value) for value in ("yes", "no")}
        elif field == "gender":
            options = gender_names()
        elif field == "organisation":
            options = {edit.name: edit.name for edit in self.model.organisations}
        kind: Literal["ticks", "tags"] = "ticks" if options else "tags"
        told = say("A tandem counts if the answer is one of these.")
        return Field("values", say("Values"), kind, help=told, required=True, options=options)

    def take(self, place: int | None, values: Mapping[str, Any]) -> None:
        if not values["values"]:
            raise WrongEntry("values", say("Please give at least one value."))
        bound = str(values["bound"])
        number = at("n", typed.whole, values["n"], *_BOUNDS[bound][1:])
        given = {name: values[name] for name in ("role", "field", "values")}
        self._enter(place, TandemLimit.model_validate({**given, bound: number}), str(values["role"]))


def _bound(limit: TandemLimit) -> str:
    return next(name for name in _BOUNDS if getattr(limit, name) is not None)


class _Distances(_Entries):
    def __init__(self, model: ProgrammeModel) -> None:
        super().__init__(model, "distances")

    def rows(self) -> list[dict[str, Any]]:
        distances = [Distance.model_validate(given) for given in self.now]
        return [self._row(i, distance.sentence, distance.field) for i, distance in enumerate(distances)]

    def load(self, place: int | None) -> dict[str, Value]:
        if place is None:
            return {"field": "pay_grade", "least": "", "most": ""}
        given = self.now[place]
        least, most = ("" if given[n] is None else typed.written(given[n]) for n in ("least", "most"))
        return {"field": given["field"], "least": least, "most": most}

    def fields(self, _values: Mapping[str, Any]) -> list[Field]:
        measured = {name: FIELDS[name].label for name in subtractable()}
        told = say("The number of the {mentor:sg.nom} less that of the {mentee:sg.nom}; empty for no limit.")
        return [
            Field("field", say("Field"), "choice", required=True, options=measured),
            Field("least", say("At least"), help=told, width="half"),
            Field("most", say("At most"), help=told, width="half"),
        ]

    def take(self, place: int | None, values: Mapping[str, Any]) -> None:
        bounds = {n: at(n, typed.figure, values[n]) for n in ("least", "most") if values[n].strip()}
        if not bounds:
            raise WrongEntry("least", say("Please give at least one of the two numbers."))
        if len(bounds) == 2 and bounds["least"] > bounds["most"]:
            raise WrongEntry("most", say("This must not be below the number before it."))
        made = Distance.model_validate({"field": values["field"], **bounds})
        self._enter(place, made, "mentee", "mentor")
