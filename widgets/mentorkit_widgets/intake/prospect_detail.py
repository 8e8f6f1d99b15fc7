"""One of those who are to be won: ways to reach, opinions, days of asking, and what follows from a yes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import ipywidgets as w

from mentorkit.errors import UsageError
from mentorkit.forms.schema import FormField
from mentorkit.intake import values
from mentorkit.intake.judge import PARSERS
from mentorkit.intake.prospects import ProspectShown
from mentorkit.language import say, say_n
from mentorkit.language.formats import date
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.settings import Judged
from mentorkit.setup import typed
from mentorkit.setup.words import judged_name
from mentorkit_widgets.base import actions, button, paragraph, shown
from mentorkit_widgets.components.form import Field, Form, Value
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.intake.entry import AGREED, as_entered, as_texts, consent_field
from mentorkit_widgets.intake.prospects import ProspectsModel, state_word
from mentorkit_widgets.programme.calendar import typed_date


class ProspectDetail(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The prospect that is looked at; in place of what is known, the application of one who agrees."""

    def __init__(self, model: ProspectsModel) -> None:
        self.model = model
        self.title = Heading(on_close=self._close)
        self.facts = LaidOut()
        self.known = self._known()
        self.agreement = self._agreement()
        self._filled: dict[Form, tuple[str, dict[str, Value]]] = {}
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
        self.no = button(say("The person has declined"), self._decline)
        self.steps = w.VBox([self.asking, actions(self.asked, self.yes, self.no)], layout=_gap())
        save = actions(button(say("Save"), self._save), button(say("Close"), self._close))
        return w.VBox([self.facts, self.steps, *judging, self.reach, save], layout=w.Layout(grid_gap="1rem"))

    def _agreement(self) -> w.VBox:
        told = say(
            "What is known stands here already. Please add what the person has told you; what is missing can"
            " be added later. Taken in, it is an application like any other, and the wishes mean this person."
        )
        self.entries = Form([])
        self.anyway = button(say("Take it in incomplete"), lambda: self._agree(incomplete=True))
        take_in = button(say("Take in the application"), self._agree, primary=True)
        buttons = actions(take_in, self.anyway, button(say("Not yet"), self._close))
        return w.VBox([LaidOut(paragraph(told)), self.entries, buttons], layout=_gap())

    def show(self) -> None:
        """Show the prospect that is looked at; called after the list, whose new rows would take the focus."""
        one, agreeing = self.model.prospect, self.model.agreeing
        if one is None:
            self.title.text = ""
            return
        prospect = one.prospect
        shown(self.steps, prospect.state != "agreed")
        shown(self.no, prospect.state != "declined")
        self._fill(self.reach, {n: getattr(prospect, n) for n in ("name", "email", "phone", "remark")})
        self._fill(self.opinions, _opinions(one, [judged.key for judged in self.model.criteria]))
        self._fill(self.asking, {"day": typed_date(self.model.today)})
        self.facts.value = paragraph(_asked(prospect.asked_at)) + _pausing(one, self.model.today)
        if agreeing:
            self._show_entries()
            self.title.text = say("{name} agrees: the application", name=prospect.name)
        else:
            self.title.text = say("{name}: {state}", name=prospect.name, state=state_word(prospect))
        # last, so that the heading knows where it was opened: a button that is hidden loses the focus
        shown(self.known, not agreeing)
        shown(self.agreement, agreeing)

    def _show_entries(self) -> None:
        known, asked = self.model.known(), self.model.asked()
        settings = self.model.run.programme.settings
        fields = [as_entered(field, options=dict(field.options)) for field in asked]
        fields.append(consent_field(settings))
        answers = {field.name: _as_answer(field, known.get(field.name, "")) for field in asked} | {
            AGREED: False
        }
        if self.entries.fields != tuple(fields):
            self.entries.fields = fields
        if self._fill(self.entries, answers):
            self.entries.errors = {}
            shown(self.anyway, False)

    def _fill(self, form: Form, values: Mapping[str, Value]) -> bool:
        """Fill a form, unless it was filled with the same before: what was typed since stays."""
        state = (self.model.selected, dict(values))
        if self._filled.get(form) == state:
            return False
        self._filled[form] = state
        form.fill(values)
        return True

    # -- what is done ---------------------------------------------------------------------------

    def _begin_agreement(self) -> None:
        self.model.look(self.model.selected, agreeing=True)

    def _agree(self, *, incomplete: bool = False) -> None:
        if self.model.prospect is None:
            return  # pressed twice
        said = self.entries.values
        agreed = said.get(AGREED) is True
        wrong = self.model.agree(as_texts(said), agreed=agreed, incomplete=incomplete)
        self.entries.refuse(wrong)
        shown(self.anyway, bool(wrong))

    def _save(self) -> None:
        said = {name: str(value).strip() for name, value in self.reach.values.items()}
        wrong = {}
        if not said["name"]:
            wrong["name"] = say("Please enter a name.")
        if said["email"] and not values.email(said["email"]).value:
            wrong["email"] = say("“{text}” is not an e-mail address.", text=said["email"])
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

    def _decline(self) -> None:
        if self.model.prospect is not None:
            self.model.decline(self.model.selected)

    def _close(self) -> None:
        self.model.look("")


def _gap() -> w.Layout:
    return w.Layout(grid_gap="0.6rem")


def _as_answer(field: FormField, text: str) -> Value:
    """Return what is known as its field holds it: the answer that means the same, or the parts of a list."""
    if field.kind == "list":
        return list(values.items(text).value)
    if field.kind != "choice" or not text:
        return text
    parse = PARSERS[FIELDS[field.name].kind]
    meant = parse(text).value
    return next((key for key, _ in field.options if parse(key).value == meant), "")


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
