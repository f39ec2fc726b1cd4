"""Worklists of agencies: their open tasks, and those that they may take over.

Tasks of which the agency is not allowed to know now are left out. An unreadable case does not hide the
others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from heapq import merge
from itertools import chain, islice
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, select

from casework import authority
from casework.authority import Right
from casework.case_rows import CASES
from casework.context import Onward
from casework.listed_cases import Cases, ListedCase, ListOrder
from casework.listed_work import ListPlace, Worklist, labels_of, row_of, seen_by
from casework.principal import Principal
from casework.worklist_filters import Which
from engine.contacting import Reach, reach
from engine.numbering import Work
from engine.state import State
from engine.task_kinds import TaskKind
from models.columns import table_of
from models.work import CaseTask, TaskShare

_TASKS, _SHARES = table_of(CaseTask), table_of(TaskShare)


class TaskLine(msgspec.Struct, frozen=True, kw_only=True):
    """An open task in a worklist."""

    code: str
    task: str
    step: str
    kind: str
    label: str
    language: str
    """The language of the label: the reader's, or else the pathway's own."""
    agency: str
    status: str
    overdue: bool
    claimed_by: str
    opened_at: datetime
    due_at: datetime | None
    contact: Reach | None
    """Whom the agency may contact for the task; None if the task contacts nobody."""

    @property
    def is_free(self) -> bool:
        """Whether nobody has claimed the task yet, but somebody may."""
        return not self.claimed_by and self.kind != TaskKind.STOP

    def owed_instead_of(self, agency: str) -> str:
        """The agency that owes the task, if `agency` does not owe it but may take it over; empty if
        `agency` owes it.
        """
        return "" if self.agency == agency else self.agency


ALL = Which()


def tasks(
    onward: Onward,
    by: Principal,
    *,
    language: str | None = None,
    limit: int = 50,
    first_due: bool = False,
    which: Which = ALL,
    after: ListPlace | None = None,
) -> Worklist[TaskLine]:
    """An agency's worklist, newest first, in its own language by default. Includes tasks that the
    agency may take over although another agency owes them.

    Args:
        first_due: sort by the time when tasks are due; tasks that are never due come last.
        after: begin after this task, the last on the previous page; from the top if the agency has
            no such task, or the task's case cannot be read.
    """
    authority.require(by, Right.READ)
    agency = by.agency
    with onward.store.read() as connection:
        cases = Cases(onward, connection)
        conditions = [*which.conditions(onward, connection, by)]
        past = row_of(onward, connection, by, after, _TASKS) if after else None

        def pages(order: ListOrder) -> Iterator[Any]:
            more = [*conditions]
            if past is not None and order is orders[0]:
                more.append(order.after(past))
            each = [
                cases.in_pages(
                    query.where(*more) if more else query, order, asked, is_kept=not more
                )
                for query in (_worklist(*order.of), _shared(*order.of))
            ]
            return merge(*each, key=order.key, reverse=order.falls)

        asked = {"agency": agency, "limit": limit + 1}
        orders = (_BY_DUE, _UNDATED) if first_due else (_NEWEST,)
        if first_due and past is not None and past.due_at is None:
            orders = (_UNDATED,)
        found_rows = chain.from_iterable(map(pages, orders))
        seen = [*islice(seen_by(cases, agency, found_rows, _task_of), limit + 1)]
        seen, rest = seen[:limit], seen[limit:]
        labels = labels_of(connection, agency, language, [row for row, *_ in seen])
        contacts = [_contact(there, agency, row) for row, there, _ in seen]
    found = (
        TaskLine(
            task=number,
            label=(label := labels(row, row.step)).text,
            language=label.language,
            contact=contact,
            **{name: getattr(row, name) for name in _OF_ROW},
        )
        for (row, _, number), contact in zip(seen, contacts, strict=True)
    )
    return Worklist(found, len(cases.unreadable), has_more=bool(rest))


def _contact(there: ListedCase, agency: str, row: Any) -> Reach | None:
    task = there.state.tasks.get(row.ident)
    return reach(there.view, agency, task) if task and task.contacts else None


_BESIDE_ROW = ("task", "label", "language", "contact")
_OF_ROW = tuple(name for name in TaskLine.__struct_fields__ if name not in _BESIDE_ROW)

_NEWEST = ListOrder(_TASKS.c.opened_at)
_BY_DUE = ListOrder(_TASKS.c.due_at, falls=False, of=(_TASKS.c.due_at.is_not(None),))
_UNDATED = ListOrder(_TASKS.c.opened_at, of=(_TASKS.c.due_at.is_(None),))


@cache
def _worklist(*only: ColumnElement[bool]) -> Any:
    return _open_tasks().where(_TASKS.c.agency == bindparam("agency"), *only)


@cache
def _shared(*only: ColumnElement[bool]) -> Any:
    is_of = and_(_SHARES.c.case_id == _TASKS.c.case_id, _SHARES.c.ident == _TASKS.c.ident)
    return _open_tasks().join(_SHARES, is_of).where(_SHARES.c.agency == bindparam("agency"), *only)


def _open_tasks() -> Any:
    return (
        select(
            CASES.c.code,
            CASES.c.pathway_version_id,
            _TASKS.c.id,
            _TASKS.c.ident,
            _TASKS.c.step,
            _TASKS.c.kind,
            _TASKS.c.label,
            _TASKS.c.agency,
            _TASKS.c.status,
            _TASKS.c.overdue,
            _TASKS.c.claimed_by,
            _TASKS.c.opened_at,
            _TASKS.c.due_at,
        )
        .join(CASES, CASES.c.id == _TASKS.c.case_id)
        .where(_TASKS.c.is_open)
        .limit(bindparam("limit"))
    )


def _task_of(state: State, row: Any) -> Work | None:
    return state.tasks.get(row.ident) or state.stops.get(row.ident)
