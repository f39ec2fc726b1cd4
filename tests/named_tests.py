"""Tests that a page of the docs names, as `tier/test_file.py::test_name`."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

_TIERS = ("unit", "integration", "acceptance")
_NAMED = re.compile(r"`((?:\w+/)+test_\w+\.py)::(\w+)`")


def named_in(cell: str) -> list[tuple[str, str]]:
    """The files and the tests that a cell of a table names."""
    return _NAMED.findall(cell)


def is_there(project_root: Path, file: str, test: str) -> bool:
    """Whether there is such a test."""
    path = project_root / "tests" / file
    return file.split("/")[0] in _TIERS and test in _tests_in(path)


@cache
def _tests_in(file: Path) -> frozenset[str]:
    """What pytest collects of a file: functions, and methods of classes, named `test_`."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    classes = (each for each in tree.body if isinstance(each, ast.ClassDef))
    found = (*tree.body, *(inner for each in classes for inner in each.body))
    defined = (each.name for each in found if isinstance(each, ast.FunctionDef))
    return frozenset(name for name in defined if name.startswith("test_"))
