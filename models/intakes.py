"""Rows of files that were taken in as cases, so that none is taken in twice; nothing of what they say."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from models.columns import Row, key, reference


class IntakeSecret(Row, table=True):
    """One row: without it nobody can tell from a mark which row made it. Sealed as a person's data is."""

    __tablename__ = "intake_secrets"

    id: int | None = key()
    wrapped_key: bytes
    sealed: bytes


class Intake(Row, table=True):
    """By what a row of a file is known again. Never updated, never deleted."""

    __tablename__ = "intakes"

    id: int | None = key()
    mark: bytes = Field(unique=True)
    """HMAC-SHA-256, under the secret, of the row's reference or of all that it means."""
    case_id: int = reference("cases.id")
    taken_at: datetime
