"""The single row of the installation."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.columns import DOCUMENT, Row


class Installation(Row, table=True):
    """A single row: what every process must know to be up to date."""

    __tablename__ = "installation"

    id: int = Field(default=1, primary_key=True)
    version: int = 1
    reference_version: int = 0
    """Rises each time the registry, a suspension, a calendar in force or a translation of a
    published version changes.
    """
    clock_at: datetime | None = None
    """The stored clock; None if the system clock is used."""
    clock_proof: bytes | None = None
    """The proof that Onward set the stored clock."""
    proof_key: bytes | None = None
    """Identifies the key under which records are proved; None before there is one."""
    acts: int = 0
    """How many entries the record of acts has; see `OperatorEntry`."""
    last_act: bytes | None = None
    """The hash of the newest act."""
    exports: int = 0
    """How many exports were recorded."""
    last_export: bytes | None = None
    """The hash of the newest export's record."""
    erasures: int = 0
    """How many keys were destroyed."""
    last_erasure: bytes | None = None
    """The hash of the newest certificate."""
    resealings: int = 0
    """How many records of replaced data keys there are; see `Resealing`."""
    last_resealing: bytes | None = None
    """The hash of the newest of these records."""
    wraps_with: str | None = Field(default=None, max_length=16)
    """The id of the master key that wraps new keys, in hex; None until keys are first rotated or
    replaced.
    """
    is_training: bool = False
    """Whether it was set up for training, which cannot be undone: nobody in it is real."""
    exports_a_month: int = 12
    """How many exports each agency may make in a month."""
    oversight: list[str] = Field(default_factory=list, sa_column=Column(DOCUMENT, nullable=False))
    """Agencies that are told when an agency looks at cases in which it has never had a part, or
    that do not exist.
    """
    looks_an_hour: int | None = None
    """How often one person may look at cases in an hour, according to the registry; None for no
    limit.
    """
