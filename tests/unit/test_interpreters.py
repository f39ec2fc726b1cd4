"""What is not written in the source itself is handed to no interpreter: no code, no shell, no SQL, no template, no XML."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.source_code import calls

_ROOMS = ("casework", "engine", "flows", "models", "notifiers", "onward", "portal", "wording")
_RUN_TEXT = frozenset({"eval", "exec", "compile", "__import__", "system", "popen", "from_string"})
_SQL = frozenset({"text", "exec_driver_sql", "literal_column"})
_MADE_OF_OUR_OWN = {
    "casework/case_rows.py": "f\"'{CasePhase.OPEN}'\"",
    "models/copies.py": "statement",  # of names that it has made
    "models/migrating.py": "f'SELECT pg_advisory_xact_lock({_LOCK})'",
    "models/notices.py": "repr(each)",
    "models/session.py": "f'VACUUM (FULL) {each}'",
    "models/tables.py": "_condition",
}
"""SQL that is put together, of words of ours alone."""
_READ_XML = frozenset({"fromstring", "XMLParser", "iterparse"})
_UNSAFE = frozenset({"pickle", "marshal", "shelve", "dill", "jsonpickle"})


Called = list[tuple[str, ast.Call, str]]
"""Each call of ours with its file, and the name of what is called."""


@pytest.fixture(scope="module")
def called(project_root: Path) -> Called:
    """To read all modules is most of what these tests do."""
    return [
        (file, call, getattr(call.func, "id", getattr(call.func, "attr", "")))
        for room in _ROOMS
        for file, call in calls(project_root / room)
    ]


def _is_of(call: ast.Call, owners: frozenset[str]) -> bool:
    owner = getattr(call.func, "value", None)
    return isinstance(owner, ast.Name) and owner.id in owners


def _in_a_shell(call: ast.Call) -> bool:
    return any(each.arg == "shell" for each in call.keywords)


def test_no_text_is_run_as_code_or_by_a_shell(called: Called) -> None:
    """`re.compile` and a statement's own `compile` run nothing."""
    found = [
        f"{file}:{call.lineno}"
        for file, call, name in called
        if _in_a_shell(call)
        or (name in _RUN_TEXT and not (name == "compile" and isinstance(call.func, ast.Attribute)))
    ]
    assert found == []


def test_no_statement_is_put_together_of_anything_but_words_of_ours(called: Called) -> None:
    """Values are bound to it."""
    found = {
        file: ast.unparse(call.args[0])
        for file, call, name in called
        if file.startswith(("casework", "flows", "models"))
        and name in _SQL
        and call.args
        and not isinstance(call.args[0], ast.Constant)
    }
    assert found == _MADE_OF_OUR_OWN


def test_nothing_that_was_sent_becomes_an_object_of_its_own_choice(called: Called) -> None:
    """No XML is read at all, YAML makes no objects, and no format that can is used."""
    found = [
        f"{file}:{call.lineno}"
        for file, call, name in called
        if name in _READ_XML
        or _is_of(call, _UNSAFE)
        or (name == "YAML" and not _is_safe(call))
        or name == "unsafe_load"
    ]
    assert found == []


def _is_safe(call: ast.Call) -> bool:
    """Read as plain values, or with their places (`rt`, as it does by itself), neither of which makes objects."""
    kinds = [each.value for each in call.keywords if each.arg == "typ"]
    return all(isinstance(each, ast.Constant) and each.value in ("safe", "rt") for each in kinds)


@pytest.mark.parametrize(
    ("source", "is_safe"),
    [
        ("YAML(typ='safe')", True),
        ("YAML(typ='unsafe')", False),
        ("YAML()", True),
        ("YAML(typ=kind)", False),
    ],
)
def test_what_would_make_objects_is_seen(source: str, is_safe: bool) -> None:
    (call,) = (each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Call))
    assert _is_safe(call) == is_safe
