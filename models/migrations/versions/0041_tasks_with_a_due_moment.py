"""The index of tasks by due time leaves out tasks without one, so opening such a task writes one
page fewer.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = depends_on = None


def upgrade() -> None:
    op.drop_index("ix_tasks_due", "tasks")
    op.create_index(
        "ix_tasks_due",
        "tasks",
        ["agency", "due_at"],
        sqlite_where=sa.text("is_open = 1 AND due_at IS NOT NULL"),
        postgresql_where=sa.text("is_open AND due_at IS NOT NULL"),
    )
