"""Who may do what: the table of docs/reference/authority.md, and that no use case passes it by."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from casework.authority import (
    HOLDERS,
    OF_DUTIES,
    Right,
    require,
    require_over,
    require_sight,
    standings_of,
)
from casework.principal import Because, Principal, PrincipalKind
from engine.agencies.duties import Duty
from engine.errors import Refusal
from tests.principals import OPERATOR, TIME, administrator, staff, system
from tests.source_code import modules
from tests.use_cases import public_functions, use_cases

ENTERING = Principal(
    kind=PrincipalKind.OPERATOR, agency="GH-ONE", entered_by="op-1", because=Because.TELEPHONE
)
LINK = Principal(kind=PrincipalKind.LINK, agency="GH-ONE", notice="7K2F-9QXM-4TQ9B2MX")
TELEPHONE = Principal(kind=PrincipalKind.TELEPHONE, agency="GH-ONE", notice="7K2F-9QXM-4TQ9B2MX")
HOLDERS_OF_NOTICES = (LINK, TELEPHONE)
STAFF = (staff("GH-ONE", "ama"), *(staff("GH-ONE", "ama", each) for each in Duty))
EVERYBODY = (OPERATOR, ENTERING, *STAFF, system("GH-ONE"), TIME, *HOLDERS_OF_NOTICES)


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
    standings = [standings_of(each) for each in EVERYBODY]
    assert frozenset().union(*standings) == frozenset().union(*HOLDERS.values())
    for right in Right:
        for by in EVERYBODY:
            if standings_of(by) & HOLDERS[right]:
                require(by, right)
                continue
            with pytest.raises(Refusal, match=rf"not_authorised\.{right}"):
                require(by, right)


def test_one_person_may_be_several_and_is_staff_besides() -> None:
    assert OF_DUTIES.keys() == {*Duty}
    by = staff("GH-ONE", "ama", *Duty)
    assert standings_of(by) == {"staff", *OF_DUTIES.values()}
    for right in (Right.ACT, Right.ADMINISTER, Right.COORDINATE, Right.MANAGE):
        require(by, right)


def test_a_program_has_no_right_that_its_token_does_not_name() -> None:
    reads = system("GH-ONE", Right.READ)
    require(reads, Right.READ)
    with pytest.raises(Refusal, match=r"not_authorised\.of_token"):
        require(reads, Right.ACT)


def test_an_administrator_administers_colleagues_alone_and_an_operator_anybody() -> None:
    by = administrator("GH-ONE", "ama")
    for who, agency, person in (
        (by, "GH-ONE", "ato"),
        (OPERATOR, "GH-ONE", "ama"),
        (OPERATOR, "GH-TWO", "efe"),
    ):
        require_over(who, agency, person)
    for agency, person, why in (
        ("GH-TWO", "efe", "of_another_agency"),
        ("GH-TWO", "ama", "of_another_agency"),
        ("GH-ONE", "ama", "of_oneself"),
    ):
        with pytest.raises(Refusal, match=rf"not_authorised\.{why}"):
            require_over(by, agency, person)


def test_an_agency_and_an_operator_see_a_case_time_sees_how_it_stands() -> None:
    for by in {*EVERYBODY} - {*HOLDERS_OF_NOTICES}:
        require_sight(by)


def test_whoever_holds_a_notice_sees_no_case() -> None:
    for by in HOLDERS_OF_NOTICES:
        with pytest.raises(Refusal, match=r"not_authorised\.read"):
            require_sight(by)


def _asks(node: ast.FunctionDef) -> bool:
    """Whether a use case asks for the right itself, or hands on who asks to one that does."""
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    handed = [ast.unparse(each) for call in calls for each in (*call.args, *call.keywords)]
    return any("authority.require" in ast.unparse(call.func) for call in calls) or "by" in handed


_BEFORE = {
    "adding_an_app.add": "adds to what somebody signs in with, for whoever has a session",
    "authenticating.operator": "makes the principal",
    "notice_holders.holder_of_link": "makes the principal, of whoever has the link of a notice",
    "letting_in.sign_in": "makes the principal, of whoever shows who they are",
    "letting_in.be_sure": "asks whoever has a session once more who they are",
    "letting_in.go_on": "makes the principal, of whoever shows a second factor after the password",
    "letting_in.to_show": "asks for that factor whoever has given the password",
    "letting_in.to_be_sure": "asks the browser of whoever has a session for a passkey",
    "passkeys.add": "adds to what somebody signs in with, for whoever has a session",
    "passkeys.remove": "takes from what somebody signs in with, for whoever has a session",
    "passkeys.to_add": "asks the browser of whoever has a session to make a passkey",
    "setting_up.set_up": "sets up what somebody signs in with, for whoever has a session",
    "setting_up.to_make": "asks the browser of whoever has a session to make a passkey",
    "setting_up.set_up_again": "begins anew what somebody signs in with, for whoever has a session",
    "sign_in_links.sign_in": "makes the principal, of whoever has a link",
    "sessions.signed_in": "makes the principal, of whoever has a session",
    "sessions.ran_out": "says who had a session, to whoever has its token, and lets nobody in",
    "sessions.sign_out": "ends what a token began, whoever has it",
    "systems.let_in": "makes the principal, of whatever program shows a token",
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


_MAKERS = {"casework/authenticating.py", "casework/notice_holders.py"}


@pytest.mark.parametrize(
    "room", ["casework", "engine", "flows", "models", "notifiers", "onward", "portal"]
)
def test_only_authentication_makes_somebody(project_root: Path, room: str) -> None:
    for path, source in modules(project_root / room):
        calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
        made = any(
            isinstance(call.func, ast.Name) and call.func.id == "Principal" for call in calls
        )
        assert not made or path in _MAKERS, path
