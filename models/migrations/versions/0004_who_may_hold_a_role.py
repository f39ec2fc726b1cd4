"""Agencies say which areas they serve, what they are for, how much they can do, who stands in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.columns import DOCUMENT

revision = "0004"
down_revision = "0003"
branch_labels = depends_on = None


def upgrade() -> None:
    for name, empty in (
        ("areas", "[]"),
        ("specialised", "[]"),
        ("leave", "[]"),
        ("capacity", "{}"),
    ):
        op.add_column("agencies", sa.Column(name, DOCUMENT, nullable=False, server_default=empty))
