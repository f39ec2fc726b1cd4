"""What a command says when something is wrong: one line, in words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from unittest import mock

import pytest

from engine.errors import InWords
from onward import cli
from onward.commands import demo
from tests.desk import Desk
from tests.source_code import modules

ROOMS = ("engine", "models", "notifiers", "casework", "onward")
"""Those that commands call. What breaks in `flows` is told by the worker."""


def test_every_error_of_ours_is_told_in_its_own_words(project_root: Path) -> None:
    """A class named Error has a text for the user; anything else is called a bug in Onward."""
    strangers = [
        f"{name}: {node.name}"
        for room in ROOMS
        for name, source in modules(project_root / room)
        if re.search(r"class \w+Error\b", source)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
        if not issubclass(
            getattr(import_module(name.removesuffix(".py").replace("/", ".")), node.name),
            InWords,
        )
    ]
    assert strangers == []


def test_an_intake_that_cannot_be_read_is_named_by_its_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anything is started."""
    with mock.patch.object(demo, "_text", return_value="prs_FirstName,opened_at\nAma,soon\n"):
        assert cli.run(["demo"]) == 1
    said = capsys.readouterr().err
    assert said == "cases.csv:2: opened_at is not a date and time with a time zone\n"


def test_a_note_on_holidays_that_are_not_known_is_in_words(tmp_path: Path) -> None:
    """Not as its code, where scenarios are played."""
    done = Desk(tmp_path).run("test", "tests/mechanisms/philippines.yaml")
    notes = [each for each in done.stderr.splitlines() if each.endswith("[note]")]
    assert done.returncode == 0
    assert not any("finding." in each for each in notes)
    assert notes


_OF_PROGRAMMERS = frozenset(
    {"EndlessTurn", "EngineFault", "LookupError", "RuntimeError", "TypeError", "ValueError"}
)
"""A slip of our own, which a user sees as a bug in Onward and its place (`onward/cli.py`)."""
_OF_PREFECT = {"flows/runs.py": "PrefectAway"}
"""What only the log of a worker says."""


def test_no_error_is_raised_with_a_sentence_of_its_own(project_root: Path) -> None:
    """What a user reads has a code; a code holds no space."""
    allowed = {*_OF_PREFECT.items()}
    met, faults = set(), []
    for name, error in raised(project_root):
        kind = ast.unparse(error.func)
        if kind in _OF_PROGRAMMERS or not any(map(_is_sentence, ast.walk(error))):
            continue
        met.add((name, kind))
        if (name, kind) not in allowed:
            faults.append(f"{name}:{error.lineno}: {kind}")
    assert faults == []
    assert allowed - met == set()


def raised(root: Path) -> Iterator[tuple[str, ast.Call]]:
    """Each error that is made where it is raised."""
    for room in (*ROOMS, "wording", "flows"):
        for name, source in modules(root / room):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                    yield name, node.exc


def _is_sentence(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
