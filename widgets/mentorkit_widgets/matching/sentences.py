"""What the app of the matching says: what a decision changed, what is proved, what an alternative costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mentorkit.language import say, say_n
from mentorkit.language.formats import date, listing, number
from mentorkit.matching.side_by_side import GOAL_NAMES
from mentorkit_widgets.matching.state import goal_of

if TYPE_CHECKING:
    import datetime as dt

    from mentorkit.matching.matching import Matching
    from mentorkit.programme.records import PairDecision
    from mentorkit_widgets.matching.state import State

#: How many people are named before the rest is only counted.
_NAMED = 6


def price_words(tandems: int, total: int) -> str:
    """Say what forcing a pair costs: tandems, then points of the total."""
    points = say_n("{n} point", "{n} points", abs(total))
    if tandems and total > 0:
        return say_n(
            "costs {n} tandem and {points}", "costs {n} tandems and {points}", tandems, points=points
        )
    if tandems and total < 0:
        return say_n(
            "costs {n} tandem, gains {points}", "costs {n} tandems, gains {points}", tandems, points=points
        )
    if tandems:
        return say_n("costs {n} tandem", "costs {n} tandems", tandems)
    return say("costs {points}", points=points) if total else say("equally good")


def what_changed(before: Matching | None, after: Matching | None) -> list[str]:
    """Say how the matching changed with a decision: how many tandems, and what became of the optimum."""
    if before is None or after is None or {before.status, after.status} != {"optimal"}:
        return []
    mentees = {mentee for mentee, _ in _pairs(before) ^ _pairs(after)}
    if not mentees:
        return [say("All tandems stay as they were.")]
    told = _whom_it_concerns(after, mentees)
    if before.scores.criteria != after.scores.criteria:
        return [told, say("Other weights hold now, so the points cannot be compared with those before.")]
    return [told, *_balance(before.objective, after.objective, fair=after.goal == "fair")]


def what_is_tried(standing: Matching, tried: Matching) -> list[str]:
    """Say how a matching under other weights differs from the one that stands, by the weights there."""
    if tried.status != "optimal" or standing.status != "optimal":
        return [tried.reason]
    mentees = {mentee for mentee, _ in _pairs(standing) ^ _pairs(tried)}
    if not mentees:
        return [say("With these weights all tandems stay as they are.")]
    measured = {**tried.objective, "total": _total_by(standing, tried)}
    told = [_whom_it_concerns(tried, mentees), *_balance(standing.objective, measured, fair=False)]
    return [*told, say("Points are counted by the weights of the proposal here.")]


def comparable_totals(standing: Matching, tried: Matching) -> str:
    """Say what the tandems of both are worth by the weights in force, since other totals compare nothing."""
    return say(
        "Only totals by the same weights can be compared: by those in force, the tandems shown here have"
        " {tried} points, those proposed otherwise {standing}.",
        tried=number(_total_by(standing, tried)),
        standing=number(_total_by(standing, standing)),
    )


def other_goal_sentence(state: State) -> str:
    """Say that one looks at another goal than all others; empty where it is the same."""
    theirs = goal_of(state.proposal)
    if state.solved is None or state.solved.goal == theirs:
        return ""
    return say(
        "You see the matching for the goal “{goal}”. The others see it for “{theirs}” until you approve it or"
        " make it the proposal, as a scenario.",
        goal=say(GOAL_NAMES[state.solved.goal]),
        theirs=say(GOAL_NAMES[theirs]),
    )


def _total_by(standing: Matching, tried: Matching) -> int:
    """Return what the tandems of a matching are worth by the weights of another."""
    return standing.problem.total(tried.solution.mate)


def _whom_it_concerns(matching: Matching, mentees: set[str]) -> str:
    """Name those for whom something changed, or count them where they are many."""
    if len(mentees) > _NAMED:
        return say_n(
            "For {n} {mentee:sg.acc} something has changed.",
            "For {n} {mentee:pl.acc} something has changed.",
            len(mentees),
        )
    names = [mentee.name for mentee in matching.pool.mentees if mentee.person_id in mentees]
    return say("Something has changed for {names}.", names=listing(names))


def _pairs(matching: Matching) -> set[tuple[str, str]]:
    people = matching.pool
    return {(people.mentees[i].person_id, people.mentors[j].person_id) for i, j in matching.indices}


def _balance(before: dict[str, int | None], after: dict[str, int | None], *, fair: bool) -> list[str]:
    found = []
    tandems, total = after["tandems"] or 0, after["total"] or 0
    if tandems != before["tandems"]:
        found.append(
            say_n(
                "There is now {n} tandem instead of {before}.",
                "There are now {n} tandems instead of {before}.",
                tandems,
                before=number(before["tandems"] or 0),
            )
        )
    if fair and after["worst"] != before["worst"]:
        worst, lowest = (number(figures["worst"] or 0) for figures in (after, before))
        found.append(say("The lowest score is now {worst} instead of {before}.", worst=worst, before=lowest))
    difference = total - (before["total"] or 0)
    if difference:
        found.append(
            say_n("The total falls by {n} point.", "The total falls by {n} points.", -difference)
            if difference < 0
            else say_n("The total rises by {n} point.", "The total rises by {n} points.", difference)
        )
    return found or [say("The result is as good as before.")]


def meanwhile(before: State, after: State) -> list[str]:
    """Say what somebody else did between two states: what was, and what is now."""
    if before.formed is None and after.formed is not None:
        return [
            say_n(
                "{n} tandem was approved; you see it here.",
                "{n} tandems were approved; you see them here.",
                len(after.formed),
            )
        ]
    if before.formed is not None:
        back = say("The approval was taken back.")
        return [back if after.formed is None else say("The approval was renewed.")]
    names = {(a.role, a.person_id): a.name for a in after.applications}
    pairs = [*before.decided, *(pair for pair in after.decided if pair not in before.decided)]
    decided = [
        say(
            "{name} with {partner}: before {before}, now {after}.",
            name=names.get(("mentee", mentee_id), mentee_id),
            partner=names.get(("mentor", mentor_id), mentor_id),
            before=decision_words(before.decided.get((mentee_id, mentor_id))),
            after=decision_words(after.decided.get((mentee_id, mentor_id))),
        )
        for mentee_id, mentor_id in pairs
        if before.decided.get((mentee_id, mentor_id)) != after.decided.get((mentee_id, mentor_id))
    ]
    return [*decided, *what_changed(before.solved, after.solved)]


def decision_words(decision: PairDecision | None) -> str:
    """Say how a pair is decided, with the reason where there is one."""
    if decision is None:
        return say("undecided")
    if decision.kind == "lock":
        return say("locked (“{reason}”)", reason=decision.reason) if decision.reason else say("locked")
    return say("ruled out (“{reason}”)", reason=decision.reason) if decision.reason else say("ruled out")


def scores_sentence(scores: Sequence[int]) -> str:
    """Say how good the tandems are."""
    if not scores:
        return ""
    if len(scores) == 1:
        return say("Its score is {score} of 1,000 points.", score=number(scores[0]))
    return say(
        "Their scores lie between {low} and {high} of 1,000 points, at {mean} on average and {total} in all.",
        low=number(min(scores)),
        high=number(max(scores)),
        mean=number(round(sum(scores) / len(scores))),
        total=number(sum(scores)),
    )


def left_sentence(count: int) -> str:
    """Say how many people have no tandem."""
    if not count:
        return say("Everybody has a tandem.")
    return say_n("{n} person is without a tandem.", "{n} people are without a tandem.", count)


def undecided_sentence(names: Sequence[str]) -> str:
    """Say how many applications nobody has decided on, and whose they are."""
    told = names if len(names) <= _NAMED else names[: _NAMED - 1]
    if len(told) < len(names):
        others = len(names) - len(told)
        told = [*told, say_n("{n} more", "{n} more", others)]
    return say_n(
        "{n} application takes no part, because nobody has decided on it yet: {names}.",
        "{n} applications take no part, because nobody has decided on them yet: {names}.",
        len(names),
        names=listing(told),
    )


def still_open_sentence(closing: dt.date) -> str:
    """Say until when people can apply, where something is to be decided before that."""
    return say("Applications can be sent until {day}.", day=date(closing))
