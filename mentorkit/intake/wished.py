"""Whom the mentees wish for: what the machine understood, what somebody decides, and whom to approach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.intake.names import looks_like_a_name, without_titles
from mentorkit.intake.past import NameKey, key_of
from mentorkit.intake.stored import check_version
from mentorkit.intake.wishes import Mentors, mentors_of
from mentorkit.language import say
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Person, Programme, Prospect, Run, Wish
from mentorkit.store import Store, Writer

#: How a wish stands: understood without doubt, a guess to be confirmed, decided by somebody, or open.
Standing = Literal["sure", "guess", "decided", "nobody", "open"]
READ, CHANGE = "prospect.read", "prospect.change"
#: From which likeness, of 100, a mentor is asked about before a wish is for somebody nobody knows.
_NEAR = 88


@dataclass(frozen=True)
class WishShown:
    """A wish as it is shown: who wishes, who is meant, and who else it may be, the likeliest first.

    ``prospect`` is who is to be won, where the wish means somebody who is to be approached or was.
    """

    wish: Wish
    mentee: Application
    mentor: Application | None
    guesses: tuple[Application, ...]
    prospect: Prospect | None = None

    @property
    def standing(self) -> Standing:
        """How the wish stands; a guess at a mentor who takes no part any more is none."""
        if self.wish.decided_by:
            return "decided" if self.mentor else "nobody"
        if self.mentor is None:
            return "open"
        if self.wish.confidence == 1:
            return "sure"
        return "open" if self.lost else "guess"

    @property
    def lost(self) -> bool:
        """Whether it cannot come true: who is meant declined, was refused, or has withdrawn."""
        if self.mentor:
            return _is_gone(self.mentor)
        return self.prospect is not None and self.prospect.state == "declined"


def wishes(store: Store, actor: Actor, run_id: str) -> list[WishShown]:
    """Return the wishes of a run, by mentee and rank.

    Raises
    ------
    NotAllowed
        If the actor may not look at whom to win as mentors (``prospect.read``).
    NotFound
        If there is no such run.
    """
    with store.read() as reader:
        run = reader.get(Run, run_id)
        actor.require(READ, run.programme_id)
        stored = {a.id: a for a in reader.all(Application, run_id=run_id)}
        found = reader.all(Wish, run_id=run_id)
        to_win = {p.id: p for p in reader.all(Prospect, run_id=run_id)}
    mentors = mentors_of(list(stored.values()))
    shown = [
        WishShown(
            wish,
            stored[wish.application_id],
            stored.get(wish.mentor_application_id or ""),
            tuple(a for a in mentors.guesses(wish.text) if not _is_gone(a)),
            to_win.get(wish.prospect_id or ""),
        )
        for wish in found
    ]
    places = {key: i for i, key in enumerate(stored)}
    return sorted(shown, key=lambda s: (places[s.wish.application_id], s.wish.rank))


def _is_gone(mentor: Application) -> bool:
    return mentor.refused or mentor.withdrawn is not None


def without_hope(shown: list[WishShown]) -> list[Application]:
    """Return the mentees who need another wish: none of those they wish for can become their mentor."""
    wishing = {s.mentee.id: s.mentee for s in shown}
    hoping = {s.mentee.id for s in shown if not s.lost}
    return [
        mentee
        for key, mentee in wishing.items()
        if key not in hoping and mentee.withdrawn is None and not mentee.refused
    ]


def decide(store: Store, actor: Actor, wish_id: str, mentor_application_id: str | None, version: int) -> Wish:
    """Say which mentor a wish means, or (None) that it is nobody who applied. It outlives files read again.

    Raises
    ------
    NotAllowed
        If the actor may not change whom to win as mentors (``prospect.change``).
    NotFound
        If there is no such wish, or no such application in its run.
    RuleBroken
        If the application is no mentor's.
    StaleRecord
        If somebody changed the wish in the meantime.
    """
    with store.write(actor.name, "wish.decide") as writer:
        wish, run = _seen(writer, actor, wish_id, version)
        if mentor_application_id is not None:
            mentor = writer.get(Application, mentor_application_id)
            if mentor.run_id != run.id:
                raise NotFound(say("There is no such application in this run."))
            if mentor.role != "mentor":
                raise RuleBroken(say("{name} is not among {mentor:pl.dat} of this run.", name=mentor.name))
        decided = wish.with_(
            mentor_application_id=mentor_application_id,
            confidence=1.0 if mentor_application_id else 0.0,
            decided_by=actor.name,
        )
        writer.save(decided)
        _settle(writer, run, writer.all(Application, run_id=run.id), wish)
        return writer.get(Wish, wish_id)


def leave_to_machine(store: Store, actor: Actor, wish_id: str, version: int) -> Wish:
    """Take a decision on a wish back: it means again whom the machine understands.

    Raises
    ------
    NotAllowed, NotFound, StaleRecord
        As :func:`decide`.
    """
    with store.write(actor.name, "wish.leave") as writer:
        wish, run = _seen(writer, actor, wish_id, version)
        stored = writer.all(Application, run_id=run.id)
        found = mentors_of(stored).resolve(wish.text)
        mentor_id = found.mentor.id if found.mentor else None
        fresh = wish.with_(mentor_application_id=mentor_id, confidence=found.confidence, decided_by="")
        writer.save(fresh)
        _settle(writer, run, stored, wish)
        return writer.get(Wish, wish_id)


def _seen(writer: Writer, actor: Actor, wish_id: str, version: int) -> tuple[Wish, Run]:
    wish = writer.get(Wish, wish_id)
    run = writer.get(Run, wish.run_id)
    actor.require(CHANGE, run.programme_id)
    check_version(wish, version)
    return wish, run


def _settle(writer: Writer, run: Run, stored: list[Application], changed: Wish) -> None:
    settle_prospects(writer, run, stored, writer.all(Wish, run_id=run.id), [changed.prospect_id])


# -- whom to approach -----------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def bare_name(text: str) -> str:
    """Return the name that a wish says, first name first, without titles; empty where it is no name."""
    before, _, after = (part.strip() for part in text.partition("(")[0].partition(","))
    whole = len(before.split()) > 1 and before[:1].isupper() and without_titles(before)[0] == before
    said = before if whole else f"{without_titles(after)[0]} {without_titles(before)[0]}".strip()
    return said if looks_like_a_name(said) else ""


def settle_prospects(
    writer: Writer,
    run: Run,
    stored: Iterable[Application],
    wishes: Iterable[Wish],
    given_up: Iterable[str | None],
) -> None:
    """Keep one prospect for each name that mentees wish for and nobody knows.

    A prospect whom nobody wishes for any more goes, unless somebody has worked on it; one who applied by
    another way has agreed.

    Parameters
    ----------
    writer, run, stored, wishes
        Where, which run, its applications, and what they wish, in the order the wishes were made.
    given_up
        Ids of the prospects that wishes were for before.
    """
    settings = writer.get(Programme, run.programme_id).settings
    if not any(name.startswith("wish_") for name in settings.questions.mentee):
        return
    work = _Prospects.of(writer, run, list(stored))
    loose = set(given_up) - {work.tie(wish) for wish in wishes} - {None}
    for prospect in writer.all(Prospect, run_id=run.id) if loose else ():
        if prospect.id in loose and _untouched(prospect):
            writer.delete(prospect)


def _untouched(prospect: Prospect) -> bool:
    """Tell whether nobody has worked on a prospect."""
    worked = (prospect.asked_at, prospect.opinions, prospect.email, prospect.phone, prospect.remark)
    return prospect.state == "to_approach" and not any(worked)


@dataclass(frozen=True)
class _Prospects:
    writer: Writer
    run: Run
    stored: dict[str, Application]
    mentors: Mentors
    by_name: dict[NameKey, Prospect]
    #: Persons of the programme by name, where one alone has it.
    people: dict[NameKey, str | None]

    @classmethod
    def of(cls, writer: Writer, run: Run, stored: list[Application]) -> _Prospects:
        people: dict[NameKey, str | None] = {}
        for person in writer.all(Person, programme_id=run.programme_id):
            key = key_of(person.name)
            people[key] = None if key in people else person.id
        by_name = {key_of(p.name): p for p in writer.all(Prospect, run_id=run.id)}
        return cls(writer, run, {a.id: a for a in stored}, mentors_of(stored), by_name, people)

    def tie(self, wish: Wish) -> str | None:
        """Tie a wish to the prospect it is for; return the prospect's id."""
        mentor = self.stored.get(wish.mentor_application_id or "")
        if self.stored[wish.application_id].gave_up_place:
            prospect = None
        elif mentor:
            prospect = self._who_applied(wish, mentor)
        else:
            prospect = self._who_is_wanted(wish)
        prospect_id = prospect.id if prospect else None
        if wish.prospect_id != prospect_id:
            self.writer.save(wish.with_(prospect_id=prospect_id))
        return prospect_id

    def _who_applied(self, wish: Wish, mentor: Application) -> Prospect | None:
        """Return the prospect on whom somebody worked and who is among the mentors now."""
        keys = (key_of(mentor.name), key_of(bare_name(wish.text)))
        prospect = next((self.by_name[key] for key in keys if key in self.by_name), None)
        if prospect is None or _untouched(prospect):
            return None
        if prospect.application_id != mentor.id and not mentor.gave_up_place:
            agreed = prospect.with_(state="agreed", application_id=mentor.id, person_id=mentor.person_id)
            prospect = self.by_name[key_of(prospect.name)] = self.writer.save(agreed)
        return prospect

    def _who_is_wanted(self, wish: Wish) -> Prospect | None:
        """Return whom to approach; nobody while a mentor may be meant, or where the wish is no name."""
        name = bare_name(wish.text)
        if not name or (not wish.decided_by and self.mentors.guesses(wish.text, 1, _NEAR)):
            return None
        key = key_of(name)
        if key not in self.by_name:
            new_id = self.writer.new_id(Prospect)
            person_id = self.people.get(key)
            self.by_name[key] = self.writer.save(
                Prospect(id=new_id, run_id=self.run.id, name=name, person_id=person_id)
            )
        return self.by_name[key]
