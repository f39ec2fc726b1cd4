"""Codes of cases and references of notices."""

from __future__ import annotations

import secrets
from collections import Counter
from inspect import signature
from itertools import combinations

import pytest

from casework.case_codes import (
    as_typed,
    case_and_own,
    is_code,
    new_code,
    new_reference,
    notice_as_typed,
    told_as_typed,
    told_code,
)


def test_a_code_is_chance_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given nothing that it could be made of, and has each letter from the system's randomness,
    each letter from as many bytes as any other.
    """
    drawn = [bytes(range(first, first + 8)) for first in range(0, 256, 8)]
    assert not signature(new_code).parameters
    assert is_code(new_code())
    monkeypatch.setattr(secrets, "token_bytes", lambda number: drawn.pop(0)[:number])
    made = [new_code().replace("-", "") for _ in range(32)]
    assert {*Counter("".join(made)).values()} == {256 // 32}
    assert not drawn


def test_a_reference_tells_nothing_of_other_notices() -> None:
    """Two of one case have nothing in common but its code."""
    code = new_code()
    first, second = new_reference(code), new_reference(code)
    assert first.startswith(f"{code}-")
    assert first != second


@pytest.mark.parametrize(
    "typed",
    [
        "7K2F-91XM-4TQ0B2MX",
        "7k2f91xm4tq0b2mx",
        " 7k2f 91xm 4tq0 b2mx ",
        "7K2F-91XM-4TQ0-B2MX",
        "7k2f-9lxm-4tqOb2mx",
        "7k2f9ixm-4tq0b2mx",
    ],
)
def test_a_reference_is_read_however_it_is_spelt(typed: str) -> None:
    assert notice_as_typed(typed) == "7K2F-91XM-4TQ0B2MX"
    assert case_and_own(typed) == ("7K2F-91XM", "4TQ0B2MX")


@pytest.mark.parametrize("typed", ["7K2F-91XM", "7k2f9lxm", "7k2f 9 1xm "])
def test_a_code_alone_is_read_as_that_of_its_case(typed: str) -> None:
    assert as_typed(typed) == "7K2F-91XM"
    assert case_and_own(typed) == ("7K2F-91XM", "")


def test_an_older_reference_ends_in_a_number() -> None:
    assert notice_as_typed("7k2f91xm-12") == notice_as_typed("7k2f91xm12") == "7K2F-91XM-12"


@pytest.mark.parametrize("text", ["", "7K2F-91XM", "NOTICE"])
def test_what_is_no_reference_stays_as_it_was_typed(text: str) -> None:
    assert notice_as_typed(text) == text


def test_a_code_that_is_told_has_no_letter_that_is_misread_for_another() -> None:
    code = told_code(bytes(range(7)))
    assert is_code(code)
    assert told_as_typed(code.lower().replace("-", " ")) == code


@pytest.mark.parametrize("chance", [bytes(range(7)), b"\xff\x00\x17\x03\x99\x41\x10"])
def test_the_check_letter_finds_each_wrong_letter_and_each_change_of_places(chance: bytes) -> None:
    """Any letter for any other, and any two that differ, wherever they stand."""
    code = told_code(chance).replace("-", "")
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for place in range(8):
        for letter in letters.replace(code[place], ""):
            assert told_as_typed(f"{code[:place]}{letter}{code[place + 1 :]}") == ""
    for first, second in combinations(range(8), 2):
        swapped = [*code]
        swapped[first], swapped[second] = swapped[second], swapped[first]
        assert (told_as_typed("".join(swapped)) == "") == (code[first] != code[second])


@pytest.mark.parametrize("text", ["", "4TQ9", "4TQ9-B2MX-1", "not a code", "U" * 8])
def test_what_is_no_code_is_none(text: str) -> None:
    assert told_as_typed(text) == ""
