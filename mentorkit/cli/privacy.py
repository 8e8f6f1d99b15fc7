"""The commands on consents, contact data and the record of processing activities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mentorkit.cli.common import OnABench, check_ending, on_a_run, print_json, print_table, tell_written
from mentorkit.errors import RuleBroken
from mentorkit.language import say

if TYPE_CHECKING:
    from mentorkit.run import Run


@click.command(cls=OnABench)
@on_a_run
def consents(run: Run, as_json: bool) -> None:
    """Show what the people of a run agreed to."""
    from mentorkit.privacy.consents import CHANNELS, PURPOSES, STATES

    found = run.consents()
    if as_json:
        rows = found.astype(object).where(found.notna(), None)
        print_json({"run": run.id, "consents": rows.to_dict("records")})
        return
    found["purpose"] = [say(PURPOSES[name]) for name in found["purpose"]]
    found["state"] = [say(STATES[name]) for name in found["state"]]
    found["channel"] = [say(CHANNELS[name]) if name in CHANNELS else "–" for name in found["channel"]]
    print_table(found[["name", "purpose", "state", "channel"]])


@click.command(cls=OnABench)
@on_a_run
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File (.xlsx)."
)
def contacts(run: Run, output: Path, as_json: bool) -> None:
    """Write the contact data of tandems in which both agreed to that; of whom stands in the audit trail."""
    from mentorkit.privacy.contacts import release, workbook
    from mentorkit.reports.service import write_whole

    check_ending(output, ".xlsx")
    released = release(run.bench.store, run.bench.actor, run.id)
    if not released:
        raise RuleBroken(
            say("Of no tandem have both agreed that their contact data are handed on. No file was written.")
        )
    write_whole(output, workbook(released))
    tell_written(output, as_json, {"tandems": len(released)})


@click.command(cls=OnABench)
@on_a_run
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File (.pdf)."
)
def processing(run: Run, output: Path, as_json: bool) -> None:
    """Write the record of processing activities of a run's programme, as PDF."""
    from mentorkit.privacy.processing import record_of_processing
    from mentorkit.privacy.processing_paper import to_pdf
    from mentorkit.reports.service import write_whole

    check_ending(output, ".pdf")
    record = record_of_processing(run.bench.store, run.bench.actor, run.programme.id)
    write_whole(output, to_pdf(record))
    tell_written(output, as_json, {"missing": list(record.missing)})
