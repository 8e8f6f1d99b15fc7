"""Two persons side by side, for the meeting that decides on a pair."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.intake.people import by_last_name, last_name_first
from mentorkit.language import say
from mentorkit.language.formats import number
from mentorkit.matching.made import Made
from mentorkit_widgets.base import actions, button, card, markup, paragraph, shown
from mentorkit_widgets.components.form import Field, Form, Value
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.matching.commenting import remark
from mentorkit_widgets.matching.pair_rows import CONFIDED
from mentorkit_widgets.matching.rows import MOST
from mentorkit_widgets.matching.sentences import decision_words, price_words
from mentorkit_widgets.matching.tandem_detail import PairQuestion

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching
    from mentorkit.matching.sheet import Points, Sheet, SheetRow
    from mentorkit.programme.records import Application
    from mentorkit_widgets.matching.model import MatchingModel

_ROW = (
    '<tr role="row"><th scope="row" role="rowheader">{label}</th><td role="cell">{mentee}</td>'
    '<td role="cell">{mentor}</td><td role="cell">{worth}</td></tr>'
)


class PairSheet(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The pair that is compared: who it is, what both answered, what they have in common, what to decide.

    Both persons can be exchanged for others; hidden while no pair is compared. Somebody of the two who reads
    along sees what both said of themselves and why they fit, by the weights that stand, and nothing else.
    """

    def __init__(self, model: MatchingModel) -> None:
        self.model = model
        self.heading = Heading(on_close=model.put_beside)
        self.form = Form([], on_edit=self._exchange)
        self.verdict, self.table = LaidOut(), LaidOut()
        self.lock = button(say("Lock"), lambda: self._act("lock"))
        self.forbid = button(say("Rule out"), lambda: self._act("forbid"))
        self.undo = button(say("Take the decision back"), lambda: self._act("undo"))
        self.closer = button(say("Back to the matching"), model.put_beside)
        # the button that was pressed is gone with the decision
        self.question = PairQuestion(model, done=self.heading.focus)
        self.asking = w.VBox([self.question])
        doing = actions(self.lock, self.forbid, self.undo, self.closer)
        sheet = card(self.heading, self.form, self.verdict, doing, self.asking, self.table)
        super().__init__([sheet])
        model.observe(self._show, ["beside", "state", "discreet"])
        self._show()

    def _act(self, name: str) -> None:
        mentee_id, mentor_id = self.model.beside
        self.model.act(mentee_id, mentor_id, name)
        if name == "undo":
            self.heading.focus()

    def _exchange(self, _name: str, _value: Value) -> None:
        values = self.form.values
        self.model.put_beside(str(values["mentee"]), str(values["mentor"]))

    def _show(self, *_: object) -> None:
        from mentorkit.matching.sheet import sheet

        model, state, discreet = self.model, self.model.state, self.model.discreet
        matching = state.standing if discreet else state.matching
        there = matching is not None and any(model.beside)
        shown(self, there)
        if matching is None or not there:
            self.heading.text = ""
            return
        found = sheet(matching, *model.beside)
        found = _without_confided(found) if discreet else found
        approved = tuple(model.beside) in {
            (two.record.mentee_id, two.record.mentor_id) for two in state.formed or ()
        }
        told = verdict(found, approved=approved, discreet=discreet)
        told += [] if discreet else _comments(model)
        self.verdict.value = Markup().join(paragraph(text) for text in told)
        self.table.value = _table(found)
        self._offer_others(None if discreet else matching)
        self._offer_decisions(None if discreet else matching, found)
        self.heading.text = say("Side by side")  # the same for every pair: choosing another keeps the focus

    def _offer_others(self, matching: Matching | None) -> None:
        """Let each of the two be exchanged for anybody else; with None for nobody."""
        shown(self.form, matching is not None)
        if matching is None:
            self.form.fields = []
            return
        self.form.fields = [
            _choice("mentee", say("{mentee:sg.nom}"), matching.pool.mentees),
            _choice("mentor", say("{mentor:sg.nom}"), matching.pool.mentors),
        ]
        self.form.fill(dict(zip(("mentee", "mentor"), self.model.beside, strict=True)))

    def _offer_decisions(self, matching: Matching | None, found: Sheet) -> None:
        """Show what can be decided on the two; with None nothing."""
        from mentorkit.matching.swap import lock_hindrances

        may = matching is not None and self.model.may_decide and not isinstance(found.decision, Made)
        decided = found.decision is not None
        free = may and not decided
        hindered = free and matching is not None and lock_hindrances(matching, *self.model.beside)
        shown(self.asking, matching is not None)
        shown(self.lock, free and not hindered)
        shown(self.forbid, free)
        shown(self.undo, may and decided)


def _without_confided(found: Sheet) -> Sheet:
    """Leave out whom the mentor wishes for, and what that is worth."""
    from mentorkit.matching.criteria import measure

    labels = {measure(name).label for name in CONFIDED}

    def kept(points: Iterable[Points]) -> tuple[Points, ...]:
        return tuple(one for one in points if one.criterion not in labels)

    def discreetly(row: SheetRow) -> SheetRow:
        row = replace(row, mentor=(), common=()) if row.field.startswith("wish_") else row
        return replace(row, points=kept(row.points))

    return replace(found, rows=tuple(map(discreetly, found.rows)), other=kept(found.other))


def _choice(name: str, label: str, people: Iterable[Application]) -> Field:
    names = {
        a.person_id: " · ".join(filter(None, (last_name_first(a.first_name, a.last_name), a.organisation)))
        for a in sorted(people, key=by_last_name)
    }
    return Field(name, label, "choice", required=True, options=names, width="half")


def verdict(found: Sheet, *, approved: bool, discreet: bool = False) -> list[str]:
    """Say what the matching makes of the two, the rules, the price, the decision and what was before.

    Discreetly, neither what forbids the two, nor the decision or what was before: it may be of others.
    """
    told = [say("Score: {score} of {most} points.", score=number(found.score), most=number(MOST))]
    if approved:
        told.append(say("The two are an approved tandem."))
    elif found.blocked and discreet:
        told.append(say("The two cannot become a tandem now: a rule or another tandem stands in the way."))
    elif found.blocked:
        told.append(say("Not allowed: {because}", because=found.blocked))
    elif isinstance(found.decision, Made):
        told.append(say("The two are a tandem that is made already."))
    elif found.matched:
        told.append(say("The matching proposes the two."))
    elif found.price is None:
        told.append(say("The rules allow the two, but beside the locked tandems they are impossible."))
    else:
        price = price_words(*found.price)
        told.append(say("The rules allow the two. Against the proposal: {price}.", price=price))
    told = [" ".join(told)]
    if discreet:
        return told
    if found.decision is not None and not isinstance(found.decision, Made):
        told.append(say("Decision: {decision}.", decision=decision_words(found.decision)))
    if found.earlier:
        told.append(say("Earlier tandems:") + " " + " ".join(found.earlier))
    return told


def _comments(model: MatchingModel) -> list[str]:
    """Quote what coordinators wrote about the two, oldest first."""
    own = [
        remark(one)
        for one in model.state.comments
        if (one.record.mentee_id, one.record.mentor_id) == model.beside
    ]
    return [say("Comment: {remark}", remark=text) for text in own]


def _table(found: Sheet) -> Markup:
    """Draw the answers of both beside each other; what both name is marked, also for the ear."""
    heads = (say("Field"), found.mentee.name, found.mentor.name, say("What it is worth"))
    head = Markup().join(
        markup('<th scope="col" role="columnheader">{text}</th>', text=text) for text in heads
    )
    rows = Markup().join(_row(row) for row in found.rows)
    others = Markup().join(
        markup(
            _ROW, mentee="", mentor="", label=one.criterion, worth=_worth([one], named=False),
        )
        for one in found.other
    )  # fmt: skip
    caption = say("The answers of both; what both name is marked")
    return markup(
        '<div class="mk-scroll" tabindex="0" role="region" aria-label="{caption}">'
        # the roles stay when a narrow page lays the cells below each other
        '<table class="mk-table mk-understood mk-beside" role="table"><caption>{caption}</caption>'
        '<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        '<tbody role="rowgroup">{rows}{others}</tbody></table></div>',
        caption=caption, head=head, rows=rows, others=others,
    )  # fmt: skip


def _row(row: SheetRow) -> Markup:
    return markup(
        _ROW,
        label=row.label,
        mentee=_entries(row.mentee, row.common),
        mentor=_entries(row.mentor, row.common),
        worth=_worth(row.points) if row.points else "",
    )


def _entries(entries: Iterable[str], common: Iterable[str]) -> Markup:
    both = {text.casefold() for text in common}
    return Markup(", ").join(
        markup('<mark title="{both}">{text}</mark>', text=text, both=say("named by both"))
        if text.casefold() in both
        else markup("{text}", text=text)
        for text in entries
    )


def _worth(points: Iterable[Points], *, named: bool = True) -> Markup:
    """Say what the criteria give and why; named where the row is called otherwise."""
    return Markup("<br>").join(
        markup(
            "<strong>{name}{points}.</strong> {because}",
            name=f"{one.criterion}: " if named else "",
            points=say("{points} of {weight}", points=number(one.points), weight=number(one.weight)),
            because=one.because,
        )
        for one in points
    )
