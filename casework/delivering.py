"""Notices leave: claimed under a lease, checked once more, handed to a channel, recorded.

Nothing is sent inside a transaction. A process that dies between sending and recording leaves the
notice owed, so it is sent again under the same reference: at least once, never silently lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, exists, func, insert, or_, select, update

from casework.clock import real_seconds
from casework.context import Onward
from casework.leases import free, me
from casework.shown import Outcome, OwedNotice, TryLater
from casework.turn import CASES, Held, hold, turn_of
from engine.errors import Refusal
from engine.facts import FAREWELL
from engine.machines import move
from engine.turns.dispatch import may_leave
from models.cases import LogEntry
from models.columns import table_of
from models.definitions import Installation
from models.notices import NoticeAttempt
from models.notices import OwedNotice as NoticeRow
from notifiers.base import DeliveryError, Fault, Notice, NoticeKind, Recipient
from notifiers.templates import FALLBACK, render, written_in

_NOTICES, _ATTEMPTS = table_of(NoticeRow), table_of(NoticeAttempt)
_ENTRIES, _INSTALLATION = table_of(LogEntry), table_of(Installation)

LEASE_SECONDS = 60.0
"""Longer than a channel takes. After it, or once its process is dead, another one may try."""
RETRY_MINUTES = (1, 5, 30, 120)
"""Before the second and each later attempt on one channel; after them the next channel is tried."""


def claim_notices(onward: Onward, code: str) -> list[OwedNotice]:
    """The notices of a case whose moment has come, ours for `LEASE_SECONDS`."""
    with onward.store.write() as connection:
        case = connection.execute(_case_and_clock(code)).one_or_none()
        if case is None:
            return []
        now, real = onward.clock.within(case.clock_at), real_seconds()
        owed = and_(
            _NOTICES.c.case_id == case.id,
            _NOTICES.c.status == "queued",
            _NOTICES.c.next_attempt_at <= now,
        )
        claimed = connection.execute(
            update(_NOTICES)
            .where(owed, free(connection, _NOTICES, owed, real))
            .values(lease_until=real + LEASE_SECONDS, lease_by=me())
            .returning(
                _NOTICES.c.number, _NOTICES.c.reference, _NOTICES.c.agency, _NOTICES.c.attempts
            )
        ).all()
        if not claimed:
            _note_next(connection, case.id)
    return [
        OwedNotice(reference=row.reference, agency=row.agency, attempt=row.attempts + 1)
        for row in sorted(claimed)
    ]


def _case_and_clock(code: str) -> Any:
    return (
        select(CASES.c.id, _INSTALLATION.c.clock_at)
        .join(_INSTALLATION, _INSTALLATION.c.id == 1)
        .where(CASES.c.code == code)
    )


def _by_reference(reference: str) -> Any:
    """The notice of a reference, among those of its case."""
    return (
        select(_NOTICES)
        .join(CASES, CASES.c.id == _NOTICES.c.case_id)
        .where(CASES.c.code == reference.rpartition("-")[0], _NOTICES.c.reference == reference)
    )


def _note_next(connection: Connection, case_id: int) -> None:
    """When the case has its next notice to send."""
    next_at = (
        select(func.min(_NOTICES.c.next_attempt_at))
        .where(_NOTICES.c.case_id == case_id, _NOTICES.c.status == "queued")
        .scalar_subquery()
    )
    connection.execute(update(CASES).where(CASES.c.id == case_id).values(notice_at=next_at))


class _Letter(msgspec.Struct, frozen=True):
    """What is to be sent, or why it is not."""

    row: Any
    recipients: Sequence[Recipient] = ()
    notice: Notice | None = None


def deliver(onward: Onward, owed: OwedNotice) -> Outcome:
    """Send one notice and record the attempt.

    Raises:
        TryLater: it was not handed over; it stays owed until the moment named.
    """
    letter = _letter(onward, owed)
    if isinstance(letter, Outcome):
        return letter
    if not letter.recipients or letter.notice is None:
        return _give_up(onward, letter.row, "", Fault.NOT_CONFIGURED)
    at = _channel_at(letter)
    recipient = letter.recipients[at]
    try:
        onward.channel.send(recipient, render(letter.notice), owed.reference)
    except DeliveryError as error:
        return _failed(onward, letter, at, error.kind)
    _record(onward, letter.row, recipient.channel, "sent", "send")
    return Outcome(delivered=True, text=f"handed to {recipient.channel}")


def _letter(onward: Onward, owed: OwedNotice) -> _Letter | Outcome:
    """Read the notice and check once more whether it may leave."""
    code = owed.reference.rpartition("-")[0]
    with onward.store.write() as connection:
        held = hold(onward, connection, code)
        row = connection.execute(_by_reference(owed.reference)).one()
        if row.status != "queued" or row.attempts + 1 != owed.attempt:
            return Outcome(delivered=row.status == "sent", text="settled already")
        if not _may_leave(connection, held, row):
            _settle(connection, row, held.now, "cancel")
            _note_next(connection, row.case_id)
            return Outcome(delivered=False, text="withdrawn before it was sent")
    return _compose(onward, held, row)


def _may_leave(connection: Connection, held: Held, row: Any) -> bool:
    """An agency that is shut out before anything has reached it does not learn that there is a case."""
    turn = turn_of(held)
    if row.kind in FAREWELL and turn.is_barred(row.agency):
        return _knew(connection, row)
    return may_leave(turn, row)


def _knew(connection: Connection, row: Any) -> bool:
    """Something of the case was sent to the agency before, or it has acted in it."""
    earlier = and_(_NOTICES.c.case_id == row.case_id, _NOTICES.c.agency == row.agency)
    sent = select(_ATTEMPTS.c.id).join(_NOTICES, _NOTICES.c.id == _ATTEMPTS.c.notice_id)
    acted = select(_ENTRIES.c.id).where(
        _ENTRIES.c.case_id == row.case_id, _ENTRIES.c.agency == row.agency
    )
    known = select(or_(exists(sent.where(earlier)), exists(acted)))
    return bool(connection.execute(known).scalar_one())


def _compose(onward: Onward, held: Held, row: Any) -> _Letter:
    agency = held.reference.registry.by_code.get(row.agency)
    order = agency.channels if agency else ()
    language = written_in(agency.languages[0] if agency and agency.languages else FALLBACK)
    spoken = held.pathway.spoken(language)
    label = spoken.label(row.about.partition(".")[0], row.label)
    notice = Notice(
        reference=row.reference,
        kind=NoticeKind(row.kind),
        label="" if turn_of(held).is_barred(row.agency) else label,
        due_at=row.due_at,
        zone=agency.zone if agency else "UTC",
        language=language,
    )
    return _Letter(row, onward.addresses.channels(row.agency, order), notice)


def _channel_at(letter: _Letter) -> int:
    """The channel that the last attempt has left it to; the first one otherwise."""
    names = [each.channel for each in letter.recipients]
    return names.index(letter.row.channel) if letter.row.channel in names else 0


def _failed(onward: Onward, letter: _Letter, at: int, fault: Fault) -> Outcome:
    row, channel = letter.row, letter.recipients[at].channel
    tried = row.channel_attempts + 1
    if fault is Fault.TRANSIENT and tried <= len(RETRY_MINUTES):
        wait = timedelta(minutes=RETRY_MINUTES[tried - 1])
        later = _record(onward, row, channel, fault, "fail", wait, channel, tried)
        raise TryLater(later, f"{channel}: {fault}")
    if at + 1 < len(letter.recipients):
        following = letter.recipients[at + 1].channel
        later = _record(onward, row, channel, fault, "fail", timedelta(0), following, 0)
        raise TryLater(later, f"{channel}: {fault}, {following} is next")
    return _give_up(onward, row, channel, fault)


def _give_up(onward: Onward, row: Any, channel: str, fault: Fault) -> Outcome:
    """No channel is left: visible among the undeliverable, owned by the responsible agency."""
    _record(onward, row, channel, fault, "give_up")
    return Outcome(delivered=False, text=f"given up: {fault}")


def _record(
    onward: Onward,
    row: Any,
    channel: str,
    outcome: str,
    trigger: str,
    wait: timedelta = timedelta(0),
    following: str = "",
    channel_attempts: int = 0,
) -> datetime:
    """Write an attempt down with what it leads to; the moment of the next one."""
    with onward.store.write() as connection:
        case = connection.execute(
            select(CASES.c.code).where(CASES.c.id == row.case_id).with_for_update()
        ).one()
        clock = connection.execute(_case_and_clock(case.code)).one().clock_at
        now = onward.clock.within(clock)
        connection.execute(
            insert(_ATTEMPTS).values(
                notice_id=row.id,
                number=row.attempts + 1,
                channel=channel,
                at=now,
                outcome=str(outcome),
            )
        )
        status = connection.execute(
            select(_NOTICES.c.status).where(_NOTICES.c.id == row.id)
        ).scalar_one()
        # Cancelled while it was on its way: it stays cancelled, the attempt tells the rest.
        if status == "queued":
            more = {
                "attempts": row.attempts + 1,
                "channel": following,
                "channel_attempts": channel_attempts,
                "next_attempt_at": now + wait,
            }
            _settle(connection, row, now, trigger, **more)
        _note_next(connection, row.case_id)
    return now + wait


def _settle(connection: Connection, row: Any, now: datetime, trigger: str, **more: Any) -> None:
    status = move("notice", row.status, trigger)
    settled = now if status in ("sent", "cancelled") else None
    connection.execute(
        update(_NOTICES)
        .where(_NOTICES.c.id == row.id)
        .values(
            status=status,
            settled_at=settled,
            lease_until=0.0,
            version=_NOTICES.c.version + 1,
            **more,
        )
    )


def retry_notice(onward: Onward, reference: str) -> str:
    """Queue a notice again that was given up, on the agency's first channel; the agency's code.

    For who has mended the agency's addresses.

    Raises:
        Refusal: `unknown_notice`; `not_given_up`, with what has become of it.
    """
    with onward.store.write() as connection:
        row = connection.execute(_by_reference(reference)).one_or_none()
        if row is None:
            raise Refusal(
                "unknown_notice",
                f"there is no notice {reference}: write the code of its case and its number, as in"
                " 7K2F-9QXM-3; `onward undelivered` lists those that no channel took",
            )
        if row.status != "undeliverable":
            raise Refusal(
                "not_given_up", f"notice {reference} was not given up: it is {row.status}"
            )
        now = onward.clock.now()
        _settle(connection, row, now, "retry", channel="", channel_attempts=0, next_attempt_at=now)
        _note_next(connection, row.case_id)
    onward.waker.wake(reference.rpartition("-")[0])
    return str(row.agency)
