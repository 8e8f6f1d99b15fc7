"""Which organisations no tandem has ever linked, and what linking them would cost in the matching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.errors import NothingToMatch
from mentorkit.language import say, say_n
from mentorkit.language.formats import listing
from mentorkit_widgets.base import Model, actions, button, markup, paragraph, shown
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Cell, Table, cell, column
from mentorkit_widgets.network.model import NetworkModel
from mentorkit_widgets.page import address

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching
    from mentorkit.network.network import Network


#: So many gaps are priced at once where each takes a solution of its own.
_AT_ONCE = 20
#: Where such gaps stand among the prices.
_UNPRICED, _IMPOSSIBLE, _CLOSED = 10**11, 10**12, 10**13


class GapsModel(Model):
    """The gaps of all runs together, and how the present matching could close them."""

    #: One row per pair of organisations that no tandem has linked.
    rows: Any = t.List()
    #: What is to know of all of them, in sentences.
    sentences = t.List(t.Unicode())
    #: Whether there is a matching in which new links can be weighed.
    weighable = t.Bool()
    #: Whether new links are a criterion of the programme.
    weighed = t.Bool()
    #: How many gaps have no price yet, since each takes a while.
    unpriced = t.Int()

    def __init__(self, network: NetworkModel) -> None:
        super().__init__()
        self.network = network
        self._find()

    def _find(self) -> None:
        """Find the gaps and, while nothing is approved, price them."""
        from mentorkit.matching.criteria.history import NEW_LINK
        from mentorkit.network.gaps import takes_solutions, uncovered
        from mentorkit.network.structure import by_name, link_graph

        whole, run = self.network.whole, self.network.run
        organisations = whole.taking_part
        self._missing, self._matching = whole.gaps, self._changeable()
        self.weighable = self._matching is not None
        self.weighed = NEW_LINK in {criterion.name for criterion in run.programme.settings.criteria}
        alone = uncovered(whole.formed, organisations)
        told = say("No tandem at all so far: {names}.", names=listing(alone))
        some = 0 < len(alone) < len(organisations)
        former = by_name(set(link_graph(whole.links)) - set(organisations))
        left_out = say(
            "Not counted, since they are not in the programme now: {names}.", names=listing(former)
        )
        self.sentences = [
            _heading(len(self._missing), _pairs(whole)),
            *([left_out] if former else []),
            *([told] if some else []),
            self._how_they_count(),
        ]
        self.rows, self.unpriced = self._missing.to_dict("records"), len(self._missing)
        each = self._matching is not None and takes_solutions(self._matching)
        self.price(_AT_ONCE if each else len(self._missing))

    @property
    def goal(self) -> str:
        """The goal of the matching that is to close gaps."""
        return self._matching.goal if self._matching is not None else "total"

    def price(self, count: int) -> None:
        """Price the next gaps, as many as said."""
        from mentorkit.network.gaps import closing

        done = len(self._missing) - self.unpriced
        some = self._missing.iloc[done : done + count]
        with self.network.attempting(say("The gaps are being priced …")):
            if self._matching is not None:
                some = closing(self._matching, some, self._advance)
            found = some.astype(object).where(some.notna(), None).to_dict("records")
            self.unpriced = max(0, self.unpriced - count)
            self.rows = [*self.rows[:done], *found, *self.rows[done + len(found) :]]

    def _how_they_count(self) -> str:
        from mentorkit.network.gaps import weight_sentence

        if self._matching is not None:
            told = weight_sentence(self._matching)
            return f"{told} {self._all_new()}" if len(self._missing) == _pairs(self.network.whole) else told
        if self.network.approved:
            return say("Nothing can be changed in an approved run; in the next one these links would be new.")
        return say("There are no prices, since there is no matching yet: {why}", why=self._why)

    def _all_new(self) -> str:
        return say(
            "Here every link would be new, so the criterion spreads tandems only if it takes off points for "
            "each further tandem of the same two."
        )

    def _changeable(self) -> Matching | None:
        """Return the matching that can still change; None where there is none."""
        if self.network.approved:
            return None
        try:
            return self.network.run.match()
        except NothingToMatch as error:
            self._why = str(error)
            return None

    def _advance(self, done: int, every: int) -> None:
        self.network.progress = done / every if every else 0.0


class Gaps(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """How many pairs were never linked, the way to weigh new links, and each gap with its cheapest tandem."""

    def __init__(self, model: NetworkModel) -> None:
        self.model = GapsModel(model)
        self.table = Table(
            say("Organisations that no tandem has linked"),
            _columns(priced=self.model.weighable),
            empty=say("Every organisation has had a tandem with every other one."),
            filtered=True,
        )
        self.told = LaidOut(self._words())
        self.more = button("", lambda: self.model.price(_AT_ONCE))
        super().__init__([self.told, self.table, actions(self.more)], layout=w.Layout(grid_gap="0.75rem"))
        self.model.observe(self._show, "rows")
        self._show()

    def _show(self, *_: object) -> None:
        model = self.model
        self.table.rows = _rows(model.rows, model.goal if model.weighable else None)
        shown(self.more, bool(model.unpriced))
        self.more.description = say_n(
            "Price {n} more gap", "Price {n} more gaps", min(_AT_ONCE, model.unpriced)
        )

    def _words(self) -> Markup:
        heading, *more = self.model.sentences
        told = markup("<h3>{heading}</h3>", heading=heading) + Markup().join(map(paragraph, more))
        if not self.model.weighable:
            return told
        run_id = self.model.network.run.id
        if self.model.weighed:
            href, link = address("matching", run_id, show="weights"), say("Weigh new links in the matching")
        else:
            href, link = (
                address("programme", run_id, part="criteria"),
                say("Let the programme count new links"),
            )
        return told + markup(
            '<p class="mk-actions"><a class="mk-plain-button" href="{href}">{link}</a></p>',
            href=href,
            link=link,
        )


def _pairs(network: Network) -> int:
    """Return how many pairs of organisations there are."""
    return len(network.taking_part) * (len(network.taking_part) - 1) // 2


def _heading(count: int, every: int) -> str:
    return say_n(
        "In no run so far has a tandem linked {n} of {all} pairs of organisations",
        "In no run so far have tandems linked {n} of {all} pairs of organisations",
        count, all=every,
    )  # fmt: skip


def _columns(*, priced: bool) -> list[Cell]:
    closing = [
        column("mentor", say("Cheapest tandem: {mentor:sg.nom}")),
        column("mentee", say("{mentee:sg.nom}")),
        column("price", say("Price")),
    ]
    return [
        column("organisation", say("Organisation")),
        column("other", say("Never linked with")),
        *(closing if priced else []),
    ]


def _rows(gaps: Sequence[Mapping[str, Any]], goal: str | None) -> list[Cell]:
    """Return the rows, the cheapest gaps first; under no goal, without prices."""
    rows = [
        {"id": str(k), "organisation": gap["organisation"], "other": gap["other"]}
        | (_closing(gap, goal) if goal else {})
        for k, gap in enumerate(gaps)
    ]
    return sorted(rows, key=lambda row: row["price"]["sort"]) if goal else rows


def _closing(gap: Mapping[str, Any], goal: str) -> Cell:
    """Return the cheapest tandem that would close a gap, with its price, or what there is to say instead."""
    from mentorkit.matching.explain import price_sentence

    nobody = {"mentor": "–", "mentee": "–"}
    if "price_total" not in gap:
        return {**nobody, "price": cell(say("not reckoned yet"), _UNPRICED)}
    if gap["why_not"]:
        return {**nobody, "price": cell(gap["why_not"], _IMPOSSIBLE)}
    people = {role: cell(gap[role], note=gap[f"{role}_organisation"] or "") for role in ("mentor", "mentee")}
    if gap["matched"]:
        return {**people, "price": cell(say("This matching links them."), _CLOSED)}
    tandems, total = gap["price_tandems"], gap["price_total"]
    told = price_sentence(tandems, total, goal=goal)
    return {**people, "price": cell(told, tandems * 10**7 + max(total, 0))}
