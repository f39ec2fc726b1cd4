"""Published pathways, the files beside them, and calendars: none of these ever changes. Also
holidays that were declared between two registry files, and proposed versions.
"""

from datetime import date, datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from models.columns import DOCUMENT, Row, key, reference


class PathwayVersion(Row, table=True):
    """A published version of a pathway: its exact text. Never updated."""

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
    """A file stored beside a published version: its texts in a language, or a list of codes.
    Never updated: a correction is a new edition, so that it can be shown which text was read
    out.
    """

    __tablename__ = "pathway_companions"
    __table_args__ = (Index(None, "pathway_version_id", "kind", "name", "edition", unique=True),)

    id: int | None = key()
    pathway_version_id: int = reference("pathway_versions.id")
    kind: str = Field(max_length=20)
    name: str = Field(max_length=40)
    """The language, or the name of the list."""
    edition: int
    """Counted from 1; the last one applies."""
    content_hash: str = Field(max_length=64)
    """SHA-256 of the body, in hex."""
    body: dict[str, object] = Field(sa_column=Column(DOCUMENT, nullable=False))
    published_at: datetime


class CalendarEdition(Row, table=True):
    """The calendar of a country or part of it, as known when the edition was made.

    Never updated, except for `in_force`.
    """

    __tablename__ = "calendar_editions"

    id: str = Field(primary_key=True, max_length=60)
    country: str = Field(max_length=2, index=True)
    subdivision: str = Field(default="", max_length=3)
    body: dict[str, object] = Field(sa_column=Column(DOCUMENT, nullable=False))
    in_force: bool
    """Whether it is in force: at most one edition for each country, and for each part of a
    country.
    """
    made_at: datetime


class DeclaredHoliday(Row, table=True):
    """A day off that was declared between two registry files, and that no file has named yet.

    It is added to the calendar each time a file is loaded, until a file names the day itself.
    """

    __tablename__ = "declared_holidays"
    __table_args__ = (Index(None, "country", "subdivision", "day", unique=True),)

    id: int | None = key()
    country: str = Field(max_length=2)
    subdivision: str = Field(default="", max_length=3)
    """The part of the country that has it; empty for the whole country."""
    day: date
    name: str = Field(max_length=80)
    declared_at: datetime


class ProposedVersion(Row, table=True):
    """A version that needs, or needed, somebody else's agreement before it is published: it shows
    more than a version that it would replace, changes the wording of a consent or, as the first of
    its pathway, shows something to the proposer's own agency.

    Its text never changes. Once agreed to, it is also stored as a published version.
    """

    __tablename__ = "proposed_versions"
    __table_args__ = (Index(None, "name", "outcome"),)

    id: int | None = key()
    version: int = 1
    name: str = Field(max_length=40)
    number: int
    content_hash: str = Field(max_length=64)
    """SHA-256 of the text, in hex."""
    text: str
    translations: dict[str, object] = Field(sa_column=Column(DOCUMENT, nullable=False))
    """Its texts in other languages, by language."""
    codes: dict[str, object] = Field(sa_column=Column(DOCUMENT, nullable=False))
    """Its lists of codes, by name."""
    against: int
    """The number of the newest version published when it was proposed; 0 if it is the first."""
    agency: str = Field(max_length=40)
    """The proposer's agency; empty for an operator."""
    proposed_by: str = Field(max_length=130)
    """The proposer, as the record of acts names them."""
    proposed_at: datetime
    lapses_at: datetime
    outcome: str = Field(default="", max_length=20)
    """`agreed`, `declined`, `taken_back`, `lapsed`; empty while it waits."""
    answered_by: str = Field(default="", max_length=130)
    answered_at: datetime | None = None
    reason: str = Field(default="", max_length=40)
    """Why it was declined."""
