"""The sealed log: its leaves and checkpoints. Also the checkpoints of other logs that this
installation has cosigned as a witness.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field

from models.columns import BIG, Row, key


class Seal(Row, table=True):
    """A single row: the state of the log. Locked while sealing; never by a turn."""

    __tablename__ = "seal"

    id: int = Field(default=1, primary_key=True)
    version: int = 1
    origin: str = Field(max_length=80)
    """The log's name, chosen when the installation is set up."""
    size: int = Field(default=0, sa_type=BigInteger)
    edge: bytes = b""
    """The roots of the perfect subtrees, the largest first."""
    next_at: float = 0.0
    """When to seal next, in seconds since 1970, in real time."""
    lease_until: float = 0.0
    lease_by: str = Field(default="", max_length=80)
    is_restored: bool = False
    """Whether the database was restored from a backup and this is not confirmed yet."""


class SealedLeaf(Row, table=True):
    """A leaf of the log: its place there, and the record it stands for. Never updated, never
    deleted.
    """

    __tablename__ = "sealed_leaves"
    __table_args__ = (Index(None, "source", "subject", "number"),)

    position: int = Field(
        sa_column=Column(BIG, primary_key=True, autoincrement=False, nullable=False)
    )
    """Counted from 0."""
    source: str = Field(max_length=20)
    subject: str = Field(max_length=20)
    """The code of the case; empty for records that form a single chain."""
    number: int
    """The number of the record within its subject."""
    tag: bytes
    """A random value that stands for the subject in the leaf and reveals nothing about it."""
    hash: bytes


class SealedCheckpoint(Row, table=True):
    """A checkpoint that was signed. Never updated, never deleted."""

    __tablename__ = "checkpoints"

    id: int | None = key()
    size: int = Field(sa_column=Column(BigInteger, nullable=False, unique=True))
    root: bytes
    note: str
    made_at: datetime


class Witnessed(Row, table=True):
    """The newest checkpoint of another log that this installation has cosigned."""

    __tablename__ = "witnessed"

    id: int | None = key()
    version: int = 1
    origin: str = Field(max_length=200, unique=True)
    log_key: str = Field(max_length=400)
    """The verifier key of the log."""
    size: int = Field(sa_type=BigInteger)
    root: bytes
    note: str
    """The checkpoint's note, with the cosignature of this installation."""
    seen_at: datetime
