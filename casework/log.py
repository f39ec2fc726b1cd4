"""The log of a case: sealed entries in a chain, proved under a key that is kept apart from the
data.

The proof covers the stored bytes, so the chain can be verified even after the case's key is
destroyed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, select

from models.as_stored import columns_of
from models.columns import table_of
from models.keys import Cipher
from models.prepared import all_rows
from models.proof import Proof, moment_as_said

if TYPE_CHECKING:
    from engine.commands import Command
    from engine.turn_records import TurnRecord


_PLACE = "log_entries"


def owner_of(code: str) -> bytes:
    """Identifies a case to the keyring."""
    return f"case:{code}".encode()


def place_of_state(code: str) -> bytes:
    return f"state:{code}".encode()


def _place_of_entry(code: str, number: int) -> bytes:
    return f"entry:{code}:{number}".encode()


def word_of(command: Command) -> str:
    """The kind of a command's entry, such as `complete` or `settle`."""
    return str(command.act.__struct_config__.tag)


def sealed_entry(
    proof: Proof,
    cipher: Cipher,
    code: str,
    number: int,
    entry: TurnRecord,
    previous: bytes,
    wrote: bytes,
) -> dict[str, Any]:
    """The columns of an entry, except the case's id.

    Args:
        wrote: the manifest of whatever else its turn writes.
    """
    from engine.turn_records import ENTRIES  # loads all acts and facts, which lists do not need

    command = entry.command
    sealed = cipher.seal(ENTRIES.encode(entry), _place_of_entry(code, number))
    columns: dict[str, Any] = {
        "number": number,
        "recorded_at": command.recorded_at,
        "occurred_at": command.occurred_at,
        "agency": command.agency,
        "kind": word_of(command),
        "sealed": sealed,
        "wrote": wrote,
        "previous_hash": previous,
    }
    columns["hash"] = proof_of(proof, code, columns)
    return columns


def opened_entry(cipher: Cipher, code: str, row: Any) -> TurnRecord:
    """Open an entry. Raises `Unreadable` if it was changed or moved, and `RecordError` if a newer
    Onward wrote it or its content is damaged.
    """
    from engine.turn_records import ENTRIES

    return ENTRIES.decode(cipher.open(row.sealed, _place_of_entry(code, row.number)))


def entries_of(
    connection: Connection,
    case_id: int,
    code: str,
    cipher: Cipher,
    after: int = 0,
    agency: str | None = None,
    kind: str | None = None,
) -> list[tuple[Any, TurnRecord]]:
    """The entries of a case in order, as stored and opened.

    Args:
        after: only those with a higher number.
        agency: only those of one agency.
        kind: only those of one kind of act, by its word.

    Raises:
        Unreadable: one was changed or moved.
        RecordError: a newer Onward wrote one, or its content is damaged.
    """
    asked = {"case_id": case_id, "after": after, "agency": agency, "kind": kind}
    given = {name: value for name, value in asked.items() if value is not None}
    rows = all_rows(connection, _entries(tuple(given)), given)
    return [(row, opened_entry(cipher, code, row)) for row in rows]


@cache
def _entries(given: tuple[str, ...]) -> Select[Any]:
    from models.turns import LogEntry  # not loaded for lists

    table = table_of(LogEntry)
    same = (table.c[name] == bindparam(name) for name in given if name != "after")
    return select(table).where(table.c.number > bindparam("after"), *same).order_by(table.c.number)


def receipt(entry_hash: bytes) -> str:
    """A short code by which an entry can be found again, such as `958c7616`. Anybody may note it
    down: unlike the entry's number, it reveals nothing.
    """
    return entry_hash.hex()[:8]


def is_proved(proof: Proof, code: str, row: Any) -> bool:
    """Whether its proof shows that a stored entry is unchanged."""
    previous: bytes = row.previous_hash
    has_proof = row.wrote is not None  # missing until the installation is opened with a key
    return has_proof and proof.holds(row.hash, _PLACE, previous + _said(code, columns_of(row)))


def resealed(cipher: Cipher, under: Cipher, code: str, row: Any) -> bytes:
    """An entry's text sealed under another key of the case. Raises `Unreadable`."""
    return cipher.reseal(row.sealed, _place_of_entry(code, row.number), under)


def was_written(proof: Proof, code: str, row: Any, sealed: bytes) -> bool:
    """Whether `sealed` is the original sealed text of an entry, according to the entry's proof."""
    return is_proved(proof, code, SimpleNamespace(**{**columns_of(row), "sealed": sealed}))


def proof_of(proof: Proof, code: str, row: Mapping[str, Any]) -> bytes:
    """The proof of an entry with the columns of this row."""
    previous: bytes = row["previous_hash"]
    return proof.of(_PLACE, previous + _said(code, row))


def _said(code: str, row: Mapping[str, Any]) -> bytes:
    """The bytes of an entry that its proof covers. They mark where each part ends, so that no two
    entries have the same bytes.
    """
    wrote: bytes = row["wrote"]
    sealed: bytes = row["sealed"]
    words = (
        code,
        row["number"],
        moment_as_said(row["recorded_at"]),
        moment_as_said(row["occurred_at"]),
        row["agency"],
        row["kind"],
        len(wrote),
    )
    return msgspec.json.encode(words) + wrote + sealed
