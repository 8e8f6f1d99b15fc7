"""From the rows of an intake to judged applications: known ones found again, duplicates found out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mentorkit.intake.context import Change, Context, RawRow, Row
from mentorkit.intake.findings import gravest
from mentorkit.intake.judge import Judgement, codes, judge
from mentorkit.intake.names import name_key, nearly_equal
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.people import Acquaintances, email_key
from mentorkit.language import say
from mentorkit.programme.records import Application, EarlierTandem, Finding, Overruling
from mentorkit.programme.settings import OrganisationSettings


@dataclass(frozen=True)
class Decisions:
    """What a person decided on the rows of an intake before confirming it, by the rows' ids."""

    mended: Mapping[str, Mapping[str, str]]
    overruled: Mapping[str, Overruling]
    dropped: frozenset[str] = frozenset()


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


def assess(
    context: Context, raws: Sequence[RawRow], decisions: Decisions, known: Organisations
) -> tuple[list[Row], list[RawRow]]:
    """Judge the rows of an intake.

    Returns
    -------
    list of Row
        In the order of the files.
    list of RawRow
        Those of organisations that the actor does not answer for.
    """
    live = [raw for raw in raws if raw.id not in decisions.dropped]
    tied = identify(live, context, known)
    raw_of = {stored.id: raw for raw in live if (stored := tied.get(raw.id))}
    work = _Work(context, decisions, known, Acquaintances())
    rows, foreign = {}, []
    for stored in context.applications:
        raw = raw_of.get(stored.id)
        row = work.known_row(raw, stored) if raw else None
        if raw and row and not context.may_see(row.application):
            row = None  # it would be another organisation's
            foreign.append(raw)
        work.seen.add(row.application if row else stored)
        if raw and row:
            rows[raw.id] = row
    for raw in live:
        if raw.id in tied:
            continue
        row = work.new_row(raw)
        if not context.may_see(row.application):
            foreign.append(raw)
            continue
        work.seen.add(row.application)
        rows[raw.id] = row
    return [rows[raw.id] for raw in live if raw.id in rows], foreign


@dataclass(frozen=True)
class _Work:
    """What judging a row takes."""

    context: Context
    decisions: Decisions
    organisations: Organisations
    seen: Acquaintances

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
        return Row(raw, self._decided(raw, blank, raw.entries), "new")

    def known_row(self, raw: RawRow, stored: Application) -> Row:
        """Compare a row with the application it became; a person's decision on it stands."""
        said = self.context.originals.get(stored.id, stored.entries)
        touched = stored.id in self.context.originals or stored.overruled is not None
        change: Change = "unchanged" if said == raw.entries else "kept" if touched else "changed"
        notes: tuple[str, ...] = ()
        if change == "kept":
            notes = (
                say("The file says otherwise now, but somebody decided on this since; it stays as it is."),
            )
        moved = stored.with_(source=raw.source, extra=raw.extra)
        if change == "changed" or raw.id in self.decisions.mended:
            entries = raw.entries if change == "changed" else stored.entries
            return Row(raw, self._decided(raw, moved, entries), "changed", notes)
        if change == "unchanged" and moved != stored:
            change = "changed"
        return Row(raw, _overruled(moved, self.decisions.overruled.get(raw.id)), change, notes)

    def _decided(self, raw: RawRow, application: Application, entries: dict[str, str]) -> Application:
        entries = mended(entries, self.decisions.mended.get(raw.id, {}))
        fresh = revised(application, entries, self.context, self.organisations, self.seen)
        return _overruled(fresh, self.decisions.overruled.get(raw.id))


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

    An overruling stays as long as nothing new is found; what it allowed was not more than that.
    """
    judgement = judge(entries, application.role, context.settings, context.run, known)
    fresh = _with_judgement(application, entries, judgement)
    if other := seen.same(fresh):
        findings = (*fresh.findings, _duplicate(fresh, other, context.settings.organisations))
        fresh = fresh.with_(findings=findings, status=gravest(findings))
    allowed = codes(application.findings) if application.overruled else set()
    if fresh.status == "ok" or not codes(fresh.findings) <= allowed:
        fresh = fresh.with_(overruled=None)
    return fresh


def _with_judgement(application: Application, entries: dict[str, str], judgement: Judgement) -> Application:
    return application.with_(
        first_name=judgement.first_name,
        last_name=judgement.last_name,
        organisation=judgement.organisation,
        entries=entries,
        answers=judgement.answers,
        findings=judgement.findings,
        notes=judgement.notes,
        status=judgement.status,
    )


def _duplicate(application: Application, other: Application, settings: OrganisationSettings) -> Finding:
    """Return the finding; it is read with the application, so it tells no place of another organisation."""
    detail: dict[str, str | int | float] = {"name": application.name}
    if other.source and (settings.kind == "none" or other.organisation == application.organisation):
        detail |= {"file": other.source.file, "sheet": other.source.sheet or "", "row": other.source.row}
        if other.name != application.name:
            detail["other"] = other.name
    return Finding(code="duplicate", value=application.name, detail=detail)


def _overruled(application: Application, overruling: Overruling | None) -> Application:
    if overruling and application.status in ("review", "ineligible"):
        return application.with_(overruled=overruling)
    return application


# -- the same file again --------------------------------------------------------------------------


def identify(raws: Sequence[RawRow], context: Context, known: Organisations) -> dict[str, Application]:
    """Return the stored application of each row that was taken in before, of those the actor may see.

    The same row of the same sheet with the same person of the same organisation; else, where rows have
    moved, the same person in the same sheet, in order. The organisation counts because files of several
    senders often have the same name.
    """
    places: dict[tuple[object, ...], list[Application]] = defaultdict(list)
    for application in context.visible:
        if application.source:
            places[_sheet(application.source.file, application.source.sheet, application.role)].append(
                application
            )
    found: dict[str, Application] = {}
    used: set[str] = set()
    for same_row in (True, False):
        for raw in raws:
            if raw.id in found:
                continue
            for stored in places[_sheet(raw.source.file, raw.source.sheet, raw.role)]:
                if stored.id not in used and _is_same(raw, stored, context, known, same_row=same_row):
                    found[raw.id] = stored
                    used.add(stored.id)
                    break
    return found


def _sheet(file: str, sheet: str | None, role: str) -> tuple[object, ...]:
    return file, sheet, role


def _is_same(
    raw: RawRow, stored: Application, context: Context, known: Organisations, *, same_row: bool
) -> bool:
    at_its_row = stored.source is not None and stored.source.row == raw.source.row
    if same_row and not at_its_row:
        return False
    for entries in (stored.entries, context.originals.get(stored.id)):
        if entries is not None and _same_person(raw.entries, entries, known, loosely=same_row):
            return True
    return False


def _same_person(
    one: Mapping[str, str], other: Mapping[str, str], known: Organisations, *, loosely: bool
) -> bool:
    """Tell whether two rows are by one person; ``loosely`` where one stands in the place of the other."""
    names = [name_key(e.get("first_name", ""), e.get("last_name", "")) for e in (one, other)]
    addresses = [email_key(e.get("email")) for e in (one, other)]
    same_name = names[0] == names[1] and any(names[0])
    same_address = addresses[0] == addresses[1] and any(addresses)
    if same_name:
        alike = loosely or same_address or not all(addresses)
    else:
        near = not all(addresses) and nearly_equal(*names)
        alike = loosely and (one == other or same_address or near)
    if not alike:
        return False
    together = known.agree(one.get("organisation", ""), other.get("organisation", ""))
    if together is None:  # an organisation that was not understood may have been corrected
        return same_name and same_address
    return together
