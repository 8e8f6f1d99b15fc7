"""Beginning a programme from a preset, or a run from an earlier one."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from mentorkit.errors import RuleBroken, UsageError
from mentorkit.language import Language, say
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Orders, Organisation, Programme, Run
from mentorkit.programme.settings import (
    CalendarEntry,
    ProgrammeSettings,
    RunSettings,
    in_language,
    load_preset,
)
from mentorkit.store import Reader, Store, Writer

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def add(  # noqa: PLR0913 - three of the six are optional
    store: Store,
    actor: Actor,
    preset: str,
    *,
    name: str | None = None,
    run: str | None = None,
    language: Language | None = None,
) -> str:
    """Add a programme by its preset, or a further run to one that is there; return the run's id.

    Raises
    ------
    UsageError
        If there is no such preset, or the name has neither letters nor digits.
    RuleBroken
        If the run is there already, or the programme was made from another preset.
    NotAllowed
        If the actor may not add programmes.
    """
    settings = load_preset(preset)
    actor.require("programme.add")
    if name and name != settings.name:
        settings = _without_description(settings).model_copy(update={"name": name})
    settings = in_language(settings, language or settings.language)
    programme_id = preset if name is None else short_name(name)
    if not programme_id:
        raise UsageError(say("Please give the programme a name with letters or digits."))
    with store.write(actor.name, "programme.add") as writer:
        programme = writer.find(Programme, programme_id)
        if programme is None:
            programme = _new_programme(writer, programme_id, preset, settings)
        elif programme.preset != preset:
            raise RuleBroken(
                say(
                    "There is already a programme “{name}”, made from the preset “{preset}”. "
                    "Please give another name.",
                    name=programme.name,
                    preset=programme.preset,
                )
            )
        historic = programme.settings.run
        run_name = run or historic.name
        return _new_run(writer, programme_id, run_name, _calendar(historic, run_name))


def _without_description(settings: ProgrammeSettings) -> ProgrammeSettings:
    """Return settings for another programme: what is said of the model itself does not hold for it."""
    return settings.model_copy(
        update={
            "logo": "",
            "texts": {
                language: text.model_copy(update={"description": "", "contact": ""})
                for language, text in settings.texts.items()
            },
        }
    )


def _new_programme(writer: Writer, programme_id: str, preset: str, settings: ProgrammeSettings) -> Programme:
    # other spellings are kept with the organisations themselves
    bare = settings.organisations.model_copy(update={"aliases": {}})
    kept = settings.model_copy(update={"organisations": bare})
    programme = writer.save(Programme(id=programme_id, name=settings.name, preset=preset, settings=kept))
    for known in settings.organisations.names:
        aliases = settings.organisations.aliases.get(known, ())
        new_id = writer.new_id(Organisation)
        writer.save(Organisation(id=new_id, programme_id=programme_id, name=known, aliases=aliases))
    return programme


def _calendar(historic: RunSettings, name: str) -> tuple[CalendarEntry, ...]:
    """Return the historic calendar moved to the year that a run's name speaks of; none without a year."""
    if name == historic.name:
        return historic.calendar
    if _YEAR.search(name) is None:
        return ()
    return shifted(historic.calendar, years_between(historic.name, name))


def add_programme(  # noqa: PLR0913, PLR0917 - a programme begins with all of these
    store: Store, actor: Actor, preset: str, name: str, run: str, language: Language
) -> str:
    """Add a programme that is not there yet, with its first run; return the run's id.

    The dates of the preset, which are historic, move to the year that the run's name speaks of.

    Raises
    ------
    UsageError
        If there is no such preset, or a name is missing.
    RuleBroken
        If there is a programme of this name.
    NotAllowed
        If the actor may not add programmes.
    """
    actor.require("programme.add")
    name, run = name.strip(), _run_name(run)
    if not name:
        raise UsageError(say("Please give the programme a name."))
    with store.read() as reader:
        _refuse_known(reader, name)
    return add(store, actor, preset, name=name, run=run, language=language)


def add_like(  # noqa: PLR0913, PLR0917 - a programme begins with all of these
    store: Store, actor: Actor, earlier_id: str, name: str, run: str, language: Language
) -> str:
    """Add a programme set up like that of an earlier run, with its first run; return the run's id.

    Settings, organisations and dates come along; logo, description, contact persons, log-ins and
    participants do not.

    Raises
    ------
    UsageError
        If a name is missing.
    RuleBroken
        If there is a programme of this name.
    NotAllowed
        If the actor may not add programmes, or not read the earlier one.
    """
    actor.require("programme.add")
    name, run = name.strip(), _run_name(run)
    programme_id = short_name(name)
    if not programme_id:
        raise UsageError(say("Please give the programme a name with letters or digits."))
    with store.write(actor.name, "programme.add") as writer:
        earlier = writer.get(Run, earlier_id)
        actor.require("programme.read", earlier.programme_id)
        _refuse_known(writer, name)
        model = writer.get(Programme, earlier.programme_id)
        settings = _without_description(model.settings)
        settings = settings.model_copy(update={"name": name, "language": language})
        writer.save(Programme(id=programme_id, name=name, preset=model.preset, settings=settings))
        for known in writer.all(Organisation, programme_id=model.id):
            again = {"id": writer.new_id(Organisation), "version": 0, "programme_id": programme_id}
            writer.save(known.with_(**again, contacts=()))
        calendar = shifted(earlier.calendar, years_between(earlier.name, run))
        return _new_run(writer, programme_id, run, calendar, earlier.orders)


def _refuse_known(reader: Reader, name: str) -> None:
    if reader.find(Programme, short_name(name)) is not None:
        raise RuleBroken(say("There is a programme “{name}” already; please give another name.", name=name))


def next_run(store: Store, actor: Actor, earlier_id: str, name: str) -> str:
    """Begin a run of the same programme with the dates of an earlier run moved on; return its id.

    Settings, organisations and history belong to the programme and stay; nobody takes part yet.

    Raises
    ------
    UsageError
        If the name is missing.
    RuleBroken
        If the programme has a run of this name.
    NotAllowed
        If the actor may neither add programmes nor change this one.
    """
    name = _run_name(name)
    with store.write(actor.name, "programme.next_run") as writer:
        earlier = writer.get(Run, earlier_id)
        if not actor.may("programme.add", earlier.programme_id):
            actor.require("programme.change", earlier.programme_id)
        calendar = shifted(earlier.calendar, years_between(earlier.name, name) or 1)
        return _new_run(writer, earlier.programme_id, name, calendar, earlier.orders)


def _run_name(text: str) -> str:
    if not (name := text.strip()):
        raise UsageError(say("Please give the run a name, such as its year."))
    return name


def _new_run(
    writer: Writer,
    programme_id: str,
    name: str,
    calendar: tuple[CalendarEntry, ...],
    orders: Orders = Orders(),  # noqa: B008 - frozen
) -> str:
    run_id = f"{programme_id}/{name}"
    if writer.find(Run, run_id) is not None:
        raise RuleBroken(say("The run “{run}” is there already; please give another name.", run=run_id))
    writer.save(Run(id=run_id, programme_id=programme_id, name=name, calendar=calendar, orders=orders))
    return run_id


def next_name(name: str) -> str:
    """Return what the run after this one is called, as far as its name tells: every number one more.

    A second year after a slash stays as short as it is.

    >>> next_name("2098/99")
    '2099/00'
    """

    def one_more(found: re.Match[str]) -> str:
        digits = len(found[0])
        number = str(int(found[0]) + 1).zfill(digits)
        return number[-digits:] if found["second"] else number

    return re.sub(r"(?P<second>(?<=\d/)\d+)|\d+", one_more, name)


def years_between(earlier: str, later: str) -> int:
    """Return how many years lie between the first years that two names of runs speak of; 0 if unknown."""
    first, second = _YEAR.search(earlier), _YEAR.search(later)
    return int(second[0]) - int(first[0]) if first and second else 0


def shifted(calendar: tuple[CalendarEntry, ...], years: int) -> tuple[CalendarEntry, ...]:
    """Return a calendar moved by whole years.

    A meeting keeps its weekday (it moves by whole weeks, at most three days off the date); the closing
    date keeps its day and month.
    """
    return tuple(
        entry.model_copy(
            update={
                "day": _moved(entry.day, years, exact=entry.key == "closing"),
                "until": entry.until and _moved(entry.until, years, exact=entry.key == "closing"),
            }
        )
        for entry in calendar
    )


def _moved(day: dt.date, years: int, *, exact: bool) -> dt.date:
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    same = day.replace(year=day.year + years, day=last)
    if exact:
        return same
    return day + dt.timedelta(weeks=round((same - day).days / 7))


def short_name(text: str) -> str:
    """Return a name as commands and addresses use it: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
