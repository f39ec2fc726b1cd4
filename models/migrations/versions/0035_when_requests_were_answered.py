"""When requests were answered, and indexes for counting figures.

For requests that were answered earlier, the time is not known.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = depends_on = None

_DONE = sa.text("done_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("hand_overs", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_hand_overs_sender_offered_at", "hand_overs", ["sender", "offered_at"])
    op.create_index(
        "ix_tasks_done", "tasks", ["done_at"], postgresql_where=_DONE, sqlite_where=_DONE
    )
