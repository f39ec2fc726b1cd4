"""Verifies that a case's records are unchanged: the hash chain, the replay, and the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Table, select

from casework import authority, chain, log
from casework.authority import Right
from casework.context import Onward
from casework.held import CASES, unknown
from casework.principal import Principal
from casework.rows import case_columns
from engine.errors import EngineError
from engine.evolve import replay
from engine.facts import Fact
from engine.message import Message
from engine.numbering import lacks_history
from engine.records import STATES, RecordError
from engine.state import State
from models.as_stored import Stored, stored_rows
from models.columns import table_of
from models.definitions import PathwayVersion
from models.keys import Cipher, SealError
from models.turns import CaseClock, CaseConsent, LogEntry
from models.work import CaseHandOver, CaseTask, TaskShare

_ENTRIES, _VERSIONS = table_of(LogEntry), table_of(PathwayVersion)
_AT_ONCE = 500
"""How many case ids are read at a time."""


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """The result; a case without faults is exactly as it was recorded."""

    code: str
    entries: int
    faults: tuple[str | Message, ...]
    erased: bool = False
    """The key was destroyed, so only the chain could be checked."""


def verify(onward: Onward, code: str, by: Principal) -> Verified:
    """Check a case's chain, replay its log, and compare the result with its state and rows.

    An unreadable row is a fault, and does not stop the others from being checked.

    Raises:
        Refusal: `unknown_case`.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        found = stored_rows(connection, CASES, CASES.c.code == code, CASES.c.id)
        if not found:
            raise unknown(code)
        return _verified(onward, connection, found[0])


def verify_all(onward: Onward, by: Principal) -> Iterator[Verified]:
    """The same for every case, in the order of opening."""
    authority.require(by, Right.OPERATE)
    after = 0
    while True:
        some = select(CASES.c.id).where(CASES.c.id > after).order_by(CASES.c.id).limit(_AT_ONCE)
        with onward.store.read() as connection:
            ids = connection.scalars(some).all()
        if not ids:
            return
        for each in ids:
            with onward.store.read() as connection:
                for found in stored_rows(connection, CASES, CASES.c.id == each, CASES.c.id):
                    yield _verified(onward, connection, found)
        after = ids[-1]


def _verified(onward: Onward, connection: Connection, found: Stored) -> Verified:
    row = found.row
    faults: list[str | Message] = [*chain.damage("the case's row", found)]
    entries = stored_rows(connection, _ENTRIES, _ENTRIES.c.case_id == row.id, _ENTRIES.c.number)
    broken: list[str] = []
    if "code" not in found.damaged:
        broken += chain.faults("entry", entries, partial(log.hash_of, row.code))
        broken += [] if broken else _end(found, entries)
    faults += broken
    erased = row.wrapped_key is None
    if not (erased or {"code", "wrapped_key"} & {*found.damaged}):
        try:
            cipher = onward.keys.cipher(row.wrapped_key, log.owner_of(row.code))
        except SealError as error:
            faults.append(error.message)
        else:
            # A broken chain cannot be replayed: what it leads to says nothing more.
            faults += _meaning(connection, cipher, found, None if broken else entries)
    return Verified(
        code=row.code or f"(row {row.id} of cases)",
        entries=len(entries),
        faults=tuple(faults),
        erased=erased and "wrapped_key" not in found.damaged,
    )


def _end(found: Stored, entries: Sequence[Stored]) -> Iterator[str]:
    """For a log without faults: whether it is complete."""
    row, last = found.row, entries[-1].row.hash if entries else chain.START
    is_told = {"version", "last_hash"} & {*found.damaged}
    if not is_told and (len(entries), last) != (row.version, row.last_hash):
        yield f"the log ends with entry {len(entries)}, the case is at {row.version}"


def _meaning(
    connection: Connection, cipher: Cipher, found: Stored, entries: Sequence[Stored] | None
) -> list[str]:
    """Whether log, state and rows say the same.

    Args:
        entries: None if they cannot be replayed.
    """
    row = found.row
    if "sealed_state" in found.damaged:
        return []
    try:
        state = STATES.decode(cipher.open(row.sealed_state, log.place_of_state(row.code)))
    except (SealError, RecordError):
        return ["the state cannot be opened: its sealed record was changed or moved"]
    faults = [] if entries is None else _replayed(cipher, row.code, entries, state)
    said = {k: value for k, value in case_columns(state).items() if k not in found.damaged}
    if row.parties is None:  # written before there was such a list
        said.pop("parties", None)
    wrong = [name for name, value in said.items() if getattr(row, name) != value]
    if wrong:
        faults.append(f"the case's row is not what the state says: {', '.join(wrong)}")
    number = connection.execute(
        select(_VERSIONS.c.number).where(_VERSIONS.c.id == row.pathway_version_id)
    ).scalar()
    if number != state.version:
        faults.append(f"the case's row says version {number}, the state version {state.version}")
    for rows in _ROWS:
        faults += rows.faults(connection, row.id, state)
    return faults


def _replayed(cipher: Cipher, code: str, entries: Sequence[Stored], state: State) -> list[str]:
    facts: list[Fact] = []
    for each in entries:
        try:
            facts += log.opened_entry(cipher, code, each.row).facts
        except (SealError, RecordError):
            return [
                f"entry {each.row.number} cannot be opened: its sealed record was changed or moved"
            ]
    try:
        there = replay(facts)
        if lacks_history(state):
            there = replace(
                there, numbers=state.numbers, told=state.told, collected=state.collected
            )
        is_same = there == state
    except (EngineError, LookupError, ValueError, TypeError, AttributeError):
        is_same = False  # facts that do not follow from each other lead nowhere
    return [] if is_same else ["the log does not lead to the state"]


class _Rows(NamedTuple):
    """The rows of a table, and what the state expects in them."""

    what: str
    table: Table
    key: str
    names: tuple[str, ...]
    said: Callable[[State], Mapping[str, set[tuple[Any, ...]]]]
    """By key, the expected values of those columns."""

    def faults(self, connection: Connection, case_id: int, state: State) -> Iterator[str]:
        """Unreadable rows, and differences from the state."""
        said, found, damaged = self.said(state), dict[str, set[tuple[Any, ...]]](), set[str]()
        of_case = self.table.c.case_id == case_id
        for each in stored_rows(connection, self.table, of_case, self.table.c.id):
            key = getattr(each.row, self.key)
            if key is None:
                yield from chain.damage(f"{self.what} (row {each.row.id})", each)
                continue
            yield from chain.damage(f"{self.what} {key}", each)
            damaged |= {key} if each.damaged else set()
            values = tuple(getattr(each.row, name) for name in self.names)
            found.setdefault(key, set()).add(values)
        for key in sorted({*found, *said} - damaged):
            if found.get(key) != said.get(key):
                yield f"{self.what} {key} is not what the state says"


_ROWS = (
    _Rows(
        "task",
        table_of(CaseTask),
        "ident",
        ("agency", "status", "due_at", "overdue"),
        lambda state: {
            t.id: {(t.agency, t.status, t.due_at, t.overdue)}
            for t in (*state.tasks.values(), *state.stops.values())
        },
    ),
    _Rows(
        "share of",
        table_of(TaskShare),
        "ident",
        ("agency",),
        lambda state: {
            t.id: {(agency,) for agency in t.also.values()} for t in state.tasks.values() if t.also
        },
    ),
    _Rows(
        "hand-over",
        table_of(CaseHandOver),
        "ident",
        ("agency", "status"),
        lambda state: {h.id: {(h.agency, h.status)} for h in state.hand_overs.values()},
    ),
    _Rows(
        "consent",
        table_of(CaseConsent),
        "name",
        ("status",),
        lambda state: {name: {(each.status,)} for name, each in state.consents.items()},
    ),
    _Rows(
        "clock",
        table_of(CaseClock),
        "key",
        ("at",),
        lambda state: {each.key: {(each.at,)} for each in state.clocks.values()},
    ),
)
