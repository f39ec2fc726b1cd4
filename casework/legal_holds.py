"""Which cases may not be erased now, because of a legal hold on them or on their person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from casework.case_rows import CASES
from casework.context import Onward
from casework.held_case import opened
from engine.errors import Refusal
from engine.records import RecordError
from models.columns import table_of
from models.holds import Hold
from models.keys import SealError

_HOLDS = table_of(Hold)


class LegalHold(msgspec.Struct, frozen=True, kw_only=True):
    """A hold that prevents an erasure."""

    number: int
    since: datetime
    reason: str
    asked_at: datetime | None
    """When the person asked for the erasure that the hold prevents; None if they did not ask."""


def legal_holds(onward: Onward, connection: Connection) -> Mapping[int, LegalHold]:
    """The oldest hold in force on each case that has one, by the case's id. A hold on a person
    applies to all their cases; a hold on a case also applies to the cases merged with it.
    """
    found: dict[int, LegalHold] = {}
    query = select(_HOLDS).where(_HOLDS.c.lifted_at.is_(None)).order_by(_HOLDS.c.id)
    for row in connection.execute(query).all():
        each = LegalHold(number=row.id, since=row.since, reason=row.reason, asked_at=row.asked_at)
        cases = {row.case_id} if row.case_id is not None else {*_cases_of(connection, row)}
        for case in one_with(onward, connection, cases):
            found.setdefault(case, each)
    return found


def _cases_of(connection: Connection, hold: Any) -> Iterator[int]:
    yield from connection.scalars(select(CASES.c.id).where(CASES.c.person_id == hold.person_id))


def one_with(onward: Onward, connection: Connection, cases: Collection[int]) -> set[int]:
    """These cases, and those that were merged with them, since together they are one record."""
    found = {*cases}
    left = [*connection.execute(select(CASES.c.id, CASES.c.code).where(CASES.c.id.in_(found)))]
    while left:
        of_these = _merged_with(onward, connection, left.pop().code)
        more = select(CASES.c.id, CASES.c.code).where(
            CASES.c.code.in_(of_these), CASES.c.id.not_in(found)
        )
        rows = connection.execute(more).all() if of_these else []
        found |= {row.id for row in rows}
        left += rows
    return found


def _merged_with(onward: Onward, connection: Connection, code: str) -> list[str]:
    """The codes of the cases that were merged into this case, and of the case into which it was
    merged; none if this case cannot be read.
    """
    with suppress(Refusal, SealError, RecordError):
        state = opened(onward, connection, code, lock=False).state
        return [*state.taken_in, *filter(None, [state.merged_into])]
    return []
