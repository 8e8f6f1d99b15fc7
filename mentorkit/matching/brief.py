"""Whom to look for: which mentor who is not there would help the matching most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mentorkit.matching.criteria import evaluate
from mentorkit.matching.pool import Ints, Pool, plain
from mentorkit.matching.rules import rules_of
from mentorkit.programme.records import Application

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching

Progress = Callable[[int, int], None]
#: Of each kind of answer, so many are tried: those that most mentees ask for.
_TRIED = 15
_ELSEWHERE = "\x00elsewhere"


def missing_profiles(matching: Matching, progress: Progress | None = None) -> pd.DataFrame:
    """Return what one more mentor of each profile would gain, the most helpful first.

    A profile is one thing that mentees ask for (a topic, a field of work), from one of the organisations or
    from elsewhere; of everything else nothing is known, which counts half. The scores of the others stay as
    they are.

    Parameters
    ----------
    matching : Matching
        One with status ``optimal``.
    progress
        Called with the profiles done and their number.

    Returns
    -------
    DataFrame
        Columns ``answer`` (name of the field), ``value``, ``organisations`` (tuple of names that would do;
        empty where any does), ``gain_tandems`` and ``gain_total``. Profiles that gain nothing are left out.
    """
    profiles = list(_profiles(matching.pool))
    origins = _origins(matching)
    rows = []
    for k, (answer, value) in enumerate(profiles):
        if progress:
            progress(k, len(profiles))
        gained = _gained(matching, answer, value, origins)
        most = max(gained.values(), default=(0, 0))
        if most <= (0, 0):
            continue
        best = tuple(name for name in origins if gained[name] == most)
        anywhere = _ELSEWHERE in best or len(best) == len(origins)
        rows.append(
            {
                "answer": answer,
                "value": value,
                "organisations": () if anywhere else best,
                "gain_tandems": most[0],
                "gain_total": most[1],
            }
        )
    if progress:
        progress(len(profiles), len(profiles))
    found = pd.DataFrame(rows, columns=["answer", "value", "organisations", "gain_tandems", "gain_total"])
    return found.sort_values(
        ["gain_tandems", "gain_total"], ascending=False, kind="stable", ignore_index=True
    )


def _profiles(pool: Pool) -> Iterator[tuple[str, str]]:
    """Give what mentees ask for most, as the field and the words most of them use."""
    for answer in ("topics", "field"):
        asked: dict[str, list[str]] = {}
        for given in pool.columns(answer)[0]:
            entries = given if isinstance(given, list | tuple) else [given] if given else []
            for entry in entries:
                asked.setdefault(plain(entry), []).append(str(entry))
        often = sorted(asked.items(), key=lambda item: (-len(item[1]), item[0]))
        yield from ((answer, max(sorted(said), key=said.count)) for _, said in often[:_TRIED])


def _origins(matching: Matching) -> list[str]:
    """Return the organisations a newcomer may be from; elsewhere where tandems need not be in one."""
    names = [name for name in matching.organisations if name]
    same = matching.rules.settings.pairing in ("same", "near")
    return names if same and names else [_ELSEWHERE, *names]


def _gained(matching: Matching, answer: str, value: str, origins: list[str]) -> dict[str, tuple[int, int]]:
    """Return tandems and points that a newcomer of a profile gains, by where she is from."""
    newcomers = [_newcomer(matching.pool, answer, value, origin, k) for k, origin in enumerate(origins)]
    columns = [_column(matching, newcomer) for newcomer in newcomers]
    scores, allowed = (np.column_stack([column[part] for column in columns]) for part in (0, 1))
    return dict(zip(origins, matching.what_if.arrays.newcomers(scores, allowed), strict=True))


def _column(matching: Matching, newcomer: Application) -> tuple[Ints, Any]:
    """Return her scores with all mentees and with whom she may be in a tandem."""
    rules, pool = matching.rules, matching.pool
    with_her = replace(
        pool,
        mentors=(*pool.mentors, newcomer),
        ranks=np.pad(pool.ranks, ((0, 0), (0, 1))),
    )
    total = evaluate(with_her, matching.scores.criteria).total
    judged = rules_of(with_her, rules.settings, total, rules.decisions, fixed=False)
    allowed = judged.allowed[:, -1]
    if rules.fixed:
        allowed = allowed & np.array([a.place == "selected" for a in pool.mentees], dtype=bool)
    return total[:, -1], allowed


def _newcomer(pool: Pool, answer: str, value: str, origin: str, number: int) -> Application:
    """Return an invented mentor of whom only one thing is known."""
    answers: dict[str, Any] = {answer: [value] if answer == "topics" else value, "places": 1}
    return pool.mentors[0].with_(
        id=f"\x00{number}",
        person_id=f"\x00{number}",
        first_name="",
        last_name=f"\x00{number}",
        organisation=origin,
        answers=answers,
        entries={},
    )
