"""What the commands share: their options, the run they work on, and how they print."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from mentorkit.errors import UsageError
from mentorkit.language import say, set_default_voice

if TYPE_CHECKING:
    import pandas as pd

    from mentorkit.workbench import Workbench

F = TypeVar("F", bound=Callable[..., Any])

#: What a workbench file begins with.
_SQLITE = b"SQLite format 3\0"
BENCH = click.argument("bench")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")
RUN = click.option("--run", "reference", metavar="PROGRAMME/RUN", help="Which run, where there are several.")
AS = click.option("--as", "user", envvar="MENTORKIT_USER", metavar="USER", help="Who acts.")


class OnABench(click.Command):
    """A command whose first argument is a workbench, unless ``MENTORKIT_BENCH`` names it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the workbench of the environment before arguments that name none."""
        if bench := os.environ.get("MENTORKIT_BENCH"):
            given = self.make_parser(ctx).parse_args(list(args))[0]
            too_many = self.make_parser(ctx).parse_args([bench, *args])[1]
            first, needed = given.get("bench"), [p.name for p in self.params if isinstance(p, click.Argument)]
            too_few = not all(isinstance(given.get(str(name)), str | tuple) for name in needed)
            if not too_many and (too_few or not (isinstance(first, str) and _names_a_bench(first))):
                args = [bench, *args]
        return super().parse_args(ctx, args)


def _names_a_bench(argument: str) -> bool:
    if "://" in argument or argument.endswith(".mentorkit"):
        return True
    try:
        with Path(argument).open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def on_a_run(function: F) -> F:
    """Hand a command the run it works on, and speak as that run's programme does."""

    @BENCH
    @RUN
    @AS
    @JSON
    @wraps(function)
    def command(*args: Any, bench: str, reference: str | None, user: str | None, **options: Any) -> None:  # noqa: ANN401
        workbench = opened(bench, user)
        try:
            run = workbench.run(reference)
            set_default_voice(run.programme.settings.voice())
            function(*args, run=run, **options)
        finally:
            workbench.close()

    return cast(F, command)


def opened(bench: str, user: str | None) -> Workbench:
    """Open a workbench in the hands of a user."""
    from mentorkit.workbench import open_workbench

    return open_workbench(bench, user)


def print_json(document: object) -> None:
    """Print a document, and nothing else, on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=1, default=str))


def print_table(frame: pd.DataFrame) -> None:
    """Print a frame for people."""
    click.echo(frame.to_string(index=False, na_rep="–") if len(frame) else say("Nothing to show."))


def check_ending(output: Path, ending: str) -> None:
    """Refuse a file whose name does not end as what is written there, before anything is done.

    Raises
    ------
    UsageError
        If it ends otherwise.
    """
    if output.suffix.lower() != ending:
        raise UsageError(say("Please name a file that ends with {ending}.", ending=ending))


def tell_written(output: Path, as_json: bool, facts: dict[str, object]) -> None:
    """Tell which file was written."""
    if as_json:
        print_json({"file": str(output), **facts})
    else:
        click.echo(say("Written: {file}", file=output), err=True)


class Progress:
    """A progress bar on a terminal; nothing elsewhere."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None
        self._done = 0

    def __enter__(self) -> Callable[[int, int], None] | None:
        return self._show if sys.stderr.isatty() else None

    def _show(self, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = click.progressbar(length=total, label=self._label, file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(done - self._done)
        self._done = done

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(*error)
