"""What one sees of those who are to be won: the list, one of them opened, and the pool."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ipywidgets as w

from mentorkit.errors import UsageError
from mentorkit.intake.pool import Member
from mentorkit.intake.prospects import ProspectShown
from mentorkit.language import say, say_n, voice
from mentorkit.language.formats import date
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Opinion
from mentorkit.setup import typed
from mentorkit_widgets.base import actions, button, card, paragraph, shown
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.icons import Icon, Tone
from mentorkit_widgets.components.table import Table, action, cell, chip, column
from mentorkit_widgets.intake.prospects import ProspectsModel, state_word
from mentorkit_widgets.programme.calendar import typed_date

_LOOKS: dict[str, tuple[Icon, Tone]] = {
    "to_approach": ("person", "careful"), "asked": ("clock", "accent"), "agreed": ("check", "good"),
    "declined": ("forbid", "neutral"),
}  # fmt: skip


class Prospects(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Prospects and pool; hidden where the programme wins nobody one by one."""

    def __init__(self, model: ProspectsModel) -> None:
        self.model = model
        columns = [column(_key(judged.key), _label(judged.labels), "chip") for judged in model.criteria]
        self.table = Table(
            say("To be won as {mentor:pl.nom}"),
            [
                column("name", say("Name")),
                column("wished_by", say("Wished for by"), "list"),
                column("state", say("How far"), "chip"),
                *columns,
            ],
            empty=say("Nobody is to be approached."),
            selectable=model.may_change,
        )
        self.table.on_action(self._act)
        self.table.observe(lambda change: setattr(model, "selected", change["new"]), "selected")
        self.detail = ProspectDetail(model)
        self.new = Form([Field("name", say("Somebody else to be approached"), width="half")])
        self.adding = w.VBox([self.new, actions(button(say("Add"), self._add))])
        shown(self.adding, model.may_change)
        self.pool = PoolTable(model)
        pool = Disclosure(say("Pool of {mentor:pl.nom}"), lambda: self.pool, level=3)
        super().__init__([self.table, self.detail, self.adding, pool], layout=_gap())
        model.observe(lambda _: self.show(), "shown")
        self.show()

    def show(self) -> None:
        """Show how things stand now."""
        model = self.model
        self.table.rows = [_row(model, s) for s in model.prospects]
        shown(self, model.wanted)

    def _act(self, prospect_id: str, name: str) -> None:
        model = self.model
        if name == "agreed":
            self.table.select(prospect_id)
            self.detail.agreement.opened = True
        elif name == "asked":
            model.ask(prospect_id, model.today)
        else:
            {"declined": model.decline, "back": model.step_back, "remove": model.remove}[name](prospect_id)

    def _add(self) -> None:
        self.model.add(str(self.new.values["name"]))
        if not self.model.refused:
            self.new.fill({"name": ""})


class ProspectDetail(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The prospect that is looked at: ways to reach, opinions, days of asking, the agreement."""

    def __init__(self, model: ProspectsModel) -> None:
        self.model = model
        self.title = Heading(on_close=self._close)
        self.facts = w.HTML()
        self.reach = Form([
            Field("name", say("Name"), required=True, width="half"),
            Field("email", say("E-mail"), "email", width="half"),
            Field("phone", say("Telephone"), "phone", width="half"),
            Field("remark", say("Remark"), "lines"),
        ])  # fmt: skip
        self.asking = Form([Field("day", say("Asked on"), "date", width="half")])
        self.opinions = Form(
            [field for judged in model.criteria for field in _opinion_fields(judged.key, judged.labels)]
        )
        self.entries = Form(
            [
                Field(name, FIELDS[name].label, help=FIELDS[name].help, width="half")
                for name in self._asked_for()
            ]
        )
        self._filled: dict[Form, tuple[str, dict[str, str]]] = {}
        self.agreement = Disclosure(say("Agreed: make the application"), self._agreement, level=4)
        judging = (
            [self.opinions, actions(button(say("Note my opinion"), self._judge))] if model.criteria else []
        )
        box = card(
            self.title, self.facts, self.reach, actions(button(say("Save"), self._save, primary=True)),
            *judging, self.asking, actions(button(say("Note that the person was asked"), self._ask)),
            self.agreement, actions(button(say("Close"), self._close)),
        )  # fmt: skip
        super().__init__([box], layout=_gap())
        model.observe(lambda _: self.show(), ["selected", "shown"])
        self.show()

    def show(self) -> None:
        """Show the prospect that is looked at."""
        one = self.model.prospect
        shown(self, one is not None)
        if one is None:
            self.title.text = ""
            self.agreement.opened = False
            return
        prospect = one.prospect
        self._fill(self.reach, {n: getattr(prospect, n) for n in ("name", "email", "phone", "remark")})
        self._fill(self.opinions, _opinions(one, [judged.key for judged in self.model.criteria]))
        self._fill(self.asking, {"day": typed_date(self.model.today)})
        self.facts.value = paragraph(_asked(prospect.asked_at)) + _pausing(one, self.model.today)
        shown(self.agreement, prospect.state != "agreed")
        known = self.model.known()
        self.entries.fields = [
            Field(name, FIELDS[name].label, help=FIELDS[name].help, width="half")
            for name in self._asked_for()
        ]
        self.entries.fill({name: known.get(name, "") for name in self._asked_for()})
        self.title.text = say("{name}: {state}", name=prospect.name, state=state_word(prospect))

    def _fill(self, form: Form, values: dict[str, str]) -> None:
        """Fill a form, unless it was filled with the same before: what was typed since stays."""
        state = (self.model.selected, values)
        if self._filled.get(form) != state:
            self._filled[form] = state
            form.fill(values)

    def _asked_for(self) -> list[str]:
        settings = self.model.run.programme.settings
        organisation = [] if settings.organisations.kind == "none" else ["organisation"]
        names = ["first_name", "last_name", *organisation, *settings.questions.mentor]
        return [name for name in dict.fromkeys(names) if name != "received"]

    def _agreement(self) -> w.Widget:
        return w.VBox(
            [self.entries, actions(button(say("Take in the application"), self._agree, primary=True))]
        )

    def _agree(self) -> None:
        self.model.agree({name: str(value) for name, value in self.entries.values.items() if value})

    def _save(self) -> None:
        if not str(self.reach.values["name"]).strip():
            self.reach.refuse({"name": say("Please enter a name.")})
            return
        self.model.describe(**{name: str(value) for name, value in self.reach.values.items()})

    def _judge(self) -> None:
        one = self.model.prospect
        typed = dict(self.opinions.values)
        before = _opinions(one, [judged.key for judged in self.model.criteria]) if one else {}
        for judged in self.model.criteria:
            said, remark = str(typed[judged.key]), str(typed[f"{judged.key}_remark"])
            changed = (said, remark) != (before[judged.key], before[f"{judged.key}_remark"])
            if said and changed:
                self.model.judge(judged.key, holds=said == "yes", remark=remark)

    def _ask(self) -> None:
        try:
            day = typed.day(str(self.asking.values["day"]))
        except UsageError as error:
            self.asking.refuse({"day": str(error)})
            return
        if day is None:
            self.asking.refuse({"day": say("Please enter a day.")})
            return
        self.model.ask(self.model.selected, day)

    def _close(self) -> None:
        self.model.selected = ""


class PoolTable(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The pool of mentors, and until when one of them pauses."""

    def __init__(self, model: ProspectsModel) -> None:
        self.model = model
        self.table = Table(
            say("Pool of {mentor:pl.nom}"),
            [
                column("name", say("Name")),
                column("mentored", say("Tandems in"), "list"),
                column("applied", say("Applied for"), "list"),
                column("asked", say("Asked"), "number"),
                column("pauses", say("Pauses until")),
            ],
            filtered=True,
            empty=say("Nobody was {mentor:sg.nom} yet."),
        )
        self.table.on_action(self._act)
        self.pausing = ""
        self.title = Heading(on_close=self._close)
        self.form = Form([Field("until", say("Pauses until"), "date", help=say("Empty ends the pause."))])
        self.card = card(
            self.title,
            self.form,
            actions(button(say("Save"), self._pause, primary=True), button(say("Close"), self._close)),
        )
        super().__init__([self.table, self.card], layout=_gap())
        model.observe(lambda _: self.show(), "shown")
        self.show()

    def show(self) -> None:
        """Show the pool as it is now."""
        self.table.rows = [_member(self.model, i, m) for i, m in enumerate(self.model.pool)]
        shown(self.card, bool(self.pausing))

    def _act(self, row: str, name: str) -> None:
        person = self.model.pool[int(row)].person
        if person is None:
            return
        if name == "ask":
            self.model.add_member(person.id)
            return
        self.pausing = person.id
        self.form.fill({"until": typed_date(person.pauses_until) if person.pauses_until else ""})
        self.show()
        self.title.text = say("Until when does {name} pause?", name=person.name)

    def _pause(self) -> None:
        try:
            until = typed.day(str(self.form.values["until"]))
        except UsageError as error:
            self.form.refuse({"until": str(error)})
            return
        person_id, self.pausing, self.title.text = self.pausing, "", ""
        self.model.pause(person_id, until)

    def _close(self) -> None:
        self.pausing, self.title.text = "", ""
        self.show()


def _gap() -> w.Layout:
    return w.Layout(grid_gap="0.6rem")


def _label(labels: Any) -> str:  # noqa: ANN401 - texts by language
    return str(labels.get(voice().language) or next(iter(labels.values())))


def _key(criterion: str) -> str:
    """Return the key of a criterion's column, which is never that of another one."""
    return f"criterion {criterion}"


def _opinion_fields(key: str, labels: Any) -> list[Field]:  # noqa: ANN401 - texts by language
    answers = {"yes": say("yes"), "no": say("no")}
    return [
        Field(key, _label(labels), "radio", options=answers),
        Field(f"{key}_remark", say("Remark on “{label}”", label=_label(labels))),
    ]


def _opinions(one: ProspectShown, keys: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key in keys:
        opinion = one.opinion(key)
        found[key] = ("yes" if opinion.holds else "no") if opinion else ""
        found[f"{key}_remark"] = opinion.remark if opinion else ""
    return found


def _asked(days: tuple[dt.date, ...]) -> str:
    if not days:
        return say("Not asked yet.")
    return say_n("Asked once: {days}", "Asked {n} times: {days}", len(days), days=", ".join(map(date, days)))


def _pausing(one: ProspectShown, today: dt.date) -> str:
    until = one.person.pauses_until if one.person else None
    return paragraph(say("Pauses until {day}.", day=date(until))) if until and until >= today else ""


def _row(model: ProspectsModel, one: ProspectShown) -> dict[str, Any]:
    prospect = one.prospect
    wished = [say("{name}, {n}. wish", name=a.name, n=rank) for a, rank in one.wished_by]
    last = say("on {day}", day=date(prospect.asked_at[-1])) if prospect.asked_at else ""
    cells = {_key(judged.key): _judged(one.opinion(judged.key)) for judged in model.criteria}
    return {
        "id": prospect.id,
        "name": cell(prospect.name, note=prospect.email),
        "wished_by": wished,
        "state": chip(state_word(prospect), *_LOOKS[prospect.state], note=last),
        **cells,
        "actions": _steps(one) if model.may_change else [],
    }


def _judged(opinion: Opinion | None) -> dict[str, Any] | None:
    if opinion is None:
        return None
    note = say("{name}, {day}", name=opinion.by, day=date(opinion.at.astimezone().date()))
    return chip(say("yes"), "check", "good", note=note) if opinion.holds else chip(
        say("no"), "close", "neutral", note=note
    )  # fmt: skip


def _steps(one: ProspectShown) -> list[dict[str, Any]]:
    name, state = one.prospect.name, one.prospect.state
    found = []
    if state != "agreed":
        found += [
            action("asked", say("asked today"), say("{name} was asked today", name=name), icon="clock"),
            action("agreed", say("agreed"), say("{name} agreed", name=name), icon="check"),
        ]
    if state not in ("agreed", "declined"):
        found.append(action("declined", say("declined"), say("{name} declined", name=name), icon="forbid"))
    if state != "to_approach":
        found.append(action("back", say("Undo"), say("Undo the last step of {name}", name=name), icon="undo"))
    elif not one.wished_by:
        found.append(action("remove", say("Remove"), say("Remove {name}", name=name), icon="close"))
    return found


def _member(model: ProspectsModel, place: int, member: Member) -> dict[str, Any]:
    person, buttons = member.person, []
    if person and model.may_change:
        why = ""
        if model.run.record.name in member.applied or model.on_list(person.id):
            why = say("{name} applied already or is on the list.", name=member.name)
        elif member.pauses(model.today):
            why = say("{name} pauses.", name=member.name)
        ask = say("Approach {name} for this run", name=member.name)
        until = say("Say until when {name} pauses", name=member.name)
        buttons = [
            action("ask", say("approach"), ask, icon="add", disabled=why),
            action("pause", say("pause"), until, icon="clock"),
        ]
    pauses = person.pauses_until if person else None
    last = date(member.asked[-1]) if member.asked else ""
    return {
        "id": str(place),
        "name": cell(member.name, note=(person.email or "") if person else say("from a history sheet")),
        "mentored": list(member.mentored),
        "applied": list(member.applied),
        "asked": cell(str(len(member.asked)), len(member.asked), note=last),
        "pauses": cell(date(pauses), pauses.isoformat()) if pauses else None,
        "actions": buttons,
    }
