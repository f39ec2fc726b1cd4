"""Writes the database rows that mirror a state, as far as a turn changed them, and the rows of the
notices that the turn owes or calls off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, literal, select, update
from sqlalchemy.sql.expression import ColumnElement

from casework import drafts
from casework.case_codes import new_reference
from engine import facts as f
from engine.clock import Clock
from engine.machines import move, sources
from engine.notice_kinds import ASKING, FAREWELL
from engine.pathway import Pathway
from engine.shut_out import shut_out
from engine.state import ConsentState, HandOver, State, Task
from engine.statuses import OPEN_TASK, OVER_FOR_SENDER, NoticeStatus, StageStatus
from engine.visibility import parties
from models.columns import table_of
from models.notices import OwedNotice, under_way
from models.prepared import all_rows, send
from models.turns import CaseClock, CaseConsent
from models.work import CaseHandOver, CaseTask, TaskShare
from models.writing import upsert

_CLOCKS, _NOTICES = table_of(CaseClock), table_of(OwedNotice)
_SHARES = table_of(TaskShare)
_TASKS, _HAND_OVERS, _CONSENTS = table_of(CaseTask), table_of(CaseHandOver), table_of(CaseConsent)
_MAY_BE_CANCELLED = sorted(sources("notice", "cancel"))

Values = dict[str, Any]


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """The entries that a turn added or changed, compared by identity because a turn copies whatever
    it changes.
    """
    if before is after:
        return ()
    return [(key, value) for key, value in after.items() if before.get(key) is not value]


def write_rows(
    connection: Connection, case_id: int, pathway: Pathway, before: State, after: State
) -> None:
    """Update the rows of tasks, shares, hand-overs, consents and clocks to match the state. Drafts
    for tasks and stops that are no longer under way, and for hand-overs that are over for their
    sender, are deleted.

    After a move to another version all rows but those of clocks are rewritten, because names and
    labels may differ.
    """
    if before.version not in (0, after.version):
        connection.execute(delete(_SHARES).where(_SHARES.c.case_id == case_id))
        for table, name, entries in (
            (_TASKS, "ident", {**after.tasks, **after.stops}),
            (_HAND_OVERS, "ident", after.hand_overs),
            (_CONSENTS, "name", after.consents),
        ):
            others = table.c[name].not_in(sorted(entries))
            connection.execute(delete(table).where(table.c.case_id == case_id, others))
        before = State(clocks=before.clocks)
    tasks = [task for _, task in changed(before.tasks, after.tasks)]
    moved = [*tasks, *(stop for _, stop in changed(before.stops, after.stops))]
    rows = [_task(case_id, pathway, each) for each in moved]
    upsert(connection, CaseTask, ("case_id", "ident"), rows)
    _write_shares(connection, case_id, before, tasks)
    asked = [
        _hand_over(case_id, pathway, each)
        for _, each in changed(before.hand_overs, after.hand_overs)
    ]
    upsert(connection, CaseHandOver, ("case_id", "ident"), asked)
    consents = [
        _consent(case_id, name, each) for name, each in changed(before.consents, after.consents)
    ]
    upsert(connection, CaseConsent, ("case_id", "name"), consents)
    over = [each.id for each in moved if not each.is_under_way]
    over += [each["ident"] for each in asked if each["status"] in OVER_FOR_SENDER]
    drafts.end_with(connection, case_id, over)
    clocks = [_clock(case_id, clock) for _, clock in changed(before.clocks, after.clocks)]
    upsert(connection, CaseClock, ("case_id", "key"), clocks)
    gone = before.clocks.keys() - after.clocks.keys() if before.clocks is not after.clocks else ()
    if gone:
        send(connection, _gone_clock(), *({"case": case_id, "gone": key} for key in sorted(gone)))


def rows_of(case_id: int, pathway: Pathway, state: State) -> dict[str, list[Values]]:
    """All rows of tasks, shares, hand-overs, consents and clocks that a state leads to, by
    table.
    """
    tasks = (*state.tasks.values(), *state.stops.values())
    return {
        "tasks": [_task(case_id, pathway, each) for each in tasks],
        "task_shares": _shares(case_id, state.tasks.values()),
        "hand_overs": [_hand_over(case_id, pathway, each) for each in state.hand_overs.values()],
        "consents": [_consent(case_id, name, each) for name, each in state.consents.items()],
        "clocks": [_clock(case_id, each) for each in state.clocks.values()],
    }


def _shares(case_id: int, tasks: Iterable[Task]) -> list[Values]:
    return [
        {"case_id": case_id, "ident": task.id, "agency": agency}
        for task in tasks
        for agency in task.also.values()
    ]


def _write_shares(
    connection: Connection, case_id: int, before: State, changed_tasks: Iterable[Task]
) -> None:
    """Write which agencies may take a task, for tasks where that changed."""
    moved = [
        task
        for task in changed_tasks
        if task.also != (before.tasks[task.id].also if task.id in before.tasks else {})
    ]
    if not moved:
        return
    idents = [task.id for task in moved]
    gone = delete(_SHARES).where(_SHARES.c.case_id == case_id, _SHARES.c.ident.in_(idents))
    connection.execute(gone)
    found = _shares(case_id, moved)
    if found:
        send(connection, _insert_shares(), *found)


@cache
def _insert_shares() -> Any:
    return insert(_SHARES).inline()


@cache
def _gone_clock() -> Any:
    return delete(_CLOCKS).where(
        _CLOCKS.c.case_id == bindparam("case"), _CLOCKS.c.key == bindparam("gone")
    )


def _task(case_id: int, pathway: Pathway, task: Task) -> Values:
    return {
        "case_id": case_id,
        "ident": task.id,
        "version": 1,
        "step": task.step,
        "kind": task.kind.value,
        "label": pathway.label(task.step),
        "role": task.role,
        "agency": task.agency,
        "status": task.status,
        "is_open": task.status in OPEN_TASK,
        "overdue": task.overdue,
        "claimed_by": task.claimed_by,
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "done_at": task.done_at,
    }


def _hand_over(case_id: int, pathway: Pathway, asked: HandOver) -> Values:
    return {
        "case_id": case_id,
        "ident": asked.id,
        "version": 1,
        "step": asked.step,
        "label": pathway.label(asked.step),
        "role": asked.role,
        "agency": asked.agency,
        "sender": asked.sender,
        "status": asked.status,
        "overdue": asked.overdue,
        "offered_at": asked.offered_at,
        "answer_by": asked.answer_by,
        "answered_at": asked.answered_at,
    }


def _consent(case_id: int, name: str, consent: ConsentState) -> Values:
    return {
        "case_id": case_id,
        "name": name,
        "version": 1,
        "status": consent.status,
        "given_at": consent.given_at,
        "expires_at": consent.expires_at,
    }


def _clock(case_id: int, clock: Clock) -> Values:
    return {
        "case_id": case_id,
        "key": clock.key,
        "version": 1,
        "kind": clock.kind,
        "about": clock.about,
        "at": clock.at,
        "paused_at": clock.paused_at,
        "editions": list(clock.editions),
    }


def case_columns(state: State) -> Values:
    """The columns by which a case is listed and found, derived from its state."""
    clock = state.next_clock()
    return {
        "status": state.status,
        "end": state.end,
        "stages": [name for name, status in state.stages.items() if status == StageStatus.OPEN],
        "responsible": state.responsible,
        "due_at": clock.at if clock else None,
        "proposals": sum(each.awaits_us for each in state.proposals.values()),
    }


def lists(pathway: Pathway, state: State) -> Values:
    """The agencies that a case's row lists, so that nobody has to open its state to find them:
    those that have known or may know of the case, and those that its bars keep out.
    """
    return {
        "parties": sorted(parties(pathway, state)),
        "shut_out": sorted(shut_out(pathway, state)),
    }


def all_columns(pathway: Pathway, state: State) -> Values:
    """The columns of `case_columns`, and those that depend on the case's pathway."""
    return {**case_columns(state), **lists(pathway, state)}


def changed_columns(row: Any, pathway: Pathway, before: State, after: State) -> Values:
    """The columns of `all_columns` that a turn changed, with their new values. Writing unchanged
    columns would update their indexes for nothing.
    """
    stood = {**case_columns(before), "parties": row.parties, "shut_out": row.shut_out}
    return {k: value for k, value in all_columns(pathway, after).items() if value != stood[k]}


def owed_notices(case_id: int, code: str, facts: Iterable[f.Fact], now: Any) -> list[Values]:
    """The rows of the notices that a turn owes and does not itself cancel, with farewells combined
    as in `still_owed`.
    """
    return [_notice(case_id, code, each, now) for each in f.still_owed(facts)]


def write_notices(
    connection: Connection,
    case_id: int,
    facts: Iterable[f.Fact],
    owed: Sequence[Values],
    now: Any,
) -> None:
    """Queue the notices that a turn owes, and cancel or recall others, as its facts say."""
    for fact in facts:
        if type(fact) is f.NoticesCancelled:
            _cancel(connection, case_id, fact, now)
        elif type(fact) is f.NoticeOnItsWay:
            _recall(connection, case_id, fact.number)
    if owed:
        send(connection, _insert_notices(), *owed)


@cache
def _insert_notices() -> Any:
    return insert(_NOTICES).inline()


def _notice(case_id: int, code: str, leaving: f.Outgoing, now: Any) -> Values:
    owed = leaving.owed
    return {
        "case_id": case_id,
        "reference": new_reference(code),
        "number": owed.number,
        "agency": owed.agency,
        "kind": owed.kind,
        "about": owed.about,
        "label": owed.label,
        "due_at": owed.due_at,
        "consent": owed.consent,
        "after": owed.after,
        "also": [list(each) for each in leaving.also],
        "status": move("notice", "new", "queue"),
        "next_attempt_at": now,
        "owed_at": now,
    }


def _cancel(connection: Connection, case_id: int, fact: f.NoticesCancelled, now: Any) -> None:
    """Cancel notices of earlier turns, by the same rule as `NoticesCancelled.cancels`.

    The rule is repeated in SQL, because a turn writes without waiting for the store's answer.
    """
    named = {"agency": fact.agencies, "about": fact.about, "spared": fact.spared}
    sizes = tuple((name, len(values)) for name, values in named.items() if values)
    given = {"the_case": case_id, "the_time": now}
    given |= {
        f"{name}_{place}": value
        for name, values in named.items()
        for place, value in enumerate(values)
    }
    if fact.since:
        given["the_first"] = fact.since
    send(connection, _cancel_notices(sizes, bool(fact.since), fact.is_of_all), given)


@cache
def _cancel_notices(named: tuple[tuple[str, int], ...], is_of_later: bool, is_of_all: bool) -> Any:
    """The statement that cancels notices; `named` are the columns that select them, each with its
    number of values.
    """
    columns = _NOTICES.c
    where: list[ColumnElement[bool]] = [
        columns.case_id == bindparam("the_case"),
        columns.status.in_([*map(literal, _MAY_BE_CANCELLED)]),
    ]
    for name, size in named:
        some: list[BindParameter[Any]] = [bindparam(f"{name}_{place}") for place in range(size)]
        where.append(columns.about.not_in(some) if name == "spared" else columns[name].in_(some))
    if is_of_later:
        where.append(columns.number > bindparam("the_first"))
    else:
        asking, farewells = map(literal, sorted(ASKING)), map(literal, sorted(FAREWELL))
        kind = columns.kind
        where.append(kind.in_([*asking]) if is_of_all else kind.not_in([*farewells]))
    return (
        update(_NOTICES)
        .where(*where)
        .values(
            status=move("notice", "queued", "cancel"),
            settled_at=bindparam("the_time"),
            version=columns.version + 1,
        )
    )


def _recall(connection: Connection, case_id: int, number: int) -> None:
    """Recall a notice that is being sent; the process that sends it records what becomes of it."""
    connection.execute(
        update(_NOTICES)
        .where(_NOTICES.c.case_id == case_id, _NOTICES.c.number == number)
        .values(status=move("notice", "sending", "recall"), version=_NOTICES.c.version + 1)
    )


def sending(connection: Connection, case_id: int) -> list[f.NoticeOwed]:
    """The notices of a case that are being sent and were not called off."""
    rows = all_rows(connection, _read_sending(), {"case": case_id})
    return [f.NoticeOwed(**row._asdict()) for row in rows]


@cache
def _read_sending() -> Any:
    names = ("number", "agency", "kind", "about", "label")
    query = select(*(_NOTICES.c[name] for name in names)).where(
        _NOTICES.c.case_id == bindparam("case"),
        under_way(_NOTICES),
        _NOTICES.c.status == NoticeStatus.SENDING,
    )
    return query.order_by(_NOTICES.c.number)
