"""A person's decision on an application: to admit or to refuse it, with a reason; and what it rests on."""

from __future__ import annotations

from collections.abc import Collection

from mentorkit.errors import RuleBroken
from mentorkit.intake.judge import codes
from mentorkit.language import say
from mentorkit.programme.records import Application, Overruling


def check_reason(reason: str) -> None:
    """Do nothing if there is a reason.

    Raises
    ------
    RuleBroken
        If not.
    """
    if not reason.strip():
        raise RuleBroken(say("Please give a reason."))


def decided(application: Application, decision: Overruling) -> Application:
    """Return an application with a decision on it; who is refused gives up a place in the selection.

    Raises
    ------
    RuleBroken
        If the application was withdrawn or decided on already, if it is in order or must be mended before
        it is admitted, or if a rule refuses it anyway.
    """
    check_undecided(application)
    if decision.verdict == "admitted":
        _check_admissible(application)
        return application.with_(overruled=decision)
    if application.refused:
        raise RuleBroken(
            say("{name}: a rule refuses this application already; there is nothing to decide.",
                name=application.name)
        )  # fmt: skip
    return application.with_(overruled=decision, place="out" if application.place else None)


def check_undecided(application: Application) -> None:
    """Do nothing if nobody has decided on an application, and it was not withdrawn.

    Raises
    ------
    RuleBroken
        If somebody has, or it was.
    """
    if application.withdrawn:
        raise RuleBroken(
            say("{name}: the application was withdrawn; there is nothing to decide.", name=application.name)
        )
    if application.admitted:
        raise RuleBroken(say("{name}: the application was admitted already.", name=application.name))
    if application.turned_down:
        raise RuleBroken(say("{name}: the application was refused already.", name=application.name))


def _check_admissible(application: Application) -> None:
    if application.status == "error":
        raise RuleBroken(
            say("{name}: this cannot be accepted as it is. Please correct it first.", name=application.name)
        )
    if application.status == "ok":
        raise RuleBroken(
            say("{name}: the application is in order; there is nothing to decide.", name=application.name)
        )


def outlives(decision: Overruling, seen: Collection[str] | None, application: Application) -> bool:
    """Tell whether a decision covers an application as it is now.

    An admission covers no more than what was found when it was taken, a refusal no less: what it was taken
    on may have been mended since.

    Parameters
    ----------
    decision
        The decision.
    seen
        The codes of what was found when it was taken; None where that does not matter.
    application
        The application as it is now.
    """
    now = codes(application.findings)
    if decision.verdict == "admitted":
        return now <= frozenset(seen or ())
    return frozenset(seen or ()) <= now
