"""Forms that somebody has begun to fill in, kept sealed until they are sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("about", sa.String(120), nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_drafts_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_index(
        "ix_drafts_case_id_about_way_agency_person",
        "drafts",
        ["case_id", "about", "way", "agency", "person"],
        unique=True,
    )
    op.create_index("ix_drafts_kept_at", "drafts", ["kept_at"])
