"""What `verify` finds in the notices of a case: the chain of attempts, and whether each notice
agrees with it and the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from casework import chain, resealed
from casework.proved_tables import TABLES
from casework.verified_log import Proofs
from engine import facts as f
from engine.message import Message, message
from engine.statuses import NOTICE_SETTLED, NOTICE_UNDER_WAY, TO_SEND, NoticeStatus
from models.as_stored import Stored, stored_rows, stored_rows_where
from models.columns import table_of
from models.notices import RETRIED, NoticeAttempt, OwedNotice
from models.proof import Proof

_NOTICES, _ATTEMPTS = table_of(OwedNotice), table_of(NoticeAttempt)

Log = tuple[tuple[f.Fact, ...], ...]


def notice_faults(
    proof: Proof, connection: Connection, found: Stored, proofs: Proofs, facts: Log | None
) -> Iterator[Message]:
    """The faults in the notices of a case, except for those that `entry_faults` finds.

    Args:
        facts: the facts of the log, entry by entry; None if it cannot be read.
    """
    case = found.row
    notices, tried, faults = attempts_of(proof, connection, found, proofs)
    yield from faults
    if faults or not proofs.whole:
        return  # there is no telling what became of the notices
    became: dict[int, list[Any]] = {}
    for each in tried:
        became.setdefault(each.row.notice_id, []).append(each.row)
    called_off = _called_off(proofs, facts)
    for each in notices:
        if not each.damaged and not _stands(each.row, became.get(each.row.id, []), called_off):
            row = f"{TABLES['notices'].word} {each.row.number}"
            yield message("proof.not_attempts", table="notices", row=row)
    if not found.damaged:
        yield from _look(case, [each.row for each in notices if not each.damaged])


def attempts_of(
    proof: Proof, connection: Connection, found: Stored, proofs: Proofs
) -> tuple[list[Stored], list[Stored], list[Message]]:
    """The notices of a case, the attempts to send them, and the faults in the chain of attempts."""
    case = found.row.id
    notices = stored_rows(connection, _NOTICES, _NOTICES.c.number, case_id=case)
    of_case = select(_NOTICES.c.id).where(_NOTICES.c.case_id == case).scalar_subquery()
    is_of_case = _ATTEMPTS.c.notice_id.in_(of_case)
    tried = stored_rows_where(connection, _ATTEMPTS, _ATTEMPTS.c.serial, is_of_case)
    numbers = {each.row.id: each.row.number for each in notices}
    return notices, tried, [*_chain(proof, found, tried, numbers, proofs)]


def _chain(
    proof: Proof,
    found: Stored,
    tried: Sequence[Stored],
    numbers: Mapping[int, int],
    proofs: Proofs,
) -> Iterator[Message]:
    """The faults in the chain of attempts: in its links, at its end, or because attempts to which
    log entries refer are missing.
    """

    since = resealed.attempts_since(found.row.code, proofs.resealings)

    def is_right(row: Any) -> bool:
        return resealed.is_attempt_proved(proof, numbers[row.notice_id], since, row)

    table, word = "notice_attempts", TABLES["notice_attempts"].word
    faults = [*chain.faults(table, word, tried, is_right, number="serial")]
    yield from faults
    if faults or "attempts_hash" in found.damaged:
        return
    hashes = [each.row.hash for each in tried]
    known = {said.attempts for _, said in proofs.manifests if said.attempts}
    is_end = found.row.attempts_hash == (hashes[-1] if hashes else None)
    if not is_end or not known <= {*hashes}:
        yield message("proof.attempts_end", table=table, last=len(tried))


class _CalledOff:
    """Which notices were called off, according to the log."""

    def __init__(self, log: Iterable[tuple[datetime, tuple[f.Fact, ...]]] | None) -> None:
        self.is_known = log is not None
        entries = [*(log or ())]
        self._cancels = [
            (at, fact)
            for at, facts in entries
            for fact in facts
            if isinstance(fact, f.NoticesCancelled)
        ]
        self.moments = {at for at, _ in self._cancels}
        self.on_their_way = {
            fact.number
            for _, facts in entries
            for fact in facts
            if isinstance(fact, f.NoticeOnItsWay)
        }
        moves = (f.CaseMigrated, f.CaseReverted)
        moved = [at for at, facts in entries if any(isinstance(each, moves) for each in facts)]
        self._names_since = max(moved, default=None)

    def must_be(self, row: Any, since: datetime) -> bool:
        """Whether a notice that was waiting at `since` was called off later. Entries before the
        case's last change of version are ignored, since they may use other names.
        """
        owed = f.NoticeOwed(
            number=row.number, agency=row.agency, kind=row.kind, about=row.about, label=row.label
        )
        return any(
            fact.cancels(owed)
            for at, fact in self._cancels
            if at > since and (self._names_since is None or at > self._names_since)
        )


def _called_off(proofs: Proofs, facts: Log | None) -> _CalledOff:
    if facts is None:
        return _CalledOff(None)
    return _CalledOff(zip((at for at, _ in proofs.manifests), facts, strict=True))


def _stands(row: Any, became: Sequence[Any], called_off: _CalledOff) -> bool:
    """Whether a notice agrees with its attempts and the log."""
    if row.attempts != max((each.number for each in became), default=0):
        return False
    left, since, why = row.status, row.owed_at, ""
    if became:
        left, since, why = became[-1].status, became[-1].at, became[-1].outcome
    if became and left in NOTICE_SETTLED:
        return (row.status, row.settled_at) == (left, since)
    if row.status == NoticeStatus.UNDELIVERABLE:
        return bool(became) and left == row.status and row.settled_at is None
    if row.status in TO_SEND:
        is_waiting = left != NoticeStatus.UNDELIVERABLE and row.settled_at is None
        return is_waiting and (why == RETRIED or not called_off.must_be(row, since))
    if not called_off.is_known:
        return row.status in (NoticeStatus.CANCELLED, NoticeStatus.RECALLED)
    if row.status == NoticeStatus.RECALLED:
        return row.number in called_off.on_their_way
    return row.status == NoticeStatus.CANCELLED and row.settled_at in called_off.moments


def _look(case: Any, notices: Iterable[Any]) -> Iterator[Message]:
    """A fault if notices are under way, but the case's row has no time for the next attempt, or a
    time that is too late.
    """
    due = [each.next_attempt_at for each in notices if each.status in NOTICE_UNDER_WAY]
    if due and (case.notice_at is None or case.notice_at > min(due)):
        yield message("proof.not_state", table="cases", row="the case's row", columns="notice_at")
