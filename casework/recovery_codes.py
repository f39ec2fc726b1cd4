"""Recovery codes. At sign-in, each can replace an app's code or a passkey once, for example because
a phone was lost.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from casework import accounts, authority
from casework.accounts import CODES
from casework.authority import Right
from casework.context import Onward
from casework.principal import Principal

HOW_MANY = 8
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The 32 digits and capital letters that are not easily misread."""
_GROUPS, _GROUP = 4, 4
"""The groups of a code and the characters in each: 16 characters, or 80 bits."""


def make(connection: Connection, account: int, key: bytes) -> list[str]:
    """Make codes for an account that has none. They are returned, and only hashes of them are
    stored.

    Args:
        key: the secret sealed in the account, without which nobody can guess codes from their
            hashes.
    """
    codes = [_code() for _ in range(HOW_MANY)]
    rows = [{"account_id": account, "code_hash": _hash(key, each)} for each in codes]
    connection.execute(insert(CODES), rows)
    return codes


def burn(connection: Connection, account: int, key: bytes, typed: str, now: datetime) -> bool:
    """Use up a code. Returns False if the account has no such code, or if it was already used."""
    used = (
        update(CODES)
        .where(
            CODES.c.account_id == account,
            CODES.c.code_hash == _hash(key, typed),
            CODES.c.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return connection.execute(used).rowcount > 0


def left(onward: Onward, by: Principal) -> int | None:
    """How many codes the caller has left; None without an account."""
    authority.require(by, Right.READ)
    with onward.store.read() as connection:
        account = accounts.standing(connection, by.agency, by.person)
        if account is None:
            return None
        query = select(func.count()).where(
            CODES.c.account_id == account.id, CODES.c.used_at.is_(None)
        )
        return int(connection.scalar(query) or 0)


def _code() -> str:
    letters = [secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP)]
    return "-".join("".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP))


def _hash(key: bytes, code: str) -> bytes:
    """The hash of a code, however it was typed."""
    plain = "".join(each for each in code.upper() if each.isalnum())
    return hmac.digest(key, plain.encode(), hashlib.sha256)
