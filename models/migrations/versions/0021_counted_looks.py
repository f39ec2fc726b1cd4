"""How often staff looked at cases, and how often they may in an hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "look_counts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("outside", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_look_counts"),
    )
    op.create_index(
        "ix_look_counts_hour_agency_person",
        "look_counts",
        ["hour", "agency", "person"],
        unique=True,
    )
    op.add_column("installation", sa.Column("looks_an_hour", sa.Integer(), nullable=True))
