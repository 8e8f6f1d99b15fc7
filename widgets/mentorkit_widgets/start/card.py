"""A run on the start page: where it is in its year, its numbers, who has no partner, what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from mentorkit.language import say, say_n
from mentorkit.language.formats import date
from mentorkit.overview import PHASES, STAGES, Overview, Stage, Year, year
from mentorkit.programme.records import Application
from mentorkit.programme.settings import CalendarEntry
from mentorkit_widgets.base import ChipKind, chip, markup, paragraph
from mentorkit_widgets.start.words import (
    NEXT,
    Link,
    alone_link,
    how_far,
    link,
    next_date,
    slug,
    span,
    year_in_words,
)

STYLE = (Path(__file__).parent / "start.css").read_text(encoding="utf-8")
_SIGN: dict[Stage, ChipKind] = {
    "empty": "ineligible", "intake": "review", "matching": "ok", "tandems": "ok", "over": "locked",
}  # fmt: skip
#: Names listed on a card; more than these are counted.
NAMES = 10
#: Shorter phases are named only while they last.
_NAME = 0.13
#: A month is written at the line where it has so much of it, in share.
_MONTH = 0.06


def card(seen: Overview, *, primary: bool) -> Markup:
    """Return the card of a run; the first one on the page has the main action."""
    told = year(seen.run.calendar)
    return markup(
        '<section class="mk-card mk-run-card" aria-labelledby="run-{id}">'
        '<div class="mk-run-head"><h2 id="run-{id}">{title}</h2>{stage}</div>'
        '{line}<p class="mk-next">{next}</p>{figures}{people}{last}</section>',
        id=slug(seen),
        title=f"{seen.programme.name} {seen.run.name}",
        stage=chip(_SIGN[seen.stage], say(STAGES[seen.stage])) if seen.stage else "",
        line=year_line(told, seen.today) if told else "",
        next=next_date(seen),
        figures=_figures(seen),
        people=_alone(seen) + _tandems(seen),
        last=markup('<div class="mk-run-foot">{action}{dates}</div>', action=_action(seen, primary=primary),
                    dates=_dates(told, seen.today) if told else ""),
    )  # fmt: skip


# the year -------------------------------------------------------------------------------------------


def year_line(told: Year, today: dt.date) -> Markup:
    """Draw a year as a line with its phases, its dates and, unless that is long past or far off, today."""
    words = year_in_words(told, today)
    told = told.around(today)
    phases = _phases(told, today)
    points = [
        markup(
            '<i class="{past}" style="left:{left};width:{width}"></i>',
            past="mk-past" if entry.last_day < today else "mk-ahead",
            left=_percent(told.share(entry.day)),
            width=_percent(told.share(entry.last_day) - told.share(entry.day)),
        )
        for entry in told.entries
    ]
    return markup(
        '<div class="mk-year" role="img" aria-label="{words}"><div class="mk-phases">{phases}</div>'
        '<div class="mk-line"><span class="mk-gone" style="width:{gone}"></span>{points}{today}</div>'
        '<div class="mk-months">{months}</div></div>',
        words=words,
        phases=Markup().join(phases),
        points=Markup().join(points),
        gone=_percent(told.share(today)),
        today=_today(told.share(today)) if told.reaches(today) else "",
        months=_months(told),
    )


def _today(share: float) -> Markup:
    return markup(
        '<b class="mk-today {side}" style="left:{left}"><span>{word}</span></b>',
        side="mk-left" if share > 0.85 else "mk-right" if share < 0.15 else "",
        left=_percent(share),
        word=say("Today"),
    )


def _phases(told: Year, today: dt.date) -> list[Markup]:
    now, before = told.phase(today), 1.0
    made = []
    for phase in told.phases:
        share = told.share(phase.last) - told.share(phase.first)
        marks = {"mk-now": phase == now, "mk-short": share < _NAME, "mk-pushed": before < _NAME}
        made.append(
            markup(
                '<span class="mk-phase {marks}" style="left:{left};width:{width}"><b>{name}</b></span>',
                marks=" ".join(name for name, holds in marks.items() if holds),
                left=_percent(told.share(phase.first)),
                width=_percent(share),
                name=say(PHASES[phase.name]),
            )
        )
        before = share if phase == now else 1.0
    return made


def _months(told: Year) -> Markup:
    """Write the months under the line; on a narrow one every third is enough."""
    first = (told.first.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    starts = [first]
    while (following := (starts[-1] + dt.timedelta(days=31)).replace(day=1)) <= told.last:
        starts.append(following)
    return Markup().join(
        markup(
            '<span class="{often}" style="left:{left}">{month}</span>',
            often="" if k % 3 == 0 else "mk-often",
            left=_percent(told.share(day)),
            month=date(day, "LLL yy") if day.month == 1 else date(day, "LLL"),
        )
        for k, day in enumerate(starts)
        if day <= told.last and told.share(day) < 1 - _MONTH
    )


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _dates(told: Year, today: dt.date) -> Markup:
    items = [_date(entry, today) for entry in told.entries]
    return markup(
        '<details class="mk-dates"><summary>{summary}</summary><ol>{items}</ol></details>',
        summary=say_n("{n} date", "All {n} dates", len(items)),
        items=Markup().join(items),
    )


def _date(entry: CalendarEntry, today: dt.date) -> Markup:
    past, going_on = entry.last_day < today, entry.day <= today <= entry.last_day
    word = say("past") if past else say("now") if going_on else how_far(entry.day, today)
    return markup(
        '<li class="{kind}"><span class="mk-day">{day}</span> <span>{title}</span> '
        '<span class="mk-when">{word}</span></li>',
        kind="mk-past" if past else "mk-now" if going_on else "mk-ahead",
        day=span(entry),
        title=entry.title,
        word=word,
    )


def moment(at: dt.datetime, today: dt.date) -> str:
    """Write when something was done, by the clock of this place."""
    here = at.astimezone()
    return say("{day} at {time}, {how_far}", day=date(here.date()), time=here.strftime("%H:%M"),
               how_far=how_far(here.date(), today))  # fmt: skip


# numbers and names ----------------------------------------------------------------------------------


def _figures(seen: Overview) -> Markup | str:
    if not seen.applications:
        return ""
    n = len(seen.applications)
    figures = [
        (n, link(seen, say_n("application", "applications", n), "intake", show="all")),
        (len(seen.doubtful), link(seen, say("to look at"), "intake", show="open")),
        (len(seen.refused), link(seen, say("refused"), "intake", show="ineligible")),
    ]
    if seen.tandems is not None:
        word = say_n("tandem", "tandems", len(seen.tandems))
        there = link(seen, word, "matching", show="tandems")
        figures.append((len(seen.tandems), there if there.href else Link(word, f"#tandems-{slug(seen)}")))
    if seen.without_partner is not None:
        found = alone_link(seen, len(seen.without_partner))
        figures.append((len(seen.without_partner), Link(say("without a partner"), found.href)))
    return markup(
        '<div class="mk-figures">{figures}</div>',
        figures=Markup().join(
            markup(
                '<a class="mk-figure{none}" href="{href}"><strong>{n}</strong> <span>{label}</span></a>',
                none="" if number else " mk-none",
                href=found.href,
                n=number,
                label=found.text,
            )
            for number, found in figures
        ),
    )


def _alone(seen: Overview) -> Markup:
    if seen.without_partner is None:
        if seen.stage not in ("intake", "matching"):
            return Markup()
        return paragraph(say("Who has no partner shows once the tandems are approved."), "mk-muted")
    if not seen.without_partner:
        return paragraph(say("Everybody who takes part has a partner."), "mk-muted")
    names = [
        markup(
            '<li><a href="{href}">{name}</a> <span class="mk-muted">{what}</span></li>',
            href=link(seen, "", "intake", application=person.id).href,
            name=person.name,
            what=_what(person),
        )
        for person in seen.without_partner[:NAMES]
    ]
    return _names(f"alone-{slug(seen)}", say("Without a partner"), names,
                  len(seen.without_partner) - len(names))  # fmt: skip


def _what(person: Application) -> str:
    role = say("{mentee:sg.nom}") if person.role == "mentee" else say("{mentor:sg.nom}")
    if not person.organisation:
        return role
    return say("{role}, {organisation}", role=role, organisation=person.organisation)


def _tandems(seen: Overview) -> Markup:
    """List the tandems for whoever cannot look at them in the matching."""
    if not seen.tandems or seen.actor.opens("matching", seen.programme.id):
        return Markup()
    names = [
        markup("<li>{pair}</li>", pair=say("{name} with {partner}", name=mentee.name, partner=mentor.name))
        for mentee, mentor in seen.tandems
    ]
    return _names(f"tandems-{slug(seen)}", say("Tandems"), names, 0)


def _names(anchor: str, title: str, names: Sequence[Markup], more: int) -> Markup:
    rest = markup("<li>{more}</li>", more=say_n("and {n} more", "and {n} more", more)) if more > 0 else ""
    return markup(
        '<div class="mk-names" id="{anchor}" tabindex="-1"><h3>{title}</h3><ul>{names}{rest}</ul></div>',
        anchor=anchor, title=title, names=Markup().join(names), rest=rest,
    )  # fmt: skip


def _action(seen: Overview, *, primary: bool) -> Markup:
    if seen.stage is None:
        return paragraph(say("Your role shows no applications here."), "mk-muted")
    word, app = NEXT[seen.stage]
    query = {"show": "open"} if seen.stage == "intake" else {}
    found = link(seen, say(word), app, **query)
    if not found.href:
        return Markup()
    return markup(
        '<a class="{look}" href="{href}">{word}</a>',
        look="mk-primary" if primary else "mk-plain-button", href=found.href, word=found.text,
    )  # fmt: skip
