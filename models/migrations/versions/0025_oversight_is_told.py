"""Agencies with oversight are told of looks outside the caseload, by notices about no case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "installation", sa.Column("oversight", DOCUMENT, nullable=False, server_default="[]")
    )
    op.create_table(
        "oversight_notices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("told", sa.String(40), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_oversight_notices"),
    )
    op.create_index(
        "ix_oversight_notices_day_agency_told",
        "oversight_notices",
        ["day", "agency", "told"],
        unique=True,
    )
    if op.get_context().dialect.name == "sqlite":
        _made_anew()
    else:
        op.alter_column("notices", "case_id", existing_type=BIG, nullable=True)


def _made_anew() -> None:
    """Rebuild both tables: in SQLite a column can be made nullable only by rebuilding its table,
    and not while another table refers to it.
    """
    op.execute("CREATE TEMPORARY TABLE attempts AS SELECT * FROM notice_attempts")
    op.drop_table("notice_attempts")
    with op.batch_alter_table("notices") as notices:
        notices.alter_column("case_id", existing_type=BIG, nullable=True)
    op.create_table(
        "notice_attempts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("notice_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_attempts_notice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_attempts"),
    )
    op.create_index("ix_notice_attempts_notice_id", "notice_attempts", ["notice_id"])
    op.execute(
        "INSERT INTO notice_attempts (id, notice_id, number, channel, at, outcome)"
        " SELECT id, notice_id, number, channel, at, outcome FROM attempts"
    )
    op.execute("DROP TABLE attempts")
