"""Reading the project's own sources: which files there are, and what a module imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path


def modules(folder: Path) -> Iterator[tuple[str, str]]:
    """Each Python file below a folder: its path from the project's root, and its text."""
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(folder.parent).as_posix(), path.read_text(encoding="utf-8")


def imported(source: str) -> set[str]:
    """The first names of everything that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names
