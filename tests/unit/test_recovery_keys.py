"""A recovery key is written on paper and typed again, and a slip is found in its line."""

from __future__ import annotations

import os

import pytest

from models.recovery_keys import WrongRecoveryKey, read, written
from tests.told import refused_with

KEY = bytes(range(32))


def test_what_was_written_is_read() -> None:
    for key in (KEY, bytes(32), b"\xff" * 32, os.urandom(32)):
        assert read("\n".join(written(key))) == key


def test_nobody_has_to_mind_spaces_and_capitals() -> None:
    """Nor O and 0, I and 1, B and 8, which the letters of the key cannot be."""
    typed = "".join(written(KEY)).replace(" ", "-").lower()
    assert read(typed) == KEY
    assert read(typed.replace("o", "0").replace("i", "1").replace("b", "8")) == KEY


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_slip_is_found_in_its_line(number: int) -> None:
    lines = written(KEY)
    line = lines[number - 1]
    lines[number - 1] = ("B" if line[0] == "A" else "A") + line[1:]
    with refused_with(
        WrongRecoveryKey, match=f"line {number} of the recovery key is not as on the sheet"
    ):
        read("\n".join(lines))


def test_lines_that_are_missing_or_too_many_are_told() -> None:
    lines = written(KEY)
    with refused_with(WrongRecoveryKey, match="line 3 is missing"):
        read("\n".join(lines[:2]))
    with refused_with(WrongRecoveryKey, match="line 1 is missing"):
        read("")
    with refused_with(WrongRecoveryKey, match="line 2 of the recovery key is not as on the sheet"):
        read("\n".join([lines[0], lines[0], *lines[2:]]))
    with refused_with(WrongRecoveryKey, match="line 5 of the recovery key is not as on the sheet"):
        read("\n".join([*lines, lines[0]]))
