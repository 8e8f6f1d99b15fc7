"""Changing a programme: looked at beforehand, saved in one transaction, undone from the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mentorkit.errors import RuleBroken, StaleRecord
from mentorkit.language import say, say_n
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
from mentorkit.programme.settings import Limits, ProgrammeSettings
from mentorkit.setup.change import Change, OrganisationEdit, problems
from mentorkit.setup.describe import described, differences
from mentorkit.setup.effects import Judged, Preview, judged_anew, matching_sentence, status_sentences
from mentorkit.setup.words import judged_name
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
        stands = _as_it_stands(reader, reader.get(Programme, programme_id))
    shown = actor.scopes("contact.read", programme_id)
    return replace(
        stands,
        organisations=tuple(
            edit if None in shown or edit.name in shown else replace(edit, contacts=())
            for edit in stands.organisations
        ),
    )


def _as_it_stands(reader: Reader, programme: Programme) -> Change:
    found = reader.all(Organisation, programme_id=programme.id)
    runs = reader.all(Run, programme_id=programme.id)
    return Change(
        programme.id,
        programme.version,
        programme.settings,
        tuple(_edit(organisation, programme.settings) for organisation in found),
        {run.id: run.calendar for run in runs},
        tuple(organisation.id for organisation in found),
        {run.id: run.name for run in runs},
    )


def _edit(stored: Organisation, settings: ProgrammeSettings, *, new: bool = False) -> OrganisationEdit:
    limits = settings.quotas.own.get(stored.name, Limits())
    return OrganisationEdit(stored.name, stored.aliases, None if new else stored.id, stored.contacts, limits)


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
        plan = _plan(reader, change)
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


def _about_opinions(reader: Reader, plan: _Plan) -> list[str]:
    """Say which opinions on those who are to be won would not be shown any more; they are kept."""
    stays = {judged.key for judged in plan.settings.acquisition}
    gone = [judged for judged in plan.before.settings.acquisition if judged.key not in stays]
    found = []
    for judged in gone:
        prospects = [p for run in plan.runs for p in reader.all(Prospect, run_id=run.id)]
        n = sum(any(o.criterion == judged.key for o in prospect.opinions) for prospect in prospects)
        name = judged_name(judged)
        if n:
            found.append(
                say_n(
                    "The opinion on “{name}” is not shown any more for {n} person;"
                    " it comes back with the name.",
                    "The opinions on “{name}” are not shown any more for {n} persons;"
                    " they come back with the name.",
                    n,
                    name=name,
                )
            )
    return found


def _about_retention(plan: _Plan) -> list[str]:
    """Say until when the personal data of a run would be kept, where that changes."""
    found = []
    for run in plan.runs:
        before = run.with_(calendar=plan.before.calendars[run.id])
        last = kept_until(run, plan.settings)
        if last is not None and last != kept_until(before, plan.before.settings):
            kept = say("The personal data of {run} are kept until {date}.", run=run.name, date=date(last))
            found.append(kept)
    return found


def _about_matching(store: Store, actor: Actor, plan: _Plan, judged: Judged) -> list[str]:
    from mentorkit.matching import service as matching

    if not actor.may("matching.read", plan.programme.id):
        return []
    hands = store, actor, judged.run.id
    sentence = matching_sentence(
        lambda: matching.would_be(*hands, plan.programme.settings, judged.before),
        lambda: matching.would_be(*hands, plan.settings, judged.after),
    )
    if judged.run.selection_fixed and judged.changed:
        return [
            *filter(None, [sentence]),
            say("The selection is fixed and stays; please look at it again afterwards."),
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
    with store.write(actor.name, CHANGE, _mark(change.programme_id, change.version + 1)) as writer:
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
    with store.write(actor.name, CHANGE, _mark(programme_id, version + 1)) as writer:
        programme = writer.get(Programme, programme_id)
        if programme.version != version:
            raise _stale(programme.with_(version=version), programme)
        change = _as_it_was(writer, programme, version)
        return _save(writer, change)


def can_undo(store: Store, actor: Actor, programme_id: str, version: int) -> bool:
    """Tell whether the change that led to a version of a programme can be undone by the actor."""
    if not actor.may(CHANGE, programme_id):
        return False
    with store.read() as reader:
        return bool(_entries(reader, programme_id, version))


def _mark(programme_id: str, version: int) -> str:
    """Return what the trail's entries of one change have in common."""
    return f"{programme_id} v{version}"


def _entries(reader: Reader, programme_id: str, version: int) -> list[dict[str, Any]]:
    return reader.trail(action=CHANGE, reason=_mark(programme_id, version))


def _as_it_was(reader: Reader, programme: Programme, version: int) -> Change:
    """Return the change that brings back what was before a version."""
    entries = _entries(reader, programme.id, version)
    now = _as_it_stands(reader, programme)
    settings = next(
        (Programme.model_validate(e["before"]).settings for e in entries if e["kind"] == "programme"),
        now.settings,
    )
    organisations = {
        stored.id: _edit(stored, settings) for stored in reader.all(Organisation, programme_id=programme.id)
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
                organisations[subject] = _edit(was, settings, new=not entry["after"])
    order = {name: place for place, name in enumerate(settings.organisations.names)}
    restored = sorted(organisations.values(), key=lambda edit: order.get(edit.name, len(order)))
    return Change(programme.id, version, settings, tuple(restored), calendars, now.seen, now.run_names)


# -- planning and saving ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Plan:
    """What saving a change does, found without writing."""

    programme: Programme
    before: Change
    settings: ProgrammeSettings
    runs: tuple[Run, ...]
    #: Organisations as they are stored now, by id.
    stored: dict[str, Organisation]
    #: Organisations as they are to be; new ones have no id yet.
    organisations: tuple[Organisation, ...]
    renamed: dict[str, str]
    removed: tuple[Organisation, ...]
    judged: tuple[Judged, ...]
    differences: tuple[Any, ...]


def _plan(reader: Reader, change: Change) -> _Plan:
    programme = reader.get(Programme, change.programme_id)
    stored = {o.id: o for o in reader.all(Organisation, programme_id=programme.id)}
    change = _with_newcomers(change, stored)
    settings = _settled(change)
    if programme.version != change.version:
        mine = programme.with_(name=settings.name, settings=settings, version=change.version)
        raise _stale(mine, programme)
    before = _as_it_stands(reader, programme)
    wanted = _organisations(change, stored)
    kept = {organisation.id for organisation in wanted}
    runs = tuple(
        run.with_(calendar=tuple(sorted(calendar, key=lambda entry: (entry.day, entry.last_day))))
        if (calendar := change.calendars.get(run.id)) is not None and calendar != run.calendar
        else run
        for run in reader.all(Run, programme_id=programme.id)
    )
    for run in runs:
        _refuse(problems(settings.model_dump(), change.organisations, run.calendar).values())
    judged = tuple(
        judged_anew(run, settings, wanted, reader.all(Application, run_id=run.id))
        for run in runs
        if not run.approved_at
    )
    removed = tuple(organisation for key, organisation in stored.items() if key not in kept)
    _refuse_removing(reader, removed, judged)
    now = replace(
        before,
        settings=settings,
        organisations=change.organisations,
        calendars={run.id: run.calendar for run in runs},
    )
    return _Plan(
        programme,
        before,
        settings,
        runs,
        stored,
        wanted,
        {stored[o.id].name: o.name for o in wanted if o.id in stored and stored[o.id].name != o.name},
        removed,
        judged,
        differences(described(before), described(now)),
    )


def _with_newcomers(change: Change, stored: Mapping[str, Organisation]) -> Change:
    """Return the change with the organisations that came with applications since the actor looked."""
    known = {*change.seen, *(edit.id for edit in change.organisations)}
    came = tuple(_edit(o, change.settings) for key, o in stored.items() if key not in known)
    return replace(change, organisations=(*change.organisations, *came))


def _stale(mine: Programme, theirs: Programme) -> StaleRecord:
    sentence = say(
        "Somebody else changed this in the meantime. Please look at both versions and decide again."
    )
    return StaleRecord(sentence, mine=mine, theirs=theirs)


def _settled(change: Change) -> ProgrammeSettings:
    """Return the settings with what the organisations say: own quotas, and names where all are known."""
    kind = change.settings.organisations.kind
    names = tuple(edit.name.strip() for edit in change.organisations) if kind == "known" else ()
    # other spellings are kept with the organisations themselves
    organisations = change.settings.organisations.model_copy(update={"names": names, "aliases": {}})
    own = {
        edit.name.strip(): edit.limits
        for edit in change.organisations
        if kind != "none" and edit.limits != Limits()
    }
    quotas = change.settings.quotas.model_copy(update={"own": own})
    return change.settings.model_copy(update={"organisations": organisations, "quotas": quotas})


def _organisations(change: Change, stored: dict[str, Organisation]) -> tuple[Organisation, ...]:
    return tuple(
        stored[edit.id].with_(name=edit.name.strip(), aliases=edit.aliases, contacts=edit.contacts)
        if edit.id in stored
        else Organisation(
            id=f"new-{place}",
            programme_id=change.programme_id,
            name=edit.name.strip(),
            aliases=edit.aliases,
            contacts=edit.contacts,
        )
        for place, edit in enumerate(change.organisations)
    )


def _refuse(sentences: Iterable[str]) -> None:
    if told := " ".join(sentences):
        raise RuleBroken(told)


def _refuse_removing(reader: Reader, removed: Iterable[Organisation], judged: tuple[Judged, ...]) -> None:
    for organisation in removed:
        runs = reader.all(Run, programme_id=organisation.programme_id)
        used = sum(
            len(reader.all(Application, run_id=run.id, organisation=organisation.name)) for run in runs
        )
        granted = reader.all(Grant, programme_id=organisation.programme_id, organisation=organisation.name)
        if used or granted:
            raise RuleBroken(
                say(
                    "“{name}” cannot be removed: applications or log-ins belong to it. "
                    "Please rename it, or move them first.",
                    name=organisation.name,
                )
            )


def _save(writer: Writer, change: Change) -> Programme:
    plan = _plan(writer, change)
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


def _follow(writer: Writer, plan: _Plan) -> None:
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
