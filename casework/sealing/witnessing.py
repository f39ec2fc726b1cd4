"""Acts as a witness for other logs: keeps the last checkpoint of each, and signs the next one if
leaves were added to the log and nothing else was changed.

Source: C2SP tlog-witness, by files instead of HTTP: agencies are not always online, and a file can
travel on a USB stick as well as by mail.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, insert, select, update

from casework import authority, operators
from casework.authority import Right
from casework.context import Onward
from casework.principal import Principal
from casework.sealing.checkpoint import Checkpoint, read_checkpoint
from casework.sealing.ledger import SEAL
from casework.sealing.merkle import EMPTY_ROOT, is_consistent
from casework.sealing.notes import Note, NoteError, VerifierKey, from_base64, read_key, read_note
from engine.errors import Refusal
from engine.message import message
from models.columns import table_of
from models.seals import Witnessed

_WITNESSED = table_of(Witnessed)
_REQUEST = re.compile(r"old (0|[1-9][0-9]{0,17})\n((?:[^\n]+\n){0,63})\n(.+)\Z", re.DOTALL)


def cosign(onward: Onward, request: str, by: Principal, key: VerifierKey | None = None) -> Note:
    """Verify another log's newest checkpoint against the last one seen, then store and sign it.

    Args:
        request: the request of the other log, as `handing_out.request` writes it.
        key: the key that verifies the log; needed the first time, then stored.

    Returns:
        The checkpoint with our signature, which says when we saw it.

    Raises:
        NoteError: this is not a request, or the log's signature in it is invalid.
        Refusal: `witness`: the log's key is unknown, has not signed, or differs from the stored
            one; the proof does not start at the last checkpoint seen; or the log has done more than
            grow since then.
    """
    authority.require(by, Right.OPERATE)
    old, proof, note = _read(request)
    point = read_checkpoint(note.text)
    with onward.store.write() as connection:
        query = select(_WITNESSED).where(_WITNESSED.c.origin == point.origin).with_for_update()
        before = connection.execute(query).first()
        known = _require_signed(note, point, before, key)
        size, root = (before.size, before.root) if before else (0, EMPTY_ROOT)
        if old != size:
            raise Refusal("witness.seen_other", origin=point.origin, size=size)
        if not is_consistent(old, root, point.size, point.root, proof):
            raise Refusal("witness.not_grown", origin=point.origin, size=size, newer=point.size)
        ours: str = connection.execute(select(SEAL.c.origin)).scalar_one()
        now = onward.clock.now()
        signature = onward.signing.of_witness(ours).sign_as_seen(note.text, int(now.timestamp()))
        cosigned = Note(note.text, (*note.signatures, signature))
        seen = {"size": point.size, "root": point.root, "note": cosigned.written, "seen_at": now}
        _keep(connection, before, {"origin": point.origin, "log_key": known.line, **seen})
        about = {"origin": point.origin, "size": str(point.size)}
        operators.note(onward, connection, by, "witness", **about)
    return cosigned


def _read(request: str) -> tuple[int, list[bytes], Note]:
    found = _REQUEST.match(request)
    if found is None:
        raise NoteError(message("checkpoint.no_request"))
    return int(found[1]), [from_base64(each) for each in found[2].split()], read_note(found[3])


def _require_signed(
    note: Note, point: Checkpoint, before: Any, key: VerifierKey | None
) -> VerifierKey:
    """The key of the log: the stored key or, the first time, `key`. Refuses if it has not signed
    the note, or if `key` differs from the stored key.
    """
    known = read_key(before.log_key) if before else key
    if known is None or (key and key != known):
        raise Refusal(
            "witness.no_key" if known is None else "witness.other_key", origin=point.origin
        )
    if not note.signed_by([known]):
        raise Refusal("witness.unsigned", origin=point.origin)
    return known


def _keep(connection: Connection, before: Any, values: dict[str, object]) -> None:
    if before is None:
        connection.execute(insert(_WITNESSED).values(version=1, **values))
    else:
        row = update(_WITNESSED).where(_WITNESSED.c.id == before.id)
        connection.execute(row.values(version=before.version + 1, **values))
