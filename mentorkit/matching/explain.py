"""Explanations in plain sentences, in the language in force."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mentorkit.language import later, say, say_n
from mentorkit.language.formats import number
from mentorkit.matching.criteria import measure
from mentorkit.matching.link_words import shared_link_sentence
from mentorkit.matching.made import Made
from mentorkit.matching.pool import Bools, plain
from mentorkit.matching.prices import cheapest_other
from mentorkit.matching.why_not import WhyNot
from mentorkit.programme.records import Application, Role

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching
    from mentorkit.matching.problem import Limit
    from mentorkit.programme.settings import Criterion

Code = Literal["not_selected", "no_allowed_partner", "quota", "capacity", "not_in_optimum"]

_MENTEE: dict[Code, str] = {
    "not_selected": later("{name} holds no place in the fixed selection."),
    "no_allowed_partner": later("The rules allow {name} no {mentor:sg.nom} who takes part."),
    "quota": later("The quota of {organisation} for {mentee:pl.acc} is used up by others."),
    "capacity": later("All places of the {mentor:pl.nom} whom {name} could have are taken by others."),
    "not_in_optimum": later(
        "The {mentor:pl.nom} still free whom {name} could have belong to organisations with a used-up quota."
    ),
}
_MENTOR: dict[Code, str] = {
    "not_selected": later("{name} holds no place in the fixed selection."),
    "no_allowed_partner": later("The rules allow {name} no {mentee:sg.nom} who takes part."),
    "quota": later("The quota of {organisation} for {mentor:pl.acc} is used up by others."),
    "capacity": later("All {mentee:pl.nom} whom {name} could have are in tandems with others."),
    "not_in_optimum": later(
        "The {mentee:pl.nom} still free whom {name} could have belong to organisations with a used-up quota."
    ),
}
_LIMITED: dict[Role, str] = {
    "mentee": later(
        "There are {mentor:pl.nom} still free whom {name} could have, but a limit of the programme holds:"
        " {limits}."
    ),
    "mentor": later(
        "There are {mentee:pl.nom} still free whom {name} could have, but a limit of the programme holds:"
        " {limits}."
    ),
}


def left_over(matching: Matching) -> Iterator[tuple[Application, int, Code]]:
    """Give those without a tandem as (who, row or column, code): mentees first, each in reading order."""
    from mentorkit.matching.matching import reading_order

    if matching.status != "optimal":
        return
    taken = {"mentee": {i for i, _ in matching.indices}, "mentor": {j for _, j in matching.indices}}
    roles: tuple[Role, ...] = ("mentee", "mentor")
    for role in roles:
        people = matching.pool.people(role)
        for k in sorted(range(len(people)), key=lambda k: reading_order(people[k])):
            if k not in taken[role]:
                yield people[k], k, unmatched_code(matching, role, k)


def unmatched_code(matching: Matching, role: Role, k: int) -> Code:
    """Return why a person is in no tandem; the first that is true of these.

    ``not_selected``
        The selection is fixed and she holds no place in it.
    ``no_allowed_partner``
        No rule-abiding pair exists with anybody who takes part.
    ``quota``
        As many people of her organisation and role as its quota allows are in tandems.
    ``capacity``
        Everybody she could be paired with is taken: each of her mentors has a tandem on every place, each of
        her mentees is in a tandem.
    ``not_in_optimum``
        Somebody she could be paired with is free, but adding that pair would break the quota of the other's
        organisation or a limit over all tandems, which the sentence names then; bringing her in means giving
        up a tandem of the optimum, or is not possible at all.
    """
    person = matching.pool.people(role)[k]
    if matching.rules.fixed and person.place != "selected":
        return "not_selected"
    allowed = matching.rules.allowed[k] if role == "mentee" else matching.rules.allowed[:, k]
    places = matching.problem.places
    if not (allowed & (places > 0) if role == "mentee" else allowed & (places[k] > 0)).any():
        return "no_allowed_partner"
    if _quota_used_up(matching, role, person):
        return "quota"
    return "not_in_optimum" if _free_partners(matching, role, k).any() else "capacity"


def _free_partners(matching: Matching, role: Role, k: int) -> Bools:
    """Return whom of the other role a person could be paired with, who is free."""
    mate, places, allowed = matching.solution.mate, matching.problem.places, matching.rules.allowed
    load = np.bincount(mate[mate >= 0], minlength=len(places))
    return allowed[k] & (load < places) if role == "mentee" else allowed[:, k] & (mate < 0)


def _quota_used_up(matching: Matching, role: Role, person: Application) -> bool:
    quota = matching.rules.settings.quotas.of(role, person.organisation)
    key = plain(person.organisation or "")
    if quota is None or not key:
        return False
    people = matching.pool.people(role)
    side = 0 if role == "mentee" else 1
    placed = {pair[side] for pair in matching.indices}
    return sum(plain(people[k].organisation or "") == key for k in placed) >= quota


def unmatched_sentence(matching: Matching, role: Role, k: int, code: Code) -> str:
    """Say why a person is in no tandem."""
    person = matching.pool.people(role)[k]
    sentences = _MENTEE if role == "mentee" else _MENTOR
    if code == "not_in_optimum" and (limits := _limits_that_hold(matching, role, k)):
        return say(_LIMITED[role], name=person.name, limits="; ".join(limits))
    return say(sentences[code], name=person.name, organisation=person.organisation)


def _limits_that_hold(matching: Matching, role: Role, k: int) -> list[str]:
    """Say which limits over all tandems keep a person from everybody who is free and no quota keeps away."""
    if not (limits := matching.rules.settings.limits):
        return []
    others: Role = "mentor" if role == "mentee" else "mentee"
    people = matching.pool.people(others)
    taking_part = {j for _, j in matching.indices} if others == "mentor" else set()
    used_up: dict[str | None, bool] = {}
    pairs = []
    for other in np.flatnonzero(_free_partners(matching, role, k)).tolist():
        home = people[other].organisation
        if home not in used_up:
            used_up[home] = _quota_used_up(matching, others, people[other])
        if other in taking_part or not used_up[home]:
            pairs.append((k, other) if role == "mentee" else (other, k))
    # limits of a matching that keeps present tandems stand behind those of the programme
    return [
        limit.sentence
        for limit, held in zip(limits, matching.problem.limits, strict=False)
        if _most_added(held, pairs) > held.most - _total(held, matching.indices)
    ]


def _most_added(limit: Limit, pairs: list[tuple[int, int]]) -> int:
    return max((int(limit.weights[pair]) for pair in pairs), default=0)


def _total(limit: Limit, pairs: list[tuple[int, int]]) -> int:
    return sum(int(limit.weights[pair]) for pair in pairs)


def person_sentences(matching: Matching, role: Role, k: int) -> list[str]:
    """Say all that concerns a mentee (row) or a mentor (column)."""
    if matching.status != "optimal":
        return [say("There is no matching under these locks."), matching.reason]
    side = 0 if role == "mentee" else 1
    tandems = [pair for pair in matching.indices if pair[side] == k]
    if not tandems:
        return _left_over_sentences(matching, role, k)
    found = []
    for i, j in tandems:
        found += [_headline(matching, i, j), *pair_sentences(matching, i, j)]
        if role == "mentee":
            found.append(_alternative_sentence(matching, i, j))
    return found


def _headline(matching: Matching, i: int, j: int) -> str:
    return say(
        "{name} and {partner} are a tandem with a score of {score} out of 1,000.",
        name=_with_organisation(matching.pool.mentees[i]),
        partner=_with_organisation(matching.pool.mentors[j]),
        score=number(int(matching.scores.total[i, j])),
    )


def _with_organisation(person: Application) -> str:
    return f"{person.name} ({person.organisation})" if person.organisation else person.name


def pair_sentences(matching: Matching, i: int, j: int) -> list[str]:
    """Say what the score of a pair rests on, one sentence per criterion, and whether it is locked.

    Of a tandem also that others share its new link, where that costs something.
    """
    found = [_criterion_sentence(matching, used, i, j) for used in matching.scores.criteria]
    found += filter(None, [shared_link_sentence(matching, i, j)])
    if (i, j) not in matching.rules.locked:
        return found
    ids = matching.pool.mentees[i].person_id, matching.pool.mentors[j].person_id
    decision = next(d for d in matching.rules.decisions if (d.mentee_id, d.mentor_id) == ids)
    if isinstance(decision, Made):
        return [say("This tandem is made already."), *found]
    if decision.reason:
        return [say("A {coordinator:sg.nom} locked this tandem: {reason}", reason=decision.reason), *found]
    return [say("A {coordinator:sg.nom} locked this tandem."), *found]


def because_of(matching: Matching, used: Criterion, i: int, j: int) -> str:
    """Say what the points of a criterion rest on for a pair; empty where the criterion does not tell."""
    known = measure(used.name)
    if matching.scores.unknown[used.name].at(i, j):
        return say("The middle counts: {why}.", why=say(known.unknown))
    return known.because(matching.pool, i, j, **used.options) if known.because else ""


def reason_for(matching: Matching, name: str, options: dict[str, Any], i: int, j: int) -> str:
    """Say what of a criterion speaks for a pair; empty where that is unknown, or falls short of a wish."""
    known = measure(name)
    if known.because is None or matching.scores.unknown[name].at(i, j):
        return ""
    if known.speaks is not None and not known.speaks(matching.pool, i, j, **options):
        return ""
    return known.because(matching.pool, i, j, **options)


def _criterion_sentence(matching: Matching, used: Criterion, i: int, j: int) -> str:
    known = measure(used.name)
    values = {
        "criterion": known.label,
        "points": number(int(matching.scores.points[used.name].at(i, j))),
        "weight": number(used.weight),
    }
    if matching.scores.unknown[used.name].at(i, j):
        why = say(known.unknown)
        return say("{criterion}: {points} of {weight} points, the middle: {why}.", why=why, **values)
    if known.because is None:
        return say("{criterion}: {points} of {weight} points.", **values)
    because = known.because(matching.pool, i, j, **used.options)
    return say("{criterion}: {points} of {weight} points. {because}", because=because, **values)


def _alternative_sentence(matching: Matching, i: int, j: int) -> str:
    """Say what the cheapest other mentor of a mentee would cost."""
    name = matching.pool.mentees[i].name
    if (found := _cheapest_other(matching, i, j)) is None:
        return say("No other {mentor:sg.nom} is possible for {name} under the rules and locks.", name=name)
    price, pair = found[0], (i, found[1])
    return say(
        "The best alternative is {partner}, with a score of {score}. {cost}",
        partner=_with_organisation(matching.pool.mentors[pair[1]]),
        score=number(int(matching.scores.total[pair])),
        cost=price_sentence(*price, goal=matching.goal),
    )


def _cheapest_other(matching: Matching, i: int, j: int) -> tuple[tuple[int, int], int] | None:
    """Return the lowest price of another mentor than one, and who that is."""
    if matching.problem.mixed:
        return cheapest_other(matching.problem, matching.best_total, i, j)
    others = [(i, other) for other in np.flatnonzero(matching.rules.allowed[i]).tolist() if other != j]
    priced = [
        (price, -int(matching.scores.total[pair]), pair[1])
        for pair, price in zip(others, matching.prices_of(others), strict=True)
        if price is not None
    ]
    price, _, other = min(priced, default=(None, 0, -1))
    return None if price is None else (price, other)


def _left_over_sentences(matching: Matching, role: Role, k: int) -> list[str]:
    code = unmatched_code(matching, role, k)
    found = [unmatched_sentence(matching, role, k, code)]
    allowed = matching.rules.allowed[k] if role == "mentee" else matching.rules.allowed[:, k]
    if role == "mentee" and code != "not_selected":
        found += _what_would_help(matching, k)
    partners = np.flatnonzero(allowed).tolist()
    if not partners:
        return found
    pairs = [(k, other) if role == "mentee" else (other, k) for other in partners]
    best = max(pairs, key=lambda pair: int(matching.scores.total[pair]))
    price = matching.prices_of([best])[0]
    if price is not None:
        partner = matching.pool.mentors[best[1]] if role == "mentee" else matching.pool.mentees[best[0]]
        found.append(
            say(
                "The best partner would be {partner}, with a score of {score}. {cost}",
                partner=_with_organisation(partner),
                score=number(int(matching.scores.total[best])),
                cost=price_sentence(*price, goal=matching.goal),
            )
        )
    return found


def _what_would_help(matching: Matching, mentee: int) -> list[str]:
    """Say which rules together keep a mentee out, and which single changes would bring her in."""
    name = matching.pool.mentees[mentee].name
    why = WhyNot(matching, mentee)
    rules = say("What keeps {name} out, as long as all others keep a tandem:", name=name)
    if not (repairs := why.repairs):
        return [" ".join((rules, *why.rules)), say("No single change would help.")]
    helps = say("What would help:")
    if matching.goal != "total":
        helps = say("What would help, measured against the matching with the highest total:")
    return [" ".join((rules, *why.rules)), " ".join((helps, *(repair.sentence for repair in repairs)))]


def price_sentence(tandems: int, total: int, *, goal: str = "total") -> str:
    """Say what forcing a pair costs, measured against the matching with the highest total."""
    if goal != "total":
        against = say("Measured against the matching with the highest total:")
        return f"{against} {price_sentence(tandems, total)}"
    if tandems:
        return say_n("This would cost {n} tandem.", "This would cost {n} tandems.", tandems)
    if total:
        points = number(total)
        return say_n(
            "This would cost {n} point in all.", "This would cost {n} points in all.", total, n=points
        )
    return say("This would cost nothing: the result would be equally good.")
