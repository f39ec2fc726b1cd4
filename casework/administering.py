"""What an agency's administrator sees of its staff, and may do for each of them.

What an administrator does is carried out by `casework.sign_in_links` and `casework.suspending`,
which operators use too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from casework import accounts, authority, sessions, suspensions
from casework.agencies import agency_here, require_listed
from casework.context import Onward
from casework.principal import Principal
from casework.suspensions import MadeBy
from engine.agencies.duties import Duty
from engine.agencies.registry import Agency, StaffMember, is_within
from engine.errors import Refusal
from models.columns import table_of
from models.installation import Installation

_INSTALLATION = table_of(Installation)


class ForColleague(StrEnum):
    """Something that an administrator does for a colleague."""

    INVITE = "invite"
    SUSPEND = "suspend"
    LIFT = "lift"


class Standing(StrEnum):
    """Whether somebody can sign in, and if not, why. It does not show whether their whole agency is
    suspended.
    """

    ACCOUNT = "account"
    NO_ACCOUNT = "no_account"
    NOT_IN_FORCE = "not_in_force"
    """Before their first day, or after their last."""
    SUSPENDED = "suspended"
    """Suspended by an administrator of the agency."""
    BY_COORDINATOR = "by_coordinator"
    """Suspended by a coordinator; the agency cannot lift this."""
    BY_OPERATOR = "by_operator"
    """Suspended by an operator; only an operator can lift this."""


WAYS: Mapping[Standing, tuple[ForColleague, ...]] = {
    Standing.ACCOUNT: (ForColleague.INVITE, ForColleague.SUSPEND),
    Standing.NO_ACCOUNT: (ForColleague.INVITE, ForColleague.SUSPEND),
    Standing.NOT_IN_FORCE: (),
    Standing.SUSPENDED: (ForColleague.LIFT,),
    Standing.BY_COORDINATOR: (),
    Standing.BY_OPERATOR: (),
}
"""The acts offered for a colleague in each standing. Whether one is allowed is checked again when
it is done.
"""


_SUSPENDED = {
    MadeBy.ADMINISTRATOR: Standing.SUSPENDED,
    MadeBy.COORDINATOR: Standing.BY_COORDINATOR,
    MadeBy.OPERATOR: Standing.BY_OPERATOR,
}


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """One of an agency's staff, as far as its administrators need to know."""

    code: str
    standing: Standing
    has_account: bool
    last_in: date | None
    """The day on which they last signed in, in their agency's time zone; None if it is not known.
    The time of day is not shown.
    """
    duties: tuple[Duty, ...]
    """Their duties, in the order of `Duty`."""
    is_oneself: bool
    ways: tuple[ForColleague, ...]


class _Known(NamedTuple):
    """Data that is looked up once for all staff."""

    today: date
    with_account: frozenset[str]
    last_in: Mapping[str, date]
    suspended: Mapping[str, MadeBy]


def colleagues(onward: Onward, agency: str, by: Principal) -> list[Colleague]:
    """An agency's staff, in the order of the registry.

    Raises:
        Refusal: `not_authorised` or `unknown_agency`.
    """
    authority.require_over(by, agency, "")
    with onward.store.read() as connection:
        require_listed(connection, agency_here(connection, agency))
        listed = _listed(onward, connection, agency)
        known = _known(onward, connection, listed)
    return [_colleague(each, known, by, agency) for each in listed.staff]


def colleague(onward: Onward, agency: str, person: str, way: str, by: Principal) -> Colleague:
    """One of an agency's staff, for whom the caller is about to do something.

    Args:
        way: what the caller is about to do, one of `ForColleague`.

    Raises:
        Refusal: `not_authorised`, `unknown_agency`, `unknown_staff`; `not_offered` if `way` is not
            among the colleague's `ways`.
    """
    authority.require_over(by, agency, person)
    found = next((each for each in colleagues(onward, agency, by) if each.code == person), None)
    if found is None:
        raise Refusal("unknown_staff.not_listed", agency=agency)
    if way not in found.ways:
        raise Refusal("not_offered", person=person)
    return found


def standings(onward: Onward, connection: Connection, listed: Agency) -> dict[str, Standing]:
    """The standing of each of an agency's staff, by staff code."""
    known = _known(onward, connection, listed)
    return {each.code: _standing(each, known) for each in listed.staff}


def _known(onward: Onward, connection: Connection, listed: Agency) -> _Known:
    return _Known(
        onward.clock.now().date(),
        accounts.with_account(connection, listed.code),
        sessions.last_days(connection, listed.code, listed.zone),
        suspensions.made_by(connection, listed.code),
    )


def _listed(onward: Onward, connection: Connection, agency: str) -> Agency:
    version = connection.scalar(select(_INSTALLATION.c.reference_version)) or 0
    return onward.library.reference(connection, version).registry.by_code[agency]


def _colleague(each: StaffMember, known: _Known, by: Principal, agency: str) -> Colleague:
    standing = _standing(each, known)
    is_oneself = (by.agency, by.person) == (agency, each.code)
    return Colleague(
        code=each.code,
        standing=standing,
        has_account=each.code in known.with_account,
        last_in=known.last_in.get(each.code),
        duties=tuple(duty for duty in Duty if duty in each.duties),
        is_oneself=is_oneself,
        ways=() if is_oneself else WAYS[standing],
    )


def _standing(each: StaffMember, known: _Known) -> Standing:
    if (made := known.suspended.get(each.code)) is not None:
        return _SUSPENDED[made]
    if not is_within(known.today, each.valid_from, each.valid_until):
        return Standing.NOT_IN_FORCE
    return Standing.ACCOUNT if each.code in known.with_account else Standing.NO_ACCOUNT
