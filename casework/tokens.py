"""Tokens that let somebody in. Each is shown once and stored only as a hash, so that reading the
database lets nobody in.
"""

from __future__ import annotations

import hashlib
import secrets


def new_token(length: int = 32) -> str:
    """A new token that nobody can guess and that may be part of an address.

    Args:
        length: how many random bytes the token encodes.
    """
    return secrets.token_urlsafe(length)


def hash_of(token: str) -> bytes:
    """The hash of a token. A plain hash is enough for something that nobody can guess; a password
    would need more.
    """
    return hashlib.sha256(token.encode()).digest()
