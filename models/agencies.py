"""The registry as loaded: agencies, the roles they may hold, their staff."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from models.columns import DOCUMENT, Row, key, reference


class AgencyRow(Row, table=True):
    """An agency. One that a newer registry no longer has is kept, but not asked any more."""

    __tablename__ = "agencies"

    id: int | None = key()
    version: int = 1
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    country: str = Field(max_length=2)
    subdivision: str = Field(default="", max_length=3)
    """The part of the country whose calendar applies; empty for the country's own."""
    zone: str = Field(max_length=60)
    """IANA name of the zone in which its days are counted and its moments shown."""
    position: int
    """Agencies are asked in this order."""
    is_listed: bool = True
    languages: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    areas: list[str] = Field(default_factory=list, sa_column=Column(DOCUMENT, nullable=False))
    specialised: list[str] = Field(default_factory=list, sa_column=Column(DOCUMENT, nullable=False))
    leave: list[dict[str, str]] = Field(
        default_factory=list, sa_column=Column(DOCUMENT, nullable=False)
    )
    """First day, last day, and stand-in."""
    capacity: dict[str, int] = Field(
        default_factory=dict, sa_column=Column(DOCUMENT, nullable=False)
    )
    """For some of its roles."""
    channels: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    valid_from: date | None = None
    valid_until: date | None = None


class AgencyRole(Row, table=True):
    """A type of role that an agency may hold in its country."""

    __tablename__ = "agency_roles"
    __table_args__ = (Index(None, "agency_id", "role", unique=True),)

    id: int | None = key()
    agency_id: int = reference("agencies.id")
    role: str = Field(max_length=40)
    position: int


class RoleSeparation(Row, table=True):
    """Types of roles that nobody holds both of in one case."""

    __tablename__ = "role_separations"

    id: int | None = key()
    role: str = Field(max_length=40)
    others: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    between: str = Field(max_length=20)
    """`agencies` or `persons`."""


class RoleTurn(Row, table=True):
    """When an agency last got something in a type of role whose agencies are chosen in turn."""

    __tablename__ = "role_turns"
    __table_args__ = (Index(None, "agency", "role_type", unique=True),)

    id: int | None = key()
    agency: str = Field(max_length=40)
    role_type: str = Field(max_length=40)
    given_at: datetime


class StaffRow(Row, table=True):
    """A person who acts for an agency, as the registry file says; replaced with it."""

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
    """Code of the colleague who stands in; empty for nobody."""


class Suspension(Row, table=True):
    """An agency, or one of its staff, that is told, shown and given nothing."""

    __tablename__ = "suspensions"

    id: int | None = key()
    version: int = 1
    agency: str = Field(max_length=40, index=True)
    person: str = Field(default="", max_length=80)
    """A staff code; empty for the whole agency."""
    since: datetime
    lifted_at: datetime | None = None
