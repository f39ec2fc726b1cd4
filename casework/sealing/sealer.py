"""Seals what was committed: gives it places in the log, and signs the resulting log.

Turns know nothing of sealing. A process that seals takes a lease, reads what is not sealed yet, and
adds it to the log, in a transaction that fails if another process has sealed meanwhile. As a rule,
new records are sealed within `SEAL_SECONDS`; until then, nothing outside the database shows that
they exist.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.installation_clock import real_seconds
from casework.leases import free, me
from casework.principal import Principal
from casework.sealing.checkpoint import Checkpoint, read_checkpoint
from casework.sealing.checkpoint_file import as_parts
from casework.sealing.ledger import CHECKPOINTS, LEAVES, SEAL, LogHasGrown, edge_of, grow
from casework.sealing.notes import Note, read_note
from casework.sealing.rollback import require_not_set_back
from casework.sealing.sources import (
    CASES_AT_ONCE,
    CHAINS,
    ENTRY,
    Record,
    leaf_of,
    pending_cases,
    pending_in_chains,
    pending_of_cases,
)

SEAL_SECONDS = 15 * 60.0
"""How often records are sealed."""
RETRY_SECONDS = 60.0
"""The pause after a failure, and how long a lease lasts, so that others wait this long for a
process that may still be alive.
"""
MOST = 2000
"""About how many leaves one transaction adds; on SQLite, turns have to wait for the transaction."""
_TAG_BYTES = 16


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What a sealing did."""

    added: int
    """How many leaves were added."""
    checkpoint: Checkpoint | None
    """The newest checkpoint; None if nothing was ever sealed."""
    is_all: bool
    """Whether everything was sealed, with nothing left for next time."""


def seal_if_due(onward: Onward, by: Principal) -> Sealed | None:
    """Seal if sealing is due and no other process is sealing. Returns None if it did not seal.

    One call seals only about `MOST` records, since the calling process serves no deadlines
    meanwhile.

    Raises: as in `seal`.
    """
    authority.require(by, Right.DRIVE)
    return _sealed(onward, SEAL.c.next_at <= real_seconds(), rounds=1)


def seal(onward: Onward, by: Principal) -> Sealed | None:
    """Seal now. Returns None if another process is sealing, or has sealed meanwhile.

    Raises:
        Refusal: `set_back`, until it is confirmed that the database was restored.
        SecretKeyError: there is no key to sign with.
        CheckpointFileError: the file of checkpoints could not be read, so that nothing was sealed;
            or it could not be written, although records were sealed.
    """
    authority.require(by, Right.OPERATE)
    return _sealed(onward, SEAL.c.id == 1)


def _sealed(onward: Onward, when: ColumnElement[bool], rounds: int | None = None) -> Sealed | None:
    if not _taken(onward, when):
        return None
    again = RETRY_SECONDS
    try:
        with onward.store.read() as connection:
            require_not_set_back(onward, connection)
        added, is_all = _seal_all(onward, rounds)
        found = Sealed(added=added, checkpoint=write_elsewhere(onward), is_all=is_all)
        again = SEAL_SECONDS if is_all else 0.0
    except LogHasGrown:
        return None
    finally:
        _release(onward, again)
    return found


def _taken(onward: Onward, when: ColumnElement[bool]) -> bool:
    """Take the lease, if `when` holds and no other process has it. Returns whether it was taken."""
    real = real_seconds()
    with onward.store.read() as connection:
        is_due = and_(when, free(connection, SEAL, SEAL.c.id == 1, real))
        if connection.execute(select(SEAL.c.id).where(is_due)).first() is None:
            return False
    taken = {"lease_until": real + RETRY_SECONDS, "lease_by": me()}
    with onward.store.write() as connection:
        return connection.execute(update(SEAL).where(is_due).values(taken)).rowcount == 1


def _release(onward: Onward, again: float) -> None:
    """Release the lease and make the next sealing due in `again` seconds, unless the lease has
    expired and another process has taken it.
    """
    values = {"lease_until": 0.0, "lease_by": "", "next_at": real_seconds() + again}
    with onward.store.write() as connection:
        connection.execute(update(SEAL).where(SEAL.c.lease_by == me()).values(values))


def _seal_all(onward: Onward, rounds: int | None) -> tuple[int, bool]:
    """Seal what is pending, in batches. Returns how many leaves were added, and whether nothing is
    left.

    Args:
        rounds: how many batches to seal at most; if None, as many as it takes.
    """
    added, after = 0, 0
    while rounds is None or rounds > 0:
        with onward.store.read() as connection:
            row = connection.execute(select(SEAL)).one()
            records = [] if after else [*pending_in_chains(connection)]
            while len(records) < MOST and (cases := pending_cases(connection, after)):
                records += pending_of_cases(connection, cases)
                after = cases[-1].id
            tags = _tags_of(connection, {each.subject for each in records})
        if not records:
            return added, True
        _append(onward, row, [(each, tags[each.subject]) for each in records])
        added += len(records)
        rounds = None if rounds is None else rounds - 1
    return added, added < MOST


def _tags_of(connection: Connection, subjects: Iterable[str]) -> dict[str, bytes]:
    """The tags that stand for these subjects in leaves, with a new random tag for each subject that
    has none.
    """
    wanted = sorted(subjects)
    query = select(LEAVES.c.subject, LEAVES.c.tag).where(
        LEAVES.c.source.in_((ENTRY, *CHAINS)), LEAVES.c.number == 1
    )
    known = {
        row.subject: row.tag
        for at in range(0, len(wanted), CASES_AT_ONCE)
        for row in connection.execute(
            query.where(LEAVES.c.subject.in_(wanted[at : at + CASES_AT_ONCE]))
        )
    }
    return {each: known.get(each) or os.urandom(_TAG_BYTES) for each in wanted}


def _append(onward: Onward, row: Any, records: Sequence[tuple[Record, bytes]]) -> None:
    """Add leaves and a checkpoint to the log, provided that the log is as it was read.

    Raises:
        LogHasGrown: the log has grown since it was read, so nothing is added.
    """
    leaves = [leaf_of(record, tag) for record, tag in records]
    edge = edge_of(row).append(leaves)
    point = Checkpoint(row.origin, edge.size, edge.root)
    now = onward.clock.now()
    signer = onward.signing.of_log(row.origin, first_time=not row.size)
    note = Note(point.text, (signer.sign(point.text),))
    made = {"size": edge.size, "root": edge.root, "note": note.written, "made_at": now}
    rows = [
        {
            "position": position,
            "source": record.source,
            "subject": record.subject,
            "number": record.number,
            "tag": tag,
            "hash": leaf,
        }
        for position, ((record, tag), leaf) in enumerate(
            zip(records, leaves, strict=True), row.size
        )
    ]
    with onward.store.write() as connection:
        grow(connection, row, edge)
        connection.execute(insert(LEAVES), rows)
        connection.execute(insert(CHECKPOINTS).values(made))


def write_elsewhere(onward: Onward) -> Checkpoint | None:
    """Add to the file of checkpoints the parts that it lacks. Returns the newest checkpoint; None
    if nothing was ever sealed.

    Raises:
        CheckpointFileError: the file cannot be read or written.
    """
    kept = onward.checkpoints.newest()
    old = kept.size if kept else 0
    with onward.store.read() as connection:
        newer = select(CHECKPOINTS.c.note).where(CHECKPOINTS.c.size > old)
        notes = [read_note(each) for each in connection.scalars(newer.order_by(CHECKPOINTS.c.size))]
        last = read_checkpoint(notes[-1].text).size if notes else old
        lacking = select(LEAVES.c.hash).where(LEAVES.c.position >= old, LEAVES.c.position < last)
        leaves = connection.scalars(lacking.order_by(LEAVES.c.position)).all()
    if not notes:
        return kept
    onward.checkpoints.append(as_parts(old, notes, leaves))
    return read_checkpoint(notes[-1].text)
