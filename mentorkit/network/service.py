"""The tandems that a network shows, of one run or of several of its programme, as an actor may see them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from mentorkit.errors import NotFound, NothingToMatch, UsageError
from mentorkit.intake.past import id_of_unknown, key_of
from mentorkit.language import say
from mentorkit.language.formats import din5007, listing
from mentorkit.matching import service as matchings
from mentorkit.matching.basis import people_of
from mentorkit.network.graph import OPTIONAL_COLUMNS, TANDEM_COLUMNS
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, EarlierTandem, Role, Run, Tandem
from mentorkit.store import Reader, Store

if TYPE_CHECKING:
    import pandas as pd

#: Which runs: the one that is looked at, all of its programme with the history, or some by name.
Runs = Literal["this", "all"] | Sequence[str]
_COLUMNS = (*TANDEM_COLUMNS, *OPTIONAL_COLUMNS)
_ROLES: tuple[Role, ...] = ("mentor", "mentee")
_Row = dict[str, Any]


def tandems(store: Store, actor: Actor, run_id: str, runs: Runs = "this") -> pd.DataFrame:
    """Return the tandems of runs, the oldest run first.

    Those of a run are the ones that were formed. Where the run that is looked at has none approved yet, its
    best matching stands for them, with the state ``"proposed"``; beside a history it may be missing.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run is looked at.
    runs
        Which runs; see :data:`Runs`.

    Returns
    -------
    pandas.DataFrame
        One row per tandem: the columns :data:`~mentorkit.network.graph.TANDEM_COLUMNS`, ``year`` (of the run,
        missing if unknown), ``mentor_field`` and ``mentee_field``, and whether they say to have taken part
        before (``mentor_veteran``, ``mentee_veteran``). ``state`` is ``"proposed"``, ``"active"``,
        ``"concluded"``, ``"dissolved"`` or, of a run that only a history sheet tells of, ``"past"``. Somebody
        who is in no application has an id made of name and organisation.

    Raises
    ------
    NotAllowed
        If the actor may not see the network.
    NothingToMatch
        If there is nothing to show: no tandems are formed, none can be, and there is no history of them.
    NotFound
        If one of the runs named is not there.
    """
    import pandas as pd

    with store.read() as reader:
        run = reader.get(Run, run_id)
        actor.require("network.read", run.programme_id)
        stored = {r.name: (k, r) for k, r in enumerate(reader.all(Run, programme_id=run.programme_id))}
        found = _formed(reader, run)
        found += _told(reader.all(EarlierTandem, programme_id=run.programme_id), found)
    wanted = _wanted(runs, run, {row["run"] for row in found})
    found = [row for row in found if row["run"] in wanted]
    if run.approved_at is None and run.name in wanted:
        made = {_pair(row) for row in found if row["run"] == run.name}
        proposed = _proposed(store, actor, run, needed=not found)
        found += [row for row in proposed if _pair(row) not in made]
    if not found:
        raise NothingToMatch(
            say("There are no tandems to show yet, and no tandem is possible under the rules.")
        )
    found.sort(key=lambda row: _when(row["run"], stored))
    frame = pd.DataFrame(found, columns=list(_COLUMNS))
    return frame.astype({"year": "Int64", "score": "Int64"})


def _pair(row: _Row) -> tuple[str, str]:
    return row["mentor_id"], row["mentee_id"]


def _wanted(runs: Runs, run: Run, known: set[str]) -> set[str]:
    if runs == "this":
        return {run.name}
    known = known | {run.name}
    if runs == "all":
        return known
    try:
        wanted = {runs} if isinstance(runs, str) else set(runs)
    except TypeError as error:
        raise UsageError(say("Runs are “this”, “all” or a list of their names.")) from error
    if unknown := wanted - known:
        raise NotFound(
            say(
                "There is no run {names} with tandems in this programme. Known are: {known}.",
                names=listing(sorted(unknown)),
                known=listing(sorted(known)),
            )
        )
    return wanted


def _formed(reader: Reader, run: Run) -> list[_Row]:
    """Return the tandems of all runs of the programme as they were formed."""
    found = []
    for other in reader.all(Run, programme_id=run.programme_id):
        formed = reader.all(Tandem, run_id=other.id)
        if not formed:
            continue
        people, told = people_of(reader, other), _told_by_applicants(reader, other.id)
        for tandem in formed:
            row: _Row = {
                "score": tandem.score,
                "state": "active" if tandem.state == "proposed" else tandem.state,
                "run": other.name,
                "year": _year(other),
            }
            for role in _ROLES:
                person_id = getattr(tandem, f"{role}_id")
                name, organisation = people[role, person_id]
                row |= _side(role, person_id, name, organisation) | told.get((role, person_id), {})
            found.append(row)
    return found


def _told(earlier: Iterable[EarlierTandem], formed: Iterable[_Row]) -> list[_Row]:
    """Return the tandems of history sheets, except those that are known as formed in their run."""
    known = {(row["run"], key_of(row["mentor"]), key_of(row["mentee"])) for row in formed}
    return [
        {"state": "past", "run": tandem.year, "year": year_in(tandem.year)}
        | _side("mentor", tandem.mentor_id, tandem.mentor, tandem.mentor_organisation)
        | _side("mentee", tandem.mentee_id, tandem.mentee, tandem.mentee_organisation)
        for tandem in earlier
        if (tandem.year, key_of(tandem.mentor), key_of(tandem.mentee)) not in known
    ]


def _proposed(store: Store, actor: Actor, run: Run, *, needed: bool) -> list[_Row]:
    """Return the best matching of a run; nothing where there is none and it is not needed."""
    try:
        matching = matchings.propose(store, actor, run.id)
        if matching.status != "optimal":
            raise NothingToMatch(matching.reason)
    except NothingToMatch:
        if needed:
            raise
        return []
    with store.read() as reader:
        told = _told_by_applicants(reader, run.id)
    return [
        {
            **{column: two[column] for column in TANDEM_COLUMNS if column in two},
            **told.get(("mentor", two["mentor_id"]), {}),
            **told.get(("mentee", two["mentee_id"]), {}),
            "state": "proposed",
            "run": run.name,
            "year": _year(run),
        }
        for two in matching.tandems.to_dict("records")
    ]


def _side(role: Role, person_id: str | None, name: str, organisation: str | None) -> _Row:
    return {
        f"{role}_id": person_id or id_of_unknown(name, organisation),
        role: name,
        f"{role}_organisation": organisation,
    }


def _told_by_applicants(reader: Reader, run_id: str) -> Mapping[tuple[Role, str], _Row]:
    """Return what the people of a run say of their work and of earlier runs, by role and person."""
    return {
        (a.role, a.person_id): {
            f"{a.role}_field": a.answers.get("field"),
            f"{a.role}_veteran": bool(a.answers.get("earlier_runs")),
        }
        for a in reader.all(Application, run_id=run_id)
    }


# -- time -----------------------------------------------------------------------------------------


def year_in(name: str) -> int | None:
    """Return the first year that the name of a run tells; None if it tells none.

    Examples
    --------
    >>> year_in("2008/09"), year_in("Durchgang 5")
    (2008, None)
    """
    found = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", name)
    return int(found[0]) if found else None


def _year(run: Run) -> int | None:
    told, day = year_in(run.name), _first_day(run)
    return told if told is not None or day is None else day.year


def _first_day(run: Run) -> dt.date | None:
    return run.closing or min((entry.day for entry in run.calendar), default=None)


def _when(name: str, stored: Mapping[str, tuple[int, Run]]) -> tuple[object, ...]:
    """Return what runs are ordered by: unknown ones, those of no known year by number, then years and days.

    A run of the workbench of which no date is known is later than those that only history sheets tell of.
    """
    made, run = stored.get(name, (0, None))
    year = year_in(name) if run is None else _year(run)
    number = re.search(r"\d+", name)
    if year is None:
        rank = 0 if not name else 1 if run is None else 3
        return rank, made, int(number[0]) if number else 0, din5007(name)
    day = _first_day(run) if run is not None else None
    return 2, year, day.toordinal() if day else 0, made, din5007(name)
