"""What docs/reference/protection.md promises has tests, and each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.named_tests import is_there, named_in

PAGE = Path("docs/reference/protection.md")
RULES = [f"D{number}" for number in range(1, 22)]


def _rows(page: str, columns: int) -> dict[str, list[str]]:
    """The rows of the table with so many columns, by rule."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines()]
    return {row[0]: row[1:] for row in rows if len(row) == columns and row[0] in RULES}


def test_each_rule_says_what_enforces_it_and_what_does_not(project_root: Path) -> None:
    """All of them, in their order, with no cell left empty."""
    rows = _rows((project_root / PAGE).read_text(encoding="utf-8"), 4)
    assert list(rows) == RULES
    assert [rule for rule, cells in rows.items() if not all(cells)] == []


def test_each_rule_names_tests_that_are_there(project_root: Path) -> None:
    """A test that was renamed or removed is missed here."""
    rows = _rows((project_root / PAGE).read_text(encoding="utf-8"), 2)
    assert list(rows) == RULES
    for rule, (cell,) in rows.items():
        named = named_in(cell)
        assert named, rule
        assert len(named) == cell.count("`") // 2, rule
        for file, test in named:
            assert is_there(project_root, file, test), f"{rule}: {file}::{test}"


GUARDS = ["cover", "bar", "need to know", "approval", "role conflict", "principal"]


def test_each_guard_names_where_it_stands_and_the_tests_that_fail_without_it(
    project_root: Path,
) -> None:
    """Modules, functions and tests are there."""
    rows = [line.split(" | ") for line in (project_root / PAGE).read_text("utf-8").splitlines()]
    found = {row[0].removeprefix("| "): row[1:] for row in rows if len(row) == 3}
    assert [each for each in found if each in GUARDS] == GUARDS
    for guard in GUARDS:
        where, tests = found[guard]
        for part in where.split("; "):
            file, *names = re.findall(r"`([^`]+)`", part)
            text = (project_root / file).read_text("utf-8")
            assert [each for each in names if f"def {each}(" not in text] == [], guard
        assert named_in(tests), guard
        assert [each for each in named_in(tests) if not is_there(project_root, *each)] == [], guard
