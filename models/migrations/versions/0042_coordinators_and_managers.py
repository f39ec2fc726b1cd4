"""Which of an agency's staff publish pathways, and which read its figures; drafts of pathways that
are not published yet.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0042"
down_revision = "0041"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """No staff publish or read figures until a registry says so. The columns that say who published
    a version get room for an agency and a staff code.
    """
    for duty in ("coordinates", "manages"):
        op.add_column(
            "staff", sa.Column(duty, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    for table in ("commencements", "commencement_changes"):
        with op.batch_alter_table(table) as altered:
            altered.alter_column(
                "person", existing_type=sa.String(80), type_=sa.String(130), existing_nullable=False
            )
    op.create_table(
        "pathway_drafts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file", sa.String(80), nullable=False),
        sa.Column("files", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pathway_drafts"),
    )
    op.create_index(
        "ix_pathway_drafts_agency_person", "pathway_drafts", ["agency", "person"], unique=True
    )
    op.create_index("ix_pathway_drafts_kept_at", "pathway_drafts", ["kept_at"])
