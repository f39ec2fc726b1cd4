"""Codes that an app shows for half a minute each, as a second factor. A step is such a half minute.

Source: RFC 6238 (TOTP), with SHA-1 and six digits, which every app knows.
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Iterable
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from engine.errors import Refusal

DIGITS, SECONDS = 6, 30
_SECRET_BYTES = 20
_ISSUER = "Onward"
_NEAR = 1
"""How many steps before and after the current one are accepted, because typing takes a moment."""
_FAR = 20
"""How many steps away a code still shows that a clock is wrong: ten minutes' worth."""


def make_secret() -> bytes:
    return os.urandom(_SECRET_BYTES)


def address_of(secret: bytes, agency: str, person: str) -> str:
    """The address that an app reads from a picture or a link: `otpauth://totp/...`"""
    return _codes(secret).get_provisioning_uri(f"{agency} {person}", _ISSUER)


def step_of(secret: bytes, code: str, now: datetime, after: int) -> int | None:
    """The step that a code belongs to, if it may be used now; otherwise None.

    Args:
        after: the step of the last code that was used.

    Raises:
        Refusal: `used_code`, or `clock_off` if the code is right for a time up to ten minutes away.
    """
    here = int(now.timestamp()) // SECONDS
    if (found := _among(secret, code, range(here - _NEAR, here + _NEAR + 1))) is not None:
        if found <= after:
            raise Refusal("used_code")
        return found
    if _among(secret, code, range(here - _FAR, here + _FAR + 1)) is not None:
        raise Refusal("clock_off")
    return None


def _among(secret: bytes, code: str, steps: Iterable[int]) -> int | None:
    """Which of these steps a code belongs to; None if to none of them. All are compared, so that
    the time taken reveals nothing.
    """
    codes, typed = _codes(secret), "".join(code.split()).encode()  # apps show two groups
    right = [step for step in steps if hmac.compare_digest(codes.generate(step * SECONDS), typed)]
    return right[0] if right else None


def _codes(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), SECONDS)  # keyed, so collisions of SHA-1 do not matter


def letters_of(secret: bytes) -> str:
    """The secret as letters, to be typed into an app that cannot read a picture."""
    return base64.b32encode(secret).decode().rstrip("=")
