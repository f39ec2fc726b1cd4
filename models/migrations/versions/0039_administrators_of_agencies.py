"""Which of an agency's staff administer its accounts, and which suspensions they have made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = depends_on = None


def upgrade() -> None:
    """The record of acts gets room for an administrator, who is named by agency and staff code."""
    op.add_column(
        "staff", sa.Column("administers", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "suspensions",
        sa.Column("administrator", sa.String(80), nullable=False, server_default=""),
    )
    with op.batch_alter_table("operator_log") as log:
        log.alter_column(
            "operator", existing_type=sa.String(80), type_=sa.String(130), existing_nullable=False
        )
