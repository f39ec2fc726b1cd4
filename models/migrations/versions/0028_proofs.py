"""Proofs of records: lists of what each entry wrote, chains of attempts, and the ends of chains.

The proofs themselves are made when the installation is next opened, under a key that no migration
has.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = depends_on = None

_BYTES = sa.LargeBinary()
_NONE_YET = "0"


def upgrade() -> None:
    for table in ("log_entries", "operator_log", "erasures"):
        op.add_column(table, sa.Column("wrote", _BYTES, nullable=True))
    op.add_column("cases", sa.Column("attempts_hash", _BYTES, nullable=True))
    for column in (
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(20), nullable=False, server_default=""),
        sa.Column("address", _BYTES, nullable=True),
        sa.Column("previous_hash", _BYTES, nullable=True),
        sa.Column("hash", _BYTES, nullable=True),
    ):
        op.add_column("notice_attempts", column)
    op.add_column("intake_secrets", sa.Column("proof", _BYTES, nullable=True))
    for column in (
        sa.Column("proof_key", _BYTES, nullable=True),
        sa.Column("acts", sa.Integer(), nullable=False, server_default=_NONE_YET),
        sa.Column("last_act", _BYTES, nullable=True),
        sa.Column("exports", sa.Integer(), nullable=False, server_default=_NONE_YET),
        sa.Column("last_export", _BYTES, nullable=True),
        sa.Column("erasures", sa.Integer(), nullable=False, server_default=_NONE_YET),
        sa.Column("last_erasure", _BYTES, nullable=True),
        sa.Column("clock_proof", _BYTES, nullable=True),
    ):
        op.add_column("installation", column)
