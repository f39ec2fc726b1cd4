"""Suspends an agency, or one of its staff: from then on it is told, shown and given nothing.

One act ends whatever lets somebody in, because who acts for an agency is made into a principal
anew each time, and notices are checked when they leave.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, String, cast, insert, or_, select, update

from casework import authority, operators
from casework.agencies import agency_here, require_listed
from casework.authority import Right
from casework.context import Onward
from casework.held import CASES, IS_OPEN, hold_installation
from casework.principal import Principal
from casework.staffing import staff_codes
from casework.suspensions import is_suspended, standing
from casework.turn import take
from engine.acts.suspending import Suspend
from engine.errors import EngineError, Refusal, message_of
from engine.message import Message
from models.agencies import Suspension
from models.columns import table_of
from models.installation import Installation
from models.keys import SealError

_SUSPENSIONS, _INSTALLATION = table_of(Suspension), table_of(Installation)
_CHANGED = ("suspensions", "installation")


class Suspended(msgspec.Struct, frozen=True, kw_only=True):
    """What a suspension, or lifting one, came to."""

    cases: tuple[str, ...] = ()
    """Open cases of the agency in which it was recorded."""
    unanswered: tuple[str, ...] = ()
    """Those of them for which the agency itself answers: nobody else was told."""
    stuck: dict[str, Message] = {}
    """Cases in which it could not be recorded, such as unreadable ones, with the reason."""


class SuspensionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A suspension in the list of them."""

    agency: str
    person: str
    """Empty for the whole agency."""
    since: datetime
    lifted_at: datetime | None


def suspend(onward: Onward, agency: str, by: Principal, person: str = "") -> Suspended:
    """Suspend an agency, or one of its staff. Doing so again goes on where it was interrupted.

    The agencies that answer for its cases are told what waits for it there.

    Raises:
        Refusal: `unknown_agency`, `unknown_staff` or `no_staff`.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        require_listed(connection, agency_here(connection, agency))
        if person and person not in staff_codes(connection, agency):
            raise Refusal("unknown_staff.none", agency=agency)
        if not is_suspended(connection, agency, person, exactly=True):
            row = {"version": 1, "agency": agency, "person": person, "since": now}
            connection.execute(insert(_SUSPENSIONS).values(row))
            _let_be_known(connection)
            operators.note(
                onward, connection, by, "suspend", _CHANGED, agency=agency, person=person
            )
    return Suspended() if person else _record(onward, agency, by, lifted=False)


def lift(onward: Onward, agency: str, by: Principal, person: str = "") -> Suspended:
    """End a suspension. Notices that were held back are sent again with `onward resend`.

    Raises:
        Refusal: `not_suspended`.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        if not is_suspended(connection, agency, person, exactly=True):
            raise Refusal("not_suspended", agency=agency)
        connection.execute(
            update(_SUSPENSIONS)
            .where(standing(agency), _SUSPENSIONS.c.person == person)
            .values(lifted_at=now, version=_SUSPENSIONS.c.version + 1)
        )
        _let_be_known(connection)
        operators.note(
            onward, connection, by, "lift_suspension", _CHANGED, agency=agency, person=person
        )
    return Suspended() if person else _record(onward, agency, by, lifted=True)


def suspensions(onward: Onward, by: Principal) -> list[SuspensionLine]:
    """All suspensions that there are and were, oldest first."""
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        rows = connection.execute(select(_SUSPENSIONS).order_by(_SUSPENSIONS.c.id)).all()
    names = SuspensionLine.__struct_fields__
    return [SuspensionLine(**{name: getattr(row, name) for name in names}) for row in rows]


def _let_be_known(connection: Connection) -> None:
    """Processes read the registry anew."""
    rises = {"reference_version": _INSTALLATION.c.reference_version + 1}
    connection.execute(update(_INSTALLATION).values(rises))


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
    """Codes of open cases in which an agency has a part; of rows without a list, all."""
    with onward.store.read() as connection:
        yield from [row.code for row in connection.execute(_with_part(agency))]


def _with_part(agency: str) -> Select[Any]:
    named = cast(CASES.c.parties, String).contains(f'"{agency}"', autoescape=True)
    wanted = or_(named, CASES.c.parties.is_(None))
    return select(CASES.c.code).where(IS_OPEN, wanted).order_by(CASES.c.id)
