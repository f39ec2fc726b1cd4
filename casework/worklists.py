"""Worklists of agencies: their open tasks, requests awaiting their answer, and requests they sent.

Tasks and requests of which the agency is not allowed to know now are left out. An unreadable case does not
hide the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from heapq import merge
from itertools import chain, islice
from typing import Any, NamedTuple, TypedDict, TypeVar, Unpack

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, literal, or_, select

from casework import authority
from casework.authority import Right
from casework.case_rows import CASES, IS_OPEN
from casework.context import Onward
from casework.held_case import opened
from casework.languages import language_of, words_in
from casework.listed_cases import Cases, ListedCase, ListOrder
from casework.principal import Principal
from casework.worklist_filters import Which
from engine.contacting import Reach, reach
from engine.errors import Refusal
from engine.numbering import Work, meant, shown
from engine.records import RecordError
from engine.state import State
from engine.statuses import FOR_RECEIVER, OVER_FOR_SENDER, UNANSWERED
from engine.task_kinds import TaskKind
from engine.translation import OWN
from models.columns import table_of
from models.keys import SealError
from models.work import CaseHandOver, CaseTask, TaskShare

_TASKS, _HAND_OVERS = table_of(CaseTask), table_of(CaseHandOver)
_SHARES = table_of(TaskShare)
Line = TypeVar("Line", bound="TaskLine | RequestLine")


class Worklist(list[Line]):
    """The lines, how many cases were left out because they are unreadable, and whether more lines
    follow.
    """

    def __init__(self, lines: Iterable[Line], unreadable: int, *, has_more: bool = False) -> None:
        super().__init__(lines)
        self.unreadable, self.has_more = unreadable, has_more


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


class RequestLine(msgspec.Struct, frozen=True, kw_only=True):
    """A request between two agencies."""

    code: str
    hand_over: str
    label: str
    language: str
    """The language of the label: the reader's, or else the pathway's own."""
    sender: str
    receiver: str
    status: str
    overdue: bool
    offered_at: datetime
    answer_by: datetime | None


ALL = Which()


class ListPlace(NamedTuple):
    """A place in a list: a task or request that a list has shown."""

    code: str
    number: str

    @classmethod
    def read(cls, text: str) -> ListPlace | None:
        """The place written as `CODE/NUMBER`; None for a text without a number after a `/`."""
        code, _, number = text.partition("/")
        return cls(code, number) if number else None

    def __str__(self) -> str:
        return f"{self.code}/{self.number}"


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
        past = _row_of(onward, connection, by, after, _TASKS) if after else None

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
        seen = [*islice(_seen(cases, agency, found_rows, _task_of), limit + 1)]
        seen, rest = seen[:limit], seen[limit:]
        labels = _labels(connection, agency, language, [row for row, *_ in seen])
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


def _row_of(
    onward: Onward, connection: Connection, by: Principal, last: ListPlace, table: Table
) -> Any | None:
    """The row of the task or request at a place in the agency's list; None if there is none, or if
    the case cannot be read.
    """
    with suppress(Refusal, SealError, RecordError):
        there = opened(onward, connection, last.code, by=by, lock=False)
        work = meant(there.state, by.agency, last.number)
        if work is not None:
            which = table.c.case_id == there.row.id, table.c.ident == work.id
            return connection.execute(select(table).where(*which)).first()
    return None


def _contact(there: ListedCase, agency: str, row: Any) -> Reach | None:
    task = there.state.tasks.get(row.ident)
    return reach(there.view, agency, task) if task and task.contacts else None


_BESIDE_ROW = ("task", "label", "language", "contact")
_OF_ROW = tuple(name for name in TaskLine.__struct_fields__ if name not in _BESIDE_ROW)

_NEWEST = ListOrder(_TASKS.c.opened_at)
_BY_DUE = ListOrder(_TASKS.c.due_at, falls=False, of=(_TASKS.c.due_at.is_not(None),))
_UNDATED = ListOrder(_TASKS.c.opened_at, of=(_TASKS.c.due_at.is_(None),))
_NEWEST_REQUEST = ListOrder(_HAND_OVERS.c.offered_at)


class _Label(NamedTuple):
    text: str
    language: str


def _labels(
    connection: Connection, agency: str, language: str | None, rows: Sequence[Any]
) -> Callable[[Any, str], _Label]:
    """A function that gives a row's label in the reader's language; if the row's pathway is not
    translated into it, the row's own label.
    """
    wanted = language or language_of(connection, agency)
    found = words_in(connection, wanted, {row.pathway_version_id for row in rows})

    def label(row: Any, step: str) -> _Label:
        if words := found.get(row.pathway_version_id):
            return _Label(words.label(step, row.label), words.language)
        return _Label(row.label, OWN)

    return label


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


class WhichRequests(TypedDict, total=False):
    """Which part of a list of requests is wanted, and in which language; each setting may be left
    out.
    """

    language: str | None
    """The reader's language; the agency's own if left out."""
    limit: int
    """How many lines at most; 50 if left out."""
    after: ListPlace | None
    """Begin after this request, the last on the previous page, as `after` does in `tasks`."""
    other: str
    """Only requests to, or from, this agency."""
    waiting: bool
    """Only requests without an answer."""


def requests(
    onward: Onward, by: Principal, **which: Unpack[WhichRequests]
) -> Worklist[RequestLine]:
    """Requests that await an agency's answer, and notifications it has not seen yet, newest
    first.
    """
    authority.require(by, Right.READ)
    return _requests(onward, by, _received(), which)


def sent_requests(
    onward: Onward, by: Principal, **which: Unpack[WhichRequests]
) -> Worklist[RequestLine]:
    """Requests that an agency has sent and that are not over yet for this agency, newest first."""
    authority.require(by, Right.READ)
    return _requests(onward, by, _sent(), which)


_SHOWN = (
    *("id", "ident", "step", "label", "sender", "agency"),
    *("status", "overdue", "offered_at", "answer_by"),
)


@cache
def _received() -> Any:
    waits = _HAND_OVERS.c.status.in_(_each(FOR_RECEIVER))
    return _open_requests().where(_HAND_OVERS.c.agency == bindparam("agency"), waits)


@cache
def _sent() -> Any:
    over = _HAND_OVERS.c.status.in_(_each(OVER_FOR_SENDER))
    return _open_requests().where(_HAND_OVERS.c.sender == bindparam("agency"), ~over)


def _each(statuses: Iterable[str]) -> list[ColumnElement[str]]:
    """Some statuses, each as a separate parameter, so that the statement can be prepared."""
    return [literal(str(each)) for each in sorted(statuses)]


def _open_requests() -> Any:
    return (
        select(CASES.c.code, CASES.c.pathway_version_id, *(_HAND_OVERS.c[name] for name in _SHOWN))
        .join(CASES, CASES.c.id == _HAND_OVERS.c.case_id)
        .where(IS_OPEN)
        .limit(bindparam("limit"))
    )


def _requests(
    onward: Onward, by: Principal, query: Any, which: WhichRequests
) -> Worklist[RequestLine]:
    limit, after = which.get("limit", 50), which.get("after")
    with onward.store.read() as connection:
        cases = Cases(onward, connection)
        past = _row_of(onward, connection, by, after, _HAND_OVERS) if after else None
        if past is not None:
            query = query.where(_NEWEST_REQUEST.after(past))
        asked = {"agency": by.agency, "limit": limit + 1}
        if more := [*_narrowed(which)]:
            query = query.where(*more)
        is_kept = past is None and not more
        found = cases.in_pages(query, _NEWEST_REQUEST, asked, is_kept=is_kept)
        seen = [*islice(_seen(cases, by.agency, found, _request_of), limit + 1)]
        seen, rest = seen[:limit], seen[limit:]
        labels = _labels(connection, by.agency, which.get("language"), [row for row, *_ in seen])
    return Worklist(_request_lines(seen, labels), len(cases.unreadable), has_more=bool(rest))


def _narrowed(which: WhichRequests) -> Iterator[ColumnElement[bool]]:
    if other := which.get("other"):
        ends = (_HAND_OVERS.c.sender, _HAND_OVERS.c.agency)
        yield or_(*(end == other for end in ends))
    if which.get("waiting"):
        yield _HAND_OVERS.c.status.in_(sorted(UNANSWERED))


def _request_of(state: State, row: Any) -> Work | None:
    return state.hand_overs.get(row.ident)


def _task_of(state: State, row: Any) -> Work | None:
    return state.tasks.get(row.ident) or state.stops.get(row.ident)


def _seen(
    cases: Cases,
    agency: str,
    rows: Iterable[Any],
    work: Callable[[State, Any], Work | None],
) -> Iterator[tuple[Any, ListedCase, str]]:
    """The rows that the agency may see, each with its case and the agency's number for the work."""
    for row in rows:
        there = cases[row.code]
        its = there and work(there.state, row)
        if there and its and there.shows(agency, its):
            yield row, there, shown(there.state, agency, its.id)


def _request_lines(
    seen: Iterable[tuple[Any, ListedCase, str]], labels: Callable[[Any, str], _Label]
) -> list[RequestLine]:
    return [
        RequestLine(
            code=row.code,
            hand_over=number,
            label=(label := labels(row, row.step)).text,
            language=label.language,
            sender=row.sender,
            receiver=row.agency,
            status=row.status,
            overdue=row.overdue,
            offered_at=row.offered_at,
            answer_by=row.answer_by,
        )
        for row, _, number in seen
    ]
