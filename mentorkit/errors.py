"""Errors that carry a sentence for the person who reads them.

Everything raised on purpose derives from :class:`MentorkitError`; its text is plain, translated, and says
what to do. Commands turn it into exit code 1 (refused) or 2 (wrong use).
"""

from __future__ import annotations


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
