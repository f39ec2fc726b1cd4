"""Places a legal hold on a case, or on everything known about a person, and lifts it.

The orders to place and to lift a hold are sealed under the key of the case or person, because the
number of a court file leads to a person. They are lost with that key. The hold itself, its dates
and its reason remain.

Source: what is needed for legal claims is not erased (GDPR article 17(3)(e)); retention with legal
hold (D14).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, insert, select, update

from casework import authority, log, operators, protected
from casework.authority import Right
from casework.case_rows import CASES, hold_installation, unknown
from casework.context import Onward
from casework.legal_holds import LegalHold
from casework.principal import Principal
from engine.errors import Refusal
from models.columns import table_of
from models.holds import Hold
from models.keys import Replaced, SealError
from models.people import Person

_HOLDS, _PEOPLE = table_of(Hold), table_of(Person)
_CHANGED = ("holds",)


class HoldReason(StrEnum):
    """Why something may not be erased."""

    PROCEEDINGS = "proceedings"
    """A court, a prosecutor or the police need the record."""
    CLAIM = "claim"
    """The person claims something, such as compensation or a status, or somebody has a claim
    against them.
    """
    INQUIRY = "inquiry"
    """A supervisory authority or an ombudsman is looking into how the case was handled."""


class Order(msgspec.Struct, frozen=True):
    """Who ordered something, and their reference for it."""

    authority: str
    reference: str


class HoldLine(msgspec.Struct, frozen=True, kw_only=True):
    """A hold, as listed."""

    number: int
    of: str
    """`case` or `person`."""
    cases: tuple[str, ...]
    """The case, or all cases of the person."""
    reason: str
    since: datetime
    placed: Order | None
    """Who ordered it; None if that can no longer be read, for example because the key was
    destroyed.
    """
    asked_at: datetime | None
    """When the person first asked for erasure while the hold was in place."""
    lifted_at: datetime | None
    lifted: Order | None
    """Who ordered the lifting; None if the hold is in place, or if that can no longer be read."""


def hold(
    onward: Onward, code: str, reason: HoldReason, order: Order, by: Principal, *, person: bool
) -> int:
    """Place a hold on a case or, with `person`, on everything known about its person. Nothing of it
    can be erased until the hold is lifted.

    Returns:
        The number of the hold.

    Raises:
        Refusal: `unknown_case`; `hold` if a part of the order is missing, the case or person was
            erased, or a hold with the same reason and order is in place.
    """
    authority.require(by, Right.OPERATE)
    order = _named(order)
    with onward.store.write() as connection:
        case, wrapped, owner = _subject(connection, code, person=person)
        now = hold_installation(onward, connection)
        if wrapped is None:
            raise Refusal("hold.erased_person" if person else "hold.erased_case", case=code)
        what = {
            "person_id": case.person_id,
            "case_id": None if person else case.id,
            "reason": str(reason),
        }
        in_place = connection.execute(select(_HOLDS).filter_by(**what, lifted_at=None)).all()
        for each in in_place:
            if _opened(onward, each.placed, wrapped, owner, "placed") == order:
                raise Refusal("hold.in_place", hold=each.id, since=each.since)
        row = {
            "version": 1,
            **what,
            "since": now,
            "placed": onward.keys.cipher(wrapped, owner).seal(
                _said(order), _place("placed", owner)
            ),
        }
        placed = insert(_HOLDS).values(row).returning(_HOLDS.c.id)
        number: int = connection.execute(placed).scalar_one()
        subject = owner.decode() if person else f"case:{code}"
        operators.note(
            onward, connection, by, "hold", _CHANGED, hold=str(number), of=subject, why=str(reason)
        )
    return number


def lift(onward: Onward, number: int, order: Order, by: Principal) -> HoldLine:
    """Lift a hold, so that it no longer prevents any erasure.

    Raises:
        Refusal: `hold` if a part of the order is missing, or if there is no such hold or it was
            already lifted.
    """
    authority.require(by, Right.OPERATE)
    order = _named(order)
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        row = connection.execute(select(_HOLDS).where(_HOLDS.c.id == number)).one_or_none()
        if row is None:
            raise Refusal("hold.unknown", hold=number)
        if row.lifted_at is not None:
            raise Refusal("hold.lifted", hold=number, at=row.lifted_at)
        wrapped, owner = _key_of(connection, row)
        # A restored backup may bring back a hold on something that was then erased again.
        cipher = onward.keys.cipher(wrapped, owner) if wrapped else None
        sealed = cipher.seal(_said(order), _place("lifted", owner)) if cipher else None
        _change(connection, number, lifted_at=now, lifted=sealed)
        operators.note(onward, connection, by, "lift_hold", _CHANGED, hold=str(number))
        lifted = connection.execute(select(_HOLDS).where(_HOLDS.c.id == number)).one()
        return _line(onward, connection, lifted)


def holds(onward: Onward, by: Principal) -> list[HoldLine]:
    """All present and past holds, oldest first."""
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        rows = connection.execute(select(_HOLDS).order_by(_HOLDS.c.id)).all()
        return [_line(onward, connection, row) for row in rows]


def still_asked(onward: Onward, by: Principal) -> list[HoldLine]:
    """Lifted holds that had prevented an erasure for which the person asked, and that has not been
    carried out since.
    """
    authority.require(by, Right.OPERATE)
    asked = and_(_HOLDS.c.asked_at.is_not(None), _HOLDS.c.lifted_at.is_not(None))
    with onward.store.read() as connection:
        rows = connection.execute(select(_HOLDS).where(asked).order_by(_HOLDS.c.id)).all()
        left = [row for row in rows if _key_of(connection, row)[0] is not None]
        return [_line(onward, connection, row) for row in left]


def remember_request(onward: Onward, of: LegalHold, by: Principal) -> None:
    """Record that the person has asked for an erasure that this hold prevents, so that it can be
    carried out once the hold is lifted. Only the first time is recorded.
    """
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        if of.asked_at is None:
            _change(connection, of.number, asked_at=now)
            operators.note(onward, connection, by, "asked_to_erase", _CHANGED, hold=str(of.number))


def _named(order: Order) -> Order:
    """An order without blanks around its parts, both of which are needed."""
    named = Order(order.authority.strip(), order.reference.strip())
    if not (named.authority and named.reference):
        raise Refusal("hold.no_order")
    return named


def _subject(connection: Connection, code: str, *, person: bool) -> tuple[Any, bytes | None, bytes]:
    """The case, locked; the wrapped key of what is held, or None if it was destroyed; and the name
    of the key's owner.
    """
    query = select(CASES).where(CASES.c.code == code).with_for_update()
    case = connection.execute(query).one_or_none()
    if case is None:
        raise unknown(code)
    if not person:
        return case, case.wrapped_key, log.owner_of(code)
    return case, *_persons_key(connection, case.person_id)


def _persons_key(connection: Connection, person_id: int) -> tuple[bytes | None, bytes]:
    query = select(_PEOPLE.c.wrapped_key).where(_PEOPLE.c.id == person_id).with_for_update()
    return connection.execute(query).scalar_one(), protected.owner_of(person_id)


def _key_of(connection: Connection, row: Any) -> tuple[bytes | None, bytes]:
    if row.case_id is None:
        query = select(_PEOPLE.c.wrapped_key).where(_PEOPLE.c.id == row.person_id)
        return connection.execute(query).scalar_one(), protected.owner_of(row.person_id)
    case = connection.execute(select(CASES).where(CASES.c.id == row.case_id)).one()
    return case.wrapped_key, log.owner_of(case.code)


def _change(connection: Connection, number: int, **values: object) -> None:
    this = update(_HOLDS).where(_HOLDS.c.id == number)
    connection.execute(this.values(version=_HOLDS.c.version + 1, **values))


def _line(onward: Onward, connection: Connection, row: Any) -> HoldLine:
    is_it = CASES.c.person_id == row.person_id if row.case_id is None else CASES.c.id == row.case_id
    codes = connection.scalars(select(CASES.c.code).where(is_it).order_by(CASES.c.id))
    wrapped, owner = _key_of(connection, row)
    return HoldLine(
        number=row.id,
        of="person" if row.case_id is None else "case",
        cases=tuple(codes),
        reason=row.reason,
        since=row.since,
        placed=_opened(onward, row.placed, wrapped, owner, "placed"),
        asked_at=row.asked_at,
        lifted_at=row.lifted_at,
        lifted=_opened(onward, row.lifted, wrapped, owner, "lifted"),
    )


def _opened(
    onward: Onward, sealed: bytes | None, wrapped: bytes | None, owner: bytes, what: str
) -> Order | None:
    if sealed is None or wrapped is None:
        return None
    try:
        cipher = onward.keys.cipher(wrapped, owner)
        return msgspec.json.decode(cipher.open(sealed, _place(what, owner)), type=Order)
    except SealError:
        return None


def resealed(row: Any, owner: bytes, key: Replaced) -> dict[str, bytes]:
    """The sealed parts of a hold's row, sealed again under the key that replaces its owner's.

    Raises:
        Unreadable: they were altered.
    """
    return {
        what: key.before.reseal(sealed, _place(what, owner), key.now)
        for what in ("placed", "lifted")
        if (sealed := getattr(row, what)) is not None
    }


def _said(order: Order) -> bytes:
    return msgspec.json.encode(order)


def _place(what: str, owner: bytes) -> bytes:
    return f"hold:{what}:".encode() + owner
