"""Certificates of erasure, including one for each key that was destroyed earlier."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CASES = sa.table(
    "cases",
    sa.column("id"),
    sa.column("code"),
    sa.column("person_id"),
    sa.column("recorded_at", MOMENT),
    sa.column("wrapped_key", sa.LargeBinary()),
)
PEOPLE = sa.table(
    "people",
    sa.column("id"),
    sa.column("created_at", MOMENT),
    sa.column("erased_at", MOMENT),
    sa.column("wrapped_key", sa.LargeBinary()),
)


def upgrade() -> None:
    erasures = op.create_table(
        "erasures",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("operator", sa.String(80), nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("cases", DOCUMENT, nullable=False),
        sa.Column("ground", sa.String(20), nullable=False),
        sa.Column("key_digest", sa.String(64), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
        sa.UniqueConstraint("number", name="uq_erasures_number"),
        sa.UniqueConstraint("owner", name="uq_erasures_owner"),
    )
    previous = bytes(32)
    for number, found in enumerate(_erased_before(), 1):
        row = {**found, "number": number, "operator": "", "ground": "unrecorded", "key_digest": ""}
        hashed = _digest(previous, row)
        op.get_bind().execute(
            sa.insert(erasures).values(row | {"previous_hash": previous, "hash": hashed})
        )
        previous = hashed


def _erased_before() -> Iterator[dict[str, Any]]:
    """The keys that were destroyed before there were certificates, people's first. No record says
    when a case was erased, so the time of its last entry is used.
    """
    store = op.get_bind()
    of_people = sa.select(PEOPLE.c.id, PEOPLE.c.created_at, PEOPLE.c.erased_at)
    for person in store.execute(of_people.where(PEOPLE.c.wrapped_key.is_(None))).all():
        codes = sa.select(CASES.c.code).where(CASES.c.person_id == person.id).order_by(CASES.c.id)
        yield {
            "made_at": person.erased_at or person.created_at,
            "owner": f"person:{person.id}",
            "cases": [*store.scalars(codes)],
        }
    of_cases = sa.select(CASES.c.code, CASES.c.recorded_at).where(CASES.c.wrapped_key.is_(None))
    for case in store.execute(of_cases.order_by(CASES.c.id)).all():
        yield {
            "made_at": case.recorded_at,
            "owner": f"case:{case.code}",
            "cases": [case.code],
        }


def _digest(previous: bytes, values: dict[str, Any]) -> bytes:
    """The hash that chains a certificate to the one before, as in the record of erasures."""
    shown = {**values, "made_at": values["made_at"].astimezone(UTC)}
    said = msgspec.json.encode([str(shown[name]) for name in sorted(shown)])
    return hashlib.sha256(previous + said).digest()
