"""Hands out what others keep: the log's newest checkpoint, proofs that lead to that checkpoint, and
the keys to verify both.

None of it reveals anything about a case, so it may be printed, sent and left lying around.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.principal import Principal
from casework.sealing.checkpoint import Checkpoint, read_checkpoint
from casework.sealing.ledger import CHECKPOINTS, LEAVES, SEAL
from casework.sealing.merkle import consistency_proof, inclusion_proof, leaf_hash, root_of
from casework.sealing.notes import Note, read_note, to_base64
from casework.sealing.sources import ENTRY, Record, as_they_are, content_of
from engine.errors import Refusal


def newest(onward: Onward, by: Principal) -> Note:
    """The newest checkpoint, signed.

    Raises:
        Refusal: `sealed_log`, if nothing was sealed.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        return _newest(connection)[0]


def keys(onward: Onward, by: Principal) -> tuple[str, str]:
    """The key that verifies our checkpoints, and the one that verifies what we sign as a witness,
    each as one line of text. If nothing was sealed yet and there is no key, both
    are made.

    Raises:
        SealError: something was sealed, and there is no key.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        seal = connection.execute(select(SEAL.c.origin, SEAL.c.size)).one()
    log = onward.signing.of_log(seal.origin, first_time=not seal.size)
    return log.key.line, onward.signing.of_witness(seal.origin).key.line


def request(onward: Onward, since: int, by: Principal) -> str:
    """The newest checkpoint, with the proof that the log has only grown since a given size: the
    request that a witness needs.

    Source: C2SP tlog-witness, the body of `add-checkpoint`.

    Raises:
        Refusal: `sealed_log`, if the log is smaller than the given size, nothing was sealed, or a leaf
            is no longer what was sealed.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        note, point = _newest(connection)
        if since > point.size:
            raise Refusal("sealed_log.smaller", size=point.size)
        leaves = _leaves(connection, point)
    proof = "".join(f"{to_base64(each)}\n" for each in consistency_proof(leaves, since))
    return f"old {since}\n{proof}\n{note.written}"


def prove(onward: Onward, code: str, number: int, by: Principal) -> str:
    """The proof that an entry of a case is in the log. Verifying it takes no other entries.

    Source: C2SP tlog-proof. The line `extra` has the content of the leaf.

    Raises:
        Refusal: `sealed_log`, if nothing was sealed, the entry is not in the log, or it or any leaf
            is no longer what was sealed.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        note, point = _newest(connection)
        leaves = _leaves(connection, point)
        leaf = _leaf(connection, code, number)
        if leaf is None:
            raise Refusal("sealed_log.without", case=code, number=number)
        known = as_they_are(onward.proof, connection, [leaf])
        digest = known.get((ENTRY, code, number), b"")
        content = content_of(Record(ENTRY, code, number, digest), leaf.tag)
        if leaf_hash(content) != leaf.hash:
            raise Refusal("sealed_log.changed", case=code, number=number)
    siblings = "".join(f"{to_base64(each)}\n" for each in inclusion_proof(leaves, leaf.position))
    head = f"c2sp.org/tlog-proof@v1\nextra {to_base64(content)}\nindex {leaf.position}\n"
    return f"{head}{siblings}\n{note.written}"


def _newest(connection: Connection) -> tuple[Note, Checkpoint]:
    query = select(CHECKPOINTS.c.note).order_by(CHECKPOINTS.c.size.desc()).limit(1)
    written = connection.scalar(query)
    if written is None:
        raise Refusal("sealed_log.empty")
    note = read_note(written)
    return note, read_checkpoint(note.text)


def _leaf(connection: Connection, code: str, number: int) -> Any:
    of_entry = (LEAVES.c.source == ENTRY, LEAVES.c.subject == code, LEAVES.c.number == number)
    return connection.execute(select(LEAVES).where(*of_entry)).first()


def _leaves(connection: Connection, point: Checkpoint) -> Sequence[bytes]:
    """The hashes of the leaves that a checkpoint is over, in order. Raises Refusal if they do not
    lead to its root: nobody could verify a proof that is made of them.
    """
    query = select(LEAVES.c.hash).where(LEAVES.c.position < point.size).order_by(LEAVES.c.position)
    leaves = connection.scalars(query).all()
    if root_of(leaves) != point.root:
        raise Refusal("sealed_log.damaged")
    return leaves
