"""The commands that keep a workbench safe: checking, backups, restoring and upgrading."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from mentorkit.cli.common import AS, BENCH, JSON, OnABench, opened, print_json
from mentorkit.errors import StoreError, UsageError
from mentorkit.language import say, say_n

if TYPE_CHECKING:
    from mentorkit.workbench import Workbench

_FILE = click.Path(path_type=Path)
PASSPHRASE = click.option(
    "--passphrase-file",
    "given",
    type=click.File("r", encoding="utf-8"),
    help="Read the passphrase from the first line of a file, “-” for standard input, instead of asking; "
    "MENTORKIT_PASSPHRASE does too.",
)


@click.command(cls=OnABench)
@BENCH
@click.option("--head", metavar="HASH", default="", help="Head of the audit trail, written down earlier.")
@AS
@JSON
def check(bench: str, head: str, user: str | None, as_json: bool) -> None:
    """Check that a workbench, or a backup of one, is whole."""
    from mentorkit.privacy.replay import untold
    from mentorkit.store.check import audit_trail, problems

    if head and not re.fullmatch(r"\s*[0-9a-fA-F]{64}\s*", head):
        wrong = say(
            "A head of the audit trail has 64 characters, digits and letters from a to f; “{head}” is none.",
            head=head,
        )
        raise UsageError(wrong)
    trail, told = None, list[str]()
    try:
        workbench = opened(bench, user)
        workbench.actor.require("workbench.check")
        told = untold(workbench.store)
        found, trail = problems(workbench.store, head), audit_trail(workbench.store)
        found += _lost_texts(workbench)
        workbench.close()
    except StoreError as error:  # what cannot be read at all is not whole
        found = [str(error)]
    if as_json:
        audit = trail and {"entries": trail.entries, "forgotten": trail.forgotten, "head": trail.head}
        print_json({"bench": bench, "ok": not found, "problems": found, "told": told, "audit": audit})
    _tell([*told, *found])
    if found:
        raise SystemExit(1)
    if trail and not as_json:
        click.echo(say("The workbench is whole."), err=True)
        click.echo(say("Head of the audit trail: {head}", head=trail.head), err=True)


@click.command(cls=OnABench)
@BENCH
@click.argument("file", type=_FILE)
@click.option("--encrypt", is_flag=True, help="Encrypt it under a passphrase, which is asked for.")
@PASSPHRASE
@AS
@JSON
def backup(
    bench: str, file: Path, encrypt: bool, given: IO[str] | None, user: str | None, as_json: bool
) -> None:
    """Make a backup while others go on working, and prove it."""
    from mentorkit.store.backup import back_up

    if given and not encrypt:
        raise UsageError(say("A passphrase was given, but without “--encrypt” nothing is encrypted."))
    workbench = opened(bench, user)
    workbench.actor.require("workbench.backup")
    proved = back_up(workbench.store, file, asked_passphrase(given, new=True) if encrypt else None)
    workbench.close()
    if as_json:
        print_json({"bench": bench, "file": str(file), "encrypted": encrypt, **proved.to_json()})
        return
    click.echo(say("The backup “{file}” was made and proved.", file=file), err=True)
    _tell(proved.problems)


@click.command()
@click.argument("file", type=_FILE)
@click.argument("target", metavar="BENCH")
@click.option("--keyring", type=_FILE, help="The keyring whose journal tells who was erased since.")
@PASSPHRASE
@JSON
def restore(file: Path, target: str, keyring: Path | None, given: IO[str] | None, as_json: bool) -> None:
    """Make a workbench of a backup, where there is none yet, without those who were erased since."""
    from mentorkit.privacy.restoring import restore as restore_backup
    from mentorkit.store.sealing import is_sealed

    sealed = is_sealed(file)
    restored = restore_backup(file, target, asked_passphrase(given, new=False) if sealed else None, keyring)
    proved = restored.proved
    if as_json:
        print_json({"file": str(file), "bench": target, "encrypted": sealed, **restored.to_json()})
        return
    click.echo(say("The workbench {bench} was restored from “{file}”.", bench=target, file=file), err=True)
    if proved.older:
        click.echo(say("It is of an older version. Please run “mentorkit upgrade”."), err=True)
    _tell(restored.sentences)
    _tell(proved.problems)


@click.command(cls=OnABench)
@BENCH
@click.option(
    "--backup", "file", type=_FILE, help="Where the backup goes; beside the workbench's file by default."
)
@JSON
def upgrade(bench: str, file: Path | None, as_json: bool) -> None:
    """Bring a workbench to this version, after a backup of it as it was."""
    from mentorkit.store import Store

    made = Store.upgrade(bench, file)
    if as_json:
        print_json({"bench": bench, "upgraded": made is not None, "backup": str(made) if made else None})
        return
    if made:
        click.echo(say("As it was, the workbench is kept in “{file}”.", file=made), err=True)
    click.echo(say("The workbench is up to date."), err=True)


def _lost_texts(workbench: Workbench) -> list[str]:
    from mentorkit.privacy.confidence import lost

    told = [
        say_n(
            "The keyring has no key for {n} confidential text of “{programme}”: nobody can read it.",
            "The keyring has no key for {n} confidential texts of “{programme}”: nobody can read them.",
            n,
            programme=programme,
        )
        for programme, n in lost(workbench.store).items()
    ]
    return told


def _tell(problems: tuple[str, ...] | list[str]) -> None:
    for problem in problems:
        click.echo(problem, err=True)


def asked_passphrase(given: IO[str] | None, *, new: bool) -> str:
    """Return the passphrase from a file, the environment or the keyboard, never from an argument."""
    if given:
        return given.readline().rstrip("\r\n")
    if found := os.environ.get("MENTORKIT_PASSPHRASE"):
        return found
    return str(click.prompt(say("Passphrase"), hide_input=True, confirmation_prompt=new, err=True))
