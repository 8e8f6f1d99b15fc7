"""How a matching was made, in sentences for its protocol: rules, goal, where weights come from, proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mentorkit.language import formats, say
from mentorkit.setup.words import PAIRINGS

if TYPE_CHECKING:
    from mentorkit.programme.settings import ProgrammeSettings


def rule_sentences(settings: ProgrammeSettings) -> list[str]:
    """Say which pairs could be tandems at all, and what all tandems together had to keep.

    Parameters
    ----------
    settings
        Those that the matching was made under.
    """
    told = [say("The two of a tandem come {pairing}.", pairing=say(PAIRINGS[settings.pairing]))]
    if settings.quotas.mentees is not None:
        told.append(say("At most {n} {mentee:pl.nom} of each organisation.", n=settings.quotas.mentees))
    if settings.quotas.mentors is not None:
        told.append(say("At most {n} {mentor:pl.nom} of each organisation.", n=settings.quotas.mentors))
    if settings.quotas.own:
        names = formats.listing(settings.quotas.own)
        told.append(say("Another number holds for {organisations}.", organisations=names))
    told += [f"{limit.sentence}." for limit in settings.limits]
    told += [f"{distance.sentence}." for distance in settings.distances]
    told.append(say("Who was a tandem in an earlier run is none again."))
    if settings.lowest_score:
        told.append(say("A tandem has at least {n} points.", n=formats.number(settings.lowest_score)))
    # always: a report in which it stood only sometimes would tell that somebody was named in confidence
    told.append(say("Besides, single tandems may be ruled out."))
    return told


def goal_sentence(goal: str) -> str:
    """Say what a goal puts first."""
    if goal == "fair":
        return say(
            "First as many tandems as possible are formed, then those whose weakest tandem is as good as "
            "possible, then those with the highest total score."
        )
    if goal == "wishes":
        return say(
            "First as many tandems as possible are formed, then those that fulfil most wishes, better ranks "
            "counting more, then those with the highest total score."
        )
    return say("First as many tandems as possible are formed, then those with the highest total score.")


def origin_sentence(name: str, comment: str) -> str:
    """Say of which scenario the weights are; those of the programme without a name."""
    if not name:
        return say("The weights are those of the programme.")
    told = say("The weights are those of the scenario “{name}”.", name=name)
    return f"{told} {comment}" if comment else told


def proof_sentence(*, approved: bool) -> str:
    """Say that nothing better exists."""
    if approved:
        return say("At the approval it was proved that no other choice under these rules did better.")
    return say("It is proved that no other choice under these rules does better.")
