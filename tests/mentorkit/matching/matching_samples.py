"""Invented people and programmes for the tests of the matching."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from mentorkit.programme.records import Application, EarlierTandem, PairDecision, Wish
from mentorkit.programme.settings import Criterion, ProgrammeSettings, Quotas, load_preset

TOPICS = ("Haushaltsrecht", "Netzwerke", "Auftreten", "Personalführung", "Projektarbeit")
RUN = "cross-administration/2014"


def person(role, name, organisation=None, *, number=None, status="ok", place=None, **answers):
    """Return an application; ``name`` is also what ids and the e-mail are made of, unless numbered."""
    first, _, last = name.partition(" ")
    key = number if number is not None else name.replace(" ", "-").casefold()
    answers.setdefault("email", f"{name.replace(' ', '.').casefold()}@example.org")
    return Application(
        id=f"A{key}-{role}",
        run_id=RUN,
        person_id=f"P{key}",
        role=role,
        first_name=first,
        last_name=last,
        organisation=organisation,
        answers=answers,
        status=status,
        place=place,
    )


def mentee(name, organisation=None, **answers):
    return person("mentee", name, organisation, **answers)


def mentor(name, organisation=None, **answers):
    return person("mentor", name, organisation, **answers)


def lock(a, b, reason=""):
    return PairDecision(
        id=f"L{a.person_id}{b.person_id}",
        run_id=RUN,
        mentee_id=a.person_id,
        mentor_id=b.person_id,
        kind="lock",
        reason=reason,
    )


def forbid(a, b):
    return lock(a, b).with_(kind="forbid")


def earlier(mentee_name, mentor_name, mentee_organisation=None, mentor_organisation=None):
    return EarlierTandem(
        id=f"H{mentee_name}{mentor_name}",
        programme_id="cross-administration",
        year="2012",
        mentee=mentee_name,
        mentor=mentor_name,
        mentee_organisation=mentee_organisation,
        mentor_organisation=mentor_organisation,
    )


def wish(a, b, rank=1):
    return Wish(
        id=f"W{a.id}{rank}",
        run_id=RUN,
        application_id=a.id,
        rank=rank,
        text=b.name,
        mentor_application_id=b.id,
    )


def settings(criteria=None, preset="cross-administration", **changes):
    """Return a preset's settings with other criteria (name → weight) and whatever else is changed."""
    found = load_preset(preset)
    if criteria:
        changes["criteria"] = tuple(Criterion(name=name, weight=weight) for name, weight in criteria.items())
    return ProgrammeSettings.model_validate({**dict(found), **changes})


def administration(seed=2014, per_town=(4, 4), towns=7):
    """Return the applications of a run as large as the district's: more people than places."""
    chance = random.Random(seed)
    names = load_preset("cross-administration").organisations.names[:towns]
    people = []
    for town in names:
        for role, most in zip(("mentee", "mentor"), per_town, strict=True):
            for number in range(chance.randint(2, most)):
                answers = {
                    "topics": chance.sample(TOPICS, chance.randint(1, 4)),
                    "pay_grade": chance.randint(9, 12) + (3 if role == "mentor" else 0),
                }
                if role == "mentor":
                    answers["places"] = chance.choice((1, 1, 2))
                people.append(person(role, f"{role.title()}{number} {town}", town, **answers))
    return people


@st.composite
def programmes(draw):
    """Draw small programmes: people, settings, decisions (locks may contradict) and earlier tandems."""
    towns = [*("Kamen", "Werne", "Lünen")[: draw(st.integers(1, 3))]]
    grades = st.one_of(st.none(), st.integers(9, 15))
    topics = st.lists(st.sampled_from(TOPICS), unique=True, max_size=3)
    people = {"mentee": [], "mentor": []}
    for role, found in people.items():
        for number in range(draw(st.integers(1, 5))):
            answers = {"topics": draw(topics), "pay_grade": draw(grades)}
            if role == "mentor":
                answers["places"] = draw(st.integers(1, 2))
            name = f"{role.title()}{number} Muster"
            found.append(person(role, name, draw(st.sampled_from(towns)), **answers))
    pair = st.tuples(st.sampled_from(people["mentee"]), st.sampled_from(people["mentor"]))
    pairs = draw(st.lists(pair, unique_by=lambda p: (p[0].id, p[1].id), max_size=4))
    decisions = [draw(st.sampled_from((lock, forbid)))(*p) for p in pairs]
    past = [earlier(a.name, b.name) for a, b in draw(st.lists(pair, max_size=2))]
    chosen = settings(
        pairing=draw(st.sampled_from(("different", "same", "any"))),
        quotas=Quotas(
            mentees=draw(st.one_of(st.none(), st.integers(1, 3))),
            mentors=draw(st.one_of(st.none(), st.integers(1, 3))),
        ),
        lowest_score=draw(st.sampled_from((0, 0, 300))),
    )
    return people["mentee"] + people["mentor"], chosen, decisions, past
