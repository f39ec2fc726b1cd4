"""Signing in, halfway: somebody has given the right password, and has a few minutes to show the second factor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from casework.accounts import ACCOUNTS, ATTEMPTS
from casework.context import Onward
from casework.tokens import hash_of, new_token

LASTS = timedelta(minutes=10)


def begin(connection: Connection, account: Any, now: datetime) -> str:
    """Begin an attempt. Returns its token."""
    token = new_token()
    connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.begun_at <= now - LASTS))
    row = {"token_hash": hash_of(token), "account_id": account.id, "begun_at": now}
    connection.execute(insert(ATTEMPTS).values(row))
    return token


def account_of(onward: Onward, token: str, now: datetime) -> Any | None:
    """The account that an attempt signs in with; None if it is over."""
    query = (
        select(ACCOUNTS)
        .join(ATTEMPTS, ATTEMPTS.c.account_id == ACCOUNTS.c.id)
        .where(ATTEMPTS.c.token_hash == hash_of(token), ATTEMPTS.c.begun_at > now - LASTS)
    )
    with onward.store.read() as connection:
        return connection.execute(query).one_or_none()


def end(connection: Connection, token: str) -> bool:
    """End an attempt. Returns whether it went on."""
    ended = delete(ATTEMPTS).where(ATTEMPTS.c.token_hash == hash_of(token))
    return connection.execute(ended).rowcount > 0
