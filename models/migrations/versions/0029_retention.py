"""How long countries require or allow ended cases to be kept; and legal holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "retention_rules",
        sa.Column("id", BIG, nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("bound", sa.String(20), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_retention_rules"),
    )
    op.create_index(
        "ix_retention_rules_country_bound", "retention_rules", ["country", "bound"], unique=True
    )
    op.create_table(
        "holds",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("placed", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.Column("lifted", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_holds_person_id_people"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_holds_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
    )
    op.create_index("ix_holds_person_id", "holds", ["person_id"])
