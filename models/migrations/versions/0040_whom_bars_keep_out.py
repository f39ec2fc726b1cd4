"""A case's row lists whom its bars keep out of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0040"
down_revision = "0039"
branch_labels = depends_on = None

DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Only the sealed states tell: the next start of a process reads them, and writes both lists.
    For an erased case nothing tells any more, so only the agency that was responsible for it
    counts it.
    """
    op.add_column("cases", sa.Column("shut_out", DOCUMENT, nullable=True))
    op.execute("UPDATE cases SET parties = NULL WHERE wrapped_key IS NOT NULL")
