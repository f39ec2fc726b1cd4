"""The master key that wrapped each key, and the one that is in use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = depends_on = None

_ID_BYTES = 8
"""How many bytes at the beginning of a wrapped key identify the master key."""


def upgrade() -> None:
    op.add_column("installation", sa.Column("wraps_with", sa.String(16), nullable=True))
    for table in ("cases", "people", "intake_secrets"):
        op.add_column(table, sa.Column("wrapped_by", sa.String(16), nullable=True))
        _fill(table)
    for table in ("cases", "people"):
        op.create_index(f"ix_{table}_wrapped_by", table, ["wrapped_by"])
    with op.batch_alter_table("intake_secrets") as batch:
        batch.alter_column("wrapped_by", existing_type=sa.String(16), nullable=False)


def _fill(table: str) -> None:
    """Fill the column in one statement, since there may be many rows."""
    first = f"substr(wrapped_key, 1, {_ID_BYTES})"
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    in_hex = f"lower(hex({first}))" if is_sqlite else f"encode({first}, 'hex')"
    op.execute(f"UPDATE {table} SET wrapped_by = {in_hex} WHERE wrapped_key IS NOT NULL")
