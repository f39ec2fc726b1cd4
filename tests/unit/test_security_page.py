"""What docs/reference/security.md says of each line of the standard has a test that is there, or a reason."""

from __future__ import annotations

import re
from pathlib import Path

from casework.tries import LIMITS
from tests.named_tests import is_there, named_in

_LINE = re.compile(r"\d\.\d\.\d+")
_COUNTS = (
    ("1", (2, 10, 12, 3, 3)),
    ("2", (3, 3, 5, 2)),
    ("6", (3, 12, 8, 6, 8, 4, 2)),
    ("7", (3, 4, 2, 5, 3, 2)),
    ("8", (4, 4, 3, 2)),
)
"""How many lines each section of a chapter has that is about something here."""

_LEVEL_3 = (
    *("1.2.10", "1.3.12", "1.5.3", "2.3.5", "2.4.2"),
    *("6.3.5", "6.3.6", "6.3.7", "6.3.8", "6.4.5", "6.4.6", "6.5.6", "6.5.7", "6.5.8", "6.6.4"),
    *("6.7.1", "6.7.2", "7.5.3", "8.1.3", "8.1.4", "8.2.4", "8.3.2", "8.3.3", "8.4.2"),
)
"""As the released text of 5.0.0 has them."""


def _page(project_root: Path) -> list[list[str]]:
    text = (project_root / "docs/reference/security.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    return [row for row in rows if row]


def test_every_line_of_the_chapters_is_answered(project_root: Path) -> None:
    lines = [row for row in _page(project_root) if _LINE.fullmatch(row[0])]
    assert [row[0] for row in lines] == [
        f"{chapter}.{section}.{number}"
        for chapter, counts in _COUNTS
        for section, count in enumerate(counts, 1)
        for number in range(1, count + 1)
    ]
    assert [row[0] for row in lines if len(row) != 4 or not all(row)] == []


def test_a_line_of_level_3_says_so(project_root: Path) -> None:
    lines = [row for row in _page(project_root) if _LINE.fullmatch(row[0])]
    assert [row[0] for row in lines if row[1].endswith("(level 3)")] == [*_LEVEL_3]


def test_every_test_that_is_named_is_there(project_root: Path) -> None:
    named = [each for row in _page(project_root) for each in named_in(row[-1])]
    assert len(named) > 120
    assert [each for each in named if not is_there(project_root, *each)] == []


def test_every_line_without_a_test_says_why(project_root: Path) -> None:
    """A test, or a reason in words; `none` alone stands where the line says that it does not hold."""
    lines = [row for row in _page(project_root) if _LINE.fullmatch(row[0])]
    without = {row[0]: row for row in lines if not named_in(row[-1])}
    assert len(without) < len(lines) / 3
    for row in without.values():
        is_said = row[-1].startswith(("nothing to test", "by reading", "every test"))
        assert is_said or (row[-1] == "none" and row[2].startswith("no: ")), row


def test_the_page_says_how_often_somebody_may_try(project_root: Path) -> None:
    said = [row[1:3] for row in _page(project_root) if re.fullmatch(r"\d+ tries", row[1])]
    assert said == [
        [f"{each.at_once} tries", f"{each.then_each.seconds // 60} minutes"]
        for each in LIMITS.values()
    ]
