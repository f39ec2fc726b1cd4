"""Worklists of agencies: their open tasks, requests awaiting their answer, and requests they sent.

They show nothing of a case that the agency may not hear of now. An unreadable case does not hide the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, and_, bindparam, or_, select

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.held import CASES, IS_OPEN, opened, view_of, with_pathway
from casework.languages import language_of, words_in
from casework.principal import Principal
from engine.numbering import Work, shown
from engine.records import RecordError
from engine.state import State
from engine.statuses import FOR_RECEIVER, OVER_FOR_SENDER
from engine.visibility import answers_for, has, is_of
from models.as_stored import readable_rows
from models.columns import table_of
from models.keys import SealError
from models.work import CaseHandOver, CaseTask, TaskShare

if TYPE_CHECKING:
    from engine.view import View

_TASKS, _HAND_OVERS = table_of(CaseTask), table_of(CaseHandOver)
_SHARES = table_of(TaskShare)
Line = TypeVar("Line", bound="TaskLine | RequestLine")


class Worklist(list[Line]):
    """The lines, and how many of the agency's cases are unreadable and so not shown."""

    def __init__(self, lines: Iterable[Line], unreadable: int) -> None:
        super().__init__(lines)
        self.unreadable = unreadable


class TaskLine(msgspec.Struct, frozen=True, kw_only=True):
    """An open task in a worklist."""

    code: str
    task: str
    step: str
    kind: str
    label: str
    agency: str
    status: str
    overdue: bool
    claimed_by: str
    opened_at: datetime
    due_at: datetime | None

    def owed_instead_of(self, agency: str) -> str:
        """If the agency may only take the task: the agency that owes it until then."""
        return "" if self.agency == agency else self.agency


class RequestLine(msgspec.Struct, frozen=True, kw_only=True):
    """A request between two agencies."""

    code: str
    hand_over: str
    label: str
    sender: str
    receiver: str
    status: str
    overdue: bool
    offered_at: datetime
    answer_by: datetime | None


def tasks(
    onward: Onward, by: Principal, *, language: str | None = None, limit: int = 50
) -> Worklist[TaskLine]:
    """An agency's worklist, newest first, in its own language by default. Includes tasks it may
    take although another agency owes them.
    """
    authority.require(by, Right.READ)
    agency, unreadable = by.agency, set[str]()
    with onward.store.read() as connection:
        pages = [
            _in_pages(connection, query, limit, _TASKS.c.opened_at, unreadable, {"agency": agency})
            for query in (_worklist(), _shared())
        ]
        newest = merge(*pages, key=lambda row: (row.opened_at, row.id), reverse=True)
        case = _cases(onward, connection, unreadable)
        seen = [*islice(_seen(case, agency, newest, _task_of), limit)]
        labels = _labels(connection, agency, language, [row for row, _ in seen])
    found = (
        TaskLine(
            task=number,
            label=labels(row, row.step),
            **{name: getattr(row, name) for name in _OF_ROW},
        )
        for row, number in seen
    )
    return Worklist(found, len(unreadable))


_OF_ROW = tuple(name for name in TaskLine.__struct_fields__ if name not in ("task", "label"))


def _labels(
    connection: Connection, agency: str, language: str | None, rows: Sequence[Any]
) -> Callable[[Any, str], str]:
    """Replace a row's label with one in the reader's language, if its pathway has it."""
    wanted = language or language_of(connection, agency)
    found = words_in(connection, wanted, {row.pathway_version_id for row in rows})

    def label(row: Any, step: str) -> str:
        words = found.get(row.pathway_version_id)
        return words.label(step, row.label) if words else str(row.label)

    return label


@cache
def _worklist() -> Any:
    return _open_tasks().where(_TASKS.c.agency == bindparam("agency"))


@cache
def _shared() -> Any:
    is_of = and_(_SHARES.c.case_id == _TASKS.c.case_id, _SHARES.c.ident == _TASKS.c.ident)
    return _open_tasks().join(_SHARES, is_of).where(_SHARES.c.agency == bindparam("agency"))


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
        .order_by(_TASKS.c.opened_at.desc(), _TASKS.c.id.desc())
        .limit(bindparam("limit"))
    )


def requests(
    onward: Onward, by: Principal, *, language: str | None = None, limit: int = 50
) -> Worklist[RequestLine]:
    """Requests that await an agency's answer, and notifications it has not seen yet, newest
    first, in its own language by default.
    """
    authority.require(by, Right.READ)
    waits = _HAND_OVERS.c.status.in_(sorted(FOR_RECEIVER))
    wanted = and_(_HAND_OVERS.c.agency == by.agency, waits)
    return _requests(onward, by.agency, wanted, language, limit)


def sent_requests(
    onward: Onward, by: Principal, *, language: str | None = None, limit: int = 50
) -> Worklist[RequestLine]:
    """Requests an agency has sent that are not over for it, newest first."""
    authority.require(by, Right.READ)
    over = _HAND_OVERS.c.status.in_(sorted(OVER_FOR_SENDER))
    wanted = and_(_HAND_OVERS.c.sender == by.agency, ~over)
    return _requests(onward, by.agency, wanted, language, limit)


_SHOWN = (
    *("id", "ident", "step", "label", "sender", "agency"),
    *("status", "overdue", "offered_at", "answer_by"),
)


def _requests(
    onward: Onward, agency: str, wanted: ColumnElement[bool], language: str | None, limit: int
) -> Worklist[RequestLine]:
    query = (
        select(CASES.c.code, CASES.c.pathway_version_id, *(_HAND_OVERS.c[name] for name in _SHOWN))
        .join(CASES, CASES.c.id == _HAND_OVERS.c.case_id)
        .where(wanted, IS_OPEN)
        .order_by(_HAND_OVERS.c.offered_at.desc(), _HAND_OVERS.c.id.desc())
        .limit(bindparam("limit"))
    )
    unreadable: set[str] = set()
    with onward.store.read() as connection:
        found = _in_pages(connection, query, limit, _HAND_OVERS.c.offered_at, unreadable)
        case = _cases(onward, connection, unreadable)
        seen = [
            *islice(
                _seen(case, agency, found, lambda state, row: state.hand_overs.get(row.ident)),
                limit,
            )
        ]
        labels = _labels(connection, agency, language, [row for row, _ in seen])
    return Worklist(_request_lines(seen, labels), len(unreadable))


def _task_of(state: State, row: Any) -> Work | None:
    return state.tasks.get(row.ident) or state.stops.get(row.ident)


class _Case(NamedTuple):
    """A case in a list; whatever needs its pathway is read on demand."""

    state: State
    view: Callable[[], View]

    def shows(self, agency: str, work: Work) -> bool:
        """Whether it is the agency's own, and may be shown to it now."""
        if not is_of(work, agency):
            return False
        return answers_for(self.state, agency) or has(self.view(), agency, work)


def _cases(
    onward: Onward, connection: Connection, unreadable: set[str]
) -> Callable[[str], _Case | None]:
    """Open each case once, as it is now, and note the codes of unreadable ones."""

    @cache
    def case(code: str) -> _Case | None:
        try:
            there = opened(onward, connection, code, lock=False)
        except (SealError, RecordError):
            unreadable.add(code)
            return None
        return _Case(there.state, cache(lambda: view_of(with_pathway(onward, connection, there))))

    return case


def _seen(
    case: Callable[[str], _Case | None],
    agency: str,
    rows: Iterable[Any],
    work: Callable[[State, Any], Work | None],
) -> Iterator[tuple[Any, str]]:
    """The rows that the agency may hear of, each with the number under which it knows them."""
    for row in rows:
        there = case(row.code)
        its = there and work(there.state, row)
        if there and its and there.shows(agency, its):
            yield row, shown(there.state, agency, its.id)


def _in_pages(
    connection: Connection,
    query: Any,
    size: int,
    at: Column[Any],
    unreadable: set[str],
    wanted: Mapping[str, object] | None = None,
) -> Iterator[Any]:
    """The rows of a query, newest first, read only as far as needed.

    Args:
        at: the column that the query orders by, followed by the `id` beside it.
        unreadable: gets the codes of cases with a row that cannot be read.
        wanted: the parameters of the query.
    """
    asked, ident, page = {**(wanted or {}), "limit": size}, at.table.c.id, query
    while True:
        rows, damaged = readable_rows(connection, page, asked)
        unreadable |= {each.row.code or f"row {each.row.id}" for each in damaged}
        yield from rows
        if damaged or len(rows) < size:  # all that there was
            return
        last, number = getattr(rows[-1], at.name), rows[-1].id
        page = query.where(or_(at < last, and_(at == last, ident < number)))


def _request_lines(
    seen: Iterable[tuple[Any, str]], labels: Callable[[Any, str], str]
) -> list[RequestLine]:
    return [
        RequestLine(
            code=row.code,
            hand_over=number,
            label=labels(row, row.step),
            sender=row.sender,
            receiver=row.agency,
            status=row.status,
            overdue=row.overdue,
            offered_at=row.offered_at,
            answer_by=row.answer_by,
        )
        for row, number in seen
    ]
