"""The rows of the tables of the selection."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from mentorkit.language import later, say
from mentorkit.language.formats import date, number
from mentorkit_widgets.components.table import Cell, Icon, Tone, action, bar, cell, chip, column
from mentorkit_widgets.page import address

if TYPE_CHECKING:
    from mentorkit.intake.receipt import Origin
    from mentorkit.matching.compare import Comparison
    from mentorkit.matching.ranking import Line, Ranking
    from mentorkit.matching.selection import Selection, Standing
    from mentorkit.programme.settings import Quotas
    from mentorkit.reports.letters import Letters

Row = dict[str, Any]
#: Where a day of receipt is known from.
_ORIGINS: dict[Origin, str] = {
    "file": later("by the file"),
    "link": later("when the form was sent"),
    "entered": later("entered in the app"),
    "taken_in": later("the day it was taken in"),
}

_SIGNS: dict[Standing | None, tuple[Icon, Tone]] = {
    "selected": ("check", "good"),
    "waiting": ("clock", "careful"),
    "out": ("forbid", "neutral"),
    None: ("info", "neutral"),
}


def role_word(role: str) -> str:
    """Return what somebody applied as."""
    return say("{mentee:sg.nom}") if role == "mentee" else say("{mentor:sg.nom}")


def place_chip(standing: Standing | None, place: int = 0, *, undecided: bool = False) -> Cell:
    """Return where somebody stands, as a word with its sign."""
    from mentorkit.matching.selection import place_word

    word = place_word(standing, place, undecided=undecided)
    if undecided:
        return chip(word, "info", "careful")
    icon, tone = _SIGNS[standing]
    return chip(word, icon, tone)


# -- places -------------------------------------------------------------------------------------------


def place_columns() -> list[Cell]:
    """Return the columns of the table of all places."""
    return [
        column("person", say("Name")),
        column("role", say("Role")),
        column("organisation", say("Organisation")),
        column("place", say("Place given"), "chip"),
        column("why", say("Why")),
    ]


def place_rows(
    selection: Selection,
    rankings: Iterable[Ranking],
    quotas: Quotas,
    run_id: str,
    given: Collection[str] = (),
) -> list[Row]:
    """Return who holds a place, who waits and who is out, with the reasons.

    Each name leads to the application; those in ``given``, ids of applications, can be given a free place.
    """
    why = _why_selected(selection, rankings, quotas)
    return [
        {
            "id": place.application_id,
            "person": cell(place.person, href=address("intake", run_id, application=place.application_id)),
            "role": role_word(place.role),
            "organisation": place.organisation or "",
            "place": place_chip(place.standing, place.number, undecided=place.undecided),
            "why": place.reason or why.get(place.application_id, ""),
            **({"actions": [_give(place.person)]} if place.application_id in given else {}),
        }
        for place in selection.stands.values()
    ]


def _give(name: str) -> Cell:
    return action("give", say("Give a place"), say("Give a place to {name}", name=name))


def _why_selected(selection: Selection, rankings: Iterable[Ranking], quotas: Quotas) -> dict[str, str]:
    """Return why each application would get its place, by its id; a fixed selection tells it itself."""
    from mentorkit.matching.places import ORDERS, key_of

    lines = {
        line.application.id: (number, len(ranking.lines))
        for ranking in rankings
        for number, line in enumerate(ranking.lines, 1)
    }
    short = {key_of(place.role, place.organisation) for place in selection.waiting}
    told = {}
    for place in selection.selected:
        limit = quotas.of(place.role, place.organisation) if place.organisation else None
        order = selection.orders.of(place.organisation or "")
        number, n = lines.get(place.application_id, (0, 0))
        if limit is None:
            why = say("The places are not limited here.")
        elif key_of(place.role, place.organisation) not in short:
            why = say("There is a place for everybody who is eligible.")
        elif order == "matching":
            why = say("Chosen by the matching, for the best total of all tandems.")
        elif number:
            why = say("Number {number} of {n} in the order; there are {places} places.",
                      number=number, n=n, places=limit)  # fmt: skip
        else:
            why = say(ORDERS[order])
        told[place.application_id] = why
    return told


# -- a queue ------------------------------------------------------------------------------------------


def queue_columns() -> list[Cell]:
    """Return the columns of the table of a queue."""
    return [
        column("person", say("Name"), sortable=False),
        column("number", say("Number"), "number", sortable=False),
        column("received", say("Received on"), sortable=False),
        column("place", say("Place given"), "chip", sortable=False),
    ]


def queue_rows(ranking: Ranking, *, movable: bool) -> list[Row]:
    """Return the people of a queue in their order.

    Parameters
    ----------
    ranking
        The queue.
    movable
        Whether they can be moved up and down.
    """
    rows, last = [], len(ranking.lines)
    for n, line in enumerate(ranking.lines, 1):
        row: Row = {
            "id": line.application.id,
            "person": line.application.name,
            "number": n,
            "received": _received(line),
            "place": place_chip(line.place, line.number),
        }
        rows.append({**row, "actions": _moves(line.application.name, n, last)} if movable else row)
    return rows


def _received(line: Line) -> Cell:
    """Tell when an application was received, and below it where that is known from."""
    if (receipt := line.receipt) is None:
        return cell(say("no date of receipt"))
    return cell(date(receipt.day), receipt.day.isoformat(), note=say(_ORIGINS[receipt.origin]))


def _moves(name: str, n: int, last: int) -> list[Cell]:
    first = say("{name} is the first already.", name=name) if n == 1 else ""
    end = say("{name} is the last already.", name=name) if n == last else ""
    return [
        action("up", say("Up"), say("Up with {name}", name=name), disabled=first),
        action("down", say("Down"), say("Down with {name}", name=name), disabled=end),
    ]


# -- both ways ----------------------------------------------------------------------------------------


def way_columns() -> list[Cell]:
    """Return the columns of the table that compares both ways."""
    return [
        column("way", say("Who chooses"), sortable=False),
        column("tandems", say("Tandems"), "number", sortable=False),
        column("total", say("Points together"), "number", sortable=False),
        column("worst", say("Lowest score"), "number", sortable=False),
        column("mean", say("Points on average"), "bar", sortable=False),
    ]


def way_rows(comparison: Comparison) -> list[Row]:
    """Return what comes of both ways."""
    ways = (
        ("matching", say("The matching"), comparison.matching),
        ("ranked", say("The ranking"), comparison.ranked),
    )
    return [
        {
            "id": key,
            "way": word,
            "tandems": outcome.tandems,
            "total": cell(number(outcome.total), outcome.total),
            "worst": outcome.worst,
            "mean": bar(number(outcome.mean, 1), outcome.mean, 1000),
        }
        for key, word, outcome in ways
    ]


def change_columns() -> list[Cell]:
    """Return the columns of the table of those for whom it makes a difference."""
    return [
        column("person", say("Name")),
        column("organisation", say("Organisation")),
        column("matching", say("The matching"), "chip"),
        column("ranked", say("The ranking"), "chip"),
    ]


def change_rows(comparison: Comparison) -> list[Row]:
    """Return for whom it makes a difference who chooses."""
    return [
        {
            "id": place.application_id,
            "person": cell(place.person, note=role_word(place.role)),
            "organisation": place.organisation or "",
            "matching": place_chip("selected" if gains else "waiting"),
            "ranked": place_chip("waiting" if gains else "selected"),
        }
        for gains, places in ((True, comparison.gaining), (False, comparison.losing))
        for place in places
    ]


# -- letters ------------------------------------------------------------------------------------------


def letter_columns() -> list[Cell]:
    """Return the columns of the table of letters."""
    return [
        column("person", say("Name")),
        column("organisation", say("Organisation")),
        column("kind", say("Letter")),
        column("day", say("Date")),
        column("email", say("E-mail")),
    ]


def letter_rows(letters: Letters) -> list[Row]:
    """Return the prepared letters."""
    from mentorkit.reports.wording import KINDS

    return [
        {
            "id": letter.application_id,
            "person": letter.name,
            "organisation": letter.organisation,
            "kind": say(KINDS[letter.kind]),
            "day": cell(date(letter.day), letter.day.isoformat()),
            "email": letter.email,
        }
        for letter in letters.letters
    ]
