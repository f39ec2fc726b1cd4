"""Gives an installation its proofs. A new installation has them from the start; an older one also
gets them for the records made before there were proofs.

Such records are chained by plain hashes, which anybody with write access to the database can
recompute. If a chain's hashes show that it is unbroken, it is proved under the key. A broken chain
is left as it is, so that `verify` still finds the break.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, insert, select, update

from casework import attempts, chain, log, manifest, marks, operators
from casework.case_rows import CASES
from casework.chain import Chain
from casework.context import Onward
from casework.installation_clock import proof_of_clock
from casework.manifest import Digests, Manifest
from casework.proved import How
from casework.proved_tables import TABLES, by
from engine.statuses import NOTICE_SETTLED
from models.as_stored import Stored, stored_rows
from models.columns import table_of
from models.installation import Installation
from models.intakes import IntakeSecret
from models.notices import WITHHELD, NoticeAttempt, OwedNotice
from models.operators import OperatorRow
from models.people import Person
from models.proof import Proof
from models.tables import METADATA
from models.turns import LogEntry

logger = logging.getLogger("onward.proofs")

_INSTALLATION, _ENTRIES, _OPERATORS = (
    table_of(Installation),
    table_of(LogEntry),
    table_of(OperatorRow),
)
_SECRETS, _PEOPLE = table_of(IntakeSecret), table_of(Person)
_NOTICES, _ATTEMPTS = table_of(OwedNotice), table_of(NoticeAttempt)
_OF_CASE = [each for each in by(How.ENTRY) if each not in ("cases", "people")]
_AT_ONCE = 500
"""How many case ids are read at a time."""


def begin(onward: Onward) -> None:
    """Prove the records of an installation that has no proofs yet, in one transaction. Do nothing
    if it has proofs already.
    """
    with onward.store.write() as connection:
        row = connection.execute(select(_INSTALLATION).with_for_update()).one()
        if row.proof_key is not None:
            return
        values: dict[str, Any] = {"proof_key": onward.proof.id}
        if row.clock_at is not None:
            values["clock_proof"] = proof_of_clock(onward.proof, row.clock_at)
        connection.execute(update(_INSTALLATION).values(values))
        if _has_records(connection):
            _prove_all(onward, connection)


def _has_records(connection: Connection) -> bool:
    found = (select(table.c.id).limit(1) for table in (CASES, _OPERATORS))
    return any(connection.execute(query).first() is not None for query in found)


def _prove_all(onward: Onward, connection: Connection) -> None:
    logger.warning("The records get their proofs; where there are many, this takes minutes.")
    for secret in connection.execute(select(_SECRETS)).all():
        proof = marks.proof_of_secret(onward.proof, secret.sealed)
        connection.execute(update(_SECRETS).where(_SECRETS.c.id == secret.id).values(proof=proof))
    for each in chain.CHAINS:
        _prove_chain(onward.proof, connection, each)
    cases, left = 0, 0
    for case in _cases(connection):
        is_proved = _prove_case(onward, connection, case)
        cases, left = cases + is_proved, left + (not is_proved)
    stand = manifest.standing(onward.proof, connection, by(How.ACT))
    about = {"cases": str(cases), "left": str(left)}
    operators.note_by_itself(onward, connection, "begin_proofs", stand, **about)


def _prove_chain(proof: Proof, connection: Connection, of: Chain) -> None:
    rows = connection.execute(select(of.table).order_by(of.table.c.number)).all()
    previous, is_whole = chain.START, True
    for row in rows:
        is_whole = is_whole and row.previous_hash == previous and row.hash == _plain(of, row)
        previous = row.hash
    end = previous if rows else None
    if is_whole:
        wrote = {"wrote": manifest.encode(Manifest())} if "wrote" in of.table.c else {}
        end = None
        for row in rows:
            values = {**row._mapping, **wrote, "previous_hash": end or chain.START}
            end = proof.of(of.table.name, values["previous_hash"] + of.said(values))
            _put(
                connection,
                of.table,
                row.id,
                **wrote,
                previous_hash=values["previous_hash"],
                hash=end,
            )
    ends = {of.counter: rows[-1].number if rows else 0, of.end: end}
    connection.execute(update(_INSTALLATION).values(ends))


def _plain(of: Chain, row: Any) -> bytes:
    """The plain hash of a record from before proofs, over the columns that it had then."""
    gone = {"wrote"} | ({"own", "marks"} if getattr(row, "marks", b"") is None else set())
    shown = {name: getattr(row, name) for name in TABLES[of.table.name].columns}
    shown = {name: value for name, value in shown.items() if name not in gone}
    if "about" in shown:
        shown["about"] = dict(sorted(shown["about"].items()))
    shown["made_at"] = shown["made_at"].astimezone(UTC)
    said = msgspec.json.encode([str(shown[name]) for name in sorted(shown)])
    return hashlib.sha256(row.previous_hash + said).digest()


def _cases(connection: Connection) -> Iterator[Stored]:
    after = 0
    while True:
        some = select(CASES.c.id).where(CASES.c.id > after).order_by(CASES.c.id).limit(_AT_ONCE)
        ids = connection.scalars(some).all()
        if not ids:
            return
        for each in ids:
            yield from stored_rows(connection, CASES, CASES.c.id, id=each)
        after = ids[-1]


def _prove_case(onward: Onward, connection: Connection, case: Stored) -> bool:
    """Prove a case, unless something in it is damaged or its log's plain hashes are wrong. Returns
    whether it was proved.
    """
    row = case.row
    entries = stored_rows(connection, _ENTRIES, _ENTRIES.c.number, case_id=row.id)
    rows = {name: _rows_of(connection, name, row) for name in _OF_CASE}
    damaged = (each for found in (entries, [case], *rows.values()) for each in found)
    if any(each.damaged for each in damaged) or not _is_whole(row, [e.row for e in entries]):
        return False
    digests: Digests = {
        name: manifest.digests(onward.proof, name, (vars(each.row) for each in found))
        for name, found in rows.items()
        if found
    }
    digests["cases"] = manifest.digests(onward.proof, "cases", [vars(row)])
    digests |= _person(onward.proof, connection, row)
    _prove_attempts(onward, connection, row.id)
    head = connection.scalar(select(CASES.c.attempts_hash).where(CASES.c.id == row.id))
    last = Manifest(rows=digests, attempts=head or b"")
    previous = chain.START
    for each in entries:
        wrote = manifest.encode(last if each is entries[-1] else Manifest())
        values = {**vars(each.row), "wrote": wrote, "previous_hash": previous}
        proof = log.proof_of(onward.proof, row.code, values)
        _put(connection, _ENTRIES, each.row.id, wrote=wrote, previous_hash=previous, hash=proof)
        previous = proof
    _put(connection, CASES, row.id, last_hash=previous)
    return True


def _rows_of(connection: Connection, name: str, case: Any) -> list[Stored]:
    table = METADATA.tables[name]
    return stored_rows(connection, table, table.c.id, case_id=case.id)


def _person(proof: Proof, connection: Connection, case: Any) -> Digests:
    """The digest of the row of a case's person, if this is their first case; otherwise none."""
    earlier = select(CASES.c.id).where(CASES.c.person_id == case.person_id, CASES.c.id < case.id)
    if connection.execute(earlier.limit(1)).first() is not None:
        return {}
    person = connection.execute(select(_PEOPLE).where(_PEOPLE.c.id == case.person_id)).mappings()
    return {"people": manifest.digests(proof, "people", [{**person.one()}])}


def _is_whole(case: Any, entries: Sequence[Any]) -> bool:
    """Whether the plain hashes of a log are still correct."""
    previous = chain.START
    for number, row in enumerate(entries, 1):
        words = (
            case.code,
            str(row.number),
            *(
                each.astimezone(UTC).isoformat(timespec="microseconds")
                for each in (row.recorded_at, row.occurred_at)
            ),
            row.agency,
            row.kind,
            "",
        )
        said = previous + "\0".join(words).encode() + row.sealed
        is_next = (row.number, row.previous_hash) == (number, previous)
        if not is_next or row.hash != hashlib.sha256(said).digest():
            return False
        previous = row.hash
    return bool(entries) and (case.version, case.last_hash) == (len(entries), previous)


def _prove_attempts(onward: Onward, connection: Connection, case_id: int) -> None:
    """Chain the attempts of a case. Only the last attempt of a notice gets a status, which is the
    notice's present status; the earlier statuses are not known. If a notice was settled without an
    attempt, an attempt with the outcome `withheld` is added.
    """
    of_case = select(_NOTICES).where(_NOTICES.c.case_id == case_id)
    notices = {row.id: row for row in connection.execute(of_case)}
    tried = connection.execute(
        select(_ATTEMPTS).where(_ATTEMPTS.c.notice_id.in_(list(notices))).order_by(_ATTEMPTS.c.id)
    ).all()
    newest = {row.notice_id: row.id for row in tried}
    made = [{**row._mapping, "status": _left_at(notices, newest, row)} for row in tried]
    made += [
        {
            "notice_id": row.id, "number": row.attempts, "channel": "", "at": row.settled_at,
            "outcome": WITHHELD, "status": row.status,
        }
        for row in notices.values()
        if row.id not in newest and row.status in NOTICE_SETTLED and row.settled_at
    ]  # fmt: skip
    previous = chain.START
    for serial, row in enumerate(made, 1):
        values = {"address": None, **row, "serial": serial, "previous_hash": previous}
        previous = attempts.proof_of(onward.proof, notices[row["notice_id"]].number, values)
        _put_or_insert(connection, {**values, "hash": previous})
    if made:
        _put(connection, CASES, case_id, attempts_hash=previous)


def _left_at(notices: Mapping[int, Any], newest: Mapping[int, int], row: Any) -> str:
    is_newest = newest[row.notice_id] == row.id
    return str(notices[row.notice_id].status) if is_newest else ""


def _put_or_insert(connection: Connection, values: Mapping[str, Any]) -> None:
    if "id" in values:
        _put(connection, _ATTEMPTS, values["id"], **values)
    else:
        connection.execute(insert(_ATTEMPTS).values(values))


def _put(connection: Connection, table: Table, row_id: int, **values: Any) -> None:
    is_it: ColumnElement[bool] = table.c.id == row_id
    connection.execute(update(table).where(is_it).values(values))
