"""A notice that is being sent has a status of its own, and a notice that stops another says which
one, by its number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = depends_on = None

UNDER_WAY = sa.text("status IN ('queued', 'sending', 'recalled')")


def upgrade() -> None:
    op.add_column("notices", sa.Column("after", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index("ix_notices_queued", "notices")
    op.create_index(
        "ix_notices_under_way",
        "notices",
        ["case_id", "next_attempt_at"],
        sqlite_where=UNDER_WAY,
        postgresql_where=UNDER_WAY,
    )
