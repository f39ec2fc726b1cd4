"""Look-ups: a case, its log, what is known about its person, undelivered notices, and when
something is due next.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from casework import authority, log, story
from casework.authority import Right
from casework.case_rows import CASES
from casework.commencements import cannot_move_to
from casework.context import Onward
from casework.deciding import attempt, what_is_due
from casework.held_case import hold, hold_for, shown_to, view_of
from casework.impersonal import StoryLine
from casework.looks import looking
from casework.principal import Principal
from casework.protected import newest_values, open_value
from casework.recording import record
from casework.turn import conclude
from casework.version_lines import pathways_of
from engine.acts.looking import IdentitySeen
from engine.commands import Look
from engine.four_eyes import field_of
from engine.message import Message, message
from engine.numbering import names_as_shown
from engine.projection import Seen, SeenEntry, seen_entry
from engine.state import State
from engine.statuses import NoticeStatus
from engine.translation import OWN, Translation
from engine.visibility import open_answers
from models.as_stored import readable_rows
from models.columns import table_of
from models.notices import NoticeAttempt, OwedNotice

_NOTICES, _ATTEMPTS = table_of(OwedNotice), table_of(NoticeAttempt)


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
    """The newest version in force to which the case cannot move; None if there is none."""
    seen: Seen

    @property
    def state(self) -> State:
        return self.seen.state


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One turn of a case."""

    number: int
    recorded_at: datetime
    hash: str
    receipt: str
    """The entry's receipt, which the person who acted may have noted down."""
    entry: SeenEntry


class UndeliveredLine(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that was given up; `owner` must reach the agency another way."""

    reference: str
    agency: str
    kind: str
    label: str
    attempts: int
    why: str
    """The outcome of the last attempt, such as `unknown address`."""
    owner: str
    """The agency that must deal with it; empty if the installation itself owes the notice, and the
    operator must deal with it.
    """
    case: str
    """The code of the case; empty if the notice is about none."""

    @property
    def said(self) -> Message:
        """`why`, in words."""
        return message(f"undelivered.{self.why.replace(' ', '_')}")


def case(onward: Onward, code: str, by: Principal, language: str = OWN) -> CaseView:
    """A case as a whole.

    Raises:
        Refusal: `unknown_case`.
        Erased: the case was erased.
    """
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
        seen=shown_to(held, by),
    )


def spoken(onward: Onward, code: str, by: Principal, language: str) -> Translation:
    """The texts of a case's pathway in a language.

    Raises:
        Refusal: `unknown_case` or `suspended_agency`.
        Erased: the case was erased.
    """
    authority.require_sight(by)
    with onward.store.read() as connection:
        return hold_for(onward, connection, code, by, lock=False).pathway.spoken(language)


def case_log(onward: Onward, code: str, by: Principal) -> list[LogLine]:
    """Every turn of a case, without answers.

    Raises:
        Refusal: `unknown_case`.
        Erased, Unreadable, RecordError: its log cannot be opened.
    """
    authority.require(by, Right.WATCH)
    with onward.store.read() as connection:
        held = hold(onward, connection, code, lock=False)
        entries = log.entries_of(connection, held.row.id, code, held.cipher)
    return [
        LogLine(
            number=row.number,
            recorded_at=row.recorded_at,
            hash=row.hash.hex(),
            receipt=log.receipt(row.hash),
            entry=seen_entry(entry),
        )
        for row, entry in entries
    ]


def log_in_words(
    onward: Onward, code: str, by: Principal, lines: Sequence[LogLine], language: str
) -> list[list[StoryLine]]:
    """Turns of a case in words, one list of lines for each.

    Args:
        lines: the turns, as from `case_log`.

    Raises:
        Refusal: `unknown_case`.
        Erased: the case was erased.
    """
    authority.require(by, Right.WATCH)
    entries = [(line.number, line.entry) for line in lines]
    with onward.store.read() as connection:
        held = hold(onward, connection, code, lock=False)
        pathways = pathways_of(
            onward, connection, held, [(line.number, line.entry.facts) for line in lines]
        )
    return story.told(entries, pathways, held.pathway.version, language)


def protected_values(
    onward: Onward, code: str, by: Principal, only: Collection[str] = ()
) -> dict[str, object]:
    """What an agency may read about the person: the answers that it has collected itself and, as
    far as they are covered, those of other agencies. Unless it is responsible for the case, the
    agency reads those of others only if its own open task or request asks for them or shows them.
    It reads nothing once the case has ended, or while it must not know of the case. What one of its
    tasks shows without asking for it is included even if it is not protected.

    The look is recorded in the case's log (who, when, which names) in the same transaction. A look
    that shows nothing is not recorded.

    Args:
        only: the fields to read; by default, all.

    Raises:
        Refusal: `unknown_case`, `suspended_agency`, `too_many_looks`, or `not_allowed` for an
            agency that may read nothing, has no open task, and is not responsible for the case.
        Erased: the case or the person was erased.
    """
    authority.require(by, Right.READ)
    with looking(onward, by), onward.store.write() as connection:
        held = hold_for(onward, connection, code, by)
        known = newest_values(connection, held.row.id)
        shown = open_answers(view_of(held), by.agency)
        names = (*known, *shown)
        if only:
            names = tuple(each for each in names if field_of(held.state, each) in only)
        turn = attempt(held, Look(known=names), by)
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
    """Notices that were given up, each with whoever must deal with it, oldest first.

    Args:
        agency: only those to this agency; by default, to all.
        limit: the most to list; None for all.
    """
    authority.require(by, Right.WATCH)
    only = [_NOTICES.c.agency == agency] if agency else []
    with onward.store.read() as connection:
        return given_up(connection, *only, limit=limit)


def given_up(
    connection: Connection, *only: ColumnElement[bool], limit: int | None
) -> list[UndeliveredLine]:
    """Notices that were given up, oldest first.

    Args:
        only: conditions on the notices, their cases and the last attempts.
    """
    query = (
        select(_NOTICES, CASES.c.code, CASES.c.responsible, _ATTEMPTS.c.outcome)
        .outerjoin(CASES, CASES.c.id == _NOTICES.c.case_id)
        .join(
            _ATTEMPTS,
            and_(_ATTEMPTS.c.notice_id == _NOTICES.c.id, _ATTEMPTS.c.number == _NOTICES.c.attempts),
        )
        .where(_NOTICES.c.status == NoticeStatus.UNDELIVERABLE, *only)
        .order_by(_NOTICES.c.id)
        .limit(limit)
    )
    return [
        UndeliveredLine(
            reference=row.reference,
            agency=row.agency,
            kind=row.kind,
            label=row.label,
            attempts=row.attempts,
            why=row.outcome,
            owner=row.responsible or "",
            case=row.code or "",
        )
        for row in connection.execute(query)
    ]


def next_moment(onward: Onward, by: Principal) -> datetime | None:
    """The first moment at which something is due in any of the cases, or a notice of one of them is
    to be sent; None if there is none.
    """
    authority.require(by, Right.WATCH)
    due, owed = CASES.c.due_at, CASES.c.notice_at
    first = select(func.min(due).label("due_at"), func.min(owed).label("notice_at"))
    every = select(due, owed).where(or_(due.is_not(None), owed.is_not(None)))
    with onward.store.read() as connection:
        rows, damaged = readable_rows(connection, first)
        if damaged:  # a damaged moment may sort first: read them all, and leave it out
            rows, damaged = readable_rows(connection, every)
    read = (*rows, *(each.row for each in damaged))
    moments = (moment for row in read for moment in (row.due_at, row.notice_at))
    return min((each for each in moments if each is not None), default=None)
