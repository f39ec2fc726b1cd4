"""The record of exports: who, when, what, and how much; no answers."""

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.columns import DOCUMENT, Row, key


class Export(Row, table=True):
    """One export, chained to the one before. Never updated, never deleted."""

    __tablename__ = "exports"

    id: int | None = key()
    number: int = Field(unique=True)
    """Counted from 1."""
    made_at: datetime
    agency: str = Field(max_length=40)
    person: str = Field(max_length=80)
    """A staff code, never a name."""
    codes: str = Field(max_length=40)
    pathways: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    """The pathways asked for; if empty, all pathways that have the code list `codes`."""
    since: date | None = None
    """Cases opened before this day were left out; None for no limit."""
    until: date | None = None
    """Cases opened after this day were left out; None for no limit."""
    at_least: int
    """The least number of persons who had to share an identical line."""
    own: bool = False
    """Whether it covers only cases that the agency is or was responsible for."""
    cases: int
    lines: int
    content_hash: str = Field(max_length=64)
    """SHA-256 of the columns and lines, in hex."""
    marks: bytes | None = None
    """Marks to compare later exports with, keyed and without personal data; empty if there are
    none. None in records from before marks were kept.
    """
    previous_hash: bytes
    hash: bytes
