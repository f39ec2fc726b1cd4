"""One sealed log over all cases, its checkpoints, and the checkpoints of other installations' logs
that this one has witnessed.
"""

from __future__ import annotations

import os

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Existing records are sealed together with the first new ones."""
    _seal()
    op.create_table(
        "sealed_leaves",
        sa.Column("position", BIG, autoincrement=False, nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_sealed_leaves"),
    )
    of_what = ["source", "subject", "number"]
    op.create_index("ix_sealed_leaves_source_subject_number", "sealed_leaves", of_what)
    op.create_table(
        "checkpoints",
        sa.Column("id", BIG, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_checkpoints"),
        sa.UniqueConstraint("size", name="uq_checkpoints_size"),
    )
    op.create_table(
        "witnessed",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("log_key", sa.String(400), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_witnessed"),
        sa.UniqueConstraint("origin", name="uq_witnessed_origin"),
    )


def _seal() -> None:
    table = op.create_table(
        "seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(80), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("edge", sa.LargeBinary(), nullable=False),
        sa.Column("next_at", sa.Float(), nullable=False),
        sa.Column("lease_until", sa.Float(), nullable=False),
        sa.Column("lease_by", sa.String(80), nullable=False),
        sa.Column("is_restored", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seal"),
    )
    begun: dict[str, object] = {
        "size": 0,
        "edge": b"",
        "next_at": 0.0,
        "lease_until": 0.0,
        "lease_by": "",
    }
    begun["is_restored"] = False
    origin = f"onward/{os.urandom(8).hex()}"
    op.bulk_insert(table, [{"id": 1, "version": 1, "origin": origin, **begun}])
