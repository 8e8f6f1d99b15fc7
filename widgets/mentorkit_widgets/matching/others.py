"""What colleagues do to a run while somebody looks at its matching: noticed at once, and put in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mentorkit.language import later, say, say_n

if TYPE_CHECKING:
    from mentorkit.matching.news import Change

#: So many decisions of one colleague are told one by one before they are only counted.
_NAMED = 3
_PAIRS = {
    "lock": later("{who} has locked {name} with {partner}."),
    "forbid": later("{who} has ruled out {name} with {partner}."),
    "undo": later("{who} has taken back the decision on {name} and {partner}."),
    "comment": later("{who} has commented on {name} and {partner}."),
    "uncomment": later("{who} has deleted a comment on {name} and {partner}."),
    "settle": later("{who} has written down what {name} and {partner} settle."),
    "unsettle": later("{who} has emptied what {name} and {partner} settle."),
    "make": later("{who} has made {name} and {partner} a tandem."),
    "take_back": later("{who} has taken back the tandem of {name} and {partner}."),
}
#: What is told beside what was decided on a pair; of the same the last counts.
_ABOUT = {
    "comment": "comment", "uncomment": "comment", "settle": "settlement", "unsettle": "settlement",
    "make": "tandem", "take_back": "tandem",
}  # fmt: skip
_DEEDS = {
    "approve": later("{who} has approved the tandems; you see them here."),
    "withdraw": later("{who} has taken back the approval."),
    "fix": later("{who} has fixed the selection."),
    "release": later("{who} has reopened the selection."),
    "selection": later("{who} has changed who holds a place."),
    "wish": later("{who} has changed wishes."),
    "prospect": later("{who} has changed whom to win as {mentor:pl.acc}."),
    "tandem": later("{who} has changed approved tandems."),
    "settings": later("{who} has changed the settings of the programme."),
    "scenario": later("{who} has changed the scenarios."),
    "earlier": later("{who} has changed what is known of earlier runs."),
    "confidence": later("{who} has changed what was said in confidence."),
}
#: What deeds leave in the trail beside themselves.
_FOLLOWS = {
    "approve": {"tandem"}, "withdraw": {"tandem"}, "fix": {"selection"}, "release": {"selection"},
    "application": {"selection", "wish", "prospect"},
}  # fmt: skip


def what_others_did(changes: Iterable[Change], names: Mapping[tuple[str, str], str]) -> list[str]:
    """Say who did what, one sentence for each thing.

    Parameters
    ----------
    changes
        What is new; of oneself only that something is. Of several decisions on one pair the last counts.
    names
        Names of people by role and id.
    """
    told: list[str] = []
    by: dict[str, list[Change]] = {}
    for change in changes:
        by.setdefault(change.by, []).append(change)
    for who, deeds in by.items():
        if not who:
            told.append(say("What you changed on another page is shown here now."))
            continue
        told += _decided(who, deeds, names)
        kinds = {change.kind: None for change in deeds}
        hidden = set().union(*(_FOLLOWS.get(kind, ()) for kind in kinds))
        told += [say(_DEEDS[kind], who=who) for kind in kinds if kind in _DEEDS and kind not in hidden]
        told += [_proposed(change) for change in deeds if change.kind == "propose"][-1:]
        if count := len({change.subject for change in deeds if change.kind == "application"}):
            told.append(
                say_n("{who} has changed {n} application.", "{who} has changed {n} applications.", count,
                      who=who)
            )  # fmt: skip
    return told


def _proposed(change: Change) -> str:
    if not change.reason:
        return say("{who} has put the programme's own weights back in force.", who=change.by)
    return say("{who} has made the scenario “{name}” the proposal.", who=change.by, name=change.reason)


def _decided(who: str, deeds: list[Change], names: Mapping[tuple[str, str], str]) -> list[str]:
    last = {(change.pair, _ABOUT.get(change.kind, "")): change for change in deeds if change.pair}
    if len(last) > _NAMED:
        pairs = len({pair for pair, _ in last})
        return [say_n("{who} has decided on {n} pair.", "{who} has decided on {n} pairs.", pairs, who=who)]
    found = []
    for change in last.values():
        mentee_id, mentor_id = change.pair or ("", "")
        told = say(
            _PAIRS[change.kind],
            who=who,
            name=names.get(("mentee", mentee_id), mentee_id),
            partner=names.get(("mentor", mentor_id), mentor_id),
        )
        found.append(" ".join([told, *_because(change)]))
    return found


def _because(change: Change) -> list[str]:
    if not change.reason:
        return []
    if change.kind == "comment":
        return [say("Comment: “{text}”", text=change.reason)]
    return [say("Reason: “{reason}”.", reason=change.reason)]
