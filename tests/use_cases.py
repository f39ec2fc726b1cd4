"""The use cases: functions of casework that the rooms around it call, as their source says."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.source_code import modules

_OUTER = ("onward", "flows", "portal")
ROOMS = ("casework", "casework.sealing")


def public_functions(project_root: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Each function of casework that is no module's own: `module.name`, and its source."""
    for path, source in modules(project_root / "casework"):
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                module = Path(path).with_suffix("").parts[1:]
                yield f"{'.'.join(module)}.{node.name}", node


def parameters(node: ast.FunctionDef) -> list[str]:
    return [each.arg for each in (*node.args.args, *node.args.kwonlyargs)]


def used_outside(project_root: Path) -> set[str]:
    """The functions of casework that the rooms around it call: `module.name`."""
    found: set[str] = set()
    for room in _OUTER:
        for _, source in modules(project_root / room):
            found |= _used_in(ast.parse(source))
    return found


@cache
def use_cases(project_root: Path) -> Mapping[str, list[str]]:
    """What is done with an installation from outside, each with its parameters."""
    used = used_outside(project_root)
    return {
        name: asked
        for name, node in public_functions(project_root)
        if name in used and "onward" in (asked := parameters(node))
    }


def _used_in(tree: ast.Module) -> set[str]:
    found, named = set[str](), dict[str, str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in ROOMS:
            inner = node.module.partition(".")[2]
            within = f"{inner}." if inner else ""
            named |= {alias.asname or alias.name: within + alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("casework."):
            stem = str(node.module).partition(".")[2]
            found |= {f"{stem}.{alias.name}" for alias in node.names}
    return found | {
        f"{named[node.value.id]}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in named
    }
