"""Organisations that nobody knows: each listed once, and one answer for all who named it.

An answer is kept with the programme: what was written becomes a spelling of an organisation, or a new one. So
it holds for what is stored, for what was read and not taken in yet, and for files to come.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mentorkit.errors import NotFound, RuleBroken, StaleRecord
from mentorkit.intake.assess import revised
from mentorkit.intake.context import Context
from mentorkit.intake.organisations import Organisations, spelling_key
from mentorkit.intake.people import Acquaintances
from mentorkit.intake.settle import settle
from mentorkit.intake.stored import context_in
from mentorkit.language import say
from mentorkit.matching.placing import save
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Organisation, Programme, Run
from mentorkit.store import Store, Writer

CODE = "unknown_organisation"
#: An answer changes the programme, so this is what one must be allowed to do.
ALLOWED = "programme.change"
_ANSWER, _TAKE_BACK = "organisation.answer", "organisation.take_back"


@dataclass(frozen=True)
class Unknown:
    """An organisation that nobody knows.

    Attributes
    ----------
    text
        How it is written most often.
    people
        Names of those who named it.
    guesses
        The likeliest organisations, the likeliest first.
    """

    text: str
    people: tuple[str, ...]
    guesses: tuple[str, ...]


def unknown_among(applications: Iterable[Application], known: Organisations) -> list[Unknown]:
    """Return the unknown organisations of applications, stored or not, the most frequent first."""
    groups: dict[str, list[Application]] = defaultdict(list)
    for application in applications:
        if application.organisation and any(f.code == CODE for f in application.findings):
            groups[spelling_key(application.organisation, known.settings)].append(application)
    found = []
    for group in groups.values():
        text = Counter(a.organisation or "" for a in group).most_common(1)[0][0]
        people = tuple(a.name for a in group)
        found.append(Unknown(text, people, tuple(known.guesses(text))))
    return sorted(found, key=lambda unknown: (-len(unknown.people), unknown.text))


def unknown(store: Store, actor: Actor, run_id: str) -> list[Unknown]:
    """Return the unknown organisations of the stored applications that the actor may see.

    Raises
    ------
    NotAllowed
        If the actor may not look at applications of the run (``application.read``).
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        context = context_in(reader, actor, run_id, "application.read")
    return unknown_among(context.visible, _known(context))


def answer(  # noqa: PLR0913 - the last is named
    store: Store, actor: Actor, run_id: str, text: str, organisation: str, *, new: bool = False
) -> int:
    """Say which organisation a text means; all applications that say it are judged anew.

    These are the applications of all runs of the programme whose tandems are not approved yet.

    Parameters
    ----------
    store, actor, run_id
        Where, who, and a run of the programme.
    text
        What was written.
    organisation
        The organisation meant.
    new
        Whether it is one that takes part from now on.

    Returns
    -------
    int
        How many stored applications changed.

    Raises
    ------
    NotAllowed
        If the actor may not change the programme (``programme.change``).
    NotFound
        If there is no such organisation, or no such run.
    RuleBroken
        If a new one has no name, or the programme has no organisations.
    StaleRecord
        If somebody said in the meantime that another organisation is meant.
    """
    name = organisation.strip()
    with store.write(actor.name, _ANSWER, text) as writer:
        context = context_in(writer, actor, run_id, ALLOWED)
        if context.settings.organisations.kind == "none" or not name:
            raise RuleBroken(say("Please name the organisation."))
        meant = _meant(context, text)
        if meant and meant.name != name:
            raise StaleRecord(say("“{text}” is {name} by now.", text=text, name=meant.name), None, meant)
        _learn(writer, context, text, name, new=new)
        return _judge_anew(writer, actor, context.run, text)


def take_back(store: Store, actor: Actor, run_id: str, text: str, organisation: str) -> int:
    """Take back that a text means an organisation: it is unknown again, in all runs as with :func:`answer`.

    Returns
    -------
    int
        How many stored applications changed.

    Raises
    ------
    NotAllowed
        If the actor may not change the programme (``programme.change``).
    NotFound
        If there is no such run.
    RuleBroken
        If others rely on the organisation that the answer made.
    StaleRecord
        If the text does not mean this organisation any more.
    """
    with store.write(actor.name, _TAKE_BACK, text) as writer:
        context = context_in(writer, actor, run_id, ALLOWED)
        meant = _meant(context, text)
        if meant is None or meant.name != organisation:
            why = say("“{text}” does not mean {name} any more.", text=text, name=organisation)
            raise StaleRecord(why, None, meant)
        key = spelling_key(text, context.settings.organisations)
        kept = tuple(a for a in meant.aliases if spelling_key(a, context.settings.organisations) != key)
        if (left := meant.with_(aliases=kept)) != meant:
            left = writer.save(left)
        if _made_by(writer, context, left, text):
            _remove(writer, context, left, key)
        return _judge_anew(writer, actor, context.run, text)


def _meant(context: Context, text: str) -> Organisation | None:
    """Return the stored organisation that a text means, by its name or by an answer."""
    settings = context.settings.organisations
    key = spelling_key(text, settings)
    for organisation in context.organisations:
        if key in {spelling_key(said, settings) for said in (organisation.name, *organisation.aliases)}:
            return organisation
    return None


def _known(context: Context) -> Organisations:
    heard = [a.organisation for a in context.applications if a.organisation]
    return Organisations.of(context.settings.organisations, context.organisations, heard)


def _learn(writer: Writer, context: Context, text: str, name: str, *, new: bool) -> None:
    """Keep an answer with the programme."""
    settings = context.settings.organisations
    stored = next((o for o in context.organisations if o.name == name), None)
    if new and settings.kind == "known" and name not in settings.names:
        _save_names(writer, context, (*settings.names, name))
    elif not new and stored is None and name not in (*settings.names, *_known(context).names.values()):
        raise NotFound(say("There is no organisation “{name}”.", name=name))
    if stored is None:
        new_id = writer.new_id(Organisation)
        stored = Organisation(id=new_id, programme_id=context.run.programme_id, name=name)
    spellings = {spelling_key(spelling, settings) for spelling in (stored.name, *stored.aliases)}
    if spelling_key(text, settings) not in spellings:
        stored = stored.with_(aliases=(*stored.aliases, text))
    elif stored.version:
        return
    writer.save(stored)


def _save_names(writer: Writer, context: Context, names: Sequence[str]) -> None:
    programme = writer.get(Programme, context.run.programme_id)
    organisations = programme.settings.organisations.model_copy(update={"names": tuple(names)})
    settings = programme.settings.model_copy(update={"organisations": organisations})
    writer.save(programme.with_(settings=settings))


def _made_by(writer: Writer, context: Context, organisation: Organisation, text: str) -> bool:
    """Tell whether the answer on a text made an organisation, rather than said which is meant."""
    if context.settings.organisations.kind == "open":
        told = writer.trail(action=_ANSWER, kind="organisation", subject=organisation.id, reason=text)
        return any(entry["before"] is None for entry in told)
    told = writer.trail(action=_ANSWER, kind="programme", subject=context.run.programme_id, reason=text)
    return any(
        organisation.name in entry["after"]["settings"]["organisations"]["names"]
        and organisation.name not in entry["before"]["settings"]["organisations"]["names"]
        for entry in told
    )


def _remove(writer: Writer, context: Context, organisation: Organisation, key: str) -> None:
    """Remove an organisation that an answer made, if nobody else in the programme relies on it."""
    settings = context.settings.organisations
    runs = {run.id: run for run in writer.all(Run, programme_id=context.run.programme_id)}
    others = [
        a for a in writer.all(Application, organisation=organisation.name)
        if a.run_id in runs and (
            runs[a.run_id].approved_at or spelling_key(a.entries.get("organisation", ""), settings) != key
        )
    ]  # fmt: skip
    counted = any(
        limit.field == "organisation" and organisation.name in limit.values
        for limit in context.settings.limits
    )
    told = organisation.name in context.settings.quotas.own or settings.near(organisation.name) or counted
    if others or organisation.contacts or told:
        raise RuleBroken(say("{name} is in use; it stays as it is.", name=organisation.name))
    if settings.kind == "known":
        _save_names(writer, context, [name for name in settings.names if name != organisation.name])
    writer.delete(organisation)


def _judge_anew(writer: Writer, actor: Actor, run: Run, text: str) -> int:
    """Judge applications anew that name an organisation, in runs not approved; return how many differ."""
    changed = 0
    for other in writer.all(Run, programme_id=run.programme_id):
        if other.approved_at is None:
            context = context_in(writer, actor, other.id, ALLOWED)
            fresh = list(_judged(context, text))
            save(writer, fresh)
            if fresh:
                settle(writer, context.run)
            changed += len(fresh)
    return changed


def _judged(context: Context, text: str) -> Iterator[Application]:
    """Yield the applications that are another when judged anew, each among those that came before it."""
    settings, known, seen = context.settings.organisations, _known_but(context, text), Acquaintances()
    key = spelling_key(text, settings)
    for application in context.applications:
        said, fresh = application.entries.get("organisation", ""), application
        if said and spelling_key(said, settings) == key:
            fresh = revised(application, application.entries, context, known, seen)
        if fresh != application:
            yield fresh
        seen.add(fresh)


def _known_but(context: Context, text: str) -> Organisations:
    """Return the organisations that can be meant, not counting that people wrote this one."""
    settings = context.settings.organisations
    heard = [a.organisation for a in context.applications if a.organisation]
    others = [name for name in heard if spelling_key(name, settings) != spelling_key(text, settings)]
    return Organisations.of(settings, context.organisations, others)
