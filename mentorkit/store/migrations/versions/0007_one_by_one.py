"""What mentees and mentors settled, and tandems that are made one by one."""

import sqlalchemy as sa
from alembic import op

from mentorkit.store.tables import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of settlements; the tandems that are there came of approvals."""
    op.create_table(
        "settlement",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("run_id", "mentee_id", "mentor_id", "expectations", "time", "content", "by")
        ),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_settlement_run_id")),
        sa.ForeignKeyConstraint(["mentee_id"], ["person.id"], name=op.f("fk_settlement_mentee_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["person.id"], name=op.f("fk_settlement_mentor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint(
            "run_id", "mentee_id", "mentor_id", name=op.f("uq_settlement_run_id_mentee_id_mentor_id")
        ),
    )
    for column in ("run_id", "mentee_id", "mentor_id"):
        op.create_index(op.f(f"ix_settlement_{column}"), "settlement", [column], unique=False)
    with op.batch_alter_table("tandem") as table:
        table.add_column(sa.Column("one_by_one", sa.Boolean(), server_default=sa.false(), nullable=False))
