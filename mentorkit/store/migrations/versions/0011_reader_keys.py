"""Whose keys read confidential texts, as the keyring tells; taken over from it at the next opening."""

import sqlalchemy as sa
from alembic import op

from mentorkit.store.tables import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "reader_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("sheet", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_reader_key_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_key")),
    )
    op.create_index(op.f("ix_reader_key_programme_id"), "reader_key", ["programme_id"], unique=False)
