"""SQLite uses a partial index only if the query spells out the very condition of the index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = depends_on = None


def upgrade() -> None:
    """The worklists' index, for `is_open = 1` instead of `is_open`."""
    if op.get_context().dialect.name != "sqlite":
        return
    op.drop_index("ix_tasks_worklist", "tasks")
    op.create_index(
        "ix_tasks_worklist",
        "tasks",
        ["agency", "opened_at"],
        sqlite_where=sa.text("is_open = 1"),
    )
