"""Each command needs the right that docs/reference/authority.md says."""

from __future__ import annotations

import re
from pathlib import Path
from unittest import mock

import pytest

from casework import authority
from casework.authority import Right
from casework.principal import Principal
from tests.acceptance.test_operators import AS_POLICE, TELEPHONE, opened, set_up
from tests.desk import Desk
from tests.typed_commands import CODE, COMMANDS, Typed

NEVER_TYPED = {"demo", "up", "new"}
"""They begin a whole stack, or ask questions."""


def documented(project_root: Path, heading: str) -> dict[str, list[str]]:
    """A table of docs/reference/authority.md: the cells of each row behind its right."""
    page = (project_root / "docs" / "reference" / "authority.md").read_text(encoding="utf-8")
    table = page.partition(f"## {heading}\n")[2].partition("\n\n|")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in row.strip("| ").split("|")] for row in table.split("\n")[2:]]
    return {row[0].partition("`: ")[0].strip("`"): row[1:] for row in rows}


AGENCY = (*AS_POLICE, *TELEPHONE)
_VERSION = {
    f"version {name}": ("version", name, "passage@2", *words)
    for name, words in {
        "show": (),
        "agree": ("--seen", "0" * 12),
        "decline": ("--because", "mistake"),
        "take-back": (),
    }.items()
}
"""A published version is named by its number."""
_NAMED = re.compile(r"`onward ([a-z -]+?)( [A-Z-].*?)?`")
"""A command as the page names it, perhaps with what follows."""


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, str]:
    """An installation with a case, in which every command is typed once."""
    desk = Desk(tmp_path_factory.mktemp("tried"))
    desk.environment |= {"ONWARD_CLOCK": "stored", "ONWARD_CLOCK_STARTS": "2026-03-02T09:00Z"}
    desk = set_up(desk)
    return desk, opened(desk, *TELEPHONE)


def typed(desk: Desk, case: str, command: Typed, *asking: str) -> tuple[int, str, set[str]]:
    """The exit code of a command, what it says, and the rights that it asks for."""
    folder, asked = desk.folder, set[str]()
    order = ("--authority", "Court", "--reference", "CR/12")
    more = {
        "hold case": ("hold", "case", case, "--because", "claim", *order),
        "hold person": ("hold", "person", case, "--because", "claim", *order),
        "hold lift": ("hold", "lift", "1", *order),
        "draw": ("draw", "--case", case),
        "dossier": ("dossier", case, "--out", str(folder / f"{len([*folder.iterdir()])}.html")),
        "diff": ("diff", "passage@1", "passage@1"),
        "publish": ("publish", str(folder / "passage.yaml")),
        "impact": ("impact", "passage@1"),
        "migrate": ("migrate", "passage@1"),
        "clock": ("clock", "2026-03-02T10:00+00:00"),
        "resend": ("resend", case),
        "notices": ("notices", "--try", "nosuch://here"),
        "registry holiday": ("registry", "holiday", "GH", "2026-03-11", "A name", "--preview"),
        "registry load": ("registry", "load", str(folder / "agencies.yaml")),
        "erase person": ("erase", "person", case, "--ground", "order", "--yes"),
        "erase both": ("erase", "both", case, "--ground", "order", "--yes"),
        "erase case": ("erase", "case", case, "--ground", "order", "--yes"),
        "export": ("export", "htcds", "--person", "ama"),
        "prove": ("prove", case, "1"),
        "restored": ("restored", "--because", "drill"),
        **_VERSION,
        "witness": ("witness", str(folder / "agencies.yaml")),
    }
    words = more.get(command.name, [case if each == CODE else each for each in command.words])
    require = authority.require

    def require_and_note(by: Principal, right: Right) -> None:
        asked.add(str(right))
        require(by, right)

    with mock.patch.object(authority, "require", require_and_note):
        done = desk.run(*words, *asking)
    # What is due happens before whatever is asked for.
    return done.returncode, done.stderr, asked - {str(Right.DRIVE)}


@pytest.mark.parametrize(
    "command",
    [each for each in COMMANDS if each.name not in NEVER_TYPED],
    ids=lambda each: each.name,
)
def test_a_command_needs_the_right_that_the_page_says(
    tried: tuple[Desk, str], project_root: Path, command: Typed
) -> None:
    """An operator as such may do what the page lists for operators, and is asked for whom they do the rest."""
    needed = documented(project_root, "What a command needs")
    listed = {
        right: {name for name, _ in _NAMED.findall(cells[0])} for right, cells in needed.items()
    }
    alone = {
        right
        for right in ("operate", "coordinate", "watch", "administer")
        if command.name in listed[right]
    }
    code, said, asked = typed(*tried, command)
    if command.by_agency or command.name == "open":
        assert (code, asked, alone) == (2, set(), set())
        assert "--as" in said
    else:
        assert asked == alone, said
    if command.for_agency:
        _, said, asked = typed(*tried, command, *AGENCY)
        right = next((each for each in ("read", "manage") if command.name in listed[each]), "act")
        assert right in asked <= {right, "read"}, said


def test_the_page_names_only_commands_that_there_are(project_root: Path) -> None:
    needed = documented(project_root, "What a command needs")
    named = {name for cells in needed.values() for name, _ in _NAMED.findall(cells[0])}
    assert named <= {each.name for each in COMMANDS}
    of_nobody_at_a_terminal = {str(Right.DRIVE), str(Right.ANSWER)}
    assert set(needed) == {str(each) for each in Right} - of_nobody_at_a_terminal
