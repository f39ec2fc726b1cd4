"""Agencies of the registry, as this installation knows them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from engine.errors import Refusal
from engine.nearest import nearest
from engine.translation import OWN
from models.agencies import AgencyRow
from models.columns import table_of
from models.installation import Installation
from models.prepared import all_rows

_AGENCIES, _INSTALLATION = table_of(AgencyRow), table_of(Installation)
_HERE = select(
    _INSTALLATION.c.is_training,
    _AGENCIES.c.is_listed,
    _AGENCIES.c.languages,
    _AGENCIES.c.valid_until,
).join_from(_INSTALLATION, _AGENCIES, _AGENCIES.c.code == bindparam("agency"), isouter=True)


class AgencyHere(NamedTuple):
    """An agency, with what its staff must know about the installation."""

    code: str
    is_listed: bool | None
    """Whether the registry lists it: None if it never did, False if it no longer does."""
    language: str
    """Its first language; English if none is known."""
    valid_until: date | None
    """Its last day, if it has one."""
    is_training: bool
    """Whether this is a training installation."""


def agency_here(connection: Connection, code: str) -> AgencyHere:
    """What the installation knows of an agency, which may be nothing; see `require_listed`."""
    (row,) = all_rows(connection, _HERE, {"agency": code})
    return AgencyHere(
        code,
        row.is_listed,
        next(iter(row.languages or ()), OWN),
        row.valid_until,
        row.is_training,
    )


def require_listed(connection: Connection, agency: AgencyHere) -> None:
    """Refuse an agency that is not listed. An agency whose last day is over is let through, since
    it may still report what it did.

    Raises:
        Refusal: `unknown_agency`, also if the registry no longer has it.
    """
    if agency.is_listed is None:
        listed = select(_AGENCIES.c.code).where(_AGENCIES.c.is_listed)
        raise _unknown(agency.code, list(connection.scalars(listed)))
    if not agency.is_listed:
        raise Refusal("unknown_agency.left", agency=agency.code)


def let_be_known(connection: Connection) -> None:
    """Make every process reload the registry and the calendars."""
    rises = {"reference_version": _INSTALLATION.c.reference_version + 1}
    connection.execute(update(_INSTALLATION).values(rises))


def _unknown(code: str, known: list[str]) -> Refusal:
    """The refusal of an agency that the registry never listed. If no registry was loaded, the
    refusal says so; otherwise, it suggests a similar code, if there is one.
    """
    if not known:
        return Refusal("unknown_agency.no_registry", agency=code)
    if near := nearest(code, known):
        return Refusal("unknown_agency.near", agency=code, near=near)
    return Refusal("unknown_agency.none", agency=code)
