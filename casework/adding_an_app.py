"""Adds an app for one-time codes to an account that was set up with a passkey and so has no app.

A browser cannot use a passkey without scripts, and without an app, somebody who loses their only
device with a passkey is left with nothing but recovery codes.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection

from casework import accounts, authority, one_time_codes, sessions
from casework.authority import Right
from casework.context import Onward
from casework.principal import Principal
from casework.sessions import SignedIn
from engine.errors import Refusal


def has_app(onward: Onward, by: Principal) -> bool:
    """Whether the caller already signs in with an app. Also true if the caller has no account."""
    authority.require(by, Right.READ)
    with onward.store.read() as connection:
        account = accounts.standing(connection, by.agency, by.person)
    return account is None or accounts.opened(onward, account).has_app


def secret_to_add(onward: Onward, by: Principal) -> bytes:
    """The account's secret, from which an app is to make codes. It stays the same, because recovery
    codes are hashed with it.

    Raises:
        Refusal: `no_account`; `app_there` if an app has the secret already, since the secret is then
            never shown again.
    """
    authority.require(by, Right.READ)
    with onward.store.read() as connection:
        return _addable(onward, accounts.standing(connection, by.agency, by.person)).codes


def add(onward: Onward, signed: SignedIn, code: str, now: datetime) -> None:
    """Accept the codes of the caller's app from now on, if `code` is right. Their other sessions
    end.

    Args:
        code: the code that the app shows, which cannot be used again.

    Raises:
        Refusal: `no_account`, `app_there`, `wrong_code` or `clock_off`.
    """
    by = signed.by
    authority.require(by, Right.READ)

    def added(connection: Connection) -> None:
        account = accounts.standing(connection, by.agency, by.person, hold=True)
        secrets = _addable(onward, account)
        step = one_time_codes.step_of(secrets.codes, code, now, after=0)
        if step is None:
            raise Refusal("wrong_code")
        accounts.change(connection, account, last_step=step)
        accounts.seal(onward, connection, account, replace(secrets, has_app=True))
        sessions.end_others(connection, signed, now)

    onward.store.change(added)


def _addable(onward: Onward, account: object) -> accounts.Secrets:
    if account is None:
        raise Refusal("no_account")
    secrets = accounts.opened(onward, account)
    if secrets.has_app:
        raise Refusal("app_there")
    return secrets
