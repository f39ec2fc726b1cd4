"""When versions come into force for running cases, and the cases they did not move."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.columns import Row, key, reference


class Commencement(Row, table=True):
    """The coming into force of a version that moves running cases by its own rule."""

    __tablename__ = "commencements"
    __table_args__ = (Index(None, "pathway_version_id", unique=True),)

    id: int | None = key()
    version: int = 1
    pathway_version_id: int = reference("pathway_versions.id")
    at: datetime
    """From this moment on, cases on older versions are moved to this one."""
    person: str = Field(default="", max_length=130)
    """Who published it: an operator's code, or an agency and a staff code."""
    called_off_at: datetime | None = None
    """When it stopped moving cases, if it was called off; `CommencementChange` says by whom."""


class CommencementChange(Row, table=True):
    """A version was called off or reinstated. Rows are only added, never changed."""

    __tablename__ = "commencement_changes"
    __table_args__ = (Index(None, "pathway_version_id"),)

    id: int | None = key()
    pathway_version_id: int = reference("pathway_versions.id")
    word: str = Field(max_length=20)
    """`called off`, or `called again` if it was reinstated."""
    at: datetime
    person: str = Field(default="", max_length=130)
    """Who did it: an operator's code, or an agency and a staff code."""


class UnmovedCase(Row, table=True):
    """A case that its pathway's version in force did not move, or whose move was reverted. The
    reason is not stored unencrypted, because it may reveal an answer; it can be worked out again at
    any time.
    """

    __tablename__ = "unmoved_cases"
    __table_args__ = (
        Index(None, "case_id", "pathway_version_id", unique=True),
        Index(None, "pathway_version_id"),
    )

    id: int | None = key()
    case_id: int = reference("cases.id")
    pathway_version_id: int = reference("pathway_versions.id")
    """The version that it was not moved to, or was moved back from."""
    word: str = Field(max_length=20)
    """`cannot` or `stays`; `reverted` if it was moved, and then moved back."""
    entries: int
    """The length of the case's log at the time `at`. After the next entry, a move that could not be
    made is tried again.
    """
    at: datetime
