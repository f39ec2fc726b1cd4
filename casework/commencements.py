"""Versions coming into force: which of them move running cases, since when, and which cases they
left in place.

A case that moved is on the new version, so nothing about it is stored here. What is stored is why a
version left a case in place: it `cannot` move, it `stays` because of the rule's condition, or
somebody `reverted` the move. The first is retried after each new log entry; the others are final.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    update,
)

from casework import authority, operators
from casework.authority import Right
from casework.case_rows import CASES, IS_OPEN
from casework.context import Onward
from casework.principal import Principal
from models.columns import table_of
from models.commencements import Commencement as CommencementRow
from models.commencements import CommencementChange, UnmovedCase
from models.definitions import PathwayVersion
from models.prepared import all_rows, first_row

if TYPE_CHECKING:
    from engine.pathway import Pathway

_COMMENCEMENTS, _UNMOVED = table_of(CommencementRow), table_of(UnmovedCase)
_CHANGES = table_of(CommencementChange)
_NEW = table_of(PathwayVersion)
_OLD = _NEW.alias("older")
_NOW = bindparam("now", type_=_COMMENCEMENTS.c.at.type)
REVERTED = "reverted"
_CANNOT = "cannot"
_NOTED = ("commencements", "commencement_changes")
_CALLED_OFF, _CALLED_AGAIN = "called off", "called again"


class MovingVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version that moves running cases by its own rule."""

    version_id: int
    name: str
    number: int
    at: datetime
    """The moment from which the version moves cases."""
    person: str
    """Who published it, as `Principal.known_as`."""


def announce(
    connection: Connection, version_id: int, pathway: Pathway, person: str, now: datetime
) -> None:
    """Record that a newly published version moves running cases by its own rule, if it has such a
    rule. It moves them from the day it takes effect or, if that day has begun, from now.
    """
    head = pathway.definition
    if head.running_cases.rule != "migrate":
        return
    day = datetime.combine(head.effective, time(), UTC)
    values = {"pathway_version_id": version_id, "at": max(day, now), "person": person}
    connection.execute(insert(_COMMENCEMENTS).values(version=1, **values))


def is_standing(connection: Connection, version_id: int) -> bool:
    """Whether a version moves running cases by its own rule, or will once it is in force. False if
    it was called off.
    """
    query = select(_COMMENCEMENTS.c.id).where(
        _COMMENCEMENTS.c.pathway_version_id == version_id, _COMMENCEMENTS.c.called_off_at.is_(None)
    )
    return connection.scalar(query) is not None


def in_force(connection: Connection, now: datetime) -> tuple[tuple[int, int], ...]:
    """The versions now moving cases by themselves, each as the id of its commencement and a number
    that rises whenever it is called off or reinstated.
    """
    rows = all_rows(connection, _read_in_force(), {"now": now})
    return tuple((row.id, row.version) for row in rows)


@cache
def _read_in_force() -> Select[Any]:
    columns = (_COMMENCEMENTS.c.id, _COMMENCEMENTS.c.version)
    return select(*columns).where(*_in_force(_NOW)).order_by(_COMMENCEMENTS.c.id)


def next_in_force(connection: Connection, after: datetime) -> datetime | None:
    """The next moment at which a version starts to move cases by itself; None if none will."""
    query = select(func.min(_COMMENCEMENTS.c.at)).where(
        _COMMENCEMENTS.c.at > after, _COMMENCEMENTS.c.called_off_at.is_(None)
    )
    found: datetime | None = connection.scalar(query)
    return found


def to_move(connection: Connection, now: datetime) -> ColumnElement[bool]:
    """The condition for open cases that a version in force still has to move, or to leave in place.

    Versions are read first, because SQLite would otherwise start with all open cases.
    """
    older = [row.id for row in all_rows(connection, _read_older(), {"now": now})]
    if not older:
        return false()
    pending = (
        select(_NEW.c.id)
        .select_from(_COMMENCEMENTS)
        .join(*_BY_VERSION)
        .join(*_TO_OLDER)
        .where(_OLD.c.id == CASES.c.pathway_version_id, *_in_force(now), ~_settled())
        .correlate(CASES)
    )
    on_older = CASES.c.pathway_version_id.in_(older)
    return and_(IS_OPEN, on_older, pending.exists())


@cache
def _read_older() -> Select[Any]:
    """The ids of all versions for which a newer version of the same pathway is in force."""
    query = select(_OLD.c.id).distinct().select_from(_COMMENCEMENTS).join(*_BY_VERSION)
    return query.join(*_TO_OLDER).where(*_in_force(_NOW))


def next_for(
    connection: Connection, code: str, now: datetime, *, lock: bool = False
) -> MovingVersion | None:
    """The version in force that is next to move the case, in the order of coming into force; None
    if there is none.

    Args:
        lock: whether to prevent the version from being called off until the end of the transaction.
    """
    row = first_row(connection, _read_next(lock), {"code": code, "now": now})
    if row is None:
        return None
    return MovingVersion(
        version_id=row.id, name=row.name, number=row.number, at=row.at, person=row.person
    )


@cache
def _read_next(lock: bool) -> Select[Any]:
    columns = (_NEW.c.id, _NEW.c.name, _NEW.c.number, _COMMENCEMENTS.c.at, _COMMENCEMENTS.c.person)
    query = (
        _on_older_versions()
        .with_only_columns(*columns)
        .where(CASES.c.code == bindparam("code"), IS_OPEN, *_in_force(_NOW), ~_settled())
        .order_by(_COMMENCEMENTS.c.at, _NEW.c.number)
        .limit(1)
    )
    return query.with_for_update(read=True, of=_COMMENCEMENTS) if lock else query


def next_after(
    connection: Connection, code: str, rule: MovingVersion, now: datetime
) -> datetime | None:
    """The moment at which the next version after `rule` that is to move the case came into force;
    None if there is no such version.
    """
    query = (
        _on_older_versions()
        .with_only_columns(_COMMENCEMENTS.c.at)
        .where(CASES.c.code == code, *_in_force(now), _NEW.c.number > rule.number, ~_decided())
        .order_by(_COMMENCEMENTS.c.at)
        .limit(1)
    )
    found: datetime | None = connection.scalar(query)
    return found


_BY_VERSION = (_NEW, _NEW.c.id == _COMMENCEMENTS.c.pathway_version_id)
_TO_OLDER = (_OLD, and_(_OLD.c.name == _NEW.c.name, _OLD.c.number < _NEW.c.number))


def _on_older_versions() -> Select[Any]:
    """Each version with a commencement, joined with each case on an older version."""
    return (
        select()
        .select_from(_COMMENCEMENTS)
        .join(*_BY_VERSION)
        .join(*_TO_OLDER)
        .join(CASES, CASES.c.pathway_version_id == _OLD.c.id)
    )


def _in_force(now: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _COMMENCEMENTS.c.at <= now, _COMMENCEMENTS.c.called_off_at.is_(None)


def _settled() -> ColumnElement[bool]:
    """The condition that the version left the case in place for good, or that the case has had no
    log entry since it was left in place.
    """
    return _let_be(or_(_UNMOVED.c.word != _CANNOT, _UNMOVED.c.entries >= CASES.c.version))


def _decided() -> ColumnElement[bool]:
    """The condition that the version left the case in place for good."""
    return _let_be(_UNMOVED.c.word != _CANNOT)


def _let_be(how: ColumnElement[bool]) -> ColumnElement[bool]:
    of_it = (_UNMOVED.c.case_id == CASES.c.id, _UNMOVED.c.pathway_version_id == _NEW.c.id)
    return exists().where(*of_it, how).correlate(CASES, _NEW)


def word_of(connection: Connection, case_id: int, version_id: int) -> str:
    """Why a version left a case in place; empty if it did not."""
    query = select(_UNMOVED.c.word).where(*_of(case_id, version_id))
    return str(connection.execute(query).scalar() or "")


def leave(
    connection: Connection, case_id: int, version_id: int, word: str, entries: int, at: datetime
) -> None:
    """Record that a version left a case in place.

    Args:
        word: cannot | stays | reverted
        entries: the length of the case's log at that time.
    """
    forget(connection, case_id, version_id)
    values = {"case_id": case_id, "pathway_version_id": version_id, "entries": entries}
    connection.execute(insert(_UNMOVED).values(word=word, at=at, **values))


def forget(connection: Connection, case_id: int, version_id: int) -> None:
    """Remove the record, if any, that a version left a case in place."""
    connection.execute(delete(_UNMOVED).where(*_of(case_id, version_id)))


def _of(case_id: int, version_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _UNMOVED.c.case_id == case_id, _UNMOVED.c.pathway_version_id == version_id


_TO_UNMOVED = (
    _UNMOVED,
    and_(_UNMOVED.c.case_id == CASES.c.id, _UNMOVED.c.pathway_version_id == _NEW.c.id),
)
_IS_STRANDED = (
    _COMMENCEMENTS.c.called_off_at.is_(None),
    _UNMOVED.c.word == _CANNOT,
    IS_OPEN,
)


def is_stranded() -> ColumnElement[bool]:
    """The condition for open cases that cannot move to a version in force."""
    found = _on_older_versions().join(*_TO_UNMOVED).where(*_IS_STRANDED)
    return CASES.c.id.in_(found.with_only_columns(CASES.c.id).correlate(None))


def newest_out_of_reach() -> ScalarSelect[int | None]:
    """For each case in a query: the newest version in force to which it cannot move; NULL if there
    is none.
    """
    return (
        select(func.max(_NEW.c.number))
        .select_from(_COMMENCEMENTS)
        .join(*_BY_VERSION)
        .join(*_TO_OLDER)
        .join(*_TO_UNMOVED)
        .where(_OLD.c.id == CASES.c.pathway_version_id, *_IS_STRANDED)
        .correlate(CASES)
        .scalar_subquery()
    )


def cannot_move_to(connection: Connection, code: str) -> int | None:
    """The newest version in force to which an open case cannot move; None if there is none."""
    query = select(newest_out_of_reach()).select_from(CASES).where(CASES.c.code == code)
    found: int | None = connection.scalar(query)
    return found


def stranded(connection: Connection, name: str, number: int) -> set[str]:
    """Codes of open cases that cannot move to this version; none while it is called off."""
    of_it = (_NEW.c.name == name, _NEW.c.number == number)
    found = _on_older_versions().join(*_TO_UNMOVED).where(*_IS_STRANDED, *of_it)
    return set(connection.scalars(found.with_only_columns(CASES.c.code)))


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One time that a version was called off or reinstated."""

    word: str
    """`called off` or `called again`."""
    at: datetime
    person: str
    """Who did it, as `Principal.known_as`."""


def changes(onward: Onward, name: str, number: int, by: Principal) -> tuple[Change, ...]:
    """The times a version was called off or reinstated, in order, and by whom."""
    authority.require(by, Right.COORDINATE)
    query = (
        select(_CHANGES.c.word, _CHANGES.c.at, _CHANGES.c.person)
        .where(_CHANGES.c.pathway_version_id == _id_of(name, number))
        .order_by(_CHANGES.c.id)
    )
    with onward.store.read() as connection:
        rows = connection.execute(query).all()
    return tuple(Change(word=row.word, at=row.at, person=row.person) for row in rows)


def call_off(onward: Onward, name: str, number: int, by: Principal) -> bool:
    """Stop a version from moving cases by itself. Returns False if it does not move cases by its
    own rule, or has already been called off.
    """
    authority.require(by, Right.COORDINATE)
    now = onward.clock.now()
    return _change(onward, name, number, Change(word=_CALLED_OFF, at=now, person=by.known_as), by)


def call_again(onward: Onward, name: str, number: int, by: Principal) -> bool:
    """Let a version move cases by itself again. Returns whether it had been called off."""
    authority.require(by, Right.COORDINATE)
    now = onward.clock.now()
    return _change(onward, name, number, Change(word=_CALLED_AGAIN, at=now, person=by.known_as), by)


def _id_of(name: str, number: int) -> ScalarSelect[int]:
    version = select(_NEW.c.id).where(_NEW.c.name == name, _NEW.c.number == number)
    return version.scalar_subquery()


def _change(onward: Onward, name: str, number: int, made: Change, by: Principal) -> bool:
    was, is_off, version = (
        _COMMENCEMENTS.c.called_off_at,
        made.word == _CALLED_OFF,
        _id_of(name, number),
    )
    with onward.store.write() as connection:
        query = (
            update(_COMMENCEMENTS)
            .where(_COMMENCEMENTS.c.pathway_version_id == version)
            .where(was.is_(None) if is_off else was.is_not(None))
            .values(version=_COMMENCEMENTS.c.version + 1, called_off_at=made.at if is_off else None)
        )
        seen = stranded(connection, name, number)
        if connection.execute(query).rowcount == 0:
            return False
        kept = {"word": made.word, "at": made.at, "person": made.person}
        connection.execute(insert(_CHANGES).values(pathway_version_id=version, **kept))
        seen |= stranded(connection, name, number)
        act = made.word.replace(" ", "_")
        about = {"pathway": name, "version": str(number)}
        operators.note(onward, connection, by, act, _NOTED, **about)
    # What their runs in Prefect show about it is out of date.
    for code in sorted(seen):
        onward.waker.wake(code)
    return True
