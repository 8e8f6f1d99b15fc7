"""Changing a programme: looked at beforehand, saved in one transaction, undone from the audit trail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mentorkit.errors import RuleBroken
from mentorkit.language import say
from mentorkit.language.formats import date
from mentorkit.matching.placing import settle as place
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    Grant,
    Organisation,
    Programme,
    Prospect,
    Run,
)
from mentorkit.programme.retention import kept_until
from mentorkit.setup.change import Change
from mentorkit.setup.effects import Judged, Preview, matching_sentence, opinion_sentences, status_sentences
from mentorkit.setup.plan import Plan, as_it_stands, edit_of, plan_of, stale
from mentorkit.store import Reader, Store, Writer

CHANGE = "programme.change"


def change_of(store: Store, actor: Actor, programme_id: str) -> Change:
    """Return a programme as it stands, as a change that changes nothing.

    Contact persons are those that the actor's role shows.

    Raises
    ------
    NotAllowed
        If the actor may not read the programme.
    NotFound
        If there is no such programme.
    """
    actor.require("programme.read", programme_id)
    with store.read() as reader:
        stands = as_it_stands(reader, reader.get(Programme, programme_id))
    shown = actor.scopes("contact.read", programme_id)
    return replace(
        stands,
        organisations=tuple(
            edit if None in shown or edit.name in shown else replace(edit, contacts=())
            for edit in stands.organisations
        ),
    )


def preview(store: Store, actor: Actor, change: Change) -> Preview:
    """Tell what a change alters and what follows from it. Changes nothing.

    Raises
    ------
    NotAllowed
        If the actor may not change the programme.
    RuleBroken
        If it cannot be saved; the message says why.
    StaleRecord
        If somebody changed the programme in the meantime; carries both versions.
    """
    actor.require(CHANGE, change.programme_id)
    with store.read() as reader:
        plan = plan_of(reader, change)
        opinions = _about_opinions(reader, plan)
    sentences = []
    open_runs = [judged for judged in plan.judged if judged.before]
    for judged in open_runs:
        told = [*status_sentences(judged), *_about_matching(store, actor, plan, judged)]
        several = len(plan.runs) > 1
        sentences += [say("Run {run}: {told}", run=judged.run.name, told=s) if several else s for s in told]
    for run in plan.runs:
        if run.approved_at:
            sentences.append(say("The tandems of {run} are approved; that run stays as it is.", run=run.name))
    sentences += [*_about_retention(plan), *opinions]
    if not open_runs and not sentences:
        sentences.append(say("There are no applications yet, so nothing else changes."))
    return Preview(plan.differences, tuple(sentences))


def _about_opinions(reader: Reader, plan: Plan) -> list[str]:
    stays = {criterion.key for criterion in plan.settings.acquisition}
    gone = [criterion for criterion in plan.before.settings.acquisition if criterion.key not in stays]
    runs = plan.runs if gone else ()
    return opinion_sentences(gone, [p for run in runs for p in reader.all(Prospect, run_id=run.id)])


def _about_retention(plan: Plan) -> list[str]:
    """Say until when the personal data of a run would be kept, where that changes."""
    found = []
    for run in plan.runs:
        before = run.with_(calendar=plan.before.calendars[run.id])
        last = kept_until(run, plan.settings)
        if last is not None and last != kept_until(before, plan.before.settings):
            kept = say("The personal data of {run} are kept until {date}.", run=run.name, date=date(last))
            found.append(kept)
    return found


def _about_matching(store: Store, actor: Actor, plan: Plan, judged: Judged) -> list[str]:
    from mentorkit.matching import service as matching

    if not actor.may("matching.read", plan.programme.id):
        return []
    hands = store, actor, judged.run.id
    sentence = matching_sentence(
        lambda: matching.would_be(*hands, plan.programme.settings, judged.before),
        lambda: matching.would_be(*hands, plan.settings, judged.after),
    )
    begun_or_ended = any(old.takes_part != new.takes_part for old, new in judged.changed)
    if judged.run.selection_fixed and begun_or_ended:
        return [
            *filter(None, [sentence]),
            say(
                "The selection is fixed: who takes part no more gives a place to the waiting list;"
                " who takes part now gets one that is free, or waits."
                " If you undo the change, who moved up keeps the place."
            ),
        ]
    return [sentence] if sentence else []


def save(store: Store, actor: Actor, change: Change) -> Programme:
    """Save a change: settings, organisations, calendars, and the applications as these judge them.

    Runs with approved tandems keep their applications; only a new name of an organisation reaches them.

    Raises
    ------
    NotAllowed
        If the actor may not change the programme.
    RuleBroken
        If the change contradicts itself, or removes an organisation that is in use.
    StaleRecord
        If somebody changed the programme in the meantime; carries both versions.
    """
    actor.require(CHANGE, change.programme_id)
    with store.write(actor.name, CHANGE, mark(change.programme_id, change.version + 1)) as writer:
        return _save(writer, change)


def undo(store: Store, actor: Actor, programme_id: str, version: int) -> Programme:
    """Undo the change that led to a version of a programme; undone once more, it holds again.

    Raises
    ------
    NotAllowed
        If the actor may not change the programme.
    RuleBroken
        If there is nothing to undo, or what was added since is in use.
    StaleRecord
        If somebody changed the programme in the meantime; carries both versions.
    """
    actor.require(CHANGE, programme_id)
    with store.write(actor.name, CHANGE, mark(programme_id, version + 1)) as writer:
        programme = writer.get(Programme, programme_id)
        if programme.version != version:
            raise stale(programme.with_(version=version), programme)
        change = _as_it_was(writer, programme, version)
        return _save(writer, change)


def can_undo(store: Store, actor: Actor, programme_id: str, version: int) -> bool:
    """Tell whether the change that led to a version of a programme can be undone by the actor."""
    if not actor.may(CHANGE, programme_id):
        return False
    with store.read() as reader:
        return bool(_entries(reader, programme_id, version))


def mark(programme_id: str, version: int) -> str:
    """Return what the trail's entries of one change have in common."""
    return f"{programme_id} v{version}"


def _entries(reader: Reader, programme_id: str, version: int) -> list[dict[str, Any]]:
    return reader.trail(action=CHANGE, reason=mark(programme_id, version))


def _as_it_was(reader: Reader, programme: Programme, version: int) -> Change:
    """Return the change that brings back what was before a version."""
    entries = _entries(reader, programme.id, version)
    now = as_it_stands(reader, programme)
    settings = next(
        (Programme.model_validate(e["before"]).settings for e in entries if e["kind"] == "programme"),
        now.settings,
    )
    organisations = {
        stored.id: edit_of(stored, settings) for stored in reader.all(Organisation, programme_id=programme.id)
    }
    calendars = dict(now.calendars)
    if not entries:
        raise RuleBroken(say("There is no change to undo."))
    for entry in entries:
        before, subject = entry["before"], entry["subject"]
        if entry["kind"] == "run" and before:
            calendars[subject] = Run.model_validate(before).calendar
        elif entry["kind"] == "organisation":
            if not before:
                organisations.pop(subject, None)
            else:
                was = Organisation.model_validate(before)
                organisations[subject] = edit_of(was, settings, new=not entry["after"])
    order = {name: place for place, name in enumerate(settings.organisations.names)}
    restored = sorted(organisations.values(), key=lambda edit: order.get(edit.name, len(order)))
    return Change(programme.id, version, settings, tuple(restored), calendars, now.seen, now.run_names)


def _save(writer: Writer, change: Change) -> Programme:
    plan = plan_of(writer, change)
    for organisation in plan.removed:
        writer.delete(organisation)
    for organisation in plan.organisations:
        if organisation.id not in plan.stored:
            writer.save(organisation.with_(id=writer.new_id(Organisation)))
        elif organisation != plan.stored[organisation.id]:
            writer.save(organisation)
    for run in plan.runs:
        if run != writer.get(Run, run.id):
            writer.save(run)
    for judged in plan.judged:
        for _, application in judged.changed:
            writer.save(application)
    _follow(writer, plan)
    for judged in plan.judged:
        # a new name of an organisation is no other organisation
        named = (plan.renamed.get(a.organisation or "", a.organisation) for a in judged.before)
        was = [a.with_(organisation=name) for a, name in zip(judged.before, named, strict=True)]
        place(writer, writer.all(Application, run_id=judged.run.id), was)
    return writer.save(plan.programme.with_(name=plan.settings.name, settings=plan.settings))


def _follow(writer: Writer, plan: Plan) -> None:
    """Bring new names of organisations to whatever else speaks of them."""
    for old, new in plan.renamed.items():
        for run in plan.runs:
            for application in writer.all(Application, run_id=run.id, organisation=old):
                writer.save(application.with_(organisation=new))
            stored = writer.get(Run, run.id)
            if old in stored.orders.own:
                own = {new if name == old else name: order for name, order in stored.orders.own.items()}
                writer.save(stored.with_(orders=stored.orders.model_copy(update={"own": own})))
        for grant in writer.all(Grant, programme_id=plan.programme.id, organisation=old):
            writer.save(grant.with_(organisation=new))
        for tandem in writer.all(EarlierTandem, programme_id=plan.programme.id):
            sides = ("mentee_organisation", "mentor_organisation")
            moved = {side: new for side in sides if getattr(tandem, side) == old}
            if moved:
                writer.save(tandem.with_(**moved))
