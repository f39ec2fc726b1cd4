"""Types of roles that may not be held together in one case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "role_separations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("others", DOCUMENT, nullable=False),
        sa.Column("between", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_role_separations"),
    )
