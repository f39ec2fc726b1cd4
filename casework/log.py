"""The log of a case: sealed entries in a hash chain.

The hash covers the stored bytes, so the chain can be verified even after the key is destroyed.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select

from models.columns import table_of
from models.keys import Cipher

if TYPE_CHECKING:
    from engine.commands import Command
    from engine.turn_records import TurnRecord


def owner_of(code: str) -> bytes:
    """Identifies a case to the keyring."""
    return f"case:{code}".encode()


def place_of_state(code: str) -> bytes:
    return f"state:{code}".encode()


def _place_of_entry(code: str, number: int) -> bytes:
    return f"entry:{code}:{number}".encode()


def word_of(command: Command) -> str:
    """The kind of an entry: `complete`, `settle`."""
    return str(command.act.__struct_config__.tag)


def sealed_entry(
    cipher: Cipher, code: str, number: int, entry: TurnRecord, previous: bytes
) -> dict[str, object]:
    """The columns of an entry, except the case's id."""
    from engine.turn_records import ENTRIES  # brings all acts and facts; lists take none

    command = entry.command
    sealed = cipher.seal(ENTRIES.encode(entry), _place_of_entry(code, number))
    columns: dict[str, object] = {
        "number": number,
        "recorded_at": command.recorded_at,
        "occurred_at": command.occurred_at,
        "agency": command.agency,
        "kind": word_of(command),
        "sealed": sealed,
        "previous_hash": previous,
    }
    columns["hash"] = _hash(
        previous,
        code,
        number,
        command.recorded_at,
        command.occurred_at,
        command.agency,
        word_of(command),
        sealed,
    )
    return columns


def opened_entry(cipher: Cipher, code: str, row: Row[tuple[object, ...]]) -> TurnRecord:
    """Open an entry. Raises `Unreadable` if it was changed or moved."""
    from engine.turn_records import ENTRIES

    return ENTRIES.decode(cipher.open(row.sealed, _place_of_entry(code, row.number)))


def entries_of(
    connection: Connection, case_id: int, code: str, cipher: Cipher, after: int = 0
) -> list[tuple[Row[Any], TurnRecord]]:
    """The entries of a case in order, as stored and opened.

    Args:
        after: only those with a higher number.

    Raises:
        Unreadable: one was changed or moved.
    """
    from models.turns import LogEntry  # lists read no log

    table = table_of(LogEntry)
    query = select(table).where(table.c.case_id == case_id, table.c.number > after)
    rows = connection.execute(query.order_by(table.c.number)).all()
    return [(row, opened_entry(cipher, code, row)) for row in rows]


def hash_of(code: str, row: Row[tuple[object, ...]]) -> bytes:
    """The hash that a stored entry must have."""
    return _hash(
        row.previous_hash,
        code,
        row.number,
        row.recorded_at,
        row.occurred_at,
        row.agency,
        row.kind,
        row.sealed,
    )


def _hash(
    previous: bytes,
    code: str,
    number: int,
    recorded: datetime,
    occurred: datetime,
    agency: str,
    kind: str,
    sealed: bytes,
) -> bytes:
    """Only the last part can contain a NUL, so no two entries give the same text."""
    words = (code, str(number), _utc(recorded), _utc(occurred), agency, kind, "")
    return hashlib.sha256(previous + "\0".join(words).encode() + sealed).digest()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
