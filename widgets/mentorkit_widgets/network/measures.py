"""The measures of the network: what is to be seen in tables, and every measure with what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import say
from mentorkit.language.formats import number
from mentorkit_widgets.base import markup, shown
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Cell, Table, bar, cell, column
from mentorkit_widgets.network.model import NetworkModel

if TYPE_CHECKING:
    from mentorkit.network.measures import Measure


class Measures(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """What the links of the chosen runs measure, who gives and receives, and who reaches whom."""

    def __init__(self, model: NetworkModel) -> None:
        self.model = model
        self.measures = Table(
            say("Measures"),
            [
                column("measure", say("Measure")),
                column("value", say("Value"), "number"),
                column("told", say("What it says")),
            ],
        )
        self.missing = LaidOut()
        self.balance = Table(
            say("What organisations give and receive"),
            [
                column("organisation", say("Organisation")),
                column("gives", say("Gives"), "bar"),
                column("receives", say("Receives"), "bar"),
                column("balance", say("Balance"), "number"),
            ],
        )
        self.reach = Table(
            say("Who is linked with whom"),
            [
                column("organisation", say("Organisation")),
                column("direct", say("Directly"), "list"),
                column("two_steps", say("In two steps"), "list"),
                column("farther", say("In more steps"), "list"),
                column("unconnected", say("Not at all"), "list"),
            ],
        )
        self.more = Disclosure(say("Who is linked with whom"), lambda: self.reach)
        super().__init__(
            [self.measures, self.missing, self.balance, self.more], layout=w.Layout(grid_gap="1rem")
        )
        model.observe(self._show, "part")
        self._show()

    def _show(self, *_: object) -> None:
        from mentorkit.network.structure import balance, reach

        network = self.model.present
        found = network.measures.values()
        self.measures.rows = [
            {"id": measure.name, "measure": measure.title, "value": measure.text, "told": measure.sentence}
            for measure in found
            if measure.value is not None
        ]
        self.missing.value = _missing(found)
        given = balance(network.links).to_dict("records")
        most = max((max(row["gives"], row["receives"]) for row in given), default=1)
        self.balance.rows = [_balance_row(row, most) for row in given]
        shown(self.balance, network.pairing != "same")
        shown(self.more, network.pairing != "same")
        self.reach.rows = [_reach_row(row) for row in reach(network.links).to_dict("records")]


def _missing(found: Iterable[Measure]) -> Markup:
    """Say which measures have no value, each reason once."""
    reasons: dict[str, list[str]] = {}
    for measure in found:
        if measure.why_not:
            reasons.setdefault(measure.why_not, []).append(measure.title)
    items = Markup().join(
        markup("<li>{names}: {why}</li>", names=", ".join(names), why=why) for why, names in reasons.items()
    )
    head = markup("<p>{told}</p>", told=say("Without a value:"))
    return head + markup("<ul>{items}</ul>", items=items) if reasons else Markup()


def _balance_row(row: Mapping[Any, Any], most: int) -> Cell:
    name, balance = row["organisation"], row["balance"]
    return {
        "id": name,
        "organisation": name,
        "gives": bar(number(row["gives"]), row["gives"], most),
        "receives": bar(number(row["receives"]), row["receives"], most),
        "balance": cell(f"{balance:+d}".replace("-", "−") if balance else "0", balance),
    }


def _reach_row(row: Mapping[Any, Any]) -> Cell:
    names = {key: list(row[key]) for key in ("direct", "two_steps", "farther", "unconnected")}
    return {"id": row["organisation"], "organisation": row["organisation"], **names}
