"""Comments of coordinators on pairs."""

import sqlalchemy as sa
from alembic import op

from mentorkit.store.tables import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of comments."""
    op.create_table(
        "pair_comment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("mentee_id", sa.String(), nullable=False),
        sa.Column("mentor_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_pair_comment_run_id")),
        sa.ForeignKeyConstraint(["mentee_id"], ["person.id"], name=op.f("fk_pair_comment_mentee_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["person.id"], name=op.f("fk_pair_comment_mentor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_comment")),
    )
    for column in ("run_id", "mentee_id", "mentor_id"):
        op.create_index(op.f(f"ix_pair_comment_{column}"), "pair_comment", [column], unique=False)
