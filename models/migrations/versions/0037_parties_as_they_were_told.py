"""The agencies that a case's row lists as having had a part are listed anew: a role alone is no
part.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = depends_on = None


def upgrade() -> None:
    """Only the sealed states tell, which the next start of a process reads. For an erased case
    nothing tells any more, and its certificate proves the row as it is.
    """
    op.execute("UPDATE cases SET parties = NULL WHERE wrapped_key IS NOT NULL")
    op.create_index(
        "ix_cases_without_parties",
        "cases",
        ["id"],
        sqlite_where=sa.text("parties IS NULL"),
        postgresql_where=sa.text("parties IS NULL"),
    )
