"""Accounts: what an agency's staff sign in with, sealed under the installation's keys.

Source: OWASP ASVS 5, chapter on authentication.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, delete, insert, select, update

from casework.context import Onward
from casework.wrapping import make_key, wrapped_columns
from models.accounts import Account, PasskeyRow, RecoveryCode, SignInAttempt
from models.columns import table_of

ACCOUNTS, CODES = table_of(Account), table_of(RecoveryCode)
PASSKEYS, ATTEMPTS = table_of(PasskeyRow), table_of(SignInAttempt)
OF_ACCOUNTS = (CODES, PASSKEYS, ATTEMPTS)
"""The tables whose rows belong to an account."""


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """What an account seals."""

    password: str
    """The stored hash of the password; empty until the account is set up."""
    codes: bytes
    """The secret from which an app makes codes; recovery codes are hashed with it too."""
    has_app: bool = True
    """False for an account set up with a passkey, until an app has shown that it has the secret.
    Until then, no code from an app is accepted.
    """


def owner_of(agency: str, person: str) -> bytes:
    """The owner of an account's key, as the keyring names it."""
    return f"account {agency} {person}".encode()


def standing(connection: Connection, agency: str, person: str, *, hold: bool = False) -> Any | None:
    """The account somebody signs in with; None if they have not set one up.

    Args:
        hold: whether to lock the account until the end of the transaction.
    """
    return _newest(connection, _of(agency, person).where(ACCOUNTS.c.set_up_at.is_not(None)), hold)


def with_account(connection: Connection, agency: str) -> frozenset[str]:
    """The staff codes of an agency's people who have an account to sign in with."""
    query = select(ACCOUNTS.c.person).where(
        ACCOUNTS.c.agency == agency, ACCOUNTS.c.set_up_at.is_not(None)
    )
    return frozenset(connection.scalars(query))


def being_set_up(
    connection: Connection, agency: str, person: str, *, hold: bool = False
) -> Any | None:
    """The account that somebody is setting up; None if they are not."""
    return _newest(connection, _of(agency, person).where(ACCOUNTS.c.set_up_at.is_(None)), hold)


def begin(
    onward: Onward, connection: Connection, agency: str, person: str, codes: bytes, now: datetime
) -> None:
    """Begin an account for somebody. An account of theirs that is set up stays valid until the new
    one is set up; an account that was only begun is deleted.

    Args:
        codes: the secret from which an app is to make codes.
    """
    _forget(connection, _ids(_of(agency, person).where(ACCOUNTS.c.set_up_at.is_(None)), connection))
    owner = owner_of(agency, person)
    cipher, wrapped = make_key(onward, connection, owner)
    text = msgspec.json.encode(Secrets(password="", codes=codes))
    row = {"agency": agency, "person": person, "begun_at": now, "last_step": 0}
    sealed = {"sealed": cipher.seal(text, owner)}
    connection.execute(insert(ACCOUNTS).values(row | wrapped_columns(wrapped) | sealed))


def finish(connection: Connection, account: Any, now: datetime) -> None:
    """Let somebody sign in with this account from now on, and delete their other accounts."""
    others = _of(account.agency, account.person).where(ACCOUNTS.c.id != account.id)
    _forget(connection, _ids(others, connection))
    change(connection, account, set_up_at=now)


def opened(onward: Onward, account: Any) -> Secrets:
    """What an account seals.

    Raises:
        UnknownMasterKey, Unreadable: it cannot be decrypted here.
    """
    owner = owner_of(account.agency, account.person)
    text = onward.keys.cipher(account.wrapped_key, owner).open(account.sealed, owner)
    return msgspec.json.decode(text, type=Secrets)


def seal(onward: Onward, connection: Connection, account: Any, secrets: Secrets) -> None:
    """Replace the secrets in an account."""
    owner = owner_of(account.agency, account.person)
    cipher = onward.keys.cipher(account.wrapped_key, owner)
    change(connection, account, sealed=cipher.seal(msgspec.json.encode(secrets), owner))


def change(connection: Connection, account: Any, **values: object) -> None:
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account.id).values(values))


def _of(agency: str, person: str) -> Select[Any]:
    return select(ACCOUNTS).where(ACCOUNTS.c.agency == agency, ACCOUNTS.c.person == person)


def _newest(connection: Connection, query: Select[Any], hold: bool) -> Any | None:
    query = query.order_by(ACCOUNTS.c.id.desc()).limit(1)
    return connection.execute(query.with_for_update() if hold else query).one_or_none()


def _ids(query: Select[Any], connection: Connection) -> list[int]:
    return [row.id for row in connection.execute(query)]


def _forget(connection: Connection, ids: Collection[int]) -> None:
    for table in OF_ACCOUNTS:
        connection.execute(delete(table).where(table.c.account_id.in_(ids)))
    connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.id.in_(ids)))
