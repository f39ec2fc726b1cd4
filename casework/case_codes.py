"""Codes of cases, references of notices, and codes to be told on the telephone. They are made of
random bytes, or of a proof that nobody can foresee, and so reveal nothing about the person, nor
about other agencies.
"""

from __future__ import annotations

import re
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U, which are misread or form words."""
_BYTES = 8
_LETTER_OF = _ALPHABET.encode() * (256 // len(_ALPHABET))
"""A letter for each byte, each letter being equally likely, so that eight random bytes make a
code.
"""
_CODE = re.compile(f"[{_ALPHABET}]{{4}}-[{_ALPHABET}]{{4}}")
_MISREAD = str.maketrans("ILO", "110")


def new_code() -> str:
    """A new code, such as `7K2F-9QXM`, out of about a trillion possible codes."""
    return code_of(secrets.token_bytes(_BYTES))


def code_of(chance: bytes) -> str:
    """The code that these bytes make.

    Args:
        chance: at least eight bytes, each as likely as any other.
    """
    letters = _letters(chance)
    return f"{letters[:4]}-{letters[4:]}"


def new_reference(code: str) -> str:
    """A new reference for a notice of a case, such as `7K2F-9QXM-4TQ9B2MX`. A serial number would
    tell the reader how many notices had been sent to others.
    """
    return f"{code}-{_letters(secrets.token_bytes(_BYTES))}"


def _letters(chance: bytes) -> str:
    return chance[:_BYTES].translate(_LETTER_OF).decode()


def is_code(text: str) -> bool:
    """Whether a text is a well-formed case code."""
    return bool(_CODE.fullmatch(text))


def as_typed(text: str) -> str:
    """The code meant by what somebody typed: perhaps in small letters, without the dash, with O for
    0 or l for 1. It may be malformed; see `is_code`.
    """
    code, more = case_and_own(text)
    return f"{code}{more}"


def notice_as_typed(text: str) -> str:
    """The reference of the notice that somebody meant by what they typed. If the text cannot be a
    reference, the text in capitals.
    """
    code, own = case_and_own(text)
    return f"{code}-{own}" if is_code(code) and own else text.strip().upper()


def case_and_own(typed: str) -> tuple[str, str]:
    """The code of a case in what somebody typed and, if it is a notice's reference, the part that
    distinguishes the notice (in older ones, a number). Dashes and spaces may be anywhere, or
    missing.
    """
    letters = "".join(typed.upper().replace("-", "").split()).translate(_MISREAD)
    return f"{letters[:4]}-{letters[4:8]}", letters[8:]


def told_code(chance: bytes) -> str:
    """A code to be told on the telephone, such as `4TQ9-B2MQ`: seven letters that only the
    installation can make, and a check letter.

    Args:
        chance: at least seven bytes, each as likely as any other.
    """
    letters = "".join(_ALPHABET[each % len(_ALPHABET)] for each in chance[:_TOLD])
    letters += _ALPHABET[_double(_checked(letters))]
    return f"{letters[:4]}-{letters[4:]}"


def told_as_typed(text: str) -> str:
    """The code meant by what somebody typed from dictation; empty if it is not a valid one, for
    example because a letter is wrong or missing, or two were swapped.
    """
    code = as_typed(text)
    return code if is_code(code) and not _checked(code.replace("-", "")) else ""


_TOLD = 7


def _checked(letters: str) -> int:
    """The checksum of a code's letters; zero if the code is valid. It is that of a Reed-Solomon
    code with one check symbol over GF(32).

    Each position has a different power of 2 as its weight, so a single wrong letter or a swap of
    two letters is always noticed.
    """
    sum_of = 0
    for letter in letters:
        sum_of = _double(sum_of) ^ _ALPHABET.index(letter)
    return sum_of


def _double(value: int) -> int:
    """Doubles a value in GF(32), modulo the polynomial x^5 + x^2 + 1."""
    return value << 1 if value < 16 else (value << 1) ^ 0b100101
