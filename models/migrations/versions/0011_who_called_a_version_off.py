"""Who called off a version that comes into force by itself, and who reinstated it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "commencement_changes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("pathway_version_id", BIG, nullable=False),
        sa.Column("word", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["pathway_version_id"],
            ["pathway_versions.id"],
            name="fk_commencement_changes_pathway_version_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_commencement_changes"),
    )
    op.create_index(
        "ix_commencement_changes_pathway_version_id",
        "commencement_changes",
        ["pathway_version_id"],
    )
    # By whom was not kept before.
    op.execute(
        "INSERT INTO commencement_changes (pathway_version_id, word, at, person)"
        " SELECT pathway_version_id, 'called off', called_off_at, '' FROM commencements"
        " WHERE called_off_at IS NOT NULL"
    )
