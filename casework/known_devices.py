"""Devices on which somebody has signed in before, recognised by a cookie that we have signed.

It lets nobody in; attempts to sign in on them are counted separately.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Any

import msgspec

from casework.context import Onward

_PLACE = "known device"
_NONCE_BYTES, _BYTES = 16, 48


def made_known(onward: Onward, account: Any) -> str:
    """A cookie for a device on which an account has just been used."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + onward.proof.of(_PLACE, _said(account, nonce))).decode()


def known_as(onward: Onward, account: Any | None, cookie: str) -> str:
    """The device, if the cookie belongs to this account; otherwise empty, which stands for all
    other devices.
    """
    try:
        given = base64.urlsafe_b64decode(cookie)
    except (binascii.Error, ValueError):
        return ""
    nonce, proof = given[:_NONCE_BYTES], given[_NONCE_BYTES:]
    if account is None or len(given) != _BYTES:
        return ""
    return nonce.hex() if onward.proof.holds(proof, _PLACE, _said(account, nonce)) else ""


def _said(account: Any, nonce: bytes) -> bytes:
    """Setting up the account again makes every device unknown."""
    return msgspec.json.encode((account.id, account.set_up_at, nonce))
