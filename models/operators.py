"""The operators of an installation, and the record of acts: theirs and those of administrators and
coordinators.
"""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.columns import DOCUMENT, Row, key


class OperatorRow(Row, table=True):
    """An account of the operating system, and the code by which the records know it."""

    __tablename__ = "operators"

    id: int | None = key()
    version: int = 1
    code: str = Field(max_length=80, unique=True)
    """The operator's code, never a name."""
    account: str = Field(max_length=200, unique=True)
    """The account's name on the machines of the installation."""
    added_at: datetime
    removed_at: datetime | None = None
    """When it ceased to be an operator; the row stays, because records name its code."""


class OperatorEntry(Row, table=True):
    """An act of an operator, or of an agency's administrator or coordinator, or something that
    happened by itself. Chained to the entry before. Never updated, never deleted.
    """

    __tablename__ = "operator_log"

    id: int | None = key()
    number: int = Field(unique=True)
    """Counted from 1."""
    made_at: datetime
    operator: str = Field(max_length=130)
    """The operator's code; for an administrator or coordinator, the agency, a blank and the staff
    code, a form that no operator's code has. Empty for what happens by itself.
    """
    act: str = Field(max_length=40)
    about: dict[str, str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    """Codes and numbers only, by name."""
    wrote: bytes | None = None
    """The manifest of the rows that it changed, as they are after it (`casework.manifest`)."""
    previous_hash: bytes
    hash: bytes
