"""The rows of the tables of the matching."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mentorkit.language import say
from mentorkit.language.formats import date, number
from mentorkit.programme.records import Application, PairDecision, Role
from mentorkit_widgets.components.table import Cell, action, bar, cell, chip, column

if TYPE_CHECKING:
    from mentorkit.matching.deciders import Decider
    from mentorkit.matching.matching import Matching
    from mentorkit.matching.selection import Selection
    from mentorkit.matching.service import FormedTandem

Row = dict[str, Any]
#: What is said of a pair, by the ids of mentee and mentor.
Remarks = Mapping[tuple[str, str], str]
MOST = 1000


@dataclass(frozen=True)
class Left:
    """Somebody without a tandem: who, and why."""

    application: Application
    reason: str

    @property
    def key(self) -> str:
        """How the tables name this person."""
        return key_of(self.application.role, self.application.person_id)


# tandems --------------------------------------------------------------------------------------------


def tandem_columns(*, brief: bool, decided: bool) -> list[Cell]:
    """Return the columns of the tandems.

    Parameters
    ----------
    brief
        Whether the details of one of them stand beside the table.
    decided
        Whether there are decisions on pairs, so that the tandems differ in their state.
    """
    people = [column("mentee", say("{mentee:sg.nom}")), column("mentor", say("{mentor:sg.nom}"))]
    if brief:
        return [*people, column("score", say("Score"), "number")]
    because = column("because", say("Because"), sortable=False)
    state = [column("state", say("State"), "chip")] if decided else []
    return [*people, column("score", say("Score"), "bar"), because, *state]


def tandem_rows(matching: Matching, remarks: Remarks, *, may_decide: bool, brief: bool = False) -> list[Row]:
    """Return one row per tandem of a matching, named by the mentee, see :func:`key_of`.

    Brief rows have no actions: the details beside them have.
    """
    reasons = {(d.mentee_id, d.mentor_id): d.reason for d in matching.decisions}
    found = [
        _tandem_row(matching, i, j, reasons, remarks, may_decide=may_decide and not brief)
        for i, j in matching.indices
    ]
    for row, pair in zip(found, matching.indices, strict=True):
        if brief and pair in matching.rules.locked:  # the column that says so is not shown
            stands = say("made") if matching.is_made(*pair) else say("locked")
            row["mentor"]["note"] = " · ".join(filter(None, (row["mentor"]["note"], stands)))
    return found


def _tandem_row(  # noqa: PLR0913 - what is told of a pair
    matching: Matching, i: int, j: int, reasons: Remarks, remarks: Remarks, *, may_decide: bool
) -> Row:
    mentee, mentor = matching.pool.mentees[i], matching.pool.mentors[j]
    remark = remarks.get((mentee.person_id, mentor.person_id), "")
    locked = (i, j) in matching.rules.locked
    made = matching.is_made(i, j)
    state = (
        chip(say("made"), "check", "good")
        if made
        else chip(say("locked"), "lock", "accent", note=reasons.get((mentee.person_id, mentor.person_id), ""))
        if locked
        else chip(say("proposed"), "info")
    )
    return {
        "id": key_of("mentee", mentee.person_id),
        "mentee": person_cell(mentee),
        "mentor": person_cell(mentor),
        "score": score_cell(int(matching.scores.total[i, j])),
        "because": _noted(_strongest_reason(matching, i, j), remark),
        "state": state,
        "actions": pair_actions(mentee, mentor, "lock" if locked else None)
        if may_decide and not made
        else [],
    }


def formed_rows(
    formed: Sequence[FormedTandem],
    matching: Matching | None,
    decided: Mapping[tuple[str, str], PairDecision],
    remarks: Remarks,
) -> list[Row]:
    """Return one row per approved tandem; its reason as far as the data still give it."""
    return [_formed_row(two, matching, decided, remarks) for two in formed]


def _formed_row(
    two: FormedTandem,
    matching: Matching | None,
    decided: Mapping[tuple[str, str], PairDecision],
    remarks: Remarks,
) -> Row:
    place, pair = still_so(matching, two), (two.record.mentee_id, two.record.mentor_id)
    because = _strongest_reason(matching, *place) if matching is not None and place else ""
    decision = decided.get(pair)
    note = "" if decision is None else say("locked") if not decision.reason else decision.reason
    state = (
        chip(say("approved"), "check", "good")
        if decision is None
        else chip(say("approved"), "lock", "good", note=note)
    )
    return {
        "id": key_of("mentee", two.record.mentee_id),
        "mentee": cell(two.mentee, note=two.mentee_organisation or ""),
        "mentor": cell(two.mentor, note=two.mentor_organisation or ""),
        "score": score_cell(two.record.score),
        "because": _noted(because, remarks.get(pair, "")),
        "state": state,
    }


def _noted(text: str, note: str) -> Cell | str:
    return cell(text, note=note) if note else text


def still_so(matching: Matching | None, two: FormedTandem) -> tuple[int, int] | None:
    """Return row and column of an approved tandem if the data still give the points of its approval."""
    if matching is None:
        return None
    i = matching.pool.index.get(("mentee", two.record.mentee_id))
    j = matching.pool.index.get(("mentor", two.record.mentor_id))
    if i is None or j is None or matching.scores.contributions(i, j) != two.record.contributions:
        return None
    return i, j


def person_cell(application: Application) -> Cell:
    """Return a person's name with her organisation below, sorted by the last name."""
    sort = f"{application.last_name} {application.first_name}"
    return cell(application.name, sort, note=application.organisation or "")


def with_organisation(application: Application) -> str:
    """Return a person's name with her organisation behind it, in one line."""
    return (
        f"{application.name} ({application.organisation})" if application.organisation else application.name
    )


def score_cell(score: int) -> Cell:
    """Return a score as a bar."""
    return bar(number(score), score, MOST)


def _strongest_reason(matching: Matching, i: int, j: int) -> str:
    """Say what the criterion with most points rests on."""
    reasons = [
        (int(matching.scores.points[used.name].at(i, j)), reason)
        for used in matching.scores.criteria
        if (reason := because_of(matching, used.name, used.options, i, j))
    ]
    return max(reasons, key=lambda pair: pair[0])[1] if reasons else ""


def because_of(matching: Matching, name: str, options: dict[str, Any], i: int, j: int) -> str:
    """Say what of a criterion speaks for a pair; empty where that is not known, or nothing does."""
    from mentorkit.matching.explain import reason_for

    return reason_for(matching, name, options, i, j)


def pair_actions(
    mentee: Application, mentor: Application, decided: str | None, *, stuck: str = ""
) -> list[Cell]:
    """Return the buttons of a pair: lock and forbid, or what takes the decision back."""
    names = {"name": mentee.name, "partner": mentor.name}
    lock = action(
        "lock",
        say("Lock"),
        say("Lock the tandem of {name} and {partner}", **names),
        icon="lock",
        disabled=stuck,
    )
    forbid = action(
        "forbid", say("Rule out"), say("Rule out the tandem of {name} and {partner}", **names), icon="forbid"
    )
    if decided == "lock":
        return [
            action(
                "undo",
                say("Unlock"),
                say("Unlock the tandem of {name} and {partner}", **names),
                icon="unlock",
            )
        ]
    if decided == "forbid":
        return [
            action(
                "undo",
                say("Allow again"),
                say("Allow the tandem of {name} and {partner} again", **names),
                icon="undo",
            )
        ]
    return [lock, forbid]


# those left over ------------------------------------------------------------------------------------


def left_columns(*, brief: bool, places: bool) -> list[Cell]:
    """Return the columns of those without a tandem.

    Parameters
    ----------
    brief
        Whether the details of one of them stand beside the table.
    places
        Whether there is a selection to tell of.
    """
    found = [column("person", say("Name")), column("role", say("Role"), "chip")]
    if places:
        found.append(column("place", say("Selection"), "chip"))
    return found if brief else [*found, column("reason", say("Why"), sortable=False)]


def left_over(matching: Matching) -> list[Left]:
    """Return who is without a tandem in a matching."""
    people = {(a.role, a.person_id): a for a in (*matching.pool.mentees, *matching.pool.mentors)}
    unmatched = matching.unmatched.to_dict("records")
    return [Left(people[one["role"], one["person_id"]], one["reason"]) for one in unmatched]


def left_after_approval(
    applications: Iterable[Application], formed: Sequence[FormedTandem], matching: Matching | None
) -> list[Left]:
    """Return who takes part and is in no approved tandem; the reason as far as the data still give it."""
    pairs = {(two.record.mentee_id, two.record.mentor_id) for two in formed}
    placed = {("mentee", mentee) for mentee, _ in pairs} | {("mentor", mentor) for _, mentor in pairs}
    reasons: dict[tuple[str, str], str] = {}
    if matching is not None and pairs == set(
        zip(matching.tandems["mentee_id"], matching.tandems["mentor_id"], strict=True)
    ):
        reasons = {
            (one.application.role, one.application.person_id): one.reason for one in left_over(matching)
        }
    unknown = say("The data have changed since the approval; the reason cannot be told any more.")
    left = {(a.role, a.person_id): a for a in applications if a.takes_part}
    return [Left(a, reasons.get(key, unknown)) for key, a in left.items() if key not in placed]


def left_rows(left: Iterable[Left], selection: Selection | None) -> list[Row]:
    """Return one row per person without a tandem, with her place in the selection where there is one."""
    waiting = {} if selection is None else {(p.role, p.person_id): p.reason for p in selection.waiting}
    return [_left_row(one, waiting) for one in left]


def _left_row(one: Left, waiting: dict[tuple[Role, str], str]) -> Row:
    a = one.application
    waits = (a.role, a.person_id) in waiting
    return {
        "id": one.key,
        "person": person_cell(a),
        "role": chip(role_name(a.role), "person"),
        "place": chip(say("waits"), "clock", "careful") if waits else chip(say("holds a place"), "check"),
        "reason": waiting.get((a.role, a.person_id), one.reason),
    }


def role_name(role: Role) -> str:
    """Return the word for a role."""
    return say("{mentee:sg.nom}") if role == "mentee" else say("{mentor:sg.nom}")


def key_of(role: Role, person_id: str) -> str:
    """Name a person in a role."""
    return f"{role}:{person_id}"


# decisions ------------------------------------------------------------------------------------------


def decision_columns() -> list[Cell]:
    """Return the columns of the decisions."""
    return [
        column("pair", say("Tandem")),
        column("kind", say("Decision"), "chip"),
        column("reason", say("Reason"), sortable=False),
    ]


def decision_rows(
    decisions: Sequence[PairDecision],
    applications: Iterable[Application],
    deciders: Mapping[str, Decider],
    *,
    may_decide: bool,
) -> list[Row]:
    """Return one row per decision on a pair, with who decided, and when."""
    names = {(a.role, a.person_id): a.name for a in applications}
    return [_decision_row(d, names, deciders.get(d.id), may_decide=may_decide) for d in decisions]


def _by_whom(by: Decider) -> str:
    at = by.at.astimezone()
    return say("{day}, {time}, {who}", day=date(at.date()), time=at.strftime("%H:%M"), who=by.who)


def _decision_row(
    decision: PairDecision,
    names: dict[tuple[Role, str], str],
    by: Decider | None,
    *,
    may_decide: bool,
) -> Row:
    mentee = names.get(("mentee", decision.mentee_id), decision.mentee_id)
    mentor = names.get(("mentor", decision.mentor_id), decision.mentor_id)
    locked = decision.kind == "lock"
    when = _by_whom(by) if by else ""
    undo = action(
        "undo",
        say("Take back"),
        say("Take back the decision on {name} and {partner}", name=mentee, partner=mentor),
        icon="undo",
    )
    return {
        "id": decision.id,
        "pair": say("{name} with {partner}", name=mentee, partner=mentor),
        "kind": chip(say("locked"), "lock", "accent", note=when)
        if locked
        else chip(say("ruled out"), "forbid", "careful", note=when),
        "reason": decision.reason,
        "actions": [undo] if may_decide else [],
    }
