"""Changes the status of notices, and records what became of those that were not sent, or whose
sending process died.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, select, update

from casework import attempts
from casework.attempts import AttemptOutcome
from casework.context import Onward
from engine.machines import move
from engine.statuses import NOTICE_SETTLED, NoticeStatus
from models.columns import table_of
from models.notices import UNKNOWN, WITHHELD, OwedNotice, under_way
from models.prepared import all_rows, send

_NOTICES = table_of(OwedNotice)
_STOPS = select(_NOTICES).where(
    _NOTICES.c.case_id == bindparam("case"),
    under_way(_NOTICES),
    _NOTICES.c.after == bindparam("number"),
)


def lose(onward: Onward, connection: Connection, row: Any, now: datetime) -> None:
    """Settle a notice whose sending process died, and which must not be sent again. The notice may
    have gone out, so it counts as sent.
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
    send(connection, _change(tuple(values)), {"the_id": row.id, **values})
    return status


@cache
def _change(names: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return (
        update(_NOTICES)
        .where(_NOTICES.c.id == bindparam("the_id"))
        .values(version=_NOTICES.c.version + 1, **values)
    )


def without_attempt(
    onward: Onward,
    connection: Connection,
    row: Any,
    now: datetime,
    why: str,
    trigger: str,
    **more: Any,
) -> None:
    """Change the status of a notice without trying to send it, and record why.

    Args:
        why: the outcome to record among the notice's attempts.
        trigger: what changes the notice's status, such as `cancel`.
    """
    status = settle(connection, row, now, trigger, **more)
    made = AttemptOutcome(at=now, outcome=why, status=status, counts=False)
    attempts.note(onward, connection, row, made)


def drop_stop(
    onward: Onward, connection: Connection, row: Any, status: NoticeStatus, now: datetime
) -> None:
    """If a notice was called off and never went out, cancel the second notice, which was to tell
    the agency that the first was called off.

    Args:
        row: the first notice's row as it was before its status changed.
        status: the first notice's new status.
    """
    if (row.status, status) != (NoticeStatus.RECALLED, NoticeStatus.CANCELLED):
        return
    for stop in all_rows(connection, _STOPS, {"case": row.case_id, "number": row.number}):
        without_attempt(onward, connection, stop, now, WITHHELD, "cancel")
