"""Look-ups: cases, logs, and notices that could not be delivered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import msgspec
from sqlalchemy import and_, func, or_, select

from casework import authority, log, story
from casework.authority import Right
from casework.commencements import cannot_move_to, is_stranded, newest_out_of_reach
from casework.context import Onward
from casework.held import CASES, hold, hold_for, view_of
from casework.languages import words_in
from casework.looks import looking
from casework.principal import Principal
from casework.protected import newest_values, open_value
from casework.shown import StoryLine
from casework.turn import attempt, conclude, record, what_is_due
from casework.versions import pathways_of
from engine.acts.looking import IdentitySeen
from engine.commands import Look
from engine.numbering import names_as_shown
from engine.state import State
from engine.statuses import NoticeStatus
from engine.translation import OWN, Translation
from engine.turn_records import TurnRecord
from engine.visibility import open_answers
from models.as_stored import readable_rows
from models.cases import LogEntry
from models.columns import table_of
from models.notices import NoticeAttempt, OwedNotice

_ENTRIES, _NOTICES = table_of(LogEntry), table_of(OwedNotice)
_ATTEMPTS = table_of(NoticeAttempt)


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


class CaseList(list[CaseLine]):
    """Cases, and the codes of those that are not shown because their rows cannot be read.

    Args:
        spoken: the texts of each case's pathway in the reader's language, by the case's code; none
            where it has no others than its own.
    """

    def __init__(
        self,
        lines: Iterable[CaseLine],
        damaged: tuple[str, ...],
        spoken: Mapping[str, Translation] = MappingProxyType({}),
    ) -> None:
        super().__init__(lines)
        self.damaged, self.spoken = damaged, spoken


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A case as a whole, without protected values."""

    code: str
    version: int
    pathway: str
    number: int
    spoken: Translation
    """The pathway's texts."""
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
    entry: TurnRecord


class UndeliveredLine(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that no channel of the agency accepted; `owner` must reach the agency another
    way.
    """

    reference: str
    agency: str
    kind: str
    label: str
    attempts: int
    why: str
    """The kind of fault at the last attempt, such as `unknown address`."""
    owner: str


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
    """Cases in the order of their codes.

    Args:
        language: the reader's, in which ends and stages are named.
        cannot_move: only cases that cannot move to a version in force.
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


def case(onward: Onward, code: str, by: Principal, language: str = OWN) -> CaseView:
    """A case as a whole. Raises Refusal `unknown_case`."""
    authority.require(by, Right.WATCH)
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


def spoken(onward: Onward, code: str, by: Principal, language: str) -> Translation:
    """The texts of a case's pathway in a language.

    Raises:
        Refusal: `unknown_case`.
    """
    authority.require_sight(by)
    with onward.store.read() as connection:
        return hold_for(onward, connection, code, by, lock=False).pathway.spoken(language)


def case_log(onward: Onward, code: str, by: Principal) -> list[LogLine]:
    """Every turn of a case, opened.

    Raises:
        Refusal: `unknown_case`.
        Erased, Unreadable: its log cannot be opened.
    """
    authority.require(by, Right.WATCH)
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


def log_in_words(
    onward: Onward, code: str, by: Principal, lines: Sequence[LogLine], language: str
) -> list[list[StoryLine]]:
    """Each turn of a case in words.

    Raises:
        Refusal: `unknown_case`.
    """
    authority.require(by, Right.WATCH)
    entries = [(line.number, line.entry.facts) for line in lines]
    with onward.store.read() as connection:
        held = hold(onward, connection, code, lock=False)
        pathways = pathways_of(onward, connection, held, entries)
    return story.told(entries, pathways, held.pathway.version, language)


def protected_values(onward: Onward, code: str, by: Principal) -> dict[str, object]:
    """What is known of the person, for agencies that need it now: everything for the responsible agency, for others only what the forms of their own open tasks ask for. A panel member sees what the panel shows, including open answers.

    The look is recorded in the case's log (who, when, which names) in the same transaction. A look
    that shows nothing is not recorded.

    Raises:
        Refusal: `unknown_case`, or `not_allowed` for an agency without a part in the case.
        Erased: the person was erased.
    """
    authority.require(by, Right.READ)
    with looking(onward, by), onward.store.write() as connection:
        held = hold_for(onward, connection, code, by)
        known = newest_values(connection, held.row.id)
        shown = open_answers(view_of(held), by.agency)
        turn = attempt(held, Look(known=(*known, *shown)), by)
        seen = [fact.fields for fact in turn.decision.facts if isinstance(fact, IdentitySeen)]
        if turn.refusal is None and not any(seen):
            turn = what_is_due(held)
        said = names_as_shown(held.state, by.agency, (name for names in seen for name in names))
        found = {
            each: open_value(onward, known[name]) if name in known else shown[name]
            for name, each in said.items()
        }
        written = record(onward, connection, turn)
    conclude(onward, written)
    return found


def undeliverable(
    onward: Onward, by: Principal, *, agency: str = "", limit: int | None = 100
) -> list[UndeliveredLine]:
    """Notices that were given up, each with the agency that must deal with it.

    Args:
        agency: only those to this agency.
    """
    authority.require(by, Right.WATCH)
    query = (
        select(_NOTICES, CASES.c.responsible, _ATTEMPTS.c.outcome)
        .join(CASES, CASES.c.id == _NOTICES.c.case_id)
        .join(
            _ATTEMPTS,
            and_(_ATTEMPTS.c.notice_id == _NOTICES.c.id, _ATTEMPTS.c.number == _NOTICES.c.attempts),
        )
        .where(_NOTICES.c.status == NoticeStatus.UNDELIVERABLE)
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
            why=row.outcome,
            owner=row.responsible,
        )
        for row in rows
    ]


def next_moment(onward: Onward, by: Principal) -> datetime | None:
    """The first moment at which any case is due or a notice is to be sent."""
    authority.require(by, Right.WATCH)
    due, owed = CASES.c.due_at, CASES.c.notice_at
    first = select(func.min(due).label("due_at"), func.min(owed).label("notice_at"))
    every = select(due, owed).where(or_(due.is_not(None), owed.is_not(None)))
    with onward.store.read() as connection:
        rows, damaged = readable_rows(connection, first)
        if damaged:  # one that is none may be the smallest: ask for all, and leave it out
            rows, damaged = readable_rows(connection, every)
    read = (*rows, *(each.row for each in damaged))
    moments = (moment for row in read for moment in (row.due_at, row.notice_at))
    return min((each for each in moments if each is not None), default=None)
