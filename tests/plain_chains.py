"""Records as an Onward without proofs left them: chained by hashes that need no key."""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from casework import chain
from models.columns import METADATA

_WITHOUT_HASH = {"id", "wrote", "previous_hash", "hash"}


def without_proofs(connection: Connection) -> None:
    """Chain everything anew by plain hashes, and take away what proves it."""
    for case in connection.execute(select(METADATA.tables["cases"])).all():
        _log(connection, case)
    for each in chain.CHAINS:
        previous = chain.START
        for row in connection.execute(select(each.table).order_by(each.table.c.number)).all():
            hashed = plain_hash(previous, row)
            values = {"previous_hash": previous, "hash": hashed}
            connection.execute(update(each.table).where(each.table.c.id == row.id).values(values))
            previous = hashed


def plain_hash(previous: bytes, row: Any) -> bytes:
    """The hash of an act, an export or a certificate."""
    said = {name: each for name, each in row._mapping.items() if name not in _WITHOUT_HASH}
    said["made_at"] = said["made_at"].astimezone(UTC)
    if "about" in said:
        said["about"] = dict(sorted(said["about"].items()))
    shown = msgspec.json.encode([str(said[name]) for name in sorted(said)])
    return hashlib.sha256(previous + shown).digest()


def plain_hash_of_entry(code: str, previous: bytes, row: Any) -> bytes:
    moments = (
        each.astimezone(UTC).isoformat(timespec="microseconds")
        for each in (row.recorded_at, row.occurred_at)
    )
    words = (code, str(row.number), *moments, row.agency, row.kind, "")
    return hashlib.sha256(previous + "\0".join(words).encode() + row.sealed).digest()


def _log(connection: Connection, case: Any) -> None:
    entries, cases = METADATA.tables["log_entries"], METADATA.tables["cases"]
    query = select(entries).where(entries.c.case_id == case.id).order_by(entries.c.number)
    previous = chain.START
    for row in connection.execute(query).all():
        hashed = plain_hash_of_entry(case.code, previous, row)
        values = {"previous_hash": previous, "hash": hashed}
        connection.execute(update(entries).where(entries.c.id == row.id).values(values))
        previous = hashed
    connection.execute(update(cases).where(cases.c.id == case.id).values(last_hash=previous))
