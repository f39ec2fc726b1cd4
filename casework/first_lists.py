"""Fills in the lists of participating and excluded agencies in the rows of cases. A migration
cannot fill them in, because only the sealed state of a case tells which agencies these are.
"""

from __future__ import annotations

import logging

from sqlalchemy import Connection, select, update

from casework.case_rows import CASES
from casework.context import Onward
from casework.held_case import opened
from casework.rows import Values, lists
from engine.errors import EngineError
from models.keys import SealError

logger = logging.getLogger("onward.lists")

_AT_ONCE = 200
_WITHOUT = CASES.c.parties.is_(None)


def write_lists(onward: Onward) -> None:
    """Give each row its lists, in batches. If this is interrupted, it continues at the next start.

    A damaged case is left without lists: only its responsible agency is then told that it exists.
    """
    logger.info("The rows of cases get their lists; where there are many, this takes minutes.")
    after = 0
    while True:
        some = select(CASES.c.id, CASES.c.code, CASES.c.pathway_version_id)
        some = some.where(_WITHOUT, CASES.c.id > after).order_by(CASES.c.id).limit(_AT_ONCE)
        with onward.store.write() as connection:
            rows = connection.execute(some).all()
            for row in rows:
                told = _lists(onward, connection, row.code, row.pathway_version_id)
                if told is not None:
                    this = update(CASES).where(CASES.c.id == row.id, _WITHOUT)
                    connection.execute(this.values(told))
        if not rows:
            return
        after = rows[-1].id


def _lists(onward: Onward, connection: Connection, code: str, version: int) -> Values | None:
    try:
        state = opened(onward, connection, code).state
        return lists(onward.library.pathway(connection, version), state)
    except (EngineError, SealError, LookupError, ValueError, TypeError, AttributeError):
        return None
