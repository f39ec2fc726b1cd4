"""Records in an agency's open cases that it is suspended, or may work again."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Select, String, cast, or_, select

from casework import authority, log
from casework.authority import Right
from casework.case_rows import CASES, IS_OPEN, opened_after
from casework.context import Onward
from casework.held_case import Opened, opened
from casework.principal import Principal
from casework.turn import take
from engine.acts.suspensions import AgencySuspended, Suspend
from engine.errors import EngineError, message_of
from engine.message import Message
from models.keys import SealError


class Suspended(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a suspension, or of lifting one."""

    cases: tuple[str, ...] = ()
    """The agency's open cases in which the suspension, or its lifting, was recorded now."""
    unanswered: tuple[str, ...] = ()
    """Cases for which the agency itself is responsible, so that nobody else was told."""
    stuck: dict[str, Message] = {}
    """Cases in which nothing could be recorded, such as unreadable ones, with the reason."""
    last: str = ""
    """The code of the last case that was gone through, if others are left."""
    left: int = 0
    """How many open cases of the agency come after `last`."""


def cases_of(onward: Onward, agency: str, by: Principal, after: str = "") -> int:
    """The number of open cases in which an agency has, or may have, a part, so that its suspension
    would be recorded there.

    Args:
        after: count only cases that were opened after this case.
    """
    authority.require(by, Right.COORDINATE)
    return len(_codes(onward, agency, after))


def record(
    onward: Onward,
    agency: str,
    by: Principal,
    *,
    lifted: bool,
    after: str = "",
    most: int | None = None,
) -> Suspended:
    """Record in each open case of an agency that it is suspended or, if `lifted`, that it may work
    again, unless the case's log says so already.

    Args:
        after: go on after this case, in the order of opening.
        most: the most cases to go through, at least 1; by default all.
    """
    done, unanswered, stuck = list[str](), list[str](), dict[str, Message]()
    codes = _codes(onward, agency, after)
    for code in codes[:most]:
        try:
            case, stands_already = _found(onward, code, agency, lifted=lifted)
            if not stands_already:
                take(onward, code, Suspend(agency=agency, lifted=lifted), by)
                done.append(code)
        except (EngineError, SealError) as error:
            stuck[code] = message_of(error)
            continue
        if case.state.responsible == agency:
            unanswered.append(code)
    left = len(codes[most:]) if most else 0
    return Suspended(
        cases=tuple(done),
        unanswered=tuple(unanswered),
        stuck=stuck,
        last=codes[most - 1] if most and left else "",
        left=left,
    )


def _found(onward: Onward, code: str, agency: str, *, lifted: bool) -> tuple[Opened, bool]:
    """A case, and whether its log already says that the agency is suspended or, if `lifted`, that
    it may work. If the log says neither, the agency may work.
    """
    with onward.store.read() as connection:
        case = opened(onward, connection, code, lock=False)
        entries = log.entries_of(connection, case.row.id, code, case.cipher, kind="suspend")
    facts = (fact for _, entry in entries for fact in entry.facts)
    said = [each for each in facts if isinstance(each, AgencySuspended) and each.agency == agency]
    return case, lifted == (said[-1].lifted if said else True)


def _codes(onward: Onward, agency: str, after: str = "") -> list[str]:
    """The codes of open cases in which an agency has a part, and of all open cases whose rows have
    no list of agencies.
    """
    with onward.store.read() as connection:
        return [*connection.scalars(_with_part(agency).where(opened_after(after)))]


def _with_part(agency: str) -> Select[Any]:
    named = cast(CASES.c.parties, String).contains(f'"{agency}"', autoescape=True)
    wanted = or_(named, CASES.c.parties.is_(None))
    return select(CASES.c.code).where(IS_OPEN, wanted).order_by(CASES.c.id)
