"""Which areas agencies serve, what they are specialised in, how much they can handle and when they
are on leave; and when each was last chosen in turn.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    for name, empty in (
        ("areas", "[]"),
        ("specialised", "[]"),
        ("leave", "[]"),
        ("capacity", "{}"),
    ):
        op.add_column("agencies", sa.Column(name, DOCUMENT, nullable=False, server_default=empty))
    op.create_table(
        "role_turns",
        sa.Column("id", BIG, nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("role_type", sa.String(40), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_role_turns"),
    )
    op.create_index(
        "ix_role_turns_agency_role_type", "role_turns", ["agency", "role_type"], unique=True
    )
