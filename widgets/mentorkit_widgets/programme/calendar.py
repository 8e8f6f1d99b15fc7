"""The dates of a run, and the goals of its programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as w

from mentorkit.language import say
from mentorkit.language.formats import date
from mentorkit.programme.settings import CalendarEntry, Goal
from mentorkit.setup import change, typed, words
from mentorkit_widgets.base import section
from mentorkit_widgets.components.form import Field, Value
from mentorkit_widgets.components.table import Table, cell, column
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.parts import EntryList, Problem, WrongEntry, at, row

# -- calendar ----------------------------------------------------------------------------------------


def calendar_section(model: ProgrammeModel) -> w.Widget:
    """Return the dates of the run."""
    columns = [column("when", say("When")), column("title", say("What")), column("kind", say("Kind"))]
    table = Table(say("Dates of the run"), columns, empty=say("The calendar of this run is still empty."))
    dates = _Dates(model)
    entries = EntryList(
        model, "date", table, rows=dates.rows, fields=_date_fields, load=dates.load, take=dates.take,
        remove=dates.remove, new=say("New date"), add=say("Add the date"),
    )  # fmt: skip
    name = model.run.record.name if model.run else ""
    hint = say("Applications that come after the closing date are doubtful; with the last date the run ends.")
    return section(say("Calendar {run}", run=name), Problem(model, "calendar"), entries, hint=hint)


class _Dates:
    """The dates of the run as entries of a list."""

    def __init__(self, model: ProgrammeModel) -> None:
        self.model = model

    def rows(self) -> list[dict[str, Any]]:
        kinds = words.date_kinds()
        found = []
        for i, entry in enumerate(self.model.calendar):
            until = f" – {date(entry.until)}" if entry.until else ""
            cells = {
                "when": cell(date(entry.day) + until, entry.day.isoformat()),
                "title": entry.title,
                "kind": kinds.get(entry.key),
            }
            found.append(row(i, entry.title, cells, editable=self.model.may_change, key=entry.key))
        return found

    def load(self, place: int | None) -> dict[str, Value]:
        if place is None:
            return dict.fromkeys(("kind", "title", "day", "until"), "")
        entry = self.model.calendar[place]
        kind = entry.key if entry.key in words.date_kinds() else ""
        until = typed_date(entry.until) if entry.until else ""
        return {"kind": kind, "title": entry.title, "day": typed_date(entry.day), "until": until}

    def take(self, place: int | None, values: Mapping[str, Any]) -> None:
        wanted = list(self.model.calendar)
        old = wanted.pop(place) if place is not None else None
        wanted.append(_entry(values, old, wanted))
        if wrong := change.problems(self.model.settings, self.model.organisations, wanted).get("calendar"):
            raise WrongEntry("kind" if values["kind"] else "until", wrong)
        self.model.calendar = sorted(wanted, key=lambda entry: (entry.day, entry.last_day))
        self.model.follow()

    def remove(self, place: int) -> None:
        self.model.calendar.pop(place)
        self.model.follow()


def _entry(
    values: Mapping[str, Any], old: CalendarEntry | None, others: Sequence[CalendarEntry]
) -> CalendarEntry:
    kinds = words.date_kinds()
    first, last = (at(name, typed.day, values[name]) for name in ("day", "until"))
    title = values["title"].strip() or kinds.get(values["kind"], "")
    if not title:
        raise WrongEntry("title", say("Please say what it is."))
    if first is None:
        raise WrongEntry("day", say("Please give the date."))
    free = old.key if old and old.key not in kinds else unused_key("date", [entry.key for entry in others])
    return CalendarEntry(key=values["kind"] or free, title=title, day=first, until=last)


def _date_fields(_values: Mapping[str, Any]) -> list[Field]:
    return [
        Field("kind", say("Kind"), "choice", options={"": say("free"), **words.date_kinds()}, width="half",
              help=say("The programme knows these kinds; all others are free.")),
        Field("title", say("What it is"), width="half", help=say("Empty means: as the kind is called.")),
        Field("day", say("Date (DD.MM.YYYY)"), "date", required=True, width="half"),
        Field("until", say("Until (only for a span)"), "date", width="half"),
    ]  # fmt: skip


def typed_date(day: dt.date) -> str:
    """Return a date as it is typed."""
    return day.strftime("%d.%m.%Y")


def unused_key(stem: str, used: Sequence[str]) -> str:
    """Return the first of ``stem-1``, ``stem-2``, … that is not used."""
    return next(key for n in range(1, len(used) + 2) if (key := f"{stem}-{n}") not in used)


# -- goals -------------------------------------------------------------------------------------------


def goals_section(model: ProgrammeModel) -> w.Widget:
    """Return what the programme is to reach."""
    columns = [
        column("title", say("Goal")),
        column("target", say("Target")),
        column("asked", say("Asked"), "list"),
    ]
    table = Table(say("What the programme is to reach"), columns, empty=say("No goal yet."))
    goals = _Goals(model)
    entries = EntryList(
        model, "goal", table, rows=goals.rows, fields=_goal_fields, load=goals.load, take=goals.take,
        remove=goals.remove, new=say("New goal"), add=say("Add the goal"),
    )  # fmt: skip
    hint = say("What the programme is to reach, so that it can be measured: the evaluation asks for each.")
    return section(say("Goals"), Problem(model, "goals"), entries, hint=hint)


class _Goals:
    """The goals as entries of a list."""

    def __init__(self, model: ProgrammeModel) -> None:
        self.model = model

    def _goals(self) -> list[Goal]:
        return [Goal.model_validate(given) for given in self.model.settings["goals"]]

    def rows(self) -> list[dict[str, Any]]:
        asked = words.asked_names()
        found = []
        for i, goal in enumerate(self._goals()):
            cells = {
                "title": cell(goal.title, note=goal.question),
                "target": words.target_sentence(goal) or words.answer_kinds()[goal.answer],
                "asked": [asked[who] for who in goal.asked_of],
            }
            found.append(row(i, goal.title, cells, editable=self.model.may_change, key=goal.key))
        return found

    def load(self, place: int | None) -> dict[str, Value]:
        if place is None:
            return {"title": "", "question": "", "answer": "scale", "target": "", "asked_of": ["mentee"]}
        goal = self._goals()[place]
        target = "" if goal.target is None else str(goal.target)
        return {**goal.model_dump(exclude={"key"}), "target": target, "asked_of": list(goal.asked_of)}

    def take(self, place: int | None, values: Mapping[str, Any]) -> None:
        now = [goal.model_dump() for goal in self._goals()]
        used = [goal["key"] for goal in now]
        key = used[place] if place is not None else unused_key("goal", used)
        made = _goal(key, values)
        wanted = {**self.model.settings, "goals": (made,)}
        if wrong := change.problems(wanted, self.model.organisations).get("goals"):
            raise WrongEntry("title", wrong)
        if place is None:
            now.append(made)
        else:
            now[place] = made
        self.model.change("goals", tuple(now))

    def remove(self, place: int) -> None:
        self.model.change("goals", tuple(g for i, g in enumerate(self.model.settings["goals"]) if i != place))


def _goal(key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a goal from what was typed; no target where the answer is in words."""
    told = {"title": say("Please say what is to be reached."), "question": say("Please say what is asked.")}
    for name, sentence in told.items():
        if not values[name].strip():
            raise WrongEntry(name, sentence)
    if not values["asked_of"]:
        raise WrongEntry("asked_of", say("Please say who is asked."))
    answer = values["answer"]
    most = 100 if answer in change.PERCENT else 100_000
    target = None if answer == "text" else at("target", typed.whole_or_none, values["target"], 0, most)
    goal = Goal(
        key=key, title=values["title"].strip(), question=values["question"].strip(), answer=answer,
        target=target, asked_of=tuple(values["asked_of"]),
    )  # fmt: skip
    return goal.model_dump()


def _goal_fields(values: Mapping[str, Any]) -> list[Field]:
    answer = values["answer"]
    percent = answer in change.PERCENT
    told = {
        "scale": say("How many are to agree (4 or 5 of 5)."),
        "yes_no": say("How many are to say yes."),
        "share": say("How high the share is to be."),
        "number": say("How high the number is to be on average."),
        "text": say("Answers in words have no target."),
    }
    kinds = {str(key): text for key, text in words.answer_kinds().items()}
    asked = {str(key): text for key, text in words.asked_names().items()}
    return [
        Field("title", say("What is to be reached"), required=True),
        Field("question", say("What is asked or counted"), "lines", required=True, longest=500),
        Field("answer", say("How it is answered"), "choice", required=True, options=kinds, width="half"),
        Field("target", say("Target"), "number", least=0, most=100 if percent else 100_000, width="half",
              unit="%" if percent else "", help=told[answer], locked=answer == "text"),
        Field("asked_of", say("Who is asked"), "ticks", required=True, options=asked),
    ]  # fmt: skip
