"""Faults of the database in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from mentorkit.errors import StoreError
from mentorkit.language import later, say

# Parts of the drivers' messages, in the order of looking.
_SENTENCES = (
    (("database is locked", "lock timeout", "could not serialize", "deadlock detected"), later(
        "The workbench “{target}” is in use by somebody else just now. Please try again in a moment.")),
    (("disk is full", "No space left", "disk I/O error"), later(
        "There is no room left where the workbench “{target}” lies. This change was not "
        "stored. Please make room.")),
    (("readonly", "read-only"), later("The workbench “{target}” can be read but not written.")),
    (("not a database", "malformed"), later(
        "“{target}” is no workbench, or it is damaged. Please put a backup in its place.")),
    (("unable to open", "could not connect", "connection refused", "does not exist", "failed to resolve",
      "connection failed", "connection is closed", "connection is lost", "terminating connection",
      "closed the connection", "shutting down", "starting up", "timeout expired", "too many clients",
      "connection slots"), later("The workbench “{target}” cannot be reached.")),
)  # fmt: skip


@contextmanager
def in_plain_words(target: str) -> Iterator[None]:
    """Turn what a database driver raises into a :class:`StoreError` with a sentence."""
    try:
        yield
    except exc.IntegrityError as error:
        raise StoreError(
            say("Somebody else made the same entry in the meantime. Please reload and look again.")
        ) from error
    except (exc.DBAPIError, exc.ArgumentError, exc.NoSuchModuleError) as error:
        text = str(getattr(error, "orig", None) or error)
        for marks, sentence in _SENTENCES:
            if any(mark.casefold() in text.casefold() for mark in marks):
                raise StoreError(say(sentence, target=target)) from error
        raise StoreError(say("The workbench “{target}” reports: {why}", target=target, why=text)) from error
