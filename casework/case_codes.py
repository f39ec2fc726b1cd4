"""Codes of cases and references of notices: purely random, so that they reveal nothing about the
person, nor about other agencies.
"""

from __future__ import annotations

import re
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U, which are misread or form words."""
_LETTER_OF = _ALPHABET.encode() * (256 // len(_ALPHABET))
"""For each byte a letter, each letter equally often, so that eight bytes are a code's letters."""
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
    return secrets.token_bytes(8).translate(_LETTER_OF).decode()


def is_code(text: str) -> bool:
    """Whether a text is a well-formed case code."""
    return bool(_CODE.fullmatch(text))


def as_typed(text: str) -> str:
    """A code as people type it: in small letters, without the dash, with O for 0 or l for 1."""
    code, more = case_and_own(text)
    return f"{code}{more}"


def notice_as_typed(text: str) -> str:
    """A notice's reference as people type it."""
    code, own = case_and_own(text)
    return f"{code}-{own}" if is_code(code) and own else text.strip().upper()


def case_and_own(typed: str) -> tuple[str, str]:
    """The code of a case as people type it and, of a notice's reference, what distinguishes that (in older ones,
    a number). Dashes and spaces may be anywhere, or missing.
    """
    letters = "".join(typed.upper().replace("-", "").split()).translate(_MISREAD)
    return f"{letters[:4]}-{letters[4:8]}", letters[8:]


def told_code(chance: bytes) -> str:
    """`4TQ9-B2MX`: seven letters of what only the installation can make, and one that checks them.

    Args:
        chance: at least seven bytes, each as likely as any other.
    """
    letters = "".join(_ALPHABET[each % len(_ALPHABET)] for each in chance[:_TOLD])
    letters += _ALPHABET[_double(_checked(letters))]
    return f"{letters[:4]}-{letters[4:]}"


def told_as_typed(text: str) -> str:
    """A code as typed from dictation; empty if a letter is wrong, or two were swapped."""
    code = as_typed(text)
    return code if is_code(code) and not _checked(code.replace("-", "")) else ""


_TOLD = 7


def _checked(letters: str) -> int:
    """Zero for a code with its check letter: a Reed-Solomon code with one check symbol over GF(32).

    Each place weighs another power of 2, so that no letter may be another, and no two may change places.
    """
    sum_of = 0
    for letter in letters:
        sum_of = _double(sum_of) ^ _ALPHABET.index(letter)
    return sum_of


def _double(value: int) -> int:
    """Twice a value of GF(32), by the polynomial x^5 + x^2 + 1."""
    return value << 1 if value < 16 else (value << 1) ^ 0b100101
