"""When versions come into force for running cases, and the cases they did not move."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "commencements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pathway_version_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["pathway_version_id"],
            ["pathway_versions.id"],
            name="fk_commencements_pathway_version_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_commencements"),
    )
    op.create_index(
        "ix_commencements_pathway_version_id", "commencements", ["pathway_version_id"], unique=True
    )
    op.create_table(
        "unmoved_cases",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("pathway_version_id", BIG, nullable=False),
        sa.Column("word", sa.String(length=20), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_unmoved_cases_case_id"),
        sa.ForeignKeyConstraint(
            ["pathway_version_id"],
            ["pathway_versions.id"],
            name="fk_unmoved_cases_pathway_version_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_unmoved_cases"),
    )
    op.create_index(
        "ix_unmoved_cases_case_id_pathway_version_id",
        "unmoved_cases",
        ["case_id", "pathway_version_id"],
        unique=True,
    )
    op.create_index("ix_unmoved_cases_pathway_version_id", "unmoved_cases", ["pathway_version_id"])
    op.create_index(
        "ix_cases_open_by_version",
        "cases",
        ["pathway_version_id"],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
