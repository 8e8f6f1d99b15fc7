"""What the start page says: due things, changes and days in sentences, and where their links lead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from mentorkit.language import later, say, say_n
from mentorkit.language.formats import date
from mentorkit.overview import PHASES, Change, Due, Overview, Stage, Year
from mentorkit.programme.settings import CalendarEntry
from mentorkit_widgets.page import App, address

#: What comes next in each stage, and the app where it is done.
NEXT: dict[Stage, tuple[str, App]] = {
    "empty": (later("Take in applications"), "intake"),
    "intake": (later("Look at the doubtful applications"), "intake"),
    "matching": (later("Match"), "matching"),
    "tandems": (later("Look at the network"), "network"),
    "over": (later("Make reports"), "reports"),
}


@dataclass(frozen=True)
class Link:
    """A sentence, and where it leads; nowhere for whom the app is not open."""

    text: str
    href: str = ""


def link(seen: Overview, text: str, app: App, **query: str) -> Link:
    """Return a link to an app, if it is open to whoever looks."""
    is_open = seen.actor.opens(app, seen.programme.id)
    return Link(text, address(app, seen.run.id, **query) if is_open else "")


_DUE: dict[str, tuple[str, App, dict[str, str]]] = {
    "selection": (later("Fix who holds a place, or leave it to the matching"), "matching", {"show": "left"}),
    "calendar": (later("Every date of this run is past; give it new ones"), "programme", {}),
    "approve": (later("Match and approve the tandems"), "matching", {}),
    "evaluate": (later("The year is over: make the report on it"), "reports", {}),
    "erase": (
        later("The time is over for which personal data are kept: they are to be erased"),
        "privacy",
        {"part": "retention"},
    ),
    "next_run": (later("Begin the next run"), "programme", {}),
}


def due_link(seen: Overview, item: Due) -> Link:
    """Say what is due, with a link to where it is done."""
    if item.kind == "date":
        return Link(item.title)
    if item.kind in ("alone", "vacancy"):
        return alone_link(seen, item.n) if item.kind == "alone" else vacancy_link(seen, item.n)
    if item.kind == "take_in":
        return link(seen, _take_in(item, date(item.day) if item.day else ""), "intake")
    if item.kind == "doubtful":
        text = say_n("{n} doubtful application to look at", "{n} doubtful applications to look at", item.n)
        return link(seen, text, "intake", show="open")
    if item.kind == "request":
        text = say_n(
            "{n} request on personal data to answer", "{n} requests on personal data to answer", item.n
        )
        return link(seen, text, "privacy", part="requests")
    word, app, query = _DUE[item.kind]
    return link(seen, say(word), app, **query)


def _take_in(item: Due, day: str) -> str:
    if not day:
        return say("No application has been taken in yet")
    if item.overdue:
        return say("Applications closed on {day}, and none has been taken in yet", day=day)
    return say("Applications are open until {day}; none has been taken in yet", day=day)


def alone_link(seen: Overview, n: int) -> Link:
    """Say how many have no partner, with a link to them: in the matching, or else on this page."""
    text = say_n("{n} person has no partner yet", "{n} people have no partner yet", n)
    found = link(seen, text, "matching", show="left")
    return found if found.href else Link(text, f"#alone-{slug(seen)}")


def vacancy_link(seen: Overview, n: int) -> Link:
    """Say how many wait although they could move up, with a link to the selection."""
    text = say_n("{n} person waits although a place is free", "{n} people wait although places are free", n)
    return link(seen, text, "intake", part="selection")


def slug(seen: Overview) -> str:
    """Return a name of the run for anchors in the page."""
    return "".join(c if c.isalnum() else "-" for c in seen.run.id)


# days -----------------------------------------------------------------------------------------------


def when(item: Due, today: dt.date) -> str:
    """Say by when something is due, or since when it is overdue."""
    if item.day is None:
        return ""
    if item.kind in ("evaluate", "next_run"):
        return say("since {day}", day=date(item.day))
    if item.overdue:
        return say("overdue since {day}", day=date(item.day))
    if item.until and item.day <= today:
        return say("going on until {day}", day=date(item.until))
    return say("{day}, {how_far}", day=_with_weekday(item.day), how_far=how_far(item.day, today))


def _with_weekday(day: dt.date) -> str:
    return say("{weekday} {day}", weekday=date(day, "EEE"), day=date(day))


def how_far(day: dt.date, today: dt.date) -> str:
    """Say how far off a day is."""
    days = (day - today).days
    if days == 0:
        return say("today")
    if days in (1, -1):
        return say("tomorrow") if days > 0 else say("yesterday")
    if abs(days) < 60:
        return _days(days)
    months = round(abs(days) / 30.4)
    if days > 0:
        return say_n("in {n} month", "in {n} months", months)
    return say_n("{n} month ago", "{n} months ago", months)


def _days(days: int) -> str:
    if days > 0:
        return say_n("in {n} day", "in {n} days", days)
    return say_n("{n} day ago", "{n} days ago", -days)


def span(entry: CalendarEntry) -> str:
    """Write the day or the days of an entry."""
    if entry.until and entry.until != entry.day:
        return say("{day} to {last}", day=date(entry.day), last=date(entry.until))
    return date(entry.day)


def next_date(seen: Overview) -> str:
    """Say which date is next, or that all are past."""
    entry, today = seen.next_entry, seen.today
    if entry is None:
        if seen.last_day is None:
            return say("The calendar of this run is still empty.")
        return say("All dates are over; the last one was {day}.", day=date(seen.last_day))
    if entry.last_day == today:
        return say("Today: {title}", title=entry.title)
    if entry.day <= today:
        return say("Now, until {day}: {title}", day=date(entry.last_day), title=entry.title)
    far = how_far(entry.day, today)
    return say(
        "Next: {title}, {day}, {how_far}", title=entry.title, day=_with_weekday(entry.day), how_far=far
    )


def year_in_words(told: Year, today: dt.date) -> str:
    """Say what the line of a year shows."""
    phase = told.phase(today)
    sentences = [
        say("The year from {first} to {last}.", first=date(told.first), last=date(told.last)),
        say_n("{n} of {every} dates is past.", "{n} of {every} dates are past.", told.past(today),
              every=len(told.entries)),
    ]  # fmt: skip
    if phase:
        sentences.insert(1, say("Today is in the phase “{phase}”.", phase=say(PHASES[phase.name])))
    return " ".join(sentences)


def summary(seen: list[Overview], items: list[Due], today: dt.date) -> str:
    """Say which day it is and how much is to do."""
    todo = [item for item in items if item.kind != "date"]
    late = sum(item.overdue for item in todo)
    sentences = [say("{day}.", day=date(today, "full"))]
    if todo:
        sentences.append(say_n("{n} thing is to be done.", "{n} things are to be done.", len(todo)))
    elif seen:
        sentences.append(say("Nothing waits for you."))
    if late:
        sentences.append(say_n("{n} is overdue.", "{n} are overdue.", late))
    return " ".join(sentences)


# changes --------------------------------------------------------------------------------------------


def change_words(change: Change) -> str:
    """Say who did what."""
    who, n = change.actor, change.n
    if change.action.startswith("application."):
        return _application_words(change)
    if change.action == "selection.move_up":
        return say_n(
            "{n} person moved up from the waiting list.", "{n} people moved up from the waiting list.", n
        )
    if change.action in _ON_PAIRS:
        return _ON_PAIRS[change.action](n, who=who)
    return say(_DEEDS[change.action], who=who)


def _application_words(change: Change) -> str:
    action = change.action
    if action == "application.take_in" and not change.reason:
        sent = change.application and change.application.source
        action = "link" if sent and sent.kind == "link" else "form"  # by the applicant, or in the app
    said = {"who": change.actor, "reason": change.reason}
    if change.application and action in _OF_ONE:
        return say(_OF_ONE[action], name=change.application.name, **said)
    return _OF_MANY[action](change.n, **said)


#: What was decided on pairs.
_ON_PAIRS: dict[str, Callable[..., str]] = {
    "matching.decide": lambda n, who: say_n(
        "{who} decided on {n} pair.", "{who} decided on {n} pairs.", n, who=who
    ),
    "matching.undo": lambda n, who: say_n(
        "{who} took back the decision on {n} pair.", "{who} took back decisions on {n} pairs.", n, who=who
    ),
    "matching.back": lambda n, who: say_n(
        "{who} undid a decision on {n} pair.", "{who} undid decisions on {n} pairs.", n, who=who
    ),
    "matching.forth": lambda n, who: say_n(
        "{who} restored a decision on {n} pair.", "{who} restored decisions on {n} pairs.", n, who=who
    ),
    "matching.make": lambda n, who: say_n(
        "{who} made {n} tandem by itself.", "{who} made {n} tandems one by one.", n, who=who
    ),
    "matching.take_back": lambda n, who: say_n(
        "{who} took back {n} tandem.", "{who} took back {n} tandems.", n, who=who
    ),
}
#: What was done to applications, in numbers, and to one that can be named.
_OF_MANY: dict[str, Callable[..., str]] = {
    "application.take_in": lambda n, **said: say_n(
        "{who} took in {n} application from “{reason}”.",
        "{who} took in {n} applications from “{reason}”.",
        n,
        **said,
    ),
    "form": lambda n, **said: say_n(
        "{who} took in {n} application by form.", "{who} took in {n} applications by form.", n, **said
    ),
    "application.mend": lambda n, **said: say_n(
        "{who} corrected {n} application.", "{who} corrected {n} applications.", n, **said
    ),
    "application.overrule": lambda n, **said: say_n(
        "{who} decided on {n} application: “{reason}”.",
        "{who} decided on {n} applications: “{reason}”.",
        n,
        **said,
    ),
    "application.withdraw": lambda n, **said: say_n(
        "{who} noted whether {n} applicant takes part.",
        "{who} noted whether {n} applicants take part.",
        n,
        **said,
    ),
    "application.undo": lambda n, **said: say_n(
        "{who} undid {n} change.", "{who} undid {n} changes.", n, **said
    ),
    "application.redo": lambda n, **said: say_n(
        "{who} restored {n} change.", "{who} restored {n} changes.", n, **said
    ),
}
_OF_ONE: dict[str, str] = {
    "form": later("{who} entered the application of {name}."),
    "link": later("{name} applied by form ({who})."),
    "application.mend": later("{who} corrected the application of {name}."),
    "application.overrule": later("{who} decided on {name}: “{reason}”."),
    "application.withdraw": later("{who} noted whether {name} takes part."),
    "application.undo": later("{who} undid the last change of {name}."),
    "application.redo": later("{who} restored a change of {name}."),
}
_DEEDS: dict[str, str] = {
    "selection.fix": later("{who} fixed the selection."),
    "selection.release": later("{who} reopened the selection."),
    "scenario.propose": later("{who} changed on which scenario the matching rests."),
    "scenario.back": later("{who} changed on which scenario the matching rests."),
    "scenario.forth": later("{who} changed on which scenario the matching rests."),
    "matching.approve": later("{who} approved the tandems."),
    "matching.withdraw": later("{who} took back the approval of the tandems."),
    "programme.add": later("{who} set up the run."),
    "programme.next_run": later("{who} began the run."),
    "programme.change": later("{who} changed the programme."),
}
