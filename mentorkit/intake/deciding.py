"""A person's decision on an application: to admit or to refuse it, with a reason; and what it rests on."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mentorkit.errors import RuleBroken
from mentorkit.intake.judge import codes
from mentorkit.language import later, say
from mentorkit.language.formats import date
from mentorkit.programme.records import Application, Overruling, Status, Verdict


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
    """Return an application with a decision on it.

    Raises
    ------
    RuleBroken
        If the application was withdrawn or decided on already, if it is in order or must be mended before
        it is admitted, or if a rule refuses it anyway.
    """
    if hindrance := _hindrance(application, decision.verdict):
        raise RuleBroken(say(hindrance, name=application.name))
    return application.with_(overruled=decision)


def can_be(verdict: Verdict, application: Application) -> bool:
    """Tell whether a person can admit, or refuse, an application as it is."""
    return not _hindrance(application, verdict)


def _hindrance(application: Application, verdict: Verdict) -> str:
    """Return why a person cannot decide so, a sentence to be translated; empty where she can."""
    if application.withdrawn:
        return later("{name}: the application was withdrawn; there is nothing to decide.")
    if application.overruled:
        return _DECIDED[application.overruled.verdict]
    return _HINDRANCES[verdict].get(application.status, "")


_DECIDED: dict[Verdict, str] = {
    "admitted": later("{name}: the application was admitted already."),
    "refused": later("{name}: the application was refused already."),
}
_HINDRANCES: dict[Verdict, dict[Status, str]] = {
    "admitted": {
        "error": later("{name}: this cannot be accepted as it is. Please correct it first."),
        "ok": later("{name}: the application is in order; there is nothing to decide."),
    },
    "refused": {
        "ineligible": later("{name}: a rule refuses this application already; there is nothing to decide."),
    },
}


def outlives(decision: Overruling, seen: Collection[str] | None, application: Application) -> bool:
    """Tell whether a decision covers an application as it is now.

    An admission covers no more than what was found when it was taken, a refusal no less: what it was taken
    on may have been mended since.

    Parameters
    ----------
    decision
        The decision.
    seen
        The codes of what was found when it was taken; None, where nobody noted them, is as if nothing was
        found: a refusal then covers everything, an admission only what is in order.
    application
        The application as it is now.
    """
    now = codes(application.findings)
    if decision.verdict == "admitted":
        return now <= frozenset(seen or ())
    return frozenset(seen or ()) <= now


def decisions(application: Application, names: Mapping[str, str]) -> list[str]:
    """Return who decided on an application, when and why, and who noted that it was withdrawn, in sentences.

    Parameters
    ----------
    application
        The application.
    names
        Users' names as people see them, by the names they log in with.
    """
    told = []
    if (decision := application.overruled) is not None:
        who, day = names.get(decision.by, decision.by), date(decision.at.astimezone().date())
        told.append(say(_TOLD[decision.verdict], who=who, day=day, reason=decision.reason))
    if (gone := application.withdrawn) is not None:
        who, day = names.get(gone.by, gone.by), date(gone.at.astimezone().date())
        told.append(say("Withdrawn; noted by {who} on {day}.", who=who, day=day))
        told.append(gone.reason)
    return [sentence for sentence in told if sentence]


_TOLD: dict[Verdict, str] = {
    "admitted": later("Admitted by {who} on {day}: {reason}"),
    "refused": later("Refused by {who} on {day}: {reason}"),
}
