"""Resealings: data keys that were replaced after a compromise."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0032"
down_revision = "0031"
branch_labels = depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "resealings",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator", sa.String(80), nullable=False),
        sa.Column("act", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("code", sa.String(9), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("former", sa.LargeBinary(), nullable=False),
        sa.Column("wrote", sa.LargeBinary(), nullable=False),
        sa.Column("answers", _DOCUMENT, nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_resealings"),
        sa.UniqueConstraint("number", name="uq_resealings_number"),
    )
    op.create_index("ix_resealings_act_owner", "resealings", ["act", "owner"])
    op.create_index("ix_resealings_code", "resealings", ["code"])
    op.add_column(
        "installation", sa.Column("resealings", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("installation", sa.Column("last_resealing", sa.LargeBinary(), nullable=True))
