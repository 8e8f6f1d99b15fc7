"""What one sees of the selection: how it stands, places, rankings, both ways compared."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.intake.receipt import told
from mentorkit.language import say, say_n
from mentorkit.run import Run
from mentorkit_widgets.base import actions, button, markup, paragraph, shown
from mentorkit_widgets.components.choice import Choice
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.notice import Notice
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.components.table import Table
from mentorkit_widgets.components.tabs import Tab, Tabs
from mentorkit_widgets.intake import selection_rows as rows
from mentorkit_widgets.intake.application_form import reason_field
from mentorkit_widgets.intake.letters_part import LettersPart
from mentorkit_widgets.intake.selection import GENERAL, SelectionModel, key_of
from mentorkit_widgets.matching.sentences import still_open_sentence
from mentorkit_widgets.page import address

if TYPE_CHECKING:
    from mentorkit.matching.ranking import Ranking
    from mentorkit.programme.records import SelectionOrder


#: So many people are named in a sentence.
_NAMED = 6


def order_words() -> dict[str, str]:
    """Return by what places can be given, in words by key."""
    from mentorkit.matching.places import ORDERS

    return {key: say(message) for key, message in ORDERS.items()}


class SelectionPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The selection of a run, for its lead or, as far as it is about her own people, an officer.

    Parameters
    ----------
    run
        The run in the user's hands.
    """

    def __init__(self, run: Run) -> None:
        self.model = model = SelectionModel(run)
        self.stand, self.hindrances, self.free = LaidOut(), LaidOut(), LaidOut()
        self.order = Choice(say("How places are given"), order_words(), model.state.record.orders.general)
        self.order.observe(lambda change: model.choose_order(change["new"]), "value")
        self.fix = button(say("Fix the selection …"), lambda: model.ask("fix"), primary=True)
        self.release = button(say("Reopen the selection …"), lambda: model.ask("release"))
        self.fill = button(say("Let those who wait move up …"), lambda: model.ask("fill"))
        self.question = Question(yes=model.agree, no=lambda: setattr(model, "asked", ""))
        self.question.add_class("mk-card")
        self.reason = Form([reason_field(required=True)])
        self.giving = Question(
            yes=self._give, no=lambda: setattr(model, "asked", ""), parts=[self.reason]
        )  # fmt: skip
        self.giving.add_class("mk-card")
        self.notice = Notice()
        self.tabs = Tabs(say("Parts of the selection"), self._tabs())
        main = actions(self.fix, self.fill, self.release)
        super().__init__(
            [
                self.stand, self.free, self.order, main, self.question, self.giving, self.hindrances,
                self.tabs, self.notice,
            ],
            layout=w.Layout(width="100%", grid_gap="0.8rem"),
        )  # fmt: skip
        model.observe(self.show, ["state", "blockers"])
        model.observe(self._show_asked, "asked")
        model.observe(self._show_message, ["told", "message", "refused", "busy", "progress", "kept"])
        self.show()
        self._show_message()

    def _tabs(self) -> list[Tab]:
        model = self.model
        offered = [
            (model.may_read, Tab("places", say("Places"), lambda: self.places)),
            (model.may_rank, Tab("ranking", say("Rankings"), lambda: self.ranking)),
            (model.may_read and model.has_quotas, Tab("both", say("Both ways"), lambda: self.both)),
            (model.may_write, Tab("letters", say("Letters"), lambda: self.letters)),
        ]
        return [tab for may, tab in offered if may] or [offered[0][1]]

    @cached_property
    def places(self) -> Table:
        """Who holds a place, who waits and who is out."""
        empty = say("Nobody has applied yet.")
        table = Table(say("Who gets a place"), rows.place_columns(), filtered=True, empty=empty)
        table.on_action(lambda row, _: self.model.offer(row))
        self._fill_places(table)
        return table

    @cached_property
    def ranking(self) -> RankingPart:
        """The queues, in the order in which they get places."""
        return RankingPart(self.model)

    @cached_property
    def both(self) -> ComparisonPart:
        """The matching's choice beside a ranking."""
        return ComparisonPart(self.model)

    @cached_property
    def letters(self) -> LettersPart:
        """The letters about the fixed selection."""
        return LettersPart(self.model)

    # -- following the model --------------------------------------------------------------------

    def show(self, *_: object) -> None:
        """Follow the model."""
        model, state = self.model, self.model.state
        self.stand.value = _stand(model)
        self.free.value = _free(model)
        shown(self.free, bool(state.vacancies))
        self.order.options = [list(pair) for pair in order_words().items()]
        self.order.value = state.record.orders.general
        shown(self.order, model.may_order and model.has_quotas and model.may_change)
        may = model.may_fix and not state.approved
        shown(self.fix, may and not state.fixed and state.anybody)
        shown(self.release, may and state.fixed)
        shown(self.fill, may and bool(state.vacancies))
        items = Markup().join(markup('<li class="mk-blocker">{why}</li>', why=why) for why in model.blockers)
        self.hindrances.value = markup('<ul class="mk-blockers">{items}</ul>', items=items) if items else ""
        shown(self.hindrances, bool(items))
        if "places" in self.__dict__:
            self._fill_places(self.places)

    def _fill_places(self, table: Table) -> None:
        state = self.model.state
        quotas = self.model.run.programme.settings.quotas
        found = state.selection
        may = self.model.may_fix and not state.approved
        given = {place.application_id for v in state.vacancies for place in v.waiting if may}
        run_id = self.model.run.id
        table.rows = (
            rows.place_rows(found, state.rankings, quotas, run_id, given) if found is not None else []
        )

    def _show_asked(self, *_: object) -> None:
        asked = self.model.asked
        words = _questions(self.model).get(asked)
        for question in (self.question, self.giving):
            if words is None or (question is self.giving) != (asked == "give"):
                question.answered()
            else:
                question.ask(*words)

    def _give(self) -> None:
        reason = str(self.reason.values["reason"])
        if not reason.strip():
            self.reason.refuse({"reason": say("Please give a reason.")})
            return
        self.model.give(reason)
        if not self.model.refused:
            self.reason.fill({"reason": ""})

    def _show_message(self, *_: object) -> None:
        model, notice = self.model, self.notice
        with notice.hold_sync():
            notice.text = model.busy or model.message
            notice.kind = "busy" if model.busy else "refused" if model.refused else "done"
            notice.progress, notice.kept, notice.told = model.progress, model.kept, model.told


def _stand(model: SelectionModel) -> Markup:
    """Say how the selection stands."""
    state = model.state
    if not model.has_quotas:
        return paragraph(say("No organisation has a quota: everybody who takes part gets a place."))
    if not (state.anybody or state.rankings or model.blockers):
        return paragraph(say("Nobody has applied yet."))
    sentences = [
        say("The selection is fixed: only who holds a place can be in a tandem.")
        if state.fixed
        else say("The selection is open: this is who would get a place as things stand.")
    ]
    if state.fixed:
        sentences.append(_by_what(model))
    if (found := state.selection) is not None:
        sentences += [
            say_n("{n} person has a place.", "{n} people have a place.", len(found.selected)),
            say_n("{n} person waits.", "{n} people wait.", len(found.waiting)),
            say_n("{n} takes no part.", "{n} take no part.", len(found.out) - state.undecided),
        ]
        if n := state.undecided:
            sentences.append(say_n("{n} is not decided yet.", "{n} are not decided yet.", n))
    return paragraph(" ".join(sentences))


def _by_what(model: SelectionModel) -> str:
    """Say by what the places were given, in general and by organisations that chose otherwise."""
    state, words = model.state, order_words()
    general = state.record.orders.general
    own = {r.queue.organisation: words[r.queue.order] for r in state.rankings if r.queue.order != general}
    said = [words[general], *(f"{organisation}: {order}" for organisation, order in own.items())]
    return say("How places were given: {orders}.", orders="; ".join(said))


def _free(model: SelectionModel) -> Markup:
    """Say which places are free although people wait, and what to do about them."""
    state = model.state
    items = Markup().join(
        markup(
            "<li>{text}</li>",
            text=say(
                "{organisation}, {role}: {names}",
                organisation=vacancy.organisation,
                role=rows.role_word(vacancy.role),
                names=", ".join(place.person for place in vacancy.next),
            ),
        )
        for vacancy in state.vacancies
    )
    hint = (
        say("The tandems are approved, so nobody moves up unasked. Take the approval back first.")
        if state.approved
        else ""
    )
    return markup(
        '<div class="mk-blocker"><p>{lead} {hint}</p><ul>{items}</ul></div>',
        lead=say("Places are free although people wait. Next would be:"),
        hint=hint,
        items=items,
    )


def _open_matters(model: SelectionModel) -> list[str]:
    """Say what speaks against fixing the selection now."""
    told = []
    if n := model.state.undecided:
        told.append(
            say_n(
                "{n} application is not decided yet; it gets no place for now. Once admitted, it gets one"
                " that is free then, or waits.",
                "{n} applications are not decided yet; they get no place for now. Who is admitted later gets"
                " one that is free then, or waits.",
                n,
            )
        )
    if (closing := model.run.open_until) is not None:
        told += [
            still_open_sentence(closing),
            say("Who applies from now on gets a place that is free, or stands last on the waiting list."),
        ]
    if n := model.open_links:
        told.append(
            say_n(
                "{n} personal link is still open; its form says then that the selection is fixed.",
                "{n} personal links are still open; their forms say then that the selection is fixed.",
                n,
            )
        )
    return told


def _questions(model: SelectionModel) -> dict[str, tuple[str, str, str]]:
    """Return title, text and the yes of what is asked, by deed."""
    return {
        "fix": (
            say("Fix the selection?"),
            " ".join(
                [
                    *_open_matters(model),
                    say(
                        "Who holds a place now keeps it. When somebody withdraws, the next of the waiting"
                        " list moves up. Letters can be prepared then."
                    ),
                ]
            ),
            say("Yes, fix the selection"),
        ),
        "release": (
            say("Reopen the selection?"),
            say("Who gets a place is open again then. Rankings stay as they are."),
            say("Yes, reopen the selection"),
        ),
        "fill": (
            say("Let those who wait move up?"),
            say("They hold a place then, and a letter for them can be prepared."),
            say("Yes, let them move up"),
        ),
        "give": (
            say("Give a place to {name}?", name=model.candidate_name),
            say("Whoever is before on the waiting list stays there. The reason is kept."),
            say("Yes, give the place"),
        ),
    }


class RankingPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """One queue: by what its organisation gives places, and its people, moved up and down by buttons."""

    def __init__(self, model: SelectionModel) -> None:
        self.model = model
        self.form = Form([self._field()], on_edit=lambda _, key: setattr(model, "queue", str(key)))
        self.own = Choice(say("How this organisation gives its places"), self._orders(), model.own_order)
        self.own.observe(lambda change: model.choose_own_order(change["new"]), "value")
        self.hint = LaidOut()
        self.table = Table(say("Ranking"), rows.queue_columns(), empty=say("Nobody has applied here yet."))
        self.table.on_action(model.move)
        parts = [self.form, self.own, self.hint, self.table]
        super().__init__(parts, layout=w.Layout(grid_gap="0.6rem"))
        model.observe(self.show, ["state", "queue"])
        self.show()

    def _field(self) -> Field:
        options = {
            key_of(each): say(
                "{organisation}, {role} (applications: {n}, places: {places})",
                organisation=each.queue.organisation,
                role=rows.role_word(each.queue.role),
                n=len(each.lines),
                places=each.queue.places,
            )
            for each in self.model.state.rankings
        }
        return Field(
            "queue", say("Organisation and role"), "choice", required=True, options=options, width="half"
        )

    def _orders(self) -> dict[str, str]:
        words = order_words()
        general = words[self.model.state.record.orders.general]
        return {GENERAL: say("As for all: {order}", order=general), **words}

    def show(self, *_: object) -> None:
        """Follow the model."""
        model, ranking = self.model, self.model.ranking
        self.form.fields = [self._field()]
        if self.form.values["queue"] != model.queue:
            self.form.fill({"queue": model.queue})
        self.own.options = [list(pair) for pair in self._orders().items()]
        self.own.value = model.own_order
        there = ranking is not None
        for part in (self.form, self.own, self.table):
            shown(part, there and (part is not self.own or model.may_change))
        by_hand = ranking is not None and ranking.queue.order == "rank"
        movable = by_hand and model.may_change
        self.table.rows = rows.queue_rows(ranking, movable=movable) if ranking is not None else []
        self.hint.value = self._hint(by_hand=by_hand)

    def _hint(self, *, by_hand: bool) -> Markup:
        model = self.model
        if model.ranking is None:
            return paragraph(say("There is nobody to rank: no organisation with a quota has applications."))
        if not model.may_change:
            fixed = say("The selection is fixed; rankings cannot be changed now.")
            return paragraph(f"{fixed} {_how_it_waits(model.ranking.queue.order)}")
        if by_hand:
            return paragraph(say("Move people up and down; the first get the places."))
        goes_by = {
            "matching": _how_it_waits("matching"),
            "arrival": say("Who was taken in here first comes first, whatever the date of receipt."),
            "received": say("Whose application was received first comes first."),
        }.get(model.ranking.queue.order, "")
        move = say("To move people up and down, choose a ranking of your own above.")
        return paragraph(f"{goes_by} {move}".strip()) + self._undated(model.ranking)

    def _undated(self, found: Ranking) -> Markup:
        """Say who tells no date of receipt, each a link to where it can be entered."""
        undated = [a for a in found.queue.people if told(a) is None]
        if not undated or found.queue.order != "received":
            return Markup()
        text = say_n(
            "{n} application does not say when it was received; the day it was taken in stands for that."
            " You can enter the date:",
            "{n} applications do not say when they were received; the day they were taken in stands for that."
            " You can enter the date:",
            len(undated),
        )
        names = Markup(", ").join(
            markup(
                '<a href="{href}">{name}</a>',
                href=address("intake", self.model.run.id, application=a.id),
                name=a.name,
            )
            for a in undated[:_NAMED]
        )
        more = " …" if len(undated) > _NAMED else "."
        return markup("<p>{text} {names}{more}</p>", text=text, names=names, more=more)


def _how_it_waits(order: SelectionOrder) -> str:
    """Say whether an order decides, and in which one people wait."""
    told = [
        say("The matching chooses who gets a place, so this order does not decide."),
        say("Who could have the best tandem comes first on the waiting list."),
    ] if order == "matching" else [say("The waiting list stands in this order.")]  # fmt: skip
    late = say("Who came after the selection was fixed waits behind those who waited already.")
    return " ".join([*told, late])


class ComparisonPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """What the tandems gain where the matching chooses, in sentences and tables."""

    def __init__(self, model: SelectionModel) -> None:
        self.model = model
        ranked = {key: word for key, word in order_words().items() if key != "matching"}
        self.against = Choice(say("Compare the matching with"), ranked, model.against)
        self.against.observe(lambda change: setattr(model, "against", change["new"]), "value")
        self.go = button(say("Compare both ways"), model.compare, primary=True)
        self.told = LaidOut()
        self.ways = Table(say("Both ways"), rows.way_columns())
        self.changes = Table(
            say("For whom it makes a difference"), rows.change_columns(),
            empty=say("The same people get the places."),
        )  # fmt: skip
        parts = [self.against, actions(self.go), self.told, self.ways, self.changes]
        super().__init__(parts, layout=w.Layout(grid_gap="0.6rem"))
        model.observe(self.show, "comparison")
        self.show()

    def show(self, *_: object) -> None:
        """Follow the model."""
        found = self.model.comparison
        for part in (self.told, self.ways, self.changes):
            shown(part, found is not None)
        if found is not None:
            self.told.value = paragraph(" ".join(found.sentences()))
            self.ways.rows = rows.way_rows(found)
            self.changes.rows = rows.change_rows(found)
