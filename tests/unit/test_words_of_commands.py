"""What commands print, and managers read in Prefect, has a code: its sentences are in the catalogues, none in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.source_code import modules
from wording.catalogues import catalogue

_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = re.compile(
    r"[^\W\d_]{2,}[,;:]? +[^\W\d_]{2,}|[^\W\d_]{2,}[,;:]? +\{\}|\{\} +[^\W\d_]{2,}"
)
"""Two words, or a word and a value; `{}` stands for the value."""
_PRINTED = re.compile(
    r"typer\.(echo|confirm|prompt)|(self\._)?console\.print|print|_say|self\._progress"
)
_BY_CODE = frozenset({"say", "spoken", "message", "finding", "told"})
"""Their arguments are codes, and values that have no words of their own."""
_FOR_PROGRAMS = frozenset({"json.dumps", "show_json"})
_HELP = frozenset({"typer.Option", "typer.Argument", "typer.Typer", "Listed"})
"""Texts of help are declared in English, and found in the catalogues by themselves."""
_NOT_OURS = {
    "engine/drawing/mermaid.py": "the language of Mermaid",
    "engine/drawing/svg.py": "the languages of pages and styles",
    "flows/case_worker.py": "how a worker of this type describes itself to Prefect's own commands",
    "flows/faults.py": "the place of a fault in the code",
    "flows/runs.py": "the header of HTTP, and a key that nobody reads",
    "onward/cli.py": "what Python's codecs say, and its version",
    "onward/commands/__init__.py": "the headings of help",
    "onward/demonstration/mailbox.py": "what a mail server answers",
    "onward/demonstration/synthetic_intakes.py": "an answer in a made-up case",
    "onward/helping.py": "what Click says, by which it is recognised",
    "onward/stack/prefect_api.py": "the header of HTTP",
    "onward/starts/start.py": "names of agencies in the files that are written",
}
"""Modules with sentences that no command of ours says."""


def sentences(source: str) -> Iterator[tuple[int, str]]:
    """Each literal of a module that reads as a sentence, or that is printed and has a word."""
    tree = ast.parse(source)
    yield from _within(tree, is_printed=False)


def _within(node: ast.AST, *, is_printed: bool) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Assert) or _is_slip(node):
        return  # nobody reads it
    if isinstance(node, ast.Call):
        function = ast.unparse(node.func)
        if function in _BY_CODE | _HELP | _FOR_PROGRAMS or function.startswith("log."):
            return
        is_printed = is_printed or bool(_PRINTED.fullmatch(function))
    written = _text(node)
    if written is not None:
        looked_for = _WORD if is_printed else _SENTENCE
        if looked_for.search(written):
            yield getattr(node, "lineno", 0), written
            return
    for child in ast.iter_child_nodes(node):
        yield from _within(child, is_printed=is_printed and written is None)


_OF_PROGRAMMERS = frozenset({"RuntimeError", "TypeError", "ValueError"})


def _is_slip(node: ast.AST) -> bool:
    """Whether it tells a programmer of a slip: a user reads a bug in Onward and its place."""
    error = node.exc if isinstance(node, ast.Raise) else None
    return isinstance(error, ast.Call) and ast.unparse(error.func) in _OF_PROGRAMMERS


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
        return "".join(parts)
    return None


_ROOMS = ("engine/drawing", "flows", "onward")


def _modules(project_root: Path) -> Iterator[tuple[str, str]]:
    for room in _ROOMS:
        for path in sorted((project_root / room).rglob("*.py")):
            yield path.relative_to(project_root).as_posix(), path.read_text(encoding="utf-8")


def test_no_command_no_flow_and_no_drawing_has_a_sentence_of_its_own(project_root: Path) -> None:
    found = {
        name: [*sentences(source)]
        for name, source in _modules(project_root)
        if name not in _NOT_OURS
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_each_module_that_is_left_out_has_a_reason_to_be(project_root: Path) -> None:
    sources = dict(_modules(project_root))
    assert [name for name in _NOT_OURS if not [*sentences(sources[name])]] == []


def _headings(source: str) -> Iterator[str]:
    """The names of columns whose headings are in the catalogues: those of `columns`."""
    for node in ast.walk(ast.parse(source)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        if [ast.unparse(each) for each in targets] == ["columns"]:
            rows = getattr(node, "value", None)
            keys = rows.keys if isinstance(rows, ast.Dict) else []
            yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))


def test_each_column_of_a_list_has_a_heading(project_root: Path) -> None:
    """`headed` makes the code of one from its name, so the catalogues' own test does not see it."""
    sources = dict(modules(project_root / "onward" / "commands"))
    lists = {name: {*_headings(text)} for name, text in sources.items() if "show_list(" in text}
    assert len(lists) > 10
    known = catalogue("en").texts
    lacking = {
        name: [each for each in met if f"list.{each}" not in known] for name, met in lists.items()
    }
    assert {name: each for name, each in lacking.items() if each} == {}


@pytest.mark.parametrize(
    "line",
    [
        'typer.echo("Stopped")',
        'typer.echo(f"{count} replaced", err=True)',
        'typer.echo(say("told.line", name=code, value=why) if why else "none")',
        'what = "published already"',
        'lost = f", {number} lost"',
        'self._progress("Stopping")',
        'show_table({"which is": cells})',
    ],
)
def test_a_sentence_in_the_code_is_found(line: str) -> None:
    assert len([*sentences(line)]) == 1


@pytest.mark.parametrize(
    "line",
    [
        'typer.echo(say("done.replaced", n=count))',
        'typer.echo(f"  {line}")',
        'log.info("wake left to the ticker: %s", name)',
        'option = typer.Option("--yes", help="Do not ask whether you mean it.")',
        '"""What stands above a function."""',
        'columns = {"case": codes}',
        'typer.echo(json.dumps({"faults": wrong}))',
        'assert name, "a slip of a programmer"',
        'raise TypeError(f"{name} is about one case")',
    ],
)
def test_what_has_a_code_is_none(line: str) -> None:
    assert [*sentences(line)] == []
