"""Verifies that records are unchanged: each case's log and what it proves, its replay, and its
rows.

Damage is reported table by table and row by row, and the rest is still checked. Cases are read one
by one, so that memory use does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from casework import authority, chain, log
from casework.authority import Right
from casework.case_rows import CASES, unknown
from casework.context import Onward
from casework.left_by_erasure import no_longer_seen
from casework.principal import Principal
from casework.protected import owner_of
from casework.verified_acts import (
    Known,
    installation_faults,
    known_by_acts,
    left_by_certificate,
)
from casework.verified_log import Dated, Facts, Log, log_of, opened
from casework.verified_notices import notice_faults
from casework.verified_rows import (
    entry_faults,
    erased_faults,
    is_by_its_key,
    person_faults,
    state_faults,
)
from engine.errors import EngineError
from engine.evolve import replay
from engine.message import Message, message
from engine.numbering import lacks_history, with_history
from engine.records import STATES, RecordError
from engine.state import State
from models.as_stored import Stored, stored_rows
from models.keys import Cipher, SealError

_AT_ONCE = 500
"""How many case ids are read at a time."""


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """The result for one case; a case without faults is exactly as it was recorded."""

    code: str
    entries: int
    faults: tuple[Message, ...]
    erased: bool = False
    """Whether the case's key was destroyed, so that what was sealed under it could not be read, but
    only proved unchanged.
    """


def verify(onward: Onward, code: str, by: Principal) -> Verified:
    """Check a case's log, replay it, and compare the result with its state and rows.

    An unreadable row is a fault, and does not stop the others from being checked.

    Raises:
        Refusal: `unknown_case`.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        found = stored_rows(connection, CASES, CASES.c.id, code=code)
        if not found:
            raise unknown(code)
        return _verified(onward, connection, found[0], known_by_acts(onward.proof, connection))


def verify_all(onward: Onward, by: Principal) -> Iterator[Verified]:
    """Check every case as `verify` does, in the order of opening."""
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        known = known_by_acts(onward.proof, connection)
    after = 0
    while True:
        some = select(CASES.c.id).where(CASES.c.id > after).order_by(CASES.c.id).limit(_AT_ONCE)
        with onward.store.read() as connection:
            ids = connection.scalars(some).all()
        if not ids:
            return
        for each in ids:
            with onward.store.read() as connection:
                for found in stored_rows(connection, CASES, CASES.c.id, id=each):
                    yield _verified(onward, connection, found, known)
        after = ids[-1]


def verify_installation(onward: Onward, by: Principal) -> list[Message]:
    """The faults in the records that belong to no case."""
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        return [*installation_faults(onward, connection)]


def _verified(onward: Onward, connection: Connection, found: Stored, known: Known) -> Verified:
    row = found.row
    told = log_of(
        onward.proof, connection, found, [*_gone_with_person(onward, connection, found, known)]
    )
    faults = [*chain.damage("cases", "the case's row", found), *told.faults]
    faults += _ahead(told, known)
    if "code" not in found.damaged:
        faults += entry_faults(onward.proof, connection, found, told.proved, known.intakes)
        faults += person_faults(onward, connection, row, told.proved, known.erased)
    facts, wrong = _by_key(onward, connection, found, told, known)
    faults += wrong
    faults += notice_faults(onward.proof, connection, found, told.proved, facts)
    return Verified(
        code=row.code or f"(row {row.id} of cases)",
        entries=len(told.entries),
        faults=tuple(faults),
        erased=row.wrapped_key is None and "wrapped_key" not in found.damaged,
    )


def _by_key(
    onward: Onward, connection: Connection, found: Stored, told: Log, known: Known
) -> tuple[Facts | None, list[Message]]:
    """Check what is sealed under a case's key. If the key was destroyed, check instead that the
    case is as its certificate of erasure says.
    """
    row, case = found.row, f"case {found.row.code}"
    if {"code", "wrapped_key", "wrapped_by"} & {*found.damaged}:
        return None, []
    owner, faults = log.owner_of(row.code), list[Message]()
    if not is_by_its_key(row):
        faults.append(message("proof.changed", table="cases", row=case))
    is_certified = owner.decode() in known.erased
    if row.wrapped_key is None and is_certified:
        left = left_by_certificate(onward.proof, connection, owner.decode())
        return None, [*faults, *erased_faults(onward.proof, connection, found, left)]
    if row.wrapped_key is None:
        return None, [*faults, message("proof.key_gone", table="cases", row=case)]
    if is_certified:
        faults.append(message("proof.key_back", table="cases", row=case))
    try:
        cipher = onward.keys.cipher(row.wrapped_key, owner)
    except SealError as error:
        why = error.message
        return None, [*faults, message("proof.key_unusable", table="cases", row=case, why=why)]
    facts, wrong = _meaning(onward, connection, cipher, found, told)
    return facts, [*faults, *wrong]


def _gone_with_person(
    onward: Onward, connection: Connection, found: Stored, known: Known
) -> Iterator[Dated]:
    """The carried values that the case may no longer show because its person was erased, and since
    when.
    """
    if {"id", "person_id"} & {*found.damaged}:
        return
    owner = owner_of(found.row.person_id).decode()
    if owner in known.erased:
        left = left_by_certificate(onward.proof, connection, owner)
        yield known.erased[owner], no_longer_seen(left, found.row.id)


def _ahead(told: Log, known: Known) -> Iterator[Message]:
    """Faults for records of the installation that existed when an entry was written, but are
    gone.
    """
    for name, there in (("acts", known.acts), ("exports", known.exports)):
        most = max((getattr(said, name) for _, said in told.proved.manifests), default=0)
        if most > there:
            table = chain.TABLE_OF_COUNT[name]
            yield message("proof.records_gone", table=table, known=most, last=there)


def _meaning(
    onward: Onward, connection: Connection, cipher: Cipher, found: Stored, told: Log
) -> tuple[Facts | None, list[Message]]:
    """Check the facts of the log, if they can be read, and whether log, state and rows agree."""
    row = found.row
    # A broken chain cannot be replayed: its result would mean nothing.
    facts, faults = (
        opened(onward.proof, cipher, row.code, told) if told.proved.whole else (None, [])
    )
    if "sealed_state" in found.damaged:
        return facts, faults
    try:
        state = STATES.decode(cipher.open(row.sealed_state, log.place_of_state(row.code)))
    except (SealError, RecordError):
        lost = message("proof.unopenable", table="cases", row="the state")
        return facts, [*faults, lost]
    if facts is not None and not _leads_to(facts, state):
        faults.append(message("proof.log_not_state", table="cases"))
    elif facts is not None and lacks_history(state):
        state = with_history(state, replay(fact for each in facts for fact in each))
    faults += state_faults(onward, connection, found, state, told.proved, facts)
    return facts, faults


def _leads_to(facts: Facts, state: State) -> bool:
    try:
        there = replay(fact for each in facts for fact in each)
        if lacks_history(state):
            there = replace(
                there, numbers=state.numbers, told=state.told, collected=state.collected
            )
        return there == state
    except (EngineError, LookupError, ValueError, TypeError, AttributeError):
        return False  # facts that do not follow from each other cannot be replayed
