"""What a matching and a selection of one run rest on, and what hinders changing them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from mentorkit.errors import RuleBroken, StaleRecord
from mentorkit.intake.receipt import Receipt, receipts
from mentorkit.language import say
from mentorkit.matching.criteria import Scores, evaluate
from mentorkit.matching.made import binding
from mentorkit.matching.matching import Matching, match
from mentorkit.matching.named import apart
from mentorkit.matching.pool import Pool, pool_of
from mentorkit.matching.selection import Selection
from mentorkit.matching.selection import select as select_places
from mentorkit.matching.solve import Goal
from mentorkit.matching.weighing import settings_under
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    NamedConflict,
    PairDecision,
    Person,
    Programme,
    Record,
    Role,
    Run,
    Scenario,
    Tandem,
    Weighing,
    Wish,
)
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.store import Reader

FIX = "selection.fix"


@dataclass(frozen=True)
class Basis:
    """What a matching of one run rests on; applications in the order they were made."""

    run: Run
    programme: ProgrammeSettings
    applications: list[Application]
    decisions: list[PairDecision]
    wishes: list[Wish]
    earlier: list[EarlierTandem]
    #: When applications were received, where places are limited.
    receipts: Mapping[str, Receipt] = field(default_factory=dict)
    #: Where each application stood when the selection was fixed, by its id; empty while it is not.
    at_fixing: Mapping[str, str] = field(default_factory=dict)
    #: Ids of two persons each of whom one named the other in confidence.
    apart: frozenset[tuple[str, str]] = frozenset()
    #: Under what the matching is made: as it was approved, else the proposal, else as the programme says.
    weighing: Weighing = field(default_factory=Weighing)
    #: The tandems of the run that were made one by one.
    made: tuple[Tandem, ...] = ()

    @property
    def binding(self) -> list[PairDecision]:
        """What the matching is bound to: tandems that were made one by one, and decisions on pairs."""
        return binding(self.made, self.decisions)

    @cached_property
    def settings(self) -> ProgrammeSettings:
        """The settings of the programme with the weights in force."""
        return settings_under(self.programme, self.weighing)

    @cached_property
    def pool(self) -> Pool:
        """Who takes part, with their wishes and history."""
        return pool_of(self.applications, wishes=self.wishes, earlier=self.earlier, apart=self.apart)

    @cached_property
    def scores(self) -> Scores:
        """The scores of all pairs under the weights in force."""
        return evaluate(self.pool, self.settings.criteria)

    @property
    def last(self) -> frozenset[str]:
        """Who applied after the selection was fixed, and stands behind all others; ids of applications."""
        there = self.at_fixing
        return frozenset(a.id for a in self.applications if there and a.id not in there)

    @property
    def received(self) -> dict[str, dt.date]:
        """The days of receipt by the id of an application."""
        return {key: receipt.day for key, receipt in self.receipts.items()}

    def match(self, goal: Goal | None = None) -> Matching:
        """Return the best matching, for the goal in force where none is given."""
        return match(
            self.applications,
            self.settings,
            decisions=self.binding,
            wishes=self.wishes,
            earlier=self.earlier,
            goal=goal or self.weighing.goal,
            apart=self.apart,
            fixed=self.run.selection_fixed,
        )

    def select(self) -> Selection:
        """Return who holds a place."""
        return select_places(
            self.applications,
            self.settings,
            decisions=self.binding,
            wishes=self.wishes,
            earlier=self.earlier,
            apart=self.apart,
            fixed=self.run.selection_fixed,
            orders=self.run.orders,
            received=self.received,
            last=self.last,
        )


def read(reader: Reader, actor: Actor, action: str, run_id: str) -> Basis:
    """Return what a matching of a run rests on, for an actor who may do something with all of it.

    Raises
    ------
    NotAllowed, NotFound
        If the actor may not, or if there is no such run.
    """
    run = reader.get(Run, run_id)
    actor.require(action, run.programme_id)
    return gather(reader, run)


def gather(reader: Reader, run: Run, *, dated: bool = True) -> Basis:
    """Return what a matching of a run rests on; ``dated``: with days of receipt, which take a while."""
    settings = reader.get(Programme, run.programme_id).settings
    applications = reader.all(Application, run_id=run.id)
    return Basis(
        run,
        settings,
        applications,
        reader.all(PairDecision, run_id=run.id),
        reader.all(Wish, run_id=run.id),
        reader.all(EarlierTandem, programme_id=run.programme_id) + _tandems_of_other_runs(reader, run),
        receipts(reader, applications) if dated and settings.quotas.limit_anybody else {},
        _at_fixing(reader, run) if run.selection_fixed else {},
        apart(reader.all(NamedConflict, run_id=run.id), applications),
        in_force(reader, run),
        tuple(reader.all(Tandem, run_id=run.id, one_by_one=True)),
    )


def in_force(reader: Reader, run: Run) -> Weighing:
    """Return under what the matching of a run is made."""
    if run.approved_at is not None:
        return Weighing(
            goal=run.approved_goal or "total",
            weights=run.approved_weights or {},
            lowest_score=run.approved_lowest,
        )
    return reader.get(Scenario, run.proposal_id) if run.proposal_id else Weighing()


def _at_fixing(reader: Reader, run: Run) -> dict[str, str]:
    """Return where each application stood when the selection was fixed, by its id."""
    fixed = [e["id"] for e in reader.latest({FIX: "run"}) if e["subject"] == run.id]  # the newest first
    since, until = (*fixed[1:2], 0)[0], (*fixed[:1], 0)[0]
    found = takewhile(lambda e: e["id"] > since, reader.latest({FIX: "application"}))
    return {e["subject"]: e["place"] for e in found if e["id"] < until}


def _tandems_of_other_runs(reader: Reader, run: Run) -> list[EarlierTandem]:
    """Return the tandems of the programme's other runs, approved or made, in the form of a history sheet."""
    found = []
    for other in reader.all(Run, programme_id=run.programme_id):
        formed = reader.all(Tandem, run_id=other.id) if other.id != run.id else []
        people = people_of(reader, other) if formed else {}
        for tandem in formed:
            mentee, organisation = people["mentee", tandem.mentee_id]
            mentor, other_organisation = people["mentor", tandem.mentor_id]
            found.append(
                EarlierTandem(
                    id=tandem.id,
                    programme_id=run.programme_id,
                    year=other.name,
                    mentee=mentee,
                    mentee_organisation=organisation,
                    mentor=mentor,
                    mentor_organisation=other_organisation,
                    mentee_id=tandem.mentee_id,
                    mentor_id=tandem.mentor_id,
                )
            )
    return found


def people_of(reader: Reader, run: Run) -> dict[tuple[Role, str], tuple[str, str | None]]:
    """Return name and organisation of the people of a run by role and person id."""
    names = {person.id: person.name for person in reader.all(Person, programme_id=run.programme_id)}
    roles: tuple[Role, ...] = ("mentee", "mentor")
    people: dict[tuple[Role, str], tuple[str, str | None]] = {
        (role, person_id): (name, None) for person_id, name in names.items() for role in roles
    }
    for a in reader.all(Application, run_id=run.id):
        people[a.role, a.person_id] = (a.name, a.organisation)
    return people


def stale(*, mine: Record | None, theirs: Record | None) -> StaleRecord:
    """Return the refusal of a change by somebody who saw an older state, to be raised."""
    return StaleRecord(
        say("Somebody else changed this in the meantime. Please look at it as it is now and decide again."),
        mine=mine,
        theirs=theirs,
    )


def refuse_other_version(run: Run, version: int) -> None:
    """Do nothing if the run is as the actor saw it.

    Raises
    ------
    StaleRecord
        If not.
    """
    if run.version != version:
        raise stale(mine=run.with_(version=version), theirs=run)


def refuse_after_approval(run: Run) -> None:
    """Do nothing if the tandems are not approved yet.

    Raises
    ------
    RuleBroken
        If they are.
    """
    if run.approved_at:
        raise RuleBroken(
            say("The tandems have been approved. Please withdraw the approval before changing anything.")
        )


def refuse_fixed(run: Run) -> None:
    """Do nothing if the selection is not fixed.

    Raises
    ------
    RuleBroken
        If it is.
    """
    if run.selection_fixed:
        raise RuleBroken(
            say("The selection is fixed. Please reopen it before changing by what places are given.")
        )
