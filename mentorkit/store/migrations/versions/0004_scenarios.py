"""Scenarios of a matching, the one that is a run's proposal, and the weights tandems were approved under."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of scenarios; runs that are there have none, and nobody knows their weights."""
    op.create_table(
        "scenario",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("weights", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("lowest_score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_scenario_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint("run_id", "name", name=op.f("uq_scenario_run_id_name")),
    )
    op.create_index(op.f("ix_scenario_run_id"), "scenario", ["run_id"], unique=False)
    with op.batch_alter_table("run") as table:
        table.add_column(sa.Column("proposal_id", sa.String(), nullable=True))
        table.add_column(sa.Column("approved_weights", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("approved_lowest", sa.Integer(), nullable=True))
