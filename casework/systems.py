"""Agencies' own systems, each let in by a token that an operator made for it.

Tokens expire by themselves, and are ended for good when their agency is suspended. Times here are
by the real clock, whatever time an installation simulates.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from casework import authenticating, authority, operators
from casework.agencies import agency_here, require_listed
from casework.authority import Right
from casework.context import Onward
from casework.principal import Principal
from casework.tokens import hash_of, new_token
from engine.errors import Refusal
from models.columns import table_of
from models.systems import SystemToken

AT_MOST = timedelta(days=366)
"""The longest that a token may last."""
PREFIX = "onward_"
"""How each token begins, so that somebody who finds one in a text knows what it is."""
_EACH_MINUTE = timedelta(minutes=1)
_TOKENS = table_of(SystemToken)


class LetInSystem(msgspec.Struct, frozen=True, kw_only=True):
    """A system that has shown its token."""

    by: Principal
    token: int
    """The id of the token."""


class TokenLine(msgspec.Struct, frozen=True, kw_only=True):
    """A token, as listed."""

    agency: str
    system: str
    rights: str
    made_at: datetime
    expires_at: datetime
    seen_at: datetime | None
    """When it was last shown, to the minute; None if it never was."""


def make(
    onward: Onward,
    agency: str,
    system: str,
    rights: Collection[Right],
    lasts: timedelta,
    by: Principal,
    now: datetime,
) -> str:
    """Make a token for an agency's system, and return it; only its hash is stored.

    Earlier tokens of the same system stay valid, so that the system is never shut out while a new
    token replaces an old one.

    Args:
        rights: what the system may do: read, act, or both.
        lasts: how long the token is valid; anything longer than `AT_MOST` counts as `AT_MOST`.

    Raises:
        Refusal: `unknown_agency`.
    """
    authority.require(by, Right.OPERATE)
    token = f"{PREFIX}{new_token()}"
    with onward.store.write() as connection:
        require_listed(connection, agency_here(connection, agency))
        named = " ".join(sorted(rights))
        row = {
            "token_hash": hash_of(token),
            "agency": agency,
            "system": system,
            "rights": named,
            "made_at": now,
            "expires_at": now + min(lasts, AT_MOST),
        }
        connection.execute(insert(_TOKENS).values(row))
        operators.note(
            onward, connection, by, "make_token", agency=agency, system=system, rights=named
        )
    return token


def end(onward: Onward, agency: str, system: str, by: Principal, now: datetime) -> None:
    """End the tokens of a system.

    Raises:
        Refusal: `no_token`: the system has no token that is still valid.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.write() as connection:
        which = and_(_TOKENS.c.agency == agency, _TOKENS.c.system == system)
        if not _end(connection, which, now):
            raise Refusal("no_token", agency=agency, system=system)
        operators.note(onward, connection, by, "end_token", agency=agency, system=system)


def end_all(connection: Connection, agency: str, now: datetime) -> None:
    """End all tokens of an agency."""
    _end(connection, _TOKENS.c.agency == agency, now)


def tokens(onward: Onward, by: Principal) -> list[TokenLine]:
    """All present and past tokens, oldest first."""
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        rows = connection.execute(select(_TOKENS).order_by(_TOKENS.c.id)).all()
    return msgspec.convert(rows, list[TokenLine], from_attributes=True)


def in_force(connection: Connection, agency: str, now: datetime) -> list[TokenLine]:
    """The tokens that let an agency's systems in now, oldest first."""
    query = select(_TOKENS).where(_TOKENS.c.agency == agency, _TOKENS.c.expires_at > now)
    rows = connection.execute(query.order_by(_TOKENS.c.id)).all()
    return msgspec.convert(rows, list[TokenLine], from_attributes=True)


def let_in(onward: Onward, token: str, now: datetime) -> LetInSystem | None:
    """The system that a token belongs to; None if the token is not valid, for whatever reason.
    Records, to the minute, that the token was shown.
    """
    with onward.store.read() as connection:
        query = select(_TOKENS).where(
            _TOKENS.c.token_hash == hash_of(token), _TOKENS.c.expires_at > now
        )
        row = connection.execute(query).first()
        if row is None:
            return None
        try:
            by = authenticating.of_system(connection, row.agency, row.system, row.rights.split())
        except Refusal:
            return None
    if row.seen_at is None or now - row.seen_at >= _EACH_MINUTE:
        seen = update(_TOKENS).where(_TOKENS.c.id == row.id).values(seen_at=now)
        onward.store.change(lambda connection: connection.execute(seen))
    return LetInSystem(by=by, token=row.id)


def _end(connection: Connection, which: ColumnElement[bool], now: datetime) -> int:
    """End those of the selected tokens that are still valid. Returns how many there were."""
    standing = update(_TOKENS).where(which, _TOKENS.c.expires_at > now)
    return connection.execute(standing.values(expires_at=now)).rowcount
