"""Tokens that let somebody in. Each is shown once and kept as its hash, so that reading the database lets nobody in."""

from __future__ import annotations

import hashlib
import secrets


def new_token(length: int = 32) -> str:
    """One that nobody can guess, fit for an address.

    Args:
        length: in bytes, before they are written as text.
    """
    return secrets.token_urlsafe(length)


def hash_of(token: str) -> bytes:
    """A plain hash is enough for what nobody can guess; a password would need more."""
    return hashlib.sha256(token.encode()).digest()
