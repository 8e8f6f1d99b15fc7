"""Whom to look for: which mentor who is not there would help the matching most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from mentorkit.matching.criteria import evaluate
from mentorkit.matching.criteria.history import new_links
from mentorkit.matching.pool import Bools, Ints, Pool, plain
from mentorkit.matching.rules import rules_of
from mentorkit.programme.records import Application

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching

Progress = Callable[[int, int], None]
#: Of each kind of answer, so many are tried: those that most mentees ask for.
_TRIED = 15
#: The origin of who is from none of the organisations.
ELSEWHERE = "\x00elsewhere"


class Profile(NamedTuple):
    """One thing that a mentor who is not there yet would bring; both empty for anybody."""

    answer: str
    value: str


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
    origins = origins_of(matching)
    rows = []
    for k, profile in enumerate(profiles):
        if progress:
            progress(k, len(profiles))
        gains = matching.what_if.arrays.newcomers(*newcomers(matching, profile, origins))
        gained = dict(zip(origins, gains, strict=True))
        most = max(gained.values(), default=(0, 0))
        if most <= (0, 0):
            continue
        best = tuple(name for name in origins if gained[name] == most)
        anywhere = ELSEWHERE in best or len(best) == len(origins)
        rows.append(
            {
                **profile._asdict(),
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


def _profiles(pool: Pool) -> Iterator[Profile]:
    """Give what mentees ask for most, as the field and the words most of them use."""
    for answer in ("topics", "field"):
        asked: dict[str, list[str]] = {}
        for given in pool.columns(answer)[0]:
            entries = given if isinstance(given, list | tuple) else [given] if given else []
            for entry in entries:
                asked.setdefault(plain(entry), []).append(str(entry))
        often = sorted(asked.items(), key=lambda item: (-len(item[1]), item[0]))
        yield from (Profile(answer, max(sorted(said), key=said.count)) for _, said in often[:_TRIED])


def origins_of(matching: Matching) -> list[str]:
    """Return the organisations a newcomer may be from; elsewhere where tandems need not be in one."""
    names = [name for name in matching.organisations if name]
    same = matching.rules.settings.pairing in ("same", "near")
    return names if same and names else [ELSEWHERE, *names]


def newcomers(matching: Matching, profile: Profile, origins: list[str]) -> tuple[Ints, Bools, Ints]:
    """Return scores, allowed pairs and links of a newcomer of a profile from each origin, all (n, k)."""
    people = [_newcomer(matching.pool, profile, origin, k) for k, origin in enumerate(origins)]
    columns = [_column(matching, newcomer) for newcomer in people]
    scores, allowed, links = (np.column_stack([column[part] for column in columns]) for part in range(3))
    return scores, allowed, links


def _column(matching: Matching, newcomer: Application) -> tuple[Ints, Any, Ints]:
    """Return her scores with all mentees, with whom she may be in a tandem, and her links with them."""
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
    return total[:, -1], allowed, new_links(with_her)[:, -1]


def _newcomer(pool: Pool, profile: Profile, origin: str, number: int) -> Application:
    """Return an invented mentor of whom only one thing is known, or nothing."""
    answers: dict[str, Any] = {"places": 1}
    if profile.answer:
        answers[profile.answer] = [profile.value] if profile.answer == "topics" else profile.value
    return pool.mentors[0].with_(
        id=f"\x00{number}",
        person_id=f"\x00{number}",
        first_name="",
        last_name=f"\x00{number}",
        organisation=origin,
        answers=answers,
        entries={},
    )
