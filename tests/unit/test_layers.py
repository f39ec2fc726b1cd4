"""Arrows between the rooms run one way, and each large dependency stays in its own room."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from engine import OFFERED
from tests.source_code import imported, imported_modules, modules

MAY_IMPORT: dict[str, set[str]] = {
    "engine": set(),
    "wording": {"engine"},
    "models": {"engine"},
    "notifiers": {"engine"},
    "casework": {"engine", "models", "notifiers"},
    "flows": {"engine", "wording", "models", "notifiers", "casework"},
    "portal": {"engine", "wording", "models", "notifiers", "casework"},
    "onward": {"engine", "wording", "models", "notifiers", "casework", "flows", "portal"},
}
HOME_OF = {
    "apprise": "notifiers",
    "drawsvg": "engine",
    "lark": "engine",
    "prefect": "flows",
    "transitions": "engine",
}
OUTSIDE_WORLD = {
    "alembic",
    "asyncio",
    "http",
    "httpx",
    "multiprocessing",
    "os",
    "psycopg",
    "requests",
    "secrets",
    "smtplib",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "sqlmodel",
    "subprocess",
    "tempfile",
    "time",
    "urllib",
    "uuid",
}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
PACKAGED = "files("
"""`importlib.resources.files(...)`: a table that a package brings is read as its code is."""
FILES = {"read_text", "read_bytes", "write_text", "write_bytes"}


def calls_outside(source: str) -> Iterator[str]:
    """Calls that read a clock or touch a file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            callee = ast.unparse(node.func)
            last_two = ".".join(callee.split(".")[-2:])
            on_file = callee.split(".")[-1] in FILES and not callee.startswith(PACKAGED)
            if on_file or callee == "open" or last_two in CLOCKS:
                yield f"{callee}, line {node.lineno}"


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_inner_rooms(project_root: Path, room: str) -> None:
    """No room knows a room further out, or beside it."""
    forbidden = set(MAY_IMPORT) - MAY_IMPORT[room] - {room}
    offenders = {
        name: bad
        for name, source in modules(project_root / room)
        if (bad := imported(source) & forbidden)
    }
    assert offenders == {}


ENGINE_FOR = {
    room: (*OFFERED["every room"], *OFFERED.get(room, ()))
    for room in ("models", "notifiers", "wording", "casework", "flows")
} | {
    room: (*OFFERED["every room"], *OFFERED["casework"], *OFFERED.get(room, ()))
    for room in ("portal", "onward")
}


def from_the_engine(root: Path, room: str) -> dict[str, frozenset[str]]:
    """Each module of a room that imports the engine, with the modules that it imports of it."""
    found = {
        name: imported_modules(source, "engine", root) for name, source in modules(root / room)
    }
    return {name: names for name, names in found.items() if names}


def is_offered(module: str, offered: tuple[str, ...]) -> bool:
    return any(module == each or module.startswith(f"{each}.") for each in offered)


@pytest.mark.parametrize("room", ENGINE_FOR)
def test_a_room_imports_only_what_the_engine_offers_it(project_root: Path, room: str) -> None:
    """What is behind that may change without any other room."""
    strangers = {
        name: bad
        for name, names in from_the_engine(project_root, room).items()
        if (bad := {each for each in names if not is_offered(each, ENGINE_FOR[room])})
    }
    assert strangers == {}


@pytest.mark.parametrize("room", OFFERED)
def test_what_the_engine_offers_a_room_is_imported_there(project_root: Path, room: str) -> None:
    """An offer that nobody takes any more goes."""
    rooms = [*ENGINE_FOR] if room == "every room" else [room]
    taken = {
        each
        for one in rooms
        for names in from_the_engine(project_root, one).values()
        for each in names
    }
    assert [each for each in OFFERED[room] if not any(is_offered(t, (each,)) for t in taken)] == []


def test_turns_are_offered_to_nobody() -> None:
    """A case is changed by `decide` alone."""
    assert not any(is_offered(each, ("turns",)) for some in OFFERED.values() for each in some)


@pytest.mark.parametrize("dependency", HOME_OF)
def test_a_large_dependency_stays_in_its_room(project_root: Path, dependency: str) -> None:
    """What is odd about a dependency is known in one room only."""
    offenders = [
        name
        for room in sorted(set(MAY_IMPORT) - {HOME_OF[dependency]})
        for name, source in modules(project_root / room)
        if dependency in imported(source)
    ]
    assert offenders == []


def test_the_engine_is_pure(project_root: Path) -> None:
    """No input or output, no clock, no chance: the same command gives the same facts."""
    offenders = {
        name: bad
        for name, source in modules(project_root / "engine")
        if (bad := [*sorted(imported(source) & OUTSIDE_WORLD), *calls_outside(source)])
    }
    assert offenders == {}


@pytest.mark.parametrize(
    "impure",
    ["datetime.now(UTC)", "dt.date.today()", "open('x')", "Path('x').read_text()"],
)
def test_a_clock_or_a_file_in_the_engine_would_be_seen(impure: str) -> None:
    """The check above finds what it looks for."""
    assert list(calls_outside(f"x = {impure}")) != []


def test_every_package_is_a_room_and_is_shipped(
    project_root: Path, pyproject: dict[str, Any]
) -> None:
    """A new top-level package needs its place among the rooms, and in the wheel."""
    packages = {path.parent.name for path in project_root.glob("[a-z]*/__init__.py")}
    shipped = set(pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert packages <= set(MAY_IMPORT) & shipped


def test_flow_modules_never_shadow_an_importable_name(project_root: Path) -> None:
    """Prefect puts flows/ first on sys.path, so a module there wins over any package."""
    taken = set(MAY_IMPORT) | set(sys.stdlib_module_names) | set(packages_distributions())
    modules = {path.stem for path in (project_root / "flows").glob("*.py")} - {"__init__"}
    assert modules & taken == set()
