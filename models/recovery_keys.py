"""A recovery key as people write and type it: in groups of letters and digits, with a check at the
end of each line.
"""

from __future__ import annotations

import base64
import hashlib
import re

from engine.message import message
from models.keys import KEY_BYTES, SealError

_GROUP, _GROUPS = 4, 4
"""How many letters or digits a group has, and how many groups a full line has before its check
group.
"""
_LINE = _GROUP * _GROUPS


class WrongRecoveryKey(SealError):
    """What was typed is not a recovery key; the text says which line is wrong or missing."""


def written(private: bytes) -> list[str]:
    """The lines of a key, each with its check: base 32 (RFC 4648), which has no 0, 1 or 8 to
    mistake for letters.
    """
    text = base64.b32encode(private).decode().rstrip("=")
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return [
        " ".join([*_groups(line), _check(number, line)]) for number, line in enumerate(lines, 1)
    ]


def read(typed: str) -> bytes:
    """The key that somebody typed, however it is spaced, and in capitals or not. The digits 0, 1
    and 8 are read as O, I and B.

    Raises:
        WrongRecoveryKey: a line is wrong, missing or surplus.
    """
    text = re.sub(r"[\s-]", "", typed).upper().translate(str.maketrans("018", "OIB"))
    key, number = "", 0
    while text:
        number += 1
        length = min(_LINE, _LETTERS - len(key))
        line, check = text[:length], text[length : length + _GROUP]
        if length <= 0 or check != _check(number, line):
            raise WrongRecoveryKey(message("recovery_key.line", number=number))
        key, text = key + line, text[length + _GROUP :]
    if len(key) != _LETTERS:
        raise WrongRecoveryKey(message("recovery_key.short", number=number + 1))
    return base64.b32decode(key + "=" * (-len(key) % 8))


_LETTERS = -(-KEY_BYTES * 8 // 5)


def _groups(line: str) -> list[str]:
    return [line[at : at + _GROUP] for at in range(0, len(line), _GROUP)]


def _check(number: int, line: str) -> str:
    digest = hashlib.sha256(f"{number} {line}".encode()).digest()
    return base64.b32encode(digest).decode()[:_GROUP]
