"""Passkeys: a second factor after the password, with which one of a person's devices signs a
challenge.

A browser cannot use one without scripts, so recovery codes remain, and an app may be added as well.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, delete

from casework import accounts, authority, kept_passkeys, passkey_use, sessions
from casework.accounts import PASSKEYS
from casework.authority import Right
from casework.challenges import SignedFor
from casework.context import Onward
from casework.passkey_use import PasskeyAnswer
from casework.principal import Principal
from casework.relying_party import RelyingParty
from casework.sessions import SignedIn
from engine.errors import Refusal

MOST = 10
"""The most passkeys an account may have."""
LONGEST_NAME = 40


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """One of somebody's passkeys, as they see it."""

    id: int
    name: str
    """Empty if none was given, or if the sealed contents of the passkey cannot be opened."""
    made_at: datetime
    used_at: datetime | None
    refused_at: datetime | None
    """When it was last refused because its count had not risen, which suggests that somebody has a
    copy; None if it never was.
    """


def passkeys(onward: Onward, by: Principal) -> list[Passkey]:
    """The caller's passkeys, the oldest first."""
    authority.require(by, Right.READ)
    with onward.store.read() as connection:
        account = accounts.standing(connection, by.agency, by.person)
        rows = kept_passkeys.rows_of(connection, account) if account is not None else ()
    opened = ((row, kept_passkeys.opened(onward, account, row)) for row in rows)
    return [
        Passkey(
            id=row.id,
            name=kept.name if kept else "",
            made_at=row.made_at,
            used_at=row.used_at,
            refused_at=row.refused_at,
        )
        for row, kept in opened
    ]


def passkey(onward: Onward, by: Principal, ident: str) -> Passkey:
    """One of the caller's passkeys.

    Raises:
        Refusal: `not_found.passkey`.
    """
    found = next((each for each in passkeys(onward, by) if str(each.id) == ident), None)
    if found is None:
        raise Refusal("not_found.passkey")
    return found


def to_add(onward: Onward, signed: SignedIn, party: RelyingParty | None, now: datetime) -> str:
    """What a browser needs to make another passkey, as JSON; empty if no more can be added."""
    authority.require(signed.by, Right.READ)
    with onward.store.read() as connection:
        account = accounts.standing(connection, signed.by.agency, signed.by.person)
        if party is None or account is None or _has_most(connection, account):
            return ""
        known = kept_passkeys.known(onward, connection, account)
    return passkey_use.to_make(onward, signed, SignedFor.ADD, party, known, now)


def add(onward: Onward, signed: SignedIn, answer: PasskeyAnswer, name: str, now: datetime) -> None:
    """Add the passkey that a browser has made. The caller's other sessions end.

    Raises:
        Refusal: `wrong_passkey`, `late_passkey`, `passkey_there`, `too_many_passkeys`, `long_name`
            or `no_account`.
    """
    authority.require(signed.by, Right.READ)
    named = _required_name(name)
    made = passkey_use.made(onward, signed, SignedFor.ADD, answer, now)

    def added(connection: Connection) -> None:
        account = _held_account(connection, signed.by)
        if _has_most(connection, account):
            raise Refusal("too_many_passkeys", n=MOST)
        kept_passkeys.put(onward, connection, account, made, named, now)
        sessions.end_others(connection, signed, now)

    onward.store.change(added)


def _has_most(connection: Connection, account: Any) -> bool:
    """Whether an account has as many passkeys as it may, those that cannot be opened among them."""
    return len(kept_passkeys.rows_of(connection, account)) >= MOST


def rename(onward: Onward, by: Principal, ident: int, name: str) -> None:
    """Rename one of the caller's passkeys.

    Raises:
        Refusal: `not_found.passkey`, `long_name` or `no_account`.
    """
    authority.require(by, Right.READ)
    named = _required_name(name)

    def renamed(connection: Connection) -> None:
        account, row = _held(connection, by, ident)
        kept = kept_passkeys.opened(onward, account, row)
        if kept is None:
            raise Refusal("not_found.passkey")
        kept_passkeys.seal(onward, connection, account, row, replace(kept, name=named))

    onward.store.change(renamed)


def remove(onward: Onward, signed: SignedIn, ident: int, now: datetime) -> None:
    """Remove one of the caller's passkeys. The caller's other sessions end, since the passkey's
    device may be in other hands.

    Raises:
        Refusal: `not_found.passkey`, `last_factor` or `no_account`.
    """
    authority.require(signed.by, Right.READ)

    def removed(connection: Connection) -> None:
        account, row = _held(connection, signed.by, ident)
        known = kept_passkeys.known(onward, connection, account)
        is_last = all(each.id == row.credential_id for each in known)
        if is_last and not accounts.opened(onward, account).has_app:
            raise Refusal("last_factor")
        connection.execute(delete(PASSKEYS).where(PASSKEYS.c.id == row.id))
        sessions.end_others(connection, signed, now)

    onward.store.change(removed)


def _held(connection: Connection, by: Principal, ident: int) -> tuple[Any, Any]:
    """The caller's account and one of its passkeys, both locked. Raises Refusal `no_account` or
    `not_found.passkey`.
    """
    account = _held_account(connection, by)
    row = kept_passkeys.held(connection, account, ident=ident)
    if row is None:
        raise Refusal("not_found.passkey")
    return account, row


def _held_account(connection: Connection, by: Principal) -> Any:
    account = accounts.standing(connection, by.agency, by.person, hold=True)
    if account is None:
        raise Refusal("no_account")
    return account


def _required_name(name: str) -> str:
    named = " ".join(name.split())
    if len(named) > LONGEST_NAME or not named.isprintable():
        raise Refusal("long_name", n=LONGEST_NAME)
    return named
