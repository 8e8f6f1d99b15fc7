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
from mentorkit_widgets.components.table import Cell, Table, cell, column
from mentorkit_widgets.network.model import NetworkModel
from mentorkit_widgets.page import address

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching


#: So many gaps are priced at once where each takes a solution of its own.
_AT_ONCE = 20
#: Where such gaps stand among the prices.
_IMPOSSIBLE, _CLOSED = 10**12, 10**13


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
        self.refresh()

    def refresh(self) -> None:
        """Find the gaps and, while nothing is approved, price them."""
        from mentorkit.matching.criteria.history import NEW_LINK
        from mentorkit.network.gaps import gaps, takes_solutions, uncovered

        whole, run = self.network.whole, self.network.run
        organisations = run.organisations or list(whole.links)
        known = whole.tandems[whole.tandems["state"] != "proposed"]
        self._missing, self._matching = gaps(known, organisations), self._changeable()
        self.weighable = self._matching is not None
        self.weighed = NEW_LINK in {criterion.name for criterion in run.programme.settings.criteria}
        alone = uncovered(known, organisations)
        told = say("No tandem at all so far: {names}.", names=listing(alone))
        some = 0 < len(alone) < len(organisations)
        heading = _heading(len(self._missing), len(organisations))
        self.sentences = [heading, *([told] if some else []), self._how_they_count()]
        self.rows, self.unpriced = [], len(self._missing)
        each = self._matching is not None and takes_solutions(self._matching)
        self.price(_AT_ONCE if each else len(self._missing))

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
            self.rows = [*self.rows, *found]

    def _how_they_count(self) -> str:
        from mentorkit.network.gaps import weight_sentence

        if self._matching is not None:
            return weight_sentence(self._matching)
        return say("Nothing can be changed in an approved run; in the next one these links would be new.")

    def _changeable(self) -> Matching | None:
        """Return the matching that can still change; None where there is none."""
        if self.network.approved:
            return None
        try:
            return self.network.run.match()
        except NothingToMatch:
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
        self.told = w.HTML(self._words())
        self.more = button("", lambda: self.model.price(_AT_ONCE))
        super().__init__([self.told, self.table, actions(self.more)], layout=w.Layout(grid_gap="0.75rem"))
        self.model.observe(self._show, "rows")
        self._show()

    def _show(self, *_: object) -> None:
        model = self.model
        self.table.rows = _rows(model.rows)
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


def _heading(count: int, organisations: int) -> str:
    every = organisations * (organisations - 1) // 2
    return say_n(
        "{n} of {all} pairs of organisations has never been linked by a tandem",
        "{n} of {all} pairs of organisations have never been linked by a tandem",
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


def _rows(gaps: Sequence[Mapping[str, Any]]) -> list[Cell]:
    """Return the rows, the cheapest gaps first, then those that cannot be closed or are closed."""
    rows = [_row(k, gap) for k, gap in enumerate(gaps)]
    return sorted(rows, key=lambda row: row["price"]["sort"]) if rows and "price" in rows[0] else rows


def _row(k: int, row: Mapping[str, Any]) -> Cell:
    found: Cell = {"id": str(k), "organisation": row["organisation"], "other": row["other"]}
    if "price_total" not in row:
        return found
    if row["why_not"]:
        return {**found, "mentor": "–", "mentee": "–", "price": cell(row["why_not"], _IMPOSSIBLE)}
    for role in ("mentor", "mentee"):
        found[role] = cell(row[role], note=row[f"{role}_organisation"])
    return {**found, "price": _price(row)}


def _price(row: Mapping[str, Any]) -> Cell:
    from mentorkit.matching.explain import price_sentence

    if row["matched"]:
        return cell(say("This matching links them."), _CLOSED)
    tandems, total = row["price_tandems"], row["price_total"]
    return cell(price_sentence(tandems, total), tandems * 10**7 + max(total, 0))
