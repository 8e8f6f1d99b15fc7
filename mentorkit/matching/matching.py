"""The best matching of a run under its rules, proved, with a price on every alternative."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from mentorkit.errors import MentorkitError, NotFound, NothingToMatch, RuleBroken, why_not_written
from mentorkit.language import say
from mentorkit.language.formats import din5007
from mentorkit.matching import explain
from mentorkit.matching.alternatives import Alternatives
from mentorkit.matching.criteria import Scores, evaluate, weigh
from mentorkit.matching.locking import Warm
from mentorkit.matching.made import is_made
from mentorkit.matching.pool import Ints, Pool, pool_of
from mentorkit.matching.prices import Prices, prices
from mentorkit.matching.problem import Problem
from mentorkit.matching.rules import Rules, rescored, rules_of
from mentorkit.matching.solve import Goal, Solution, solve
from mentorkit.matching.weighing import settings_under
from mentorkit.matching.why_no_mentee import WhyNoMentee
from mentorkit.matching.why_not import WhyNot
from mentorkit.programme.records import Application, EarlierTandem, PairDecision, Role, Weighing, Wish
from mentorkit.programme.settings import ProgrammeSettings

PAIR_COLUMNS = (
    "mentee_id", "mentor_id", "allowed", "blocked_by", "score", "matched", "price_tandems", "price_total",
)  # fmt: skip
Progress = Callable[[int, int], None]
#: Up to so many people a side the prices of all pairs are there at once.
ALL_AT_ONCE = 1500
#: Certificates inside the proof of the goal ``fair``.
_INNER_PROOFS = ("most_tandems", "above_worst")


@dataclass(frozen=True, eq=False)
class Matching:
    """The best matching: who is with whom, why, and what anything else would cost.

    Rows of all arrays are ``pool.mentees``, columns ``pool.mentors``; frames and JSON speak of person ids.
    """

    run_id: str
    scores: Scores
    rules: Rules
    problem: Problem
    solution: Solution
    #: Organisations as the problem numbers them, "" for none.
    organisations: tuple[str, ...] = ()
    _reckoned: list[Prices] = field(default_factory=list, repr=False)

    def __repr__(self) -> str:  # the people in it belong into no saved notebook
        return f"<Matching {self.run_id}: {self.status}, {self.solution.tandems} tandems>"

    @property
    def pool(self) -> Pool:
        """The people who take part."""
        return self.rules.pool

    @property
    def decisions(self) -> tuple[PairDecision, ...]:
        """The locked and forbidden pairs it was made under."""
        return self.rules.decisions

    @property
    def goal(self) -> Goal:
        """``total``, ``fair`` or ``wishes``."""
        return self.solution.goal

    @property
    def status(self) -> Literal["optimal", "infeasible"]:
        """``infeasible`` where locked tandems contradict rules, limits or each other, see :attr:`reason`."""
        return self.solution.status

    @property
    def reason(self) -> str:
        """Why there is no matching, in the language in force; empty where there is one."""
        if self.status == "optimal":
            return ""
        return " ".join(self.rules.conflicts()) or self.rules.limit_sentence(self.solution.conflict)

    @property
    def objective(self) -> dict[str, int | None]:
        """Number of tandems, score of the worst (None without any) and total of the scores.

        Where tandems that share a new link are worth less, also what is ``taken_off`` the sum of their
        scores; the total is what remains.
        """
        found = self.solution
        objective = {"tandems": found.tandems, "worst": found.worst, "total": found.total}
        return objective if self.problem.links is None else {**objective, "taken_off": found.taken_off}

    @property
    def wishes(self) -> dict[str, int]:
        """How many mentees wish for somebody who takes part, have one of them, and have their first wish."""
        ranks = self.pool.ranks
        had = [int(ranks[pair]) for pair in self.indices]
        return {
            "mentees": int((ranks > 0).any(axis=1).sum()),
            "fulfilled": sum(rank > 0 for rank in had),
            "first": had.count(1),
        }

    @property
    def proof(self) -> dict[str, Any]:
        """Why nothing is better, by person ids and names of organisations; see :mod:`.proof`."""
        return self._named(self.solution.proof)

    def _named(self, certificate: dict[str, Any]) -> dict[str, Any]:
        named = {k: self._named(v) if k in _INNER_PROOFS else v for k, v in certificate.items()}
        if "potentials" in named:
            keys = {
                "mentees": [a.person_id for a in self.pool.mentees],
                "mentors": [a.person_id for a in self.pool.mentors],
                "mentee_organisations": self.organisations,
                "mentor_organisations": self.organisations,
            }
            given = named["potentials"]
            # without a quota the solver counts no organisation beyond the last one that has anybody
            named["potentials"] = {
                k: dict(zip_longest(ids, given[k], fillvalue=0)) for k, ids in keys.items()
            }
        return named

    @cached_property
    def indices(self) -> list[tuple[int, int]]:
        """The tandems as rows and columns, sorted by the mentee's organisation and name."""
        pairs = [(i, int(j)) for i, j in enumerate(self.solution.mate) if j >= 0]
        return sorted(pairs, key=lambda pair: reading_order(self.pool.mentees[pair[0]]))

    @property
    def tandems(self) -> pd.DataFrame:
        """One row per tandem: ids, names, organisations, score, whether locked, points by criterion."""
        rows = [
            {
                **self.names(i, j),
                "score": int(self.scores.total[i, j]),
                "locked": (i, j) in self.problem.locked,
                **self.scores.contributions(i, j),
            }
            for i, j in self.indices
        ]
        names = (f"{role}{part}" for role in ("mentee", "mentor") for part in ("_id", "", "_organisation"))
        return pd.DataFrame(rows, columns=[*names, "score", "locked", *self.scores.points])

    def is_made(self, i: int, j: int) -> bool:
        """Tell whether the tandem of a pair was made one by one, so that it stands whatever is matched."""
        return is_made(self.decisions, self.pool.mentees[i].person_id, self.pool.mentors[j].person_id)

    def names(self, i: int, j: int) -> dict[str, str | None]:
        """Return ids, names and organisations of a pair."""
        mentee, mentor = self.pool.mentees[i], self.pool.mentors[j]
        return {
            "mentee_id": mentee.person_id,
            "mentee": mentee.name,
            "mentee_organisation": mentee.organisation,
            "mentor_id": mentor.person_id,
            "mentor": mentor.name,
            "mentor_organisation": mentor.organisation,
        }

    @property
    def pairs(self) -> pd.DataFrame:
        """One row per mentee and mentor, with its price, columns :data:`PAIR_COLUMNS`.

        ``price_tandems`` and ``price_total`` are what forcing the pair costs under the goal ``total`` and
        all rules; missing where the pair is not allowed or makes the rest impossible. Reckoned on first use.
        """
        n, m = self.pool.shape
        priced = self.all_prices()
        matched = np.zeros((n, m), dtype=bool)
        for pair in self.indices:
            matched[pair] = True
        possible = priced.possible.ravel()
        columns = {
            "mentee_id": np.repeat([a.person_id for a in self.pool.mentees], m),
            "mentor_id": np.tile([a.person_id for a in self.pool.mentors], n),
            "allowed": self.rules.allowed.ravel().astype(int),
            "blocked_by": self.rules.all_codes().ravel(),
            "score": self.scores.total.ravel(),
            "matched": matched.ravel().astype(int),
            "price_tandems": _or_missing(priced.price_tandems.ravel(), possible),
            "price_total": _or_missing(priced.price_total.ravel(), possible),
        }
        return pd.DataFrame(columns)

    @cached_property
    def best_total(self) -> Solution:
        """The optimum of the goal ``total``, against which prices are measured."""
        return self.solution if self.goal == "total" else solve(self.problem)

    @cached_property
    def warm(self) -> Warm | None:
        """What finds the optimum after one more lock; None where only solving again helps."""
        return Warm.of(self.problem, self.solution)

    def all_prices(self, progress: Progress | None = None) -> Prices:
        """Return the prices of all pairs as arrays; reckoned once.

        Parameters
        ----------
        progress
            Called with the mentees done and their number.
        """
        if not self._reckoned:
            self._reckoned.append(prices(self.problem, self.best_total, progress=progress))
        return self._reckoned[0]

    def write_pairs(self, target: str | Path, progress: Progress | None = None) -> None:
        """Write :attr:`pairs` as CSV, in UTF-8 and separated by commas.

        Raises
        ------
        MentorkitError
            If the file cannot be written.
        """
        self.all_prices(progress)
        try:
            self.pairs.to_csv(target, index=False, encoding="utf-8", lineterminator="\n")
        except OSError as error:
            raise MentorkitError(
                say("“{file}” cannot be written: {why}.", file=target, why=why_not_written(error))
            ) from error

    def prices_of(self, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int] | None]:
        """Return tandems and total that forcing each pair (row, column) costs, None where impossible."""
        if self._reckoned or not (self.problem.mixed or max(self.pool.shape) > ALL_AT_ONCE):
            found = self.all_prices()
        else:  # all would take too long: only those that are asked for
            found = prices(self.problem, self.best_total, pairs)
        return [
            (int(found.price_tandems[pair]), int(found.price_total[pair])) if found.possible[pair] else None
            for pair in pairs
        ]

    def price(self, mentee_id: str, mentor_id: str) -> tuple[int, int] | None:
        """Return how many tandems and how many points forcing a pair costs; None where impossible.

        Raises
        ------
        NotFound
            If one of the two does not take part.
        """
        return self.prices_of([(self.row("mentee", mentee_id), self.row("mentor", mentor_id))])[0]

    def row(self, role: Role, person_id: str) -> int:
        """Return the row of a mentee, the column of a mentor.

        Raises
        ------
        NotFound
            If the person does not take part in this role.
        """
        if (found := self.pool.index.get((role, person_id))) is None:
            raise NotFound(say("Nobody with the id “{id}” takes part in the matching.", id=person_id))
        return found

    def alternatives(self, mentee_id: str) -> pd.DataFrame:
        """Return one row per mentor for a mentee, best score first.

        Columns: ids, names and organisations as in :attr:`tandems`, ``score``, points by criterion,
        ``allowed``, ``matched``, ``blocked_by`` (codes), ``because`` (the same in words), ``price_tandems``
        and ``price_total``.

        Raises
        ------
        NotFound
            If she does not take part.
        """
        i = self.row("mentee", mentee_id)
        columns = np.argsort(-self.scores.total[i], kind="stable").tolist()
        rows = []
        for j, price in zip(columns, self.prices_of([(i, j) for j in columns]), strict=True):
            codes = self.rules.codes(i, j)
            rows.append(
                {
                    **self.names(i, j),
                    "score": int(self.scores.total[i, j]),
                    **self.scores.contributions(i, j),
                    "allowed": not codes,
                    "matched": bool(self.solution.mate[i] == j),
                    "blocked_by": ";".join(codes),
                    "because": self.rules.because(i, j),
                    "price_tandems": None if price is None else price[0],
                    "price_total": None if price is None else price[1],
                }
            )
        return pd.DataFrame(rows).astype({"price_tandems": "Int64", "price_total": "Int64"})

    @cached_property
    def what_if(self) -> Alternatives:
        """What would change with a tandem less or a place more, the second-best matching and others as good.

        Raises
        ------
        RuleBroken
            If there is no matching under the locks.
        """
        if self.status != "optimal":
            raise RuleBroken(self.reason)
        return Alternatives(self)

    def why_not(self, mentee_id: str) -> WhyNot:
        """Return why a mentee has no tandem: the fewest rules that keep her out, and what would help.

        Raises
        ------
        NotFound
            If she does not take part, or has a tandem.
        RuleBroken
            If there is no matching under the locks.
        """
        return WhyNot(self, self._left_over("mentee", mentee_id))

    def why_no_mentee(self, mentor_id: str) -> WhyNoMentee:
        """Return why a mentor has no tandem, as :meth:`why_not` does for a mentee.

        Raises
        ------
        NotFound
            If she does not take part, or has a tandem.
        RuleBroken
            If there is no matching under the locks.
        """
        return WhyNoMentee(self, self._left_over("mentor", mentor_id))

    def _left_over(self, role: Role, person_id: str) -> int:
        """Return the row or the column of somebody without a tandem."""
        k = self.row(role, person_id)
        if self.status != "optimal":
            raise RuleBroken(self.reason)
        if k in {pair[role == "mentor"] for pair in self.indices}:
            people = self.pool.mentees if role == "mentee" else self.pool.mentors
            raise NotFound(say("{name} has a tandem.", name=people[k].name))
        return k

    @property
    def unmatched(self) -> pd.DataFrame:
        """One row per person without a tandem: ``person_id, person, role, code, reason``.

        The codes are those of :func:`mentorkit.matching.explain.unmatched_code`. Empty where the matching
        is infeasible: nobody was left over then.
        """
        rows = [
            {
                "person_id": a.person_id,
                "person": a.name,
                "role": a.role,
                "code": code,
                "reason": explain.unmatched_sentence(self, a.role, k, code),
            }
            for a, k, code in explain.left_over(self)
        ]
        return pd.DataFrame(rows, columns=["person_id", "person", "role", "code", "reason"])

    def explain(self, person_id: str) -> list[str]:
        """Say in plain sentences why a person has this partner, or none, and what an alternative costs.

        Raises
        ------
        NotFound
            If the person does not take part.
        """
        roles: tuple[Role, ...] = ("mentee", "mentor")
        mine = [role for role in roles if (role, person_id) in self.pool.index]
        if not mine:
            self.row("mentee", person_id)
        return [s for role in mine for s in explain.person_sentences(self, role, self.row(role, person_id))]

    def to_json(self) -> dict[str, Any]:
        """Return the matching as the contract's JSON; ``reason`` only where it is infeasible."""
        found = {
            "run": self.run_id,
            "status": self.status,
            "goal": self.goal,
            "proof": self.proof,
            "objective": self.objective,
            "wishes": self.wishes,
            "tandems": [self._tandem_json(i, j) for i, j in self.indices],
            "unmatched": self.unmatched.to_dict("records"),
        }
        return found if self.status == "optimal" else {**found, "reason": self.reason}

    def _tandem_json(self, i: int, j: int) -> dict[str, Any]:
        return {
            **self.names(i, j),
            "score": int(self.scores.total[i, j]),
            "contributions": self.scores.contributions(i, j),
            "locked": (i, j) in self.problem.locked,
            "reasons": explain.pair_sentences(self, i, j),
        }


def match(  # noqa: PLR0913 - all but two by keyword
    applications: Iterable[Application],
    settings: ProgrammeSettings,
    *,
    decisions: Iterable[PairDecision] = (),
    wishes: Iterable[Wish] = (),
    earlier: Iterable[EarlierTandem] = (),
    apart: Iterable[tuple[str, str]] = (),
    goal: Goal = "total",
    fixed: bool = False,
) -> Matching:
    """Find the best matching of a run under its programme's rules.

    Parameters
    ----------
    applications
        Those of one run; those that are neither in order nor overruled are passed over.
    settings
        Pairing, quotas, limits, distances, criteria and lowest score of the programme.
    decisions
        Locked and forbidden pairs.
    wishes
        Mentees' wishes.
    earlier
        Tandems of earlier runs: they are not formed again.
    apart
        Ids of two persons each who are never paired: one of them named the other in confidence.
    goal
        ``total``: most tandems, then highest total score; between the two ``fair`` puts the worst score,
        ``wishes`` the fulfilled wishes.
    fixed
        Whether the selection is fixed: then only people with a place in it are matched. Scores do not
        depend on it.

    Raises
    ------
    NothingToMatch
        If no mentee or no mentor takes part.
    UsageError
        If a criterion or an option of one is unknown.
    """
    pool = pool_of(applications, wishes=wishes, earlier=earlier, apart=apart)
    if not pool.mentees or not pool.mentors:
        raise NothingToMatch(_nobody(pool))
    scores = evaluate(pool, settings.criteria)
    rules = rules_of(pool, settings, scores.total, decisions, fixed=fixed)
    return best_under(rules, scores, goal)


def best_under(rules: Rules, scores: Scores, goal: Goal = "total") -> Matching:
    """Find the best matching under rules that were applied already; parameters as of :func:`match`."""
    problem, organisations = rules.arrays
    if rules.conflicts():
        solution = Solution("infeasible", goal, np.full(len(rules.pool.mentees), -1, dtype=np.int64))
    else:
        solution = solve(problem, goal)
    run_id = rules.pool.mentees[0].run_id
    return Matching(run_id, scores, rules, problem, solution, organisations)


def reweighed(matching: Matching, weighing: Weighing) -> Matching:
    """Find the best matching of the same people under other weights: nothing else is reckoned again.

    Parameters
    ----------
    matching
        Any matching of these people under these rules.
    weighing
        Goal, weights and lowest score; what it leaves open stays as in the matching.
    """
    settings = settings_under(matching.rules.settings, weighing)
    scores = weigh(matching.scores.values, settings.criteria, matching.pool.shape)
    return best_under(rescored(matching.rules, settings, scores.total), scores, weighing.goal)


def with_lock(matching: Matching, rules: Rules, pair: tuple[int, int]) -> Matching:
    """Find the best matching under rules that differ from those of a matching by one more lock only."""
    if matching.warm is None or not matching.rules.allowed[pair]:
        return best_under(rules, matching.scores, matching.goal)
    locked = matching.warm.lock(*pair)
    if locked is None:
        return best_under(rules, matching.scores, matching.goal)
    return replace(matching, rules=rules, problem=locked.problem, solution=locked.solution, _reckoned=[])


def _nobody(pool: Pool) -> str:
    if not pool.mentees and not pool.mentors:
        return say("There is nobody to match: no application takes part.")
    if not pool.mentees:
        return say("There is nobody to match: no {mentee:sg.nom} takes part.")
    return say("There is nobody to match: no {mentor:sg.nom} takes part.")


def reading_order(application: Application) -> tuple[tuple[str, str], ...]:
    """Return the key by which lists of people are sorted: organisation, last name, first name."""
    a = application
    return (*map(din5007, (a.organisation or "", a.last_name, a.first_name)), ("", a.person_id))


def _or_missing(values: Ints, known: Any) -> pd.array:  # type: ignore[valid-type] # noqa: ANN401
    return pd.arrays.IntegerArray(values, ~known)
