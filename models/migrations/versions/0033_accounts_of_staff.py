"""Accounts with which staff sign in, their recovery codes, and limits on how often somebody may
try. Everybody who is signed in has to sign in again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_by", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", WHEN, nullable=False),
        sa.Column("set_up_at", WHEN, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
    )
    op.create_index("ix_accounts_agency_person", "accounts", ["agency", "person"])
    op.create_table(
        "recovery_codes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", WHEN, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_recovery_codes_account_id_accounts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
    )
    op.create_index("ix_recovery_codes_account_id", "recovery_codes", ["account_id"])
    op.create_table(
        "sign_in_tries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("paid_until", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_tries"),
    )
    op.create_index(
        "ix_sign_in_tries_purpose_who", "sign_in_tries", ["purpose", "who"], unique=True
    )
    # Whoever is signed in has shown a link alone, and must sign in with an account.
    op.execute("DELETE FROM sign_in_sessions")
    with op.batch_alter_table("sign_in_sessions") as batch:
        batch.add_column(sa.Column("is_setting_up", sa.Boolean(), nullable=False))
        batch.add_column(sa.Column("sure_at", WHEN, nullable=True))
