"""Agencies whose codes are not shown to bystanders, such as the people who see Prefect."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column(
        "agencies",
        sa.Column("unnamed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
