"""The commands on the selection of a run: who gets a place, and the letters about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from mentorkit.cli.common import OnABench, Progress, on_a_run, print_json, tell_written
from mentorkit.errors import UsageError
from mentorkit.language import say

if TYPE_CHECKING:
    from mentorkit.run import Run


@click.command(cls=OnABench)
@on_a_run
@click.option("--fix", is_flag=True, help="Make it binding for the matching.")
@click.option("--release", is_flag=True, help="Give up the fixed places.")
@click.option(
    "--by",
    type=click.Choice(["matching", "arrival", "received", "rank"]),
    help="How places are given, tried out; with --fix from now on.",
)
@click.option("--compare", is_flag=True, help="Compare the matching's choice with a ranking.")
def select(run: Run, fix: bool, release: bool, by: str | None, compare: bool, as_json: bool) -> None:
    """Show who holds a place, who waits and who is out, and why."""
    if fix + release + compare > 1:
        raise UsageError(say("Please give only one of --fix, --release and --compare."))
    order = cast(Any, by)
    if compare:
        comparison = run.compare_selection(order)
        if as_json:
            print_json({"run": run.id, **comparison.to_json()})
        else:
            for sentence in comparison.sentences():
                click.echo(sentence)
        return
    if release:
        run.release_selection()
    selection = run.fix_selection(order) if fix else run.select(order)
    free = selection.vacancies(run.programme.settings.quotas) if selection.fixed else []
    document = {**selection.to_json(), "vacancies": [vacancy.to_json() for vacancy in free]}
    if as_json:
        print_json({"run": run.id, **document})
    else:
        _tell(document)


def _tell(document: dict[str, Any]) -> None:
    for title, key in (
        (say("Selected"), "selected"),
        (say("Waiting"), "waiting"),
        (say("Out"), "out"),
    ):
        click.echo(f"{title}: {len(document[key])}")
        for row in document[key]:
            place = row.get("organisation") or "–"
            click.echo(f"    {row['person']} ({place})" + (f": {row['reason']}" if row.get("reason") else ""))
    for vacancy in document["vacancies"]:
        names = ", ".join(place["person"] for place in vacancy["next"])
        click.echo(
            say(
                "A place of {organisation} is free; next would be: {names}.",
                organisation=vacancy["organisation"],
                names=names,
            )
        )


@click.command(cls=OnABench)
@on_a_run
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File (.zip)."
)
def letters(run: Run, output: Path, as_json: bool) -> None:
    """Write the letters about the fixed selection, each as PDF and as text, into a ZIP file."""
    from mentorkit.reports.service import write_whole

    found = run.letters()
    with Progress(say("Writing the letters")) as progress:
        write_whole(output, found.archive(progress))
    counts = {kind: sum(each.kind == kind for each in found.letters) for kind in _KINDS}
    tell_written(output, as_json, {"letters": counts, "undecided": list(found.undecided)})


_KINDS = ("accepted", "moved_up", "waiting", "refused")
