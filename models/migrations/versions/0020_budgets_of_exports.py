"""Marks for comparing exports, and how many exports an agency may make in a month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = depends_on = None


def upgrade() -> None:
    """Earlier exports have no marks, so later ones cannot be compared with them."""
    of_before = sa.false()
    op.add_column(
        "exports", sa.Column("own", sa.Boolean(), nullable=False, server_default=of_before)
    )
    op.add_column("exports", sa.Column("marks", sa.LargeBinary(), nullable=True))
    a_month = sa.Column("exports_a_month", sa.Integer(), nullable=False, server_default="12")
    op.add_column("installation", a_month)
