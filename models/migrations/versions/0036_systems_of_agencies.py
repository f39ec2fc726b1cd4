"""Tokens for agencies' own systems, and the calls that these systems have made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "system_tokens",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("system", sa.String(80), nullable=False),
        sa.Column("rights", sa.String(40), nullable=False),
        sa.Column("made_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("seen_at", WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_system_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_system_tokens_token_hash"),
    )
    op.create_index("ix_system_tokens_agency_system", "system_tokens", ["agency", "system"])
    op.create_table(
        "system_calls",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token_id", BIG, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", WHEN, nullable=False),
        sa.Column("code", sa.String(9), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_id"], ["system_tokens.id"], name="fk_system_calls_token_id_system_tokens"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_system_calls"),
    )
    op.create_index(
        "ix_system_calls_token_id_name", "system_calls", ["token_id", "name"], unique=True
    )
    op.create_index("ix_system_calls_made_at", "system_calls", ["made_at"])
    op.create_index("ix_system_calls_code", "system_calls", ["code"])
