"""Files stored beside published pathways: texts in other languages, lists of codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "pathway_companions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("pathway_version_id", BIG, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pathway_companions"),
        sa.ForeignKeyConstraint(
            ["pathway_version_id"],
            ["pathway_versions.id"],
            name="fk_pathway_companions_pathway_version_id",
        ),
    )
    op.create_index(
        "ix_pathway_companions_pathway_version_id_kind_name_edition",
        "pathway_companions",
        ["pathway_version_id", "kind", "name", "edition"],
        unique=True,
    )
