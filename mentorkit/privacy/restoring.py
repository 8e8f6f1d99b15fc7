"""Restoring a backup without those who were erased since it was made."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mentorkit.errors import StoreError
from mentorkit.language import say
from mentorkit.privacy.replay import replay
from mentorkit.store import Store
from mentorkit.store.backup import Proved
from mentorkit.store.backup import restore as restore_backup
from mentorkit.store.engine import location
from mentorkit.store.keyring import VARIABLE


@dataclass(frozen=True)
class Restored:
    """A workbench made of a backup.

    Attributes
    ----------
    proved
        What it holds.
    journal
        The keyring that told who was erased; None if none was found.
    replayed
        How many persons were erased again.
    """

    proved: Proved
    journal: Path | None
    replayed: int

    @property
    def sentences(self) -> list[str]:
        """What whoever restores has to know of erasures."""
        if self.journal is None:
            return [
                say(
                    "No keyring was found, so nobody can tell who was erased after this backup was made."
                    " Please put the keyring beside the workbench before anybody opens it."
                )
            ]
        if self.proved.older:
            return [
                say(
                    "Who was erased after this backup was made is erased in it once it is upgraded and"
                    " opened; the keyring has to lie beside it then."
                )
            ]
        return [
            say("Persons erased again by the journal of “{file}”: {n}.", file=self.journal, n=self.replayed)
        ]

    def to_json(self) -> dict[str, object]:
        """Return the facts for a command's JSON."""
        journal = str(self.journal) if self.journal else None
        return {**self.proved.to_json(), "erasures": {"journal": journal, "replayed": self.replayed}}


def restore(
    file: Path, target: str | Path, passphrase: str | None = None, keyring: Path | None = None
) -> Restored:
    """Make a workbench of a backup, where there is none, in which nobody is who was erased since.

    Parameters
    ----------
    file, target, passphrase
        As for :func:`mentorkit.store.backup.restore`.
    keyring
        The keyring whose journal tells who was erased; where it is left out, the one that the environment
        names, the one beside the target or the one beside the backup.

    Raises
    ------
    StoreError, UsageError
        As for :func:`mentorkit.store.backup.restore`; also if the keyring cannot be read or is another
        workbench's.
    """
    if keyring is not None and not keyring.is_file():
        raise StoreError(say("There is no keyring “{file}”.", file=keyring))
    found = keyring or next((place for place in _places(file, target) if place.is_file()), None)
    again = 0

    def erase_again(store: Store) -> None:
        nonlocal again
        if found is not None:
            again = replay(store, store.keyring_in(found))

    proved = restore_backup(file, target, passphrase, erase_again)
    return Restored(proved, found, again)


def _places(file: Path, target: str | Path) -> list[Path]:
    places = [Path(named)] if (named := os.environ.get(VARIABLE)) else []
    if location(target).get_backend_name() == "sqlite":
        path = Path(str(location(target).database))
        places.append(path.with_name(f"{path.name}.keyring"))
    return [*places, file.with_name(f"{file.name}.keyring")]
