"""The marks of file rows that were taken in as cases, so that no row is taken in twice. The
content of the rows is not stored.
"""

from datetime import datetime

from sqlmodel import Field

from models.columns import Row, key, reference


class IntakeSecret(Row, table=True):
    """A single row with the secret for marks, sealed like personal data. Without the secret, nobody
    can tell which row of a file a mark came from.
    """

    __tablename__ = "intake_secrets"

    id: int | None = key()
    wrapped_key: bytes
    wrapped_by: str = Field(max_length=16)
    """The id of the master key that wrapped the secret's key, in hex."""
    sealed: bytes
    proof: bytes | None = None
    """The proof that this installation made the secret."""


class Intake(Row, table=True):
    """The mark that identifies a row of a file. Never updated, never deleted."""

    __tablename__ = "intakes"

    id: int | None = key()
    mark: bytes = Field(unique=True)
    """HMAC-SHA-256, under the secret, of the row's reference or, if it has none, of its content."""
    case_id: int = reference("cases.id")
    taken_at: datetime
