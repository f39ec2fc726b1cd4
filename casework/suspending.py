"""Suspends an agency, or one of its staff: whoever is suspended is told, shown and given nothing
from then on.

An operator may suspend anybody. A coordinator may suspend other agencies and their staff, but not
agencies with oversight or their staff. An agency's administrator may suspend colleagues. None of
them may lift a suspension made by somebody with more weight.

A suspension closes every way in at once, because principals are authenticated again for each act,
and notices are checked when they are sent.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import Connection, insert, select, update

from casework import authority, operators, suspended_cases, systems
from casework.agencies import agency_here, let_be_known, require_listed
from casework.authority import Right
from casework.case_rows import hold_installation
from casework.context import Onward
from casework.principal import Principal, PrincipalKind
from casework.sign_in_links import end_access
from casework.staffing import staff_codes
from casework.suspended_cases import Suspended
from casework.suspensions import MadeBy, is_suspended, made_by, standing
from engine.errors import Refusal
from models.agencies import Suspension
from models.columns import table_of
from models.installation import Installation

_SUSPENSIONS, _INSTALLATION = table_of(Suspension), table_of(Installation)
_CHANGED = ("suspensions", "installation")


class Why(StrEnum):
    """Why somebody is suspended or reinstated, from a fixed list so that no reason says anything
    about a person.
    """

    LOST = "lost"
    """A telephone, papers or a link have fallen into other hands."""
    LEFT = "left"
    """The member of staff has left, or the agency has closed."""
    MISUSE = "misuse"
    """Somebody may have looked at something, or done something, that they should not have."""
    ASKED = "asked"
    """The agency has asked for this."""
    MENDED = "mended"
    """The reason for the suspension no longer applies."""
    MISTAKE = "mistake"
    """The suspension should not have been made."""


class SuspensionWay(StrEnum):
    """The two acts: to suspend an agency or one of its staff, or to lift the suspension."""

    SUSPEND = "suspend"
    LIFT = "lift"


class SuspensionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A suspension, as listed."""

    agency: str
    person: str
    """Empty for the whole agency."""
    administrator: str
    """The staff code of the agency's administrator who made it; empty if it was somebody else."""
    coordinator: str
    """The agency and staff code of the coordinator who made it; empty if it was somebody else."""
    since: datetime
    lifted_at: datetime | None


def suspend(
    onward: Onward,
    agency: str,
    by: Principal,
    person: str = "",
    because: Why | None = None,
    *,
    most: int | None = None,
) -> Suspended:
    """Suspend an agency, or one of its staff. Repeating it continues where it was interrupted.

    The suspension of an agency is recorded in its open cases, and the agencies responsible for them
    are told what the suspended agency still has to do. The suspension of one of its staff is not
    recorded in cases, and the result is then empty.

    Args:
        most: the most cases to go through now, at least 1 (`go_on` does the rest); by default all.

    Raises:
        Refusal: `not_authorised`, `unknown_agency` or `unknown_staff`.
    """
    authority.require_to_suspend(by, agency, person)
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        require_listed(connection, agency_here(connection, agency))
        if person and person not in staff_codes(connection, agency):
            raise Refusal("unknown_staff.not_listed", agency=agency)
        weight = weight_of(connection, by, agency)
        if _change(connection, agency, person, by, weight, now):
            let_be_known(connection)
            end_access(connection, agency, person, now)
            if not person:
                systems.end_all(connection, agency, now)
            _note(onward, connection, by, "suspend", agency, person, because)
    return (
        Suspended()
        if person
        else suspended_cases.record(onward, agency, by, lifted=False, most=most)
    )


def lift(
    onward: Onward,
    agency: str,
    by: Principal,
    person: str = "",
    because: Why | None = None,
    *,
    most: int | None = None,
) -> Suspended:
    """End a suspension. Notices that were held back can then be sent with `onward resend`.

    Args:
        most: as for `suspend`.

    Raises:
        Refusal: `not_authorised`, `not_suspended`.
    """
    authority.require_to_suspend(by, agency, person)
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        made = made_by(connection, agency).get(person)
        if made is None:
            who = f"{agency} {person}".strip()
            raise Refusal("not_suspended", who=who)
        if made > weight_of(connection, by, agency):
            raise _of_more_weight(made)
        connection.execute(
            update(_SUSPENSIONS)
            .where(standing(agency), _SUSPENSIONS.c.person == person)
            .values(lifted_at=now, version=_SUSPENSIONS.c.version + 1)
        )
        let_be_known(connection)
        _note(onward, connection, by, "lift_suspension", agency, person, because)
    return (
        Suspended()
        if person
        else suspended_cases.record(onward, agency, by, lifted=True, most=most)
    )


def go_on(
    onward: Onward, agency: str, by: Principal, *, after: str = "", most: int | None = None
) -> Suspended:
    """Record in further cases of an agency whether it is suspended now.

    Args:
        after: go on after this case, in the order of opening.
        most: the most cases to go through, at least 1; by default all.

    Raises:
        Refusal: `not_authorised`, `unknown_agency`.
    """
    authority.require_to_suspend(by, agency, "")
    with onward.store.read() as connection:
        require_listed(connection, agency_here(connection, agency))
        weight_of(connection, by, agency)
        lifted = not is_suspended(connection, agency)
    return suspended_cases.record(onward, agency, by, lifted=lifted, after=after, most=most)


def suspensions(onward: Onward, by: Principal) -> list[SuspensionLine]:
    """All present and past suspensions, oldest first."""
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        rows = connection.execute(select(_SUSPENSIONS).order_by(_SUSPENSIONS.c.id)).all()
    return msgspec.convert(rows, list[SuspensionLine], from_attributes=True)


def weight_of(connection: Connection, by: Principal, agency: str) -> MadeBy:
    """The weight with which somebody suspends an agency or one of its staff, or lifts a suspension.

    Source: separation of duties (those who are watched must not silence those who watch them).

    Raises:
        Refusal: `not_authorised` for a coordinator, if the agency has oversight.
    """
    if by.kind is PrincipalKind.OPERATOR:
        return MadeBy.OPERATOR
    if by.agency == agency:
        return MadeBy.ADMINISTRATOR
    if agency in (connection.scalar(select(_INSTALLATION.c.oversight)) or ()):
        raise Refusal("not_authorised.of_oversight")
    return MadeBy.COORDINATOR


def offered(weight: MadeBy | None, made: MadeBy | None) -> SuspensionWay | None:
    """Whether to offer suspending somebody or lifting their suspension; None to offer neither.

    Args:
        weight: the weight of whoever would do the act; None if they may do neither.
        made: who made the present suspension; None if there is none.
    """
    if weight is None:
        return None
    if made is None:
        return SuspensionWay.SUSPEND
    return SuspensionWay.LIFT if made <= weight else None


def _of_more_weight(made: MadeBy) -> Refusal:
    """The refusal to lift a suspension made by somebody with more weight."""
    if made is MadeBy.OPERATOR:
        return Refusal("not_authorised.of_operator")
    return Refusal("not_authorised.of_coordinator")


def _note(
    onward: Onward,
    connection: Connection,
    by: Principal,
    act: str,
    agency: str,
    person: str,
    because: Why | None,
) -> None:
    about = {"agency": agency, "person": person}
    if because:
        about["because"] = str(because)
    operators.note(onward, connection, by, act, _CHANGED, **about)


def _change(
    connection: Connection, agency: str, person: str, by: Principal, weight: MadeBy, now: datetime
) -> bool:
    """Make a suspension, or let somebody with more weight (see `MadeBy`) take over an existing one.
    Returns whether this changed anything.
    """
    made = made_by(connection, agency).get(person)
    maker = {
        "administrator": by.person if weight is MadeBy.ADMINISTRATOR else "",
        "coordinator": f"{by.agency} {by.person}" if weight is MadeBy.COORDINATOR else "",
    }
    if made is None:
        row = {"version": 1, "agency": agency, "person": person, "since": now}
        connection.execute(insert(_SUSPENSIONS).values(row | maker))
    elif made < weight:
        connection.execute(
            update(_SUSPENSIONS)
            .where(standing(agency), _SUSPENSIONS.c.person == person)
            .values(version=_SUSPENSIONS.c.version + 1, **maker)
        )
    else:
        return False
    return True
