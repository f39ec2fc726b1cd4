"""Cases. The sealed state is authoritative; unencrypted columns hold codes, words of the pathway
and moments, never anything personal. The same goes for the tables of `work` and `turns`.
"""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from models.columns import CODE_LENGTH, DOCUMENT, Row, added_later, key, partial, reference


class Case(Row, table=True):
    """One case. `version` counts its log entries."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "status", "code"),
        partial("ix_cases_untold", "id", where="told < version"),
        partial("ix_cases_without_run", "id", where="flow_run_id IS NULL AND status = 'open'"),
        partial("ix_cases_without_parties", "id", where="parties IS NULL"),
        partial("ix_cases_open_by_version", "pathway_version_id", where="status = 'open'"),
        partial("ix_cases_proposals", "responsible", where="proposals > 0"),
    )

    id: int | None = key()
    code: str = Field(max_length=CODE_LENGTH, unique=True)
    version: int
    pathway: str = Field(max_length=40)
    pathway_version_id: int = reference("pathway_versions.id")
    """The case is pinned to this version."""
    person_id: int = reference("people.id", index=True)
    """The person of the case; `Participant` says in what part."""
    status: str = Field(max_length=20)
    end: str = Field(default="", max_length=40)
    stages: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    """Open stages."""
    responsible: str = Field(max_length=40, index=True)
    opened_at: datetime
    recorded_at: datetime
    """The time of the newest log entry; the next is not dated earlier."""
    proposals: int = 0
    """How many links and merges proposed by other cases await an answer from its agency. Only the
    sealed state tells which cases propose them.
    """
    due_at: datetime | None = Field(default=None, index=True)
    """When the next thing in the case is due."""
    notice_at: datetime | None = Field(default=None, index=True)
    """When the next notice is to be sent."""
    told: int = 0
    """Log entries up to this number have been shown to managers."""
    flow_run_id: str | None = Field(default=None, max_length=40)
    lease_until: float = 0.0
    """When its lease ends, in seconds since 1970, in real time."""
    lease_by: str = Field(default="", max_length=80)
    sealed_state: bytes
    wrapped_key: bytes | None
    """The case's key under a master key; None once the case is erased."""
    wrapped_by: str | None = Field(default=None, max_length=16, index=True)
    """The id of that master key, in hex; None once the case is erased."""
    parties: list[str] | None = Field(default=None, sa_column=Column(DOCUMENT))
    """The agencies that have known of the case, or may know of it now. Thanks to this list, the
    case's state need not be opened for any other agency. None if the case is damaged, or if its row
    is from an older version of Onward; the list is then made when a process next starts.
    """
    shut_out: list[str] | None = Field(
        default=None, sa_column=Column(DOCUMENT, **added_later(None))
    )
    """The agencies, countries, and types of role in a country that are shut out of the case. None
    as for `parties`, and if the case was erased before this list existed.
    """
    last_hash: bytes
    """The hash of the newest log entry."""
    attempts_hash: bytes | None = None
    """The hash of the newest attempt to send one of its notices; None before the first."""
