"""Suspends an agency, or one of its staff: from then on it is told, shown and given nothing.

An operator suspends whomever; a coordinator other agencies and their staff; an agency's administrator colleagues. Each
lifts nothing that somebody of more weight did.

One act closes every way in, because a principal is authenticated again for each act, and notices are
checked when they are sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, String, cast, insert, or_, select, update

from casework import authority, operators, systems
from casework.agencies import agency_here, let_be_known, require_listed
from casework.authority import Right
from casework.case_rows import CASES, IS_OPEN, hold_installation
from casework.context import Onward
from casework.principal import Principal, PrincipalKind
from casework.sign_in_links import end_access
from casework.staffing import staff_codes
from casework.suspensions import MadeBy, made_by, standing
from casework.turn import take
from engine.acts.suspensions import Suspend
from engine.errors import EngineError, Refusal, message_of
from engine.message import Message
from models.agencies import Suspension
from models.columns import table_of
from models.installation import Installation
from models.keys import SealError

_SUSPENSIONS, _INSTALLATION = table_of(Suspension), table_of(Installation)
_CHANGED = ("suspensions", "installation")


class Why(StrEnum):
    """Why somebody is suspended, or let work again: words of our own, so that none says anything of anybody."""

    LOST = "lost"
    """A telephone, papers or a link are in other hands."""
    LEFT = "left"
    """They have left, or the agency has closed."""
    MISUSE = "misuse"
    """Somebody may have looked at, or done, what was not theirs."""
    ASKED = "asked"
    """The agency has asked for it."""
    MENDED = "mended"
    """What it was for is over."""
    MISTAKE = "mistake"
    """It should not have been done."""


class SuspensionWay(StrEnum):
    """What is done to an agency, or to one of its staff."""

    SUSPEND = "suspend"
    LIFT = "lift"


class Suspended(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a suspension, or of lifting one."""

    cases: tuple[str, ...] = ()
    """Open cases of the agency in which it was recorded."""
    unanswered: tuple[str, ...] = ()
    """Cases for which the agency itself is responsible, so that nobody else was told."""
    stuck: dict[str, Message] = {}
    """Cases in which it could not be recorded, such as unreadable ones, with the reason."""


class SuspensionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A suspension, as listed."""

    agency: str
    person: str
    """Empty for the whole agency."""
    administrator: str
    """The staff code of who made it at the agency; empty for anybody else."""
    coordinator: str
    """The agency and the staff code of the coordinator who made it; empty for anybody else."""
    since: datetime
    lifted_at: datetime | None


def suspend(
    onward: Onward, agency: str, by: Principal, person: str = "", because: Why | None = None
) -> Suspended:
    """Suspend an agency, or one of its staff. Repeating it continues where it was interrupted.

    The agencies that answer for its cases are told what waits for it there.

    Raises:
        Refusal: `not_authorised`, `unknown_agency`, `unknown_staff` or `no_staff`.
    """
    authority.require_to_suspend(by, agency, person)
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        require_listed(connection, agency_here(connection, agency))
        if person and person not in staff_codes(connection, agency):
            raise Refusal("unknown_staff.none", agency=agency)
        weight = weight_of(connection, by, agency)
        if _change(connection, agency, person, by, weight, now):
            let_be_known(connection)
            end_access(connection, agency, person, now)
            if not person:
                systems.end_all(connection, agency, now)
            _note(onward, connection, by, "suspend", agency, person, because)
    return Suspended() if person else _record(onward, agency, by, lifted=False)


def lift(
    onward: Onward, agency: str, by: Principal, person: str = "", because: Why | None = None
) -> Suspended:
    """End a suspension. Notices that were held back are sent again with `onward resend`.

    Raises:
        Refusal: `not_authorised`, `not_suspended`.
    """
    authority.require_to_suspend(by, agency, person)
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        made = made_by(connection, agency).get(person)
        if made is None:
            raise Refusal("not_suspended", agency=agency)
        if made > weight_of(connection, by, agency):
            raise _of_more_weight(made)
        connection.execute(
            update(_SUSPENSIONS)
            .where(standing(agency), _SUSPENSIONS.c.person == person)
            .values(lifted_at=now, version=_SUSPENSIONS.c.version + 1)
        )
        let_be_known(connection)
        _note(onward, connection, by, "lift_suspension", agency, person, because)
    return Suspended() if person else _record(onward, agency, by, lifted=True)


def suspensions(onward: Onward, by: Principal) -> list[SuspensionLine]:
    """All suspensions that there are and were, oldest first."""
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        rows = connection.execute(select(_SUSPENSIONS).order_by(_SUSPENSIONS.c.id)).all()
    return msgspec.convert(rows, list[SuspensionLine], from_attributes=True)


def cases_of(onward: Onward, agency: str, by: Principal) -> int:
    """The number of open cases in which an agency has a part, and in which its suspension would be
    recorded.
    """
    authority.require(by, Right.COORDINATE)
    return sum(1 for _ in _cases_of(onward, agency))


def weight_of(connection: Connection, by: Principal, agency: str) -> MadeBy:
    """With which weight somebody suspends at an agency, or lifts that.

    Source: separation of duties (whoever is watched does not silence who watches).

    Raises:
        Refusal: `not_authorised` to a coordinator, of an agency with oversight.
    """
    if by.kind is PrincipalKind.OPERATOR:
        return MadeBy.OPERATOR
    if by.agency == agency:
        return MadeBy.ADMINISTRATOR
    if agency in (connection.scalar(select(_INSTALLATION.c.oversight)) or ()):
        raise Refusal("not_authorised.of_oversight")
    return MadeBy.COORDINATOR


def offered(weight: MadeBy | None, made: MadeBy | None) -> SuspensionWay | None:
    """Which act is offered, given who made the present suspension, if anybody.

    Args:
        weight: of whoever would do it; None if they may do neither.
    """
    if weight is None:
        return None
    if made is None:
        return SuspensionWay.SUSPEND
    return SuspensionWay.LIFT if made <= weight else None


def _of_more_weight(made: MadeBy) -> Refusal:
    """The refusal to lift a suspension made by somebody of more weight."""
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
    """Make a suspension, or let it have more weight. Whether it changed anything."""
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


def _record(onward: Onward, agency: str, by: Principal, *, lifted: bool) -> Suspended:
    """A turn in each open case of the agency."""
    done, unanswered, stuck = list[str](), list[str](), dict[str, Message]()
    for code in _cases_of(onward, agency):
        try:
            moved = take(onward, code, Suspend(agency=agency, lifted=lifted), by)
        except (EngineError, SealError) as error:
            stuck[code] = message_of(error)
            continue
        done.append(code)
        if moved.state.responsible == agency:
            unanswered.append(code)
    return Suspended(cases=tuple(done), unanswered=tuple(unanswered), stuck=stuck)


def _cases_of(onward: Onward, agency: str) -> Iterator[str]:
    """Codes of open cases in which an agency has a part, and of all whose rows have no list of
    agencies.
    """
    with onward.store.read() as connection:
        yield from [row.code for row in connection.execute(_with_part(agency))]


def _with_part(agency: str) -> Select[Any]:
    named = cast(CASES.c.parties, String).contains(f'"{agency}"', autoescape=True)
    wanted = or_(named, CASES.c.parties.is_(None))
    return select(CASES.c.code).where(IS_OPEN, wanted).order_by(CASES.c.id)
