"""A case that cannot be read keeps nobody from the others."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.desk import LIBRARY, Desk

UNREAD = "not shown: 1 case that cannot be read (`onward verify` names them)\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.environment |= {
        "ONWARD_CLOCK": "stored",
        "ONWARD_CLOCK_STARTS": "2026-03-02T09:00:00+00:00",
    }
    made.set_up()
    return made


def damage(desk: Desk, code: str) -> None:
    with closing(sqlite3.connect(desk.home / "onward.db")) as database:
        database.execute("UPDATE cases SET sealed_state = x'00' WHERE code = ?", (code,))
        database.commit()


def asked(desk: Desk) -> str:
    """A case in which a partner over the border is asked."""
    code = desk.open()
    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS")
    return code


def test_the_others_follow_a_registry(desk: Desk) -> None:
    """It is named, with what to do; the command says by its code that not all is done."""
    damaged, whole = desk.open(), desk.open()
    damage(desk, damaged)
    file = desk.folder / "agencies.yaml"
    ghana = "  GH: {zone: Africa/Accra, "
    registry = (LIBRARY / "agencies.yaml").read_text()
    file.write_text(registry.replace(ghana, f"{ghana}holidays: {{2026-03-03: Late}}, "))
    done = desk.run("registry", "load", str(file))
    assert done.returncode == 1
    assert done.stdout.splitlines()[1:-1] == ["1 open case: 1 deadline moved"]
    assert done.stderr == f"{damaged}: a sealed record was changed or moved: run `onward verify`\n"
    assert [each["number"] for each in desk.json("log", whole)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("words", "agency"),
    [(("tasks",), "GH-DSW"), (("requests",), "NG-NAPTIP"), (("requests", "--sent"), "GH-GPS")],
)
def test_a_list_shows_the_others_and_says_that_there_is_more(
    desk: Desk, words: tuple[str, ...], agency: str
) -> None:
    """No code of it is told: who may know of it is not known either."""
    damaged, whole = asked(desk), asked(desk)
    before = desk.run(*words, "--as", agency)
    assert (damaged in before.stdout, whole in before.stdout, before.stderr) == (True, True, "")
    damage(desk, damaged)
    done = desk.run(*words, "--as", agency)
    assert done.returncode == 0
    assert done.stderr == UNREAD
    assert whole in done.stdout
    assert damaged not in done.stdout
    as_json = desk.run(*words, "--as", agency, "--json")
    assert {each["code"] for each in json.loads(as_json.stdout)} == {whole}
    assert as_json.stderr == UNREAD
    damage(desk, whole)
    assert desk.run(*words, "--as", agency) == (0, "", UNREAD.replace("1 case", "2 cases"))
    listed = desk.json("cases")
    assert {each["code"] for each in listed} == {damaged, whole}
