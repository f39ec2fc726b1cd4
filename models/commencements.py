"""When versions come into force for the cases that run, and the cases that they have not moved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.columns import Row, key, reference


class Commencement(Row, table=True):
    """A version that moves running cases by its own rule comes into force."""

    __tablename__ = "commencements"
    __table_args__ = (Index(None, "pathway_version_id", unique=True),)

    id: int | None = key()
    version: int = 1
    pathway_version_id: int = reference("pathway_versions.id")
    at: datetime
    """From this moment on cases on older versions are moved to it."""
    person: str = Field(default="", max_length=80)
    """Staff code of who published it."""
    called_off_at: datetime | None = None
    """Since then it moves no case any more; `CommencementChange` says who has called it off."""


class CommencementChange(Row, table=True):
    """That a version was called off, or called again, is added and never written over."""

    __tablename__ = "commencement_changes"
    __table_args__ = (Index(None, "pathway_version_id"),)

    id: int | None = key()
    pathway_version_id: int = reference("pathway_versions.id")
    word: str = Field(max_length=20)
    """called off | called again"""
    at: datetime
    person: str = Field(default="", max_length=80)
    """Staff code of who did it."""


class UnmovedCase(Row, table=True):
    """A case that its pathway's version in force has not moved. Why stands in no clear column: it may
    tell an answer, and can be weighed again at any time.
    """

    __tablename__ = "unmoved_cases"
    __table_args__ = (
        Index(None, "case_id", "pathway_version_id", unique=True),
        Index(None, "pathway_version_id"),
    )

    id: int | None = key()
    case_id: int = reference("cases.id")
    pathway_version_id: int = reference("pathway_versions.id")
    """The version to which it was not moved."""
    word: str = Field(max_length=20)
    """cannot | stays | reverted"""
    entries: int
    """How many log entries the case had then: one that cannot move is tried again after the next."""
    at: datetime
