"""Invented people and programmes for the tests of the matching."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from mentorkit.privacy.records import User
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    PairDecision,
    Person,
    Programme,
    Run,
    Wish,
)
from mentorkit.programme.settings import Criterion, Limits, ProgrammeSettings, Quotas, load_preset
from mentorkit.store import Store

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
    if isinstance(criteria, tuple):
        changes["criteria"] = criteria
    elif criteria:
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
    limits = st.builds(Limits, mentees=st.integers(1, 4) | st.none(), mentors=st.integers(1, 4) | st.none())
    chosen = settings(
        pairing=draw(st.sampled_from(("different", "same", "any"))),
        quotas=Quotas(
            mentees=draw(st.one_of(st.none(), st.integers(1, 3))),
            mentors=draw(st.one_of(st.none(), st.integers(1, 3))),
            own=draw(st.dictionaries(st.sampled_from(towns), limits, max_size=1)),
        ),
        lowest_score=draw(st.sampled_from((0, 0, 300))),
    )
    return people["mentee"] + people["mentor"], chosen, decisions, past


def optimum_by_another_solver(pairs, people, quotas):
    """Solve the exported pairs anew with HiGHS: tandems first, then the total."""
    allowed = pairs[pairs.allowed == 1].reset_index(drop=True)
    by_id = {(a.role, a.person_id): a for a in people}
    mentors = [by_id["mentor", i] for i in allowed.mentor_id]
    mentees = [by_id["mentee", i] for i in allowed.mentee_id]
    persons = list(dict.fromkeys(a.person_id for a in mentors))
    k, y = len(allowed), {p: len(allowed) + n for n, p in enumerate(persons)}
    rows, upper = [], []

    def rule(entries, most):
        row = np.zeros(k + len(y))
        for column, value in entries:
            row[column] += value
        rows.append(row)
        upper.append(most)

    for mentee_id in dict.fromkeys(allowed.mentee_id):
        rule([(n, 1) for n in range(k) if allowed.mentee_id[n] == mentee_id], 1)
    for p in persons:
        own = [n for n in range(k) if allowed.mentor_id[n] == p]
        rule([*((n, 1) for n in own), (y[p], -by_id["mentor", p].places)], 0)
    for town in dict.fromkeys(a.organisation for a in people):
        rule([(n, 1) for n in range(k) if mentees[n].organisation == town], quotas.of("mentee", town))
        taking_part = [(y[p], 1) for p in persons if by_id["mentor", p].organisation == town]
        rule(taking_part, quotas.of("mentor", town))

    def best(gain, *more):
        constraints = [LinearConstraint(np.array(rows), -np.inf, upper), *more]
        options = {"mip_rel_gap": 0}
        found = milp(-gain, constraints=constraints, integrality=1, bounds=Bounds(0, 1), options=options)
        return round(-found.fun)

    count = np.concatenate([np.ones(k), np.zeros(len(y))])
    total = np.concatenate([allowed.score.to_numpy(), np.zeros(len(y))])
    tandems = best(count)
    return tandems, best(total, LinearConstraint(count[None, :], tandems, tandems))


def store_of(*run_ids):
    """Return a store with the administrations' programme, these runs, the people of the first, and Karla."""
    made, programme_id = Store.create(), run_ids[0].split("/")[0]
    preset = load_preset(programme_id)
    with made.write("lea", "test") as writer:
        writer.save(User(id="karla", display_name="Karla Kamen"))
        writer.save(Programme(id=programme_id, name=preset.name, preset=programme_id, settings=preset))
        for run_id in run_ids:
            writer.save(Run(id=run_id, programme_id=programme_id, name=run_id.split("/")[1]))
        for a in administration(per_town=(4, 3)):
            names = {"first_name": a.first_name, "last_name": a.last_name}
            writer.save(Person(id=a.person_id, programme_id=programme_id, **names))
            writer.save(a.with_(run_id=run_ids[0]))
    return made
