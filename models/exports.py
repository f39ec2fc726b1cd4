"""The record of exports: who, when, what, and how much; no answers."""

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
    """Counted from 1."""
    made_at: datetime
    agency: str = Field(max_length=40)
    person: str = Field(max_length=80)
    """A staff code, never a name."""
    codes: str = Field(max_length=40)
    pathways: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    """Those asked for; all if empty."""
    since: date | None = None
    until: date | None = None
    """First and last day of opening."""
    at_least: int
    """How many persons had to have identical lines."""
    own: bool = False
    """Only of cases that the agency answers or has answered for."""
    cases: int
    lines: int
    content_hash: str = Field(max_length=64)
    """SHA-256 of the columns and lines, in hex."""
    marks: bytes | None = None
    """What later exports are compared with, keyed and without personal data; empty if nothing is.
    None in records from before.
    """
    previous_hash: bytes
    hash: bytes
