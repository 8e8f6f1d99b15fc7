"""Matching on a workbench: proposals, decisions on pairs, approval, each by an actor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from mentorkit.errors import NotFound, RuleBroken, StaleRecord
from mentorkit.language import say
from mentorkit.matching.basis import (
    Basis,
    people_of,
    read,
    refuse_after_approval,
    refuse_other_version,
    stale,
)
from mentorkit.matching.criteria import Scores
from mentorkit.matching.made import binding, is_made
from mentorkit.matching.matching import Matching, reading_order
from mentorkit.matching.pool import Pool
from mentorkit.matching.rules import rules_of
from mentorkit.matching.solve import Goal
from mentorkit.matching.weighing import weighing_of
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Application, PairDecision, Record, Run, Tandem
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.store import Reader, Store, Writer

if TYPE_CHECKING:
    import pandas as pd

#: Columns of :func:`tandems`.
TANDEM_COLUMNS = (
    "mentee_id", "mentee", "mentee_organisation", "mentor_id", "mentor", "mentor_organisation", "score",
    "state", "run",
)  # fmt: skip


@dataclass(frozen=True)
class FormedTandem:
    """An approved tandem with the names and organisations of its two people."""

    record: Tandem
    mentee: str
    mentee_organisation: str | None
    mentor: str
    mentor_organisation: str | None
    #: Name of the run.
    run: str


def propose(  # noqa: PLR0913, PLR0917 - what is tried out beside who and where
    store: Store,
    actor: Actor,
    run_id: str,
    goal: Goal | None = None,
    weights: Mapping[str, object] | None = None,
    lowest_score: int | None = None,
) -> Matching:
    """Return the best matching of a run as its data stand now. Changes nothing.

    It rests on the scenario that is the proposal or, without one, on what the programme says; once tandems
    are approved, on what they were approved under.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run.
    goal
        Another goal.
    weights, lowest_score
        Tried out instead of those in force, as :func:`.weighing.weighing_of` takes them.

    Raises
    ------
    NotAllowed
        If the actor may not see matchings.
    NothingToMatch
        If no mentee or no mentor takes part.
    UsageError
        If there can be no such weights.
    """
    with store.read() as reader:
        data = read(reader, actor, "matching.read", run_id)
    if weights is None and lowest_score is None:
        return data.match(goal)
    tried = weighing_of(data.programme, goal or data.weighing.goal, weights, lowest_score)
    return replace(data, weighing=tried).match()


def would_be(
    store: Store,
    actor: Actor,
    run_id: str,
    settings: ProgrammeSettings,
    applications: Sequence[Application],
) -> Matching:
    """Return the best matching of a run if its programme had other settings. Changes nothing.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and which run.
    settings
        The settings tried out.
    applications
        The applications of the run as these settings judge them.

    Raises
    ------
    NotAllowed
        If the actor may not see matchings.
    NothingToMatch
        If no mentee or no mentor would take part.
    """
    with store.read() as reader:
        data = read(reader, actor, "matching.read", run_id)
    return replace(data, programme=settings, applications=list(applications)).match("total")


def decide(  # noqa: PLR0913, PLR0917 - a decision is who, about whom, what and why
    store: Store,
    actor: Actor,
    run_id: str,
    mentee_id: str,
    mentor_id: str,
    kind: Literal["lock", "forbid"],
    reason: str = "",
    *,
    seen: PairDecision | None = None,
) -> PairDecision:
    """Lock or forbid a pair; the decision on it that the actor has seen is replaced.

    Parameters
    ----------
    seen
        The decision on this pair as the actor knows it; None where she knows of none.

    Raises
    ------
    NotAllowed
        If the actor may not decide on pairs.
    NotFound
        If one of the two does not take part in this role.
    RuleBroken
        If the tandems have been approved, or a locked pair would break a rule of the programme or cannot
        stand beside other locks.
    StaleRecord
        If somebody decided on the pair, or took a decision back, in the meantime; carries both.
    """
    with store.write(actor.name, "matching.decide", reason) as writer:
        data = read(writer, actor, "matching.decide", run_id)
        refuse_after_approval(data.run)
        pair = {"mentee_id": mentee_id, "mentor_id": mentor_id}
        new: dict[str, Any] = {**pair, "run_id": run_id, "kind": kind, "reason": reason}
        stands = next((d for d in data.decisions if (d.mentee_id, d.mentor_id) == tuple(pair.values())), None)
        if _state(stands) != _state(seen):
            raise stale(mine=seen, theirs=stands)
        decision = stands.with_(**new) if stands else PairDecision(id=writer.new_id(PairDecision), **new)
        refuse_nonsense(data, [d for d in data.decisions if d != stands], decision)
        return writer.save(decision)


def _state(record: Record | None) -> tuple[str, int] | None:
    """Return what tells one state of a record from any other, before and after it."""
    return (record.id, record.version) if record else None


def refuse_nonsense(data: Basis, others: list[PairDecision], decision: PairDecision) -> None:
    """Do nothing if a decision can stand beside the others.

    Raises
    ------
    NotFound
        If one of the two does not take part in this role.
    RuleBroken
        If a locked pair would break a rule of the programme or cannot stand beside other locks.
    """
    if is_made(data.binding, decision.mentee_id, decision.mentor_id):
        raise RuleBroken(
            say("The two are a tandem that is made already. Please take it back before ruling it out.")
            if decision.kind == "forbid"
            else say("The two are a tandem that is made already.")
        )
    pool, fixed = data.pool, data.run.selection_fixed
    if not {("mentee", decision.mentee_id), ("mentor", decision.mentor_id)} <= pool.index.keys():
        raise _not_taking_part()

    def conflicts(decisions: list[PairDecision]) -> list[str]:
        bound = binding(data.made, decisions)
        return rules_of(pool, data.settings, data.scores.total, bound, fixed=fixed).conflicts()

    before = conflicts(others)
    if new := [sentence for sentence in conflicts([*others, decision]) if sentence not in before]:
        raise RuleBroken(" ".join(new))


def undo(store: Store, actor: Actor, decision_id: str, version: int) -> None:
    """Take back a decision on a pair.

    Raises
    ------
    NotAllowed
        If the actor may not decide on pairs.
    NotFound
        If the decision is not there any more.
    RuleBroken
        If the tandems have been approved.
    StaleRecord
        If somebody changed it in the meantime; carries both versions.
    """
    with store.write(actor.name, "matching.undo") as writer:
        decision = writer.get(PairDecision, decision_id)
        run = writer.get(Run, decision.run_id)
        actor.require("matching.decide", run.programme_id)
        refuse_after_approval(run)
        writer.delete(decision.with_(version=version))


def approve(store: Store, actor: Actor, run_id: str, matching: Matching, version: int) -> list[Tandem]:
    """Form the tandems of a matching; those proposed before are replaced, those made one by one stay.

    Parameters
    ----------
    version
        Version of the run that the actor has seen.

    Raises
    ------
    NotAllowed
        If the actor may not approve.
    RuleBroken
        If there is no matching under the locks, places are to be given by a ranking and not fixed, or
        tandems have begun already.
    StaleRecord
        If the data changed so that the matching is no longer the one shown, or somebody fixed, released or
        approved in the meantime; carries both.
    """
    with store.write(actor.name, "matching.approve") as writer:
        data = read(writer, actor, "matching.approve", run_id)
        refuse_other_version(data.run, version)
        if matching.status != "optimal":
            raise RuleBroken(matching.reason)
        _refuse_open_rankings(data)
        _refuse_empty_weights(data)
        # without a scenario as the proposal, who approves chooses the goal
        now = data.match(None if data.run.proposal_id else matching.goal)
        if matching.run_id != run_id or not now.tandems.equals(matching.tandems):
            raise StaleRecord(_why_not(matching, now), mine=matching, theirs=now)
        for tandem in _only_proposed(writer, run_id):
            writer.delete(tandem)
        made = {(tandem.mentee_id, tandem.mentor_id): tandem for tandem in data.made}
        pairs = ((made.get(ids_of(now, i, j)), i, j) for i, j in now.indices)
        formed = [
            stands or writer.save(formed_of(writer, run_id, now.pool, now.scores, ids_of(now, i, j)))
            for stands, i, j in pairs
        ]
        writer.save(
            data.run.with_(
                approved_at=writer.at,
                approved_goal=now.goal,
                approved_weights={c.name: c.weight for c in now.scores.criteria},
                approved_lowest=now.rules.settings.lowest_score,
            )
        )
    return formed


def ids_of(matching: Matching, i: int, j: int) -> tuple[str, str]:
    """Return the ids of the two persons of a pair."""
    return matching.pool.mentees[i].person_id, matching.pool.mentors[j].person_id


def formed_of(writer: Writer, run_id: str, pool: Pool, scores: Scores, pair: tuple[str, str]) -> Tandem:
    """Return the tandem of two persons, by id, not yet saved.

    Raises
    ------
    NotFound
        If one of the two does not take part in this role.
    """
    i, j = pool.index.get(("mentee", pair[0])), pool.index.get(("mentor", pair[1]))
    if i is None or j is None:
        raise _not_taking_part()
    return Tandem(
        id=writer.new_id(Tandem),
        run_id=run_id,
        mentee_id=pair[0],
        mentor_id=pair[1],
        score=int(scores.total[i, j]),
        contributions=scores.contributions(i, j),
    )


def _not_taking_part() -> NotFound:
    return NotFound(say("One of the two does not take part in the matching; there is nothing to decide."))


def _why_not(matching: Matching, now: Matching) -> str:
    """Say why a matching is not the one that stands."""

    def made(one: Matching) -> tuple[object, ...]:
        return one.goal, one.scores.criteria, one.rules.settings.lowest_score

    if matching.run_id == now.run_id and made(matching) != made(now):
        return say(
            "This matching was made for another goal or under other weights than the proposal has. Please"
            " look at the proposal, or make a scenario of them the proposal first."
        )
    return say("The data have changed since this matching was made. Please look at the new one.")


def _refuse_empty_weights(data: Basis) -> None:
    """Do nothing unless the programme has lost every criterion that the proposal weighs."""
    if any(c.weight for c in data.programme.criteria) and not any(c.weight for c in data.settings.criteria):
        raise RuleBroken(
            say("Nothing that the proposal weighs belongs to the programme any more. Please go back to the"
                " programme's weights, or choose another scenario.")
        )  # fmt: skip


def _refuse_open_rankings(data: Basis) -> None:
    """Do nothing unless places are to be given by a ranking, which holds only once they are fixed."""
    orders = data.run.orders
    ranked = any(order != "matching" for order in (orders.general, *orders.own.values()))
    if ranked and data.settings.quotas.limit_anybody and not data.run.selection_fixed:
        raise RuleBroken(
            say("Places are to be given by a ranking, which the matching does not know. Please fix the"
                " selection first, or let the matching choose.")
        )  # fmt: skip


def approved_by(store: Store, actor: Actor, run_id: str) -> str:
    """Return the name of who approved the tandems that stand; empty while they are not, or nothing tells.

    Raises
    ------
    NotAllowed
        If the actor may not see matchings.
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        actor.require("matching.read", run.programme_id)
        if run.approved_at is None:
            return ""
        entries = reader.trail(kind="run", subject=run_id, action="matching.approve")
        if not entries:  # an extract for analysts has no trail
            return ""
        name = str(entries[-1]["actor"])
        user = reader.find(User, name)
    return user.display_name if user else name


def withdraw_approval(store: Store, actor: Actor, run_id: str, version: int) -> None:
    """Dissolve the tandems that were approved but have not begun; those made one by one stay.

    Parameters
    ----------
    version
        Version of the run that the actor has seen.

    Raises
    ------
    NotAllowed
        If the actor may not approve.
    RuleBroken
        If tandems have begun already.
    StaleRecord
        If somebody fixed, released or approved in the meantime; carries both versions.
    """
    with store.write(actor.name, "matching.withdraw") as writer:
        run = writer.get(Run, run_id)
        actor.require("matching.approve", run.programme_id)
        refuse_other_version(run, version)
        for tandem in _only_proposed(writer, run_id):
            writer.delete(tandem)
        if run.approved_at:
            open_again = dict.fromkeys(
                ("approved_at", "approved_goal", "approved_weights", "approved_lowest")
            )
            writer.save(run.with_(**open_again))


def _only_proposed(reader: Reader, run_id: str) -> list[Tandem]:
    formed = reader.all(Tandem, run_id=run_id, one_by_one=False)
    if any(tandem.state != "proposed" for tandem in formed):
        raise RuleBroken(say("Tandems of this run have begun already; the matching cannot be replaced."))
    return formed


def tandems(store: Store, actor: Actor, run_id: str) -> pd.DataFrame:
    """Return the tandems of a run that the actor may see, columns :data:`TANDEM_COLUMNS`.

    The coordination of an organisation sees those with one of its people.

    Raises
    ------
    NotAllowed
        If the actor may see none.
    """
    import pandas as pd

    rows = [
        (
            formed.record.mentee_id, formed.mentee, formed.mentee_organisation,
            formed.record.mentor_id, formed.mentor, formed.mentor_organisation,
            formed.record.score, formed.record.state, formed.run,
        )
        for formed in formed_tandems(store, actor, run_id)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(TANDEM_COLUMNS))


def formed_tandems(store: Store, actor: Actor, run_id: str) -> list[FormedTandem]:
    """Return the tandems of a run that the actor may see, as they were approved or made one by one.

    Raises
    ------
    NotAllowed
        If the actor may see none.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        scopes = actor.scopes("tandem.read", run.programme_id)
        if not scopes:
            raise actor.refusal("tandem.read", run.programme_id)
        people = people_of(reader, run)
        order = {a.person_id: reading_order(a) for a in reader.all(Application, run_id=run_id, role="mentee")}
        stored = reader.all(Tandem, run_id=run_id)
    found = [
        FormedTandem(t, *people["mentee", t.mentee_id], *people["mentor", t.mentor_id], run.name)
        for t in sorted(stored, key=lambda t: order.get(t.mentee_id, ()))
    ]
    return [t for t in found if None in scopes or {t.mentee_organisation, t.mentor_organisation} & scopes]
