"""The records of users and their log-ins, and of what people agreed to, confided and asked for."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Literal

from mentorkit.programme.records import Record

#: What somebody agrees to: taking part, her contact data going to other participants, being named in public.
Purpose = Literal["application", "sharing", "publicity"]
#: How a word of consent came.
Channel = Literal["link", "paper", "email", "talk", "file", "merge"]
#: What participants write in confidence.
Confidence = Literal["diary", "concern"]
#: What somebody may ask for by law.
Requested = Literal["information", "correction", "erasure", "restriction", "objection"]


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


class ConsentEntry(Record):
    """One word of a person on one purpose: given, or taken back (``given`` is false).

    Entries are only added; the newest of a person and a purpose holds. ``person_id`` is an identifier that
    says nothing by itself, so the ledger outlives the person's data. ``wording`` is the version of the text
    and ``text_hash`` its SHA-256; both are empty where it is not known what was read.
    """

    programme_id: str
    person_id: str
    purpose: Purpose
    given: bool
    wording: str = ""
    text_hash: str = ""
    channel: Channel
    at: dt.datetime
    by: str
    #: The entry of another person that turned out to be the same one, of which this is a copy; or the entry
    #: of the same person that holds no more, as nobody knows who said it.
    copied_from: str | None = None


class SealedText(Record):
    """What somebody wrote in confidence, sealed so that evaluators alone can read it.

    ``subject`` is the name of the key in the keyring, the identifier that the person had when the text came;
    ``person_id`` follows when two persons are put together.
    """

    secret: ClassVar[frozenset[str]] = frozenset({"ciphertext"})

    run_id: str
    person_id: str
    subject: str
    kind: Confidence
    channel: Literal["link", "sheet", "typed"]
    at: dt.datetime
    #: Empty where the past is told, which knows no text.
    ciphertext: bytes = b""


class ReaderKey(Record):
    """With which key somebody reads the confidential texts of a programme, who let her in, and since when.

    ``name`` is a user's, or empty for the recovery key; of no programme it is the key that she made.
    ``sheet`` tells whether the code of the recovery sheet let her in.
    """

    programme_id: str | None
    name: str
    fingerprint: str
    since: dt.datetime
    by: str
    sheet: bool = False


class Erasure(Record):
    """That a person was erased; ``born`` is the hash of the trail's first entry on her.

    By that hash the same person is known again in an older backup, where another may bear the number later.
    ``along`` tells that nobody erased her: an older copy of the workbench had her as one with somebody
    erased, and no other copy may learn from it.
    """

    person_id: str
    born: str
    at: dt.datetime
    along: bool = False


class DataRequest(Record):
    """What somebody asked for by law, and until when it is to be answered."""

    secret: ClassVar[frozenset[str]] = frozenset({"remark"})

    programme_id: str
    person_id: str | None = None
    kind: Requested
    received: dt.date
    due: dt.date
    state: Literal["open", "done", "declined"] = "open"
    closed: dt.date | None = None
    remark: str = ""
    by: str
