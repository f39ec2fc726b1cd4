"""Confirms that a database was restored, so that work can continue. The confirmation is recorded,
and the log shows it for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from casework import authority, operators
from casework.authority import Right
from casework.context import Onward
from casework.principal import Principal
from casework.sealing.checkpoint import read_checkpoint
from casework.sealing.checkpoint_file import FileContent
from casework.sealing.ledger import CHECKPOINTS, LEAVES, SEAL, edge_of, grow
from casework.sealing.merkle import Edge
from casework.sealing.rollback import set_back
from casework.sealing.sources import LOST
from engine.errors import Refusal
from models.as_stored import readable_rows
from models.columns import table_of
from models.operators import OperatorEntry

_ACTS = table_of(OperatorEntry)
RESTORED = "restored"
"""The name of this act in the record of operators; `lost` in it is the number of sealed records
that no longer exist.
"""


class RestoredBecause(StrEnum):
    """Why a database was restored to an earlier state."""

    FAILURE = "failure"
    """A disk or a machine failed."""
    MISTAKE = "mistake"
    """Somebody did something to the database that could not be undone."""
    ATTACK = "attack"
    """The database was tampered with."""
    MOVE = "move"
    """The database was moved to another machine."""
    DRILL = "drill"
    """The database was restored only as a trial."""


def confirm(onward: Onward, because: RestoredBecause, by: Principal) -> int:
    """Confirm that the database was restored. From then on notices may again be sent, records
    sealed and data erased.

    Sealed records that are lost keep their places in the log, so every witness still sees a log
    that has only grown. Returns how many records were lost.

    Raises:
        Refusal: `set_back`: there is nothing to confirm, or the database is not an earlier state of
            the one recorded elsewhere, or somebody else has written to the file elsewhere.
        CheckpointFileError: the file elsewhere cannot be read.
        SealError, NoteError: the signature in the file cannot be verified, or is invalid.
    """
    authority.require(by, Right.OPERATE)
    kept = onward.checkpoints.read()
    with onward.store.write() as connection:
        row = connection.execute(select(SEAL).with_for_update()).one()
        _require_restored(onward, connection)
        before, lost = edge_of(row), kept.leaves[row.size :]
        if lost:
            _require_earlier(onward, row.origin, before, kept)
            grow(connection, row, before.append(lost))
            _take_back(onward, connection, before.size, kept)
        connection.execute(update(SEAL).values(is_restored=False))
        about = {"because": str(because), "size": str(before.size), "lost": str(len(lost))}
        operators.note(onward, connection, by, RESTORED, **about)
    return len(lost)


def _require_restored(onward: Onward, connection: Connection) -> None:
    """Refuse unless the database seems to be an earlier state, or is marked as restored."""
    refusal = set_back(onward, connection)
    if refusal is None:
        raise Refusal("set_back.not")
    if refusal.message.code not in ("refused.set_back.older", "refused.set_back.restored"):
        raise refusal


def _require_earlier(onward: Onward, origin: str, before: Edge, kept: FileContent) -> None:
    """Refuse unless we have signed the newest checkpoint in the file, and the file begins with the
    log in the database.
    """
    file = str(onward.checkpoints.path)
    if not kept.notes[-1].signed_by(onward.signing.verifiers(origin)):
        raise Refusal("set_back.unsigned", file=file)
    if Edge().append(kept.leaves[: before.size]).root != before.root:
        raise Refusal("set_back.apart", file=file)


def _take_back(onward: Onward, connection: Connection, size: int, kept: FileContent) -> None:
    """Take back from the file the leaves and checkpoints that the database has lost."""
    nothing = {"source": LOST, "subject": "", "number": 0, "tag": b""}
    leaves = [
        {"position": position, "hash": leaf, **nothing}
        for position, leaf in enumerate(kept.leaves[size:], size)
    ]
    connection.execute(insert(LEAVES), leaves)
    now = onward.clock.now()
    points = [(read_checkpoint(note.text), note) for note in kept.notes]
    made: Sequence[dict[str, object]] = [
        {"size": point.size, "root": point.root, "note": note.written, "made_at": now}
        for point, note in points
        if point.size > size
    ]
    connection.execute(insert(CHECKPOINTS), made)


def lost_by_record(connection: Connection) -> int:
    """How many records were lost, as confirmed by operators."""
    acts, _ = readable_rows(connection, select(_ACTS.c.about).where(_ACTS.c.act == RESTORED))
    return sum(int(each.about.get("lost", 0)) for each in acts)
