"""The tokens that let agencies' own systems in, and what these systems have asked for. These tables
are not records; making or ending a token is recorded as an operator's act.
"""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.columns import CODE_LENGTH, Row, key, reference


class SystemToken(Row, table=True):
    """A token that one of an agency's systems shows with each request."""

    __tablename__ = "system_tokens"
    __table_args__ = (Index(None, "agency", "system"),)

    id: int | None = key()
    token_hash: bytes = Field(unique=True)
    agency: str = Field(max_length=40)
    system: str = Field(max_length=80)
    rights: str = Field(max_length=40)
    """What the token lets the system do, as words separated by blanks."""
    made_at: datetime
    expires_at: datetime
    seen_at: datetime | None = None
    """When a system last showed the token, to the minute."""


class SystemCall(Row, table=True):
    """A request from a system. It is sent with a key of the system's choice, so that it is carried
    out only once.
    """

    __tablename__ = "system_calls"
    __table_args__ = (Index(None, "token_id", "name", unique=True),)

    id: int | None = key()
    token_id: int = reference("system_tokens.id")
    name: bytes
    """A digest of the key that the system chose, since this key may contain personal data."""
    asked: bytes
    """A keyed digest of what was asked, since a form's answers could be guessed from a plain
    digest.
    """
    made_at: datetime = Field(index=True)
    code: str = Field(default="", max_length=CODE_LENGTH, index=True)
    """The code of the case that the request concerns; empty until the end of the request's
    transaction.
    """
    answer: bytes = b""
    """The result, in JSON; empty until the end of the request's transaction."""
