"""Contact persons of organisations, and logos of programmes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give organisations a list of contact persons, empty at first, and make the table of logos."""
    op.add_column(
        "organisation",
        sa.Column("contacts", sa.JSON(none_as_null=True), server_default="[]", nullable=False),
    )
    op.create_table(
        "logo",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_logo_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logo")),
    )
    op.create_index(op.f("ix_logo_programme_id"), "logo", ["programme_id"], unique=False)
