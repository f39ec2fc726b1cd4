"""Verifies the sealed log: that it has only grown since a checkpoint, and that each record is what
was sealed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, exists, select

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.principal import Principal
from casework.sealing.checkpoint import Checkpoint, read_checkpoint, read_line
from casework.sealing.checkpoint_file import FileContent, read_parts
from casework.sealing.confirming import lost_by_record
from casework.sealing.ledger import CHECKPOINTS, LEAVES, SEAL, edge_of
from casework.sealing.merkle import Edge
from casework.sealing.notes import Note, NoteError, SignedKind, VerifierKey, read_note
from casework.sealing.sources import (
    ANSWERS,
    LOST,
    Record,
    answers_before,
    as_they_are,
    is_being_renamed,
    leaf_of,
    named,
    put_in_later,
)
from engine.message import Message, message
from models.as_stored import readable_rows
from models.proof import Proof

_AT_ONCE = 400
_NAMED = 20
"""The most leaves named as gone, and the most records named as changed since a checkpoint; any
others that changed are only counted.
"""


class HeldCheckpoint(msgspec.Struct, frozen=True):
    """A checkpoint of the log that somebody holds outside the database."""

    checkpoint: Checkpoint
    note: Note | None = None
    """The signed note. None if nobody has signed the checkpoint, which is then only as trustworthy
    as whoever wrote it down.
    """
    leaves: tuple[bytes, ...] = ()
    """The hashes of all leaves, if the file of checkpoints is held; otherwise empty."""
    where: Message = message("sealed.where.checkpoint")


class SealedLog(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `verify_log`. A log without faults has only grown, and its records are those
    that were sealed.
    """

    size: int
    sealed_at: datetime | None
    lost: int
    """How many leaves of the log stand for records that were lost in restores."""
    faults: tuple[Message, ...]


def read_held(written: str) -> HeldCheckpoint:
    """Read a held checkpoint from a file of checkpoints, a signed note, or a line. Raises
    `NoteError`.
    """
    if written.startswith("leaves "):
        kept, _ = read_parts(written)
        if kept.newest is None:
            return HeldCheckpoint(read_line(""))
        return HeldCheckpoint(kept.newest, kept.notes[-1], kept.leaves)
    if "\n" not in written.strip():
        return HeldCheckpoint(read_line(written))
    note = read_note(written.rstrip("\n") + "\n")
    return HeldCheckpoint(read_checkpoint(note.text), note)


def verify_log(
    onward: Onward,
    by: Principal,
    held: HeldCheckpoint | None = None,
    keys: Sequence[VerifierKey] = (),
) -> SealedLog:
    """Verify the sealed log against the installation's own records and file of checkpoints and, if
    given, against a checkpoint that somebody else holds.

    Args:
        held: the checkpoint that somebody else holds.
        keys: keys that must have signed the held checkpoint, if it is a signed note: those of
            witnesses, or an earlier one of ours.

    Raises:
        CheckpointFileError: the file of checkpoints cannot be read.
        SealError: there is no key to verify a signature with.
    """
    authority.require(by, Right.OPERATE)
    signed = [*_signed(onward, held, keys)] if held else []
    kept = onward.checkpoints.read()
    file = message("sealed.where.file")
    elsewhere = HeldCheckpoint(*_newest(kept), kept.leaves, file) if kept.newest else None
    with onward.store.read() as connection:
        row = connection.execute(select(SEAL)).one()
        hashes = _hashes(connection, row.size)
        grown = [*_grown(connection, row, hashes, [each for each in (elsewhere, held) if each])]
        records, lost = _records(onward.proof, connection, row.size)
        later = [message("sealed.put_in_later", record=each) for each in put_in_later(connection)]
        newest = CHECKPOINTS.c.made_at.label("made_at")
        sealed_at = connection.scalar(select(newest).order_by(CHECKPOINTS.c.size.desc()).limit(1))
        if lost != (known := lost_by_record(connection)):
            later.append(message("sealed.lost_otherwise", n=lost, known=known))
    return SealedLog(
        size=row.size,
        sealed_at=sealed_at,
        lost=lost,
        faults=tuple(dict.fromkeys([*signed, *grown, *records, *later])),
    )


def _newest(kept: FileContent) -> tuple[Checkpoint, Note]:
    note = kept.notes[-1]
    return read_checkpoint(note.text), note


def _signed(onward: Onward, held: HeldCheckpoint, keys: Sequence[VerifierKey]) -> Iterator[Message]:
    """A fault for each signature missing from a held checkpoint: our own, and those of `keys`. If
    one of these signatures is invalid, the only fault is that. A checkpoint that is not a signed
    note has no fault.
    """
    if held.note is None:
        return
    ours = onward.signing.verifiers(held.checkpoint.origin)
    try:
        found = held.note.signed_by([*ours, *keys])
    except NoteError:
        yield message("sealed.signature_wrong", where=held.where)
        return
    if not any(each.kind is SignedKind.LOG for each in found):
        yield message("sealed.not_by_us", where=held.where)
    for each in keys:
        if each not in found:
            yield message("sealed.not_by", where=held.where, key=each.name)


def _hashes(connection: Connection, size: int) -> list[bytes | None]:
    """The hashes of all leaves; None for one that is gone or cannot be read."""
    found: list[bytes | None] = [None] * size
    query = select(LEAVES.c.position, LEAVES.c.hash).where(LEAVES.c.position < size)
    for row in readable_rows(connection, query)[0]:
        found[row.position] = row.hash
    return found


def _grown(
    connection: Connection, row: Any, hashes: Sequence[bytes | None], held: Sequence[HeldCheckpoint]
) -> Iterator[Message]:
    """Each sign that the log has done more than grow since the held checkpoints."""
    gone = [at for at, each in enumerate(hashes) if each is None]
    yield from (message("sealed.leaf_gone", number=at) for at in gone[:_NAMED])
    for each in held:
        yield from _grown_since(connection, row, hashes, each)
    if not gone and Edge().append(each for each in hashes if each is not None) != edge_of(row):
        yield message("sealed.ends_otherwise")


def _grown_since(
    connection: Connection, row: Any, hashes: Sequence[bytes | None], held: HeldCheckpoint
) -> Iterator[Message]:
    point, where = held.checkpoint, held.where
    if point.origin != row.origin:
        yield message("sealed.other_log", where=where, origin=point.origin)
        return
    if point.size > row.size:
        yield message("sealed.set_back", where=where, n=point.size - row.size)
    changed = [at for at, (a, b) in enumerate(zip(hashes, held.leaves, strict=False)) if a != b]
    for name in _names(connection, changed[:_NAMED]):
        yield message("sealed.changed_since", record=name, where=where)
    if len(changed) > _NAMED:
        yield message("sealed.more_changed", n=len(changed) - _NAMED)
    known = [each for each in hashes[: point.size] if each is not None]
    if point.size <= row.size and not changed and Edge().append(known).root != point.root:
        yield message("sealed.first_otherwise", n=point.size, where=where)


def _names(connection: Connection, positions: Sequence[int]) -> list[str]:
    """The names of the records now at some places in the log."""
    query = select(LEAVES).where(LEAVES.c.position.in_(positions)).order_by(LEAVES.c.position)
    return [named(each) for each in readable_rows(connection, query)[0]]


def _records(proof: Proof, connection: Connection, size: int) -> tuple[list[Message], int]:
    """A fault for each sealed record that is gone or has changed; how many are recorded as lost."""
    faults, lost = list[Message](), 0
    for first in range(0, size, _AT_ONCE):
        some = LEAVES.c.position.between(first, min(first + _AT_ONCE, size) - 1)
        leaves, _ = readable_rows(
            connection, select(LEAVES).where(some).order_by(LEAVES.c.position)
        )
        now = as_they_are(proof, connection, leaves)
        before = answers_before(proof, connection, leaves)
        for leaf in leaves:
            if leaf.source == LOST:
                lost += 1
                continue
            digest = now.get((leaf.source, leaf.subject, leaf.number))
            if digest is None:
                faults.append(message("sealed.record_gone", record=named(leaf)))
            elif not (_is_sealed(leaf, digest, before) or _is_renewed(connection, leaf)):
                faults.append(message("sealed.record_changed", record=named(leaf)))
    return faults, lost


def _is_sealed(leaf: Any, digest: bytes | None, before: Mapping[bytes, bytes]) -> bool:
    """Whether a record with this digest was sealed, either as it is or as it was before data keys
    were replaced. False if somebody has put back a text from before such a replacement.
    """
    if digest in {*before.values()}:
        return False  # the text from before its key was replaced was put back
    while digest is not None:
        if leaf_of(_record(leaf, digest), leaf.tag) == leaf.hash:
            return True
        digest = before.get(digest)
    return False


def _record(leaf: Any, digest: bytes) -> Record:
    return Record(leaf.source, leaf.subject, leaf.number, digest)


def _is_renewed(connection: Connection, leaf: Any) -> bool:
    """Whether the answers behind a leaf were sealed again, or will be, because a new version
    renames them.
    """
    if leaf.source != ANSWERS:
        return False
    same = [LEAVES.c[name] == getattr(leaf, name) for name in ("source", "subject", "number")]
    later = exists().where(*same, LEAVES.c.position > leaf.position)
    return bool(connection.scalar(select(later))) or is_being_renamed(connection, leaf.subject)
