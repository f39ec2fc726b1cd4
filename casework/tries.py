"""Limits how often somebody may try something that can be guessed.

For each purpose a few tries are possible at once, and then one per period, which makes guessing
slow but locks nobody out for long. A try is counted before it is checked, so that simultaneous
tries are counted too; if it succeeds, it is taken off the count. Tries on a device where the person
has signed in before are counted separately, so that guesses made elsewhere under the person's code
do not lock them out on those devices.

Source: OWASP ASVS 5, chapter on authentication (throttling); OWASP, *Slow down online guessing
attacks with device cookies*. The counting is the generic cell rate algorithm, which needs one
stored time per counter.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, and_, delete, select, update

from casework.context import Onward
from engine.errors import Refusal
from models.accounts import Tries
from models.columns import table_of
from models.writing import put_in

_TRIES = table_of(Tries)
_KEPT = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_KNOWN_DEVICE = "known device"
_NONCE_BYTES, _COOKIE_BYTES = 16, 48


class Purpose(StrEnum):
    """What is being guessed at."""

    SIGN_IN = "sign_in"
    AGAIN = "again"
    """Proving again who one is, within a session."""
    LINK = "link"
    """The link of a notice. Only wrong links are counted, all together."""
    TELEPHONE = "telephone"
    """The code of a notice, entered by somebody who is told it on the telephone."""


class Limit(NamedTuple):
    """How often something may be tried."""

    at_once: int
    then_each: timedelta


LIMITS = {
    Purpose.SIGN_IN: Limit(10, timedelta(minutes=5)),
    Purpose.AGAIN: Limit(5, timedelta(minutes=5)),
    Purpose.LINK: Limit(20, timedelta(minutes=2)),
    Purpose.TELEPHONE: Limit(10, timedelta(minutes=5)),
}


@contextmanager
def trying(onward: Onward, purpose: Purpose, now: datetime, *who: object) -> Iterator[None]:
    """A context that counts a try, unless its block succeeds.

    Args:
        who: what the try is counted under, such as an agency and a staff code; stored as a digest,
            because people may type anything.

    Raises:
        Refusal: `too_many_tries`, before anything is tried.
    """
    digest = hashlib.sha256(msgspec.json.encode(who)).digest()
    limit, ours = LIMITS[purpose], and_(_TRIES.c.purpose == purpose, _TRIES.c.who == digest)

    def count(connection: Connection) -> timedelta:
        """Count a try if it is allowed. Returns how long to wait: zero or less if it is allowed."""
        connection.execute(delete(_TRIES).where(_TRIES.c.paid_until < now - _KEPT))
        row = {"purpose": str(purpose), "who": digest, "paid_until": now}
        put_in(connection, Tries, ("purpose", "who"), row)
        held = select(_TRIES.c.paid_until).where(ours).with_for_update()
        until = max(connection.scalar(held) or now, now)
        wait = until - now - (limit.at_once - 1) * limit.then_each
        if wait <= timedelta():
            paid = update(_TRIES).where(ours)
            connection.execute(paid.values(paid_until=until + limit.then_each))
        return wait

    wait = onward.store.change(count)
    if wait > timedelta():
        raise Refusal("too_many_tries", n=-(-wait // _MINUTE))
    yield

    def give_back(connection: Connection) -> None:
        until = connection.scalar(select(_TRIES.c.paid_until).where(ours).with_for_update())
        if until is not None:
            back = update(_TRIES).where(ours)
            connection.execute(back.values(paid_until=until - limit.then_each))

    onward.store.change(give_back)


def device_cookie(onward: Onward, account: Any) -> str:
    """A cookie for a device on which an account has just been used. It lets nobody in."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    proof = onward.proof.of(_KNOWN_DEVICE, _said(account, nonce))
    return base64.urlsafe_b64encode(nonce + proof).decode()


def device_of(onward: Onward, account: Any | None, cookie: str) -> str:
    """The device under which tries are counted, if the cookie belongs to this account; otherwise
    empty, which stands for all other devices.
    """
    try:
        given = base64.urlsafe_b64decode(cookie)
    except (binascii.Error, ValueError):
        return ""
    nonce, proof = given[:_NONCE_BYTES], given[_NONCE_BYTES:]
    if account is None or len(given) != _COOKIE_BYTES:
        return ""
    return nonce.hex() if onward.proof.holds(proof, _KNOWN_DEVICE, _said(account, nonce)) else ""


def _said(account: Any, nonce: bytes) -> bytes:
    """The bytes that a cookie proves. Setting up the account again makes every device unknown."""
    return msgspec.json.encode((account.id, account.set_up_at, nonce))
