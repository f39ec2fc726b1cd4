"""Challenges: random bytes for a passkey to sign within a few minutes. Each is used only once, by
one person and for one purpose.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete

from casework.context import Onward
from models.accounts import PasskeyChallenge
from models.columns import table_of
from models.writing import upsert

LASTS = timedelta(minutes=5)
_BYTES = 32
_CHALLENGES = table_of(PasskeyChallenge)


class SignedFor(StrEnum):
    """The purpose of a signature."""

    SET_UP = "set_up"
    ADD = "add"
    SIGN_IN = "sign_in"
    AGAIN = "again"


def give(onward: Onward, purpose: SignedFor, whose: str, now: datetime) -> bytes:
    """A new challenge, which voids an earlier one for the same purpose and owner.

    Args:
        whose: its owner: the session, or the token of the attempt to sign in.
    """
    challenge = secrets.token_bytes(_BYTES)
    row = {
        "purpose": str(purpose),
        "whose": _digest(whose),
        "challenge": challenge,
        "given_at": now,
    }

    def keep(connection: Connection) -> None:
        connection.execute(delete(_CHALLENGES).where(_CHALLENGES.c.given_at <= now - LASTS))
        upsert(connection, PasskeyChallenge, ("purpose", "whose"), [row])

    onward.store.change(keep)
    return challenge


def take(onward: Onward, purpose: SignedFor, whose: str, now: datetime) -> bytes | None:
    """Returns the challenge given before, and voids it; None if there is none, or it has expired."""
    taken = (
        delete(_CHALLENGES)
        .where(_CHALLENGES.c.purpose == purpose, _CHALLENGES.c.whose == _digest(whose))
        .returning(_CHALLENGES.c.challenge, _CHALLENGES.c.given_at)
    )
    row = onward.store.change(lambda connection: connection.execute(taken).one_or_none())
    return row.challenge if row is not None and now < row.given_at + LASTS else None


def _digest(whose: str) -> bytes:
    return hashlib.sha256(whose.encode()).digest()
