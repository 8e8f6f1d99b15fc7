"""Whom people named in confidence: line managers, and others with whom they are not to be in a tandem."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; nobody has named anybody before."""
    texts = ("run_id", "application_id", "kind", "text", "decided_by")
    op.create_table(
        "named_conflict",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.Column("meant", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("seen", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_named_conflict_run_id")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_named_conflict_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_conflict")),
    )
    for name in ("run_id", "application_id"):
        op.create_index(op.f(f"ix_named_conflict_{name}"), "named_conflict", [name], unique=False)
