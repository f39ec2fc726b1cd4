"""Chains of records: each record is proved together with the one before, so that nobody without the
key can change, remove, insert or move a record unnoticed. The installation's row says where each
chain ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    insert,
    select,
    update,
)

from casework.proved_tables import TABLES
from engine.message import Message, message
from models.as_stored import Stored, columns_of
from models.columns import table_of
from models.erasures import Erasure
from models.exports import Export
from models.installation import Installation
from models.operators import OperatorEntry
from models.proof import Proof, encoded
from models.resealings import Resealing

_INSTALLATION = table_of(Installation)

START = bytes(32)
"""The predecessor hash of the first record."""


class Chain(NamedTuple):
    """One chain of the installation."""

    table: Table
    counter: str
    """The column of the installation's row that holds the number of the last record."""
    end: str
    """The column that holds the hash of the last record."""

    @property
    def word(self) -> str:
        """The word for a record of this chain."""
        return TABLES[self.table.name].word

    def said(self, row: Mapping[str, Any]) -> bytes:
        """The bytes of a record that its proof covers, in addition to the previous record's
        hash.
        """
        return encoded({name: row.get(name) for name in TABLES[self.table.name].columns})


ACTS = Chain(table_of(OperatorEntry), "acts", "last_act")
EXPORTS = Chain(table_of(Export), "exports", "last_export")
ERASURES = Chain(table_of(Erasure), "erasures", "last_erasure")
RESEALINGS = Chain(table_of(Resealing), "resealings", "last_resealing")
CHAINS = (ACTS, EXPORTS, ERASURES, RESEALINGS)
TABLE_OF_COUNT = {each.counter: each.table.name for each in CHAINS}


def append(
    proof: Proof,
    connection: Connection,
    chain: Chain,
    made_at: datetime,
    values: Mapping[str, Any],
) -> int:
    """Write a record after the newest one. Returns its number, counted from 1.

    The caller must have locked the installation's row, so that no other record comes between.

    Args:
        values: all columns of the record except its number, time and hashes.
    """
    ends, write, go_on = _statements(chain)
    before, last = connection.execute(ends).one()
    previous = START if last is None else last
    row = {**values, "number": before + 1, "made_at": made_at, "previous_hash": previous}
    row["hash"] = proof.of(chain.table.name, previous + chain.said(row))
    connection.execute(write, row)
    connection.execute(go_on, {"newest": before + 1, "hash_of_it": row["hash"]})
    return int(before) + 1


@cache
def _statements(chain: Chain) -> tuple[Select[Any], Insert, Update]:
    """The statements that read where a chain ends, write a record, and move the end. Made only
    once, because making them costs as much as executing them.
    """
    ends = select(_INSTALLATION.c[chain.counter], _INSTALLATION.c[chain.end])
    moved: dict[str, Any] = {chain.counter: bindparam("newest"), chain.end: bindparam("hash_of_it")}
    return ends, insert(chain.table), update(_INSTALLATION).values(moved)


def is_proved(proof: Proof, chain: Chain, row: Any) -> bool:
    """Whether a stored record is unchanged since it was written."""
    return proof.holds(row.hash, chain.table.name, row.previous_hash + chain.said(columns_of(row)))


def faults_of(
    proof: Proof, chain: Chain, rows: Sequence[Stored], installation: Any
) -> Iterator[Message]:
    """The faults in one of the installation's chains. If none of its records has a fault, the chain
    must also end where the installation's row says.
    """
    found = [*faults(chain.table.name, chain.word, rows, lambda row: is_proved(proof, chain, row))]
    yield from found
    last = rows[-1].row.hash if rows else None
    expected = getattr(installation, chain.counter)
    if not found and (len(rows), last) != (expected, getattr(installation, chain.end)):
        yield message(
            "proof.ends", table=chain.table.name, what=chain.word, last=len(rows), known=expected
        )


def faults(
    table: str,
    word: str,
    rows: Sequence[Stored],
    is_right: Callable[[Any], bool],
    number: str = "number",
) -> Iterator[Message]:
    """The faults in a chain, record by record.

    Args:
        word: the word for a record.
        rows: in order of number.
        is_right: tells whether the hash of a stored record is correct.
        number: the column that numbers the records.
    """
    previous: bytes | None = START
    next_number = 1
    for each in rows:
        row, at = each.row, getattr(each.row, number)
        if at is None:
            nowhere = f"{word} (row {row.id})"
            yield from damage(table, nowhere, each)
            if not each.damaged:
                yield message("proof.changed", table=table, row=nowhere)
            continue
        for lost in range(next_number, at):
            yield message("proof.missing", table=table, row=f"{word} {lost}")
        if at > next_number:
            previous = None  # the record before it is missing
        is_chained = previous is None or row.previous_hash == previous
        if each.damaged:
            yield from damage(table, f"{word} {at}", each)
        elif at < next_number:
            yield message("proof.unrecorded", table=table, row=f"{word} {at}")
        elif not (is_chained and row.previous_hash is not None and is_right(row)):
            yield message("proof.changed", table=table, row=f"{word} {at}")
        previous, next_number = row.hash, at + 1


def damage(table: str, row: str, found: Stored) -> Iterator[Message]:
    """A fault that names the unreadable columns of a row; none if every column can be read."""
    if found.damaged:
        columns = ", ".join(found.damaged)
        yield message("proof.unreadable", table=table, row=row, columns=columns)
