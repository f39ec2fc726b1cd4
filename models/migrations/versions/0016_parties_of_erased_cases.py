"""An erased case keeps the codes of the agencies that had a part in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = depends_on = None

DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
CASES = sa.table(
    "cases",
    sa.column("id", sa.BigInteger()),
    sa.column("responsible", sa.String()),
    sa.column("wrapped_key", sa.LargeBinary()),
    sa.column("parties", DOCUMENT),
)
TASKS = sa.table("tasks", sa.column("case_id"), sa.column("agency"))
ASKED = sa.table("hand_overs", sa.column("case_id"), sa.column("agency"), sa.column("sender"))


def upgrade() -> None:
    """For a case that is erased already, the list is made from its tasks and requests, and from the
    agency responsible for it.
    """
    op.add_column("cases", sa.Column("parties", DOCUMENT, nullable=True))
    store = op.get_bind()
    erased = store.execute(
        sa.select(CASES.c.id, CASES.c.responsible).where(CASES.c.wrapped_key.is_(None))
    )
    for case in erased.all():
        of_case = sa.union(
            sa.select(TASKS.c.agency).where(TASKS.c.case_id == case.id),
            sa.select(ASKED.c.agency).where(ASKED.c.case_id == case.id),
            sa.select(ASKED.c.sender).where(ASKED.c.case_id == case.id),
        )
        parties = sorted({case.responsible, *store.scalars(of_case)})
        store.execute(sa.update(CASES).where(CASES.c.id == case.id).values(parties=parties))
