"""Codes of cases and references of notices: purely random, so that they reveal nothing about the
person, nor about other agencies.
"""

from __future__ import annotations

import re
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U, which are misread or form words."""
_CODE = re.compile(f"[{_ALPHABET}]{{4}}-[{_ALPHABET}]{{4}}")
_MISREAD = str.maketrans("ILO", "110")


def new_code() -> str:
    """`7K2F-9QXM`: one of about a million million."""
    letters = _letters()
    return f"{letters[:4]}-{letters[4:]}"


def new_reference(code: str) -> str:
    """`7K2F-9QXM-4TQ9B2MX`, for a notice of a case. A number would tell its reader how many
    notices others got before.
    """
    return f"{code}-{_letters()}"


def _letters() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def is_code(text: str) -> bool:
    """Whether a text is a well-formed case code."""
    return bool(_CODE.fullmatch(text))


def as_typed(text: str) -> str:
    """A code as people type it: in small letters, without the dash, with O for 0 or l for 1."""
    letters = text.strip().upper().replace("-", "").replace(" ", "").translate(_MISREAD)
    return f"{letters[:4]}-{letters[4:]}"


def notice_as_typed(text: str) -> str:
    """A notice's reference as people type it: the code of its case, and what distinguishes it
    (in older ones, a number).
    """
    written, _, own = text.strip().upper().rpartition("-")
    code = as_typed(written)
    return f"{code}-{own.translate(_MISREAD)}" if is_code(code) and own else text.strip().upper()
