"""Detects a database that is older than what was recorded elsewhere: restored, or rolled back.

Nothing in the database tells which of the two happened. Until an operator decides, nothing is sent,
sealed or erased: a notice may have been sent already, there would be two valid logs with one name,
and a legal hold may be lost.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from casework.context import Onward
from casework.sealing.checkpoint_file import CheckpointFileError
from casework.sealing.ledger import CHECKPOINTS, SEAL
from engine.errors import Refusal


def set_back(onward: Onward, connection: Connection) -> Refusal | None:
    """A refusal if the database is older than the file of checkpoints, does not match the file, or
    is marked as restored; otherwise None.

    Raises:
        CheckpointFileError: the file of checkpoints cannot be read.
    """
    columns = (SEAL.c.origin, SEAL.c.size, SEAL.c.is_restored)
    seal = connection.execute(select(*columns)).one()
    kept, file = onward.checkpoints.newest(), str(onward.checkpoints.path)
    if kept is not None and seal.origin != kept.origin:
        return Refusal("set_back.other", file=file, origin=kept.origin)
    if kept is not None and seal.size < kept.size:
        return Refusal("set_back.older", file=file, number=kept.size - seal.size)
    if kept is not None:
        root = connection.scalar(select(CHECKPOINTS.c.root).where(CHECKPOINTS.c.size == kept.size))
        if root != kept.root:
            return Refusal("set_back.apart", file=file)
    return Refusal("set_back.restored") if seal.is_restored else None


def mark_restored(connection: Connection) -> None:
    """Mark a database as awaiting confirmation, before anything else is done in it."""
    connection.execute(update(SEAL).values(is_restored=True))


def require_not_set_back(onward: Onward, connection: Connection) -> None:
    """Raises the refusal that the function `set_back` returns, if any."""
    if refusal := set_back(onward, connection):
        raise refusal


def may_send(onward: Onward, connection: Connection) -> bool:
    """Whether notices may be sent. They may if the file of checkpoints cannot be read: a broken USB
    stick must not silence a deadline.
    """
    return _set_back_as_far_as_known(onward, connection) is None


def require_nothing_lost(onward: Onward, connection: Connection) -> None:
    """Raises Refusal `set_back` while legal holds may have been lost, so that nothing is erased
    that a lost hold protects. Does not raise it if the file of checkpoints cannot be read.
    """
    if refusal := _set_back_as_far_as_known(onward, connection):
        raise refusal


def _set_back_as_far_as_known(onward: Onward, connection: Connection) -> Refusal | None:
    try:
        return set_back(onward, connection)
    except CheckpointFileError:
        return None
