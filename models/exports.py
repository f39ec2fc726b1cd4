"""Exports that were made: who, when, of what, and how much; no answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.columns import DOCUMENT, Row, key


class Export(Row, table=True):
    """One export, chained to the one before. Never updated, never deleted."""

    __tablename__ = "exports"

    id: int | None = key()
    number: int = Field(unique=True)
    """Counts from 1."""
    made_at: datetime
    agency: str = Field(max_length=40)
    person: str = Field(max_length=80)
    """A staff code, never a name."""
    codes: str = Field(max_length=40)
    pathways: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    """Those that were asked for; all if none is named."""
    since: date | None = None
    until: date | None = None
    """First and last day of opening."""
    at_least: int
    """So many persons must be alike for one of them to be told."""
    cases: int
    lines: int
    content_hash: str = Field(max_length=64)
    """SHA-256 of the columns and lines, in hex."""
    previous_hash: bytes
    hash: bytes
