"""Scenarios of a run: other weights and goals under names; one of them can be the proposal."""

from __future__ import annotations

from mentorkit.errors import RuleBroken, UsageError
from mentorkit.language import say
from mentorkit.matching.basis import refuse_after_approval, refuse_other_version, stale
from mentorkit.matching.weighing import weighing_of
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Programme, Run, Scenario, Weighing
from mentorkit.store import Reader, Store

LONGEST_NAME = 60
LONGEST_COMMENT = 2000


def scenarios(store: Store, actor: Actor, run_id: str) -> list[Scenario]:
    """Return the scenarios of a run in the order they were made.

    Raises
    ------
    NotAllowed
        If the actor may not see matchings.
    """
    with store.read() as reader:
        actor.require("matching.read", reader.get(Run, run_id).programme_id)
        return reader.all(Scenario, run_id=run_id)


def save(  # noqa: PLR0913, PLR0917 - a scenario is who, where, its name, what it weighs and why
    store: Store, actor: Actor, run_id: str, name: str, weighing: Weighing, comment: str = ""
) -> Scenario:
    """Keep a way to make the matching under a name.

    Raises
    ------
    NotAllowed
        If the actor may not decide on pairs.
    RuleBroken
        If the tandems have been approved, or a scenario of this name is there already.
    UsageError
        If there is no name, a text is too long, or the weights are none of this programme.
    """
    with store.write(actor.name, "scenario.save") as writer:
        run = _open_run(writer, actor, "matching.decide", run_id)
        settings = writer.get(Programme, run.programme_id).settings
        fit = weighing_of(settings, weighing.goal, weighing.weights, weighing.lowest_score)
        return writer.save(
            Scenario(
                id=writer.new_id(Scenario),
                run_id=run_id,
                name=_free_name(writer, run_id, name),
                comment=_comment(comment),
                **dict(fit),
            )
        )


def rename(store: Store, actor: Actor, scenario: Scenario, name: str, comment: str | None = None) -> Scenario:
    """Give a scenario another name and, unless it is None, another comment.

    Parameters
    ----------
    scenario
        As the actor has seen it.

    Raises
    ------
    NotAllowed
        If the actor may not decide on pairs.
    RuleBroken
        If the tandems have been approved, or another scenario has this name.
    UsageError
        If there is no name, or a text is too long.
    StaleRecord
        If somebody changed or deleted it in the meantime; carries both.
    """
    with store.write(actor.name, "scenario.rename") as writer:
        _open_run(writer, actor, "matching.decide", _run_of(writer, scenario))
        said = scenario.comment if comment is None else _comment(comment)
        named = _free_name(writer, scenario.run_id, name, scenario.id)
        return writer.save(scenario.with_(name=named, comment=said))


def delete(store: Store, actor: Actor, scenario: Scenario) -> None:
    """Delete a scenario, as the actor has seen it.

    Raises
    ------
    NotAllowed
        If the actor may not decide on pairs.
    RuleBroken
        If the tandems have been approved, or it is the proposal.
    StaleRecord
        If somebody changed or deleted it in the meantime; carries both.
    """
    with store.write(actor.name, "scenario.delete") as writer:
        run = _open_run(writer, actor, "matching.decide", _run_of(writer, scenario))
        if run.proposal_id == scenario.id:
            raise RuleBroken(
                say("“{name}” is the proposal. Please let another scenario be the proposal, or go back to the"
                    " weights of the programme, before you delete it.", name=scenario.name)
            )  # fmt: skip
        writer.delete(scenario)


def make_proposal(store: Store, actor: Actor, run_id: str, scenario: Scenario | None, version: int) -> Run:
    """Let the matching rest on a scenario or, with None, on the programme's own weights again.

    Parameters
    ----------
    scenario
        As the actor has seen it.
    version
        Version of the run that the actor has seen.

    Raises
    ------
    NotAllowed
        If the actor may not approve.
    RuleBroken
        If the tandems have been approved.
    StaleRecord
        If somebody changed the run or the scenario in the meantime; carries both.
    """
    with store.write(actor.name, "scenario.propose") as writer:
        run = _open_run(writer, actor, "matching.approve", run_id)
        refuse_other_version(run, version)
        if scenario is not None:
            stored = writer.find(Scenario, scenario.id)
            if stored is None or stored.version != scenario.version or stored.run_id != run_id:
                raise stale(mine=scenario, theirs=stored)
        return writer.save(run.with_(proposal_id=scenario.id if scenario else None))


def proposal(store: Store, actor: Actor, run_id: str) -> Scenario | None:
    """Return the scenario on which the matching of a run rests, if it rests on one.

    Raises
    ------
    NotAllowed
        If the actor may not see matchings.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        actor.require("matching.read", run.programme_id)
        return reader.get(Scenario, run.proposal_id) if run.proposal_id else None


def _run_of(reader: Reader, scenario: Scenario) -> str:
    """Return the run of a scenario as it is stored, whatever the one that was handed in says."""
    stored = reader.find(Scenario, scenario.id)
    if stored is not None and stored.run_id != scenario.run_id:
        raise stale(mine=scenario, theirs=None)
    return scenario.run_id


def _open_run(reader: Reader, actor: Actor, action: str, run_id: str) -> Run:
    run = reader.get(Run, run_id)
    actor.require(action, run.programme_id)
    refuse_after_approval(run)
    return run


def _free_name(reader: Reader, run_id: str, name: str, own: str = "") -> str:
    """Return a name without superfluous space, if no other scenario of the run has it."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise UsageError(say("Please give the scenario a name of at most {n} characters.", n=LONGEST_NAME))
    for other in reader.all(Scenario, run_id=run_id):
        if other.id != own and other.name.casefold() == name.casefold():
            raise RuleBroken(
                say("There is a scenario “{name}” already. Please choose another name.", name=other.name)
            )
    return name


def _comment(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_COMMENT:
        raise UsageError(say("The comment has more than {n} characters.", n=LONGEST_COMMENT))
    return text
