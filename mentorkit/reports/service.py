"""The reports of a run: which there are, and making one as PDF, HTML or notebook."""

from __future__ import annotations

import base64
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mentorkit.errors import NotFound, StoreError, UsageError, why_not_written
from mentorkit.language import later, say, voice
from mentorkit.places import notebooks
from mentorkit.programme.records import GoalName
from mentorkit.programme.records import Run as RunRecord
from mentorkit.run import Run
from mentorkit.setup.logo import alt_text, logo_of

Form = Literal["pdf", "html", "ipynb"]
FORMS: tuple[Form, ...] = ("pdf", "html", "ipynb")


@dataclass(frozen=True)
class ReportKind:
    """A report that can be made: ``name`` is also the name of its notebook."""

    name: str
    message: str
    about: str
    #: What the actor must be allowed.
    action: str = "report.make"
    per_organisation: bool = False
    #: Whether it tells of people what is not for all: it says so on every page.
    confidential: bool = False
    #: Its chapters, in their order; those without content are left out.
    headings: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title in the language in force."""
        return say(self.message)

    @property
    def description(self) -> str:
        """What the report shows, in a sentence."""
        return say(self.about)

    @property
    def chapters(self) -> list[str]:
        """The chapters in the language in force."""
        return [say(heading) for heading in self.headings]


KINDS = (
    ReportKind(
        "matching",
        later("Matching report"),
        later("How the tandems came about: scores, reasons, who is left over, the coordinators' decisions."),
        confidential=True,
        headings=(
            later("Between the organisations"),
            later("The tandems"),
            later("Without a partner"),
            later("Not taking part, and admitted by decision"),
            later("How the groups fare"),
            later("Decisions of the coordinators"),
            later("How the matching was made"),
            later("Why these two"),
        ),
    ),
    ReportKind(
        "organisation",
        later("Report for an organisation"),
        later("One organisation's applications and tandems."),
        action="report.organisation",
        per_organisation=True,
        confidential=True,
        headings=(later("Applications"), later("Tandems")),
    ),
    ReportKind(
        "network",
        later("The network of the tandems"),
        later("The tandems between organisations and between people, how the network grew, what is missing."),
        headings=(
            later("Between the organisations"),
            later("Between the people"),
            later("Over the runs"),
            later("What the network says"),
            later("Not linked yet"),
        ),
    ),
)


def catalogue() -> tuple[ReportKind, ...]:
    """Return all reports."""
    return KINDS


def available(run: Run) -> list[ReportKind]:
    """Return the reports the actor may make of a run."""
    actor, programme = run.bench.actor, run.programme
    with_organisations = programme.settings.organisations.kind != "none"
    return [
        kind
        for kind in KINDS
        if actor.scopes(kind.action, programme.id) and (with_organisations or not kind.per_organisation)
    ]


def make(
    run: Run,
    name: str,
    *,
    organisation: str | None = None,
    form: Form = "pdf",
    goal: GoalName | None = None,
) -> bytes:
    """Make a report.

    Parameters
    ----------
    run
        The run it is about.
    name
        Name of the report, see :func:`catalogue`.
    organisation
        For reports on one organisation, its name.
    form
        ``pdf``, ``html`` (one file) or ``ipynb`` (the executed notebook).
    goal
        For the matching report before approval, another goal than the proposal's.

    Returns
    -------
    bytes
        The file; the same workbench gives the same bytes.

    Raises
    ------
    UsageError
        If there is no such report or form, or an organisation is missing.
    NotFound
        If the programme does not know the organisation.
    NotAllowed
        If the actor may not make it.
    ReportFailed
        If the report stops with an error.
    """
    import nbformat

    from mentorkit import reports

    kind = _kind(name)
    if form not in FORMS:
        raise UsageError(say("A report is made as one of: {known}.", known=", ".join(FORMS)))
    _check(run, kind, organisation)
    notebook = nbformat.read(notebooks() / "reports" / f"{kind.name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    notebook.metadata["mentorkit"] = _facts(run, kind, organisation)
    parameters = {"run": run.id, "language": voice().language}
    if kind.per_organisation:
        parameters["organisation"] = organisation or ""
    if goal and kind.name == "matching":
        parameters["goal"] = goal
    with _reachable(run) as environment:
        done = reports.run_notebook(notebook, parameters, environment=environment)
    if form == "pdf":
        return reports.to_pdf(done)
    return (reports.to_html(done) if form == "html" else reports.to_notebook(done)).encode("utf-8")


def report(run: Run, name: str, *, organisation: str | None = None, to: str | Path) -> Path:
    """Make a report and write it to a file; its suffix (.pdf, .html, .ipynb) decides the form.

    Raises
    ------
    UsageError
        If there is no such report or suffix.
    StoreError
        If the file cannot be written.
    mentorkit.errors.MentorkitError
        As :func:`make`.

    Examples
    --------
    >>> mk.report(run, "organisation", organisation="Lünen", to="luenen.pdf")  # doctest: +SKIP
    """
    target = Path(to)
    form = next((known for known in FORMS if target.suffix.lower() == f".{known}"), None)
    if form is None:
        raise UsageError(
            say(
                "“{file}” must end in one of: {known}.",
                file=target,
                known=", ".join(f".{known}" for known in FORMS),
            )
        )
    write_whole(target, make(run, name, organisation=organisation, form=form))
    return target


def _not_written(target: Path, error: OSError) -> StoreError:
    return StoreError(say("“{file}” cannot be written: {why}.", file=target, why=why_not_written(error)))


def report_all(
    run: Run, name: str, folder: Path, *, progress: Callable[[int, int], None] | None = None
) -> list[Path]:
    """Make a report for every organisation that the actor may make it for, as PDF files in a folder.

    Raises
    ------
    UsageError
        If the report is not about one organisation.
    NotAllowed
        If the actor may make it for none.
    StoreError
        If the folder or a file cannot be written.
    mentorkit.errors.MentorkitError
        As :func:`make`.
    """
    kind = _kind(name)
    if not kind.per_organisation:
        raise UsageError(say("The report “{name}” is not about one organisation.", name=name))
    actor, programme_id = run.bench.actor, run.programme.id
    organisations = [known for known in run.organisations if actor.may(kind.action, programme_id, known)]
    if not organisations:
        actor.require(kind.action, programme_id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(folder, error) from error
    written = []
    for done, organisation in enumerate(organisations):
        if progress:
            progress(done, len(organisations))
        written.append(
            report(run, name, organisation=organisation, to=folder / f"{_file_name(organisation)}.pdf")
        )
    if progress:
        progress(len(organisations), len(organisations))
    return written


def make_all(run: Run, name: str, *, progress: Callable[[int, int], None] | None = None) -> bytes:
    """Make a report for every organisation that the actor may make it for, as one ZIP file of PDF files.

    Returns
    -------
    bytes
        The file; the same workbench gives the same bytes.

    Raises
    ------
    mentorkit.errors.MentorkitError
        As :func:`report_all`.
    """
    archive = io.BytesIO()
    with (
        tempfile.TemporaryDirectory(prefix="mentorkit-") as folder,
        zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for written in report_all(run, name, Path(folder), progress=progress):
            # a ZipInfo by itself bears no time of today
            packed.writestr(zipfile.ZipInfo(written.name), written.read_bytes(), zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def require_organisation(run: Run, organisation: str | None) -> str:
    """Return the organisation a report is about.

    Raises
    ------
    UsageError
        If none is named.
    NotFound
        If the programme does not know it.
    NotAllowed
        If the actor may not see it.
    """
    if not organisation:
        raise UsageError(say("Please name the organisation."))
    known = run.organisations
    if organisation not in known:
        listed = ", ".join(known) or "–"
        raise NotFound(
            say("There is no organisation “{name}”. There are: {known}.", name=organisation, known=listed)
        )
    run.bench.actor.require("report.organisation", run.programme.id, organisation)
    return organisation


def file_name(
    run: Run, name: str, organisation: str | None = None, form: Form | Literal["zip"] = "pdf"
) -> str:
    """Return a name for a report's file, or for the ZIP file of all organisations."""
    parts = [name, run.id.replace("/", "-"), *([_file_name(organisation)] if organisation else [])]
    return "-".join(parts) + f".{form}"


def _file_name(text: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in text).strip("-").lower()


def _kind(name: str) -> ReportKind:
    for kind in KINDS:
        if kind.name == name:
            return kind
    known = ", ".join(kind.name for kind in KINDS)
    raise UsageError(say("There is no report “{name}”. There are: {known}.", name=name, known=known))


def _check(run: Run, kind: ReportKind, organisation: str | None) -> None:
    programme = run.programme
    if not kind.per_organisation:
        if organisation:
            raise UsageError(say("The report “{name}” is not about one organisation.", name=kind.name))
        run.bench.actor.require(kind.action, programme.id)
        return
    require_organisation(run, organisation)


def _facts(run: Run, kind: ReportKind, organisation: str | None) -> dict[str, Any]:
    with run.bench.store.read() as reader:
        changed = reader.last_change()
        approved = reader.get(RunRecord, run.id).approved_at
    programme, own = run.programme, run.programme.settings.text(voice().language)
    facts: dict[str, Any] = {
        "title": kind.title,
        "lang": voice().language,
        "programme": run.title,
        "about": [text for text in (own.description, own.note, own.contact) if text.strip()],
    }
    if picture := logo_of(run.bench.store, run.bench.actor, programme.id):
        facts["logo"] = base64.b64encode(picture).decode()
        facts["logo_alt"] = alt_text(programme.name)
    if kind.confidential:
        facts["mark"] = say("Confidential: names and answers of people")
    if organisation:
        facts["organisation"] = organisation
    if (moment := approved or changed) is not None:
        facts["date"] = moment.date().isoformat()
    return facts


@contextmanager
def _reachable(run: Run) -> Iterator[dict[str, str]]:
    """Give the environment in which the report's process finds the workbench and acts as the same user."""
    with tempfile.TemporaryDirectory(prefix="mentorkit-") as folder:
        target = run.bench.store.reachable(Path(folder))
        yield {**os.environ, "MENTORKIT_BENCH": target, "MENTORKIT_USER": run.bench.actor.name}


def write_whole(target: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".mentorkit-") as folder:
            unfinished = Path(folder) / target.name
            unfinished.write_bytes(content)
            os.replace(unfinished, target)
    except OSError as error:
        raise _not_written(target, error) from error
