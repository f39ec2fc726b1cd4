"""What a record consists of is worked out before threads read one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from engine.resolved import resolved
from tests.source_code import modules

ROOMS = ("engine", "casework", "portal", "notifiers", "wording", "flows", "models")
"""Where threads may read records; a command has only one."""

WORKED_OUT: list[str] = []


def noted() -> type:
    """The type of a field, which says when it was asked for."""
    WORKED_OUT.append("field")
    return int


class Part(msgspec.Struct, frozen=True):
    """A record within another one."""

    number: noted()  # type: ignore[valid-type] # asked for when it is worked out


def test_what_a_record_consists_of_is_worked_out_where_its_class_is_made() -> None:
    """A second thread that reads the first record never meets what is half worked out."""

    class Whole(msgspec.Struct, frozen=True):
        part: Part

    assert WORKED_OUT == []
    assert resolved(Whole) is Whole
    assert WORKED_OUT == ["field"]
    assert msgspec.json.decode(b'{"part": {"number": 1}}', type=Whole).part.number == 1
    assert WORKED_OUT == ["field"]


def test_each_record_that_holds_others_and_is_read_by_its_type_is_worked_out_beforehand(
    project_root: Path,
) -> None:
    """With `@resolved`, or with a decoder of its module."""
    read = {
        kind.__name__: place
        for room in ROOMS
        for name, source in modules(project_root / room)
        for place, kind in read_by_type(name, source)
        if holds_others(kind)
    }
    known = {
        name
        for room in ROOMS
        for _, source in modules(project_root / room)
        for name in worked_out(source)
    }
    assert {"Edition", "Texts"} <= set(read)
    assert {name: place for name, place in read.items() if name not in known} == {}


def read_by_type(name: str, source: str) -> Iterator[tuple[str, type[msgspec.Struct]]]:
    """The records that a module names where it reads something: `decode(text, type=Record)`."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        named = [each.value for each in node.keywords if each.arg == "type"]
        named += node.args[1:2] if node.func.attr == "convert" else []
        if node.func.attr in ("convert", "decode"):
            for part in named:
                module = vars(import_module(name.removesuffix(".py").replace("/", ".")))
                for each in ast.walk(part):
                    kind = module.get(each.id) if isinstance(each, ast.Name) else None
                    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                        yield f"{name}:{node.lineno}", kind


def holds_others(kind: type[msgspec.Struct]) -> bool:
    """Whether a record has other records within it."""
    return any(map(_names_a_record, get_type_hints(kind).values()))


def _names_a_record(hint: Any) -> bool:
    is_record = isinstance(hint, type) and issubclass(hint, msgspec.Struct)
    return is_record or any(map(_names_a_record, get_args(hint)))


def worked_out(source: str) -> Iterator[str]:
    """The records of a module that are worked out when it is imported."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and any(
            ast.unparse(each) == "resolved" for each in node.decorator_list
        ):
            yield node.name
        if isinstance(node, ast.Expr | ast.Assign) and isinstance(node.value, ast.Call):
            call = ast.unparse(node.value)
            yield from re.findall(r"msgspec\.json\.Decoder\((\w+)\)", call)
