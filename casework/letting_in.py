"""Lets people sign in with a password and a second factor. Pages that show or change something
protected ask people who have signed in to prove again who they are, with one of the two.

Until the password is right, every failure gets the same answer and takes the same time, whether the
account exists or not.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert, select

from casework import (
    accounts,
    authenticating,
    kept_passkeys,
    one_time_codes,
    passkey_use,
    passwords,
    recovery_codes,
    sessions,
)
from casework.accounts import ACCOUNTS, ATTEMPTS, Secrets
from casework.challenges import SignedFor
from casework.context import Onward
from casework.passkey_use import PasskeyAnswer
from casework.relying_party import RelyingParty
from casework.sessions import SignedIn
from casework.tokens import hash_of, new_token
from casework.tries import Purpose, device_cookie, device_of, trying
from engine.errors import Refusal

HALFWAY_LASTS = timedelta(minutes=10)
"""How long somebody who gave the right password has to show the second factor."""


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody enters to sign in."""

    agency: str
    person: str
    """The staff code."""
    password: str
    code: str
    """The code that their app shows, or a recovery code; empty if they want to show a passkey next."""


class LetIn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has signed in."""

    token: str
    """The token of their session."""
    known: str
    """The cookie by which the device is recognised from now on."""


class Halfway(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has given the right password, and has yet to show the second factor."""

    token: str
    """The token of their attempt."""


def sign_in(
    onward: Onward, tried: Tried, device: str, known: str, now: datetime
) -> LetIn | Halfway:
    """Let somebody in; only halfway if they give no code and have a passkey, which they show next.

    Args:
        device: what the browser says about itself.
        known: the cookie of a known device, if the browser has one.

    Raises:
        Refusal: `too_many_tries` or `wrong_sign_in`; if the password is right, also `used_code`,
            `clock_off`, or the reason why this person may not work now.
    """
    found = _account(onward, tried.agency, tried.person)
    here = device_of(onward, found, known)
    with trying(onward, Purpose.SIGN_IN, now, tried.agency, tried.person, here):
        return _sign_in(onward, tried, found, device, now)


def _sign_in(
    onward: Onward, tried: Tried, found: Any | None, device: str, now: datetime
) -> LetIn | Halfway:
    secrets = accounts.opened(onward, found) if found else None
    is_right = passwords.is_right(tried.password, secrets.password if secrets else None)
    if found is None or secrets is None or not is_right:
        raise Refusal("wrong_sign_in")

    def let_in(connection: Connection) -> LetIn | Halfway:
        held = _held(connection, found)
        if held is None:
            raise Refusal("wrong_sign_in")
        # An app may have been added since the password was checked.
        current = accounts.opened(onward, held)
        if not tried.code and kept_passkeys.has_any(connection, held):
            _keep_well(onward, connection, held, current, tried.password)
            return Halfway(token=_begin_attempt(connection, held, now))
        if not _takes(connection, held, current, tried.code, now):
            raise Refusal("wrong_sign_in")
        _keep_well(onward, connection, held, current, tried.password)
        return _begin_session(onward, connection, held, device, now)

    return onward.store.change(let_in)


def to_show(onward: Onward, attempt: str, party: RelyingParty | None, now: datetime) -> str | None:
    """What the browser needs, as JSON, so that somebody halfway through signing in can use a
    passkey; empty if they have none that works here, and None if the attempt is over.
    """
    found = _halfway(onward, attempt, now)
    if found is None:
        return None
    return passkey_use.to_use(onward, found, SignedFor.SIGN_IN, attempt, party, now)


def go_on(
    onward: Onward, attempt: str, shown: PasskeyAnswer | str, device: str, known: str, now: datetime
) -> LetIn:
    """Let in somebody who is halfway.

    Args:
        shown: a passkey, or a code that they typed.
        device: what the browser says about itself.
        known: the cookie of a known device, if the browser has one.

    Raises:
        Refusal: `too_many_tries`; `late_sign_in` if the attempt is over; `wrong_passkey`,
            `late_passkey`, `copied_passkey`, `wrong_factor`, `used_code` or `clock_off`; or the
            reason why this person may not work now.
    """
    found = _halfway(onward, attempt, now)
    if found is None:
        raise Refusal("late_sign_in")
    here = device_of(onward, found, known)

    def let_in(connection: Connection) -> LetIn:
        held = _held(connection, found)
        if held is None or not _end_attempt(connection, attempt):
            raise Refusal("late_sign_in")
        if isinstance(shown, str) and not _takes(
            connection, held, accounts.opened(onward, held), shown, now
        ):
            raise Refusal("wrong_factor")
        return _begin_session(onward, connection, held, device, now)

    with trying(onward, Purpose.SIGN_IN, now, found.agency, found.person, here):
        if isinstance(shown, PasskeyAnswer):
            passkey_use.use(onward, found, SignedFor.SIGN_IN, attempt, shown, now)
        return onward.store.change(let_in)


def _begin_session(
    onward: Onward, connection: Connection, account: Any, device: str, now: datetime
) -> LetIn:
    """Begin the session of somebody who has shown both factors."""
    authenticating.of_staff(onward, connection, account.agency, account.person)
    token = sessions.begin(connection, account.agency, account.person, device, now)
    return LetIn(token=token, known=device_cookie(onward, account))


def to_be_sure(onward: Onward, signed: SignedIn, party: RelyingParty | None, now: datetime) -> str:
    """What the browser needs to let somebody who has signed in use a passkey again, as JSON; empty
    if they have none that works here.
    """
    found = _account(onward, signed.by.agency, signed.by.person)
    if found is None:
        return ""
    who = passkey_use.whose(signed)
    return passkey_use.to_use(onward, found, SignedFor.AGAIN, who, party, now)


def be_sure(onward: Onward, signed: SignedIn, shown: PasskeyAnswer | str, now: datetime) -> str:
    """Let the signed-in person prove again who they are. Returns the new token of their session.

    Args:
        shown: a passkey; or what they typed: their password, or the code that their app shows.

    Raises:
        Refusal: `too_many_tries`; `wrong_again`, `used_code` or `clock_off`; `wrong_passkey`,
            `late_passkey` or `copied_passkey`.
    """
    with trying(onward, Purpose.AGAIN, now, signed.session):
        if isinstance(shown, str):
            return _be_sure(onward, signed, shown, now)
        found = _account(onward, signed.by.agency, signed.by.person)
        if found is None:
            raise Refusal("wrong_again")
        who = passkey_use.whose(signed)
        passkey_use.use(onward, found, SignedFor.AGAIN, who, shown, now)
        return onward.store.change(
            lambda connection: sessions.renew(connection, signed.session, now)
        )


def _be_sure(onward: Onward, signed: SignedIn, typed: str, now: datetime) -> str:
    found = _account(onward, signed.by.agency, signed.by.person)
    secrets = accounts.opened(onward, found) if found else None
    if found is None or secrets is None:
        raise Refusal("wrong_again")
    is_code = _is_code(typed)
    if not is_code and not passwords.is_right(typed, secrets.password):
        raise Refusal("wrong_again")

    def sure(connection: Connection) -> str:
        if is_code:
            held = _held(connection, found)
            if held is None or not _takes(
                connection, held, accounts.opened(onward, held), typed, now
            ):
                raise Refusal("wrong_again")
        return sessions.renew(connection, signed.session, now)

    return onward.store.change(sure)


def _account(onward: Onward, agency: str, person: str) -> Any | None:
    if not (agency.isprintable() and person.isprintable()):  # a store cannot hold every other text
        return None
    with onward.store.read() as connection:
        return accounts.standing(connection, agency, person)


def _held(connection: Connection, found: Any) -> Any | None:
    """The account, locked so that a code is used only once. None if it was deleted or replaced."""
    held = accounts.standing(connection, found.agency, found.person, hold=True)
    return held if held is not None and held.id == found.id else None


def _takes(
    connection: Connection, account: Any, secrets: Secrets, typed: str, now: datetime
) -> bool:
    """Use up the code that was typed. Returns whether it is valid."""
    if not _is_code(typed):
        return recovery_codes.burn(connection, account.id, secrets.codes, typed, now)
    if not secrets.has_app:
        return False
    step = one_time_codes.step_of(secrets.codes, _digits(typed), now, account.last_step)
    if step is not None:
        accounts.change(connection, account, last_step=step)
    return step is not None


def _is_code(typed: str) -> bool:
    """Whether a text is an app's code; no password or recovery code is that short."""
    digits = _digits(typed)
    return len(digits) == one_time_codes.DIGITS and digits.isascii() and digits.isdigit()


def _digits(typed: str) -> str:
    """The digits of a code, which apps show in two groups."""
    return "".join(typed.split())


def _keep_well(
    onward: Onward, connection: Connection, account: Any, secrets: Secrets, password: str
) -> None:
    if passwords.is_outdated(secrets.password):
        better = replace(secrets, password=passwords.hashed(password))
        accounts.seal(onward, connection, account, better)


def _begin_attempt(connection: Connection, account: Any, now: datetime) -> str:
    """Begin an attempt to sign in. Returns its token."""
    token = new_token()
    connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.begun_at <= now - HALFWAY_LASTS))
    row = {"token_hash": hash_of(token), "account_id": account.id, "begun_at": now}
    connection.execute(insert(ATTEMPTS).values(row))
    return token


def _halfway(onward: Onward, token: str, now: datetime) -> Any | None:
    """The account to which an attempt signs in; None if the attempt has ended or is too old."""
    query = (
        select(ACCOUNTS)
        .join(ATTEMPTS, ATTEMPTS.c.account_id == ACCOUNTS.c.id)
        .where(ATTEMPTS.c.token_hash == hash_of(token), ATTEMPTS.c.begun_at > now - HALFWAY_LASTS)
    )
    with onward.store.read() as connection:
        return connection.execute(query).one_or_none()


def _end_attempt(connection: Connection, token: str) -> bool:
    """End an attempt. Returns whether it was still open."""
    ended = delete(ATTEMPTS).where(ATTEMPTS.c.token_hash == hash_of(token))
    return connection.execute(ended).rowcount > 0
