"""Legal holds: orders by somebody in authority that a case or a person's data not be erased."""

from datetime import datetime

from sqlmodel import Field

from models.columns import Row, key, reference


class Hold(Row, table=True):
    """A hold on a case, or on everything known about a person. The row stays when the hold is
    lifted.
    """

    __tablename__ = "holds"

    id: int | None = key()
    version: int = 1
    person_id: int = reference("people.id", index=True)
    case_id: int | None = reference("cases.id", nullable=True)
    """The case; None for all cases of the person, including later ones."""
    reason: str = Field(max_length=20)
    since: datetime
    placed: bytes
    """Who ordered it, with their reference, sealed under the key of the case or person on hold."""
    asked_at: datetime | None = None
    """When the person first asked for erasure during the hold."""
    lifted_at: datetime | None = None
    lifted: bytes | None = None
    """Who ordered it to be lifted, sealed as `placed` is."""
