"""What CONTRIBUTING says of every file, where no linter looks."""

from __future__ import annotations

import ast
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.outside import do_without
from tests.source_code import modules

LINES_OF_A_MODULE = 400
LINES_OF_A_FUNCTION = 40

NOT_FOR_OTHERS = {
    "a package registry": r"\b(?:py(?:pi|thonhosted)|npmjs|crates|deb\.debian)\.(?:org|com|io)\b",
    "a path of one machine": r"(?<![\w.])/(?:home|root|Users|work)/|\b[A-Z]:\\Users\\",
}


@pytest.fixture(scope="module")
def tracked(project_root: Path) -> list[Path]:
    """Every file that is, or is about to be, in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(
            command, cwd=project_root, check=True, capture_output=True, text=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        do_without("The git repository", f"clone it, and have git installed ({error})")
    found = {project_root / name for name in listed.stdout.split("\0") if name}
    return sorted(path for path in found if path.is_file())


@pytest.fixture(scope="module")
def folders(project_root: Path, pyproject: dict[str, Any]) -> list[Path]:
    """The rooms and the tests."""
    rooms = pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return [project_root / name for name in [*rooms, "tests"]]


Blocks = list[tuple[str, ast.AST, list[ast.stmt]]]
"""The name of a module, something in it that has statements, and these."""


@pytest.fixture(scope="module")
def blocks(folders: list[Path]) -> Blocks:
    """Every module, class, function and branch; to read and walk all modules is most of what these tests do."""
    return [
        (name, node, body)
        for folder in folders
        for name, source in modules(folder)
        for node in ast.walk(ast.parse(source))
        if isinstance(body := getattr(node, "body", None), list)
    ]


def test_no_module_is_longer_than_a_reader_bears(folders: list[Path]) -> None:
    """A module that grows past the limit holds two concepts."""
    too_long = {
        name: length
        for folder in folders
        for name, source in modules(folder)
        if "/migrations/versions/" not in name
        if (length := len(source.splitlines())) > LINES_OF_A_MODULE
    }
    assert too_long == {}


def test_every_function_fits_a_screen(blocks: Blocks) -> None:
    """Signature and docstring are not counted. A migration is a list of tables, and stays as it is."""
    too_long = {
        f"{name}: {node.name}": length
        for name, node, _ in blocks
        if "/migrations/versions/" not in name
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := body_length(node)) > LINES_OF_A_FUNCTION
    }
    assert too_long == {}


def test_a_class_has_a_name_of_its_own(blocks: Blocks) -> None:
    """So a reader who meets the name knows what is meant, whatever they read before."""
    where: dict[str, list[str]] = {}
    for name, node, _ in blocks:
        if isinstance(node, ast.ClassDef) and not name.startswith(_NOT_OURS):
            where.setdefault(node.name, []).append(f"{name}:{node.lineno}")
    assert {name: found for name, found in where.items() if len(found) > 1} == {}


def test_a_type_that_others_import_is_not_named_as_a_class(blocks: Blocks) -> None:
    """Apart from the words of commands and of the API, which are named as they are written there."""
    ours = [block for block in blocks if not block[0].startswith("tests/")]
    classes = {node.name for _, node, _ in ours if isinstance(node, ast.ClassDef)}
    imported = {
        (f"{node.module.replace('.', '/')}.py", each.name)
        for _, _, body in ours
        for node in body
        if isinstance(node, ast.ImportFrom) and node.module
        for each in node.names
    }
    types = {
        (name, target.id)
        for name, module, body in ours
        if isinstance(module, ast.Module) and not name.startswith(("onward/", "portal/api/"))
        for each in body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    assert [each for each in sorted(types & imported) if each[1] in classes] == []


def test_no_three_modules_have_one_name(folders: list[Path]) -> None:
    """A reader who looks for one by its name, and not by its room, has at most two to choose from."""
    where: dict[str, list[str]] = {}
    for folder in folders:
        for name, _ in modules(folder):
            if not name.startswith(_NOT_OURS):
                where.setdefault(Path(name).name, []).append(name)
    where.pop("__init__.py")
    assert {name: found for name, found in where.items() if len(found) > 2} == {}


_NOT_OURS = ("tests/", "models/migrations/versions/")
"""Where a name is read with its file alone."""


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_a_docstring_stands_at_what_it_is_about(blocks: Blocks) -> None:
    """Of two in a row one has lost its field."""
    lost = [
        f"{name}:{second.lineno}"
        for name, _, body in blocks
        for first, second in pairwise(body)
        if text_at(first) is not None and text_at(second) is not None
    ]
    assert lost == []


def test_a_docstring_says_something(blocks: Blocks) -> None:
    """It is not empty, and each of its headings has something below it."""
    said_nothing = [
        f"{name}:{each.lineno}"
        for name, _, body in blocks
        for each in body
        if (text := text_at(each)) is not None and says_nothing(text)
    ]
    assert said_nothing == []


@pytest.mark.parametrize("text", ["", " \n ", "Args:", "A case.\n\n    Raises:\n    "])
def test_a_docstring_that_was_cut_off_would_be_seen(text: str) -> None:
    assert says_nothing(text)


def says_nothing(docstring: str) -> bool:
    """Whether it is empty or ends after a heading: `Args:`."""
    last = docstring.strip().rpartition("\n")[2]
    return re.fullmatch(r"([A-Z][a-z]+:)?", last.strip()) is not None


def text_at(node: ast.AST) -> str | None:
    """The text that a statement is, as a docstring is one."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return node.value.value if isinstance(node.value.value, str) else None
    return None


def test_the_lock_file_of_uv_stays_out(tracked: list[Path]) -> None:
    """It names download hosts; constraints.txt holds the same versions without them."""
    assert [path for path in tracked if path.name == "uv.lock"] == []


@pytest.mark.parametrize("what", NOT_FOR_OTHERS)
def test_no_file_tells_where_it_was_made(
    tracked: list[Path], project_root: Path, what: str
) -> None:
    """The repository works on every machine and with every index."""
    pattern = re.compile(NOT_FOR_OTHERS[what])
    found = [
        f"{path.relative_to(project_root)}:{number}: {line.strip()}"
        for path in tracked
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def text_of(path: Path) -> str:
    """Empty for what is no text: pictures, fonts."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_ci_runs_what_the_readme_promises(project_root: Path) -> None:
    """The command that a newcomer copies is the very one that is tried."""
    command = (
        "python3 -m venv .venv && .venv/bin/pip install uv && .venv/bin/uv run --group dev pytest"
    )
    assert command in (project_root / "README.md").read_text(encoding="utf-8").splitlines()
    assert f"check '{command}'" in (project_root / ".ci" / "run").read_text(encoding="utf-8")
