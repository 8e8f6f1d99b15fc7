"""The commands: a thin layer over the workbench.

Exit 0: done. Exit 1: something was refused and nothing of it was changed. Exit 2: wrong use. With ``--json``
one JSON document goes to standard output; sentences for people go to standard error.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from mentorkit import __version__
from mentorkit.cli import extracts, keeping, keys, people, privacy, runs, selection, users, workbenches
from mentorkit.errors import MentorkitError
from mentorkit.language import Voice, say, set_default_voice


class _Commands(click.Group):
    """Turns a refusal into its sentence on standard error and its exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        try:
            return super().invoke(ctx)
        except MentorkitError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)
        except click.Abort:  # at a question; click would say so in English
            click.echo("\n" + say("Cancelled. Nothing was done."), err=True)
            ctx.exit(1)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mentorkit")
def main() -> None:
    """Mentoring programmes: intake, proven matching, networks and reports."""
    language = os.environ.get("MENTORKIT_LANGUAGE", "de")
    set_default_voice(Voice("en" if language == "en" else "de"))


for command in (
    workbenches.demo,
    workbenches.init,
    workbenches.preset,
    runs.intake,
    runs.applications,
    runs.export,
    selection.select,
    selection.letters,
    runs.match,
    runs.network,
    runs.report,
    workbenches.serve,
    workbenches.lab,
    extracts.extract,
    people.person,
    people.retention,
    privacy.consents,
    privacy.contacts,
    privacy.processing,
    keeping.check,
    keeping.backup,
    keeping.restore,
    keeping.upgrade,
    users.user,
    keys.keys,
):
    main.add_command(command)
