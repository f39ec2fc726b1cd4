"""Agencies, and which of them or their staff are suspended."""

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.columns import DOCUMENT, Row, added_later, key


class AgencyRow(Row, table=True):
    """An agency. If a newer registry does not name it, its row stays, but it leaves its cases and
    gets no more work.
    """

    __tablename__ = "agencies"

    id: int | None = key()
    version: int = 1
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    country: str = Field(max_length=2)
    subdivision: str = Field(default="", max_length=3)
    """The part of the country whose calendar applies; empty for the whole country's calendar."""
    zone: str = Field(max_length=60)
    """IANA name of the time zone in which its days are counted and times are shown to it."""
    position: int
    """Agencies are asked in this order."""
    is_listed: bool = True
    languages: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    areas: list[str] = Field(default_factory=list, sa_column=Column(DOCUMENT, nullable=False))
    specialised: list[str] = Field(default_factory=list, sa_column=Column(DOCUMENT, nullable=False))
    leave: list[dict[str, str]] = Field(
        default_factory=list, sa_column=Column(DOCUMENT, nullable=False)
    )
    """Its times of leave: first day, last day and stand-in of each."""
    capacity: dict[str, int] = Field(
        default_factory=dict, sa_column=Column(DOCUMENT, nullable=False)
    )
    """The most open tasks and requests it can handle, for each type of role with a limit."""
    unnamed: bool = False
    """Whether its code is kept from bystanders."""
    without_account: list[str] = Field(
        default_factory=list, sa_column=Column(DOCUMENT, nullable=False, **added_later([]))
    )
    """How its notices may be acted on without signing in: by `link`, by `telephone`, or both."""
    channels: list[str] = Field(sa_column=Column(DOCUMENT, nullable=False))
    valid_from: date | None = None
    valid_until: date | None = None


class Suspension(Row, table=True):
    """A suspension of an agency or of one of its staff, who is told, shown and given nothing until
    it is lifted.
    """

    __tablename__ = "suspensions"

    id: int | None = key()
    version: int = 1
    agency: str = Field(max_length=40, index=True)
    person: str = Field(default="", max_length=80)
    """A staff code; empty for the whole agency."""
    since: datetime
    lifted_at: datetime | None = None
    administrator: str = Field(default="", max_length=80, sa_column_kwargs=added_later(""))
    """The staff code of the agency's administrator who made it; empty if it was somebody else."""
    coordinator: str = Field(default="", max_length=130, sa_column_kwargs=added_later(""))
    """The coordinator who made it: their agency, a blank and their staff code; empty if it was
    somebody else.
    """
