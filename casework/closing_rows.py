"""Closes the rows of a case whose key is gone: nobody can act in it, and nothing of it is due or sent.

Its state can no longer say so; for `onward verify` it is an erased one.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, update

from casework.case_rows import CASES
from engine.statuses import CasePhase, NoticeStatus, RequestStatus, TaskStatus
from models.columns import table_of
from models.notices import OwedNotice, under_way
from models.turns import CaseClock
from models.work import CaseHandOver, CaseTask

_TASKS, _ASKED = table_of(CaseTask), table_of(CaseHandOver)
_CLOCKS, _NOTICES = table_of(CaseClock), table_of(OwedNotice)


def close_rows(connection: Connection, case_id: int) -> None:
    """Also for an open case: one that was restored from a backup made before its end."""
    this = CASES.c.id == case_id
    none_due = {"due_at": None, "notice_at": None, "told": CASES.c.version}
    connection.execute(update(CASES).where(this).values(none_due))
    owed = update(_NOTICES).where(_NOTICES.c.case_id == case_id, under_way(_NOTICES))
    connection.execute(owed.values(status=NoticeStatus.CANCELLED))
    tasks = update(_TASKS).where(_TASKS.c.case_id == case_id, _TASKS.c.is_open)
    connection.execute(tasks.values(status=TaskStatus.WITHDRAWN, is_open=False))
    ended = {"status": CasePhase.ENDED, "stages": list[str]()}
    is_open = CASES.c.status == CasePhase.OPEN
    if not connection.execute(update(CASES).where(this, is_open).values(ended)).rowcount:
        return
    asked = update(_ASKED).where(_ASKED.c.case_id == case_id)
    connection.execute(asked.values(status=RequestStatus.REVOKED))
    connection.execute(delete(_CLOCKS).where(_CLOCKS.c.case_id == case_id))
