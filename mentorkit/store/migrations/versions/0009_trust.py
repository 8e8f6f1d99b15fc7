"""The ledger of consents, sealed texts, erasures, requests by law, and links to confidential forms."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from mentorkit.store.tables import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: The text columns of each table, and what they lead to.
_TABLES: dict[str, tuple[list[sa.Column[Any]], dict[str, str]]] = {
    "consent_entry": (
        [
            *(
                sa.Column(name, sa.String(), nullable=False)
                for name in ("programme_id", "person_id", "purpose")
            ),
            sa.Column("given", sa.Boolean(), nullable=False),
            *(sa.Column(name, sa.String(), nullable=False) for name in ("wording", "text_hash", "channel")),
            sa.Column("at", Instant(), nullable=False),
            sa.Column("by", sa.String(), nullable=False),
            sa.Column("copied_from", sa.String(), nullable=True),
        ],
        {"programme_id": "programme"},
    ),
    "sealed_text": (
        [
            *(
                sa.Column(name, sa.String(), nullable=False)
                for name in ("run_id", "person_id", "subject", "kind", "channel")
            ),
            sa.Column("at", Instant(), nullable=False),
            sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        ],
        {"run_id": "run", "person_id": "person"},
    ),
    "erasure": (
        [
            *(sa.Column(name, sa.String(), nullable=False) for name in ("person_id", "born")),
            sa.Column("at", Instant(), nullable=False),
        ],
        {},
    ),
    "data_request": (
        [
            sa.Column("programme_id", sa.String(), nullable=False),
            sa.Column("person_id", sa.String(), nullable=True),
            sa.Column("kind", sa.String(), nullable=False),
            sa.Column("received", sa.Date(), nullable=False),
            sa.Column("due", sa.Date(), nullable=False),
            sa.Column("state", sa.String(), nullable=False),
            sa.Column("closed", sa.Date(), nullable=True),
            *(sa.Column(name, sa.String(), nullable=False) for name in ("remark", "by")),
        ],
        {"programme_id": "programme", "person_id": "person"},
    ),
}


def upgrade() -> None:
    """Make the tables; the links that are there lead to forms of application."""
    for name, (columns, links) in _TABLES.items():
        op.create_table(
            name,
            sa.Column("id", sa.String(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            *columns,
            *(
                sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{name}_{column}"))
                for column, target in links.items()
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        )
        for column in links:
            op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)
    op.create_index(op.f("ix_consent_entry_person_id"), "consent_entry", ["person_id"], unique=False)
    with op.batch_alter_table("form_link") as table:
        table.add_column(sa.Column("purpose", sa.String(), server_default="application", nullable=False))
        table.add_column(sa.Column("person_id", sa.String(), nullable=True))
        table.create_foreign_key(op.f("fk_form_link_person_id"), "person", ["person_id"], ["id"])
        table.create_index(op.f("ix_form_link_person_id"), ["person_id"], unique=False)
