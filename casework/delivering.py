"""Delivers notices: each is claimed under a lease, checked again, and handed to a channel, and the
attempt is recorded.

Nothing is sent inside a transaction. While a notice is being sent its status says so, which tells
anybody who calls it off. If a process dies between sending and recording, the notice stays in that
status and is sent again under the same reference, so that it is sent at least once and never
silently lost. If it was called off meanwhile, it counts as sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    exists,
    func,
    null,
    or_,
    select,
    update,
)

from casework import attempts, authority
from casework.attempts import AttemptOutcome
from casework.authority import Right
from casework.case_rows import CASES
from casework.context import Onward
from casework.held_case import hold, view_of
from casework.impersonal import ClaimedNotice, NoticeOutcome, TryLater
from casework.installation_clock import real_seconds
from casework.leases import free, me
from casework.letters import Letter, composed
from casework.log import owner_of
from casework.principal import Principal
from casework.sealing.rollback import may_send
from casework.settled_notices import drop_stop, lose, settle, without_attempt
from casework.suspensions import is_suspended
from engine.errors import Refusal
from engine.grounds import Disclosed
from engine.message import message
from engine.sendable import may_leave
from engine.statuses import IN_FLIGHT, TO_SEND, NoticeStatus
from models.columns import table_of
from models.installation import Installation
from models.notices import (
    CUT,
    HANDED_OVER,
    OF_NO_CASE,
    PERHAPS_ARRIVED,
    RETRIED,
    SENT,
    WITHHELD,
    NoticeAttempt,
    under_way,
)
from models.notices import OwedNotice as NoticeRow
from models.prepared import all_rows, first_row, send
from models.turns import LogEntry
from notifiers.base import RETRIED_FAULTS, ChannelFault, DeliveryError, Recipient
from notifiers.templates import render

_NOTICES, _ATTEMPTS = table_of(NoticeRow), table_of(NoticeAttempt)
_ENTRIES, _INSTALLATION = table_of(LogEntry), table_of(Installation)
_THE_ID = bindparam("the_id", type_=Integer)
_CLOCK = select(_INSTALLATION.c.clock_at)
_CLOCK_ALONE = _CLOCK.add_columns(null().label("id"))
_LOCKED = (
    _CLOCK.add_columns(CASES.c.id, CASES.c.code, CASES.c.wrapped_key)
    .join(CASES, _INSTALLATION.c.id == 1)
    .where(CASES.c.code == bindparam("code"))
    .with_for_update(of=CASES)
)
_ONE = select(_NOTICES).where(_NOTICES.c.id == _THE_ID)
_WITH_REFERENCE = select(_NOTICES).where(_NOTICES.c.reference == bindparam("reference"))
_OF_NO_CASE = _WITH_REFERENCE.where(_NOTICES.c.case_id.is_(None))
_OF_CASE = _WITH_REFERENCE.where(
    _NOTICES.c.case_id
    == select(CASES.c.id).where(CASES.c.code == bindparam("code")).scalar_subquery()
)
_NEXT_AT = select(func.min(_NOTICES.c.next_attempt_at)).where(
    _NOTICES.c.case_id == _THE_ID, under_way(_NOTICES)
)
_NOTE_NEXT = update(CASES).where(CASES.c.id == _THE_ID).values(notice_at=_NEXT_AT.scalar_subquery())

LEASE_SECONDS = 60.0
"""How long a notice is claimed: longer than any channel takes. Afterwards, or once the process that
claimed it is dead, another process may claim it.
"""
RETRY_MINUTES = (1, 5, 30, 120)
"""The pause before each further attempt on a channel after a transient fault. Once the last of
these attempts has failed, or after any other fault, the next channel is tried.
"""
SUSPENDED = "suspended"
"""The outcome of an attempt to tell a suspended agency: no channel was tried."""


def claim_notices(onward: Onward, code: str, by: Principal) -> list[ClaimedNotice]:
    """Claims the notices of a case that are ready to send, for `LEASE_SECONDS`. If `code` is
    `OF_NO_CASE`, claims the notices that concern no case. If the database seems to have been put
    back to an earlier state, claims none until an operator decides.
    """
    authority.require(by, Right.DRIVE)
    with onward.store.read() as connection:
        if not may_send(onward, connection):
            return []
        if code == OF_NO_CASE and not _owes_of_no_case(connection):
            return []
    return onward.store.change(lambda connection: _claim(onward, connection, code))


def _owes_of_no_case(connection: Connection) -> bool:
    """Whether the installation owes notices that concern no case. Called at every tick, so that
    nothing is locked if there is nothing to send, as is usual.
    """
    owed = select(_NOTICES.c.id).where(_NOTICES.c.case_id.is_(None), under_way(_NOTICES))
    return connection.execute(owed.limit(1)).first() is not None


def _claim(onward: Onward, connection: Connection, code: str) -> list[ClaimedNotice]:
    """Claim the notices of a case that are ready to send. If a worker died and left a notice
    `sending`, the notice is claimed again; if it was called off meanwhile, it counts as sent
    instead.
    """
    case = _locked(connection, code)
    if case is None:
        return []
    now, real = onward.clock.within(case.clock_at), real_seconds()
    owed = and_(
        _NOTICES.c.case_id == case.id,
        under_way(_NOTICES),
        _NOTICES.c.next_attempt_at <= now,
        ~_follows_one_in_flight(),
    )
    claimed = connection.execute(
        update(_NOTICES)
        .where(owed, free(connection, _NOTICES, owed, real))
        .values(lease_until=real + LEASE_SECONDS, lease_by=me())
        .returning(*_NOTICES.c)
    ).all()
    lost = [row for row in claimed if row.status == NoticeStatus.RECALLED]
    for row in lost:
        lose(onward, connection, row, now)
    if lost:  # notices that waited for them may now be sent
        return _claim(onward, connection, code)
    if not claimed:
        _note_next(connection, case.id)
    return [
        ClaimedNotice(reference=row.reference, agency=row.agency, attempt=row.attempts + 1)
        for row in sorted(claimed, key=lambda row: int(row.number))
    ]


def _follows_one_in_flight() -> ColumnElement[bool]:
    """The condition that an earlier notice of the case is still being sent to the same agency. A
    later one waits for it, so that no request to stop overtakes what it stops.
    """
    earlier = _NOTICES.alias("earlier")
    return exists().where(
        earlier.c.case_id == _NOTICES.c.case_id,
        under_way(earlier),
        earlier.c.status != NoticeStatus.QUEUED,
        earlier.c.agency == _NOTICES.c.agency,
        earlier.c.number < _NOTICES.c.number,
    )


def _locked(connection: Connection, code: str) -> Any:
    """Locks the case and reads it with the stored clock; None if there is no such case. Every
    writer locks the case first. With `OF_NO_CASE`, it reads only the clock and locks nothing.
    """
    if code == OF_NO_CASE:
        return first_row(connection, _CLOCK_ALONE, {})
    return first_row(connection, _LOCKED, {"code": code})


def _with_reference(connection: Connection, reference: str) -> Any:
    """The notice with this reference, looked up in its case; None if there is none."""
    if _code(reference) == OF_NO_CASE:
        return first_row(connection, _OF_NO_CASE, {"reference": reference})
    return first_row(connection, _OF_CASE, {"reference": reference, "code": _code(reference)})


def _code(reference: str) -> str:
    """The case code in a notice's reference; `OF_NO_CASE` if the notice concerns no case."""
    return reference.rpartition("-")[0]


def _note_next(connection: Connection, case_id: int) -> None:
    """Record when the case next has a notice to send or to follow up."""
    send(connection, _NOTE_NEXT, {"the_id": case_id})


def deliver(onward: Onward, owed: ClaimedNotice, by: Principal) -> NoticeOutcome:
    """Send one notice and record the attempt. If somebody else has settled the notice, or it is
    withheld or given up, the outcome says so.

    From its last check until the attempt is recorded, the notice is `sending`, so that whoever
    calls it off meanwhile is told that it is on its way.

    Raises:
        TryLater: the notice was not handed over; the error says when the next attempt is due.
    """
    authority.require(by, Right.DRIVE)
    letter = onward.store.change(lambda connection: _begin(onward, connection, owed))
    if isinstance(letter, NoticeOutcome):
        return letter
    at = letter.channel_at
    recipient = letter.recipients[at]
    try:
        says_so = onward.channel.send(recipient, render(letter.notice), owed.reference)
    except DeliveryError as error:
        return _failed(onward, letter, at, error.kind)
    outcome = SENT if says_so else HANDED_OVER
    _record(onward, letter.row, recipient, outcome, "send", ground=letter.ground)
    return NoticeOutcome(
        delivered=True,
        said=message(
            "prefect.handed_over" if says_so else "prefect.not_said", channel=recipient.channel
        ),
    )


def _begin(onward: Onward, connection: Connection, owed: ClaimedNotice) -> Letter | NoticeOutcome:
    """Check again whether the notice may leave, and mark it `sending`. If it may not leave, returns
    its outcome, after recording it unless somebody else has settled the notice.
    """
    code = _code(owed.reference)
    held = hold(onward, connection, code) if code != OF_NO_CASE else None
    now = held.now if held else onward.clock.within(_locked(connection, code).clock_at)
    row = _with_reference(connection, owed.reference)
    if not _is_ours(row, owed):
        return NoticeOutcome(
            delivered=row.status == NoticeStatus.SENT, said=message("prefect.settled_already")
        )
    if held and not may_leave(view_of(held), row, partial(_knew, connection, row.case_id)):
        _hold_back(onward, connection, row, now)
        return NoticeOutcome(delivered=False, said=message("prefect.withheld"))
    if is_suspended(connection, row.agency):
        return _not_sent(onward, connection, row, now, SUSPENDED)
    letter = composed(onward, connection, held, row)
    if not letter.recipients:
        return _not_sent(onward, connection, row, now, ChannelFault.NOT_CONFIGURED)
    lease = {"lease_until": real_seconds() + LEASE_SECONDS, "lease_by": me()}
    settle(connection, row, now, "begin", **lease)
    return letter


def _not_sent(
    onward: Onward, connection: Connection, row: Any, now: datetime, why: str
) -> NoticeOutcome:
    """Give up a notice without trying any channel."""
    status = settle(connection, row, now, "give_up", attempts=row.attempts + 1)
    attempts.note(onward, connection, row, AttemptOutcome(at=now, outcome=why, status=status))
    _note_next(connection, row.case_id)
    return NoticeOutcome(delivered=False, said=message("prefect.given_up", why=why))


def _is_ours(row: Any, owed: ClaimedNotice) -> bool:
    """Whether a notice still awaits this very attempt, and nobody else has claimed it since."""
    if row.status not in TO_SEND or row.attempts + 1 != owed.attempt:
        return False
    return bool(row.lease_by == me() or row.lease_until <= real_seconds())


def _hold_back(onward: Onward, connection: Connection, row: Any, now: datetime) -> None:
    """Settle a notice that must not be sent, or not again. If a worker died while sending it, it
    counts as sent.
    """
    if row.status == NoticeStatus.SENDING:
        lose(onward, connection, row, now)
    else:
        without_attempt(onward, connection, row, now, WITHHELD, "cancel")
    _note_next(connection, row.case_id)


def _knew(connection: Connection, case_id: int, agency: str) -> bool:
    """Whether the agency may have heard of the case before, or has acted in it."""
    earlier = and_(_NOTICES.c.case_id == case_id, _NOTICES.c.agency == agency)
    sent = select(_ATTEMPTS.c.id).join(_NOTICES, _NOTICES.c.id == _ATTEMPTS.c.notice_id)
    has_left = _ATTEMPTS.c.outcome.in_(PERHAPS_ARRIVED)
    acted = select(_ENTRIES.c.id).where(_ENTRIES.c.case_id == case_id, _ENTRIES.c.agency == agency)
    known = select(or_(exists(sent.where(earlier, has_left)), exists(acted)))
    return bool(connection.execute(known).scalar_one())


def _failed(onward: Onward, letter: Letter, at: int, fault: ChannelFault) -> NoticeOutcome:
    row, to = letter.row, letter.recipients[at]
    channel = to.channel
    tried = row.channel_attempts + 1
    # If it may have arrived, it may also have told something.
    ground = letter.ground if fault is ChannelFault.CUT else None
    if fault in RETRIED_FAULTS and tried <= len(RETRY_MINUTES):
        wait = timedelta(minutes=RETRY_MINUTES[tried - 1])
        later = _record(onward, row, to, fault, "fail", wait, channel, tried, ground)
        raise TryLater(later, message("prefect.not_taken", channel=channel, fault=str(fault)))
    if at + 1 < len(letter.recipients):
        following = letter.recipients[at + 1].channel
        later = _record(onward, row, to, fault, "fail", timedelta(0), following, 0, ground)
        said = message(
            "prefect.next_channel", channel=channel, fault=str(fault), following=following
        )
        raise TryLater(later, said)
    # No channel is left: from now on it is listed as undeliverable.
    _record(onward, row, to, fault, "give_up", ground=ground)
    return NoticeOutcome(delivered=False, said=message("prefect.given_up", why=str(fault)))


def _record(
    onward: Onward,
    row: Any,
    to: Recipient,
    outcome: str,
    trigger: str,
    wait: timedelta = timedelta(0),
    following: str = "",
    channel_attempts: int = 0,
    ground: Disclosed | None = None,
) -> datetime:
    """Record an attempt and its result. Returns the moment at which the next attempt is due; if
    there is none, the current moment.

    Args:
        ground: the grounds, which are sealed under the case's present key: the key may have been
            replaced since the notice was sent.
    """

    def write(connection: Connection) -> datetime:
        case = _locked(connection, _code(row.reference))
        now = onward.clock.within(case.clock_at)
        [found] = all_rows(connection, _ONE, {"the_id": row.id})
        status = found.status
        # Another process may have claimed it after our lease expired.
        if found.status in IN_FLIGHT and found.attempts == row.attempts:
            more = {
                "attempts": row.attempts + 1,
                "channel": following,
                "channel_attempts": channel_attempts,
                "next_attempt_at": now + wait,
            }
            # What was called off and may have been taken counts as sent, so that the stop follows.
            is_lost = outcome == CUT and found.status == NoticeStatus.RECALLED
            status = settle(connection, found, now, "lose" if is_lost else trigger, **more)
        sealed = _sealed(onward, case, row, ground) if ground else None
        made = AttemptOutcome(at=now, outcome=outcome, status=status, to=to, ground=sealed)
        attempts.note(onward, connection, row, made)
        drop_stop(onward, connection, found, status, now)
        _note_next(connection, row.case_id)
        return now + wait

    return onward.store.change(write)


def _sealed(onward: Onward, case: Any, row: Any, ground: Disclosed) -> bytes | None:
    """The sealed grounds of an attempt; None if the case was erased meanwhile."""
    if case.wrapped_key is None:
        return None
    cipher = onward.keys.cipher(case.wrapped_key, owner_of(case.code))
    return attempts.sealed_ground(cipher, ground, row.reference, row.attempts + 1)


def retry_notice(onward: Onward, reference: str, by: Principal) -> str:
    """Queue an undeliverable notice again on the agency's first channel. Returns the agency's code.

    To be used once the agency's addresses have been corrected.

    Raises:
        Refusal: `unknown_notice`; `not_given_up`, with the notice's status.
    """

    authority.require(by, Right.OPERATE)

    def queue(connection: Connection) -> str:
        _locked(connection, _code(reference))
        row = _with_reference(connection, reference)
        if row is None:
            raise Refusal("unknown_notice", notice=reference)
        if row.status != NoticeStatus.UNDELIVERABLE:
            status = message(f"status.notice.{row.status}")
            raise Refusal("not_given_up", notice=reference, status=status)
        now = onward.clock.now()
        again = {"channel": "", "channel_attempts": 0, "next_attempt_at": now}
        without_attempt(onward, connection, row, now, RETRIED, "retry", **again)
        _note_next(connection, row.case_id)
        return str(row.agency)

    agency = onward.store.change(queue)
    if _code(reference) != OF_NO_CASE:
        onward.waker.wake(_code(reference))
    return agency
