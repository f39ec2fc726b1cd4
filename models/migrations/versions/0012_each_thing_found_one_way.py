"""Drops two indexes that nothing needs: each makes every turn write one more page of the database.

The reference of a notice consists of its case's code and its own number, which together are unique
already. No query looks for protected values by person.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.drop_index("ix_protected_values_person_id", "protected_values")
    if op.get_context().dialect.name == "sqlite":
        _made_anew()
    else:
        op.drop_constraint("uq_notices_reference", "notices")


def _made_anew() -> None:
    """Rebuild both tables: in SQLite a constraint can be dropped only by rebuilding its table, and
    not while another table refers to it.
    """
    op.execute("CREATE TEMPORARY TABLE attempts AS SELECT * FROM notice_attempts")
    op.drop_table("notice_attempts")
    with op.batch_alter_table("notices") as notices:
        notices.drop_constraint("uq_notices_reference", type_="unique")
    op.create_table(
        "notice_attempts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("notice_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_attempts_notice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_attempts"),
    )
    op.create_index("ix_notice_attempts_notice_id", "notice_attempts", ["notice_id"])
    op.execute(
        "INSERT INTO notice_attempts (id, notice_id, number, channel, at, outcome)"
        " SELECT id, notice_id, number, channel, at, outcome FROM attempts"
    )
    op.execute("DROP TABLE attempts")
