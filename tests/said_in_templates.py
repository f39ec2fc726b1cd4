"""What pages say: the calls of `say` and `frame.say_in` in the portal's templates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from jinja2 import nodes

from portal.look import environment


class SaidThere(NamedTuple):
    """Where a template says something."""

    where: str
    code: str
    """`*` stands for what is filled in."""
    values: frozenset[str]


def said_in_templates(folder: Path) -> Iterator[SaidThere]:
    """Every message of the templates in a folder. The code of each is a literal, its values are named."""
    for path in sorted(folder.rglob("*.html")):
        page = environment().parse(path.read_text(encoding="utf-8"))
        for call in page.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "say":
                yield from _said(call, f"{path.name}:{call.lineno}")
            if isinstance(call.node, nodes.Getattr) and call.node.attr == "say_in":
                yield from _said(call, f"{path.name}:{call.lineno}", before=1)


def _said(call: nodes.Call, where: str, before: int = 0) -> Iterator[SaidThere]:
    """What one call says; `before` arguments stand before the code."""
    assert call.dyn_args is call.dyn_kwargs is None, f"{where}: each value by its name"
    (code_of,) = call.args[before:]
    values = frozenset(str(each.key) for each in call.kwargs)
    if isinstance(code_of, nodes.CondExpr) and code_of.expr2 is not None:
        either = [code_of.expr1, code_of.expr2]
    else:
        either = [code_of]
    for code in either:
        yield SaidThere(where, _written(code, where), values)


def _written(code: nodes.Node, where: str) -> str:
    """`"status.task." ~ status` is `status.task.*`."""
    parts = code.nodes if isinstance(code, nodes.Concat) else [code]
    known = [str(each.value) if isinstance(each, nodes.Const) else "*" for each in parts]
    assert known != ["*"], f"{where}: the code is written there"
    return "".join(known)
