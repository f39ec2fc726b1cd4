"""Resealings: which data keys were replaced after a compromise, when, by whom, and what proves the
rows that were sealed again.
"""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from models.columns import CODE_LENGTH, DOCUMENT, Row, key


class Resealing(Row, table=True):
    """The replacement of one data key, and the case, if any, whose rows were sealed again; chained
    to the record before. A person's key has a record for each of their cases. Never updated, never
    deleted.
    """

    __tablename__ = "resealings"
    __table_args__ = (Index(None, "act", "owner"), Index(None, "code"))

    id: int | None = key()
    number: int = Field(unique=True)
    """The record's place in the chain, counted from 1."""
    made_at: datetime
    operator: str = Field(max_length=80)
    act: int
    """The number of the operators' act with which this rotation of keys began."""
    owner: str = Field(max_length=80)
    """The key's owner, as the keyring names it: `case:7K2F-9QXM`, `person:17`."""
    code: str = Field(max_length=CODE_LENGTH)
    """The case whose rows were sealed again; empty if there is none."""
    entries: int
    """How many log entries the case had at that time."""
    former: bytes
    """The key that was replaced, sealed under the one that replaced it."""
    wrote: bytes
    """The manifest of the rows as they were sealed again."""
    answers: dict[str, list[str]] = Field(sa_column=Column(DOCUMENT, nullable=False))
    """For each log entry with answers, by its number: the digest of the answers before they were
    sealed again and the digest after, as in the sealed log.
    """
    previous_hash: bytes
    hash: bytes
