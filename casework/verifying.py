"""Whether a case's records are what was recorded: the chain, the replay, and the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from casework import log
from casework.context import Onward
from casework.rows import case_columns
from casework.turn import CASES
from engine.errors import Refusal
from engine.evolve import replay
from engine.records import STATES, RecordError
from engine.state import State
from models.cases import CaseClock, CaseConsent, CaseHandOver, CaseTask, LogEntry, TaskShare
from models.columns import table_of
from models.definitions import PathwayVersion
from models.keys import Cipher, SealError

_ENTRIES, _VERSIONS = table_of(LogEntry), table_of(PathwayVersion)
_TASKS, _HAND_OVERS = table_of(CaseTask), table_of(CaseHandOver)
_SHARES = table_of(TaskShare)
_CONSENTS, _CLOCKS = table_of(CaseConsent), table_of(CaseClock)


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; a case without faults is as it was recorded."""

    code: str
    entries: int
    faults: tuple[str, ...]
    erased: bool = False
    """The key was destroyed: only the chain could be looked at."""


def verify(onward: Onward, code: str) -> Verified:
    """Walk the chain of a case, replay its log, and compare with its state and its rows.

    Raises:
        Refusal: `unknown_case`.
    """
    with onward.store.read() as connection:
        row = connection.execute(select(CASES).where(CASES.c.code == code)).one_or_none()
        if row is None:
            raise Refusal("unknown_case", f"there is no case {code}")
        query = select(_ENTRIES).where(_ENTRIES.c.case_id == row.id).order_by(_ENTRIES.c.number)
        entries = connection.execute(query).all()
        faults = _chain(row, entries)
        erased = row.wrapped_key is None
        # A broken chain cannot be replayed: what it leads to says nothing more.
        if not erased and not faults:
            try:
                cipher = onward.keys.cipher(row.wrapped_key, log.owner_of(code))
                faults += _meaning(connection, cipher, row, entries)
            except (SealError, RecordError) as error:
                faults.append(str(error))
    return Verified(code=code, entries=len(entries), faults=tuple(faults), erased=erased)


def _chain(row: Any, entries: list[Any] | Any) -> list[str]:
    faults, previous = [], log.START
    for number, entry in enumerate(entries, 1):
        if entry.number != number:
            faults.append(f"entry {number} is missing")
            break
        if entry.previous_hash != previous or log.hash_of(row.code, entry) != entry.hash:
            faults.append(f"entry {number} was changed")
        previous = entry.hash
    if not faults and (len(entries) != row.version or previous != row.last_hash):
        faults.append(f"the log ends with entry {len(entries)}, the case is at {row.version}")
    return faults


def _meaning(connection: Connection, cipher: Cipher, row: Any, entries: Any) -> list[str]:
    state = STATES.decode(cipher.open(row.sealed_state, log.place_of_state(row.code)))
    facts = [fact for entry in entries for fact in log.opened_entry(cipher, row.code, entry).facts]
    faults = [] if replay(facts) == state else ["the log does not lead to the state"]
    wrong = [name for name, value in case_columns(state).items() if getattr(row, name) != value]
    if wrong:
        faults.append(f"the case's row is not what the state says: {', '.join(wrong)}")
    number = connection.execute(
        select(_VERSIONS.c.number).where(_VERSIONS.c.id == row.pathway_version_id)
    ).scalar()
    if number != state.version:
        faults.append(f"the case's row says version {number}, the state version {state.version}")
    for what, found, said in _rows(connection, row.id, state):
        faults += [f"{what} {key} is not what the state says" for key in _unlike(found, said)]
    return faults


def _shares(connection: Connection, case_id: int) -> dict[str, set[str]]:
    """Who may take each task."""
    found: dict[str, set[str]] = {}
    query = select(_SHARES.c.ident, _SHARES.c.agency).where(_SHARES.c.case_id == case_id)
    for ident, agency in connection.execute(query):
        found.setdefault(ident, set()).add(agency)
    return found


def _rows(connection: Connection, case_id: int, state: State) -> list[tuple[str, Any, Any]]:
    def read(table: Any, key: str, *names: str) -> dict[str, Any]:
        columns = [table.c[name] for name in (key, *names)]
        rows = connection.execute(select(*columns).where(table.c.case_id == case_id))
        return {row[0]: tuple(row[1:]) for row in rows}

    return [
        (
            "task",
            read(_TASKS, "ident", "agency", "status", "due_at", "overdue"),
            {t.id: (t.agency, t.status, t.due_at, t.overdue) for t in state.tasks.values()},
        ),
        (
            "share of",
            _shares(connection, case_id),
            {t.id: {*t.also.values()} for t in state.tasks.values() if t.also},
        ),
        (
            "hand-over",
            read(_HAND_OVERS, "ident", "agency", "status"),
            {h.id: (h.agency, h.status) for h in state.hand_overs.values()},
        ),
        (
            "consent",
            read(_CONSENTS, "name", "status"),
            {name: (consent.status,) for name, consent in state.consents.items()},
        ),
        ("clock", read(_CLOCKS, "key", "at"), {c.key: (c.at,) for c in state.clocks.values()}),
    ]


def _unlike(found: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    return sorted(key for key in {*found, *said} if found.get(key) != said.get(key))
