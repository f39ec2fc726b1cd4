"""Reading the project's own sources: which files there are, and what a module imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path


def modules(folder: Path) -> Iterator[tuple[str, str]]:
    """Each Python file below a folder: its path from the project's root, and its text."""
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(folder.parent).as_posix(), path.read_text(encoding="utf-8")


def calls(folder: Path) -> Iterator[tuple[str, ast.Call]]:
    """Each call in the Python files below a folder, with the path of its file."""
    for name, source in modules(folder):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                yield name, node


@cache
def imported(source: str) -> frozenset[str]:
    """The first names of everything that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return frozenset(names)


@cache
def imported_modules(source: str, package: str, root: Path) -> frozenset[str]:
    """The modules of a package that a module imports, named from the package on: `time.calendars`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            names |= {each if _is_module(each, root) else node.module for each in whole}
    return frozenset(name.partition(".")[2] for name in names if name.startswith(f"{package}."))


def _is_module(name: str, root: Path) -> bool:
    path = root.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()
