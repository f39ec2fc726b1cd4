"""Staff have roles, a first and a last day, and a deputy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Until the registry is loaded again, existing staff have all roles of their agency, as if
    their entries named none.
    """
    position = sa.Column("position", sa.Integer(), nullable=False, server_default="0")
    op.add_column("staff", position)
    op.add_column("staff", sa.Column("roles", DOCUMENT, nullable=False, server_default="[]"))
    op.add_column("staff", sa.Column("valid_from", sa.Date(), nullable=True))
    op.add_column("staff", sa.Column("valid_until", sa.Date(), nullable=True))
    op.add_column("staff", sa.Column("deputy", sa.String(80), nullable=False, server_default=""))
    op.execute("UPDATE staff SET position = id")
    held = "json_group_array" if op.get_bind().dialect.name == "sqlite" else "jsonb_agg"
    op.execute(
        f"UPDATE staff SET roles = (SELECT {held}(role) FROM (SELECT role FROM agency_roles"
        " WHERE agency_roles.agency_id = staff.agency_id ORDER BY position) AS held)"
        " WHERE EXISTS (SELECT 1 FROM agency_roles WHERE agency_roles.agency_id = staff.agency_id)"
    )
