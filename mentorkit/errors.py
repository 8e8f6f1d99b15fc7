"""Errors that carry a sentence for the person who reads them.

Everything raised on purpose derives from :class:`MentorkitError`; its text is plain, translated, and says
what to do. Commands turn it into exit code 1 (refused) or 2 (wrong use).
"""

from __future__ import annotations

import errno

from mentorkit.language import later, say

#: Why the system did not read or write a file; it says so in the language of its own installation.
_CAUSES = {
    errno.ENOENT: later("the folder is not there"),
    errno.ENOTDIR: later("a part of the path is no folder"),
    errno.EISDIR: later("there is a folder of this name"),
    errno.EACCES: later("you may not do that there"),
    errno.EPERM: later("you may not do that there"),
    errno.EROFS: later("nothing can be written there"),
    errno.ENOSPC: later("there is no room left"),
}


class MentorkitError(Exception):
    """Something was refused; nothing was changed."""

    exit_code = 1


class UsageError(MentorkitError):
    """The call itself is wrong: an unknown preset, report or option."""

    exit_code = 2


class StoreError(MentorkitError):
    """The workbench is not there, cannot be read, is locked, full, damaged or of another version."""


class NotFound(MentorkitError):
    """A programme, run, person or other record that was named does not exist."""


class NotAllowed(MentorkitError):
    """The actor has no role that allows this."""


class UnreadableFile(MentorkitError):
    """A file cannot be read as a table."""


class NothingToMatch(MentorkitError):
    """No mentee or no mentor takes part."""


class RuleBroken(MentorkitError):
    """A change would break a rule of the programme."""


class StaleRecord(MentorkitError):
    """The record was changed by somebody else in the meantime.

    Attributes
    ----------
    mine, theirs
        The record that was to be saved and the one that is stored.
    """

    def __init__(self, message: str, mine: object, theirs: object) -> None:
        super().__init__(message)
        self.mine = mine
        self.theirs = theirs


def why_not_written(error: OSError) -> str:
    """Return why a file could not be written, in words; the system's own where there are no others."""
    return say(_CAUSES[error.errno]) if error.errno in _CAUSES else error.strerror or str(error)
