"""Lists of requests: those that await an agency's answer, and those that it sent.

Requests of which the agency is not allowed to know now are left out. An unreadable case does not hide
the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, TypedDict, Unpack

import msgspec
from sqlalchemy import ColumnElement, bindparam, literal, or_, select

from casework import authority
from casework.authority import Right
from casework.case_rows import CASES, IS_OPEN
from casework.context import Onward
from casework.listed_cases import Cases, ListedCase, ListOrder
from casework.listed_work import Label, ListPlace, Worklist, labels_of, row_of, seen_by
from casework.principal import Principal
from engine.numbering import Work
from engine.state import State
from engine.statuses import FOR_RECEIVER, OVER_FOR_SENDER, UNANSWERED
from models.columns import table_of
from models.work import CaseHandOver

_HAND_OVERS = table_of(CaseHandOver)
_NEWEST = ListOrder(_HAND_OVERS.c.offered_at)


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


class WhichRequests(TypedDict, total=False):
    """Which part of a list of requests is wanted, and in which language; each setting may be left
    out.
    """

    language: str | None
    """The reader's language; the agency's own if left out."""
    limit: int
    """How many lines at most; 50 if left out."""
    after: ListPlace | None
    """Begin after this request, the last on the previous page, as `after` does in `worklists.tasks`."""
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
        past = row_of(onward, connection, by, after, _HAND_OVERS) if after else None
        if past is not None:
            query = query.where(_NEWEST.after(past))
        asked = {"agency": by.agency, "limit": limit + 1}
        if more := [*_narrowed(which)]:
            query = query.where(*more)
        is_kept = past is None and not more
        found = cases.in_pages(query, _NEWEST, asked, is_kept=is_kept)
        seen = [*islice(seen_by(cases, by.agency, found, _request_of), limit + 1)]
        seen, rest = seen[:limit], seen[limit:]
        labels = labels_of(connection, by.agency, which.get("language"), [row for row, *_ in seen])
    return Worklist(_request_lines(seen, labels), len(cases.unreadable), has_more=bool(rest))


def _narrowed(which: WhichRequests) -> Iterator[ColumnElement[bool]]:
    if other := which.get("other"):
        ends = (_HAND_OVERS.c.sender, _HAND_OVERS.c.agency)
        yield or_(*(end == other for end in ends))
    if which.get("waiting"):
        yield _HAND_OVERS.c.status.in_(sorted(UNANSWERED))


def _request_of(state: State, row: Any) -> Work | None:
    return state.hand_overs.get(row.ident)


def _request_lines(
    seen: Iterable[tuple[Any, ListedCase, str]], labels: Callable[[Any, str], Label]
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
