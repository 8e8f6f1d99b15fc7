"""A ledger of consents that is only added to, with what stood in the applications."""

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from mentorkit.store.tables import in_utc

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ONLY_ADDED = {
    "sqlite": (
        "CREATE TRIGGER consents_are_never_changed BEFORE UPDATE ON consent_entry"
        " BEGIN SELECT RAISE(ABORT, 'the ledger of consents is never changed'); END",
        "CREATE TRIGGER consents_are_never_cut BEFORE DELETE ON consent_entry"
        " BEGIN SELECT RAISE(ABORT, 'the ledger of consents is never changed'); END",
        # REPLACE removes what was there without asking the triggers of removal
        "CREATE TRIGGER consents_are_never_replaced BEFORE INSERT ON consent_entry"
        " WHEN EXISTS (SELECT 1 FROM consent_entry WHERE id = NEW.id)"
        " BEGIN SELECT RAISE(ABORT, 'the ledger of consents is never changed'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER consents_are_never_changed BEFORE UPDATE OR DELETE ON consent_entry"
        " FOR EACH ROW EXECUTE FUNCTION is_never_changed()",
        "CREATE TRIGGER consents_are_never_emptied BEFORE TRUNCATE ON consent_entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION is_never_changed()",
    ),
}
_GIVEN = sa.text(
    "SELECT a.id, a.person_id, r.programme_id, CAST(a.consent AS TEXT) AS consent,"
    " CAST(a.source AS TEXT) AS source,"
    " (SELECT actor FROM audit WHERE kind = 'application' AND subject = a.id ORDER BY id LIMIT 1) AS actor"
    " FROM application AS a JOIN run AS r ON r.id = a.run_id"
    " WHERE a.consent IS NOT NULL ORDER BY length(a.id), a.id"
)
_KEEP = sa.text(
    "INSERT INTO consent_entry (id, version, programme_id, person_id, purpose, given, wording, text_hash,"
    " channel, at, by) VALUES (:id, 1, :programme_id, :person_id, 'application', :given, :wording, '',"
    " :channel, :at, :by)"
).bindparams(sa.bindparam("given", type_=sa.Boolean()))
_COUNT = sa.text("INSERT INTO counter (name, value) VALUES ('N', :n)")


def upgrade() -> None:
    """Move what applicants agreed to into the ledger, and refuse any later change of it."""
    connection = op.get_bind()
    if kept := [_entry(number, row) for number, row in enumerate(connection.execute(_GIVEN).all(), 1)]:
        connection.execute(_KEEP, kept)
        connection.execute(_COUNT, {"n": len(kept)})
    op.drop_column("application", "consent")
    for statement in _ONLY_ADDED[connection.dialect.name]:
        op.execute(statement)


def _entry(number: int, row: sa.Row[Any]) -> dict[str, object]:
    consent, source = json.loads(row.consent), json.loads(row.source or "null") or {}
    return {
        "id": f"N{number}",
        "programme_id": row.programme_id,
        "person_id": row.person_id,
        "given": True,
        "wording": consent["version"],
        # what somebody typed in had come on paper or otherwise
        "channel": "link" if source.get("kind") == "link" else "paper",
        "at": in_utc(dt.datetime.fromisoformat(consent["at"])),
        "by": row.actor or "",
    }
