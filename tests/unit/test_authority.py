"""Who may do what: the table of docs/reference/authority.md, and that no use case passes it by."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from casework.authority import HOLDERS, Right, require, require_sight, standing_of
from casework.principal import Because, Principal, PrincipalKind
from engine.errors import Refusal
from tests.principals import OPERATOR, TIME, staff
from tests.source_code import modules
from tests.use_cases import public_functions, use_cases

ENTERING = Principal(
    kind=PrincipalKind.OPERATOR, agency="GH-ONE", entered_by="op-1", because=Because.TELEPHONE
)
EVERYBODY = (OPERATOR, ENTERING, staff("GH-ONE"), TIME)


def _documented(project_root: Path) -> dict[str, frozenset[str]]:
    page = (project_root / "docs" / "reference" / "authority.md").read_text(encoding="utf-8")
    table = page.partition("## What each may do")[2].partition("\n\n|")[2].partition("\n\n")[0]
    heads, _, *rows = (
        [cell.strip() for cell in row.strip("| ").split("|")] for row in table.split("\n")
    )
    return {
        row[0].partition("`: ")[0].strip("`"): frozenset(
            who for who, said in zip(heads[1:], row[1:], strict=False) if said == "yes"
        )
        for row in rows
    }


def test_the_page_says_who_has_each_right(project_root: Path) -> None:
    assert _documented(project_root) == {str(right): who for right, who in HOLDERS.items()}


def test_everybody_has_just_the_rights_of_what_they_are() -> None:
    assert {standing_of(each) for each in EVERYBODY} == frozenset().union(*HOLDERS.values())
    for right in Right:
        for by in EVERYBODY:
            if standing_of(by) in HOLDERS[right]:
                require(by, right)
                continue
            with pytest.raises(Refusal, match=rf"not_authorised\.{right}"):
                require(by, right)


def test_an_agency_and_an_operator_see_a_case_time_sees_how_it_stands() -> None:
    for by in EVERYBODY:
        require_sight(by)


def _asks(node: ast.FunctionDef) -> bool:
    """Whether a use case asks for the right itself, or hands on who asks to one that does."""
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    handed = [ast.unparse(each) for call in calls for each in (*call.args, *call.keywords)]
    return any("authority.require" in ast.unparse(call.func) for call in calls) or "by" in handed


_BEFORE = {
    "authenticating.operator": "makes the principal",
    "intake.columns_for": "says of a published pathway what its columns mean",
    "intake.take_in": "is given who acts for each agency, and opens its cases as them",
    "publishing.require_fit": "says of the registry of pathways whether a draft is the next",
}
"""What takes an installation and nobody who asks, and why: none of it says anything of a case."""


def test_every_use_case_takes_who_asks_and_asks_for_their_right(project_root: Path) -> None:
    used, lacking, unasked = use_cases(project_root), set[str](), set[str]()
    for name, node in public_functions(project_root):
        if name not in used:
            continue
        if "by" not in used[name]:
            lacking.add(name)
        elif not name.startswith("authenticating.") and not _asks(node):
            unasked.add(name)
    assert (lacking - _BEFORE.keys(), unasked) == (set(), set())
    assert _BEFORE.keys() - lacking == set()


@pytest.mark.parametrize("room", ["casework", "engine", "flows", "models", "notifiers", "onward"])
def test_only_authentication_makes_somebody(project_root: Path, room: str) -> None:
    for path, source in modules(project_root / room):
        calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
        made = any(
            isinstance(call.func, ast.Name) and call.func.id == "Principal" for call in calls
        )
        assert not made or path == "casework/authenticating.py", path
