"""Roles, staff and retention periods from the registry, on which the engine's decisions depend; and
when agencies that are chosen in turn were last chosen.
"""

from datetime import date, datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from models.columns import DOCUMENT, Row, added_later, key, reference


class AgencyRole(Row, table=True):
    """A type of role that an agency may hold in its country."""

    __tablename__ = "agency_roles"
    __table_args__ = (Index(None, "agency_id", "role", unique=True),)

    id: int | None = key()
    agency_id: int = reference("agencies.id")
    role: str = Field(max_length=40)
    position: int


class RoleSeparation(Row, table=True):
    """A type of role, and the types that may not be held along with it in one case."""

    __tablename__ = "role_separations"

    id: int | None = key()
    role: str = Field(max_length=40)
    others: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    between: str = Field(max_length=20)
    """Who may not hold both roles: `agencies` or `persons`."""


class RetentionRule(Row, table=True):
    """How long a country requires or allows ended cases to be kept, as the registry file says;
    replaced whenever a registry file is loaded.
    """

    __tablename__ = "retention_rules"
    __table_args__ = (Index(None, "country", "bound", unique=True),)

    id: int | None = key()
    country: str = Field(max_length=2)
    bound: str = Field(max_length=20)
    """`at_least` or `at_most`."""
    amount: int
    unit: str = Field(max_length=20)
    source: str
    """The law that sets the period; empty if the period is only assumed."""


class RoleTurn(Row, table=True):
    """When an agency last got a task or request in a role of `role_type`, a type whose agencies are
    chosen in turn.
    """

    __tablename__ = "role_turns"
    __table_args__ = (Index(None, "agency", "role_type", unique=True),)

    id: int | None = key()
    agency: str = Field(max_length=40)
    role_type: str = Field(max_length=40)
    given_at: datetime


class StaffRow(Row, table=True):
    """A person who acts for an agency, as the registry file lists them; replaced whenever a
    registry file is loaded.
    """

    __tablename__ = "staff"
    __table_args__ = (Index(None, "agency_id", "code", unique=True),)

    id: int | None = key()
    version: int = 1
    agency_id: int = reference("agencies.id")
    code: str = Field(max_length=80)
    position: int
    roles: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    valid_from: date | None = None
    valid_until: date | None = None
    deputy: str = Field(max_length=80)
    """The staff code of the colleague who stands in; empty for nobody."""
    administers: bool = Field(default=False, sa_column_kwargs=added_later(False))
    """Whether the person gives colleagues access, and suspends them."""
    coordinates: bool = Field(default=False, sa_column_kwargs=added_later(False))
    """Whether the person publishes pathways, moves cases to their versions, declares holidays, and
    suspends other agencies and their staff.
    """
    manages: bool = Field(default=False, sa_column_kwargs=added_later(False))
    """Whether the person reads the figures of the agency."""
