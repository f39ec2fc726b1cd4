"""Data keys are replaced, as docs/how-to/after-a-theft.md says; what is damaged is named."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.acceptance.test_operators import change
from tests.desk import ROOT, Desk

PAGE = ROOT / "docs" / "how-to" / "after-a-theft.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.set_up()
    return made


def test_data_keys_are_replaced_as_the_page_says(desk: Desk) -> None:
    """Line by line; what was known of the person is there as before."""
    code = desk.open()
    first, again = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    said = [desk.do(*_words(line)) for line in first.splitlines()]
    to_do = "data keys to be replaced: 1 of cases, 1 of people; at most "
    assert said[0].startswith(to_do)
    assert said[1].startswith(to_do)
    assert "2 data keys were replaced\n" in said[1]
    assert "0 with faults" in said[2]
    assert said[3] == "1 master key was removed\n"
    assert "Person 7" in desk.do("person", code, "--as", "GH-GPS")
    assert "2 data keys were replaced\n" in desk.do(*_words(again.splitlines()[0]))
    assert "data keys rotated" in desk.do("operator", "log")


def _words(line: str) -> list[str]:
    onward, *words = shlex.split(line)
    assert onward == "onward"
    return [*words, "--yes"] if "--data" in words and "--preview" not in words else words


def test_what_is_damaged_is_named_and_stays_behind(desk: Desk) -> None:
    """It exits with 1; once it is mended the rotation goes on."""
    desk.open()
    change(desk, "UPDATE protected_values SET name = 'changed' WHERE id = 1")
    done = desk.run("rotate-keys", "--data", "--yes")
    assert done.returncode == 1
    assert "1 data key was replaced\n" in done.stdout
    assert "the key of person:1 was not replaced: " in done.stderr
    assert re.match(
        r"a rotation was begun .* \(act \d+\); data keys still to be replaced: 1 of people\n",
        desk.do("rotate-keys", "--data", "--preview"),
    )
    assert "--preview can only be used with --data" in desk.run("rotate-keys", "--preview").stderr
