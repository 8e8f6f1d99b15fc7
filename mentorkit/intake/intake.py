"""An intake: what files say and what was decided on it, before and after it is confirmed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.intake.assess import Decisions, assess, organisations_of
from mentorkit.intake.context import Context, FileReport, RawRow, Row
from mentorkit.intake.deciding import check_reason, decided
from mentorkit.intake.document import document, gone, sentences
from mentorkit.intake.entries import as_kept
from mentorkit.intake.findings import Audience
from mentorkit.intake.judge import codes
from mentorkit.intake.newer import Newer, behind, in_order, newer_states, rows_of_earlier_states, superseded
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.wishes import WISHES, mentors_of
from mentorkit.language import say
from mentorkit.programme.records import Application, EarlierTandem, Overruling, Source, Verdict

T = TypeVar("T")


@dataclass(frozen=True)
class ResolvedWish:
    """A wish of a mentee, and the mentor it means (None: still open)."""

    application: Application
    rank: int
    text: str
    mentor: Application | None
    confidence: float


@dataclass(frozen=True)
class Intake:
    """Files as read, with the decisions taken on their rows. Every verb returns a new intake.

    Attributes
    ----------
    context
        What is stored.
    files
        One report per file.
    raws
        The rows of people, as the files say them.
    earlier
        The tandems of earlier runs that the files tell, as they tell them.
    mended, overrulings, dropped, mended_from, overruled_on
        Decisions and what they rest on, by the row's id; see :class:`~mentorkit.intake.assess.Decisions`.
    committed
        Whether this is in the store.
    """

    context: Context
    files: tuple[FileReport, ...] = ()
    raws: tuple[RawRow, ...] = ()
    earlier: tuple[EarlierTandem, ...] = ()
    mended: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    overrulings: Mapping[str, Overruling] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    mended_from: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    overruled_on: Mapping[str, frozenset[str]] = field(default_factory=dict)
    committed: bool = False
    #: Once committed: the rows as they are stored, and those that were left out.
    taken: tuple[Row, ...] = ()
    foreign: tuple[RawRow, ...] = ()
    #: … and what it was before, by what was stored then.
    judged: Intake | None = None

    # -- what is in it --------------------------------------------------------------------------

    @cached_property
    def decisions(self) -> Decisions:
        """What was decided on the rows, or on those of an earlier state of their file."""
        own = self._own_decisions
        return own.inherited(self.outdated) if self.outdated else own

    @property
    def _own_decisions(self) -> Decisions:
        return Decisions(self.mended, self.overrulings, self.dropped, self.mended_from, self.overruled_on)

    @cached_property
    def organisations(self) -> Organisations:
        """The organisations that can be meant."""
        return organisations_of(self.context, self.raws, self.earlier, self._own_decisions)

    @cached_property
    def _assessed(self) -> tuple[tuple[Row, ...], tuple[RawRow, ...]]:
        raws = [raw for raw in self.raws if raw.id not in self.outdated]
        decisions, known = self.decisions, self.organisations
        rows, foreign = assess(
            self.context, raws, decisions, known, self.known_as, superseded=self.superseded
        )
        return tuple(rows), tuple(foreign)

    @cached_property
    def known_as(self) -> dict[int, str]:
        """The family of a file that comes again under another name, by its place.

        That is the name of its first state; the file is the same as one of the family, or a later state.
        """
        if self.judged:
            return self.judged.known_as
        families: dict[str, dict[str, str]] = {}
        for file in self.context.taken:
            families.setdefault(file.digest, {})[file.name] = file.family
        found = {}
        for place in in_order(self.files, self.context):
            report, newer = self.files[place], self.newer.get(place)
            if families and report.content and (same := families.get(report.digest)):
                found[place] = report.file if report.file in same else list(same.values())[-1]
            elif (old := self.replaced.get(place)) is not None:
                found[place] = found.get(old) or self.files[old].file
            elif report.answers.replaces is not None and place not in behind(self.files):
                found[place] = report.answers.replaces
            elif newer and newer.likely:
                found[place] = newer.file
        return {place: name for place, name in found.items() if name and name != self.files[place].file}

    @cached_property
    def newer(self) -> dict[int, Newer]:
        """Of which file, stored or read with it, each file seems to be a newer state, by its place."""
        if self.judged:
            return self.judged.newer
        return newer_states(self.files, self.raws, self.context, self.organisations)

    @cached_property
    def replaced(self) -> dict[int, int]:
        """Which file each file replaces of those that are read with it, by their places."""
        found = {}
        said_older = behind(self.files)
        for place, newer in self.newer.items():
            said = self.files[place].answers.replaces
            is_open = said is None or place in said_older
            if newer.place is None:
                continue
            if said_older.get(newer.place) == place or (newer.likely if is_open else said == newer.file):
                found[place] = newer.place
        return found

    def is_said(self, place: int) -> bool:
        """Tell whether somebody said if a file, by its place, replaces the one that it seems to replace."""
        other = self.newer[place].place
        return self.files[place].answers.replaces is not None or (other, place) in behind(self.files).items()

    @property
    def in_turn(self) -> list[int]:
        """The places of the files as they are taken in: states of one file the older ones first."""
        groups: dict[int, list[int]] = {}
        first: dict[int, int] = {}
        for place in in_order(self.files, self.context):
            first[place] = first[self.replaced[place]] if place in self.replaced else place
            groups.setdefault(first[place], []).append(place)
        found = list(range(len(self.files)))
        for states in groups.values():
            for slot, place in zip(sorted(states), states, strict=True):
                found[slot] = place
        return found

    @cached_property
    def outdated(self) -> dict[str, str]:
        """Which rows stand in a later state of their file that is read with it, and as which row there."""
        if self.judged:
            return self.judged.outdated
        order = in_order(self.files, self.context)
        # with what is left out of a later state: it makes the earlier one hold no more
        found = rows_of_earlier_states(self.raws, order, self.replaced, self.context, self.organisations)
        return {old: new for old, new in found.items() if old not in self.dropped}

    @cached_property
    def superseded(self) -> dict[int, str]:
        """The newer state that is stored, of each file that is outdated or said to be so, by its place.

        It changes no application, since what stands in the later one holds.
        """
        if self.judged:
            return self.judged.superseded
        said = {
            place: report.answers.replaces
            for place, report in enumerate(self.files)
            if report.answers.older and report.answers.replaces and place not in behind(self.files)
        }
        return superseded(self.files, self.context) | said

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows as judged, in the order of the files, without those that were dropped."""
        return self.taken if self.committed else self._assessed[0]

    @property
    def left_out(self) -> tuple[RawRow, ...]:
        """Rows of organisations that the actor does not answer for; they are not taken."""
        return self.foreign if self.committed else self._assessed[1]

    @property
    def applications(self) -> tuple[Application, ...]:
        """The applications; those not stored yet have provisional ids."""
        return tuple(row.application for row in self.rows)

    @cached_property
    def audience(self) -> Audience:
        """Who reads what was found, with the applications that she may see."""
        return Audience(self.context.decides, (*self.context.visible, *self.applications))

    @property
    def lapsed(self) -> tuple[str, ...]:
        """Which decisions do not hold, since somebody else changed meanwhile what they were taken on."""
        return tuple(sentence for row in self.rows for sentence in row.lapsed)

    @property
    def history(self) -> int:
        """How many tandems of earlier runs the files tell."""
        return len(self.earlier)

    @cached_property
    def wishes(self) -> tuple[ResolvedWish, ...]:
        """The mentees' wishes, resolved among the mentors whom the actor may see."""
        here = {application.id: application for application in self.applications}
        everybody = [a for a in self.context.visible if a.id not in here] + list(here.values())
        mentors = mentors_of(everybody)
        return tuple(
            ResolvedWish(application, rank, text, found.mentor, found.confidence)
            for application in self.applications
            for rank, text in wishes_in(application)
            for found in [mentors.resolve(text)]
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many applications have each status, by what a person decided."""
        return dict(Counter(a.result for a in self.applications))

    def row(self, application_id: str) -> Row:
        """Return the row of an application.

        Raises
        ------
        NotFound
            If the intake has none.
        """
        for row in self.rows:
            if application_id in (row.application.id, row.raw.id):
                return row
        raise NotFound(say("There is no application “{id}” in these files.", id=application_id))

    # -- decisions ------------------------------------------------------------------------------

    def mend(self, application_id: str, entries: Mapping[str, str]) -> Intake:
        """Return the intake with other entries for an application, judged anew.

        That it was admitted lapses; that it was refused holds.

        Raises
        ------
        NotFound
            If there is no such application or field.
        RuleBroken
            If a text is too long.
        """
        entries = as_kept(entries)
        row = self.row(application_id)
        key, said, now = row.raw.id, row.said.entries, self.decisions
        seen = {**now.mended_from.get(key, {}), **{name: said.get(name, "") for name in entries}}
        return replace(
            self,
            mended={**now.mended, key: {**now.mended.get(key, {}), **entries}},
            mended_from={**now.mended_from, key: seen},
            overrulings={k: v for k, v in now.overruled.items() if k != key or v.verdict == "refused"},
            overruled_on=_without(now.overruled_on, key),
        )

    def overrule(self, application_id: str, reason: str, by: str, at: dt.datetime | None = None) -> Intake:
        """Return the intake with an application admitted against the machine's judgement.

        Raises
        ------
        NotFound
            If there is no such application.
        RuleBroken
            If there is no reason, or the application must be mended first, is in order anyway or decided on.
        """
        return self._decided(application_id, "admitted", reason, by, at)

    def refuse(self, application_id: str, reason: str, by: str, at: dt.datetime | None = None) -> Intake:
        """Return the intake with an application refused, whatever was found.

        Raises
        ------
        NotFound
            If there is no such application.
        RuleBroken
            If there is no reason, or a rule refuses the application anyway, or it is decided on.
        """
        return self._decided(application_id, "refused", reason, by, at)

    def _decided(
        self, application_id: str, verdict: Verdict, reason: str, by: str, at: dt.datetime | None
    ) -> Intake:
        row = self.row(application_id)
        check_reason(reason)
        at = at or dt.datetime.now(dt.UTC)
        decision = Overruling(by=by, at=at, reason=reason.strip(), verdict=verdict)
        decided(row.application, decision)
        return replace(
            self,
            overrulings={**self.overrulings, row.raw.id: decision},
            overruled_on={**self.overruled_on, row.raw.id: frozenset(codes(row.application.findings))},
        )

    def take_back(self, application_id: str) -> Intake:
        """Return the intake without the decision that was taken in it on an application.

        Raises
        ------
        NotFound
            If there is no such application.
        RuleBroken
            If no decision was taken on it here.
        """
        row = self.row(application_id)
        if self.decision_on(row) is None:
            name = row.application.name
            raise RuleBroken(say("{name}: there is no decision to take back.", name=name))
        lapsing = {row.raw.id, *(old for old, new in self.outdated.items() if new == row.raw.id)}
        kept = {key: decision for key, decision in self.overrulings.items() if key not in lapsing}
        return replace(self, overrulings=kept)

    def decision_on(self, row: Row) -> Overruling | None:
        """Return the decision that was taken in this intake on one of its rows, if it holds."""
        decision = self.decisions.overruled.get(row.raw.id)
        return decision if row.application.overruled == decision else None

    def drop(self, application_id: str) -> Intake:
        """Return the intake without an application; what is stored already stays.

        Raises
        ------
        NotFound
            If there is no such application.
        """
        return replace(self, dropped=self.dropped | {self.row(application_id).raw.id})

    def joined(self, later: Intake) -> Intake:
        """Return the intake with the files of a later one behind its own, all judged together."""
        moved = (
            replace(raw, id=f"new-{place}", file=raw.file + len(self.files))
            for place, raw in enumerate(later.raws, len(self.raws) + 1)
        )
        return replace(
            self,
            context=later.context,
            files=(*self.files, *later.files),
            raws=(*self.raws, *moved),
            earlier=(*self.earlier, *later.earlier),
        )

    def decided_as(self, before: Intake) -> Intake:
        """Return the intake with what was decided on the same rows when they were read before."""
        now = _by_place(self.raws)
        ids = {raw_id: now[place] for place, raw_id in _by_place(before.raws).items() if place in now}
        kept: dict[str, Any] = {
            name: {ids[key]: value for key, value in getattr(before, name).items() if key in ids}
            for name in ("mended", "overrulings", "mended_from", "overruled_on")
        }
        return replace(self, dropped=frozenset(ids[key] for key in before.dropped if key in ids), **kept)

    def as_stored(self, rows: Mapping[str, Row]) -> Intake:
        """Return the intake as it was taken in, given its rows as stored by their ids."""
        taken = tuple(rows.get(row.raw.id, row) for row in self.rows)
        now = {row.application.id: row.application for row in taken}
        known = [now.pop(application.id, application) for application in self.context.applications]
        context = replace(self.context, applications=(*known, *now.values()))
        return replace(self, context=context, committed=True, taken=taken, foreign=self.left_out, judged=self)

    def with_context(self, context: Context, **changes: Any) -> Intake:  # noqa: ANN401 - any attribute
        """Return the intake judged against what is stored now."""
        return replace(self, context=context, **changes)

    # -- what it tells --------------------------------------------------------------------------

    def gone(self, place: int) -> tuple[Application, ...]:
        """Return who stood in an earlier state of a file, by its place, and stands in it no longer."""
        return gone(self, place)

    def sentences(self, place: int, asked: Collection[str] = ()) -> list[str]:
        """Return what there is to say about a file, by its place; see :func:`.document.sentences`."""
        return sentences(self, place, asked)

    def told(self, place: int) -> str | None:
        """Return all that there is to say about a file, by its place; None if there is nothing."""
        return " ".join(self.sentences(place)) or None

    def to_json(self) -> dict[str, Any]:
        """Return the intake as the contract's JSON."""
        return document(self)

    # -- drafts ---------------------------------------------------------------------------------

    def to_draft(self) -> dict[str, Any]:
        """Return everything but the context as JSON, for an app to save while one works on it."""
        return {
            "files": [file.to_draft() for file in self.files],
            "rows": [
                {
                    "id": raw.id,
                    "file": raw.file,
                    "source": raw.source.model_dump(),
                    "role": raw.role,
                    "entries": dict(raw.entries),
                    "extra": dict(raw.extra),
                }
                for raw in self.raws
            ],
            "earlier": [tandem.model_dump(mode="json") for tandem in self.earlier],
            "mended": {key: dict(value) for key, value in self.mended.items()},
            "overruled": {key: value.model_dump(mode="json") for key, value in self.overrulings.items()},
            "dropped": sorted(self.dropped),
            "mended_from": {key: dict(value) for key, value in self.mended_from.items()},
            "overruled_on": {key: sorted(value) for key, value in self.overruled_on.items()},
        }

    @classmethod
    def from_draft(cls, draft: Mapping[str, Any], context: Context) -> Intake:
        """Return the intake that :meth:`to_draft` wrote, judged against what is stored now."""
        return cls(
            context,
            files=tuple(FileReport.from_draft(file) for file in draft["files"]),
            raws=tuple(RawRow(**{**raw, "source": Source(**raw["source"])}) for raw in draft["rows"]),
            earlier=tuple(EarlierTandem.model_validate(tandem) for tandem in draft["earlier"]),
            mended=draft["mended"],
            overrulings={key: Overruling.model_validate(value) for key, value in draft["overruled"].items()},
            dropped=frozenset(draft["dropped"]),
            mended_from=draft.get("mended_from", {}),
            overruled_on={key: frozenset(value) for key, value in draft.get("overruled_on", {}).items()},
        )


def _without(values: Mapping[str, T], key: str) -> dict[str, T]:
    return {other: value for other, value in values.items() if other != key}


def _by_place(raws: Iterable[RawRow]) -> dict[tuple[object, ...], str]:
    """Return the rows' ids by where they stand; one row of a sheet can be several."""
    found: dict[tuple[object, ...], str] = {}
    seen: Counter[tuple[object, ...]] = Counter()
    for raw in raws:
        place = raw.file, raw.source.sheet, raw.source.row
        found[*place, seen[place]] = raw.id
        seen[place] += 1
    return found


def wishes_in(application: Application) -> list[tuple[int, str]]:
    """Return the wishes of a mentee as (rank, text)."""
    if application.role != "mentee":
        return []
    return [
        (i, application.entries[name]) for i, name in enumerate(WISHES, 1) if application.entries.get(name)
    ]
