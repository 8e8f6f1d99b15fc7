"""The people a matching chooses among, in an order that depends on who they are and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mentorkit.errors import UsageError
from mentorkit.intake.past import key_of
from mentorkit.intake.wishes import WISHES, Mentors, Resolution
from mentorkit.language import say
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Application, EarlierTandem, Role, Wish

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
_STANDING = {"selected": 0, "waiting": 1, "out": 2, None: 2}


def plain(text: object) -> str:
    """Return a text as names and topics are compared: without case and superfluous space."""
    return " ".join(str(text).casefold().split())


@dataclass(frozen=True, eq=False)
class Pool:
    """Mentees (rows) and mentors (columns) of one run who take part, with their wishes and history.

    Attributes
    ----------
    mentees, mentors : tuple of Application
        One per person, sorted by a hash of role, organisation, name and e-mail: where several matchings
        are equally good, neither the order of rows in a file nor an id nor the alphabet decides.
    ranks : (n, m) int
        Rank of each mentor among the wishes of each mentee; 0 where she is none.
    earlier : tuple of EarlierTandem
        Tandems of earlier runs.
    apart : frozenset of (str, str)
        Two persons each who are never paired, whoever of them named the other in confidence; ids in order.
    """

    mentees: tuple[Application, ...]
    mentors: tuple[Application, ...]
    ranks: Ints
    earlier: tuple[EarlierTandem, ...] = ()
    apart: frozenset[tuple[str, str]] = frozenset()

    @property
    def shape(self) -> tuple[int, int]:
        """How many mentees and mentors there are."""
        return len(self.mentees), len(self.mentors)

    @cached_property
    def mentee_frame(self) -> pd.DataFrame:
        """One row per mentee: ``person_id``, ``name`` and every field of an application."""
        return _frame(self.mentees)

    @cached_property
    def mentor_frame(self) -> pd.DataFrame:
        """One row per mentor: ``person_id``, ``name`` and every field of an application."""
        return _frame(self.mentors)

    @cached_property
    def index(self) -> dict[tuple[Role, str], int]:
        """Row of a mentee, column of a mentor, by role and person id."""
        people = (*enumerate(self.mentees), *enumerate(self.mentors))
        return {(a.role, a.person_id): k for k, a in people}

    @cached_property
    def wish_points(self) -> Ints:
        """What each wish is worth where wishes come first, (n, m).

        The last rank that occurs is worth one point, each better rank one more; 0 where there is no wish.
        """
        return np.where(self.ranks > 0, self.ranks.max(initial=0) + 1 - self.ranks, 0)

    @cached_property
    def ties(self) -> Ints:
        """A number of 30 bits for each pair, (n, m), made of who the two are; chooses among equal optima."""
        mentees, mentors = (
            np.array([int(_content_key(a)[0][:16], 16) for a in side], dtype=np.uint64)
            for side in (self.mentees, self.mentors)
        )
        # multiply and shift (Dietzfelbinger et al. 1997): an odd factor for each row
        mixed = (mentees | np.uint64(1))[:, None] * mentors
        return (mixed >> np.uint64(34)).astype(np.int64)

    @cached_property
    def mentor_ranks(self) -> Ints:
        """Rank of each mentee among the wishes of each mentor, (n, m); 0 where she is none.

        A mentor's wishes are read as a mentee's are; one of which it is not sure whom it means counts for
        nobody, since nobody decides on it.
        """
        ranks = np.zeros(self.shape, dtype=np.int64)
        wishing = [(j, a) for j, a in enumerate(self.mentors) if any(a.entries.get(name) for name in WISHES)]
        known = Mentors(self.mentees) if wishing else None
        for j, mentor in wishing:
            for rank, name in reversed([*enumerate(WISHES, 1)]):
                found = known.resolve(mentor.entries.get(name, "")) if known else Resolution()
                if found.mentor and found.confidence == 1:
                    ranks[self.index["mentee", found.mentor.person_id], j] = rank
        return ranks

    @cached_property
    def veterans(self) -> tuple[Bools, Bools]:
        """Who of the mentees (n,) and of the mentors (m,) took part in an earlier run.

        That is who stands in the history of the programme, or names earlier runs. A name counts only where
        it is not known whose it is.
        """
        told = [
            who
            for tandem in self.earlier
            for who in ((tandem.mentee_id, tandem.mentee), (tandem.mentor_id, tandem.mentor))
        ]
        ids = {person_id for person_id, _ in told if person_id}
        names = {key_of(name) for person_id, name in told if not person_id}

        def knows(a: Application) -> bool:
            return a.person_id in ids or key_of(a.name) in names or bool(a.answers.get("earlier_runs"))

        mentees, mentors = (
            np.array([knows(a) for a in side], dtype=bool) for side in (self.mentees, self.mentors)
        )
        return mentees, mentors

    def people(self, role: Role) -> tuple[Application, ...]:
        """Return the people of one role."""
        return self.mentees if role == "mentee" else self.mentors

    def columns(self, field: str) -> tuple[pd.Series, pd.Series]:
        """Return the answers of mentees and of mentors to a field; None or NaN where there is none.

        Raises
        ------
        UsageError
            If there is no such field.
        """
        if field not in FIELDS:
            raise UsageError(
                say(
                    "There is no field “{field}”. Known fields: {known}.",
                    field=field,
                    known=", ".join(FIELDS),
                )
            )
        return self.mentee_frame[field], self.mentor_frame[field]

    def organisation_keys(self) -> tuple[list[str], list[str]]:
        """Return the organisations of mentees and of mentors as they are compared, "" for none."""
        mentees, mentors = (
            [plain(a.organisation or "") for a in side] for side in (self.mentees, self.mentors)
        )
        return mentees, mentors


def pool_of(
    applications: Iterable[Application],
    *,
    wishes: Iterable[Wish] = (),
    earlier: Iterable[EarlierTandem] = (),
    apart: Iterable[tuple[str, str]] = (),
) -> Pool:
    """Gather those who take part; of several applications of a person in one role, one counts.

    Which one does not depend on their order: rather one that holds a place of a fixed selection, or waits for
    one, and rather one that is in order than one that was overruled.
    """
    applications = list(applications)
    chosen: dict[tuple[Role, str], Application] = {}
    ranked = sorted(applications, key=lambda a: (_STANDING[a.place], a.status != "ok", _content_key(a)))
    for application in ranked:
        if application.takes_part:
            chosen.setdefault((application.role, application.person_id), application)
    sides = {
        role: tuple(sorted((a for a in chosen.values() if a.role == role), key=_content_key))
        for role in ("mentee", "mentor")
    }
    pool = Pool(
        sides["mentee"],
        sides["mentor"],
        np.zeros((len(sides["mentee"]), len(sides["mentor"])), dtype=np.int64),
        tuple(earlier),
        frozenset(apart),
    )
    _enter_wishes(pool, wishes, {a.id: (a.role, a.person_id) for a in applications})
    return pool


def _enter_wishes(pool: Pool, wishes: Iterable[Wish], person: dict[str, tuple[Role, str]]) -> None:
    for wish in sorted(wishes, key=lambda wish: wish.rank, reverse=True):
        i = pool.index.get(person.get(wish.application_id, ("mentee", "")))
        j = pool.index.get(person.get(wish.mentor_application_id or "", ("mentor", "")))
        if i is not None and j is not None:
            pool.ranks[i, j] = wish.rank


def _content_key(application: Application) -> tuple[str, str, str]:
    a = application
    email = a.answers.get("email") or a.entries.get("email", "")
    content = "\x1f".join((a.role, a.organisation or "", a.first_name, a.last_name, plain(email)))
    # the answers part namesakes, the id only those who are alike in everything
    answers = json.dumps([a.answers, a.entries], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest(), answers, a.person_id


def _frame(people: Sequence[Application]) -> pd.DataFrame:
    own = {
        name: [getattr(a, name) for a in people] for name in ("person_id", "name", "first_name", "last_name")
    }
    own["organisation"] = [a.organisation for a in people]
    asked = {name: [a.answers.get(name) for a in people] for name in FIELDS if name not in own}
    return pd.DataFrame({name: pd.Series(v, dtype=object) for name, v in (own | asked).items()})
