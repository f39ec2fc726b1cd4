"""Who acts must be an agency of the registry, and where nothing was set up nothing is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk import LIBRARY, PATHWAY, Desk
from tests.installations import AGENCIES
from tests.typed_commands import CODE, COMMANDS

CLOCK = {"ONWARD_CLOCK": "stored", "ONWARD_CLOCK_STARTS": "2026-03-02T09:00:00+00:00"}
LAST_DAY = AGENCIES.replace(
    "{name: Two, country: GH,", "{name: Two, country: GH, until: 2026-02-27,"
)
WITHOUT = "".join(line for line in AGENCIES.splitlines(True) if "GH-TWO" not in line)

ACTING = [[*each.words] for each in COMMANDS if each.for_agency]
LOOKING = [
    ["cases"],
    ["case", CODE],
    ["log", CODE],
    ["undelivered"],
    ["verify"],
    ["rotate-keys"],
    ["registry", "refresh"],
    ["erase", "case", CODE, "--ground", "request", "--yes"],
    *([*words, "--as", "GH-ONE"] for words in ACTING),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An installation whose clock stands; one of its agencies has had its last day."""
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.environment |= CLOCK
    made.set_up()
    made.load(LAST_DAY)
    return made


def test_there_are_commands_that_act() -> None:
    """The lists above are read from the program itself."""
    assert len(ACTING) > 30


@pytest.mark.parametrize("words", ACTING, ids=" ".join)
def test_an_agency_that_does_not_exist_is_told_so(desk: Desk, words: list[str]) -> None:
    """Before anything else: an empty list would look like work that is done."""
    assert (
        desk.refused(*words, "--as", "GH-TOW")
        == "there is no agency GH-TOW: did you mean GH-TWO?\n"
    )


def test_an_agency_that_has_left_is_told_so_and_may_go_on(desk: Desk) -> None:
    """What it did until its last day may be reported later."""
    done = desk.run("tasks", "--as", "gh-two")
    assert (done.returncode, done.stdout) == (0, "GH-TWO has nothing to do\n")
    assert done.stderr == "GH-TWO has left: its last day was 2026-02-27\n"
    assert desk.run("tasks", "--as", "GH-ONE").stderr == ""


def test_an_agency_that_the_registry_names_no_more_has_left(tmp_path: Path) -> None:
    """A registry that is loaded replaces the one before."""
    desk = Desk(tmp_path)
    desk.load(AGENCIES)
    desk.load(WITHOUT)
    said = desk.refused("requests", "--as", "GH-TWO")
    assert said == "GH-TWO has left: it is no longer in the registry\n"


def test_without_a_registry_it_is_said_where_agencies_come_from(tmp_path: Path) -> None:
    """A pathway alone was published."""
    desk = Desk(tmp_path)
    (tmp_path / "passage.yaml").write_text(PATHWAY)
    desk.do("publish", str(tmp_path / "passage.yaml"))
    assert "load a registry with `onward registry load`" in desk.refused("tasks", "--as", "GH-ONE")


@pytest.mark.parametrize("words", LOOKING, ids=" ".join)
def test_an_empty_place_stays_empty_whatever_is_looked_for(
    tmp_path: Path, words: list[str]
) -> None:
    """No home, no database, no key: a mistyped ONWARD_HOME leaves nothing behind."""
    desk = Desk(tmp_path)
    said = desk.refused(*words)
    assert said.startswith(f"there is no installation in {desk.home} yet: `onward registry load`")
    assert not desk.home.exists()


@pytest.mark.parametrize("what", [["publish"], ["registry", "load"]], ids=" ".join)
@pytest.mark.parametrize("text", [None, "pathway: [", "pathway: passage\n"])
def test_a_file_that_is_wrong_leaves_an_empty_place_empty(
    tmp_path: Path, what: list[str], text: str | None
) -> None:
    """Missing, no YAML, or without a fault only in its first line."""
    desk, file = Desk(tmp_path), tmp_path / "given.yaml"
    if text is not None:
        file.write_text(text)
    assert "given.yaml" in desk.refused_at_length(*what, str(file))
    assert not desk.home.exists()


def test_an_empty_database_elsewhere_stays_empty(tmp_path: Path) -> None:
    """An address that leads to a file that was never made."""
    desk = Desk(tmp_path, f"sqlite:///{tmp_path / 'elsewhere.db'}")
    assert "in the database that ONWARD_DATABASE_URL names" in desk.refused("cases")
    assert list(tmp_path.iterdir()) == []


def test_what_is_right_sets_it_up(tmp_path: Path) -> None:
    """A registry or a pathway, whichever comes first; then a list may be empty."""
    desk = Desk(tmp_path)
    desk.do("registry", "load", str(LIBRARY / "agencies.yaml"))
    assert desk.do("cases") == "no cases\n"
