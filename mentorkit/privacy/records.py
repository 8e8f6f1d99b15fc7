"""The records of users and their log-ins."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Literal

from mentorkit.programme.records import Record


class User(Record):
    """Somebody with a log-in; ``id`` is the user name."""

    secret: ClassVar[frozenset[str]] = frozenset({"password_hash"})

    display_name: str
    password_hash: str | None = None
    language: Literal["de", "en"] | None = None
    disabled: bool = False


class LoginLink(Record):
    """A link that logs a user in once; ``id`` is the hash of its token."""

    user_id: str
    expires_at: dt.datetime
    used_at: dt.datetime | None = None


class Session(Record):
    """A log-in that lasts until log-out, idleness or its end; ``id`` is the hash of its token."""

    user_id: str
    started_at: dt.datetime
    seen_at: dt.datetime
    ended_at: dt.datetime | None = None
