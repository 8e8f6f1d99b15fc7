"""Who was erased only as an older copy had her as one with somebody erased."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("erasure") as table:
        table.add_column(sa.Column("along", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("erasure") as table:
        table.alter_column("along", server_default=None)
