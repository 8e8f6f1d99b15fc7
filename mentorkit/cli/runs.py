"""The commands on a run: from its applications to its reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from mentorkit.cli.common import (
    AS,
    JSON,
    RUN,
    OnABench,
    Progress,
    check_ending,
    on_a_run,
    opened,
    print_json,
    print_table,
    tell_written,
)
from mentorkit.errors import MentorkitError, UsageError
from mentorkit.intake.changes import STATUS_WORDS, state_word
from mentorkit.language import say, say_n, set_default_voice

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching
    from mentorkit.run import Run


@click.command(cls=OnABench)
@on_a_run
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--dry-run", is_flag=True, help="Read and judge, but change nothing.")
def intake(run: Run, files: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Read applications from CSV, XLSX and ODS files."""
    with Progress(say("Reading the files")) as progress:
        result = run.intake(files, commit=not dry_run, progress=progress)
    document = result.to_json()
    refused = [file for file in document["files"] if file["status"] == "refused"]
    if as_json:
        print_json(document)
    else:
        _tell_intake(document)
    for file in refused:
        click.echo(f"{file['file']}: {file['message']}", err=True)
    if refused:
        raise SystemExit(1)


def _tell_intake(document: dict[str, Any]) -> None:
    for file in document["files"]:
        if file["status"] == "read" and file["message"]:
            click.echo(f"{file['file']}: {file['message']}")
    for row in document["rows"]:
        if row["result"] == "ok" and not row["differences"]:
            continue
        place = ", ".join(str(part) for part in (row["file"], row["sheet"], row["row"]) if part is not None)
        click.echo(f"{row['first_name']} {row['last_name']} ({place}) – {say(STATUS_WORDS[row['result']])}")
        for finding in row["findings"]:
            click.echo(f"    {finding['message']}")
        for change in row["differences"]:
            click.echo(f"    {change['label']}: {change['before'] or '–'} → {change['after'] or '–'}")
    counts = {status: sum(row["result"] == status for row in document["rows"]) for status in STATUS_WORDS}
    click.echo(", ".join(f"{count} {say(STATUS_WORDS[status])}" for status, count in counts.items()))


@click.command(cls=OnABench)
@on_a_run
def applications(run: Run, as_json: bool) -> None:
    """List the applications of a run."""
    frame = run.applications
    if as_json:
        rows = json.loads(frame.to_json(orient="records", force_ascii=False))
        print_json({"run": run.id, "applications": rows})
    else:
        words = [state_word(application) for application in run.application_records]
        shown = frame[["person_id", "role", "last_name", "first_name", "organisation"]]
        print_table(shown.assign(status=words))


@click.command(cls=OnABench)
@on_a_run
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File (.xlsx)."
)
def export(run: Run, output: Path, as_json: bool) -> None:
    """Write the applications as a workbook, which “intake” takes back without loss."""
    from mentorkit.reports.service import write_whole

    check_ending(output, ".xlsx")
    write_whole(output, run.export())
    tell_written(output, as_json, {"applications": len(run.application_records)})


@click.command(cls=OnABench)
@on_a_run
@click.option(
    "--pairs", type=click.Path(dir_okay=False, path_type=Path), help="Write every pair and its price."
)
@click.option("--goal", type=click.Choice(["total", "fair", "wishes"]),
              help="Instead of the goal of the scenario that is the proposal, or total.")  # fmt: skip
@click.option("--approve", is_flag=True, help="Form the tandems.")
def match(run: Run, pairs: Path | None, goal: str | None, approve: bool, as_json: bool) -> None:
    """Find the best matching under the rules, proved."""
    matching = run.match(cast(Any, goal))
    if pairs is not None and matching.status == "optimal":
        with Progress(say("Working out the prices")) as progress:
            matching.write_pairs(pairs, progress=progress)
    if as_json:
        print_json({"run": run.id, **matching.to_json()})
    else:
        _tell_matching(matching)
    if matching.status != "optimal":
        click.echo(matching.reason, err=True)
        raise SystemExit(1)
    if approve:
        _tell_unsettled(run, matching)
        formed = run.approve(matching)
        click.echo(say_n("{n} tandem is formed.", "{n} tandems are formed.", len(formed)), err=True)


def _tell_unsettled(run: Run, matching: Matching) -> None:
    """Say of how many tandems nothing is settled yet, where that comes first."""
    from mentorkit.matching.one_by_one import unsettled, unsettled_sentence

    if run.programme.settings.one_by_one:
        pairs = zip(matching.tandems["mentee_id"], matching.tandems["mentor_id"], strict=True)
        if told := unsettled_sentence(unsettled(pairs, run.settlements)):
            click.echo(told, err=True)


def _tell_matching(matching: Any) -> None:  # noqa: ANN401 - imported on use
    for row in matching.tandems.itertuples():
        places = f"({row.mentee_organisation or '–'} ← {row.mentor_organisation or '–'})"
        click.echo(f"{row.score:5}  {row.mentee} ← {row.mentor} {places}")
    for person in matching.to_json()["unmatched"]:
        click.echo(f"    –  {person['person']}: {person['reason']}")


@click.command(cls=OnABench)
@on_a_run
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write."
)
@click.option("--runs", multiple=True, metavar="all|NAME",
              help="All runs of the programme with its history, or these; this one by default.")  # fmt: skip
@click.option("--organisations", is_flag=True, help="Organisation to organisation instead of people.")
@click.option(
    "--pseudonyms",
    "key_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="KEYFILE",
    help="Without names: pseudonyms for people and organisations, by the key in this file.",
)
def network(
    run: Run, output: Path, runs: tuple[str, ...], organisations: bool, key_file: Path | None, as_json: bool
) -> None:
    """Write the graph of tandems (.graphml, .gexf, .svg, .png, .csv)."""
    from mentorkit.network import organisation_graph, person_graph, pseudonymised, write
    from mentorkit.network.pseudonyms import read_key
    from mentorkit.network.words import network_title

    tandems = run.network_tandems("all" if "all" in runs else runs or "this")
    columns = ["mentee_organisation", "mentor_organisation"]
    if organisations and not run.organisations and tandems[columns].isna().all(axis=None):
        raise MentorkitError(
            say(
                "{programme} has no organisations, so there is no network of them. "
                "Without --organisations you get the network of people.",
                programme=run.programme.name,
            )
        )
    graph = organisation_graph(tandems, run.organisations) if organisations else person_graph(tandems)
    graph = pseudonymised(graph, read_key(key_file), organisations=True) if key_file else graph
    write(graph, output, title=network_title(run.programme.name, list(tandems["run"].unique())))
    if (tandems["state"] == "proposed").any():
        click.echo(say("No tandems have been formed yet; the network shows the best matching."), err=True)
    nodes = "organisations" if organisations else "people"
    facts = {nodes: len(graph), "tandems": len(tandems), "runs": list(dict.fromkeys(tandems["run"]))}
    tell_written(output, as_json, facts)


@click.command(cls=OnABench)
@click.argument("bench", required=False)
@click.argument("name", required=False)
@click.option("--list", "only_list", is_flag=True, help="List the reports.")
@click.option("--organisation", metavar="TEXT", help="For one organisation.")
@click.option(
    "--all-organisations",
    type=click.Path(file_okay=False, path_type=Path),
    help="One per organisation, here.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File (.pdf, .html, .ipynb)."
)
@RUN
@AS
@JSON
def report(
    bench: str | None,
    name: str | None,
    only_list: bool,
    organisation: str | None,
    all_organisations: Path | None,
    output: Path | None,
    reference: str | None,
    user: str | None,
    as_json: bool,
) -> None:
    """Make a report: PDF, one HTML file or the executed notebook."""
    from mentorkit.reports import service

    if only_list:
        rows = [{"name": known.name, "title": known.title} for known in service.catalogue()]
        if as_json:
            print_json({"reports": rows})
        else:
            for row in rows:
                click.echo(f"{row['name']:16}{row['title']}")
        return
    if not bench or not name:
        raise UsageError(say("Please name the workbench and a report; “mentorkit report --list” shows them."))
    if (output is None) == (all_organisations is None):
        raise UsageError(say("Please give either -o FILE or --all-organisations FOLDER."))
    workbench = opened(bench, user)
    run = workbench.run(reference)
    set_default_voice(run.programme.settings.voice())
    if output is not None:
        written = [service.report(run, name, organisation=organisation, to=output)]
    else:
        with Progress(say("Making the reports")) as progress:
            written = service.report_all(run, name, cast(Path, all_organisations), progress=progress)
    workbench.close()
    if as_json:
        print_json({"files": [str(path) for path in written]})
    else:
        for path in written:
            click.echo(say("Written: {file}", file=path), err=True)
