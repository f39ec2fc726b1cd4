"""Settles notices: records their final status, and the attempt that led to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from casework import attempts
from casework.attempts import AttemptOutcome
from casework.context import Onward
from engine.machines import move
from engine.statuses import NOTICE_SETTLED, NoticeStatus
from models.columns import table_of
from models.notices import UNKNOWN, WITHHELD, OwedNotice, under_way

_NOTICES = table_of(OwedNotice)


def lose(onward: Onward, connection: Connection, row: Any, now: datetime) -> None:
    """Settle a notice whose sending process died, and that is not sent again. It may have gone out,
    so it counts as sent.
    """
    status = settle(connection, row, now, "lose", attempts=row.attempts + 1)
    lost = AttemptOutcome(at=now, outcome=UNKNOWN, status=status, channel=row.channel)
    attempts.note(onward, connection, row, lost)


def settle(
    connection: Connection, row: Any, now: datetime, trigger: str, **more: Any
) -> NoticeStatus:
    status = move("notice", row.status, trigger)
    settled = now if status in NOTICE_SETTLED else None
    values = {"status": status, "settled_at": settled, "lease_until": 0.0, **more}
    connection.execute(
        update(_NOTICES)
        .where(_NOTICES.c.id == row.id)
        .values(version=_NOTICES.c.version + 1, **values)
    )
    return status


def without_attempt(
    onward: Onward,
    connection: Connection,
    row: Any,
    now: datetime,
    why: str,
    trigger: str,
    **more: Any,
) -> None:
    """Settle a notice without an attempt to send it."""
    status = settle(connection, row, now, trigger, **more)
    made = AttemptOutcome(at=now, outcome=why, status=status, counts=False)
    attempts.note(onward, connection, row, made)


def drop_stop(
    onward: Onward, connection: Connection, row: Any, status: NoticeStatus, now: datetime
) -> None:
    """Drop the stop that follows a notice which was called off, if the notice never went out."""
    if (row.status, status) != (NoticeStatus.RECALLED, NoticeStatus.CANCELLED):
        return
    stops = (_NOTICES.c.case_id == row.case_id, under_way(_NOTICES), _NOTICES.c.after == row.number)
    for stop in connection.execute(select(_NOTICES).where(*stops)).all():
        without_attempt(onward, connection, stop, now, WITHHELD, "cancel")
