"""Case codes: chance alone, so that nothing in them tells of the person."""

from __future__ import annotations

import re
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U, which are misread or spell words."""
_CODE = re.compile(f"[{_ALPHABET}]{{4}}-[{_ALPHABET}]{{4}}")
_MISREAD = str.maketrans("ILO", "110")


def new_code() -> str:
    """`7K2F-9QXM`: one of a million million."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def is_code(text: str) -> bool:
    """Whether something is written as a case code is."""
    return bool(_CODE.fullmatch(text))


def as_typed(text: str) -> str:
    """A code as somebody typed it: small letters, no dash, O for 0, l for 1."""
    letters = text.strip().upper().replace("-", "").replace(" ", "").translate(_MISREAD)
    return f"{letters[:4]}-{letters[4:]}"


def notice_as_typed(text: str) -> str:
    """The name of a notice as somebody typed it: the code of its case and its number."""
    written, _, number = text.strip().rpartition("-")
    code = as_typed(written)
    return f"{code}-{number}" if is_code(code) and number else text.strip().upper()
