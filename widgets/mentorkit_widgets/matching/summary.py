"""What stands on top of the app of the matching: how the run stands, what comes next, what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from mentorkit.language import say, say_n
from mentorkit.language.formats import date
from mentorkit.matching import link_words, proof_words
from mentorkit_widgets.base import markup, paragraph
from mentorkit_widgets.matching import sentences
from mentorkit_widgets.page import address

if TYPE_CHECKING:
    import datetime as dt

    from mentorkit.matching.matching import Matching
    from mentorkit_widgets.matching.model import MatchingModel
    from mentorkit_widgets.matching.state import State


def question_words(
    deed: str, state: State, open_until: dt.date | None = None, confided: str = ""
) -> tuple[str, str, str]:
    """Return title, text and the yes of a question about all.

    Parameters
    ----------
    open_until
        A closing date to come.
    confided
        What is still to be looked at in confidence, as a sentence; empty for who may not know.
    """
    still_open = [sentences.still_open_sentence(open_until)] if open_until else []
    if deed == "approve":
        count = len(state.solved.indices) if state.solved is not None else 0
        if still_open:
            still_open.append(say("Who applies from now on cannot take part any more."))
        told = say(
            "The tandems are formed as shown. You can take the approval back as long as none has begun."
        )
        return (
            say_n("Approve {n} tandem?", "Approve {n} tandems?", count),
            " ".join(filter(None, [*still_open, confided, *_resting(state), told])),
            say("Yes, form the tandems"),
        )
    if deed == "withdraw":
        return (
            say("Take the approval back?"),
            say("The tandems are dissolved, and you can decide on pairs again. Your decisions stay."),
            say("Yes, take it back"),
        )
    if deed == "fix":
        told = say("Who holds a place now keeps it; who waits or applies later cannot be in a tandem then.")
        names = [application.name for application in state.undecided]
        undecided = [sentences.undecided_sentence(names)] if names else []
        return (
            say("Fix the selection?"),
            " ".join([*undecided, *still_open, told]),
            say("Yes, fix the selection"),
        )
    return (
        say("Reopen the selection?"),
        say("Then the matching chooses within the quotas again, from all applications that take part."),
        say("Yes, reopen the selection"),
    )


def _resting(state: State) -> list[str]:
    """Say which scenario is being approved, if it is one, and that it is for another goal, if it is."""
    found = [sentences.other_goal_sentence(state)]
    if state.proposal is not None:
        found.append(say("The proposal rests on the scenario “{name}”.", name=state.proposal.name))
    return found


def summary(model: MatchingModel) -> Markup:
    """Say how the run stands and what comes next."""
    state, run_id = model.state, model.run.id
    if state.formed is not None:
        return _approved(state, run_id, len(state.left))
    if state.matching is None:
        return markup(
            '<div class="mk-empty"><p>{text}</p><p><a class="mk-primary" href="{href}">{link}</a></p></div>',
            text=say("Matching begins when applications are taken in and cleared up."),
            href=address("intake", run_id),
            link=say("Go to the intake"),
        )
    solved = state.solved
    if solved is None:
        return paragraph(say("The locked tandems contradict the rules. Please take one back."))
    scores = [int(solved.scores.total[pair]) for pair in solved.indices]
    heading = say_n("{n} tandem is proposed", "{n} tandems are proposed", len(scores))
    told = markup("<h2>{heading}</h2>", heading=heading) + _figures(scores, len(state.left), run_id)
    if taken_off := link_words.taken_off_sentence(solved):
        told += paragraph(taken_off)
    standing = state.standing
    if model.tried is None or standing is None or standing.status != "optimal":
        return told
    return told + paragraph(sentences.comparable_totals(standing, solved))


def _approved(state: State, run_id: str, left: int) -> Markup:
    formed = state.formed or ()
    day = date(state.approved_on) if state.approved_on else ""
    off = state.matching and link_words.taken_off_formed_sentence(state.matching, [f.record for f in formed])
    return markup(
        '<h2>{heading}</h2>{figures}{off}<p>{day} <span class="mk-no-print">{next}</span></p>',
        heading=say_n("{n} tandem is approved", "{n} tandems are approved", len(formed)),
        figures=_figures([two.record.score for two in formed], left, run_id),
        off=paragraph(off) if off else "",
        day=say("{who} approved them on {day}.", who=state.approved_by, day=day),
        next=say("Next, look at the network, or have reports made."),
    )


def ways_on(run_id: str) -> Markup:
    """Return where one goes once tandems are approved."""
    return markup(
        '<div class="mk-actions"><a class="mk-primary" href="{network}">{see}</a>'
        '<a class="mk-plain-button" href="{reports}">{report}</a></div>',
        network=address("network", run_id),
        see=say("See them as a network"),
        reports=address("reports", run_id),
        report=say("Make a report"),
    )


def _figures(scores: list[int], left: int, run_id: str) -> Markup:
    """Say how good the tandems are and how many people have none; the number leads to them."""
    without: str = (
        sentences.left_sentence(left)
        if not left
        else markup(
            '<a href="{href}">{text}</a>',
            href=address("matching", run_id, show="left"),
            text=sentences.left_sentence(left),
        )
    )
    return markup("<p>{scores} {left}</p>", scores=sentences.scores_sentence(scores), left=without)


def undecided(model: MatchingModel) -> Markup:
    """Say whose applications nobody has decided on, with the way to them."""
    names = [a.name for a in model.state.undecided]
    if not names:
        return Markup()
    return markup(
        '<p class="mk-blocker">{text} <a href="{href}">{link}</a></p>',
        text=sentences.undecided_sentence(names),
        href=address("intake", model.run.id, show="open"),
        link=say("Decide in the intake"),
    )


def proof(matching: Matching) -> Markup:
    """Say what is proved; how, is unfolded."""
    details = [paragraph(sentence) for sentence in proof_words.proof_details(matching)]
    return markup(
        '<details class="mk-proof"><summary>{sentence}</summary>{details}</details>',
        sentence=proof_words.proof_sentence(matching), details=Markup().join(details),
    )  # fmt: skip
