"""The list of cases, read from their rows, without decrypting the sealed state of any case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec
from sqlalchemy import select

from casework import authority
from casework.authority import Right
from casework.case_rows import CASES
from casework.commencements import is_stranded, newest_out_of_reach
from casework.context import Onward
from casework.languages import words_in
from casework.principal import Principal
from engine.translation import OWN, Translation
from models.as_stored import readable_rows


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """A case in a list."""

    code: str
    pathway: str
    status: str
    end: str
    stages: tuple[str, ...]
    responsible: str
    opened_at: datetime
    due_at: datetime | None
    """The next moment at which something is due in the case; None if there is none."""
    cannot_move_to: int | None
    """The newest version in force to which the case cannot move; None if there is none."""


class CaseList(list[CaseLine]):
    """A list of cases, together with the codes of cases whose rows cannot be read.

    Args:
        damaged: the codes of the cases whose rows cannot be read; `(row 17)` if even the code
            cannot be read.
        spoken: the texts of each case's pathway in the reader's language, by the case's code.
            Pathways that are not translated into that language have none; for English, it is empty.
    """

    def __init__(
        self,
        lines: Iterable[CaseLine],
        damaged: tuple[str, ...],
        spoken: Mapping[str, Translation] = MappingProxyType({}),
    ) -> None:
        super().__init__(lines)
        self.damaged, self.spoken = damaged, spoken


def cases(
    onward: Onward,
    by: Principal,
    *,
    status: str | None = None,
    cannot_move: bool = False,
    after: str = "",
    limit: int = 100,
    language: str = OWN,
) -> CaseList:
    """Cases in the order of their codes, `limit` at most.

    Args:
        status: list only cases with this status.
        after: list only cases whose codes come after this one.
        language: the reader's language, in which ends and stages are named.
        cannot_move: whether to list only cases that cannot move to a version in force.
    """
    authority.require(by, Right.WATCH)
    out_of_reach = newest_out_of_reach().label("cannot_move_to")
    columns = (CASES.c[name] for name in _OF_ROW)
    query = select(CASES.c.id, CASES.c.pathway_version_id, *columns, out_of_reach).where(
        CASES.c.code > after
    )
    if status is not None:
        query = query.where(CASES.c.status == status)
    if cannot_move:
        query = query.where(is_stranded())
    with onward.store.read() as connection:
        page = query.order_by(CASES.c.code).limit(limit)
        found, damaged = readable_rows(connection, page)
        words = words_in(connection, language, {row.pathway_version_id for row in found})
    rows = [row for row in found if isinstance(row.stages, list)]
    spoken = {
        row.code: words[row.pathway_version_id] for row in rows if row.pathway_version_id in words
    }
    unread = [*(each.row for each in damaged), *(row for row in found if row not in rows)]
    lines = (
        CaseLine(
            stages=tuple(row.stages),
            cannot_move_to=row.cannot_move_to,
            **{name: getattr(row, name) for name in _OF_ROW if name != "stages"},
        )
        for row in rows[:limit]
    )
    return CaseList(lines, tuple(row.code or f"(row {row.id})" for row in unread), spoken)


_OF_ROW = tuple(name for name in CaseLine.__struct_fields__ if name != "cannot_move_to")
