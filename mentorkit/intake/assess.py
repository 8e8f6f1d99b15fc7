"""From the rows of an intake to judged applications: known ones found again, duplicates found out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mentorkit.errors import RuleBroken
from mentorkit.intake.changes import label_of
from mentorkit.intake.context import Change, Context, RawRow, Row
from mentorkit.intake.deciding import decided, outlives
from mentorkit.intake.findings import doubling, gravest, message
from mentorkit.intake.identify import ID_HEADING, as_exported, identify
from mentorkit.intake.judge import Judgement, codes, judge
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.people import Acquaintances
from mentorkit.intake.vocabulary import ROLE
from mentorkit.language import say
from mentorkit.language.formats import written
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Application, EarlierTandem, Finding, Overruling, Source
from mentorkit.programme.settings import OrganisationSettings


@dataclass(frozen=True)
class Decisions:
    """What a person decided on the rows of an intake before confirming it, by the rows' ids.

    ``mended_from`` are the entries that were mended, ``overruled_on`` what was found where a person admitted
    or refused, as the person saw them: a decision covers nothing else.
    """

    mended: Mapping[str, Mapping[str, str]]
    overruled: Mapping[str, Overruling]
    dropped: frozenset[str] = frozenset()
    mended_from: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    overruled_on: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def inherited(self, heirs: Mapping[str, str]) -> Decisions:
        """Return the decisions with those on rows of an earlier state of a file on the rows of the later one.

        Parameters
        ----------
        heirs
            The later row by the earlier one, in the order of the files. What was decided on the later row
            itself goes first.
        """
        mended, seen = dict(self.mended), dict(self.mended_from)
        overruled, found = dict(self.overruled), dict(self.overruled_on)
        for old, new in heirs.items():
            if new in mended or new in overruled:
                continue
            for values in (mended, seen, overruled, found):
                if old in values:
                    values[new] = values[old]  # type: ignore[assignment]
        return Decisions(mended, overruled, self.dropped, seen, found)


NOTHING_DECIDED = Decisions({}, {})


def organisations_of(
    context: Context, raws: Iterable[RawRow], earlier: Iterable[EarlierTandem], decisions: Decisions
) -> Organisations:
    """Return the organisations that can be meant: those known, and those the files speak of."""
    heard = [entries["organisation"] for entries in (r.entries for r in raws) if "organisation" in entries]
    heard += [mend["organisation"] for mend in decisions.mended.values() if mend.get("organisation")]
    for tandem in earlier:
        heard += filter(None, (tandem.mentee_organisation, tandem.mentor_organisation))
    return Organisations.of(context.settings.organisations, context.organisations, heard)


def assess(  # noqa: PLR0913 - the last is named
    context: Context,
    raws: Sequence[RawRow],
    decisions: Decisions,
    known: Organisations,
    known_as: Mapping[int, str],
    *,
    superseded: Collection[int],
) -> tuple[list[Row], list[RawRow]]:
    """Judge the rows of an intake.

    ``known_as`` tells of which family a file, by its place, is, where its name does not tell; ``superseded``
    are the places of those that change nothing, since a later state was taken in.

    Returns
    -------
    list of Row
        In the order of the files.
    list of RawRow
        Those of organisations that the actor does not answer for.
    """
    live = [raw for raw in raws if raw.id not in decisions.dropped]
    live = [raw.of_family(known_as.get(raw.file, "")) for raw in live]
    tied = identify(live, context, known)
    families = _families(live, tied, context)
    live = [_as_said(raw.of_family(families[raw.file]), tied.get(raw.id)) for raw in live]
    raw_of = {stored.id: raw for raw in live if (stored := tied.get(raw.id))}
    work = _Work(context, decisions, known, Acquaintances(), superseded)
    rows, foreign = {}, []
    for stored in context.applications:
        raw = raw_of.get(stored.id)
        row = work.known_row(raw, stored) if raw else None
        if raw and row and not _visible(row, context):
            row = None  # it would be another organisation's
            foreign.append(raw)
        work.seen.add(row.application if row else stored)
        if raw and row:
            rows[raw.id] = row
    for raw in live:
        if raw.id in tied:
            continue
        row = work.new_row(raw)
        if not _visible(row, context):
            foreign.append(raw)
            continue
        work.seen.add(row.application)
        rows[raw.id] = row
    return [rows[raw.id] for raw in live if raw.id in rows], foreign


def _families(raws: Iterable[RawRow], tied: Mapping[str, Application], context: Context) -> dict[int, str]:
    """Return the family of each file, by its place: of those it can be of, the one of most of its rows."""
    seen: dict[int, Counter[str]] = {}
    for raw in raws:
        can_be = context.families_of(raw.source)
        counts = seen.setdefault(raw.file, Counter({raw.source.family or raw.source.file: 0}))
        stored = tied.get(raw.id)
        if stored and stored.source:
            others = context.families_of(stored.source)
            counts.update(family for family in can_be if family in others)
    return {place: counts.most_common(1)[0][0] for place, counts in seen.items()}


def _as_said(raw: RawRow, stored: Application | None) -> RawRow:
    """Return a row of an export as the one it was made of; an export is no place to come from."""
    if ID_HEADING not in raw.extra:
        return raw
    source = stored.source if stored and stored.source else raw.source
    return replace(as_exported(raw), source=source)


def _visible(row: Row, context: Context) -> bool:
    return context.may_see(row.application) and (row.as_said is None or context.may_see(row.as_said))


@dataclass(frozen=True)
class _Work:
    """What judging a row takes."""

    context: Context
    decisions: Decisions
    organisations: Organisations
    seen: Acquaintances
    superseded: Collection[int]

    def new_row(self, raw: RawRow) -> Row:
        """Judge a row that was not taken in before."""
        blank = Application(
            id=raw.id,
            run_id=self.context.run.id,
            person_id=raw.id,
            role=raw.role,
            first_name="",
            last_name="",
            source=raw.source,
            extra=raw.extra,
        )
        return self._decided(Row(raw, self._judged(blank, raw.entries), "new"))

    def known_row(self, raw: RawRow, stored: Application) -> Row:
        """Compare a row with the application it became; a person's decision on it stands."""
        if raw.file in self.superseded:
            return self._decided(Row(raw, stored, "unchanged", stored=stored))
        said = self.context.originals.get(stored.id, stored.entries)
        touched = stored.id in self.context.originals or stored.overruled is not None
        known = raw.entries in (said, stored.entries)
        change: Change = "unchanged" if known else "kept" if touched else "changed"
        notes = _held_back(stored, raw, said) if change == "kept" else ()
        moved = stored
        source = raw.source if change == "changed" else _citing(raw.source, raw.entries, stored.entries)
        if change != "changed" and stored.source and source.file != stored.source.file:
            source = stored.source  # what it says stands there
        if (stored.source, stored.extra) != (source, raw.extra):
            moved = stored.with_(source=source, extra=raw.extra)
        if change == "changed":
            moved = self._judged(moved, raw.entries)
        elif change == "unchanged" and moved is not stored:
            change = "changed"
        return self._decided(Row(raw, moved, change, notes, stored))

    def _judged(self, application: Application, entries: dict[str, str]) -> Application:
        return revised(application, entries, self.context, self.organisations, self.seen)

    def _decided(self, row: Row) -> Row:
        """Return a row with what a person decided on it before it was confirmed."""
        said, key = row.application, row.raw.id
        mend, overruling = self.decisions.mended.get(key), self.decisions.overruled.get(key)
        lapsed: list[str] = []
        fresh = said
        if mend is not None:
            outdated = self._outdated(said, mend, key)
            lapsed += (_refused(said, name, mend[name]) for name in outdated)
            if len(outdated) < len(mend):
                holds = {name: text for name, text in mend.items() if name not in outdated}
                entries = mended(said.entries, holds)
                fresh = self._judged(without_cells(said, entries), entries)
        if overruling and not fresh.withdrawn:
            fresh, untold = self._ruled(fresh, overruling, self.decisions.overruled_on.get(key))
            lapsed += untold
        if fresh == said and (lapsed or not mend):
            return replace(row, lapsed=tuple(lapsed))
        change: Change = "new" if row.change == "new" else "changed"
        return replace(row, application=fresh, change=change, as_said=said, lapsed=tuple(lapsed))

    @staticmethod
    def _ruled(
        fresh: Application, decision: Overruling, seen: frozenset[str] | None
    ) -> tuple[Application, list[str]]:
        """Return an application with a decision on it, or as it is and why the decision does not hold."""
        if fresh.overruled is not None:
            same = fresh.overruled.verdict == decision.verdict
            return fresh, [] if same else [_decided_otherwise(fresh)]
        if not outlives(decision, seen, fresh):
            return fresh, [_not_covered(fresh, decision, seen or ())]
        try:
            return decided(fresh, decision), []
        except RuleBroken:
            return fresh, []  # it is so by itself now

    def _outdated(self, said: Application, mend: Mapping[str, str], key: str) -> set[str]:
        """Return the fields whose entries are neither as the person saw nor as the person wrote them."""
        seen = self.decisions.mended_from.get(key, {})
        now = {name: said.entries.get(name, "") for name in mend}
        return {name for name in mend if now[name] not in (seen.get(name, now[name]), mend[name])}


def _held_back(stored: Application, raw: RawRow, said: Mapping[str, str]) -> tuple[str, ...]:
    """Say what a file says otherwise than before, and what holds instead since somebody decided on it."""
    held = [
        say(
            "{label}: “{mine}” holds here, the file says “{theirs}” now.",
            label=label_of(name),
            mine=written(stored.entries.get(name) or "–"),
            theirs=written(raw.entries.get(name) or "–"),
        )
        for name in (*FIELDS, ROLE)
        if raw.entries.get(name) not in (said.get(name), stored.entries.get(name))
    ]
    general = say("The file says otherwise now, but somebody decided on this since; it stays as it is.")
    return general, *held


def _citing(source: Source, told: Mapping[str, str], entries: Mapping[str, str]) -> Source:
    """Return a source that names the cells of those entries only that are as they were told there."""
    cells = {name: cell for name, cell in source.cells.items() if told.get(name) == entries.get(name)}
    return source if cells == source.cells else source.model_copy(update={"cells": cells})


def without_cells(application: Application, entries: Mapping[str, str]) -> Application:
    """Return an application that names no cell for what other entries say otherwise."""
    if application.source is None:
        return application
    source = _citing(application.source, application.entries, entries)
    return application.model_copy(update={"source": source})


def _refused(application: Application, name: str, text: str) -> str:
    return say(
        "{name}: somebody else changed “{label}” to “{theirs}” in the meantime;"
        " your entry “{mine}” is not taken over.",
        name=application.name,
        label=label_of(name),
        theirs=written(application.entries.get(name) or "–"),
        mine=written(text or "–"),
    )


def _decided_otherwise(application: Application) -> str:
    return say(
        "{name}: somebody else decided otherwise in the meantime; your decision is not taken over.",
        name=application.name,
    )


def _not_covered(application: Application, decision: Overruling, seen: Collection[str]) -> str:
    if decision.verdict == "refused":
        return say(
            "{name}: your decision to refuse does not hold, since what it was taken on was corrected in the"
            " meantime. Please decide again.",
            name=application.name,
        )
    new = codes(application.findings) - set(seen)
    return say(
        "{name}: your decision to admit does not hold, since more was found in the meantime: {findings}",
        name=application.name,
        findings=" ".join(message(finding) for finding in application.findings if finding.code in new),
    )


def mended(entries: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """Return entries with changes; an empty text takes an entry away."""
    return {name: text for name, text in {**entries, **changes}.items() if text}


def revised(
    application: Application,
    entries: dict[str, str],
    context: Context,
    known: Organisations,
    seen: Acquaintances,
) -> Application:
    """Return an application with other entries, judged anew.

    An admission stays as long as nothing new is found; what it allowed was not more than that. A refusal
    stays until a person takes it back: nobody takes part by a rule that changed. That it doubles another
    stays as long as the e-mail does: another name alone clears up nothing. What was erased stays as it is.
    """
    if application.erased:
        return application
    judgement = judge(entries, application.role, context.settings, context.run, known)
    fresh = _with_judgement(application, entries, judgement)
    doubted = "duplicate" in codes(application.findings)
    if other := seen.same(fresh, doubted=doubted):
        findings = (*fresh.findings, _duplicate(fresh, other, context.settings.organisations))
        fresh = fresh.model_copy(update={"findings": findings, "status": gravest(findings)})
    lapses = fresh.status == "ok" or not codes(fresh.findings) <= codes(application.findings)
    return fresh.model_copy(update={"overruled": None}) if fresh.admitted and lapses else fresh


def _with_judgement(application: Application, entries: dict[str, str], judgement: Judgement) -> Application:
    made = {
        "first_name": judgement.first_name,
        "last_name": judgement.last_name,
        "organisation": judgement.organisation,
        "entries": entries,
        "answers": judgement.answers,
        "findings": judgement.findings,
        "notes": judgement.notes,
        "status": judgement.status,
    }
    return application.model_copy(update=made)  # all of it is of the right types


def _duplicate(application: Application, other: Application, settings: OrganisationSettings) -> Finding:
    """Return the finding; it is read with the application, so it tells no place of another organisation."""
    tells = settings.kind == "none" or other.organisation == application.organisation
    detail = doubling(application, other) if tells else {"name": application.name}
    return Finding(code="duplicate", value=application.name, detail=detail)
