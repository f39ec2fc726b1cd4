"""Who may ask what of one case: the table of docs/reference/authority.md against what happens."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import true

from casework import (
    agencies,
    authenticating,
    authority,
    held_case,
    looks,
    operators,
    staffing,
    suspending,
    suspensions,
)
from casework.authenticating import entering
from casework.authority import Right
from casework.context import Onward
from casework.figures import measures
from casework.principal import Because, Principal
from engine import numbering, visibility
from engine.agencies.duties import Duty
from engine.commands import WAYS
from engine.errors import Refusal
from engine.turns import rights
from engine.view import View
from models.keys import Keyring
from tests.authority_matrix import ONE_OF_EACH, TRIED, differences, happens
from tests.case_of_all_relations import RELATIONS, Codes
from tests.installations import installation
from tests.letting_in import let_in
from tests.principals import OPERATOR, coordinator, staff
from tests.use_cases import use_cases
from tests.whose_use_cases import BESIDE, OF_ADMINISTRATORS, OF_COORDINATORS, OF_THE_OPERATOR

Page = dict[str, dict[str, str]]


class Played(NamedTuple):
    """An installation with the case, in which nothing is kept."""

    onward: Onward
    codes: Codes


@pytest.fixture(scope="module")
def played(made_on_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    home = tmp_path_factory.mktemp("relations")
    file = shutil.copy(made_on_sqlite, home / "onward.db")
    with closing(installation(f"sqlite:///{file}", home)) as onward:
        yield Played(onward, Codes(onward))


@pytest.fixture(scope="module")
def page(project_root: Path) -> Page:
    return _table(project_root, "What each may ask of a case")


def _table(project_root: Path, title: str) -> Page:
    """A table of the page: its cells by the row's first cell and the head of their column."""
    text = (project_root / "docs" / "reference" / "authority.md").read_text(encoding="utf-8")
    under = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
    heads, _, *rows = (
        [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]
        for line in under.splitlines()
        if line.startswith("|")
    )
    return {row[0]: dict(zip(heads, row, strict=True)) for row in rows}


def test_what_happens_is_what_the_page_says(played: Played, page: Page) -> None:
    """Everything that may be asked, as everybody, in every relation to the case."""
    assert [*differences(page, *played)] == []


def test_it_is_the_same_on_postgresql(postgres_url: str, tmp_path: Path, page: Page) -> None:
    with closing(installation(postgres_url, tmp_path)) as onward:
        assert [*differences(page, onward, Codes(onward), ONE_OF_EACH)] == []


def test_the_page_has_every_row_with_its_commands_and_no_other(page: Page) -> None:
    said = {row: set(cells["commands"].split(", ")) for row, cells in page.items()}
    assert said == {
        each.row: {other.command for other in TRIED if other.row == each.row} for each in TRIED
    }
    assert all(
        [*cells] == ["what is asked", "commands", "operator", "time", *RELATIONS]
        for cells in page.values()
    )


def test_no_act_is_missing() -> None:
    acts = [each.command for each in TRIED if each.use_case == "acting.do"]
    assert sorted(acts) == sorted(" ".join(way.command) for _, way in WAYS)


def test_no_use_case_is_missing(project_root: Path) -> None:
    """Whatever takes an installation stands in the table, is the operator's, or says why not."""
    tried = {each.use_case for each in TRIED}
    others = OF_THE_OPERATOR | OF_COORDINATORS | OF_ADMINISTRATORS | BESIDE.keys()
    assert tried | others == use_cases(project_root).keys()
    assert not tried & others


def asked_of_nothing(
    played: Played, known: Mapping[str, Sequence[str]], name: str, by: Principal
) -> None:
    """Ask a use case for nothing in particular; raises what it says."""
    module, _, function = name.rpartition(".")
    use_case = getattr(import_module(f"casework.{module}"), function)
    others = dict.fromkeys(each for each in known[name] if each not in ("onward", "by"))
    [*use_case(played.onward, by=by, **others)]


def test_nobody_does_what_neither_their_kind_nor_the_registry_lets_them(
    played: Played, project_root: Path
) -> None:
    """Refused before anything is looked at, whatever was asked."""
    entered = entering(played.onward, OPERATOR, "GH-ONE", "ama", Because.PAPER)
    known = use_cases(project_root)
    for whose, duties in (
        (OF_THE_OPERATOR, {*Duty}),
        (OF_COORDINATORS, {*Duty} - {Duty.COORDINATES}),
        (OF_ADMINISTRATORS, {*Duty} - {Duty.ADMINISTERS, Duty.COORDINATES}),
    ):
        for name in sorted(whose):
            for by in (staff("GH-ONE", "ama"), staff("GH-ONE", "ama", *duties), entered):
                with pytest.raises(Refusal, match="not_authorised"):
                    asked_of_nothing(played, known, name, by)


def test_what_is_done_with_pathways_asks_whether_somebody_coordinates(
    played: Played, project_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything else, so a coordinator may ask for all of it."""

    class AskedFirst(Exception):
        """Raised with the right."""

    def ask(_by: Principal, right: Right) -> None:
        raise AskedFirst(right)

    monkeypatch.setattr(authority, "require", ask)
    for name in sorted(OF_COORDINATORS):
        with pytest.raises(AskedFirst, match=rf"^{Right.COORDINATE}$"):
            asked_of_nothing(played, use_cases(project_root), name, coordinator("GH-ONE", "ama"))


def opened_for_none(played: Played, page: Page, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What opens the case for an agency without a part, of what no right of a role may allow."""
    unwrapped = list[object]()
    cipher = Keyring.cipher

    def seen(self: Keyring, *given: Any) -> object:
        unwrapped.append(given)
        return cipher(self, *given)

    monkeypatch.setattr(Keyring, "cipher", seen)
    asked = [each for each in TRIED if _is_of_nobody_else(page[each.row])]
    found = list[str]()
    for tried, column, _, _ in happens(*played, asked):
        if column == "none" and unwrapped:
            found.append(tried.command)
        unwrapped.clear()
    return found


def _is_of_nobody_else(cells: dict[str, str]) -> bool:
    return cells["none"] == cells["by right"] == "unknown_case"


def test_nothing_is_opened_for_who_has_no_part(
    played: Played, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key of the case is unwrapped. What `together` asks for is known once the case is read."""
    assert {*opened_for_none(played, page, monkeypatch)} == {"together"}


def test_somebody_is_let_in_as_the_page_says(
    sqlite_url: str, tmp_path: Path, project_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = _table(project_root, "Who is let in")
    with closing(installation(sqlite_url, tmp_path)) as onward:
        happened = let_in(onward, monkeypatch)
    assert happened == {row: cells["what happens"] for row, cells in said.items()}


def test_nobody_is_let_in_for_a_suspended_agency_whatever_it_is_to_the_case(
    sqlite_url: str, tmp_path: Path
) -> None:
    with closing(installation(sqlite_url, tmp_path)) as onward:
        Codes(onward)
        for agency in (each for agencies in RELATIONS.values() for each in agencies):
            suspending.suspend(onward, agency, OPERATOR)
            with pytest.raises(Refusal, match=r"suspended_agency\.all"):
                entering(onward, OPERATOR, agency, "ama", Because.PAPER)


class Guard(NamedTuple):
    """Something that keeps somebody out, and how it would be if it kept nobody out."""

    home: Any
    name: str
    removed: Callable[..., object]

    def remove(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From its home, and from every module that took it from there."""
        guard = getattr(self.home, self.name)
        for module in [self.home, *sys.modules.values()]:
            if getattr(module, "__dict__", {}).get(self.name) is guard:
                monkeypatch.setattr(module, self.name, self.removed)


def _nothing(*given: object) -> None:
    """Lets everybody pass."""


def _yes(*given: object) -> bool:
    return True


def _no(*given: object) -> bool:
    return False


OF_A_CASE = {
    "the right by kind": Guard(authority, "require", _nothing),
    "who has had a part": Guard(visibility, "has_had_part", _yes),
    "whose part goes on": Guard(visibility, "goes_on", _yes),
    "whose work it is": Guard(numbering, "is_its", _yes),
    "who reads what": Guard(visibility, "readable", lambda view, known, agency: known),
    "in which cases it counts": Guard(measures, "let_in", lambda agency, meant_by: true()),
    "who has a right of a role": Guard(rights, "require", _nothing),
    "the responsible agency": Guard(View, "require_agency", _nothing),
}
BEHIND_ANOTHER = {
    "who may know": Guard(visibility, "may_know", _yes),
    "whose a request is": Guard(visibility, "require_request", _nothing),
    "who has a part now": Guard(visibility, "has_part", _yes),
    "who is prohibited": Guard(View, "is_prohibited", _no),
    "who is barred": Guard(View, "is_shut_out", _no),
}
"""What would still keep those out whose part is over, if nobody asked whether it goes on."""


@pytest.mark.parametrize("guard", OF_A_CASE)
def test_a_case_without_one_of_its_guards_is_seen(
    played: Played, page: Page, guard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some cell says otherwise once it is gone: so no guard may be lost unseen."""
    OF_A_CASE[guard].remove(monkeypatch)
    assert next(differences(page, *played, (*ONE_OF_EACH, *TRIED)), None)


@pytest.mark.parametrize("guard", BEHIND_ANOTHER)
def test_a_case_without_a_guard_behind_another_is_seen(
    played: Played, page: Page, guard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the outer guard gone, the inner one makes a difference."""
    OF_A_CASE["whose part goes on"].remove(monkeypatch)
    with_inner = [*differences(page, *played)]
    BEHIND_ANOTHER[guard].remove(monkeypatch)
    assert [*differences(page, *played)] != with_inner


LETTING_IN = {
    "who is suspended": Guard(suspensions, "require_not_suspended", _nothing),
    "who is of the staff": Guard(staffing, "require_staff", _nothing),
    "why": Guard(authenticating, "_because", _nothing),
    "how often": Guard(looks, "_is_allowed", _yes),
    "which account": Guard(operators, "code_of", lambda *given: "operator-1"),
    "which agency": Guard(agencies, "require_listed", _nothing),
}


@pytest.mark.parametrize("guard", LETTING_IN)
def test_letting_in_without_one_of_its_guards_is_seen(
    sqlite_url: str,
    tmp_path: Path,
    project_root: Path,
    guard: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = _table(project_root, "Who is let in")
    LETTING_IN[guard].remove(monkeypatch)
    with closing(installation(sqlite_url, tmp_path)) as onward:
        happened = let_in(onward, monkeypatch)
    assert happened != {row: cells["what happens"] for row, cells in said.items()}


def test_a_case_that_is_opened_for_everybody_is_seen(
    played: Played, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is answered stays the same; that it was opened does not."""
    Guard(held_case, "may_open", _yes).remove(monkeypatch)
    assert opened_for_none(played, page, monkeypatch)
