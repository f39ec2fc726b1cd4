"""Passwords: which are good enough, and how one is recognised without being stored.

Source: OWASP Password Storage (Argon2id, 19 MiB, 2 passes); NIST SP 800-63B (length and
guessability instead of kinds of characters).
"""

from __future__ import annotations

import re
import secrets
from functools import cache
from threading import BoundedSemaphore
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from engine.errors import Refusal

SHORTEST, LONGEST = 10, 128
_STRONG_ENOUGH = 3
"""On zxcvbn's scale of 0 to 4: more than 10^8 guesses."""
_KNOWN_TO_ALL = ("onward",)
_SHORTEST_WORD = 3
_JUDGED = 72
"""How many characters of a password zxcvbn judges, because it is slow with long ones."""
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Hashes passwords; each guess costs as much as one hash."""
AT_ONCE = 4
"""The most hashes made at the same time, so that many guesses at once do not take memory and
processor time from everything else.
"""
_TURNS = BoundedSemaphore(AT_ONCE)


def require_good(password: str, *known: str) -> None:
    """Refuse a password that is not good enough for somebody.

    Args:
        known: what others know about them, such as their codes, which adds no strength to a
            password.

    Raises:
        Refusal: `weak_password`.
    """
    if len(password) < SHORTEST:
        raise Refusal("weak_password.short", characters=SHORTEST)
    if len(password) > LONGEST:
        raise Refusal("weak_password.long", characters=LONGEST)
    from zxcvbn import zxcvbn  # slow to import, and few people set a password

    words = (re.escape(each) for each in (*known, *_KNOWN_TO_ALL) if len(each) >= _SHORTEST_WORD)
    unknown = re.sub("|".join(words), "", _plain(password), flags=re.IGNORECASE)
    if not unknown or zxcvbn(unknown[:_JUDGED])["score"] < _STRONG_ENOUGH:
        raise Refusal("weak_password.guessed")


def hashed(password: str) -> str:
    """The hash of a password, for storage."""
    with _TURNS:
        return HASHER.hash(_plain(password))


def is_right(password: str, known: str | None) -> bool:
    """Whether a password matches a stored hash. If there is no hash (None), the answer is False and
    takes just as long.
    """
    try:
        with _TURNS:
            HASHER.verify(known or _of_nobody(), _plain(password))
    except VerifyMismatchError:
        return False
    return known is not None


def is_outdated(known: str) -> bool:
    """Whether a stored hash was made with settings other than those of `HASHER`."""
    return HASHER.check_needs_rehash(known)


@cache
def _of_nobody() -> str:
    return HASHER.hash(secrets.token_urlsafe())


def _plain(password: str) -> str:
    """A password in normal form, because keyboards write the same accent as one character or
    two.
    """
    return normalize("NFC", password)
