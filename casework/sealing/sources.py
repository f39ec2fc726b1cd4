"""What is sealed: entries of cases, the answers kept with them, and the other chains (operators'
acts, exports, certificates of erasure, resealings).

A leaf is a hash of the record's source, number and digest, and of a tag for its subject. Tags are
random and digests cover sealed texts, so a leaf reveals nothing, even to somebody who has the
records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from casework import chain, resealed
from casework.case_rows import CASES
from casework.chain import Chain
from casework.sealing.ledger import LEAVES
from casework.sealing.merkle import leaf_hash
from models.as_stored import readable_rows
from models.columns import table_of
from models.proof import Proof
from models.protected import ProtectedValue
from models.turns import LogEntry

_ENTRIES, _VALUES = table_of(LogEntry), table_of(ProtectedValue)
ENTRY, ANSWERS = "entry", "answers"
OPERATOR, EXPORT, ERASURE, RESEALING = "operator", "export", "erasure", "resealing"
LOST = "lost"
"""The source named in leaves whose records a restored database no longer has."""
CASES_AT_ONCE = 200
_NO_HASH = (TypeError, ValueError, AttributeError)
"""The errors raised by hashing a row with a column of the wrong type."""
_UNPROVED = b""
_RENAMING = ("migrate", "revert")
"""Kinds of entries that may encrypt earlier answers again, under new names."""


class Record(NamedTuple):
    """Something to be sealed."""

    source: str
    subject: str
    number: int
    digest: bytes


def content_of(record: Record, tag: bytes) -> bytes:
    """The content of a record's leaf.

    Args:
        tag: the tag that stands for the record's subject.
    """
    words = (record.source, tag.hex(), str(record.number), record.digest.hex(), "")
    return "\n".join(words).encode()


def leaf_of(record: Record, tag: bytes) -> bytes:
    """The hash of a record's leaf."""
    return leaf_hash(content_of(record, tag))


CHAINS: Mapping[str, Chain] = {
    OPERATOR: chain.ACTS,
    EXPORT: chain.EXPORTS,
    ERASURE: chain.ERASURES,
    RESEALING: chain.RESEALINGS,
}


def pending_in_chains(connection: Connection) -> Iterator[Record]:
    """The records in the other chains that are not sealed yet, in order."""
    for source, of in CHAINS.items():
        table = of.table
        newest = _sealed_to(source, "")
        query = select(table.c.number, table.c.hash).where(table.c.number > newest)
        rows, _ = readable_rows(connection, query.order_by(table.c.number))
        yield from (Record(source, "", row.number, row.hash) for row in rows if _is_hash(row.hash))


def pending_cases(connection: Connection, after: int) -> Sequence[Any]:
    """Some cases with entries that are not sealed yet, in the order of opening.

    Each has `sealed`, the number of its last sealed entry.

    Args:
        after: the id of the last case seen; 0 to begin.
    """
    sealed = _sealed_to(ENTRY, CASES.c.code)
    query = (
        select(CASES.c.id, CASES.c.code, sealed.label("sealed"))
        .where(CASES.c.id > after, CASES.c.version > sealed)
        .order_by(CASES.c.id)
        .limit(CASES_AT_ONCE)
    )
    return readable_rows(connection, query)[0]


def pending_of_cases(connection: Connection, cases: Sequence[Any]) -> Iterator[Record]:
    """The entries of these cases that are not sealed yet, in order. After the entries of each case
    come the answers kept with them. If one of the entries moves the case to another version, the
    answers kept with all earlier entries are included, since they may have new names.

    No case need be locked: an entry is committed together with everything before it and with its
    answers, or not at all.
    """
    known = {case.id: case for case in cases}
    newer = or_(*(_newer(case) for case in cases))
    names = ("case_id", "number", "kind", "hash")
    query = select(*(_ENTRIES.c[name] for name in names)).where(newer)
    entries, _ = readable_rows(connection, query.order_by(_ENTRIES.c.case_id, _ENTRIES.c.number))
    values = _values_of(connection, _VALUES.c.case_id.in_(known))
    for case_id, rows in groupby(entries, key=lambda row: row.case_id):
        case, found = known[case_id], list(rows)
        yield from (
            Record(ENTRY, case.code, row.number, row.hash) for row in found if _is_hash(row.hash)
        )
        first = 1 if any(row.kind in _RENAMING for row in found) else found[0].number
        for number in range(first, found[-1].number + 1):
            if kept := values.get((case.code, number)):
                yield Record(ANSWERS, case.code, number, digest_of(kept))


def _is_hash(stored: object) -> bool:
    """Whether a stored value is a hash. Anything else, which SQLite may store, is skipped; `onward
    verify` reports it.
    """
    return isinstance(stored, bytes)


def _newer(case: Any) -> ColumnElement[bool]:
    return and_(_ENTRIES.c.case_id == case.id, _ENTRIES.c.number > case.sealed)


def _sealed_to(source: str, subject: Any) -> Any:
    found = select(func.coalesce(func.max(LEAVES.c.number), 0)).where(
        LEAVES.c.source == source, LEAVES.c.subject == subject
    )
    return found.scalar_subquery()


def _values_of(
    connection: Connection, which: ColumnElement[bool]
) -> dict[tuple[str, int], list[tuple[str, bytes]]]:
    """The names and sealed texts of answers, by case and entry."""
    columns = (CASES.c.code, _VALUES.c.entry, _VALUES.c.name, _VALUES.c.sealed)
    query = select(*columns).join(CASES, CASES.c.id == _VALUES.c.case_id).where(which)
    found: dict[tuple[str, int], list[tuple[str, bytes]]] = {}
    for row in readable_rows(connection, query)[0]:
        if isinstance(row.sealed, bytes):
            found.setdefault((row.code, row.entry), []).append((row.name, row.sealed))
    return found


def digest_of(kept: Iterable[tuple[str, bytes]]) -> bytes:
    """The digest of the answers kept with one entry."""
    said = [(name, hashlib.sha256(sealed).hexdigest()) for name, sealed in sorted(kept)]
    return hashlib.sha256(msgspec.json.encode(said)).digest()


def as_they_are(
    proof: Proof, connection: Connection, leaves: Sequence[Any]
) -> dict[tuple[str, str, int], bytes]:
    """The present digests of the records behind some leaves, by source, subject and number; records
    that are gone or unreadable are left out. An entry, or a record of one of the other chains, gets
    a digest that was never sealed if it has no valid proof.
    """
    found: dict[tuple[str, str, int], bytes] = {}
    numbers: dict[str, dict[str, list[int]]] = {}
    for leaf in leaves:
        numbers.setdefault(leaf.source, {}).setdefault(leaf.subject, []).append(leaf.number)
    for source, of in CHAINS.items():
        wanted = of.table.c.number.in_(numbers.get(source, {}).get("", []))
        for row in readable_rows(connection, select(of.table).where(wanted))[0]:
            with suppress(*_NO_HASH):
                is_proved = chain.is_proved(proof, of, row)
                found[source, "", row.number] = row.hash if is_proved else _UNPROVED
    codes = numbers.get(ENTRY, {})
    resealings = resealed.of_cases(proof, connection, codes)
    since = {code: resealed.entries_since(code, resealings.get(code, ())) for code in codes}
    for row in readable_rows(connection, _entries_of(codes))[0]:
        with suppress(*_NO_HASH):
            is_proved = resealed.is_proved(proof, row.code, since[row.code], row)
            found[ENTRY, row.code, row.number] = row.hash if is_proved else _UNPROVED
    for (code, number), kept in _values_of(
        connection, CASES.c.code.in_(numbers.get(ANSWERS, {}))
    ).items():
        found[ANSWERS, code, number] = digest_of(kept)
    return found


def answers_before(
    proof: Proof, connection: Connection, leaves: Sequence[Any]
) -> dict[bytes, bytes]:
    """For answers that were sealed again in the cases of these leaves, the digest before, by the
    digest after. If answers were sealed again several times, there is a pair for each time.
    """
    codes = {leaf.subject for leaf in leaves if leaf.source == ANSWERS}
    found = resealed.of_cases(proof, connection, codes).values()
    return resealed.answers_before(each for some in found for each in some)


def _entries_of(numbers: Mapping[str, Sequence[int]]) -> Select[Any]:
    wanted = [
        and_(CASES.c.code == code, _ENTRIES.c.number.between(min(some), max(some)))
        for code, some in numbers.items()
    ]
    query = select(CASES.c.code, _ENTRIES).join(CASES, CASES.c.id == _ENTRIES.c.case_id)
    return query.where(or_(*wanted) if wanted else CASES.c.id.is_(None))


def is_being_renamed(connection: Connection, code: str) -> bool:
    """Whether a case has entries that are not sealed yet, and that may have encrypted earlier
    answers again under new names.
    """
    newer = and_(
        CASES.c.code == code,
        _ENTRIES.c.number > _sealed_to(ENTRY, code),
        _ENTRIES.c.kind.in_(_RENAMING),
    )
    query = select(_ENTRIES.c.id).join(CASES, CASES.c.id == _ENTRIES.c.case_id).where(newer)
    return connection.execute(query.limit(1)).first() is not None


def put_in_later(connection: Connection) -> list[str]:
    """The names, as in `named`, of answers that are kept with a sealed entry but were not there
    when it was sealed.
    """
    its_own = and_(
        LEAVES.c.source == ANSWERS,
        LEAVES.c.subject == CASES.c.code,
        LEAVES.c.number == _VALUES.c.entry,
    )
    query = (
        select(CASES.c.code.label("subject"), _VALUES.c.entry.label("number"))
        .join(CASES, CASES.c.id == _VALUES.c.case_id)
        .where(_VALUES.c.entry <= _sealed_to(ENTRY, CASES.c.code), ~exists().where(its_own))
        .distinct()
    )
    return [_NAMES[ANSWERS].format(row) for row in readable_rows(connection, query)[0]]


_NAMES = {
    ENTRY: "case {0.subject}, entry {0.number}",
    ANSWERS: "case {0.subject}, answers of entry {0.number}",
    LOST: "a record that was lost",
    **{source: f"{each.word} {{0.number}}" for source, each in CHAINS.items()},
}


def named(leaf: Any) -> str:
    """The name, in the results of `verify`, of the record behind a leaf."""
    return _NAMES.get(leaf.source, "a record of no known kind").format(leaf)
