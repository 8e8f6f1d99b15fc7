"""The tables of the store, one per kind of record, with the record's own field names."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from mentorkit.privacy.records import (
    ConsentEntry,
    DataRequest,
    Erasure,
    LoginLink,
    ReaderKey,
    SealedText,
    Session,
    User,
)
from mentorkit.programme import records

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def in_utc(moment: dt.datetime) -> str:
    """Return a moment as it is stored: ISO text in UTC, to the microsecond."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


class Instant(sa.types.TypeDecorator[dt.datetime]):
    """A moment, kept as ISO text in UTC: SQLite has no type for it that keeps the zone."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> str | None:
        """Write UTC."""
        return None if value is None else in_utc(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ANN401
        """Read UTC."""
        return None if value is None else dt.datetime.fromisoformat(value)


def _table(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        *columns,
    )


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String, nullable=null)


def _link(name: str, target: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.ForeignKey(f"{target}.id"), nullable=null, index=True)


def _json(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Instant, nullable=null)


programme = _table("programme", _text("name"), _text("preset"), _json("settings"))
run = _table(
    "run",
    _link("programme_id", "programme"),
    _text("name"),
    _json("calendar"),
    sa.Column("selection_fixed", sa.Boolean, nullable=False),
    # what was there before let the matching choose
    sa.Column("orders", sa.JSON(none_as_null=True), nullable=False, server_default="{}"),
    _moment("approved_at", null=True),
    _text("approved_goal", null=True),
    _json("approved_weights", null=True),
    sa.Column("approved_lowest", sa.Integer),
    # no foreign key: each of the two tables would need the other first
    _text("proposal_id", null=True),
)
organisation = _table(
    "organisation",
    _link("programme_id", "programme"),
    _text("name"),
    _json("aliases"),
    # what was there before contacts were kept has none
    sa.Column("contacts", sa.JSON(none_as_null=True), nullable=False, server_default="[]"),
    sa.UniqueConstraint("programme_id", "name"),
)
logo = _table(
    "logo",
    _link("programme_id", "programme"),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
person = _table(
    "person",
    _link("programme_id", "programme"),
    _text("first_name"),
    _text("last_name"),
    _text("email", null=True),
    sa.Column("birth_year", sa.Integer),
    sa.Column("pauses_until", sa.Date),
)
application = _table(
    "application",
    _link("run_id", "run"),
    _link("person_id", "person"),
    _text("role"),
    _text("first_name"),
    _text("last_name"),
    _text("organisation", null=True),
    _json("source", null=True),
    _json("entries"),
    _json("answers"),
    _json("findings"),
    _json("notes"),
    _text("status"),
    _json("overruled", null=True),
    _json("withdrawn", null=True),
    # what was there before had none
    sa.Column("extra", sa.JSON(none_as_null=True), nullable=False, server_default="{}"),
    sa.Column("rank", sa.Integer),
    _text("place", null=True),
)
prospect = _table(
    "prospect",
    _link("run_id", "run"),
    _text("name"),
    _text("email"),
    _text("phone"),
    _text("remark"),
    _text("state"),
    _json("asked_at"),
    _json("opinions"),
    _link("person_id", "person", null=True),
    _link("application_id", "application", null=True),
)
wish = _table(
    "wish",
    _link("run_id", "run"),
    _link("application_id", "application"),
    sa.Column("rank", sa.Integer, nullable=False),
    _text("text"),
    _link("mentor_application_id", "application", null=True),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("decided_by", sa.String, nullable=False, server_default=""),
    _link("prospect_id", "prospect", null=True),
)
two_persons = _table(
    "two_persons",
    _link("programme_id", "programme"),
    _link("one_id", "person"),
    _link("other_id", "person"),
    _text("by"),
    sa.UniqueConstraint("one_id", "other_id"),
)
pair_decision = _table(
    "pair_decision",
    _link("run_id", "run"),
    _link("mentee_id", "person"),
    _link("mentor_id", "person"),
    _text("kind"),
    _text("reason"),
    sa.UniqueConstraint("run_id", "mentee_id", "mentor_id"),
)
scenario = _table(
    "scenario",
    _link("run_id", "run"),
    _text("name"),
    _text("goal"),
    _json("weights"),
    sa.Column("lowest_score", sa.Integer),
    _text("comment"),
    sa.UniqueConstraint("run_id", "name"),
)
named_conflict = _table(
    "named_conflict",
    _link("run_id", "run"),
    _link("application_id", "application"),
    _text("kind"),
    _text("text"),
    _json("meant"),
    _json("seen"),
    _text("decided_by"),
)
pair_comment = _table(
    "pair_comment",
    _link("run_id", "run"),
    _link("mentee_id", "person"),
    _link("mentor_id", "person"),
    _text("text"),
    _text("by"),
    _moment("at"),
)
tandem = _table(
    "tandem",
    _link("run_id", "run"),
    _link("mentee_id", "person"),
    _link("mentor_id", "person"),
    sa.Column("score", sa.Integer, nullable=False),
    _json("contributions"),
    _text("state"),
    # what was there before came of approvals
    sa.Column("one_by_one", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("run_id", "mentee_id", "mentor_id"),
)
settlement = _table(
    "settlement",
    _link("run_id", "run"),
    _link("mentee_id", "person"),
    _link("mentor_id", "person"),
    _text("expectations"),
    _text("time"),
    _text("content"),
    _text("by"),
    _moment("at"),
    sa.UniqueConstraint("run_id", "mentee_id", "mentor_id"),
)
earlier_tandem = _table(
    "earlier_tandem",
    _link("programme_id", "programme"),
    _text("year"),
    _text("mentee"),
    _text("mentee_organisation", null=True),
    _text("mentor"),
    _text("mentor_organisation", null=True),
    _json("source", null=True),
    _link("mentee_id", "person", null=True),
    _link("mentor_id", "person", null=True),
)
heading_meaning = _table(
    "heading_meaning",
    _link("programme_id", "programme"),
    _text("organisation", null=True),
    _text("heading"),
    _text("field"),
    sa.UniqueConstraint("programme_id", "organisation", "heading"),
)
taken_file = _table(
    "taken_file",
    _link("run_id", "run"),
    _text("name"),
    _text("digest"),
    _moment("at"),
    _text("replaces", null=True),
)
form_link = _table(
    "form_link",
    _link("run_id", "run"),
    _text("role"),
    _text("organisation", null=True),
    _text("name"),
    _text("email"),
    _moment("expires_at"),
    _moment("used_at", null=True),
    _link("application_id", "application", null=True),
    # what was there before were forms of application
    sa.Column("purpose", sa.String, nullable=False, server_default="application"),
    _link("person_id", "person", null=True),
)
#: No foreign key to the person: the ledger outlives her data.
consent_entry = _table(
    "consent_entry",
    _link("programme_id", "programme"),
    sa.Column("person_id", sa.String, nullable=False, index=True),
    _text("purpose"),
    sa.Column("given", sa.Boolean, nullable=False),
    _text("wording"),
    _text("text_hash"),
    _text("channel"),
    _moment("at"),
    _text("by"),
    _text("copied_from", null=True),
)
sealed_text = _table(
    "sealed_text",
    _link("run_id", "run"),
    _link("person_id", "person"),
    _text("subject"),
    _text("kind"),
    _text("channel"),
    _moment("at"),
    sa.Column("ciphertext", sa.LargeBinary, nullable=False),
)
erasure = _table(
    "erasure",
    _text("person_id"),
    _text("born"),
    _moment("at"),
    sa.Column("along", sa.Boolean, nullable=False),
)
data_request = _table(
    "data_request",
    _link("programme_id", "programme"),
    _link("person_id", "person", null=True),
    _text("kind"),
    sa.Column("received", sa.Date, nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    _text("state"),
    sa.Column("closed", sa.Date),
    _text("remark"),
    _text("by"),
)
draft = _table(
    "draft", _text("user"), _link("run_id", "run"), _text("app"), _json("content"),
    sa.UniqueConstraint("user", "run_id", "app"),
)  # fmt: skip
user = _table(
    "user",
    _text("display_name"),
    _text("password_hash", null=True),
    _text("language", null=True),
    sa.Column("disabled", sa.Boolean, nullable=False),
)
grant = _table(
    "grant",
    _link("user_id", "user"),
    _text("role"),
    _link("programme_id", "programme", null=True),
    _text("organisation", null=True),
)
login_link = _table(
    "login_link", _link("user_id", "user"), _moment("expires_at"), _moment("used_at", null=True)
)
session = _table(
    "session",
    _link("user_id", "user"),
    _moment("started_at"),
    _moment("seen_at"),
    _moment("ended_at", null=True),
)

#: One number per kind of id; counted up inside the transaction that uses it, so ids have no gaps.
counter = sa.Table(
    "counter",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)
#: Who did what to which record, when; without content, and never changed, see :mod:`mentorkit.store.chain`.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    _text("actor"),
    _text("action"),
    _text("kind"),
    _text("subject"),
    sa.Column("digest", sa.String, nullable=False, server_default=""),
    sa.Column("hash", sa.String, nullable=False, server_default=""),
)
#: What an entry changed, and why, by the entry's number; it may be forgotten.
history = sa.Table(
    "history",
    metadata,
    sa.Column("id", sa.ForeignKey("audit.id"), primary_key=True, autoincrement=False),
    _text("salt"),
    _text("reason"),
    _json("before", null=True),
    _json("after", null=True),
)

reader_key = _table(
    "reader_key",
    _link("programme_id", "programme", null=True),
    _text("name"),
    _text("fingerprint"),
    _moment("since"),
    _text("by"),
    sa.Column("sheet", sa.Boolean, nullable=False),
)

TABLES: dict[type[records.Record], sa.Table] = {
    records.Programme: programme,
    records.Run: run,
    records.Organisation: organisation,
    records.Logo: logo,
    records.Person: person,
    records.Application: application,
    records.Wish: wish,
    records.TwoPersons: two_persons,
    records.PairDecision: pair_decision,
    records.PairComment: pair_comment,
    records.Scenario: scenario,
    records.NamedConflict: named_conflict,
    records.Tandem: tandem,
    records.Settlement: settlement,
    records.EarlierTandem: earlier_tandem,
    records.Prospect: prospect,
    records.HeadingMeaning: heading_meaning,
    records.TakenFile: taken_file,
    records.FormLink: form_link,
    records.Draft: draft,
    User: user,
    records.Grant: grant,
    LoginLink: login_link,
    Session: session,
    ConsentEntry: consent_entry,
    SealedText: sealed_text,
    ReaderKey: reader_key,
    Erasure: erasure,
    DataRequest: data_request,
}
#: What the id of a new record starts with; the others have ids of their own.
PREFIX: dict[type[records.Record], str] = {
    records.Organisation: "O",
    records.Person: "P",
    records.Application: "A",
    records.Wish: "W",
    records.TwoPersons: "S",
    records.PairDecision: "D",
    records.PairComment: "B",
    records.Scenario: "C",
    records.NamedConflict: "K",
    records.Tandem: "T",
    records.Settlement: "V",
    records.EarlierTandem: "H",
    records.Prospect: "R",
    records.HeadingMeaning: "M",
    records.TakenFile: "F",
    records.Draft: "E",
    records.Grant: "G",
    ConsentEntry: "N",
    SealedText: "L",
    Erasure: "X",
    DataRequest: "Q",
}
#: Fields whose change alone leaves no audit entry: that a session was used, or that somebody went on with
#: what she has not confirmed, is no decision of anybody.
FLEETING: dict[type[records.Record], frozenset[str]] = {
    Session: frozenset({"seen_at"}),
    records.Draft: frozenset({"content"}),
}
