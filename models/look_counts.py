"""How often people look at cases. These are counts, not records."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.columns import Row, key


class LookCount(Row, table=True):
    """How often a person of an agency looked at cases in an hour."""

    __tablename__ = "look_counts"
    __table_args__ = (Index(None, "hour", "agency", "person", unique=True),)

    id: int | None = key()
    hour: datetime
    """The beginning of the hour."""
    agency: str = Field(max_length=40)
    person: str = Field(max_length=80)
    """The staff code. If nobody at the agency is named, the code of the operator who looked on its
    behalf, or `system:NAME` for the agency's own program.
    """
    looks: int = 0
    outside: int = 0
    """Looks at cases in which the agency has never had a part, or that do not exist."""
    refused: int = 0
    """Further looks, refused because there were too many."""


class OversightNotice(Row, table=True):
    """A notice that tells an agency with oversight that another agency's staff looked at cases
    outside their caseload. There is one a day about each agency, however often its staff looked.
    """

    __tablename__ = "oversight_notices"
    __table_args__ = (Index(None, "day", "agency", "told", unique=True),)

    id: int | None = key()
    day: date
    agency: str = Field(max_length=40)
    """The agency whose staff looked."""
    told: str = Field(max_length=40)
    """The agency with oversight."""
    reference: str = Field(max_length=20)
    """The reference of the notice."""
