"""How many proposed links and merges wait for the agency of a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("proposals", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ix_cases_proposals",
        "cases",
        ["responsible"],
        postgresql_where=sa.text("proposals > 0"),
        sqlite_where=sa.text("proposals > 0"),
    )
