"""Matching one by one: a mentee beside the screen, whom she could have, what the two settle, their tandem.

Since she reads along, nothing here names other mentees or their partners once she is chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.intake.told import in_words
from mentorkit.language import say, say_n
from mentorkit.matching.one_by_one import unsettled, unsettled_sentence
from mentorkit.matching.sheet import LEFT_OUT
from mentorkit.programme.fields import FIELDS
from mentorkit_widgets.base import actions, button, card, paragraph, shown
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table, action, cell, chip, column
from mentorkit_widgets.intake.words import wish_word
from mentorkit_widgets.matching import pair_rows, rows
from mentorkit_widgets.matching.sentences import price_words
from mentorkit_widgets.matching.talk import Talk
from mentorkit_widgets.matching.wishes import PersonWishes

if TYPE_CHECKING:
    from mentorkit.matching.one_by_one import Candidate
    from mentorkit.programme.records import Application
    from mentorkit_widgets.matching.model import MatchingModel
    from mentorkit_widgets.matching.settling import SettlingModel
    from mentorkit_widgets.matching.state import State

#: So many of those who are free are shown at first, beside whom the mentee wishes for.
_BEST = 6
#: So many reasons of a candidate are told in the list.
_REASONS = 3


def works_one_by_one(model: MatchingModel) -> bool:
    """Tell whether tandems are made one by one here: the programme says so, or some are made already."""
    from mentorkit.matching.service import formed_tandems

    run = model.run
    formed = formed_tandems(run.bench.store, run.bench.actor, run.id)
    return run.programme.settings.one_by_one or any(two.record.one_by_one for two in formed)


def before_the_yes(model: MatchingModel, deed: str, state: State) -> str:
    """Say what a question about all has to do with tandems made one by one; empty where nothing."""
    if deed == "withdraw":
        kept = any(two.record.one_by_one for two in state.formed or ())
        return say("Tandems that were made one by one stay.") if kept else ""
    if deed != "approve":
        return ""
    made = len(model.run.tandems)  # before the approval there are no others
    told = say_n("{n} of them is made already.", "{n} of them are made already.", made) if made else ""
    return " ".join(filter(None, (told, _unsettled(model, state))))


def _unsettled(model: MatchingModel, state: State) -> str:
    """Say of how many proposed tandems not everything is settled, where the programme settles first."""
    if state.solved is None or not model.run.programme.settings.one_by_one:
        return ""
    people = state.solved.pool
    pairs = [(people.mentees[i].person_id, people.mentors[j].person_id) for i, j in state.solved.indices]
    return unsettled_sentence(unsettled(pairs, model.run.settlements))


class OneByOne(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The mentees; or the one who is decided on, with her wishes, whom she could have, and the talk."""

    def __init__(self, model: SettlingModel) -> None:
        self.model = model
        self.standing = LaidOut()
        self.next = button("", self._go_on, primary=True)
        self.mentees = Table(
            say("{mentee:pl.nom}"),
            [column("name", say("Name")), column("state", say("State"), "chip")],
            filtered=True, selectable=True,
        )  # fmt: skip
        self.mentees.observe(self._pick, "selected")
        self.list = w.VBox([self.mentees])
        self.heading = Heading(on_close=lambda: model.pick(""))
        self.facts = LaidOut()
        self.wishes = PersonWishes(model)
        self.talk = Talk(model)
        self.candidates = Table(say("Free {mentor:pl.nom}"), _columns(),
                                empty=say("No {mentor:sg.nom} is free whom the rules allow."))  # fmt: skip
        self.candidates.on_action(self._act)
        self.more = button("", self._show_all)
        self.free = w.VBox([self.candidates, actions(self.more)])
        #: Of whom everybody who is free is shown, not only the best.
        self._all_for = ""
        self.closer = button(say("Back to all {mentee:pl.nom}"), lambda: model.pick(""))
        self.mentee = card(self.heading, self.facts, actions(self.closer), self.wishes, self.talk, self.free)
        super().__init__(
            [self.standing, actions(self.next), self.list, self.mentee], layout=w.Layout(grid_gap="0.6rem")
        )
        model.observe(self._show, "drawn")
        self._show()

    def _pick(self, change: dict[str, str]) -> None:
        if change["new"]:
            self.model.pick(change["new"])

    def _go_on(self) -> None:
        self.model.pick(self.model.next_open())

    def _act(self, mentor_id: str, name: str) -> None:
        if name == "both":
            self.model.put_beside(self.model.mentee_id, mentor_id)
        else:
            self.model.talk(mentor_id)

    def _show(self, *_: object) -> None:
        model = self.model
        mentee = next((a for a in model.mentees if a.person_id == model.mentee_id), None)
        up = next((a for a in model.mentees if rows.key_of("mentee", a.person_id) == model.next_open()), None)
        count = len(model.mentees)
        done = say_n("{done} of {n} {mentee:sg.nom} has a tandem that is made.",
                     "{done} of {n} {mentee:pl.nom} have a tandem that is made.", count,
                     done=count - len(model.open))  # fmt: skip
        self.standing.value = paragraph(done)
        shown(self.next, up is not None and model.may_make)
        following = (
            say("On to the next one") if model.chosen else say("Next: {name}", name=up.name if up else "")
        )
        self.next.description = self.next.tooltip = following
        self.mentees.rows = [_mentee_row(a, model) for a in model.mentees]
        self.mentees.select(model.chosen)
        shown(self.list, mentee is None)
        shown(self.mentee, mentee is not None)
        if mentee is None:
            self.heading.text = ""
            return
        self.facts.value = _facts(mentee, model)
        self._show_candidates(mentee)
        self.heading.text = mentee.name

    def _show_candidates(self, mentee: Application) -> None:
        """Show those she wishes for and the best others, or all; none while one of them is talked with."""
        model = self.model
        offering = model.tandem is None and model.matching is not None and not model.mentor_id
        shown(self.free, offering)
        if not offering:
            return
        every = model.candidates
        few = [one for one in every if one.rank] + [one for one in every if not one.rank][:_BEST]
        all_shown = self._all_for == model.chosen
        offered = every if all_shown else few
        self.candidates.rows = [_candidate_row(one, mentee, model) for one in offered]
        shown(self.more, len(few) < len(every))
        more = say("Show the best only") if all_shown else say("Show all {n} who are free", n=len(every))
        self.more.description = self.more.tooltip = more

    def _show_all(self) -> None:
        self._all_for = "" if self._all_for == self.model.chosen else self.model.chosen
        self._show()


def _mentee_row(mentee: Application, model: SettlingModel) -> rows.Row:
    tandem, draft = model.tandems.get(mentee.person_id), model.draft_of(mentee.person_id)
    names = model.state.names
    state = chip(say("open"), "clock")
    if tandem is not None:
        made = say("made") if tandem.one_by_one else say("approved")
        partner = names.get(("mentor", tandem.mentor_id), "")
        whole = model.state.formed is not None or model.state.has_pair(mentee.person_id, tandem.mentor_id)
        state = (
            chip(made, "check", "good", note=partner)
            if whole
            else chip(say("somebody takes part no more"), "warning", "careful", note=partner)
        )
    elif draft is not None:
        state = chip(say("being settled"), "info", "accent", note=names.get(("mentor", draft.mentor_id), ""))
    return {
        "id": rows.key_of("mentee", mentee.person_id),
        "name": rows.person_cell(mentee),
        "state": state,
    }


def _facts(mentee: Application, model: SettlingModel) -> Markup:
    """Tell what the mentee said of herself, without what only the intake needs."""
    settings = model.run.programme.settings
    asked = (name for name in settings.questions.mentee if name in FIELDS and name not in LEFT_OUT)
    told = [
        f"{FIELDS[name].label}: {in_words(name, answer, mentee, settings.pay_scale)}"
        for name in asked
        if (answer := mentee.answers.get(name)) not in (None, "", []) and not name.startswith("wish_")
    ]
    return paragraph(" · ".join(told))


def _columns() -> list[rows.Row]:
    return [
        column("mentor", say("{mentor:sg.nom}")),
        column("score", say("Score"), "bar"),
        column("because", say("Because"), "list", sortable=False),
        column("price", say("Price for all")),
    ]


def _candidate_row(one: Candidate, mentee: Application, model: SettlingModel) -> rows.Row:
    mentor = one.mentor
    names = {"name": mentee.name, "partner": mentor.name}
    wished = wish_word(one.rank) if one.rank else ""
    sort = f"{mentor.last_name} {mentor.first_name}"
    buttons = [action("both", say("Side by side"), say("See {name} and {partner} side by side", **names))]
    if model.may_write:
        told = say("Choose {partner} for {name}", **names)
        buttons.insert(0, action("talk", say("Choose"), told, icon="person"))
    worth = one.price[0] * 10**7 + max(one.price[1], 0) if one.price else 10**12
    price = price_words(*one.price) if one.price else say("impossible beside the locked tandems")
    return {
        "id": mentor.person_id,
        "mentor": cell(mentor.name, sort, note=" · ".join(filter(None, (mentor.organisation, wished)))),
        "score": rows.score_cell(one.score),
        "because": _reasons(one, mentee, model),
        "price": cell(price, worth),
        "actions": buttons,
    }


def _reasons(one: Candidate, mentee: Application, model: SettlingModel) -> list[str]:
    """Say what the most points of a pair rest on, without what the mentor wishes for."""
    matching = model.matching
    if matching is None:
        return []
    i, j = matching.row("mentee", mentee.person_id), matching.row("mentor", one.mentor.person_id)
    found = [
        (int(matching.scores.points[used.name].at(i, j)), because)
        for used in matching.scores.criteria
        if used.name not in pair_rows.CONFIDED
        and (because := rows.because_of(matching, used.name, used.options, i, j))
    ]
    best = sorted((pair for pair in found if pair[0]), key=lambda pair: -pair[0])
    return [because for _, because in best[:_REASONS]]
