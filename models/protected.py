"""The parts that people have in cases, unencrypted; and answers and texts about them, sealed under
each person's own key.
"""

from sqlalchemy import Index
from sqlmodel import Field

from models.columns import Row, key, reference


class Participant(Row, table=True):
    """A person's part in a case: adult, child, mother of, witness."""

    __tablename__ = "participants"
    __table_args__ = (Index(None, "case_id", "person_id", unique=True),)

    id: int | None = key()
    version: int = 1
    case_id: int = reference("cases.id")
    person_id: int = reference("people.id", index=True)
    part: str = Field(max_length=40)


class CarriedValue(Row, table=True):
    """A value recorded in one case and visible in another too, which was opened later or was linked
    with the first. The value itself is stored only once.
    """

    __tablename__ = "carried_values"
    __table_args__ = (Index(None, "case_id", "value_id", unique=True),)

    id: int | None = key()
    case_id: int = reference("cases.id")
    """The other case."""
    value_id: int = reference("protected_values.id", index=True)


class ProtectedValue(Row, table=True):
    """One sealed answer, or other protected text, about a person. The newest under a name in a case
    applies; older ones are kept.
    """

    __tablename__ = "protected_values"
    __table_args__ = (Index(None, "case_id", "name"),)

    id: int | None = key()
    person_id: int = reference("people.id")
    case_id: int = reference("cases.id")
    entry: int
    """The number of the log entry of the turn that recorded the answer or text."""
    name: str = Field(max_length=120)
    """The name of the field or, for other protected text, what the text belongs to."""
    sealed: bytes
