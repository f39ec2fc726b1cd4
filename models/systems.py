"""By what agencies' own systems are let in, and what they have asked for. No records; that a token was
made or ended is an act of an operator.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.columns import CODE_LENGTH, Row, key, reference


class SystemToken(Row, table=True):
    """What one system of an agency shows with each request."""

    __tablename__ = "system_tokens"
    __table_args__ = (Index(None, "agency", "system"),)

    id: int | None = key()
    token_hash: bytes = Field(unique=True)
    agency: str = Field(max_length=40)
    system: str = Field(max_length=80)
    rights: str = Field(max_length=40)
    """What it lets the system do, with blanks between."""
    made_at: datetime
    expires_at: datetime
    seen_at: datetime | None = None
    """When it was last shown, to the minute."""


class SystemCall(Row, table=True):
    """What a system asked for under a key of its own, so that it is done once."""

    __tablename__ = "system_calls"
    __table_args__ = (Index(None, "token_id", "name", unique=True),)

    id: int | None = key()
    token_id: int = reference("system_tokens.id")
    name: bytes
    """A digest of the key: what systems send may be anything."""
    asked: bytes
    """The proof of what was asked: a digest under a key, since answers can be guessed."""
    made_at: datetime = Field(index=True)
    code: str = Field(default="", max_length=CODE_LENGTH, index=True)
    """Of the case that changed."""
    answer: bytes = b""
    """What came of it, in JSON; nothing before its transaction ends."""
