"""The undelivered notices behind the figure that counts them, for readers who may see each of them.

The tasks and requests behind other figures are listed elsewhere, in worklists and lists of
requests.
"""

from __future__ import annotations

from sqlalchemy import select

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.figures.measures import MEASURES, let_in
from casework.principal import Principal
from casework.queries import UndeliveredLine, given_up
from engine.shut_out import meant_by
from models.columns import table_of
from models.installation import Installation
from models.notices import OwedNotice

_INSTALLATION, _NOTICES = table_of(Installation), table_of(OwedNotice)
_COUNTED = MEASURES["undelivered"]


def undelivered_of_own(
    onward: Onward, by: Principal, *, to: str = "", limit: int | None = 50
) -> list[UndeliveredLine]:
    """The undelivered notices that an agency counts as its own, oldest first: notices to the
    agency, and notices from cases it is responsible for. Cases that a bar keeps from it are left
    out.

    Args:
        to: only those to this agency; empty for all.
        limit: how many at most; None for all.
    """
    authority.require(by, Right.MANAGE)
    assert _COUNTED.own
    with onward.store.read() as connection:
        version = connection.scalar(select(_INSTALLATION.c.reference_version)) or 0
        registry = onward.library.reference(connection, version).registry
        its = _COUNTED.own(by.agency) & let_in(by.agency, meant_by(registry, by.agency))
        only = [its, _NOTICES.c.agency == to] if to else [its]
        return given_up(connection, *only, limit=limit)
