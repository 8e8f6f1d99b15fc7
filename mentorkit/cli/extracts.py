"""The command that gives data away without names."""

from __future__ import annotations

from pathlib import Path

import click

from mentorkit.cli.common import AS, BENCH, JSON, RUN, OnABench, opened, print_json
from mentorkit.language import say, say_n


@click.command(cls=OnABench)
@BENCH
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@RUN
@click.option("--organisations", is_flag=True, help="Pseudonyms for organisations, too.")
@AS
@JSON
def extract(
    bench: str, file: Path, reference: str | None, organisations: bool, user: str | None, as_json: bool
) -> None:
    """Write a pseudonymised workbench for analysts.

    It has all runs of all programmes; with --run, all runs of that one's programme, since matching and
    network look back.
    """
    from mentorkit.privacy.extract import extract as make

    workbench = opened(bench, user)
    try:
        programme = workbench.run(reference).programme.id if reference else None
        made = make(
            workbench.store, workbench.actor, file, programme_id=programme, organisations=organisations
        )
    finally:
        workbench.close()
    if as_json:
        left_out = [{"kind": kind, "count": count} for kind, count in made.left_out.items()]
        programmes = list(made.programmes)
        facts = {"programmes": programmes, "people": made.people, "left_out": left_out}
        print_json({"bench": bench, "file": str(file), **facts})
        return
    click.echo(
        say_n(
            "Written: {file}, with {n} person.", "Written: {file}, with {n} persons.", made.people, file=file
        ),
        err=True,
    )
    click.echo(
        say(
            "There are no names, contacts and texts in it. Whoever knows the people may know them again all "
            "the same: pass it on only to those who may see these data."
        ),
        err=True,
    )
