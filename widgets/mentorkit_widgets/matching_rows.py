"""The rows of the tables of the matching."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mentorkit.language import say
from mentorkit.language.formats import number
from mentorkit.programme.records import Application, PairDecision, Role
from mentorkit_widgets.matching_sentences import price_words
from mentorkit_widgets.table import Cell, action, bar, cell, chip, column

if TYPE_CHECKING:
    import pandas as pd

    from mentorkit.matching.matching import Matching

Row = dict[str, Any]
MOST = 1000


def tandem_columns(*, brief: bool, reasons: bool = True) -> list[Cell]:
    """Return the columns of the tandems; brief beside the details of one of them."""
    people = [column("mentee", say("{mentee:sg.nom}")), column("mentor", say("{mentor:sg.nom}"))]
    if brief:
        return [*people, column("score", say("Score"), "number")]
    because = [column("because", say("Because"), sortable=False)] if reasons else []
    return [*people, column("score", say("Score"), "bar"), *because, column("state", say("State"), "chip")]


def tandem_rows(matching: Matching, *, may_decide: bool, brief: bool = False) -> list[Row]:
    """Return one row per tandem of a matching, named by the mentee, see :func:`key_of`.

    Brief rows have no actions: the details beside them have.
    """
    return [_tandem_row(matching, i, j, may_decide=may_decide, brief=brief) for i, j in matching.indices]


def _tandem_row(matching: Matching, i: int, j: int, *, may_decide: bool, brief: bool) -> Row:
    mentee, mentor = matching.pool.mentees[i], matching.pool.mentors[j]
    locked = (i, j) in matching.rules.locked
    buttons = _pair_actions(mentee, mentor, "lock" if locked else None)
    note = say("locked") if locked and brief else ""
    return {
        "id": key_of("mentee", mentee.person_id),
        "mentee": _person(mentee),
        "mentor": _person(mentor),
        "score": {**_score(int(matching.scores.total[i, j])), "note": note},
        "because": _strongest_reason(matching, i, j),
        "state": chip(say("locked"), "lock", "accent") if locked else chip(say("proposed"), "info"),
        "actions": buttons if may_decide and not brief else [],
    }


def approved_rows(tandems: pd.DataFrame) -> list[Row]:
    """Return one row per approved tandem."""
    return [
        {
            "id": tandem["mentee_id"],
            "mentee": cell(tandem["mentee"], note=tandem["mentee_organisation"] or ""),
            "mentor": cell(tandem["mentor"], note=tandem["mentor_organisation"] or ""),
            "score": _score(int(tandem["score"])),
            "state": chip(say("approved"), "check", "good"),
        }
        for tandem in tandems.to_dict("records")
    ]


def _person(application: Application) -> Cell:
    sort = f"{application.last_name} {application.first_name}"
    return cell(application.name, sort, note=application.organisation or "")


def _score(score: int) -> Cell:
    return bar(number(score), score, MOST)


def _strongest_reason(matching: Matching, i: int, j: int) -> str:
    """Say what the criterion with most points rests on."""
    reasons = [
        (int(matching.scores.points[used.name][i, j]), reason)
        for used in matching.scores.criteria
        if (reason := _because(matching, used.name, used.options, i, j))
    ]
    return max(reasons, key=lambda pair: pair[0])[1] if reasons else ""


def _because(matching: Matching, name: str, options: dict[str, Any], i: int, j: int) -> str:
    from mentorkit.matching.criteria import measure

    because = measure(name).because
    if because is None or matching.scores.unknown[name][i, j]:
        return ""
    return because(matching.pool, i, j, **options)


def _pair_actions(
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


def left_columns(*, with_reason: bool) -> list[Cell]:
    """Return the columns of the people without a tandem."""
    columns = [column("person", say("Name")), column("role", say("Role"), "chip")]
    return [*columns, column("reason", say("Why"), sortable=False)] if with_reason else columns


def left_rows(matching: Matching) -> list[Row]:
    """Return one row per person without a tandem, named by role and id."""
    people = {(a.role, a.person_id): a for a in (*matching.pool.mentees, *matching.pool.mentors)}
    return [
        {**_left_row(people[left["role"], left["person_id"]]), "reason": left["reason"]}
        for left in matching.unmatched.to_dict("records")
    ]


def left_after_approval(applications: Iterable[Application], tandems: pd.DataFrame) -> list[Row]:
    """Return one row per person who takes part and is in no approved tandem."""
    placed = {("mentee", i) for i in tandems["mentee_id"]} | {("mentor", i) for i in tandems["mentor_id"]}
    return [_left_row(a) for a in applications if a.takes_part and (a.role, a.person_id) not in placed]


def _left_row(application: Application) -> Row:
    return {
        "id": key_of(application.role, application.person_id),
        "person": _person(application),
        "role": chip(role_name(application.role), "person"),
    }


def role_name(role: Role) -> str:
    """Return the word for a role."""
    return say("{mentee:sg.nom}") if role == "mentee" else say("{mentor:sg.nom}")


def key_of(role: Role, person_id: str) -> str:
    """Name a person in a role."""
    return f"{role}:{person_id}"


# one tandem -----------------------------------------------------------------------------------------


def point_columns() -> list[Cell]:
    """Return the columns of the points of a pair."""
    return [
        column("criterion", say("Criterion"), sortable=False),
        column("points", say("Points"), "bar", sortable=False),
        column("because", say("Because"), sortable=False),
    ]


def point_rows(matching: Matching, i: int, j: int) -> list[Row]:
    """Return one row per criterion: its points for a pair and what they rest on."""
    from mentorkit.matching.criteria import measure

    rows = []
    for used in matching.scores.criteria:
        points = int(matching.scores.points[used.name][i, j])
        text = say("{points} of {weight}", points=number(points), weight=number(used.weight))
        unknown = matching.scores.unknown[used.name][i, j]
        middle = say("Too little is known for this, so the middle counts.")
        because = middle if unknown else _because(matching, used.name, used.options, i, j)
        label = measure(used.name).label
        rows.append(
            {
                "id": used.name,
                "criterion": label,
                "points": bar(text, points, used.weight),
                "because": because,
            }
        )
    return rows


def alternative_columns() -> list[Cell]:
    """Return the columns of the mentors that a mentee could have."""
    return [
        column("mentor", say("{mentor:sg.nom}")),
        column("score", say("Score"), "bar"),
        column("price", say("Price"), "chip"),
    ]


def alternative_rows(matching: Matching, mentee_id: str, *, may_decide: bool) -> list[Row]:
    """Return one row per mentor for a mentee: the present one, then the cheapest, then those ruled out."""
    i = matching.row("mentee", mentee_id)
    decided = {(d.mentee_id, d.mentor_id): d.kind for d in matching.decisions}
    partner = next((matching.pool.mentors[j].name for k, j in matching.rules.locked if k == i), "")
    stuck = say("Please unlock the tandem with {partner} first.", partner=partner) if partner else ""
    rows = []
    for found in matching.alternatives(mentee_id).to_dict("records"):
        mentor = matching.pool.mentors[matching.row("mentor", found["mentor_id"])]
        kind = decided.get((mentee_id, mentor.person_id))
        possible = not set(filter(None, found["blocked_by"].split(";"))) - {"forbidden", "low_score"}
        buttons = _pair_actions(matching.pool.mentees[i], mentor, kind, stuck=stuck)
        rows.append(
            {
                "id": mentor.person_id,
                "mentor": _person(mentor),
                "score": _score(found["score"]),
                "price": _price(found, kind),
                "actions": buttons if may_decide and (possible or kind) else [],
            }
        )
    # the frame is sorted by score, best first
    return sorted(rows, key=lambda row: row["price"]["sort"])


def _price(found: Mapping[Any, Any], kind: str | None) -> Cell:
    """Say what a pair costs, or why that is no question; sorted by the price."""
    import pandas as pd

    if kind == "lock":
        return {**chip(say("locked"), "lock", "accent"), "sort": -1}
    if found["matched"]:
        return {**chip(say("proposed"), "check", "good"), "sort": -1}
    if kind == "forbid":
        return {**chip(say("ruled out"), "forbid", "careful"), "sort": 10**12 + 1}
    if not found["allowed"]:
        return {**chip(say("not allowed"), "forbid", note=found["because"]), "sort": 10**12 + 2}
    if pd.isna(found["price_tandems"]):
        return cell(say("impossible beside the locked tandems"), 10**12)
    tandems, total = int(found["price_tandems"]), int(found["price_total"])
    return cell(price_words(tandems, total), tandems * 10**7 + max(total, 0))


# decisions ------------------------------------------------------------------------------------------


def decision_columns() -> list[Cell]:
    """Return the columns of the decisions."""
    return [
        column("pair", say("Tandem")),
        column("kind", say("Decision"), "chip"),
        column("reason", say("Reason"), sortable=False),
    ]


def decision_rows(
    decisions: Sequence[PairDecision], applications: Iterable[Application], *, may_decide: bool
) -> list[Row]:
    """Return one row per decision on a pair."""
    names = {(a.role, a.person_id): a.name for a in applications}
    return [_decision_row(d, names, may_decide=may_decide) for d in decisions]


def _decision_row(decision: PairDecision, names: dict[tuple[Role, str], str], *, may_decide: bool) -> Row:
    mentee = names.get(("mentee", decision.mentee_id), decision.mentee_id)
    mentor = names.get(("mentor", decision.mentor_id), decision.mentor_id)
    locked = decision.kind == "lock"
    undo = action(
        "undo",
        say("Take back"),
        say("Take back the decision on {name} and {partner}", name=mentee, partner=mentor),
        icon="undo",
    )
    return {
        "id": decision.id,
        "pair": say("{name} with {partner}", name=mentee, partner=mentor),
        "kind": chip(say("locked"), "lock", "accent")
        if locked
        else chip(say("ruled out"), "forbid", "careful"),
        "reason": decision.reason,
        "actions": [undo] if may_decide else [],
    }
