"""Sessions of agencies' staff.

Times here are by the real clock, whatever time an installation simulates.

Source: sessions are rows, which the server can end (OWASP ASVS 5, chapter on sessions).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)

from casework import authenticating, authority
from casework.authority import Right
from casework.context import Onward
from casework.principal import Principal
from casework.tokens import hash_of, new_token
from engine.errors import Refusal
from models.as_stored import readable_rows
from models.columns import table_of
from models.signing_in import SignInSession

IDLE = timedelta(minutes=30)
"""A session ends if no page is requested for this long."""
AT_MOST = timedelta(hours=12)
"""A session ends after this long, however busy its owner is."""
SURE = timedelta(minutes=15)
"""How long a password, code or passkey lets somebody open protected pages without another proof."""
COMES_BACK = timedelta(days=1)
"""How long after its last page an expired session may still send a form, to be kept as a draft."""
_EACH_MINUTE = timedelta(minutes=1)
_DEVICE_LENGTH = 80
_SESSIONS = table_of(SignInSession)
_BY_TOKEN = select(_SESSIONS).where(
    _SESSIONS.c.token_hash == bindparam("hash"), _SESSIONS.c.ended_at.is_(None)
)


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with a session."""

    by: Principal
    session: int
    """The id of the session."""
    expires_at: datetime
    """When the session ends if no page is requested before."""
    sure_until: datetime
    """The time until which this person need not prove again who they are."""
    is_setting_up: bool = False
    """Whether this person may set up their account, and do nothing else."""


class RanOut(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whose session ran out."""

    by: Principal
    seen_until: datetime
    """The latest time at which the last page of the session can have been requested."""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One of somebody's sessions, in their list of devices."""

    session: int
    device: str
    began_at: datetime
    seen_at: datetime


def begin(
    connection: Connection,
    agency: str,
    person: str,
    device: str,
    now: datetime,
    *,
    is_setting_up: bool = False,
) -> str:
    """Begin a session for somebody who has proved who they are. Returns its token."""
    token = new_token()
    row = {
        "token_hash": hash_of(token),
        "agency": agency,
        "person": person,
        "device": device[:_DEVICE_LENGTH],
        "began_at": now,
        "seen_at": now,
        "is_setting_up": is_setting_up,
        "sure_at": None if is_setting_up else now,
    }
    connection.execute(insert(_SESSIONS).values(row))
    return token


def renew(
    connection: Connection, session: int, now: datetime, *, is_setting_up: bool = False
) -> str:
    """Replace the token of a session whose owner has just proved who they are. Returns the new one;
    the old one becomes void.
    """
    token = new_token()
    values = {"token_hash": hash_of(token), "sure_at": now, "is_setting_up": is_setting_up}
    connection.execute(update(_SESSIONS).where(_SESSIONS.c.id == session).values(values))
    return token


def signed_in(onward: Onward, token: str, now: datetime) -> SignedIn | None:
    """The owner of a session, by its token; None if there is no such session, if it is over or
    damaged, or if its owner may no longer work. Records, to the minute, that the session is in use.
    """
    with onward.store.read() as connection:
        # A damaged session lets nobody in: its owner has to sign in again.
        found, _ = readable_rows(connection, _BY_TOKEN, {"hash": hash_of(token)}, is_kept=True)
        row = next(iter(found), None)
        if row is None or _is_over(row, now) or not _is_sound(row, now):
            return None
        try:
            by = authenticating.of_staff(onward, connection, row.agency, row.person)
        except Refusal:
            return None
    if now - row.seen_at >= _EACH_MINUTE:
        seen = update(_SESSIONS).where(_SESSIONS.c.id == row.id).values(seen_at=now)
        onward.store.change(lambda connection: connection.execute(seen))
    return SignedIn(
        by=by,
        session=row.id,
        expires_at=min(now + IDLE, row.began_at + AT_MOST),
        sure_until=(row.sure_at or row.began_at - SURE) + SURE,
        is_setting_up=row.is_setting_up,
    )


def last_here(onward: Onward, by: Principal, session: int) -> datetime | None:
    """When the reader last requested a page in an earlier session; None if no earlier session is
    known.
    """
    authority.require(by, Right.READ)
    earlier = _SESSIONS.c.id < session, _SESSIONS.c.is_setting_up.is_(False)
    before = select(func.max(_SESSIONS.c.seen_at)).where(_is_of(by), *earlier)
    with onward.store.read() as connection:
        found: datetime | None = connection.scalar(before)
    return found


def last_days(connection: Connection, agency: str, zone: str) -> dict[str, date]:
    """The day on which each of an agency's staff last signed in, by staff code; those of whom no
    session is known are left out.

    Args:
        zone: the time zone in which the days are counted, by its IANA name.
    """
    query = (
        select(_SESSIONS.c.person, func.max(_SESSIONS.c.began_at).label("at"))
        .where(_SESSIONS.c.agency == agency, _SESSIONS.c.is_setting_up.is_(False))
        .group_by(_SESSIONS.c.person)
    )
    there = ZoneInfo(zone)
    return {row.person: row.at.astimezone(there).date() for row in connection.execute(query)}


def ran_out(onward: Onward, token: str, now: datetime) -> RanOut | None:
    """The owner of a session that ran out by itself, by its token. This lets nobody in.

    Returns None for any other session; for one that is damaged, was for setting up an account, or
    was last used `COMES_BACK` ago or earlier; and if its owner may no longer work.
    """
    with onward.store.read() as connection:
        found = select(_SESSIONS).where(
            _SESSIONS.c.token_hash == hash_of(token),
            _SESSIONS.c.ended_at.is_(None),
            _SESSIONS.c.is_setting_up.is_(False),
        )
        row = next(iter(readable_rows(connection, found)[0]), None)
        if row is None or not (_is_sound(row, now) and _is_over(row, now)):
            return None
        if row.seen_at <= now - COMES_BACK:
            return None
        try:
            by = authenticating.of_staff(onward, connection, row.agency, row.person)
        except Refusal:
            return None
    return RanOut(by=by, seen_until=row.seen_at + _EACH_MINUTE)


def _is_over(row: Any, now: datetime) -> bool:
    return bool(row.seen_at <= now - IDLE or row.began_at <= now - AT_MOST)


def _is_sound(row: Any, now: datetime) -> bool:
    """Whether all times in a session's row are plausible, none being more than `AT_MOST` in the
    future.
    """
    return bool(max(row.seen_at, row.began_at, row.sure_at or row.began_at) <= now + AT_MOST)


def sign_out(onward: Onward, token: str, now: datetime) -> None:
    """End one session, if it is open."""
    _end(onward, _SESSIONS.c.token_hash == hash_of(token), now)


def sign_out_everywhere(onward: Onward, by: Principal, now: datetime) -> None:
    """End all of the caller's sessions."""
    onward.store.change(lambda connection: end_all(connection, by, now))


def end_all(connection: Connection, by: Principal, now: datetime) -> None:
    """End all of the caller's sessions, within a transaction."""
    connection.execute(_ended(_is_of(by), now))


def end_others(connection: Connection, signed: SignedIn, now: datetime) -> None:
    """End all sessions of somebody except the current one."""
    others = and_(_is_of(signed.by), _SESSIONS.c.id != signed.session)
    connection.execute(_ended(others, now))


def devices(onward: Onward, by: Principal, now: datetime) -> list[Device]:
    """The caller's open sessions, newest first; unreadable ones are left out."""
    authority.require(by, Right.READ)
    going_on = (
        _SESSIONS.c.ended_at.is_(None),
        _SESSIONS.c.seen_at > now - IDLE,
        _SESSIONS.c.began_at > now - AT_MOST,
    )
    query = select(_SESSIONS).where(_is_of(by), *going_on).order_by(_SESSIONS.c.began_at.desc())
    with onward.store.read() as connection:
        rows, _ = readable_rows(connection, query)
    return [
        Device(session=each.id, device=each.device, began_at=each.began_at, seen_at=each.seen_at)
        for each in rows
    ]


def end_setting_up(connection: Connection, agency: str, person: str, now: datetime) -> None:
    """End the sessions in which somebody is setting up an account, because they are about to set up
    another account.
    """
    which = and_(_is_of_staff(agency, person), _SESSIONS.c.is_setting_up)
    connection.execute(_ended(which, now))


def end_of_staff(connection: Connection, agency: str, person: str, now: datetime) -> None:
    """End all sessions of an agency, or of one of its staff.

    Args:
        person: empty for the whole agency.
    """
    which = _is_of_staff(agency, person) if person else _SESSIONS.c.agency == agency
    connection.execute(_ended(which, now))


def _is_of(by: Principal) -> ColumnElement[bool]:
    return _is_of_staff(by.agency, by.person)


def _is_of_staff(agency: str, person: str) -> ColumnElement[bool]:
    return and_(_SESSIONS.c.agency == agency, _SESSIONS.c.person == person)


def _end(onward: Onward, which: ColumnElement[bool], now: datetime) -> None:
    onward.store.change(lambda connection: connection.execute(_ended(which, now)))


def _ended(which: ColumnElement[bool], now: datetime) -> Update:
    return update(_SESSIONS).where(which, _SESSIONS.c.ended_at.is_(None)).values(ended_at=now)
