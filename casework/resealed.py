"""What resealings record: the rows as they are after a data key was replaced, and the former key.

A sealed text is named in the record of the turn that wrote it. If it was sealed again under another
key, the newest resealing names the present text. It also holds the former key, sealed under the new
one, so that the present text leads back to the very bytes that were first written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from casework import attempts, chain, log, manifest
from casework.manifest import Digests
from casework.proved_tables import TABLES
from models.as_stored import columns_of, stored_rows_where
from models.columns import table_of
from models.keys import Cipher
from models.proof import Proof
from models.resealings import Resealing

_RESEALINGS = table_of(Resealing)
ENTRIES, VALUES, ATTEMPTS = "log_entries", "protected_values", "notice_attempts"
_PLACE, _PLACE_OF_ATTEMPT = "resealed entry", "resealed attempt"
RESEALING, RESEALED = "rotate_data_keys", "data_keys_rotated"
"""The operators' acts with which a rotation of data keys begins and ends."""


def of_cases(
    proof: Proof, connection: Connection, codes: Iterable[str]
) -> dict[str, tuple[Any, ...]]:
    """The unaltered resealings of these cases, by code and in order. An empty code in `codes` asks
    for the resealings of keys that belong to no case.
    """
    found: dict[str, tuple[Any, ...]] = {}
    some = _RESEALINGS.c.code.in_(list(codes))
    for each in stored_rows_where(connection, _RESEALINGS, _RESEALINGS.c.number, some):
        if not each.damaged and chain.is_proved(proof, chain.RESEALINGS, each.row):
            found[each.row.code] = (*found.get(each.row.code, ()), each.row)
    return found


def rows_of(row: Any) -> Digests:
    """The digests of the rows that a resealing produced."""
    return manifest.decode(row.wrote).rows


def entries_since(code: str, resealings: Sequence[Any]) -> Mapping[str, str | None]:
    """The digests of a case's entries that were sealed again, by their numbers."""
    return _since(code, resealings, ENTRIES)


def attempts_since(code: str, resealings: Sequence[Any]) -> Mapping[str, str | None]:
    """The digests of a case's attempts to send notices that were sealed again, by their serials."""
    return _since(code, resealings, ATTEMPTS)


def _since(code: str, resealings: Sequence[Any], table: str) -> Mapping[str, str | None]:
    own = [each for each in resealings if each.owner == log.owner_of(code).decode()]
    return rows_of(own[-1]).get(table, {}) if own else {}


def digest_of_entry(proof: Proof, row: Any) -> str:
    """The digest by which a resealing names an entry."""
    return proof.brief(_PLACE, _said(ENTRIES, row))


def is_proved(proof: Proof, code: str, since: Mapping[str, str | None], row: Any) -> bool:
    """Whether a stored entry is what was written or, if it was sealed again, what the resealing
    produced.

    Args:
        since: what `entries_since` returned.
    """
    name = str(row.number)
    if name not in since:
        return log.is_proved(proof, code, row)
    return proof.briefly_holds(since[name], _PLACE, _said(ENTRIES, row))


def digest_of_attempt(proof: Proof, notice: int, row: Any) -> str:
    """The digest by which a resealing names an attempt to send a notice.

    Args:
        notice: the number of the notice in the case.
    """
    return proof.brief(_PLACE_OF_ATTEMPT, {**_said(ATTEMPTS, row), "notice": notice})


def is_attempt_proved(proof: Proof, notice: int, since: Mapping[str, str | None], row: Any) -> bool:
    """Like `is_proved`, for an attempt to send a notice."""
    name = str(row.serial)
    if name not in since:
        return attempts.is_proved(proof, notice, row)
    said = {**_said(ATTEMPTS, row), "notice": notice}
    return proof.briefly_holds(since[name], _PLACE_OF_ATTEMPT, said)


def former_keys(cipher: Cipher, resealings: Iterable[Any], owner: bytes) -> tuple[Cipher, ...]:
    """The keys that an owner had before, the newest first.

    Raises:
        Unreadable: the present key is not the one that replaced the newest former key.
    """
    found: list[Cipher] = []
    for each in reversed([each for each in resealings if each.owner == owner.decode()]):
        cipher = cipher.former(each.former, owner)
        found.append(cipher)
    return tuple(found)


def answers_before(resealings: Iterable[Any]) -> dict[bytes, bytes]:
    """The digests of answers before a resealing, by their digests after it."""
    return {
        bytes.fromhex(since): bytes.fromhex(before)
        for each in resealings
        for before, since in each.answers.values()
    }


def _said(table: str, row: Any) -> dict[str, Any]:
    """Everything in a row that the digest of a resealing covers, with the row's hash and the one
    before it in the chain. Both hashes are still those of the texts before the resealing.
    """
    columns = (*TABLES[table].columns, "previous_hash", "hash")
    return {name: columns_of(row)[name] for name in columns}
