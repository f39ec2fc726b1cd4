"""The grounds on which a notice was sent are kept with the attempt, sealed under the case's key.

For notices that were sent earlier, the grounds are not known.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("notice_attempts", sa.Column("ground", sa.LargeBinary(), nullable=True))
