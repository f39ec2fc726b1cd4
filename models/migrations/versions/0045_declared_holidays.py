"""What coordinators do to the registry: suspensions, and holidays declared between two loads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.columns import BIG

revision = "0045"
down_revision = "0043"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table(
        "declared_holidays",
        sa.Column("id", BIG, nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("subdivision", sa.String(3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_declared_holidays"),
    )
    op.create_index(
        "ix_declared_holidays_country_subdivision_day",
        "declared_holidays",
        ["country", "subdivision", "day"],
        unique=True,
    )
    op.add_column(
        "suspensions", sa.Column("coordinator", sa.String(130), nullable=False, server_default="")
    )
