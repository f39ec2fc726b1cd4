"""Implements `flows.driving.Driving`, a contract that `casework` must not import."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from msgspec.structs import replace
from sqlalchemy import (
    ColumnElement,
    Connection,
    False_,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    union,
    update,
)

from casework import (
    bystanders,
    commencements,
    delivering,
    drafts,
    log,
    pathway_drafts,
    public_addresses,
    story,
)
from casework.authenticating import TIME, is_for_training
from casework.case_rows import CASES, IS_OPEN
from casework.context import Onward
from casework.held_case import hold, shown_to
from casework.impersonal import CaseRef, CaseStatus, ClaimedNotice, NoticeOutcome, StoryLine
from casework.installation_clock import real_seconds
from casework.leases import free, me
from casework.letters import reference_in_force
from casework.picture import status_of
from casework.settling import let_happen
from casework.version_lines import pathways_of
from engine.agencies.registry import Registry
from engine.errors import Refusal
from engine.message import Say, message
from engine.projection import seen_entry
from engine.statuses import CasePhase
from models.as_stored import Stored, readable_rows
from models.columns import table_of
from models.notices import OF_NO_CASE, under_way
from models.notices import OwedNotice as NoticeRow
from models.prepared import first_row

_NOTICES = table_of(NoticeRow)
_LOGGER = logging.getLogger("onward.sealing")

LOOK_SECONDS = 60.0
"""How often to look for cases to move, once every case that can move has done so; also how often to
check whether it is time to seal.
"""
COUNT_SECONDS = 3600.0
"""How often to count the ended cases that were kept long enough, to look for old drafts, and to clear
the journal. A case is kept for years, so nothing is lost by counting seldom.
"""
LEASE_SECONDS = 10.0
"""How long a case is claimed. After that, or once the process that claimed the case is dead,
another process may look after it; a turn releases the case at once.
"""


class CaseDriving:
    """The cases of one installation, as the flows drive them."""

    def __init__(self, onward: Onward, real: Callable[[], float] = real_seconds) -> None:
        """`real` gives seconds since 1970, whichever clock the installation uses."""
        self.onward = onward
        self._real = real
        self._in_force: object = None
        self._look_at = 0.0
        self._seal_at = self._clear_at = 0.0
        self._overdue, self._overdue_at = 0, 0.0

    def now(self) -> datetime:
        return self.onward.clock.now()

    def due(self, now: datetime, limit: int) -> Sequence[CaseRef]:
        """At most `limit` cases with something to do, claimed for `LEASE_SECONDS`; those that are
        `pressing` first.
        """
        real = self._real()
        with self.onward.store.read() as connection:
            moving = self._moving(connection, now, real)
            # Asked first: nearly every look finds no such case.
            if isinstance(moving, False_) and not first_row(connection, _in_need(), {"now": now}):
                return []
            needed = _needs_work(now, moving)
            wanted = and_(needed, free(connection, CASES, needed, real))
            if connection.execute(select(CASES.c.id).where(wanted).limit(1)).first() is None:
                return []
        with self.onward.store.write() as connection:
            chosen = (
                select(CASES.c.id)
                .where(wanted)
                .order_by(_is_pressing(now, moving).desc(), CASES.c.due_at.nulls_last(), CASES.c.id)
                .limit(limit)
                # Another process will claim again by itself what it holds.
                .with_for_update(skip_locked=True)
            )
            claimed = connection.execute(
                update(CASES)
                .where(CASES.c.id.in_(chosen))
                .values(lease_until=real + LEASE_SECONDS, lease_by=me())
                .returning(CASES.c.id)
            )
            rows, damaged = _claimed(connection, [row.id for row in claimed], now)
        found = [_reference(row, now) for row in rows]
        found += (_damaged(each) for each in damaged if not _NEEDED & {*each.damaged})
        return sorted(found, key=lambda ref: not ref.pressing)

    def _moving(self, connection: Connection, now: datetime, real: float) -> ColumnElement[bool]:
        """The condition for cases that a version has to move; false for every case until it is
        time to look again.

        Looking every time would mean checking cases that stay for good again and again. After a
        look that finds a case to move, the next look follows at once; otherwise, it follows after a
        minute or when another version comes into force. A case in which something else happens is
        claimed for that, and is moved then.
        """
        in_force = commencements.in_force(connection, now)
        if in_force == self._in_force and real < self._look_at:
            return false()
        moving = commencements.to_move(connection, now)
        is_any = (
            not isinstance(moving, False_)
            and connection.scalar(select(CASES.c.id).where(moving).limit(1)) is not None
        )
        self._in_force, self._look_at = in_force, real + (0.0 if is_any else LOOK_SECONDS)
        return moving if is_any else false()

    def open_cases(self, after: str, limit: int) -> Sequence[CaseRef]:
        query = (
            select(CASES.c.code, CASES.c.flow_run_id)
            .where(IS_OPEN, CASES.c.code > after)
            .order_by(CASES.c.code)
            .limit(limit)
        )
        with self.onward.store.read() as connection:
            rows = connection.execute(query).all()
        return [CaseRef(code=row.code, flow_run_id=row.flow_run_id) for row in rows]

    def has_ended(self, code: str) -> bool:
        query = select(CASES.c.id).where(CASES.c.code == code, ~IS_OPEN)
        with self.onward.store.read() as connection:
            return connection.execute(query).first() is not None

    def settle(self, code: str) -> None:
        let_happen(self.onward, code, TIME)

    def story(self, code: str) -> Sequence[StoryLine]:
        with self.onward.store.read() as connection:
            told = connection.scalar(select(CASES.c.told).where(CASES.c.code == code)) or 0
            held = hold(self.onward, connection, code, lock=False)
            untold = log.entries_of(connection, held.row.id, code, held.cipher, after=told)
            facts = [(row.number, entry.facts) for row, entry in untold]
            pathways = pathways_of(self.onward, connection, held, facts)
        entries = [(row.number, seen_entry(entry)) for row, entry in untold]
        told_by_entry = story.told(entries, pathways, held.pathway.version, outside=True)
        # An entry without a line is reported as well, or it would be looked at for ever.
        lines = (
            line
            for (number, _), found in zip(entries, told_by_entry, strict=True)
            for line in found or [StoryLine(number=number, said=message("log.looked_at"))]
        )
        return bystanders.as_told(held.reference.registry, lines)

    def told(self, code: str, up_to: int) -> None:
        with self.onward.store.write() as connection:
            connection.execute(
                update(CASES).where(CASES.c.code == code, CASES.c.told < up_to).values(told=up_to)
            )

    def notices(self, code: str) -> Sequence[ClaimedNotice]:
        claimed = delivering.claim_notices(self.onward, code, TIME)
        if not claimed:
            return claimed
        with self.onward.store.read() as connection:
            registry = self._registry(connection, code)
        return [replace(each, agency=bystanders.named(registry, each.agency)) for each in claimed]

    def _registry(self, connection: Connection, code: str) -> Registry:
        """The registry a case was read with; if there is no case, the registry in force."""
        if code == OF_NO_CASE:
            return reference_in_force(self.onward, connection).registry
        return hold(self.onward, connection, code, lock=False).reference.registry

    def deliver(self, notice: ClaimedNotice) -> NoticeOutcome:
        return delivering.deliver(self.onward, notice, TIME)

    def seal(self) -> None:
        if self._real() < self._seal_at:
            return
        from casework.sealing import sealer  # not loaded by a process that only wakes a run

        self._seal_at = self._real() + LOOK_SECONDS
        try:
            done = sealer.seal_if_due(self.onward, TIME)
        except Refusal as refused:
            _LOGGER.error("nothing is sent or sealed: %s", refused, extra={"action": "set_back"})
            return
        if done and not done.is_all:
            self._seal_at = 0.0

    def clear_away(self) -> None:
        real, store = self._real(), self.onward.store
        is_time = real >= self._clear_at
        if is_time:
            self._clear_at = real + COUNT_SECONDS
            for each in (drafts, pathway_drafts):
                each.end_old(self.onward, TIME, datetime.fromtimestamp(real, UTC))
        if is_time or not store.is_journal_clear:
            store.clear_journal(waits=False)  # whoever acts would have to wait, too

    def overdue(self) -> int:
        if self._real() >= self._overdue_at:
            from casework import due_for_erasure  # not loaded by a process that only wakes a run

            self._overdue_at = self._real() + COUNT_SECONDS
            self._overdue = due_for_erasure.overdue(self.onward, TIME)
        return self._overdue

    def is_mute(self) -> bool:
        return not self.onward.addresses

    def status(self, code: str, spoken: Say) -> CaseStatus:
        with self.onward.store.read() as connection:
            held = hold(self.onward, connection, code, lock=False)
            undelivered = connection.execute(
                select(func.count())
                .select_from(_NOTICES)
                .where(_NOTICES.c.case_id == held.row.id, under_way(_NOTICES))
            ).scalar_one()
            cannot_move_to = commencements.cannot_move_to(connection, code)
            is_training = is_for_training(connection)
        seen = shown_to(held, TIME)
        found = status_of(
            held.pathway,
            seen,
            held.now,
            spoken,
            undelivered,
            cannot_move_to,
            partial(bystanders.named, held.reference.registry),
        )
        found = bystanders.without_quiet_end(held.pathway, held.state, found, spoken)
        page = public_addresses.page_of_case(self.onward, code)
        return replace(found, is_training=is_training, page=page)

    def run_of(self, code: str) -> str | None:
        with self.onward.store.read() as connection:
            query = select(CASES.c.flow_run_id).where(CASES.c.code == code)
            found: str | None = connection.execute(query).scalar()
        return found

    def remember_run(self, code: str, flow_run_id: str) -> None:
        with self.onward.store.write() as connection:
            connection.execute(
                update(CASES).where(CASES.c.code == code).values(flow_run_id=flow_run_id)
            )


def _is_pressing(now: datetime, moving: ColumnElement[bool]) -> ColumnElement[bool]:
    """The expression for whether a clock is due, a notice is owed, or a version has to move the
    case. Never NULL, because NULLs must not sort first.
    """
    return or_(
        moving,
        and_(CASES.c.due_at.is_not(None), CASES.c.due_at <= now),
        and_(CASES.c.notice_at.is_not(None), CASES.c.notice_at <= now),
    )


@cache
def _in_need() -> Select[Any]:
    """The query for a case that needs work, unless only because a version has to move it."""
    needed = _needs_work(bindparam("now", type_=CASES.c.due_at.type), false())
    return select(CASES.c.id).where(needed).limit(1)


def _needs_work(now: Any, moving: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition for cases that need work. It has a query for each reason, so that each uses its
    index: with a single `or`, SQLite would read all cases.
    """
    reasons = (
        CASES.c.due_at <= now,
        CASES.c.notice_at <= now,
        moving,
        CASES.c.told < CASES.c.version,
        and_(CASES.c.flow_run_id.is_(None), IS_OPEN),
    )
    return CASES.c.id.in_(union(*(select(CASES.c.id).where(reason) for reason in reasons)))


def _claimed(
    connection: Connection, ids: Sequence[int], now: datetime
) -> tuple[Sequence[Any], Sequence[Stored]]:
    """What the flows need to know of the claimed cases; a damaged row does not stop the others."""
    columns = (CASES.c[name] for name in ("code", "flow_run_id", "status", "due_at", "notice_at"))
    moves = commencements.to_move(connection, now).label("moves")
    return readable_rows(connection, select(*columns, moves).where(CASES.c.id.in_(ids)))


def _reference(row: Any, now: datetime) -> CaseRef:
    moments = [each for each in (row.due_at, row.notice_at) if each is not None]
    return CaseRef(
        code=row.code,
        flow_run_id=row.flow_run_id,
        pressing=bool(row.moves) or any(moment <= now for moment in moments),
        is_open=row.status == CasePhase.OPEN,
    )


_NEEDED = frozenset({"code", "flow_run_id"})
"""Columns without which a case cannot be passed on to anybody; `onward verify` names such cases."""


def _damaged(stored: Stored) -> CaseRef:
    """A case with a damaged row. It counts as pressing, because only its state tells what is due."""
    row = stored.row
    return CaseRef(
        code=row.code,
        flow_run_id=row.flow_run_id,
        pressing=True,
        is_open=row.status in (CasePhase.OPEN, None),
    )
