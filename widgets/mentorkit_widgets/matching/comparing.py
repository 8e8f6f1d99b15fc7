"""Why not that one: another partner beside the present one, the price, and who would have to move."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import say, say_n
from mentorkit.language.formats import listing, number
from mentorkit.matching.link_words import deduction_in_price
from mentorkit_widgets.base import actions, button, markup, paragraph, shown
from mentorkit_widgets.components.form import Field, Form, Value
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table
from mentorkit_widgets.matching import pair_rows, rows
from mentorkit_widgets.matching.sentences import decision_words, price_words

if TYPE_CHECKING:
    from mentorkit.matching.swap import Move, Swap
    from mentorkit.programme.records import Application
    from mentorkit_widgets.matching.model import MatchingModel

#: So many whom a text may mean are named.
_NAMED = 4


class Comparing(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A field for the name of another partner, and what is to be said of her; a button locks the two."""

    def __init__(self, model: MatchingModel) -> None:
        self.model = model
        self._offered: dict[str, str] = {}
        #: Those of the same role, who cannot be a partner.
        self._same: dict[str, str] = {}
        self._about = ""
        self.form = Form([Field("partner", say("Why not …?"), "suggest")], on_edit=self._typed)
        self.form.on_submit(self._entered)
        self.story, self.moves = LaidOut(), LaidOut()
        self.points = Table(say("Both in comparison"), [])
        self.lock = button(say("Lock the tandem …"), self._lock)
        super().__init__([self.form, self.story, self.moves, actions(self.lock), self.points])
        self.layout.grid_gap, self.layout.margin = "0.3rem", "0.6rem 0"
        model.observe(self._offer, ["chosen", "state"])
        model.observe(self._show, "compared")
        self._offer()
        self._show()

    def _offer(self, *_: object) -> None:
        """Propose the names of all who take part in the other role."""
        model, chosen = self.model, self.model.chosen
        solved = model.state.solved
        shown(self, solved is not None and model.index(chosen) is not None)
        if solved is None or not chosen:
            return
        mentee = chosen.startswith("mentee:")
        offered, same = solved.pool.mentors, solved.pool.mentees
        if not mentee:
            offered, same = same, offered
        self._offered, self._same = _by_text(offered), _by_text(same)
        field = Field(
            "partner",
            say("Why not …?"),
            "suggest",
            help=say("Name of a {mentor:sg.nom}: what the two would cost, and who would have to move.")
            if mentee
            else say("Name of a {mentee:sg.nom}: what the two would cost, and who would have to move."),
            options=tuple(self._offered),
        )
        if self.form.fields != (field,):
            self.form.fields = (field,)
        if self._about != chosen:
            self._about = chosen
            self.form.fill({"partner": ""})

    def _typed(self, _name: str, value: Value) -> None:
        text = str(value).strip()
        meant = _meant(text, self._offered)
        self.model.compare(self._offered[meant[0]] if len(meant) == 1 else "")
        self.form.errors = {"partner": self._nobody(text)} if text and not meant else {}

    def _nobody(self, text: str) -> str:
        """Say that nobody is meant who could be a partner, or that those meant have the same role."""
        if not (same := _meant(text, self._same)):
            return say("No one taking part has this name.")
        name = same[0] if len(same) == 1 else text
        if self.model.chosen.startswith("mentee:"):
            return say(
                "{name} is {mentee:sg.nom.indef}; what is asked for here is {mentor:sg.nom.indef}.", name=name
            )
        return say(
            "{name} is {mentor:sg.nom.indef}; what is asked for here is {mentee:sg.nom.indef}.", name=name
        )

    def _entered(self) -> None:
        """Ask who is meant, where a text that is ready means several."""
        meant = _meant(str(self.form.values["partner"]).strip(), self._offered)
        if len(meant) < 2:
            return
        told = meant if len(meant) <= _NAMED else [*meant[:_NAMED], say("others")]
        self.form.refuse(
            {"partner": say("Several have this name: {names}. Please choose.", names=listing(told))}
        )

    def _lock(self) -> None:
        found = self.model.compared
        if found is not None:
            pool, (i, j) = found.matching.pool, found.pair
            self.model.act(pool.mentees[i].person_id, pool.mentors[j].person_id, "lock")

    def _show(self, *_: object) -> None:
        found = self.model.compared
        for part in (self.story, self.points, self.moves):
            shown(part, found is not None)
        possible = found is not None and not found.hindrances and not found.is_tandem
        shown(self.lock, possible and self.model.may_decide)
        if found is None:
            return
        pool, (i, j) = found.matching.pool, found.pair
        pair = pool.mentees[i].person_id, pool.mentors[j].person_id
        decided = self.model.state.decided.get(pair)
        words = say("Decision: {decision}.", decision=decision_words(decided)) if decided else ""
        self.story.value = _story(found) + (paragraph(words) if decided else "")
        with self.points.hold_sync():
            self.points.columns = pair_rows.compared_columns(found)
            self.points.rows = pair_rows.compared_rows(found)
        self.moves.value = _moves(found) if possible else ""


def _meant(text: str, people: Iterable[str]) -> list[str]:
    """Return whom a text means: the one called exactly so, else all whose name contains it."""
    text = text.casefold()
    exact = [name for name in people if name.casefold() == text]
    return exact or [name for name in people if text and text in name.casefold()]


def _by_text(people: Iterable[Application]) -> dict[str, str]:
    """Return ids by what is offered: the name with the organisation, where that is not enough with the id."""
    found: dict[str, str] = {}
    for person in people:
        text = rows.with_organisation(person)
        found[f"{text}, {person.person_id}" if text in found else text] = person.person_id
    return found


def _story(found: Swap) -> Markup:
    """Say how good the two are, beside the present tandem of the mentee, and what forbids or costs it."""
    matching, (i, j) = found.matching, found.pair
    names = {"name": matching.pool.mentees[i].name, "partner": matching.pool.mentors[j].name}
    if found.is_tandem:
        return paragraph(say("{name} and {partner} are proposed to each other already.", **names))
    score = number(int(matching.scores.total[i, j]))
    present = int(matching.solution.mate[i])
    if present < 0:
        told = say("{name} with {partner} has the score {score}.", **names, score=score)
    else:
        told = say(
            "{name} with {partner} has the score {score}; with {present}, as proposed, it is {now}.",
            **names,
            score=score,
            present=matching.pool.mentors[present].name,
            now=number(int(matching.scores.total[i, present])),
        )
    if found.hindrances:
        forbidden = Markup().join(paragraph(why, "mk-blocker") for why in found.hindrances)
        return paragraph(told) + forbidden
    price = say("Against the proposal: {price}.", price=price_words(found.tandems, found.total))
    deduction = deduction_in_price(matching, found.after) if found.after is not None else ""
    return paragraph(" ".join(filter(None, [told, price, deduction])))


def _moves(found: Swap) -> Markup:
    """List whose partner would change."""
    told = [_move(move) for move in found.moves]
    told += [say("{name} has no tandem any more", name=mentor.name) for mentor in found.dropped]
    heading = say_n("{n} tandem would change:", "{n} tandems would change:", len(found.moves))
    items = Markup().join(markup("<li>{text}</li>", text=text) for text in told)
    return markup("<p>{heading}</p><ul>{items}</ul>", heading=heading, items=items)


def _move(move: Move) -> str:
    name = move.mentee.name
    before, after = move.before and move.before.name, move.after and move.after.name
    if before and after:
        return say("{name}: {after} instead of {before}", name=name, after=after, before=before)
    if after:
        return say("{name}: {after} instead of no tandem", name=name, after=after)
    return say("{name}: no tandem instead of {before}", name=name, before=before)
