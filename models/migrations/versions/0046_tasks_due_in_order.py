"""The index of tasks by due time includes their ids, since many tasks are due at the same time and
the worklist sorts these by id.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = depends_on = None


def upgrade() -> None:
    op.drop_index("ix_tasks_due", "tasks")
    op.create_index(
        "ix_tasks_due",
        "tasks",
        ["agency", "due_at", "id"],
        sqlite_where=sa.text("is_open = 1 AND due_at IS NOT NULL"),
        postgresql_where=sa.text("is_open AND due_at IS NOT NULL"),
    )
