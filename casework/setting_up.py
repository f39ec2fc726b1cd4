"""Lets somebody set up what they sign in with: a password, a passkey or an app that shows codes,
and recovery codes.

They arrive by a link or, later, after proving again who they are. Until they finish, the earlier
account stays valid.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from casework import (
    accounts,
    authority,
    kept_passkeys,
    one_time_codes,
    passkey_use,
    passwords,
    recovery_codes,
    sessions,
)
from casework.authority import Right
from casework.ceremonies import MadePasskey
from casework.challenges import SignedFor
from casework.context import Onward
from casework.passkey_use import PasskeyAnswer
from casework.principal import Principal
from casework.relying_party import RelyingParty
from casework.sessions import SignedIn
from engine.errors import Refusal


class SetUp(msgspec.Struct, frozen=True, kw_only=True):
    """An account that was set up."""

    token: str
    """The token of the new session."""
    recovery_codes: list[str]
    """The recovery codes, which are shown now and never again."""


def secret_of(onward: Onward, by: Principal) -> bytes:
    """The secret from which an app will make codes.

    Raises:
        Refusal: `no_link`: no account is being set up.
    """
    authority.require(by, Right.READ)
    with onward.store.read() as connection:
        found = accounts.being_set_up(connection, by.agency, by.person)
    if found is None:
        raise Refusal("no_link")
    return accounts.opened(onward, found).codes


def to_make(onward: Onward, signed: SignedIn, party: RelyingParty | None, now: datetime) -> str:
    """The options with which a browser makes a passkey to be used instead of an app, as JSON. Empty
    if there is no relying party, since no passkey can be made then.

    If the device already has a passkey of the same person, the new one replaces it.
    """
    if party is None:
        return ""
    return passkey_use.to_make(onward, signed, SignedFor.SET_UP, party, [], now)


def set_up(
    onward: Onward,
    signed: SignedIn,
    password: str,
    shown: PasskeyAnswer | str,
    device: str,
    now: datetime,
) -> SetUp:
    """Finish an account. All sessions of that person end, and a new one begins.

    Args:
        shown: the passkey that was made, or the code that the app shows. The code proves that the
            app has the secret, and cannot be used again.

    Raises:
        Refusal: `weak_password`, `wrong_code`, `clock_off`, `wrong_passkey`, `late_passkey`,
            `passkey_there`, or `no_link`.
    """
    by = signed.by
    passwords.require_good(password, by.agency, by.person)
    made = None
    if isinstance(shown, PasskeyAnswer):
        made = passkey_use.made(onward, signed, SignedFor.SET_UP, shown, now)
    kept = passwords.hashed(password)

    def finish(connection: Connection) -> SetUp:
        found = accounts.being_set_up(connection, by.agency, by.person, hold=True)
        if found is None:
            raise Refusal("no_link")
        # From the account being set up now, since another link may have begun another one
        # meanwhile.
        secrets = replace(accounts.opened(onward, found), password=kept, has_app=made is None)
        accounts.finish(connection, found, now)
        _take(onward, connection, found, secrets.codes, made or str(shown), now)
        accounts.seal(onward, connection, found, secrets)
        codes = recovery_codes.make(connection, found.id, secrets.codes)
        sessions.end_all(connection, by, now)
        token = sessions.begin(connection, by.agency, by.person, device, now)
        return SetUp(token=token, recovery_codes=codes)

    return onward.store.change(finish)


def _take(
    onward: Onward,
    connection: Connection,
    account: Any,
    codes: bytes,
    shown: MadePasskey | str,
    now: datetime,
) -> None:
    """Store the second factor of an account. Former ones are gone with the former account,
    including a passkey of the same device.
    """
    if isinstance(shown, MadePasskey):
        kept_passkeys.put(onward, connection, account, shown, "", now)
        return
    step = one_time_codes.step_of(codes, shown, now, after=0)
    if step is None:
        raise Refusal("wrong_code")
    accounts.change(connection, account, last_step=step)


def set_up_again(onward: Onward, signed: SignedIn, now: datetime) -> str:
    """Begin a new account for the signed-in person. Returns the new token of their session."""
    codes = one_time_codes.make_secret()

    def again(connection: Connection) -> str:
        sessions.end_setting_up(connection, signed.by.agency, signed.by.person, now)
        accounts.begin(onward, connection, signed.by.agency, signed.by.person, codes, now)
        return sessions.renew(connection, signed.session, now, is_setting_up=True)

    return onward.store.change(again)
