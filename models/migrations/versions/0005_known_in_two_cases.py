"""An answer from a person's earlier case is known in a later one too, and stored only once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "carried_values",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("value_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_carried_values_case_id"),
        sa.ForeignKeyConstraint(
            ["value_id"], ["protected_values.id"], name="fk_carried_values_value_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_carried_values"),
    )
    op.create_index(
        "ix_carried_values_case_id_value_id",
        "carried_values",
        ["case_id", "value_id"],
        unique=True,
    )
    op.create_index("ix_carried_values_value_id", "carried_values", ["value_id"])
