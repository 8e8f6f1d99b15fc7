"""One of those who are to be won: ways to reach, opinions, days of asking, and what follows from a yes."""

from __future__ import annotations

import datetime as dt

import ipywidgets as w

from mentorkit.errors import UsageError
from mentorkit.intake import values
from mentorkit.intake.prospects import ProspectShown
from mentorkit.language import say, say_n
from mentorkit.language.formats import date
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.settings import Judged
from mentorkit.setup import typed
from mentorkit.setup.words import judged_name
from mentorkit_widgets.base import actions, button, paragraph, shown
from mentorkit_widgets.components.form import Field, FieldKind, Form
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.intake.prospects import ProspectsModel, state_word
from mentorkit_widgets.programme.calendar import typed_date


class ProspectDetail(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The prospect that is looked at; in place of what is known, the application of one who agrees."""

    def __init__(self, model: ProspectsModel) -> None:
        self.model = model
        self.title = Heading(on_close=self._close)
        self.facts = w.HTML()
        self.known = self._known()
        self.agreement = self._agreement()
        self._filled: dict[Form, tuple[str, dict[str, str]]] = {}
        super().__init__([self.title, self.known, self.agreement], layout=_gap())
        self.add_class("mk-card")

    def _known(self) -> w.VBox:
        self.reach = Form([
            Field("name", say("Name"), required=True, width="half", longest=100),
            Field("email", say("E-mail"), "email", width="half"),
            Field("phone", say("Telephone"), "phone", width="half"),
            Field("remark", say("Remark"), "lines"),
        ])  # fmt: skip
        self.asking = Form([Field("day", say("Asked on"), "date", width="half")])
        self.opinions = Form([field for judged in self.model.criteria for field in _opinion_fields(judged)])
        judging = (
            [self.opinions, actions(button(say("Note my opinion"), self._judge))]
            if self.model.criteria
            else []
        )
        self.yes = button(say("The person has agreed"), self._begin_agreement, primary=True)
        self.asked = button(say("Note that the person was asked"), self._ask)
        self.steps = w.VBox([self.asking, actions(self.asked, self.yes)], layout=_gap())
        save = actions(button(say("Save"), self._save), button(say("Close"), self._close))
        return w.VBox([self.facts, self.steps, *judging, self.reach, save], layout=w.Layout(grid_gap="1rem"))

    def _agreement(self) -> w.VBox:
        told = say(
            "What is known stands here already. Please add what the person has told you; what is missing can"
            " be added later. Taken in, it is an application like any other, and the wishes mean this person."
        )
        self.entries = Form(self._fields())
        take_in = button(say("Take in the application"), self._agree, primary=True)
        return w.VBox(
            [w.HTML(paragraph(told)), self.entries, actions(take_in, button(say("Not yet"), self._close))],
            layout=_gap(),
        )

    def show(self) -> None:
        """Show the prospect that is looked at; called after the list, whose new rows would take the focus."""
        one, agreeing = self.model.prospect, self.model.agreeing
        if one is None:
            self.title.text = ""
            return
        prospect = one.prospect
        shown(self.steps, prospect.state != "agreed")
        self._fill(self.reach, {n: getattr(prospect, n) for n in ("name", "email", "phone", "remark")})
        self._fill(self.opinions, _opinions(one, [judged.key for judged in self.model.criteria]))
        self._fill(self.asking, {"day": typed_date(self.model.today)})
        self.facts.value = paragraph(_asked(prospect.asked_at)) + _pausing(one, self.model.today)
        if agreeing:
            known = self.model.known()
            self.entries.fields = self._fields()
            self._fill(self.entries, {name: known.get(name, "") for name in self._asked_for()})
            self.title.text = say("{name} agrees: the application", name=prospect.name)
        else:
            self.title.text = say("{name}: {state}", name=prospect.name, state=state_word(prospect))
        # last, so that the heading knows where it was opened: a button that is hidden loses the focus
        shown(self.known, not agreeing)
        shown(self.agreement, agreeing)

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

    def _fields(self) -> list[Field]:
        required = {
            "first_name",
            "last_name",
            "organisation",
            *self.model.run.programme.settings.questions.required,
        }
        return [
            Field(name, FIELDS[name].label, _kind(name), help=FIELDS[name].help, width="half",
                  required=name in required)
            for name in self._asked_for()
        ]  # fmt: skip

    # -- what is done ---------------------------------------------------------------------------

    def _begin_agreement(self) -> None:
        self.model.look(self.model.selected, agreeing=True)

    def _agree(self) -> None:
        if self.model.prospect is None:
            return  # pressed twice
        self.model.agree({name: str(value) for name, value in self.entries.values.items() if value})

    def _save(self) -> None:
        said = {name: str(value).strip() for name, value in self.reach.values.items()}
        wrong = {}
        if not said["name"]:
            wrong["name"] = say("Please enter a name.")
        if said["email"] and not values.email(said["email"]).value:
            wrong["email"] = say("“{text}” is no e-mail address.", text=said["email"])
        self.reach.refuse(wrong)
        if not wrong:
            self.model.describe(**said)

    def _judge(self) -> None:
        if (one := self.model.prospect) is None:
            return
        entered = dict(self.opinions.values)
        before = _opinions(one, [judged.key for judged in self.model.criteria])
        for judged in self.model.criteria:
            said, remark = str(entered[judged.key]), str(entered[f"{judged.key}_remark"])
            changed = (said, remark) != (before[judged.key], before[f"{judged.key}_remark"])
            if said and changed and self.model.prospect:  # somebody else may remove the prospect meanwhile
                self.model.judge(judged.key, holds=said == "yes", remark=remark)

    def _ask(self) -> None:
        try:
            day = typed.day(str(self.asking.values["day"]))
        except UsageError as error:
            self.asking.refuse({"day": str(error)})
            return
        if day is None or day > self.model.today:
            self.asking.refuse({"day": say("Please enter today or an earlier day.")})
            return
        self.model.ask(self.model.selected, day)

    def _close(self) -> None:
        self.model.look("")


def _gap() -> w.Layout:
    return w.Layout(grid_gap="0.6rem")


def _kind(name: str) -> FieldKind:
    kind = FIELDS[name].kind
    return kind if kind in ("email", "phone", "date") else "text"


def _opinion_fields(judged: Judged) -> list[Field]:
    answers, name = {"yes": say("yes"), "no": say("no")}, judged_name(judged)
    return [
        Field(judged.key, name, "radio", options=answers),
        Field(f"{judged.key}_remark", say("Remark on “{label}”", label=name)),
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
