"""An audit trail that holds no content and is chained, apart from the history, which may be forgotten."""

import secrets

import sqlalchemy as sa
from alembic import op
from pydantic_core import from_json, to_json

from mentorkit.store.chain import START, digest_of, hash_of

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_AT_ONCE = 1000
_ONLY_ADDED = {
    "sqlite": (
        "CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit"
        " BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END",
        "CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit"
        " BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END",
        # REPLACE removes what was there without asking the triggers of removal
        "CREATE TRIGGER audit_goes_on_at_its_end BEFORE INSERT ON audit"
        " WHEN EXISTS (SELECT 1 FROM audit WHERE id >= NEW.id)"
        " BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END",
        "CREATE TRIGGER history_is_never_changed BEFORE UPDATE ON history"
        " BEGIN SELECT RAISE(ABORT, 'the history is never changed'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION is_never_changed() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the % is never changed', TG_TABLE_NAME; END $$",
        "CREATE TRIGGER audit_is_never_changed BEFORE UPDATE OR DELETE ON audit"
        " FOR EACH ROW EXECUTE FUNCTION is_never_changed()",
        "CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION is_never_changed()",
        "CREATE TRIGGER history_is_never_changed BEFORE UPDATE ON history"
        " FOR EACH ROW EXECUTE FUNCTION is_never_changed()",
    ),
}


def upgrade() -> None:
    """Move what the entries said into the history, chain them, and refuse any later change of them."""
    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["audit.id"], name=op.f("fk_history_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    for name in ("digest", "hash"):
        op.add_column("audit", sa.Column(name, sa.String(), nullable=False, server_default=""))
    _chain(op.get_bind())
    for name in ("reason", "before", "after"):
        op.drop_column("audit", name)
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":  # the trail counts by itself, without gaps
        op.execute("ALTER TABLE audit ALTER COLUMN id DROP DEFAULT")
        op.execute("DROP SEQUENCE audit_id_seq")
    for statement in _ONLY_ADDED[dialect]:
        op.execute(statement)


def _chain(connection: sa.Connection) -> None:
    some = sa.text(
        "SELECT id, at, actor, action, kind, subject, reason, CAST(before AS TEXT) AS before,"
        " CAST(after AS TEXT) AS after FROM audit WHERE id > :last ORDER BY id LIMIT :most"
    )
    keep = sa.text("INSERT INTO history VALUES (:id, :salt, :reason, :before, :after)")
    seal = sa.text("UPDATE audit SET digest = :digest, hash = :hash WHERE id = :id")
    head, last = START, 0
    while rows := connection.execute(some, {"last": last, "most": _AT_ONCE}).all():
        kept, sealed = [], []
        for row in rows:
            past = {
                "salt": secrets.token_hex(16),
                "reason": row.reason,
                "before": _as_written_now(row.before),
                "after": _as_written_now(row.after),
            }
            digest = digest_of(**past)
            head = hash_of(head, row.id, row.at, row.actor, row.action, row.kind, row.subject, digest)
            kept.append({"id": row.id, **past})
            sealed.append({"id": row.id, "digest": digest, "hash": head})
        connection.execute(keep, kept)
        connection.execute(seal, sealed)
        last = rows[-1].id


def _as_written_now(text: str | None) -> str | None:
    """Return JSON to the letter as the store writes it, so that a copy by its meaning has the same digest."""
    return None if text is None else to_json(from_json(text)).decode()
