"""The chain of a case's attempts to send its notices: what became of each attempt, and to which
address it went. A notice that concerns no case has a chain of its own.

An attempt is made outside any turn, so no log entry holds it. Instead, the next entry proves how
far the chain had come.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from casework import chain
from casework.case_rows import CASES
from casework.context import Onward
from casework.proved_tables import TABLES
from engine.grounds import Disclosed
from models.columns import table_of
from models.keys import Cipher
from models.notices import NoticeAttempt, OwedNotice
from models.prepared import first_row, send
from models.proof import Proof, encoded
from notifiers.base import Recipient

_NOTICES, _ATTEMPTS = table_of(OwedNotice), table_of(NoticeAttempt)
_PLACE = "notice_attempts"
_INSERT = insert(_ATTEMPTS).inline()
_END = (
    update(CASES)
    .where(CASES.c.id == bindparam("the_id"))
    .values(attempts_hash=bindparam("attempts_hash"))
)
_LAST = (
    select(_ATTEMPTS.c.serial, _ATTEMPTS.c.hash)
    .join(_NOTICES, _NOTICES.c.id == _ATTEMPTS.c.notice_id)
    .order_by(_ATTEMPTS.c.serial.desc())
    .limit(1)
)
_LAST_OF_CASE = _LAST.where(_NOTICES.c.case_id == bindparam("the_id"))
_LAST_OF_NOTICE = _LAST.where(_NOTICES.c.id == bindparam("the_id"))


class AttemptOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a notice in one attempt."""

    at: datetime
    outcome: str
    status: str
    """The status of the notice after the attempt."""
    to: Recipient | None = None
    """The address that was tried, if any."""
    channel: str = ""
    """The channel, if the address is not known."""
    ground: bytes | None = None
    """The sealed grounds on which the notice was sent. None if it was not sent, or if its grounds
    are not known or cannot be kept.
    """
    counts: bool = True
    """Whether this counts as an attempt, and so gets a new number; otherwise it is recorded under
    the number of the attempt before it.
    """


def note(onward: Onward, connection: Connection, row: Any, made: AttemptOutcome) -> None:
    """Record an attempt, in a transaction that has locked the case.

    Args:
        row: the notice's row as it was before the attempt.
    """
    last = _last(connection, row)
    values: dict[str, Any] = {
        "notice_id": row.id,
        "number": row.attempts + made.counts,
        "channel": made.to.channel if made.to else made.channel,
        "at": made.at,
        "outcome": str(made.outcome),
        "serial": last.serial + 1 if last else 1,
        "status": str(made.status),
        "address": digest_of(onward.proof, made.to) if made.to else None,
        "ground": made.ground,
        "previous_hash": last.hash if last else chain.START,
    }
    values["hash"] = proof_of(onward.proof, row.number, values)
    send(connection, _INSERT, values)
    if row.case_id is not None:
        send(connection, _END, {"the_id": row.case_id, "attempts_hash": values["hash"]})


def _last(connection: Connection, notice: Any) -> Any:
    """The last attempt of the case or, for a notice that concerns no case, of that notice."""
    if notice.case_id is None:
        return first_row(connection, _LAST_OF_NOTICE, {"the_id": notice.id})
    return first_row(connection, _LAST_OF_CASE, {"the_id": notice.case_id})


def place_of_ground(reference: str, number: int) -> bytes:
    """The place to which an attempt's sealed grounds are bound."""
    return f"ground:{reference}:{number}".encode()


def sealed_ground(cipher: Cipher, told: Disclosed, reference: str, number: int) -> bytes:
    """The grounds on which a notice is sent in an attempt, sealed under the case's key."""
    return cipher.seal(msgspec.json.encode(told), place_of_ground(reference, number))


def ground_of(cipher: Cipher, attempt: Any) -> Disclosed | None:
    """The grounds on which a notice was sent; None if they were not kept.

    Args:
        attempt: the attempt's row, with the notice's reference.

    Raises:
        Unreadable: the sealed grounds were changed or moved.
    """
    if attempt.ground is None:
        return None
    place = place_of_ground(attempt.reference, attempt.number)
    return msgspec.json.decode(cipher.open(attempt.ground, place), type=Disclosed)


def digest_of(proof: Proof, to: Recipient) -> bytes:
    """The keyed digest of an address: it reveals nothing, but can prove which address it was."""
    return proof.of("address", to.address.get_secret_value().encode())


def proof_of(proof: Proof, notice: int, row: Mapping[str, Any]) -> bytes:
    """The proof of an attempt with the columns of this row.

    Args:
        notice: the number of its notice in the case.
    """
    return proof.of(_PLACE, row["previous_hash"] + _said(notice, row))


def is_proved(proof: Proof, notice: int, row: Any) -> bool:
    """Whether a stored attempt is still what was written."""
    return proof.holds(row.hash, _PLACE, row.previous_hash + _said(notice, vars(row)))


def _said(notice: int, row: Mapping[str, Any]) -> bytes:
    columns = {name: row[name] for name in TABLES[_PLACE].columns}
    if columns["ground"] is None:  # as if never kept, so older attempts stay proved
        del columns["ground"]
    return encoded({**columns, "notice": notice})
