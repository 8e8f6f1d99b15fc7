"""What stands beside the tables of the matching: a person in detail, and the question about a pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import later, say
from mentorkit.language.formats import number
from mentorkit.matching.link_words import shared_link_sentence
from mentorkit_widgets.base import actions, button, paragraph, shown
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.components.table import Table
from mentorkit_widgets.matching import pair_rows, rows
from mentorkit_widgets.matching.commenting import Commenting
from mentorkit_widgets.matching.comparing import Comparing
from mentorkit_widgets.matching.hindrances import Hindrances
from mentorkit_widgets.matching.sentences import decision_words
from mentorkit_widgets.matching.wishes import PersonWishes

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching
    from mentorkit.matching.service import FormedTandem
    from mentorkit.programme.records import Application
    from mentorkit_widgets.matching.model import MatchingModel
    from mentorkit_widgets.matching.state import Asked


class TandemDetail(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """What the tandem of the chosen person rests on and, for a mentee, what any other would cost."""

    def __init__(self, model: MatchingModel) -> None:
        self.model = model
        self.heading = Heading(on_close=lambda: model.choose(""))
        self.story = LaidOut()
        self.points = Table(say("What the score rests on"), pair_rows.point_columns())
        self.others = Table(
            say("Alternatives and their price"),
            pair_rows.alternative_columns(),
            filtered=True,
            empty=say("Reckoning what each alternative costs …"),
        )
        self.hindrances = Hindrances(model)
        self.commenting = Commenting(model)
        self.comparing = Comparing(model)
        self.wishes = PersonWishes(model)
        self.remark = LaidOut()
        self.closer = button(say("Close"), lambda: model.choose(""))
        self.both = button(say("See side by side"), self._see_both)
        self.others.on_action(lambda mentor_id, name: model.act(self._person_id, mentor_id, name))
        # on a phone the alternatives fill many screens: the way back stands above them
        close = actions(self.both, self.closer)
        parts = [
            self.heading,
            self.story,
            self.hindrances,
            close,
            self.points,
            self.wishes,
            self.commenting,
            self.comparing,
            self.others,
            self.remark,
        ]
        super().__init__(parts, layout=w.Layout(grid_gap="0.3rem"))
        model.observe(self._show, ["chosen", "state"])
        model.observe(self._show_alternatives, "alternatives")
        self._show()
        self._show_alternatives()

    @property
    def _person_id(self) -> str:
        return self.model.chosen.partition(":")[2]

    def _show(self, *_: object) -> None:
        model, chosen = self.model, self.model.chosen
        shown(self, bool(chosen))
        person = self._person()
        if person is None:
            self.heading.text = ""
            return
        solved, index, formed = model.state.solved, model.index(chosen), model.formed_of(chosen)
        mentee = person.role == "mentee"
        partner = int(solved.solution.mate[index]) if solved and mentee and index is not None else -1
        shown(self.both, self._pair is not None)
        shown(self.points, partner >= 0 or formed is not None)
        shown(self.others, mentee and solved is not None)
        if solved is not None and index is not None and partner >= 0:
            self._show_tandem(solved, index, partner)
        elif formed is not None:
            self._show_formed(formed)
        else:
            self.points.rows = []
            self.story.value = Markup().join(
                paragraph(one.reason) for one in model.state.left if one.key == chosen
            )
        compared = mentee and solved is not None and model.goal != "total"
        remark = say("Prices are measured against the matching with the highest total.")
        self.remark.value = paragraph(remark, "mk-muted") if compared else ""
        self.heading.text = _with_organisation(person.name, person.organisation)

    def _see_both(self) -> None:
        if self._pair is not None:
            self.model.put_beside(*self._pair)

    @property
    def _pair(self) -> tuple[str, str] | None:
        """The chosen person with the partner, or with whom she fits best; None while nothing is matched."""
        from mentorkit.matching.sheet import beside

        model = self.model
        role, _, person_id = model.chosen.partition(":")
        if (formed := model.formed_of(model.chosen)) is not None:
            pair = formed.record.mentee_id, formed.record.mentor_id
            return pair if model.state.has_pair(*pair) else None
        matching = model.state.matching
        return beside(matching, role, person_id) if matching is not None else None  # type: ignore[arg-type]

    def _person(self) -> Application | None:
        """Return the application of the person who is chosen."""
        people = (a for a in self.model.state.applications if a.takes_part)
        return next((a for a in people if rows.key_of(a.role, a.person_id) == self.model.chosen), None)

    def _show_tandem(self, matching: Matching, i: int, j: int) -> None:
        mentor = matching.pool.mentors[j]
        told = say(
            later("Partner: {partner}, score {score} of {most}; the tandem is made.")
            if matching.is_made(i, j)
            else later("Proposed partner: {partner}, score {score} of {most}."),
            partner=_with_organisation(mentor.name, mentor.organisation),
            score=number(int(matching.scores.total[i, j])),
            most=number(rows.MOST),
        )
        shared = shared_link_sentence(matching, i, j)
        self.story.value = (
            paragraph(told)
            + self._decision(self._person_id, mentor.person_id)
            + (paragraph(shared, "mk-muted") if shared else "")
        )
        self.points.rows = pair_rows.point_rows(matching, i, j)

    def _show_formed(self, two: FormedTandem) -> None:
        told = say(
            "Approved partner: {partner}, score {score} of {most}.",
            partner=_with_organisation(two.mentor, two.mentor_organisation),
            score=number(two.record.score),
            most=number(rows.MOST),
        )
        matching = self.model.state.matching
        changed = say("Their applications have changed since the approval; the points are those of that day.")
        self.story.value = (
            paragraph(told)
            + self._decision(two.record.mentee_id, two.record.mentor_id)
            + ("" if rows.still_so(matching, two) else paragraph(changed, "mk-muted"))
        )
        criteria = self.model.run.programme.settings.criteria
        self.points.rows = pair_rows.formed_point_rows(two, criteria, matching)

    def _decision(self, mentee_id: str, mentor_id: str) -> Markup:
        decision = self.model.state.decided.get((mentee_id, mentor_id))
        if decision is None:
            return Markup()
        return paragraph(say("Decision: {decision}.", decision=decision_words(decision)))

    def _show_alternatives(self, *_: object) -> None:
        self.others.rows = self.model.alternatives


class PairQuestion(Question):
    """Asks before a pair is locked or ruled out, and why; beside the pair, whose row stays in sight."""

    def __init__(self, model: MatchingModel, done: Callable[[], object] = lambda: None) -> None:
        self.model = model
        self._done = done
        self.conflict = LaidOut()
        self.form = Form(
            [Field("reason", say("Reason"), help=say("Optional; it is shown wherever the decision is."))]
        )
        super().__init__(yes=self._agree, no=self._leave, parts=(self.conflict, self.form))
        model.observe(self._show, "asked")
        self._show()

    def _agree(self) -> None:
        self.model.agree(str(self.form.values["reason"]))
        if self.model.asked is None:
            self.form.safe()
            self._done()

    def _leave(self) -> None:
        self.model.asked = None

    def _show(self, *_: object) -> None:
        asked = self.model.asked
        if asked is None or asked.deed not in {"lock", "forbid"}:
            self.answered()
            return
        names = self._names(asked)
        conflict = say(
            "Somebody else decided on the two while you were about to: they are {decision} now. You can "
            "replace that by your decision, or leave it.",
            decision=decision_words(asked.seen),
        )
        self.conflict.value = paragraph(conflict, "mk-blocker") if asked.overtaken else ""
        shown(self.conflict, asked.overtaken)
        if not asked.overtaken:
            key = f"{asked.deed} {asked.mentee_id} {asked.mentor_id}"
            self.form.fill({"reason": ""}, key=key)
        self.layout.border_bottom = "1px solid var(--mk-line)" if self.model.chosen else None
        if asked.deed == "lock":
            text = say("The two stay together; everything else is matched around them.")
            if price := self._price(asked):
                text += " " + say("Against the proposal: {price}.", price=price)
            self.ask(say("Lock {name} and {partner}?", **names), text, say("Lock the tandem"))
        else:
            text = say("The two are not proposed to each other any more; the rest is matched anew.")
            self.ask(say("Rule out {name} and {partner}?", **names), text, say("Rule out the tandem"))

    def _price(self, asked: Asked) -> str:
        """Return what locking an alternative costs, where that is shown beside."""
        if self.model.chosen != rows.key_of("mentee", asked.mentee_id):
            return ""
        prices = {row["id"]: row["price"] for row in self.model.alternatives}
        found = prices.get(asked.mentor_id, {})
        return "" if "icon" in found else str(found.get("text", ""))

    def _names(self, asked: Asked) -> dict[str, str]:
        known = {(a.role, a.person_id): a.name for a in self.model.state.applications}
        return {"name": known["mentee", asked.mentee_id], "partner": known["mentor", asked.mentor_id]}


def _with_organisation(name: str, organisation: str | None) -> str:
    return f"{name} ({organisation})" if organisation else name
