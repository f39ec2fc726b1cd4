"""What was published and never changes, and the one row of the installation itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from models.columns import DOCUMENT, Row, key, reference


class PathwayVersion(Row, table=True):
    """A published version of a pathway: its very text. Never updated."""

    __tablename__ = "pathway_versions"
    __table_args__ = (Index(None, "name", "number", unique=True),)

    id: int | None = key()
    name: str = Field(max_length=40)
    number: int
    content_hash: str = Field(max_length=64)
    """SHA-256 of the text, in hex."""
    text: str
    published_at: datetime


class PathwayCompanion(Row, table=True):
    """What stands beside a published version: its words in a language, a list of codes. Never
    updated: what is mended is another edition, so it can be shown which words were read out.
    """

    __tablename__ = "pathway_companions"
    __table_args__ = (Index(None, "pathway_version_id", "kind", "name", "edition", unique=True),)

    id: int | None = key()
    pathway_version_id: int = reference("pathway_versions.id")
    kind: str = Field(max_length=20)
    name: str = Field(max_length=40)
    """The language, or the name of the list."""
    edition: int
    """Counts from 1; the last one holds."""
    content_hash: str = Field(max_length=64)
    """SHA-256 of the body, in hex."""
    body: dict[str, object] = Field(sa_column=Column(DOCUMENT, nullable=False))
    published_at: datetime


class CalendarEdition(Row, table=True):
    """The calendar of a country, or of a part of it, as it was known when the edition was made.

    Never updated.
    """

    __tablename__ = "calendar_editions"

    id: str = Field(primary_key=True, max_length=60)
    country: str = Field(max_length=2, index=True)
    subdivision: str = Field(default="", max_length=3)
    body: dict[str, object] = Field(sa_column=Column(DOCUMENT, nullable=False))
    in_force: bool
    """At most one edition a country, and one each part of it."""
    made_at: datetime


class Installation(Row, table=True):
    """One row: what every process must know to be up to date."""

    __tablename__ = "installation"

    id: int = Field(default=1, primary_key=True)
    version: int = 1
    reference_version: int = 0
    """Rises with every change of the registry or of the calendars in force."""
    clock_at: datetime | None = None
    """The stored clock; None where the system's clock is followed."""
