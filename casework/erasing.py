"""Erasure: destroys a key, and with it everything sealed under it; a certificate stays."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select, update

from casework import authority, log, operators, protected
from casework.authority import Right
from casework.certificates import Certificate, Ground, certify
from casework.context import Onward
from casework.held import CASES, IS_OPEN, unknown
from casework.principal import Principal
from casework.wrapping import wrapped_columns
from engine.errors import Refusal
from engine.records import RecordError
from engine.statuses import CasePhase
from engine.visibility import parties
from models.columns import table_of
from models.keys import SealError
from models.people import Person

_PEOPLE = table_of(Person)


class KeyOf(StrEnum):
    """Whose key is destroyed."""

    PERSON = "person"
    """What is known of the person, in all their cases."""
    CASE = "case"
    """The log and the state of one case."""


def erase(
    onward: Onward, code: str, keys: Collection[KeyOf], ground: Ground, by: Principal
) -> list[Certificate]:
    """Destroy keys of an ended case: all or none. The hash chains stay valid.

    Backups keep them until they are destroyed too.

    Returns:
        A certificate for each key; none for one that was destroyed before.

    Raises:
        Refusal: `unknown_case`; `open_case` while the case, or with the person's key any of
            their cases, is open.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.write() as connection:
        onward.store.overwrite(connection)
        query = select(CASES).where(CASES.c.code == code).with_for_update()
        case = connection.execute(query).one_or_none()
        if case is None:
            raise unknown(code)
        made, gone = list[Certificate](), list[tuple[bytes, bytes]]()
        for destroy in (each for key_of, each in _DESTROYS.items() if key_of in keys):
            found = destroy(connection, onward, case)
            if found is None:
                continue
            owner, wrapped, cases = found
            gone.append((wrapped, owner))
            made.append(
                certify(
                    onward, connection, by, owner=owner, cases=cases, ground=ground, wrapped=wrapped
                )
            )
            operators.note(
                onward, connection, by, "erase", owner=owner.decode(), ground=str(ground)
            )
    for wrapped, owner in gone:
        onward.keys.forget(wrapped, owner)
    onward.states.forget(code)
    onward.store.clear_journal()
    return made


_Destroyed = tuple[bytes, bytes, list[str]]
"""The owner, their wrapped key, and the cases that it concerns."""


def _destroy_person(connection: Connection, onward: Onward, case: Any) -> _Destroyed | None:
    query = select(_PEOPLE).where(_PEOPLE.c.id == case.person_id).with_for_update()
    person = connection.execute(query).one()
    _refuse_open(connection, person.id)
    if person.wrapped_key is None:
        return None
    connection.execute(
        update(_PEOPLE)
        .where(_PEOPLE.c.id == person.id)
        .values(
            **wrapped_columns(None),
            erased_at=onward.clock.now(),
            version=_PEOPLE.c.version + 1,
        )
    )
    codes = select(CASES.c.code).where(CASES.c.person_id == person.id).order_by(CASES.c.id)
    return protected.owner_of(person.id), person.wrapped_key, [*connection.scalars(codes)]


def _destroy_case(connection: Connection, onward: Onward, case: Any) -> _Destroyed | None:
    if case.status == CasePhase.OPEN and case.end:
        raise Refusal("open_case.going_on", case=case.code)
    if case.status == CasePhase.OPEN:
        raise Refusal("open_case.alone", case=case.code)
    if case.wrapped_key is None:
        return None
    gone = {**wrapped_columns(None), "parties": case.parties or _parties(onward, case)}
    connection.execute(update(CASES).where(CASES.c.id == case.id).values(gone))
    return log.owner_of(case.code), case.wrapped_key, [case.code]


_DESTROYS = {KeyOf.PERSON: _destroy_person, KeyOf.CASE: _destroy_case}


def _refuse_open(connection: Connection, person_id: int) -> None:
    query = select(CASES.c.end).where(CASES.c.person_id == person_id, IS_OPEN)
    still = connection.execute(query).first()
    if still is not None:
        if still.end:
            raise Refusal("open_case.of_person_going_on")
        raise Refusal("open_case.of_person")


def _parties(onward: Onward, case: Any) -> list[str]:
    """The agencies that had a part in a case; if its state is damaged, only who answers for it."""
    try:
        cipher = onward.keys.cipher(case.wrapped_key, log.owner_of(case.code))
        return sorted(parties(onward.states.read(cipher, case.code, case.sealed_state)))
    except (SealError, RecordError):
        return [case.responsible]
