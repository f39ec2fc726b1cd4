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
    """The next start of a process reads the sealed states, and writes the lists of parties and of
    those kept out. An erased case has no state any more, so only the agency that was responsible
    for it counts it in its figures.
    """
    op.add_column("cases", sa.Column("shut_out", DOCUMENT, nullable=True))
    op.execute("UPDATE cases SET parties = NULL WHERE wrapped_key IS NOT NULL")
