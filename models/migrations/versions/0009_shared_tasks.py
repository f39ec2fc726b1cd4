"""Who may take a task that is for one of several roles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "task_shares",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("ident", sa.String(length=120), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_task_shares_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_task_shares"),
    )
    op.create_index("ix_task_shares_agency", "task_shares", ["agency"])
    op.create_index(
        "ix_task_shares_case_id_ident_agency",
        "task_shares",
        ["case_id", "ident", "agency"],
        unique=True,
    )
