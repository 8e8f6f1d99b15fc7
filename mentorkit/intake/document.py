"""What an intake tells: of each file in sentences, and all of it as the contract's JSON."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from mentorkit.intake.context import FileReport, Row
from mentorkit.intake.findings import Audience, message
from mentorkit.intake.identify import ID_HEADING
from mentorkit.intake.news import left_out, new_history
from mentorkit.language import later, say, say_n
from mentorkit.language.formats import date, listing
from mentorkit.programme.records import Application

if TYPE_CHECKING:
    from mentorkit.intake.intake import Intake, ResolvedWish

#: So many rows that are not believed are named in what is told of a file.
_NAMED = 3


def document(intake: Intake) -> dict[str, Any]:
    """Return an intake as the contract's JSON."""
    return {
        "run": intake.context.run.id,
        "committed": intake.committed,
        "files": [_file_json(intake, place, file) for place, file in enumerate(intake.files)],
        "rows": [_row_json(row, intake.audience) for row in intake.rows],
        "wishes": [_wish_json(wish) for wish in intake.wishes],
        "history": intake.history,
    }


def gone(intake: Intake, place: int) -> tuple[Application, ...]:
    """Return who stood in an earlier state of a file, by its place, and stands in it no longer.

    Files of several senders may have one name: this one is a later state of what was taken in before if
    somebody stands in both. Where they are known to share it, only the organisations that stand in it count.
    """
    here = [row for row in intake.rows if row.raw.file == place and row.stored]
    older = intake.replaced.get(place)
    beside = tuple(row.application for row in intake.rows if row.raw.file == older)
    if not here or intake.dropped or place in intake.superseded or ID_HEADING in here[0].raw.extra:
        return beside
    again = {row.application.id for row in intake.rows}
    families = set(intake.context.families_of(here[0].raw.source))
    organisations = {row.application.organisation for row in here}
    found = []
    for a in intake.context.visible:
        others = set(intake.context.families_of(a.source)) if a.source else set()
        is_shared = len(families | others) > 1
        if families & others and (a.organisation in organisations or not is_shared):
            found.append(a)
    return (*(a for a in found if a.id not in again and not a.withdrawn), *beside)


def sentences(intake: Intake, place: int, asked: Collection[str] = ()) -> list[str]:
    """Return what there is to say about a file, by its place: how it was read and what it changes.

    Each is one matter, in a sentence or two.

    Parameters
    ----------
    intake, place
        The intake, and the place of the file in it.
    asked
        The kinds of questions that are asked about the file beside; what depends on the answers is not told
        as a fact.
    """
    file = intake.files[place]
    lacking = None if {"heading", "column"} & set(asked) else file.lacking
    said = [sentence for sentence in (file.message, lacking) if sentence]
    said += _newer(intake, place) if "replaces" not in asked else []
    if older := sum(raw.file == place and raw.id in intake.outdated for raw in intake.raws):
        said.append(
            say_n(
                "{n} row of it stands in a newer state as well, and counts as it stands there.",
                "{n} rows of it stand in a newer state as well, and count as they stand there.",
                older,
            )
        )
    is_known = {row.change for row in intake.rows if row.raw.file == place} == {"unchanged"}
    if is_known and not any(t.source and t.source.file == file.file for t in new_history(intake)):
        said.append(_nothing_new(intake, place))
    said += _superseded(intake, place)
    said += _kept(intake, place)
    if "replaces" not in asked and (missing := gone(intake, place)):
        said.append(
            say(
                "No longer in this file: {names}. Their applications stay;"
                " please withdraw them if they take no part any more.",
                names=listing(a.name for a in missing),
            )
        )
    return said + left_out(intake, place)


def _newer(intake: Intake, place: int) -> list[str]:
    """Say of which other file this one is a newer state, as somebody said or as it looks."""
    if (newer := intake.newer.get(place)) is None:
        return []
    is_said = intake.is_said(place)
    if place in intake.replaced:
        return [say(_REPLACES_BESIDE[is_said], file=newer.file)]
    if intake.known_as.get(place) == newer.file and place not in intake.superseded:
        return [say(_REPLACES[is_said], file=newer.file)]
    return []


#: That a file replaces one taken in before, as it looks and as somebody said; and one read with it.
_REPLACES = (
    later("This looks like a newer state of “{file}”: taking it in updates those applications."),
    later("This is a newer state of “{file}”: taking it in updates those applications."),
)
_REPLACES_BESIDE = (
    later("This looks like a newer state of “{file}”: who stands in both is taken in from here."),
    later("This is a newer state of “{file}”: who stands in both is taken in from here."),
)


def _kept(intake: Intake, place: int) -> list[str]:
    """Say what of a file is not believed, since somebody decided otherwise."""
    rows = [row for row in intake.rows if row.raw.file == place and row.change == "kept"]
    said = [f"{row.application.name}: {' '.join(row.notes)}" for row in rows[:_NAMED]]
    if more := len(rows) - len(said):
        said.append(say_n("{n} more row stays as decided here.", "{n} more rows stay as decided here.", more))
    return said


def _nothing_new(intake: Intake, place: int) -> str:
    digest = intake.files[place].digest
    earlier = next((known for known in intake.context.taken if known.digest == digest), None)
    if earlier is None:
        return say("Nothing new: all its applications are known already.")
    return say(
        "Nothing new: the same was taken in on {date} as “{file}”.",
        date=date(earlier.at.astimezone().date()),
        file=earlier.name,
    )


def _superseded(intake: Intake, place: int) -> list[str]:
    """Say that a file is not believed where a state that was taken in since says otherwise."""
    originals, file = intake.context.originals, intake.superseded.get(place)
    rows = [(row.raw, row.stored) for row in intake.rows if row.raw.file == place]
    if file and any(now and raw.entries not in (now.entries, originals.get(now.id)) for raw, now in rows):
        return [
            say(
                "A newer state of it, “{file}”, was taken in since: where the two differ, the newer one"
                " holds. Please correct in the application what is wrong there.",
                file=file,
            )
        ]
    return []


def _file_json(intake: Intake, place: int, file: FileReport) -> dict[str, Any]:
    return {
        "file": file.file,
        "status": file.status,
        "message": intake.told(place),
        "sheets": [sheet.to_json() for sheet in file.sheets],
    }


def _row_json(row: Row, audience: Audience) -> dict[str, Any]:
    application, source = row.application, row.raw.source
    findings = [
        {
            "code": f.code,
            "field": f.field,
            "value": f.value,
            "message": message(f, of=application, audience=audience),
        }
        for f in application.findings
    ]
    stored = application.version > 0
    return {
        "file": source.file,
        "sheet": source.sheet,
        "row": source.row,
        "role": application.role,
        "person_id": application.person_id if stored else None,
        "first_name": application.first_name,
        "last_name": application.last_name,
        "organisation": application.organisation,
        "status": application.status,
        "findings": findings,
        "notes": [*application.notes, *row.notes, *row.lapsed],
        "application_id": application.id if stored else None,
        "overruled": application.overruled.model_dump(mode="json") if application.overruled else None,
        "answers": application.answers,
        "change": row.change,
        "differences": [vars(difference) for difference in row.differences],
        "withdrawn": application.withdrawn.model_dump(mode="json") if application.withdrawn else None,
        "result": application.result,
    }


def _wish_json(wish: ResolvedWish) -> dict[str, Any]:
    source = wish.application.source
    return {
        "file": source.file if source else None,
        "row": source.row if source else None,
        "rank": wish.rank,
        "text": wish.text,
        "mentor_id": wish.mentor.person_id if wish.mentor and wish.mentor.version else None,
        "mentor": wish.mentor.name if wish.mentor else None,
        "confidence": wish.confidence,
    }
