"""Withdrawals, consents, ranks, prospects, meanings of headings, files taken in, links to forms."""

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations

from mentorkit.store.tables import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the intake knows beyond rows of files; records that are there keep what they say."""
    _make_prospect()
    _make_heading_meaning()
    _make_taken_file()
    _make_form_link()
    _make_two_persons()
    with op.batch_alter_table("run") as table:
        table.add_column(sa.Column("orders", sa.JSON(none_as_null=True), server_default="{}", nullable=False))
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("birth_year", sa.Integer(), nullable=True))
        table.add_column(sa.Column("pauses_until", sa.Date(), nullable=True))
    with op.batch_alter_table("application") as table:
        table.add_column(sa.Column("withdrawn", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("consent", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("extra", sa.JSON(none_as_null=True), server_default="{}", nullable=False))
        table.add_column(sa.Column("rank", sa.Integer(), nullable=True))
    with op.batch_alter_table("wish") as table:
        table.add_column(sa.Column("decided_by", sa.String(), server_default="", nullable=False))
        _add_link(table, "wish", "prospect_id", "prospect")
    with op.batch_alter_table("earlier_tandem") as table:
        _add_link(table, "earlier_tandem", "mentee_id", "person")
        _add_link(table, "earlier_tandem", "mentor_id", "person")


def _add_link(table: BatchOperations, owner: str, column: str, target: str) -> None:
    table.add_column(sa.Column(column, sa.String(), nullable=True))
    table.create_foreign_key(op.f(f"fk_{owner}_{column}"), target, [column], ["id"])
    table.create_index(op.f(f"ix_{owner}_{column}"), [column], unique=False)


def _make(name: str, *columns: sa.schema.SchemaItem, **links: str) -> None:
    """Make a table of records; the links are given as target by column."""
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


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=null)


def _make_prospect() -> None:
    texts = [_text(name) for name in ("name", "email", "phone", "remark", "state")]
    lists = [sa.Column(name, sa.JSON(none_as_null=True), nullable=False) for name in ("asked_at", "opinions")]
    links = [_text("run_id"), _text("person_id", null=True), _text("application_id", null=True)]
    _make("prospect", *texts, *lists, *links, run_id="run", person_id="person", application_id="application")


def _make_heading_meaning() -> None:
    _make(
        "heading_meaning",
        _text("programme_id"), _text("organisation", null=True), _text("heading"), _text("field"),
        sa.UniqueConstraint(
            "programme_id", "organisation", "heading",
            name=op.f("uq_heading_meaning_programme_id_organisation_heading"),
        ),
        programme_id="programme",
    )  # fmt: skip


def _make_taken_file() -> None:
    _make(
        "taken_file",
        _text("run_id"),
        _text("name"),
        _text("digest"),
        sa.Column("at", Instant(), nullable=False),
        _text("replaces", null=True),
        run_id="run",
    )


def _make_form_link() -> None:
    _make(
        "form_link",
        _text("run_id"), _text("role"), _text("organisation", null=True), _text("name"), _text("email"),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        _text("application_id", null=True),
        run_id="run", application_id="application",
    )  # fmt: skip


def _make_two_persons() -> None:
    _make(
        "two_persons",
        _text("programme_id"), _text("one_id"), _text("other_id"), _text("by"),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_two_persons_one_id_other_id")),
        programme_id="programme", one_id="person", other_id="person",
    )  # fmt: skip
