"""What can be looked up: cases, worklists, logs, notices nobody could be given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, select

from casework import log
from casework.commencements import cannot_move_to, is_stranded, newest_out_of_reach
from casework.context import Actor, Onward
from casework.held import CASES, Held, hold, hold_for, view_of
from casework.protected import newest_values, open_value
from casework.translations import language_of, words_in
from casework.turn import attempt, conclude, record, what_is_due
from engine.commands import Look
from engine.facts import IdentitySeen
from engine.records import Entry
from engine.state import UNANSWERED, State
from engine.translation import OWN, Translation
from engine.turns import looking
from models.cases import CaseHandOver, CaseTask, LogEntry, TaskShare
from models.columns import table_of
from models.notices import OwedNotice

_TASKS, _HAND_OVERS = table_of(CaseTask), table_of(CaseHandOver)
_SHARES = table_of(TaskShare)
_ENTRIES, _NOTICES = table_of(LogEntry), table_of(OwedNotice)


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
    """The next moment at which it must be looked at."""
    cannot_move_to: int | None
    """A version in force to which it cannot move."""


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
        """Of a task that an agency only may take: the agency that owes it until then."""
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


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A case as a whole, without protected values."""

    code: str
    version: int
    pathway: str
    number: int
    spoken: Translation
    """What people read of the pathway."""
    clocks: tuple[str, ...]
    """Names of the pathway's clocks."""
    cannot_move_to: int | None
    """A version in force to which it cannot move."""
    state: State


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One turn of a case."""

    number: int
    recorded_at: datetime
    hash: str
    entry: Entry


class UndeliveredLine(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that no channel of the agency took; `owner` must reach the agency otherwise."""

    reference: str
    agency: str
    kind: str
    label: str
    attempts: int
    owner: str


def cases(
    onward: Onward,
    *,
    status: str | None = None,
    cannot_move: bool = False,
    after: str = "",
    limit: int = 100,
) -> list[CaseLine]:
    """Cases in the order of their codes.

    Args:
        cannot_move: only those that cannot move to a version in force.
    """
    out_of_reach = newest_out_of_reach().label("cannot_move_to")
    query = select(CASES, out_of_reach).where(CASES.c.code > after)
    if status is not None:
        query = query.where(CASES.c.status == status)
    if cannot_move:
        query = query.where(is_stranded())
    with onward.store.read() as connection:
        rows = connection.execute(query.order_by(CASES.c.code).limit(limit)).all()
    return [
        CaseLine(
            code=row.code,
            pathway=row.pathway,
            status=row.status,
            end=row.end,
            stages=tuple(row.stages),
            responsible=row.responsible,
            opened_at=row.opened_at,
            due_at=row.due_at,
            cannot_move_to=row.cannot_move_to,
        )
        for row in rows
    ]


def case(onward: Onward, code: str, language: str = OWN) -> CaseView:
    """Raises Refusal `unknown_case`."""
    with onward.store.read() as connection:
        held = hold(onward, connection, code, lock=False)
        out_of_reach = cannot_move_to(connection, code)
    return CaseView(
        code=code,
        version=held.row.version,
        pathway=held.pathway.name,
        number=held.pathway.version,
        spoken=held.pathway.spoken(language),
        clocks=tuple(held.pathway.definition.clocks),
        cannot_move_to=out_of_reach,
        state=held.state,
    )


def _held(onward: Onward, code: str) -> Held:
    with onward.store.read() as connection:
        return hold(onward, connection, code, lock=False)


def tasks(
    onward: Onward, agency: str, *, language: str | None = None, limit: int = 50
) -> list[TaskLine]:
    """An agency's worklist, the newest first, in its own language if none is named; with what it may
    take although another agency owes it.
    """
    with onward.store.read() as connection:
        wanted = {"agency": agency, "limit": limit}
        found = [
            row for query in (_worklist(), _shared()) for row in connection.execute(query, wanted)
        ]
        rows = sorted(found, key=lambda row: row.opened_at, reverse=True)[:limit]
        labels = _labels(connection, agency, language, rows)
    lines = [{**row._mapping, "label": labels(row, row.step)} for row in rows]
    return [TaskLine(**{name: line[name] for name in _TASK_LINE}) for line in lines]


_TASK_LINE = TaskLine.__struct_fields__


def _labels(
    connection: Connection, agency: str, language: str | None, rows: Sequence[Any]
) -> Callable[[Any, str], str]:
    """Words a row's label anew where its pathway speaks the language of who reads it."""
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
            _TASKS.c.ident.label("task"),
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
        .order_by(_TASKS.c.opened_at.desc())
        .limit(bindparam("limit"))
    )


def requests(
    onward: Onward, agency: str, *, language: str | None = None, limit: int = 50
) -> list[RequestLine]:
    """Requests that wait for an agency's answer, and what it was told and has not seen yet; the
    newest first, in its own language if none is named."""
    waits = _HAND_OVERS.c.status.in_(sorted(UNANSWERED | {"informed"}))
    return _requests(onward, agency, and_(_HAND_OVERS.c.agency == agency, waits), language, limit)


def sent_requests(
    onward: Onward, agency: str, *, language: str | None = None, limit: int = 50
) -> list[RequestLine]:
    """Requests that an agency has sent and that are not over for it, the newest first; none of a case
    of which it may be told nothing any more."""
    over = _HAND_OVERS.c.status.in_(("declined", "revoked", "closed"))
    sent = and_(_HAND_OVERS.c.sender == agency, ~over)
    lines = _requests(onward, agency, sent, language, limit)
    with onward.store.read() as connection:
        codes = {line.code for line in lines}
        turns = {code: view_of(hold(onward, connection, code, lock=False)) for code in codes}
    return [line for line in lines if turns[line.code].may_hear(agency)]


def _requests(
    onward: Onward, agency: str, wanted: ColumnElement[bool], language: str | None, limit: int
) -> list[RequestLine]:
    query = (
        select(CASES.c.code, CASES.c.pathway_version_id, _HAND_OVERS)
        .join(CASES, CASES.c.id == _HAND_OVERS.c.case_id)
        .where(wanted, CASES.c.status == "open")
        .order_by(_HAND_OVERS.c.offered_at.desc())
        .limit(limit)
    )
    with onward.store.read() as connection:
        rows = connection.execute(query).all()
        labels = _labels(connection, agency, language, rows)
    return [
        RequestLine(
            code=row.code,
            hand_over=row.ident,
            label=labels(row, row.step),
            sender=row.sender,
            receiver=row.agency,
            status=row.status,
            overdue=row.overdue,
            offered_at=row.offered_at,
            answer_by=row.answer_by,
        )
        for row in rows
    ]


def case_log(onward: Onward, code: str) -> list[LogLine]:
    """Every turn of a case, opened.

    Raises:
        Refusal: `unknown_case`.
        Erased, Unreadable: its log cannot be opened.
    """
    with onward.store.read() as connection:
        held = hold(onward, connection, code, lock=False)
        query = select(_ENTRIES).where(_ENTRIES.c.case_id == held.row.id)
        rows = connection.execute(query.order_by(_ENTRIES.c.number)).all()
    return [
        LogLine(
            number=row.number,
            recorded_at=row.recorded_at,
            hash=row.hash.hex(),
            entry=log.opened_entry(held.cipher, code, row),
        )
        for row in rows
    ]


def protected_values(onward: Onward, code: str, by: Actor) -> dict[str, object]:
    """What is known of the person, for who needs it now: the responsible agency all of it, another
    one only what the forms of its own open tasks ask for. Who has a vote on a panel sees what that
    shows, open answers too.

    The case's log says who has looked, when, and at which names; in the transaction of the look.
    A look that shows nothing leaves only what was due in it.

    Raises:
        Refusal: `unknown_case`, or `not_allowed` for an agency without a part in the case.
        Erased: the person was erased.
    """
    with onward.store.write() as connection:
        held = hold_for(onward, connection, code, by)
        known = newest_values(connection, held.row.id)
        shown = looking.open_answers(view_of(held), by.agency)
        turn = attempt(held, Look(known=(*known, *shown)), by)
        seen = [fact.fields for fact in turn.decision.facts if isinstance(fact, IdentitySeen)]
        if turn.refusal is None and not any(seen):
            turn = what_is_due(held)
        found = {
            name: open_value(onward, known[name]) if name in known else shown[name]
            for names in seen
            for name in names
        }
        written = record(onward, connection, turn)
    conclude(onward, written)
    return found


def undeliverable(
    onward: Onward, *, agency: str = "", limit: int | None = 100
) -> list[UndeliveredLine]:
    """Notices that were given up, each with the agency that must see to it.

    Args:
        agency: only those to this one.
    """
    query = (
        select(_NOTICES, CASES.c.responsible)
        .join(CASES, CASES.c.id == _NOTICES.c.case_id)
        .where(_NOTICES.c.status == "undeliverable")
        .order_by(_NOTICES.c.id)
        .limit(limit)
    )
    if agency:
        query = query.where(_NOTICES.c.agency == agency)
    with onward.store.read() as connection:
        rows = connection.execute(query).all()
    return [
        UndeliveredLine(
            reference=row.reference,
            agency=row.agency,
            kind=row.kind,
            label=row.label,
            attempts=row.attempts,
            owner=row.responsible,
        )
        for row in rows
    ]


def next_moment(onward: Onward) -> datetime | None:
    """The first moment at which any case is due or a notice is to be sent."""
    query = select(func.min(CASES.c.due_at), func.min(CASES.c.notice_at))
    with onward.store.read() as connection:
        moments = [each for each in connection.execute(query).one() if each is not None]
    return min(moments, default=None)
