"""Those who are to be won as mentors: to approach, asked, agreed or declined; every step can be undone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from mentorkit.errors import RuleBroken
from mentorkit.forms.schema import Wording
from mentorkit.intake import values
from mentorkit.intake.actions import ACTIONS
from mentorkit.intake.names import split_name, without_titles
from mentorkit.intake.past import key_of
from mentorkit.intake.people import last_name_first
from mentorkit.intake.pool import Member, person_of
from mentorkit.intake.service import entered
from mentorkit.intake.stored import TAKE_IN, WITHDRAW, check_version
from mentorkit.intake.wished import CHANGE, READ, bare_name
from mentorkit.language import say
from mentorkit.language.formats import date, din5007
from mentorkit.matching.placing import save
from mentorkit.privacy.ledger import put_down
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import (
    Application,
    Opinion,
    Person,
    Programme,
    Prospect,
    Run,
    Source,
    Wish,
)
from mentorkit.store import Store, Writer

AGREE = "prospect.agree"


@dataclass(frozen=True)
class ProspectShown:
    """A prospect as it is shown.

    Attributes
    ----------
    prospect
        The record.
    wished_by
        Who wishes for the person, and at which rank.
    person
        The person of the programme, if known; tells until when not to ask.
    """

    prospect: Prospect
    wished_by: tuple[tuple[Application, int], ...]
    person: Person | None

    def opinion(self, criterion: str) -> Opinion | None:
        """Return what was judged last of a criterion."""
        return next((o for o in reversed(self.prospect.opinions) if o.criterion == criterion), None)


def prospects(store: Store, actor: Actor, run_id: str) -> list[ProspectShown]:
    """Return whom a run wants to win, in German order of last names.

    Raises
    ------
    NotAllowed
        If the actor may not look at them (``prospect.read``).
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        actor.require(READ, run.programme_id)
        found = reader.all(Prospect, run_id=run_id)
        stored = {a.id: a for a in reader.all(Application, run_id=run_id)}
        wishes = reader.all(Wish, run_id=run_id)
        people = {p.id: p for p in reader.all(Person, programme_id=run.programme_id)} if found else {}
    wished: defaultdict[str | None, list[tuple[Application, int]]] = defaultdict(list)
    for wish in wishes:
        wished[wish.prospect_id].append((stored[wish.application_id], wish.rank))
    found.sort(key=lambda prospect: din5007(last_name_first(*split_name(prospect.name))))
    return [ProspectShown(p, tuple(wished[p.id]), people.get(p.person_id or "")) for p in found]


def add(store: Store, actor: Actor, run_id: str, who: str | Member) -> Prospect:
    """Note somebody who is to be won for a run: by name, or somebody of the pool, who becomes a person.

    Raises
    ------
    NotAllowed
        If the actor may not change whom to win (``prospect.change``).
    NotFound
        If there is no such run, or no such person in its programme.
    RuleBroken
        If there is no name, or the person is noted already, applied already, or pauses; by name, whoever
        has the name.
    """
    with store.write(actor.name, "prospect.add") as writer:
        run = writer.get(Run, run_id)
        actor.require(CHANGE, run.programme_id)
        person = None if isinstance(who, str) else person_of(writer, run.programme_id, who)
        if not (name := person.name if person else _without_titles(str(who))):
            raise RuleBroken(say("Please enter a name."))
        _check_free(writer, run, name, person)
        made = Prospect(id=writer.new_id(Prospect), run_id=run_id, name=name)
        if person:
            made = made.with_(person_id=person.id, email=person.email or "")
        return writer.save(made)


def is_of(prospect: Prospect, name: str, person: Person | None) -> bool:
    """Tell whether a prospect is somebody: the person where both are known, else by the name."""
    if person and prospect.person_id:
        return person.id == prospect.person_id
    return key_of(prospect.name) == key_of(name)


def _without_titles(text: str) -> str:
    """Return a name that is typed without titles, as wishes have it; what is no whole name stays."""
    return bare_name(text) or without_titles(text.strip())[0]


def _check_free(writer: Writer, run: Run, name: str, person: Person | None) -> None:
    """Refuse a person who is on the list, applied, or pauses; where only a name is known, whoever has it."""
    if any(is_of(p, name, person) for p in writer.all(Prospect, run_id=run.id)):
        raise RuleBroken(on_list(name))
    applied = writer.all(Application, run_id=run.id, role="mentor")
    meant = [a.person_id == person.id if person else key_of(a.name) == key_of(name) for a in applied]
    if any(a.withdrawn is None for a, is_meant in zip(applied, meant, strict=True) if is_meant):
        raise RuleBroken(applied_already(name))
    named = [person] if person else _people_called(writer, run, name)
    until = [p.pauses_until for p in named if p.pauses_until and p.pauses_until >= writer.at.date()]
    if named and len(until) == len(named):  # of namesakes, one who does not pause may be meant
        raise RuleBroken(pausing(name, max(until)))


def _people_called(writer: Writer, run: Run, name: str) -> list[Person]:
    key = key_of(name)
    return [p for p in writer.all(Person, programme_id=run.programme_id) if key_of(p.name) == key]


def on_list(name: str) -> str:
    """Say that somebody is to be won already."""
    return say("{name} is on the list already.", name=name)


def applied_already(name: str) -> str:
    """Say that somebody need not be won."""
    return say("{name} has applied for this run already.", name=name)


def pausing(name: str, until: dt.date) -> str:
    """Say until when somebody is not to be asked, and what to do where she is to be asked all the same."""
    return say(
        "{name} pauses until {day}. If the person is to be approached all the same, please end the pause in"
        " the pool first.",
        name=name,
        day=date(until),
    )


def describe(  # noqa: PLR0913 - the texts are named
    store: Store, actor: Actor, prospect_id: str, version: int, *,
    name: str, email: str = "", phone: str = "", remark: str = "",
) -> Prospect:  # fmt: skip
    """Note name, ways to reach a prospect, and a remark.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        If the actor may not (``prospect.change``), if it is gone, or was changed in the meantime.
    RuleBroken
        If the name is empty, or the address none.
    """
    if not name.strip():
        raise RuleBroken(say("Please enter a name."))
    if email.strip() and not values.email(email).value:
        raise RuleBroken(say("“{text}” is not an e-mail address.", text=email.strip()))
    with store.write(actor.name, "prospect.describe") as writer:
        prospect = _seen(writer, actor, prospect_id, version)
        texts = {"name": name, "email": email, "phone": phone, "remark": remark}
        return writer.save(prospect.with_(**{key: text.strip() for key, text in texts.items()}))


def judge(  # noqa: PLR0913 - the opinion is named
    store: Store, actor: Actor, prospect_id: str, version: int, criterion: str, *,
    holds: bool, remark: str = "",
) -> Prospect:  # fmt: skip
    """Note what the actor thinks of a criterion that no file can tell; earlier opinions are kept.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        As :func:`describe`.
    RuleBroken
        If the programme does not know the criterion.
    """
    with store.write(actor.name, "prospect.judge") as writer:
        prospect = _seen(writer, actor, prospect_id, version)
        settings = writer.get(Programme, writer.get(Run, prospect.run_id).programme_id).settings
        if criterion not in {judged.key for judged in settings.acquisition}:
            raise RuleBroken(say("The programme has no criterion “{key}”.", key=criterion))
        opinion = Opinion(
            criterion=criterion, holds=holds, by=actor.name, at=writer.at, remark=remark.strip()
        )
        return writer.save(prospect.with_(opinions=(*prospect.opinions, opinion)))


# -- steps ----------------------------------------------------------------------------------------


def ask(store: Store, actor: Actor, prospect_id: str, version: int, day: dt.date) -> Prospect:
    """Note that a prospect was asked, on a day; asking again is noted too.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        As :func:`describe`.
    RuleBroken
        If the prospect has agreed already.
    """
    with store.write(actor.name, "prospect.ask") as writer:
        prospect = _open(_seen(writer, actor, prospect_id, version))
        return writer.save(prospect.with_(state="asked", asked_at=(*prospect.asked_at, day)))


def decline(store: Store, actor: Actor, prospect_id: str, version: int) -> Prospect:
    """Note that a prospect declined.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord, RuleBroken
        As :func:`ask`.
    """
    with store.write(actor.name, "prospect.decline") as writer:
        return writer.save(_open(_seen(writer, actor, prospect_id, version)).with_(state="declined"))


def agree(  # noqa: PLR0913 - the last is named
    store: Store,
    actor: Actor,
    prospect_id: str,
    version: int,
    entries: Mapping[str, str],
    *,
    agreed: Wording | None = None,
) -> tuple[Prospect, Application]:
    """Note that a prospect agreed: an application for a mentor is made, and the wishes mean it.

    Parameters
    ----------
    store, actor, prospect_id, version
        Where, who, which prospect, and the version the actor saw.
    entries
        What is known, text by field; :func:`known_of` proposes it. What is missing is found wrong with the
        application like with any other.
    agreed
        The text on taking part to which the person agreed, if she did.

    Raises
    ------
    NotAllowed
        If the actor may not change whom to win (``prospect.change``), or take in applications.
    NotFound, StaleRecord, RuleBroken
        As :func:`ask`.
    """
    with store.write(actor.name, AGREE) as writer:
        prospect = _open(_seen(writer, actor, prospect_id, version))
        wished = {wish.id for wish in _wishes_for(writer, prospect)}
        _note_email(writer, prospect, entries.get("email", ""))
        writer.save(prospect.with_(state="agreed"))  # so that taking in finds it and keeps it
        taking_in, form = writer.besides(TAKE_IN, ""), Source(kind="form")
        run_id = prospect.run_id
        application = entered(taking_in, actor, run_id, "mentor", entries, source=form)
        if agreed is not None:
            programme_id = writer.get(Run, run_id).programme_id
            put_down(writer, programme_id, application.person_id, {"application": agreed}, channel="talk",
                     by=actor.name)  # fmt: skip
        prospect = writer.get(Prospect, prospect_id)
        now = {"state": "agreed", "application_id": application.id, "person_id": application.person_id}
        if (fresh := prospect.with_(**now)) != prospect:
            prospect = writer.save(fresh)
        meant = {"mentor_application_id": application.id, "confidence": 1.0, "decided_by": actor.name}
        for wish in writer.all(Wish, run_id=prospect.run_id):
            if wish.id in wished and wish.mentor_application_id != application.id:
                writer.save(wish.with_(prospect_id=prospect.id, **meant))
        return prospect, application


def _note_email(writer: Writer, prospect: Prospect, email: str) -> None:
    """Note the address of somebody without one, by which the application is known as the person's."""
    person = writer.find(Person, prospect.person_id) if prospect.person_id else None
    if person and not person.email and email.strip():
        writer.save(person.with_(email=email.strip()))


def step_back(store: Store, actor: Actor, prospect_id: str, version: int) -> Prospect:
    """Undo the last step of a prospect; an application that came of it is withdrawn, not removed.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        As :func:`describe`.
    RuleBroken
        If nothing was done yet, or the person sent the application that stands.
    """
    with store.write(actor.name, "prospect.step_back") as writer:
        prospect = _seen(writer, actor, prospect_id, version)
        if prospect.state == "to_approach":
            raise RuleBroken(say("{name}: there is no step to undo.", name=prospect.name))
        asked = prospect.asked_at[:-1] if prospect.state == "asked" else prospect.asked_at
        if prospect.state == "agreed":
            _take_agreement_back(writer, actor, prospect)
        state = "asked" if asked else "to_approach"
        return writer.save(prospect.with_(state=state, asked_at=asked, application_id=None))


def _take_agreement_back(writer: Writer, actor: Actor, prospect: Prospect) -> None:
    application = writer.get(Application, prospect.application_id or "")
    run = writer.get(Run, prospect.run_id)
    if run.approved_at is not None:
        raise RuleBroken(say("{name}: the tandems are formed; this cannot be undone.", name=prospect.name))
    if application.withdrawn is None:
        if not _agreed_here(writer, prospect):
            raise RuleBroken(
                say(
                    "{name} sent an application, which is no step to undo here."
                    " If it is not to count, please withdraw the application.",
                    name=prospect.name,
                )
            )
        reason = say("The agreement was taken back.")
        change = ACTIONS["withdraw"].change
        save(writer.besides(WITHDRAW, reason), [change(application, actor.name, writer.at, reason)])
    nobody = {"mentor_application_id": None, "confidence": 0.0, "decided_by": actor.name}
    for wish in _wishes_for(writer, prospect):
        writer.save(wish.with_(**nobody))


def _agreed_here(writer: Writer, prospect: Prospect) -> bool:
    """Tell whether a prospect's application was made by :func:`agree`, and not sent by the person."""
    told = writer.trail(kind="prospect", subject=prospect.id)
    ways = [e["action"] for e in told if e["before"] and e["after"] and _agrees(e["before"], e["after"])]
    return ways[-1:] == [AGREE]


def _agrees(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    return before["state"] != "agreed" == after["state"]


def _wishes_for(writer: Writer, prospect: Prospect) -> list[Wish]:
    return writer.all(Wish, run_id=prospect.run_id, prospect_id=prospect.id)


def remove(store: Store, actor: Actor, prospect_id: str, version: int) -> None:
    """Take a prospect off the list whom nobody wishes for.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        As :func:`describe`.
    RuleBroken
        If a mentee wishes for the person, or the person agreed.
    """
    with store.write(actor.name, "prospect.remove") as writer:
        prospect = _open(_seen(writer, actor, prospect_id, version))
        if _wishes_for(writer, prospect):
            raise RuleBroken(say("{name}: {mentee:pl.nom} wish for this person.", name=prospect.name))
        writer.delete(prospect)


def known_of(store: Store, actor: Actor, prospect_id: str) -> dict[str, str]:
    """Return what is known of a prospect, as entries of an application: the last one's, and the own notes.

    Raises
    ------
    NotAllowed
        If the actor may not look at whom to win (``prospect.read``).
    NotFound
        If there is no such prospect.
    """
    with store.read() as reader:
        prospect = reader.get(Prospect, prospect_id)
        run = reader.get(Run, prospect.run_id)
        actor.require(READ, run.programme_id)
        questions = reader.get(Programme, run.programme_id).settings.questions.mentor
        before: list[Application] = []
        if prospect.person_id:
            runs = reader.versions(Run, programme_id=run.programme_id)
            found = reader.all(Application, person_id=prospect.person_id, role="mentor")
            before = [application for application in found if application.run_id in runs]
    first, last = split_name(_without_titles(prospect.name))
    entries = {"first_name": first, "last_name": last}
    if before:
        asked = ("first_name", "last_name", "organisation", *questions)
        entries |= {key: text for key, text in before[-1].entries.items() if key in asked}
    notes = {"email": prospect.email, "phone": prospect.phone}
    return entries | {key: text for key, text in notes.items() if text and key in questions}


def _seen(writer: Writer, actor: Actor, prospect_id: str, version: int) -> Prospect:
    prospect = writer.get(Prospect, prospect_id)
    actor.require(CHANGE, writer.get(Run, prospect.run_id).programme_id)
    check_version(prospect, version)
    return prospect


def _open(prospect: Prospect) -> Prospect:
    if prospect.state == "agreed":
        raise RuleBroken(say("{name} has agreed already.", name=prospect.name))
    return prospect
