"""Erasure: destroys a key, and with it everything sealed under it; a certificate stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, func, select, update

from casework import authority, log, operators, protected
from casework.authority import Right
from casework.certificates import Ground, certificates, certified, certify
from casework.closing_rows import close_rows
from casework.context import Onward
from casework.erasure_list import Certificate
from casework.held import CASES, IS_OPEN, unknown
from casework.left_by_erasure import left_by, left_by_person
from casework.manifest import Manifest
from casework.principal import Principal
from casework.wrapping import wrapped_columns
from engine.errors import Refusal
from engine.records import RecordError
from engine.state import TaskKind
from engine.statuses import CasePhase
from engine.visibility import parties
from models.columns import table_of
from models.exports import Export
from models.keys import SealError
from models.notices import OwedNotice, under_way
from models.people import Person
from models.protected import ProtectedValue
from models.turns import LogEntry
from models.work import CaseTask

_PEOPLE, _VALUES = table_of(Person), table_of(ProtectedValue)
_TASKS = table_of(CaseTask)
_ENTRIES, _NOTICES, _EXPORTS = table_of(LogEntry), table_of(OwedNotice), table_of(Export)


class KeyOf(StrEnum):
    """Whose key is destroyed."""

    PERSON = "person"
    """What is known of the person, in all their cases."""
    CASE = "case"
    """The log and the state of one case."""


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure takes away, and what it leaves."""

    owners: tuple[str, ...]
    """Whose keys would be destroyed; none if all were before."""
    cases: tuple[str, ...]
    entries: int
    """Log entries that could not be read any more."""
    answers: int
    """Answers about the person that could not be read any more."""
    notices: int
    """Notices that would not leave any more."""
    exports: int
    """Exports that were made since; what left with them is with those who have it."""


def preview(onward: Onward, code: str, keys: Collection[KeyOf], by: Principal) -> Preview:
    """What `erase` would do. Changes nothing.

    Raises:
        Refusal: as `erase`.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        case = _case(connection, code)
        if case is None:
            raise unknown(code)
        found = [_FINDS[each](connection, onward, case) for each in KeyOf if each in keys]
        there = [each for each in found if each.wrapped is not None]
        of_person = _VALUES.c.person_id == case.person_id
        owed = (_NOTICES.c.case_id == case.id) & under_way(_NOTICES)
        kinds = {KeyOf(each.owner.decode().partition(":")[0]) for each in there}
        return Preview(
            owners=tuple(each.owner.decode() for each in there),
            cases=tuple(dict.fromkeys(code for each in there for code in each.cases)),
            entries=_count(connection, _ENTRIES, _ENTRIES.c.case_id == case.id)
            if KeyOf.CASE in kinds
            else 0,
            answers=_count(connection, _VALUES, of_person) if KeyOf.PERSON in kinds else 0,
            notices=_count(connection, _NOTICES, owed) if KeyOf.CASE in kinds else 0,
            exports=_count(connection, _EXPORTS, _EXPORTS.c.made_at >= case.opened_at),
        )


def _count(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    return int(connection.scalar(select(func.count()).select_from(table).where(where)) or 0)


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
        ErasureListError: it is done, and cannot be written down outside the database.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.write() as connection:
        onward.store.overwrite(connection)
        case = _case(connection, code)
        if case is None:
            raise unknown(code)
        found = [_FINDS[each](connection, onward, case) for each in KeyOf if each in keys]
        made = [
            _certified(onward, connection, by, each, ground)
            for each in found
            if each.wrapped is not None
        ]
    _forget(onward, found)
    onward.erasures.add(certificates(onward, by))
    return made


def replay(onward: Onward, known: Iterable[Certificate], by: Principal) -> list[Certificate]:
    """Destroy again, in a database that was put back, what was erased since it was copied.

    A case that was open by then is closed in its rows, since nobody can act in it any more. What the
    database does not know is left out, as is a person who has none of the cases named beside them.

    Returns:
        A certificate for each key that was there.
    """
    authority.require(by, Right.OPERATE)
    found, made = list[_Found](), list[Certificate]()
    with onward.store.write() as connection:
        onward.store.overwrite(connection)
        for each in known:
            there = _there(connection, onward, each)
            if there is None or there.wrapped is None:
                continue
            found.append(there)
            if certified(connection, there.owner):  # and the key was put back beside it
                _destroy(onward, connection, there)
            else:
                made.append(_certified(onward, connection, by, there, each.ground))
    _forget(onward, found)
    onward.erasures.add(certificates(onward, by))
    return made


class _Found(NamedTuple):
    """A key to destroy."""

    owner: bytes
    wrapped: bytes | None
    """None if it is gone."""
    cases: list[str]
    """Codes of the cases that it concerns."""
    row: int
    more: dict[str, Any]
    """Columns that change with it."""


def _certified(
    onward: Onward, connection: Connection, by: Principal, found: _Found, ground: str
) -> Certificate:
    """Destroy a key, and record that."""
    assert found.wrapped is not None
    left = _destroy(onward, connection, found)
    operators.note(onward, connection, by, "erase", owner=found.owner.decode(), ground=ground)
    return certify(
        onward,
        connection,
        by,
        owner=found.owner,
        cases=found.cases,
        ground=ground,
        wrapped=found.wrapped,
        left=left,
    )


def _is_case(found: _Found) -> bool:
    return found.owner.startswith(b"case:")


def _destroy(onward: Onward, connection: Connection, found: _Found) -> Manifest:
    """Returns what its certificate says of the rows that stay, and of those that go."""
    table = CASES if _is_case(found) else _PEOPLE
    values = wrapped_columns(None) | found.more
    connection.execute(update(table).where(table.c.id == found.row).values(values))
    if table is CASES:
        close_rows(connection, found.row)
        return left_by(onward.proof, connection, found.row)
    return left_by_person(protected.drop_carried_to(connection, found.row))


def _forget(onward: Onward, found: Iterable[_Found]) -> None:
    """Also in this process, and in the journal."""
    for each in found:
        if each.wrapped is not None:
            onward.keys.forget(each.wrapped, each.owner)
        for code in each.cases:
            onward.states.forget(code)
    onward.store.clear_journal()


def _case(connection: Connection, code: str) -> Any:
    query = select(CASES).where(CASES.c.code == code).with_for_update()
    return connection.execute(query).one_or_none()


def _person_of(connection: Connection, onward: Onward, case: Any) -> _Found:
    found = _person(connection, onward, case.person_id)
    _refuse_open(connection, case.person_id)
    return found


def _person(connection: Connection, onward: Onward, person_id: int) -> _Found:
    query = select(_PEOPLE).where(_PEOPLE.c.id == person_id).with_for_update()
    person = connection.execute(query).one()
    codes = select(CASES.c.code).where(CASES.c.person_id == person.id).order_by(CASES.c.id)
    more = {"erased_at": onward.clock.now(), "version": person.version + 1}
    owner = protected.owner_of(person.id)
    return _Found(owner, person.wrapped_key, [*connection.scalars(codes)], person.id, more)


def _ended_case(connection: Connection, onward: Onward, case: Any) -> _Found:
    if case.status == CasePhase.OPEN and case.end:
        raise Refusal("open_case.going_on", case=case.code)
    if case.status == CasePhase.OPEN:
        raise Refusal("open_case.alone", case=case.code)
    _refuse_unconfirmed(connection, case)
    return _of_case(onward, case)


def _of_case(onward: Onward, case: Any) -> _Found:
    more: dict[str, Any] = {"due_at": None}
    if case.wrapped_key is not None:
        more["parties"] = case.parties or _parties(onward, case)
    return _Found(log.owner_of(case.code), case.wrapped_key, [case.code], case.id, more)


_FINDS = {KeyOf.PERSON: _person_of, KeyOf.CASE: _ended_case}


def _there(connection: Connection, onward: Onward, of: Certificate) -> _Found | None:
    """The key of a certificate in this database."""
    cases = [case for code in of.cases if (case := _case(connection, code)) is not None]
    kind, _, name = of.owner.partition(":")
    if kind == KeyOf.CASE:
        return next((_of_case(onward, case) for case in cases if case.code == name), None)
    if any(str(case.person_id) == name for case in cases):
        return _person(connection, onward, int(name))
    return None


def _refuse_open(connection: Connection, person_id: int) -> None:
    query = select(CASES.c.end).where(CASES.c.person_id == person_id, IS_OPEN)
    still = connection.execute(query).first()
    if still is not None:
        if still.end:
            raise Refusal("open_case.of_person_going_on")
        raise Refusal("open_case.of_person")


def _refuse_unconfirmed(connection: Connection, case: Any) -> None:
    """Nobody could see to it any more that an agency has stopped."""
    is_stop = and_(_TASKS.c.kind == TaskKind.STOP.value, _TASKS.c.is_open)
    query = select(_TASKS.c.id).where(_TASKS.c.case_id == case.id, is_stop).limit(1)
    if connection.execute(query).first() is not None:
        raise Refusal("open_case.to_stop", case=case.code)


def _parties(onward: Onward, case: Any) -> list[str]:
    """The agencies that had a part in a case; if its state is damaged, only who answers for it."""
    try:
        cipher = onward.keys.cipher(case.wrapped_key, log.owner_of(case.code))
        return sorted(parties(onward.states.read(cipher, case.code, case.sealed_state)))
    except (SealError, RecordError):
        return [case.responsible]
