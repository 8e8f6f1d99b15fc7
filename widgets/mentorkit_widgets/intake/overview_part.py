"""Where the intake stands, as a picture and in numbers that lead to the rows they count."""

from __future__ import annotations

import base64

import ipywidgets as w
from markupsafe import Markup

from mentorkit.intake.overview import ROLES, Day, IntakeOverview, Standing, draw, finding, overview
from mentorkit.language import say, say_n
from mentorkit.language.formats import date
from mentorkit_widgets.base import card, markup, paragraph
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.intake.facts import table_of
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.page import address

#: A column of the table, its head, and the filter that shows what it counts.
_SHOWS = {"applied": "all", "takes_part": "ok", "to_look_at": "open", "refused": "ineligible",
          "withdrawn": "withdrawn"}  # fmt: skip

_HEAD = '<th role="rowheader" scope="row">{name}</th>'


class OverviewPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Applications over time against the closing date, and by organisation against its places."""

    def __init__(self, model: IntakeModel) -> None:
        self.model = model
        self.figures, self.picture, self.days, self.table = (LaidOut() for _ in range(4))
        self.numbers = Disclosure(say("The numbers of this picture"), lambda: self.days)
        time = card(self.picture, self.numbers)
        super().__init__([self.figures, time, card(self.table)], layout=w.Layout(grid_gap="1rem"))
        model.observe(self.show, ["stored", "part"])
        self.show()

    def show(self, *_: object) -> None:
        """Read where the intake stands, while this is looked at."""
        if self.model.part != "overview":
            return
        with self.model.attempting(say("Drawing the picture …")):
            seen = overview(*self.model.hands)
            self.figures.value = self._figures(seen)
            self.days.value = _days(seen.days)
            self.table.value = self._table(seen)
            self.picture.value = _picture(seen)  # takes longest

    def _href(self, **query: str) -> str:
        return address("intake", self.model.run.id, **query)

    def _figures(self, seen: IntakeOverview) -> Markup:
        """Return the numbers of the whole intake, each a link to its rows."""
        words = {
            "applied": say("have applied"),
            "takes_part": say("in order, or admitted"),
            "to_look_at": say("to look at"),
            "refused": say("refused"),
            "withdrawn": say("withdrawn"),
        }
        totals = {name: sum(seen.total(role, name) for role in ROLES) for name in words}
        figures = Markup().join(
            markup(
                '<a class="mk-figure" href="{href}"><strong>{n}</strong> <span>{word}</span></a>',
                href=self._href(show=_SHOWS[name]),
                n=n,
                word=words[name],
            )
            for name, n in totals.items()
        )
        return markup('<div class="mk-figures">{figures}</div>', figures=figures)

    def _table(self, seen: IntakeOverview) -> Markup:
        """Return the numbers of each organisation and role, each a link to its rows."""
        heads = [say("Organisation"), say("Role"), say("Places"), *_counted().values()]
        without = self.model.settings.organisations.kind == "none"
        body = Markup().join(self._row(standing, without=without) for standing in seen.standings)
        title = say("By role") if without else say("By organisation")
        caption = say("Applications against the places; each number leads to its rows")
        table = table_of(caption, heads[without:], body, css="mk-stacked")
        return markup("<h2>{title}</h2>", title=title) + table

    def _row(self, standing: Standing, *, without: bool) -> Markup:
        named = {"organisation": standing.organisation} if standing.organisation else {}
        numbers = Markup().join(
            markup(
                '<td role="cell" class="mk-number" data-label="{word}">{n}</td>',
                word=word,
                n=_link(n, self._href(show=show, role=standing.role, **named)),
            )
            for name, word in _counted().items()
            for n, show in [(getattr(standing, name), _SHOWS[name])]
        )
        role = say("{mentee:pl.nom}") if standing.role == "mentee" else say("{mentor:pl.nom}")
        head = '<td role="cell">{name}</td>' if not without else _HEAD
        name = markup(_HEAD, name=standing.organisation or "–")
        return markup(
            '<tr role="row">{name}{role}<td role="cell">{places}</td>{numbers}</tr>',
            name="" if without else name,
            role=markup(head, name=role),
            places=_places(standing),
            numbers=numbers,
        )


def _counted() -> dict[str, str]:
    """Return the heads of what is counted, by the name of the count."""
    return {
        "applied": say("applied"),
        "takes_part": say("eligible"),
        "to_look_at": say("to look at"),
        "refused": say("refused"),
        "withdrawn": say("withdrawn"),
    }


def _link(n: int, href: str) -> Markup | str:
    return markup('<a href="{href}">{n}</a>', href=href, n=n) if n else "0"


def _places(standing: Standing) -> Markup | str:
    """Draw how many places there are for those who are eligible, with both numbers."""
    if standing.places is None:
        return say("no limit")
    share = min(100, round(100 * standing.takes_part / standing.places)) if standing.places else 100
    return markup(
        '<span class="mk-fill {over}" aria-hidden="true"><i style="width:{share}%"></i></span> {told}',
        over="mk-over" if standing.takes_part > standing.places else "",
        share=share,
        told=say("eligible {n}, places {places}", n=standing.takes_part, places=standing.places),
    )


def _picture(seen: IntakeOverview) -> Markup:
    """Return the picture under what it shows; one for a wide page and one for a narrow one."""
    title = finding(seen)
    heading = markup("<h2>{title}</h2>", title=title)
    if not seen.days:
        return heading
    note = ""
    if seen.undated:
        note = say_n(
            "{n} application does not tell when it was received; it counts on the day it was taken in.",
            "{n} applications do not tell when they were received; they count on the day they were taken in.",
            seen.undated,
        )
    return heading + markup(
        '<picture class="mk-picture"><source media="(max-width: 48rem)" srcset="{narrow}">'
        '<img src="{wide}" alt="{alt}" style="width:100%;height:auto"></picture>{note}',
        narrow=_data(draw(seen, wide=False)),
        wide=_data(draw(seen)),
        alt=say("Applications over time: {finding}", finding=title),
        note=paragraph(note, "mk-muted") if note else "",
    )


def _data(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _days(days: tuple[Day, ...]) -> Markup:
    rows = Markup().join(
        markup(
            '<tr><th scope="row">{day}</th><td class="mk-number">{mentees}</td>'
            '<td class="mk-number">{mentors}</td></tr>',
            day=date(day.day), mentees=day.mentees, mentors=day.mentors,
        )
        for day in days
    )  # fmt: skip
    heads = (say("Until the end of"), say("{mentee:pl.nom}"), say("{mentor:pl.nom}"))
    return table_of(say("How many had applied"), heads, rows)
