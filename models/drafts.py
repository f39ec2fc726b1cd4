"""Drafts: forms that were begun and not sent yet, and pathways not published yet. These tables are
not records; what was done is in the cases' logs, and what was published is among the versions.
"""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from models.columns import DOCUMENT, Row, key, reference


class DraftRow(Row, table=True):
    """A draft of one form."""

    __tablename__ = "drafts"
    __table_args__ = (Index(None, "case_id", "about", "way", "agency", "person", unique=True),)

    id: int | None = key()
    case_id: int = reference("cases.id")
    about: str = Field(max_length=120)
    """What the form is about: a task or request, by its id in the case, or something else, by its
    name or code; empty for the case itself.
    """
    way: str = Field(max_length=40)
    """What the form does, such as `complete` or `consent.give`."""
    agency: str = Field(max_length=40)
    person: str = Field(max_length=80)
    """The staff code of its author."""
    kept_at: datetime = Field(index=True)
    sealed: bytes
    """The values of the form, sealed under two keys: that of the case and that of its person."""


class PathwayDraft(Row, table=True):
    """A pathway, with its files, that somebody is about to publish; unencrypted, as published
    pathways are.
    """

    __tablename__ = "pathway_drafts"
    __table_args__ = (Index(None, "agency", "person", unique=True),)

    id: int | None = key()
    agency: str = Field(max_length=40)
    person: str = Field(max_length=80)
    """The staff code of its author."""
    kept_at: datetime = Field(index=True)
    file: str = Field(max_length=80)
    """The name of the pathway's own file."""
    files: dict[str, str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    """The text of each file by its name."""
