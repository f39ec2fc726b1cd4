"""What a turn calls off of earlier ones: the rows of notices and the fact say the same; both stores."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from sqlalchemy import select, update

from casework.case_rows import CASES
from casework.rows import owed_notices, write_notices
from engine import facts as f
from engine.machines import sources
from engine.statuses import NOTICE_SETTLED, NOTICE_UNDER_WAY, NoticeStatus
from models.columns import table_of
from models.notices import OwedNotice
from tests.installations import START, opened, ready

_NOTICES = table_of(OwedNotice)
FIRST = 100
KINDS = ("stop_and_confirm", "task_assigned", "answer_received")
STATUSES = sorted({*NOTICE_UNDER_WAY, *NOTICE_SETTLED, NoticeStatus.UNDELIVERABLE})
OWED = [
    (
        f.NoticeOwed(number=FIRST + place, agency=agency, kind=kind, about=about, label="Talk"),
        status,
    )
    for place, (agency, kind, about, status) in enumerate(
        product(("A", "B"), KINDS, ("talk.1", "call.1"), STATUSES)
    )
]
MIDDLE = FIRST + len(OWED) // 2
CANCELLATIONS = [
    f.NoticesCancelled(agencies=agencies, about=about, spared=spared, since=since)
    for agencies, about, spared, since in product(
        ((), ("A",)), ((), ("talk.1",)), ((), ("call.1",)), (0, MIDDLE)
    )
]


def test_the_rows_that_are_cancelled_are_those_that_the_fact_cancels(
    url: str, tmp_path: Path
) -> None:
    """Whoever it is for, whatever it is about, and however far it was sent."""
    onward = ready(url, tmp_path)
    code = opened(onward)
    with onward.store.write() as connection:
        case = connection.scalars(select(CASES.c.id)).one()
        for owed, _ in OWED:
            made = owed_notices(case, code, [owed], START)
            write_notices(connection, case, [owed], made, START)
        for fact in CANCELLATIONS:
            for owed, status in OWED:
                row = update(_NOTICES).where(_NOTICES.c.number == owed.number)
                connection.execute(row.values(status=status))
            write_notices(connection, case, [fact], [], START)
            query = select(_NOTICES.c.number, _NOTICES.c.status).where(_NOTICES.c.number >= FIRST)
            stands = {row.number: row.status for row in connection.execute(query)}
            for owed, status in OWED:
                is_over = fact.cancels(owed) and status in sources("notice", "cancel")
                expected = "cancelled" if is_over else status
                assert stands[owed.number] == expected, (fact, owed, status)
    onward.close()
