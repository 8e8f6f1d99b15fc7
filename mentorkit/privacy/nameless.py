"""Records without the person they were of: what counts for statistics stays, nothing that tells of her."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set
from typing import Any

from mentorkit.intake.wishes import WISHES
from mentorkit.language import later
from mentorkit.privacy.mentions import Mentions
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    Finding,
    NamedConflict,
    Person,
    Prospect,
    Record,
    Source,
    Wish,
    Withdrawal,
)

#: What stands in place of the name of somebody who was erased.
ERASED = later("erased person")
#: Stands where a record needs a text, such as why somebody was admitted.
NOTHING = "–"
#: Answers without which what stays would not add up.
_COUNTED = ("places",)
#: What a rule says, not the person.
_OF_RULES = ("limit", "test", "scale", "status")
#: Who somebody is, in her own records: another of the same name keeps hers.
_OWN: dict[type[Record], tuple[str, ...]] = {
    Person: ("first_name", "last_name", "email"),
    Application: ("first_name", "last_name"),
}
_OWN_ENTRIES = ("first_name", "last_name", "email", "phone")


def of_person(person: Person, word: str) -> Person:
    """Return somebody who has no name any more."""
    return person.with_(first_name="", last_name=word, email=None, birth_year=None, pauses_until=None)


def without_content(application: Application) -> Application:
    """Return an application that says nothing any more; who it is of, its status and its place stay."""
    return application.with_(
        source=Source(kind="erased"),
        entries={},
        answers={name: n for name, n in application.answers.items() if name in _COUNTED},
        findings=tuple(map(_finding, application.findings)),
        notes=(),
        extra={},
        overruled=application.overruled and application.overruled.model_copy(update={"reason": NOTHING}),
        withdrawn=application.withdrawn and application.withdrawn.model_copy(update={"reason": ""}),
    )


def of_application(application: Application, word: str) -> Application:
    """Return an application of nobody."""
    return without_content(application).with_(first_name="", last_name=word, consent=None)


def gone(application: Application, by: str, at: dt.datetime) -> Application:
    """Return an application that takes no part any more."""
    return application if application.withdrawn else application.with_(withdrawn=Withdrawal(by=by, at=at))


def _finding(finding: Finding) -> Finding:
    """Return a finding without what it quotes; what its sentence needs stays there, empty."""
    detail: dict[str, str | int | float] = {}
    for name, said in finding.detail.items():
        if name in _OF_RULES or name.startswith("rule_"):
            detail[name] = said
        elif not isinstance(said, str):
            detail[name] = 0
        elif name not in ("file", "sheet", "kind", "guess", "other"):
            detail[name] = NOTHING
    return Finding(code=finding.code, field=finding.field, value=finding.value and NOTHING, detail=detail)


def of_earlier(tandem: EarlierTandem, role: str, person_id: str, word: str) -> EarlierTandem:
    """Return a tandem of an earlier run whose mentee or mentor has no name any more."""
    return tandem.with_(**{role: word, f"{role}_id": person_id})


def of_wish(wish: Wish, word: str, by: str) -> Wish:
    """Return a wish that means somebody who has no name any more: nobody else is looked for instead."""
    return wish.with_(text=word, decided_by=by, prospect_id=None)


def without_wish(application: Application, rank: int, word: str) -> Application:
    """Return a mentee's application that says no more whom the wish of a rank named."""
    field = WISHES[rank - 1]
    changed: dict[str, Any] = {}
    for name in ("entries", "answers"):
        said = getattr(application, name)
        changed[name] = {**said, field: word} if field in said else said
    return application.with_(**changed)


def of_conflict(conflict: NamedConflict, ids: Set[str]) -> NamedConflict:
    """Return what somebody named in confidence without the applications of those who are gone."""
    kept = {name: tuple(i for i in getattr(conflict, name) if i not in ids) for name in ("meant", "seen")}
    return conflict.with_(**kept)


def says_of_others(kind: type[Record], state: dict[str, Any], ids: Set[str]) -> dict[str, Any]:
    """Return what a record of somebody else says, without who she herself is, or surely means.

    ``ids`` are those of the persons who are looked for, and of their applications.
    """
    own = {"id", "version", *_OWN.get(kind, ()), *_tied(kind, state, ids)}
    said = {name: value for name, value in state.items() if name not in own}
    for name in ("entries", "answers") if kind is Application else ():
        if said.get(name):
            said[name] = {field: text for field, text in said[name].items() if field not in _OWN_ENTRIES}
    return said


def _tied(kind: type[Record], state: dict[str, Any], ids: Set[str]) -> set[str]:
    """Return which names a record ties to somebody else: another of that name is not meant."""
    if kind is EarlierTandem:
        return {role for role in ("mentee", "mentor") if _of_another(state, f"{role}_id", ids)}
    if kind is Prospect and _of_another(state, "person_id", ids):
        return {"name", "email", "phone"}
    return {"text"} if kind is Wish and _of_another(state, "mentor_application_id", ids) else set()


def _of_another(state: dict[str, Any], field: str, ids: Set[str]) -> bool:
    return bool(state.get(field)) and state[field] not in ids


def without_mentions(record: Record, mentions: Mentions, ids: Set[str], word: str) -> Record:
    """Return a record of somebody else in which nobody of those looked for is mentioned any more."""
    said = says_of_others(type(record), record.model_dump(), ids)
    fresh = {name: mentions.without(value, word) for name, value in said.items() if mentions.has(value)}
    if not fresh:
        return record
    for name in ("entries", "answers") if isinstance(record, Application) else ():
        if name in fresh:
            fresh[name] = {**getattr(record, name), **fresh[name]}
    return type(record).model_validate({**record.model_dump(), **fresh})
