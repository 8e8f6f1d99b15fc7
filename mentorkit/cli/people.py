"""The commands on what is held on people: handing it out, erasing it, and how long it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mentorkit.cli.common import AS, BENCH, JSON, OnABench, Progress, opened, print_json, tell_written
from mentorkit.errors import UsageError
from mentorkit.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mentorkit.privacy.erasure import Preview
    from mentorkit.privacy.retention import Due


@click.group()
def person() -> None:
    """Hand out what is held on a person, or erase it."""


@person.command("export", cls=OnABench)
@BENCH
@click.argument("person_id", metavar="ID")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="FILE.json, or FILE.zip with CSV."
)
@AS
@JSON
def person_export(bench: str, person_id: str, output: Path | None, user: str | None, as_json: bool) -> None:
    """Write everything that is held on a person into a file, without data of others."""
    from mentorkit.privacy.export import export
    from mentorkit.reports.service import write_whole

    output = output or Path(f"{person_id}.json")
    if output.suffix not in (".json", ".zip"):
        raise UsageError(say("Please name a file that ends with .json or .zip."))
    workbench = opened(bench, user)
    found = export(workbench.store, workbench.actor, person_id)
    workbench.close()
    write_whole(output, found.to_json() if output.suffix == ".json" else found.to_zip())
    tell_written(output, as_json, {"person_id": person_id, "counts": found.counts})


@person.command("erase", cls=OnABench)
@BENCH
@click.argument("person_id", metavar="ID")
@click.option("--dry-run", is_flag=True, help="Only tell what goes and what stays.")
@click.option("--reason", metavar="TEXT", default="", help="Why; needed where a tandem goes on.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@AS
@JSON
def person_erase(
    bench: str, person_id: str, dry_run: bool, reason: str, yes: bool, user: str | None, as_json: bool
) -> None:
    """Erase a person for good; what counts for statistics stays without her name."""
    from mentorkit.privacy import erasure

    workbench = opened(bench, user)
    store, actor = workbench.store, workbench.actor
    seen = erasure.preview(store, actor, person_id)
    if not as_json:
        _tell(seen)
        if not (dry_run or yes):
            click.confirm(say("Erase for good?"), abort=True, err=True)
    if not dry_run:
        erasure.erase(store, actor, person_id, reason, preview=seen)
    workbench.close()
    if as_json:
        print_json({**seen.to_json(), "erased": not dry_run})
    elif not dry_run:
        click.echo(say("Erased."), err=True)


@click.command(cls=OnABench)
@BENCH
@click.option("--apply", "do_it", is_flag=True, help="Erase what is due; without it, it is only told.")
@AS
@JSON
def retention(bench: str, do_it: bool, user: str | None, as_json: bool) -> None:
    """Tell what was kept long enough, or erase it, as a nightly job does."""
    from mentorkit.privacy import retention as kept

    workbench = opened(bench, user)
    store, actor = workbench.store, workbench.actor
    seen = kept.preview(store, actor, store.clock().astimezone().date())
    done = None
    if do_it:
        with Progress(say("Erasing")) as progress:
            done = kept.apply(store, actor, seen, progress)
    workbench.close()
    if as_json:
        print_json({"bench": bench, **kept.to_json(seen), **(kept.to_json(done) if done else {})})
    else:
        _tell_kept(done.erased if done else seen.kept)
    for item, why in done.failed if done else ():
        click.echo(f"{item.run_id}: {why}", err=True)
    if done and done.failed:
        raise SystemExit(1)


def _tell_kept(items: Sequence[Due]) -> None:
    from mentorkit.language.formats import date
    from mentorkit.programme.retention import KINDS_KEPT

    for item in items:
        until = say("kept until {date}", date=date(item.until)) if item.until else ""
        told = say("due") if item.due else until
        click.echo(f"{item.run_id:<30} {item.n:>6}  {say(KINDS_KEPT[item.kind])}: {told}".rstrip())
    if not items:
        click.echo(say("Nothing to show."))


def _tell(seen: Preview) -> None:
    click.echo(seen.person.name)
    click.echo(say("What goes:"))
    for item in seen.goes:
        click.echo(f"  {item.n:>5}  {item.what}")
    click.echo(say("What stays:"))
    for item in seen.stays:
        click.echo(f"  {item.n:>5}  {item.what} – {item.why}")
    for sentence in seen.told:
        click.echo(sentence)
