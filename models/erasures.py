"""Certificates of erasure: which keys were destroyed, when, by whom and on what ground."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.columns import DOCUMENT, Row, key


class Erasure(Row, table=True):
    """One destroyed key, chained to the one before. Never updated, never deleted."""

    __tablename__ = "erasures"

    id: int | None = key()
    number: int = Field(unique=True)
    """Counted from 1."""
    made_at: datetime
    operator: str = Field(max_length=80)
    owner: str = Field(max_length=80, unique=True)
    """The key's owner, as the keyring names it: `case:7K2F-9QXM`, `person:17`."""
    cases: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    """The codes of the cases concerned: the case itself, or all of the person's."""
    ground: str = Field(max_length=20)
    key_digest: str = Field(max_length=64)
    """SHA-256 of the wrapped key that was destroyed, in hex; empty for a key that was destroyed
    before there were certificates.
    """
    wrote: bytes | None = None
    """The manifest of what only the certificate can prove once the key is destroyed: for a case,
    the rows that it leaves; for a person, the values that their cases no longer see.
    """
    previous_hash: bytes
    hash: bytes
