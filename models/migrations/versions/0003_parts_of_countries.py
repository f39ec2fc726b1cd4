"""An agency may be in a part of a country with a calendar and a zone of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = depends_on = None


def upgrade() -> None:
    """Each agency gets the zone of its country, so the table of countries is no longer needed."""
    op.add_column("agencies", _part_of_a_country())
    op.add_column("calendar_editions", _part_of_a_country())
    zone = sa.Column("zone", sa.String(60), nullable=False, server_default="UTC")
    op.add_column("agencies", zone)
    op.execute(
        "UPDATE agencies SET zone = countries.zone FROM countries"
        " WHERE countries.code = agencies.country"
    )
    op.drop_table("countries")


def _part_of_a_country() -> sa.Column[str]:
    return sa.Column("subdivision", sa.String(3), nullable=False, server_default="")
