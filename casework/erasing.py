"""Erasure: destroys a key, and with it everything sealed under it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, update

from casework import authority, log, operators, protected
from casework.authority import Right
from casework.context import Onward
from casework.held import CASES, IS_OPEN, unknown
from casework.principal import Principal
from engine.errors import Refusal
from engine.records import RecordError
from engine.statuses import CasePhase
from engine.visibility import parties
from models.columns import table_of
from models.keys import SealError
from models.people import Person

_PEOPLE = table_of(Person)


def person_of(onward: Onward, code: str, by: Principal) -> int:
    """The person of a case. Raises Refusal `unknown_case`."""
    authority.require(by, Right.OPERATE)
    query = select(CASES.c.person_id).where(CASES.c.code == code)
    with onward.store.read() as connection:
        found = connection.execute(query).scalar()
    if found is None:
        raise unknown(code)
    return int(found)


def erase_person(onward: Onward, person_id: int, by: Principal) -> None:
    """Destroy everything known of a person; the hash chains of their cases stay valid.

    Backups keep it until they are destroyed too.

    Raises:
        Refusal: `unknown_person`, or `open_case` while one of their cases is open.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.write() as connection:
        _overwrite(onward, connection)
        query = select(_PEOPLE).where(_PEOPLE.c.id == person_id).with_for_update()
        person = connection.execute(query).one_or_none()
        if person is None:
            raise Refusal("unknown_person.none")
        _refuse_open(connection, person_id)
        connection.execute(
            update(_PEOPLE)
            .where(_PEOPLE.c.id == person_id)
            .values(wrapped_key=None, erased_at=onward.clock.now(), version=_PEOPLE.c.version + 1)
        )
        operators.note(onward, connection, by, "erase_person", person=str(person_id))
    if person.wrapped_key is not None:
        onward.keys.forget(person.wrapped_key, protected.owner_of(person_id))
    _clear_journal(onward)


def _refuse_open(connection: Connection, person_id: int) -> None:
    query = select(CASES.c.end).where(CASES.c.person_id == person_id, IS_OPEN)
    still = connection.execute(query).first()
    if still is not None:
        if still.end:
            raise Refusal("open_case.of_person_going_on")
        raise Refusal("open_case.of_person")


def erase_case(onward: Onward, code: str, by: Principal) -> None:
    """Destroy the key of an ended case, whose log and state can then no longer be read.

    Raises:
        Refusal: `unknown_case` or `open_case`.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.write() as connection:
        _overwrite(onward, connection)
        query = select(CASES).where(CASES.c.code == code).with_for_update()
        case = connection.execute(query).one_or_none()
        if case is None:
            raise unknown(code)
        if case.status == CasePhase.OPEN and case.end:
            raise Refusal("open_case.going_on", case=code)
        if case.status == CasePhase.OPEN:
            raise Refusal("open_case.alone", case=code)
        if case.wrapped_key is not None:
            gone = {"wrapped_key": None, "parties": case.parties or _parties(onward, case)}
            connection.execute(update(CASES).where(CASES.c.id == case.id).values(gone))
        operators.note(onward, connection, by, "erase_case", case=code)
    if case.wrapped_key is not None:
        onward.keys.forget(case.wrapped_key, log.owner_of(code))
    onward.states.forget(code)
    _clear_journal(onward)


def _parties(onward: Onward, case: Any) -> list[str]:
    """The agencies that had a part in a case; if its state is damaged, only who answers for it."""
    try:
        cipher = onward.keys.cipher(case.wrapped_key, log.owner_of(case.code))
        return sorted(parties(onward.states.read(cipher, case.code, case.sealed_state)))
    except (SealError, RecordError):
        return [case.responsible]


def _overwrite(onward: Onward, connection: Connection) -> None:
    """Make SQLite overwrite deleted content, which otherwise stays in the file."""
    if onward.store.kind == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def _clear_journal(onward: Onward) -> None:
    """Clear SQLite's journal, which holds the old page until it is written back."""
    if onward.store.kind == "sqlite":
        with onward.store.engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
