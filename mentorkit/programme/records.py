"""The records of a workbench: people, what they apply with and wish, and what becomes of it.

Those of a programme and its runs, and what all records have in common, stand in
:mod:`mentorkit.programme.runs`; all are imported from here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mentorkit.programme.runs import (
    Contact,
    GoalName,
    Logo,
    Orders,
    Organisation,
    Programme,
    Record,
    Run,
    SelectionOrder,
    Weighing,
)

__all__ = [
    "GRAVITY", "Application", "Contact", "Draft", "EarlierTandem", "Finding", "FormLink",
    "GoalName", "Grant", "HeadingMeaning", "Logo", "NamedConflict", "Opinion", "Orders", "Organisation",
    "Overruling", "PairComment", "PairDecision", "Person", "Programme", "Prospect", "Record", "Role", "Run",
    "Scenario", "SelectionOrder", "Settlement", "Source", "Status", "TakenFile", "Tandem", "TwoPersons",
    "Verdict", "Weighing", "Wish", "Withdrawal",
]  # fmt: skip

Role = Literal["mentee", "mentor"]
Status = Literal["ok", "review", "ineligible", "error"]
#: What a person decided on an application.
Verdict = Literal["admitted", "refused"]
#: From harmless to grave; an application has the gravest status of its findings.
GRAVITY: tuple[Status, ...] = ("ok", "review", "ineligible", "error")


class Person(Record):
    """Somebody who applied at least once; outlives the runs of a programme."""

    programme_id: str
    first_name: str
    last_name: str
    email: str | None = None
    birth_year: int | None = None
    #: Until when the person is not to be asked to be a mentor.
    pauses_until: dt.date | None = None

    @property
    def name(self) -> str:
        """First name and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Source(BaseModel):
    """Where an application came from: the row as a spreadsheet program numbers it, from 1.

    ``kind`` tells a file from what was typed into a form, in the app (``form``) or by the applicant
    (``link``); those have no row, nor does what was erased. ``family`` is the name of the file's first state;
    empty where it was not noted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str = ""
    family: str = ""
    sheet: str | None = None
    row: int = 0
    kind: Literal["file", "form", "link", "erased"] = "file"
    #: The cell of each field, such as ``H12``; several cells of one field are separated by commas.
    cells: dict[str, str] = Field(default_factory=dict)


class Finding(BaseModel):
    """What is wrong or doubtful about an application: a known code, its field and the value as it came."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    field: str | None = None
    value: str | None = None
    #: What the sentence needs besides, such as the limit of a rule.
    detail: dict[str, str | int | float] = Field(default_factory=dict)


class Overruling(BaseModel):
    """A coordinator's decision on an application, whatever the machine's is, with its reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    at: dt.datetime
    reason: str = Field(min_length=1)
    verdict: Verdict = "admitted"


class Withdrawal(BaseModel):
    """That an applicant does not take part any more: who noted it, when, and why if that was said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    at: dt.datetime
    reason: str = ""


class Application(Record):
    """One person's application for one role in one run.

    ``entries`` is what the person or the file said, text by field; ``answers`` is what was understood
    (pay grade as a number, topics as a list, …); ``findings`` is what decides the status.
    """

    run_id: str
    person_id: str
    role: Role
    first_name: str
    last_name: str
    organisation: str | None = None
    source: Source | None = None
    entries: dict[str, str] = Field(default_factory=dict)
    answers: dict[str, Any] = Field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    status: Status = "ok"
    overruled: Overruling | None = None
    withdrawn: Withdrawal | None = None
    #: What a file said under headings that stand for no field, by heading.
    extra: dict[str, str] = Field(default_factory=dict)
    #: The rank that a person gave among those of the same role and organisation, from 1.
    rank: int | None = None
    #: Place in the fixed selection; None while nothing is fixed.
    place: Literal["selected", "waiting", "out"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _as_told_before(cls, given: Any) -> Any:  # noqa: ANN401 - whatever is validated
        """Leave out the consent, which the trail of older versions tells here; it stands in the ledger."""
        if isinstance(given, dict) and "consent" in given:
            return {name: value for name, value in given.items() if name != "consent"}
        return given

    @property
    def name(self) -> str:
        """First name and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def erased(self) -> bool:
        """Whether what it said was erased: it counts where people are counted, and says nothing."""
        return self.source is not None and self.source.kind == "erased"

    # Who did not withdraw takes part, or is open, or refused.

    @property
    def result(self) -> Status:
        """The status by what a person decided: ``ok`` if admitted, ``ineligible`` if refused."""
        if self.overruled is None:
            return self.status
        return "ok" if self.overruled.verdict == "admitted" else "ineligible"

    @property
    def takes_part(self) -> bool:
        """Whether the application goes into selection and matching."""
        return self.withdrawn is None and self.result == "ok"

    @property
    def open(self) -> bool:
        """Whether a person has to look at the application."""
        return self.withdrawn is None and self.result in ("review", "error")

    @property
    def refused(self) -> bool:
        """Whether the application is refused, by a rule or by a person."""
        return self.withdrawn is None and self.result == "ineligible"

    @property
    def admitted(self) -> bool:
        """Whether a person admitted the applicant against the machine's judgement."""
        return self.overruled is not None and self.overruled.verdict == "admitted"

    @property
    def turned_down(self) -> bool:
        """Whether a person refused the applicant."""
        return self.overruled is not None and self.overruled.verdict == "refused"

    @property
    def gave_up_place(self) -> bool:
        """Whether the applicant can hold no place whatever the rules say: withdrawn, or turned down."""
        return self.withdrawn is not None or self.turned_down

    @property
    def places(self) -> int:
        """How many tandems the person can be in: a mentor's places, one for a mentee."""
        return int(self.answers.get("places", 1)) if self.role == "mentor" else 1


class Wish(Record):
    """A mentee's wish for a mentor, as written and as resolved.

    ``decided_by`` is who said which mentor is meant, or that it is nobody who applied; empty while only the
    machine looked.
    """

    run_id: str
    application_id: str
    rank: int
    text: str
    mentor_application_id: str | None = None
    confidence: float = 0.0
    decided_by: str = ""
    prospect_id: str | None = None


class Opinion(BaseModel):
    """What somebody thinks of a criterion that no file can tell, such as a name in the field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    criterion: str
    holds: bool
    by: str
    at: dt.datetime
    remark: str = ""


class Prospect(Record):
    """Somebody who is to be won as a mentor of a run; who agrees becomes an application.

    ``asked_at`` is every time the person was asked.
    """

    run_id: str
    name: str
    email: str = ""
    phone: str = ""
    remark: str = ""
    state: Literal["to_approach", "asked", "agreed", "declined"] = "to_approach"
    asked_at: tuple[dt.date, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    person_id: str | None = None
    application_id: str | None = None


class TwoPersons(Record):
    """Two persons who look like one, and of whom somebody (``by``) said that they are not; ids in order."""

    programme_id: str
    one_id: str
    other_id: str
    by: str


class PairDecision(Record):
    """A coordinator's decision on a pair before the matching: locked together or forbidden."""

    run_id: str
    mentee_id: str
    mentor_id: str
    kind: Literal["lock", "forbid"]
    reason: str = ""


class Scenario(Record, Weighing):
    """A named way to make the matching of a run; the decisions on pairs hold in all of them.

    What it weighs never changes, so a name always means the same; other weights are another scenario.
    """

    run_id: str
    name: str
    comment: str = ""


class NamedConflict(Record):
    """Whom somebody named in confidence: her line manager, or whom she is not to be in a tandem with.

    It stands beside the application, not in it, so that whoever reads, mends or undoes that one sees and
    changes nothing of it; and nothing of it goes into the trail. ``meant`` are the applications of those who
    are meant by what somebody (``decided_by``) said, ``seen`` those whom the text fitted then; while nobody
    did, the text is read.
    """

    secret: ClassVar[frozenset[str]] = frozenset(
        {"application_id", "kind", "text", "meant", "seen", "decided_by"}
    )

    run_id: str
    application_id: str
    kind: Literal["line_manager", "not_with"]
    text: str = Field(min_length=1)
    meant: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    decided_by: str = ""


class PairComment(Record):
    """What a coordinator wrote down about a pair: ``by`` is her log-in. No matching rests on it."""

    run_id: str
    mentee_id: str
    mentor_id: str
    text: str
    by: str
    at: dt.datetime


class Tandem(Record):
    """One mentor and one mentee (ids of persons), with the score and its contributions when it was made.

    ``one_by_one``: it was made by itself, so that everything else is matched around it; the others come of
    the approval of a matching.
    """

    run_id: str
    mentee_id: str
    mentor_id: str
    score: int
    contributions: dict[str, int]
    state: Literal["proposed", "active", "concluded", "dissolved"] = "proposed"
    one_by_one: bool = False


class Settlement(Record):
    """What a mentee and a mentor settled: what both expect, the time they take, and what they work on.

    It begins as a draft with parts still empty. What people said in a talk goes into no trail, which never
    forgets; that it was written down, by whom and when (``by``, a log-in, and ``at``) does.
    """

    secret: ClassVar[frozenset[str]] = frozenset({"expectations", "time", "content"})

    run_id: str
    mentee_id: str
    mentor_id: str
    expectations: str = ""
    time: str = ""
    content: str = ""
    by: str
    at: dt.datetime

    @property
    def parts(self) -> dict[str, str]:
        """The three parts by name."""
        return {"expectations": self.expectations, "time": self.time, "content": self.content}

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts of which nothing is written down yet."""
        return tuple(name for name, text in self.parts.items() if not text)


class EarlierTandem(Record):
    """A tandem of an earlier run, as a history sheet tells it."""

    programme_id: str
    year: str
    mentee: str
    mentee_organisation: str | None = None
    mentor: str
    mentor_organisation: str | None = None
    source: Source | None = None
    #: The persons of the programme, as far as they are known.
    mentee_id: str | None = None
    mentor_id: str | None = None


class HeadingMeaning(Record):
    """What a heading in the files of a programme stands for, as somebody said it.

    ``heading`` is written without case, umlauts and signs; ``field`` is a field's name, empty for a
    heading to be left alone. ``organisation`` limits it to the files of one organisation.

    A whole table is remembered as its sheet's name with its headings, ``liste: name | e mail``, and whom it
    holds; a row of headings as ``: wer | was``, and ``headings``.
    """

    programme_id: str
    organisation: str | None = None
    heading: str
    field: str


class TakenFile(Record):
    """A file that was taken into a run; ``digest`` is the hash of its cells.

    ``replaces`` tells under which other name the first state of the file was taken in.
    """

    run_id: str
    name: str
    digest: str
    at: dt.datetime
    replaces: str | None = None

    @property
    def family(self) -> str:
        """The name under which the first state of the file was taken in; its own if it is the first."""
        return self.replaces or self.name


class FormLink(Record):
    """A link by which somebody fills in a form once; ``id`` is the hash of its token.

    ``purpose`` tells which form: an application, or what a participant (``person_id``) writes in confidence.
    """

    run_id: str
    role: Role
    organisation: str | None = None
    name: str = ""
    email: str = ""
    expires_at: dt.datetime
    used_at: dt.datetime | None = None
    application_id: str | None = None
    purpose: Literal["application", "diary", "concern"] = "application"
    person_id: str | None = None


class Draft(Record):
    """Work in an app that is not confirmed yet; one per user, run and app."""

    secret: ClassVar[frozenset[str]] = frozenset({"content"})

    user: str
    run_id: str
    app: str
    content: dict[str, Any]


class Grant(Record):
    """A role of a user, in one programme or in all, for one organisation where the role needs one."""

    user_id: str
    role: str
    programme_id: str | None = None
    organisation: str | None = None
