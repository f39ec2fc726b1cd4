"""Erasing in tests, as an operator does because the person asked for it."""

from __future__ import annotations

from casework import erasing
from casework.certificates import ErasureGround
from casework.context import Onward
from casework.erasing import KeyOf
from casework.erasure_list import Certificate
from tests.principals import OPERATOR

__all__ = ["erase_case", "erase_person"]


def erase_case(onward: Onward, code: str) -> list[Certificate]:
    return erasing.erase(onward, code, {KeyOf.CASE}, ErasureGround.REQUEST, OPERATOR)


def erase_person(onward: Onward, code: str) -> list[Certificate]:
    """The person of that case."""
    return erasing.erase(onward, code, {KeyOf.PERSON}, ErasureGround.REQUEST, OPERATOR)
