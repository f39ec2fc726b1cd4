"""Erasure: destroys a key, and with it everything sealed under it; a certificate stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, update

from casework import authority, drafts, idempotency, log, operators, protected
from casework.authority import Right
from casework.case_rows import CASES, hold_installation, unknown
from casework.certificates import ErasureGround, certificates, certified, certify
from casework.context import Onward
from casework.erasable import hold_on, refuse_early, refuse_open, refuse_open_person
from casework.erasure_list import Certificate
from casework.left_by_erasure import left_by, left_by_person
from casework.legal_holds import LegalHold
from casework.manifest import Manifest
from casework.placing_holds import remember_request
from casework.principal import Principal
from casework.sealing.rollback import require_nothing_lost
from casework.wrapping import wrapped_columns
from engine.errors import Refusal
from engine.retention import ErasureDue
from engine.statuses import CasePhase, NoticeStatus, RequestStatus, TaskStatus
from models.columns import table_of
from models.exports import Export
from models.notices import OwedNotice, under_way
from models.people import Person
from models.protected import ProtectedValue
from models.turns import CaseClock, LogEntry
from models.work import CaseHandOver, CaseTask

_PEOPLE, _VALUES = table_of(Person), table_of(ProtectedValue)
_ENTRIES, _NOTICES, _EXPORTS = table_of(LogEntry), table_of(OwedNotice), table_of(Export)
_TASKS, _ASKED, _CLOCKS = table_of(CaseTask), table_of(CaseHandOver), table_of(CaseClock)


class KeyOf(StrEnum):
    """Whose key is destroyed."""

    PERSON = "person"
    """The person's key, which seals everything protected about them in all their cases."""
    CASE = "case"
    """The case's key, which seals its log and its state."""


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure would destroy, and what it would leave."""

    owners: tuple[str, ...]
    """The owners of the keys that would be destroyed; empty if all have been destroyed before."""
    cases: tuple[str, ...]
    entries: int
    """Log entries that become unreadable."""
    answers: int
    """Answers about the person that become unreadable."""
    notices: int
    """Notices that will no longer be sent."""
    exports: int
    """Exports made since the case was opened, whose contents stay with whoever has them."""
    is_held: bool
    """Whether a legal hold stands in the way, so that `erase` will refuse."""


def preview(
    onward: Onward, code: str, keys: Collection[KeyOf], ground: ErasureGround, by: Principal
) -> Preview:
    """What `erase` would do. Changes nothing.

    Raises:
        Refusal: `unknown_case`, `open_case` or, if there is no hold, `not_due`; as in `erase`.
        CalendarError: the calendar of a country is not known.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        case, found = _to_destroy(onward, connection, code, keys, lock=False)
        is_held = hold_on(onward, connection, _codes(found)) is not None
        if not is_held:
            refuse_early(onward, connection, _codes(found), ground)
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
            is_held=is_held,
        )


def _count(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    return int(connection.scalar(select(func.count()).select_from(table).where(where)) or 0)


def erase(
    onward: Onward, code: str, keys: Collection[KeyOf], ground: ErasureGround, by: Principal
) -> list[Certificate]:
    """Destroy keys of an ended case, all or none of them. The hash chains stay valid.

    Backups still contain the keys, until the backups are destroyed too.

    Returns:
        A certificate for each key that is destroyed now.

    Raises:
        Refusal: `unknown_case`. `open_case`: the case's key is to be destroyed, and the case is
            open or an agency has yet to confirm that it has stopped; or the person's key is to be
            destroyed, and one of their cases is open. `on_hold`: a case that would lose something
            is on legal hold; if the person asked for the erasure, the hold records their request.
            `not_due`: see `erasable.refuse_early`. `set_back`: the database seems to have been put
            back to an earlier state, and an operator has to decide first.
        CalendarError: the calendar of a country is not known.
        ErasureListError: the keys are destroyed, but this cannot be recorded outside the database.
    """
    authority.require(by, Right.OPERATE)
    made = list[Certificate]()
    with onward.store.write() as connection:
        require_nothing_lost(onward, connection)
        onward.store.overwrite(connection)
        _, found = _to_destroy(onward, connection, code, keys)
        hold_installation(onward, connection)  # so that no hold is placed on it meanwhile
        hold = hold_on(onward, connection, _codes(found))
        if hold is None:
            due = refuse_early(onward, connection, _codes(found), ground).get(code)
            made += [
                _certified(onward, connection, by, each, ground, due)
                for each in found
                if each.wrapped is not None
            ]
    if hold is not None:
        raise _held(onward, code, ground, hold, by)
    _forget(onward, found)
    onward.erasures.add(certificates(onward, by))
    return made


def replay(onward: Onward, known: Iterable[Certificate], by: Principal) -> list[Certificate]:
    """Destroy again, in a database restored from a backup, the keys destroyed since the backup was
    made.

    If a case loses its key and was still open in the backup, its rows are closed, since nobody can
    act in it any more. Certificates for unknown cases are skipped, as are those for a person who
    has none of the cases listed.

    Returns:
        A certificate for each key destroyed, unless the database already has one.

    Raises:
        ErasureListError: the keys are destroyed, but this cannot be recorded outside the database.
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
            if certified(connection, there.owner):  # the key was restored along with it
                _destroy(onward, connection, there)
            else:
                made.append(_certified(onward, connection, by, there, each.ground))
    _forget(onward, found)
    onward.erasures.add(certificates(onward, by))
    return made


def _held(
    onward: Onward, code: str, ground: ErasureGround, hold: LegalHold, by: Principal
) -> Refusal:
    """The refusal because of a legal hold. If the person asked for the erasure, records their
    request, so that the erasure can follow once the hold is lifted.
    """
    if ground is not ErasureGround.REQUEST:
        return Refusal("on_hold.other", case=code, hold=hold.number, since=hold.since)
    remember_request(onward, hold, by)
    return Refusal("on_hold.request", case=code, hold=hold.number, since=hold.since)


class _Found(NamedTuple):
    """A key to destroy."""

    owner: bytes
    wrapped: bytes | None
    """None if the key is gone."""
    cases: list[str]
    """The codes of the cases concerned."""
    row: int
    more: dict[str, Any]
    """What else changes in the row of the case or person, by column."""


def _to_destroy(
    onward: Onward,
    connection: Connection,
    code: str,
    keys: Collection[KeyOf],
    *,
    lock: bool = True,
) -> tuple[Any, list[_Found]]:
    """The case, and the keys to destroy. Raises Refusal `unknown_case` or `open_case`."""
    case = _case(connection, code, lock=lock)
    if case is None:
        raise unknown(code)
    found = [_FINDS[each](connection, onward, case, lock=lock) for each in KeyOf if each in keys]
    return case, found


def _codes(found: Iterable[_Found]) -> set[str]:
    """The codes of the cases that lose something."""
    return {code for each in found if each.wrapped is not None for code in each.cases}


def _certified(
    onward: Onward,
    connection: Connection,
    by: Principal,
    found: _Found,
    ground: str,
    due: ErasureDue | None = None,
) -> Certificate:
    """Destroy a key and record that, with the retention period that was over, if it is known."""
    assert found.wrapped is not None
    left = _destroy(onward, connection, found)
    about = {"owner": found.owner.decode(), "ground": ground, **_said_of(due)}
    operators.note(onward, connection, by, "erase", **about)
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


def _said_of(due: ErasureDue | None) -> dict[str, str]:
    if due is None:
        return {}
    whose = " ".join(filter(None, (due.kept.country, due.kept.bound)))
    return {"due": f"{due.at:%Y-%m-%dT%H:%M:%SZ}", "period": f"{whose} {due.kept.period}"}


def _is_case(found: _Found) -> bool:
    return found.owner.startswith(b"case:")


def _destroy(onward: Onward, connection: Connection, found: _Found) -> Manifest:
    """Destroy a key. Returns the certificate's manifest of the rows that stay and of the rows that
    are deleted.
    """
    table = CASES if _is_case(found) else _PEOPLE
    values = wrapped_columns(None) | found.more
    connection.execute(update(table).where(table.c.id == found.row).values(values))
    of_it = CASES.c.id if table is CASES else CASES.c.person_id
    drafts.end_of_cases(connection, of_it == found.row)
    idempotency.forget(connection, found.cases)
    if table is CASES:
        _close_rows(connection, found.row)
        return left_by(onward.proof, connection, found.row)
    return left_by_person(protected.drop_carried_to(connection, found.row))


def _forget(onward: Onward, found: Iterable[_Found]) -> None:
    """Forget the keys in this process too, and clear the journal."""
    for each in found:
        if each.wrapped is not None:
            onward.keys.forget(each.wrapped, each.owner)
        for code in each.cases:
            onward.states.forget(code)
    onward.store.clear_journal()


def _case(connection: Connection, code: str, *, lock: bool = True) -> Any:
    query = select(CASES).where(CASES.c.code == code)
    return connection.execute(query.with_for_update() if lock else query).one_or_none()


def _person_of(connection: Connection, onward: Onward, case: Any, *, lock: bool = True) -> _Found:
    found = _person(connection, onward, case.person_id, lock=lock)
    refuse_open_person(connection, case.person_id)
    return found


def _person(connection: Connection, onward: Onward, person_id: int, *, lock: bool = True) -> _Found:
    query = select(_PEOPLE).where(_PEOPLE.c.id == person_id)
    person = connection.execute(query.with_for_update() if lock else query).one()
    codes = select(CASES.c.code).where(CASES.c.person_id == person.id).order_by(CASES.c.id)
    more = {"erased_at": onward.clock.now(), "version": person.version + 1}
    owner = protected.owner_of(person.id)
    return _Found(owner, person.wrapped_key, [*connection.scalars(codes)], person.id, more)


def _ended_case(connection: Connection, onward: Onward, case: Any, *, lock: bool = True) -> _Found:
    refuse_open(connection, case)
    return _of_case(onward, case)


def _of_case(onward: Onward, case: Any) -> _Found:
    more: dict[str, Any] = {"due_at": None}
    if case.wrapped_key is not None:
        # A damaged case may have no list; then only the responsible agency is known.
        more["parties"] = case.parties or [case.responsible]
    return _Found(log.owner_of(case.code), case.wrapped_key, [case.code], case.id, more)


_FINDS = {KeyOf.PERSON: _person_of, KeyOf.CASE: _ended_case}


def _there(connection: Connection, onward: Onward, of: Certificate) -> _Found | None:
    """The key in this database that a certificate is about; None if its owner is not known here."""
    cases = [case for code in of.cases if (case := _case(connection, code)) is not None]
    kind, _, name = of.owner.partition(":")
    if kind == KeyOf.CASE:
        return next((_of_case(onward, case) for case in cases if case.code == name), None)
    if any(str(case.person_id) == name for case in cases):
        return _person(connection, onward, int(name))
    return None


def _close_rows(connection: Connection, case_id: int) -> None:
    """Close the rows of a case whose key is gone: nobody can act in it, and nothing in it is due or
    sent.

    This is not written in its state, which can no longer be read. The case may be open if it was
    restored from a backup made before its end.
    """
    this = CASES.c.id == case_id
    none_due = {"due_at": None, "notice_at": None, "told": CASES.c.version}
    connection.execute(update(CASES).where(this).values(none_due))
    owed = update(_NOTICES).where(_NOTICES.c.case_id == case_id, under_way(_NOTICES))
    connection.execute(owed.values(status=NoticeStatus.CANCELLED))
    tasks = update(_TASKS).where(_TASKS.c.case_id == case_id, _TASKS.c.is_open)
    connection.execute(tasks.values(status=TaskStatus.WITHDRAWN, is_open=False))
    ended = {"status": CasePhase.ENDED, "stages": list[str]()}
    is_open = CASES.c.status == CasePhase.OPEN
    if not connection.execute(update(CASES).where(this, is_open).values(ended)).rowcount:
        return
    asked = update(_ASKED).where(_ASKED.c.case_id == case_id)
    connection.execute(asked.values(status=RequestStatus.REVOKED))
    connection.execute(delete(_CLOCKS).where(_CLOCKS.c.case_id == case_id))
