"""Each case's row lists who is shut out of the case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0040"
down_revision = "0039"
branch_labels = depends_on = None

DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """When a process next starts, it writes the lists of parties and of those shut out from the
    sealed states. An erased case has no state any more, so only the agency that was responsible for
    it counts it in its figures.
    """
    op.add_column("cases", sa.Column("shut_out", DOCUMENT, nullable=True))
    op.execute("UPDATE cases SET parties = NULL WHERE wrapped_key IS NOT NULL")
