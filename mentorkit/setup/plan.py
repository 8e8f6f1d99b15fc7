"""What saving a change of a programme does, found without writing anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from mentorkit.errors import RuleBroken, StaleRecord
from mentorkit.language import say
from mentorkit.programme.pair_rules import TandemLimit
from mentorkit.programme.records import Application, Grant, Organisation, Programme, Run
from mentorkit.programme.settings import Limits, ProgrammeSettings
from mentorkit.setup.change import Change, OrganisationEdit, problems
from mentorkit.setup.describe import Difference, described, differences
from mentorkit.setup.effects import Judged, judged_anew
from mentorkit.store import Reader


def as_it_stands(reader: Reader, programme: Programme) -> Change:
    """Return a programme as it stands, as a change that changes nothing."""
    found = reader.all(Organisation, programme_id=programme.id)
    runs = reader.all(Run, programme_id=programme.id)
    return Change(
        programme.id,
        programme.version,
        programme.settings,
        tuple(edit_of(organisation, programme.settings) for organisation in found),
        {run.id: run.calendar for run in runs},
        tuple(organisation.id for organisation in found),
        {run.id: run.name for run in runs},
    )


def edit_of(stored: Organisation, settings: ProgrammeSettings, *, new: bool = False) -> OrganisationEdit:
    """Return an organisation as it is stored, as an edit; ``new`` where it has to be made again."""
    limits = settings.quotas.own.get(stored.name, Limits())
    near = settings.organisations.near(stored.name)
    own_id = None if new else stored.id
    return OrganisationEdit(stored.name, stored.aliases, own_id, stored.contacts, limits, near)


@dataclass(frozen=True)
class Plan:
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
    differences: tuple[Difference, ...]


def plan_of(reader: Reader, change: Change) -> Plan:
    """Find what saving a change does.

    Raises
    ------
    NotFound
        If there is no such programme.
    RuleBroken
        If the change cannot be saved; the message says why.
    StaleRecord
        If somebody changed the programme in the meantime; carries both versions.
    """
    programme = reader.get(Programme, change.programme_id)
    stored = {o.id: o for o in reader.all(Organisation, programme_id=programme.id)}
    change = _with_newcomers(change, stored)
    settings = _settled(change, stored)
    if programme.version != change.version:
        mine = programme.with_(name=settings.name, settings=settings, version=change.version)
        raise stale(mine, programme)
    before = as_it_stands(reader, programme)
    wanted = _organisations(change, stored)
    runs = _runs(reader, change, settings)
    judged = tuple(
        judged_anew(run, settings, wanted, reader.all(Application, run_id=run.id))
        for run in runs
        if not run.approved_at
    )
    kept = {organisation.id for organisation in wanted}
    removed = tuple(organisation for key, organisation in stored.items() if key not in kept)
    _refuse_removing(reader, removed)
    calendars = {run.id: run.calendar for run in runs}
    now = replace(before, settings=settings, organisations=change.organisations, calendars=calendars)
    return Plan(
        programme,
        before,
        settings,
        runs,
        stored,
        wanted,
        _renamed(wanted, stored),
        removed,
        judged,
        differences(described(before), described(now)),
    )


def _runs(reader: Reader, change: Change, settings: ProgrammeSettings) -> tuple[Run, ...]:
    """Return the runs as they are to be."""
    runs = tuple(_with_calendar(run, change) for run in reader.all(Run, programme_id=change.programme_id))
    for run in runs:
        _refuse(problems(settings.model_dump(), change.organisations, run.calendar).values())
    return runs


def _with_calendar(run: Run, change: Change) -> Run:
    calendar = change.calendars.get(run.id)
    if calendar is None or calendar == run.calendar:
        return run
    return run.with_(calendar=tuple(sorted(calendar, key=lambda entry: (entry.day, entry.last_day))))


def _renamed(wanted: Iterable[Organisation], stored: Mapping[str, Organisation]) -> dict[str, str]:
    return {stored[o.id].name: o.name for o in wanted if o.id in stored and stored[o.id].name != o.name}


def _with_newcomers(change: Change, stored: Mapping[str, Organisation]) -> Change:
    """Return the change with the organisations that came with applications since the actor looked."""
    known = {*change.seen, *(edit.id for edit in change.organisations)}
    came = tuple(edit_of(o, change.settings) for key, o in stored.items() if key not in known)
    return replace(change, organisations=(*change.organisations, *came))


def stale(mine: Programme, theirs: Programme) -> StaleRecord:
    """Return the refusal where somebody else changed a programme."""
    sentence = say(
        "Somebody else changed this in the meantime. Please look at both versions and decide again."
    )
    return StaleRecord(sentence, mine=mine, theirs=theirs)


def _settled(change: Change, stored: Mapping[str, Organisation]) -> ProgrammeSettings:
    """Return the settings with what the organisations say, and by the names they have now."""
    kind = change.settings.organisations.kind
    names = tuple(edit.name.strip() for edit in change.organisations) if kind == "known" else ()
    # other spellings are kept with the organisations themselves
    called = {stored[e.id].name: e.name.strip() for e in change.organisations if e.id and e.id in stored}
    neighbours = {} if kind == "none" else _neighbours(change.organisations, called)
    update = {"names": names, "aliases": {}, "neighbours": neighbours}
    organisations = change.settings.organisations.model_copy(update=update)
    own = {
        edit.name.strip(): edit.limits
        for edit in change.organisations
        if kind != "none" and edit.limits != Limits()
    }
    quotas = change.settings.quotas.model_copy(update={"own": own})
    limits = tuple(_called(limit, called) for limit in change.settings.limits)
    differing = {called.get(name, name): said for name, said in change.settings.privacy.own.items()}
    privacy = change.settings.privacy.model_copy(update={"own": differing})
    return change.settings.model_copy(
        update={"organisations": organisations, "quotas": quotas, "limits": limits, "privacy": privacy}
    )


def _called(limit: TandemLimit, called: Mapping[str, str]) -> TandemLimit:
    """Return a limit that counts organisations by the names they have now."""
    if limit.field != "organisation":
        return limit
    return limit.model_copy(update={"values": tuple(called.get(name, name) for name in limit.values)})


def _neighbours(edits: Iterable[OrganisationEdit], called: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return who is whose neighbour; a new name is followed, and who is gone is nobody's neighbour."""
    edits = list(edits)
    names = {edit.name.strip() for edit in edits}
    found: dict[str, tuple[str, ...]] = {}
    for edit in edits:
        near = (name if name in names else called.get(name, "") for name in edit.neighbours)
        if known := tuple(sorted({name for name in near if name in names} - {edit.name.strip()})):
            found[edit.name.strip()] = known
    return found


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


def _refuse_removing(reader: Reader, removed: Iterable[Organisation]) -> None:
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
