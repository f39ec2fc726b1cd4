"""Each case's row lists anew which agencies have had a part in the case: holding a role no longer
counts as a part by itself.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = depends_on = None


def upgrade() -> None:
    """Empty the lists; the next start of a process fills them from the sealed states. An erased
    case has no state any more and keeps its list, which its certificate proves.
    """
    op.execute("UPDATE cases SET parties = NULL WHERE wrapped_key IS NOT NULL")
    op.create_index(
        "ix_cases_without_parties",
        "cases",
        ["id"],
        sqlite_where=sa.text("parties IS NULL"),
        postgresql_where=sa.text("parties IS NULL"),
    )
