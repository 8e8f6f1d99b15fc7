"""The commands on the keys of confidential texts. Passphrases and codes are never arguments."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from mentorkit.cli.common import AS, BENCH, JSON, OnABench, opened, print_json, tell_written
from mentorkit.cli.keeping import PASSPHRASE, asked_passphrase
from mentorkit.errors import NotFound, StoreError, why_not_written
from mentorkit.language import say, say_n, set_default_voice
from mentorkit.privacy import keys as service
from mentorkit.workbench import Workbench

F = TypeVar("F", bound=Callable[..., Any])
_CODE = click.option(
    "--code-file",
    "code",
    type=click.File("r", encoding="utf-8"),
    help="Read the code of the recovery sheet from the first line of a file, “-” for standard input, instead "
    "of asking.",
)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def keys() -> None:
    """Who can read confidential texts: keys, the recovery sheet, drills."""


def _on_a_programme(name: str) -> Callable[[F], click.Command]:
    """Make a command of a function that takes a workbench and the id of a programme."""

    def decorate(function: F) -> click.Command:
        @keys.command(name, cls=OnABench, help=function.__doc__)
        @BENCH
        @click.option("--programme", metavar="NAME", help="Which programme, where there are several.")
        @AS
        @JSON
        @wraps(function)
        def command(*args: Any, bench: str, programme: str | None, user: str | None, **options: Any) -> None:  # noqa: ANN401
            workbench = opened(bench, user)
            try:
                function(*args, workbench=workbench, programme_id=_programme(workbench, programme), **options)
            finally:
                workbench.close()

        return command

    return decorate


def _programme(workbench: Workbench, wanted: str | None) -> str:
    known = workbench.programmes
    found = [p for p in known if wanted in (None, p.id, p.name)]
    if len(found) != 1:
        names = ", ".join(p.id for p in known) or "–"
        raise NotFound(say("Please name one programme with --programme: {known}.", known=names))
    set_default_voice(found[0].settings.voice())
    return found[0].id


@_on_a_programme("state")
def state(workbench: Workbench, programme_id: str, as_json: bool) -> None:
    """Tell who can read confidential texts, and what is missing."""
    found = service.state(workbench.store, workbench.actor, programme_id)
    if as_json:
        print_json(found.to_json())
        return
    words = {"reads": say("reads"), "waits": say("waits to be admitted"), "none": say("has no key")}
    for holder in found.holders:
        click.echo(f"{holder.display_name:28}{words[holder.holding]}")
    for sentence in found.missing:
        click.echo(sentence, err=True)


@_on_a_programme("make")
@click.option("--anew", is_flag=True, help="In place of the key whose passphrase was forgotten.")
@PASSPHRASE
def make(workbench: Workbench, programme_id: str, anew: bool, given: IO[str] | None, as_json: bool) -> None:
    """Make one's own key, under a passphrase."""
    passphrase = asked_passphrase(given, new=True)
    begun = service.make_key(workbench.store, workbench.actor, passphrase, anew=anew)
    reads = programme_id in begun
    if as_json:
        print_json({"user": workbench.actor.name, "reads": begun})
    elif reads:
        click.echo(say("Your key was made. You can read what is confided from now on."), err=True)
    else:
        click.echo(say("Your key was made. Somebody who reads has to admit you now."), err=True)


@_on_a_programme("set-up")
@click.option("--sheet", type=_FILE, help="Where the sheet to be printed goes; else the code is printed.")
@click.option("--with-key", is_flag=True, help="Open one's own key, so that a new sheet opens what is there.")
@PASSPHRASE
def set_up(
    workbench: Workbench,
    programme_id: str,
    sheet: Path | None,
    with_key: bool,
    given: IO[str] | None,
    as_json: bool,
) -> None:
    """Make the recovery key and its sheet; an earlier sheet opens nothing any more."""
    if sheet and sheet.exists():
        raise _already(sheet)
    store, actor = workbench.store, workbench.actor
    if with_key:
        with _opened(workbench, given) as key:
            code = service.set_up(store, actor, programme_id, key)
    else:
        code = service.set_up(store, actor, programme_id)
    if sheet:
        try:
            _write_sheet(workbench, programme_id, code, sheet)
        except BaseException:
            click.echo(code)  # it is nowhere else
            raise
    if as_json:
        print_json({"programme": programme_id, "sheet": str(sheet) if sheet else None,
                    "code": None if sheet else code})  # fmt: skip
        return
    click.echo(str(sheet) if sheet else code)
    told = say(
        "If all keys are lost, so are the texts. Please print the sheet, keep it apart, delete the file and "
        "do a drill."
    )
    click.echo(told, err=True)


@_on_a_programme("sheet")
@click.argument("file", type=_FILE)
@_CODE
def sheet(workbench: Workbench, programme_id: str, file: Path, code: IO[str] | None, as_json: bool) -> None:
    """Write the recovery sheet once more, from its code."""
    _write_sheet(workbench, programme_id, _asked_code(code), file)
    tell_written(file, as_json, {"programme": programme_id})


@_on_a_programme("drill")
@_CODE
def drill(workbench: Workbench, programme_id: str, code: IO[str] | None, as_json: bool) -> None:
    """Prove that the code of the recovery sheet opens all keys."""
    n = service.drill(workbench.store, workbench.actor, programme_id, _asked_code(code))
    if as_json:
        print_json({"programme": programme_id, "people": n})
        return
    click.echo(
        say_n("The code fits: it opens the texts of {n} person.",
              "The code fits: it opens the texts of {n} people.", n), err=True)  # fmt: skip


@keys.command("copy", cls=OnABench)
@BENCH
@click.argument("file", type=_FILE)
@AS
@JSON
def copy(bench: str, file: Path, user: str | None, as_json: bool) -> None:
    """Copy the keyring into a new file, to be kept apart from backups; without a key it opens nothing."""
    workbench = opened(bench, user)
    workbench.actor.require("workbench.backup")
    workbench.store.keyring.copy(file)
    workbench.close()
    tell_written(file, as_json, {"bench": bench})


@_on_a_programme("admit")
@click.argument("reader", metavar="USER")
@PASSPHRASE
def admit(workbench: Workbench, programme_id: str, reader: str, given: IO[str] | None, as_json: bool) -> None:
    """Let another evaluator read what is there and what will come."""
    with _opened(workbench, given) as key:
        service.admit(workbench.store, workbench.actor, programme_id, key, reader)
    _tell_reader(reader, as_json, reads=True)


@_on_a_programme("recover")
@click.argument("reader", metavar="USER")
@_CODE
def recover(
    workbench: Workbench, programme_id: str, reader: str, code: IO[str] | None, as_json: bool
) -> None:
    """Let an evaluator read by the code of the recovery sheet."""
    service.recover(workbench.store, workbench.actor, programme_id, _asked_code(code), reader)
    _tell_reader(reader, as_json, reads=True)


@_on_a_programme("remove")
@click.argument("reader", metavar="USER")
def remove(workbench: Workbench, programme_id: str, reader: str, as_json: bool) -> None:
    """Let somebody read no longer."""
    service.remove(workbench.store, workbench.actor, programme_id, reader)
    _tell_reader(reader, as_json, reads=False)


@contextmanager
def _opened(workbench: Workbench, given: IO[str] | None) -> Iterator[service.OpenKey]:
    with service.open_key(workbench.store, workbench.actor, asked_passphrase(given, new=False)) as key:
        yield key


def _asked_code(given: IO[str] | None) -> str:
    if given:
        return given.readline()
    return str(click.prompt(say("Code of the recovery sheet"), err=True))


def _write_sheet(workbench: Workbench, programme_id: str, code: str, file: Path) -> None:
    """Write a sheet that only its owner reads; nothing is overwritten."""
    from mentorkit.privacy.recovery_sheet import recovery_sheet

    content = recovery_sheet(workbench.store, workbench.actor, programme_id, code)
    try:
        place = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(place, "wb") as written:
            written.write(content)
    except FileExistsError as error:
        raise _already(file) from error
    except OSError as error:
        raise StoreError(
            say("“{file}” cannot be written: {why}.", file=file, why=why_not_written(error))
        ) from error


def _already(file: Path) -> StoreError:
    return StoreError(say("There is already a file “{file}”; nothing was changed.", file=file))


def _tell_reader(reader: str, as_json: bool, *, reads: bool) -> None:
    if as_json:
        print_json({"user": reader, "reads": reads})
        return
    told = say("“{name}” can read the confidential texts now.", name=reader)
    if not reads:
        told = say("“{name}” cannot read the confidential texts any more.", name=reader)
    click.echo(told, err=True)
