"""What only a person can judge of those who are to be won as mentors: their name, whether one likes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from mentorkit.language import LANGUAGES, say
from mentorkit.programme.settings import Judged
from mentorkit.setup import change, words
from mentorkit_widgets.base import section
from mentorkit_widgets.components.form import Field, Value
from mentorkit_widgets.components.table import Table, action, column
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.parts import EntryList, Problem, WrongEntry, row


def judged_section(model: ProgrammeModel) -> w.Widget:
    """Return the criteria of acquisition, in the order in which they are asked."""
    columns = [column("name", say("Criterion"), sortable=False)]
    table = Table(say("What a person judges"), columns, empty=say("Nothing is judged."))
    judged = _Criteria(model)
    entries = EntryList(
        model, "judged", table, rows=judged.rows, fields=judged.fields, load=judged.load, take=judged.take,
        remove=judged.remove, up=judged.up, new=say("New criterion"), add=say("Add the criterion"),
    )  # fmt: skip
    hint = say(
        "What no file can tell of those who are to be won as {mentor:pl.nom}; in the intake, under"
        " “Wishes and acquisition”, it is noted who judged. It counts for no points."
    )
    return section(say("What a person judges"), Problem(model, "acquisition"), entries, hint=hint)


class _Criteria:
    """The criteria as entries of a list."""

    def __init__(self, model: ProgrammeModel) -> None:
        self.model = model

    @property
    def _now(self) -> list[Judged]:
        return [Judged.model_validate(given) for given in self.model.settings["acquisition"]]

    def rows(self) -> list[dict[str, Any]]:
        found = []
        for place, judged in enumerate(self._now):
            name = words.judged_name(judged)
            made = row(place, name, {"name": name}, editable=self.model.may_change, key=judged.key)
            if made["actions"]:
                first = "" if place else say("{name} stands first.", name=name)
                up = action("up", say("Up"), say("Move {name} up", name=name), disabled=first)
                made["actions"].insert(1, up)
            found.append({**made, "id": judged.key})  # so that the focus goes along with the entry
        return found

    def fields(self, _values: Mapping[str, Any]) -> list[Field]:
        own = self.model.settings["language"]
        return [
            Field(code, say("Criterion ({language})", language=words.LANGUAGE_NAMES[code]), longest=80,
                  required=code == own, width="half")
            for code in LANGUAGES
        ]  # fmt: skip

    def load(self, place: int | None) -> dict[str, Value]:
        labels: Mapping[Any, str] = {} if place is None else self._now[place].labels
        return {code: labels.get(code, "") for code in LANGUAGES}

    def take(self, place: int | None, values: Mapping[str, Any]) -> None:
        own, now = self.model.settings["language"], self._now
        labels = {code: text for code in LANGUAGES if (text := " ".join(values[code].split()))}
        if own not in labels:
            raise WrongEntry(own, say("Please say what is judged."))
        others = [judged for i, judged in enumerate(now) if i != place]
        key = change.judged_key(labels[own], others) if place is None else now[place].key
        made = Judged(key=key, labels=labels)
        if wrong := change.judged_twice([*others, made]):
            raise WrongEntry(own, wrong)
        now = [*now, made] if place is None else [*now[:place], made, *now[place + 1 :]]
        self._put(now)

    def remove(self, place: int) -> None:
        self._put([judged for i, judged in enumerate(self._now) if i != place])

    def up(self, place: int) -> None:
        now = self._now
        now.insert(place - 1, now.pop(place))
        self._put(now)

    def _put(self, criteria: list[Judged]) -> None:
        self.model.change("acquisition", tuple(judged.model_dump() for judged in criteria))
