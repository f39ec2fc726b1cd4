"""`onward dossier` and `onward disclosures`, as they are typed: a private file, and no answer on the terminal."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.desk import Desk

ANSWER = "Person 7"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.set_up()
    return made


def test_the_page_is_private_and_the_terminal_shows_no_answer(desk: Desk, tmp_path: Path) -> None:
    code, page = desk.open(), tmp_path / "page.html"
    said = desk.do("dossier", code, "--as", "GH-GPS", "--out", str(page), "--in", "pt")
    assert ANSWER not in said
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    text = page.read_text(encoding="utf-8")
    assert ANSWER in text
    assert '<html lang="pt">' in text
    listed = desk.json("disclosures", code)
    assert [(each["to"], each["way"]) for each in listed] == [
        ("GH-GPS", "dossier"),
        ("person", "dossier"),
    ]
    assert ANSWER not in desk.do("disclosures", code)


def test_no_page_is_written_over_and_nothing_is_recorded_of_one_that_cannot_be_written(
    desk: Desk, tmp_path: Path
) -> None:
    code, page = desk.open(), tmp_path / "page.html"
    page.write_text("another person's")
    before = desk.do("log", code)
    said = desk.refused("dossier", code, "--as", "GH-GPS", "--out", str(page))
    assert "already exists" in said
    desk.refused("dossier", code, "--as", "GH-GPS", "--out", str(tmp_path / "no" / "page.html"))
    assert page.read_text() == "another person's"
    assert desk.do("log", code) == before


def test_what_goes_over_a_border_is_listed_with_its_ground_and_without_a_code(desk: Desk) -> None:
    """Of a month in which nothing went, there is nothing to list; a case and all cases are two questions."""
    code = desk.open()
    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS")
    desk.do("request", code, "ask_home.1", "--as", "NG-NAPTIP")
    said = desk.do("crossings")
    assert "GH > NG" in said
    assert "consent given: referral (wording of version 1)" in said
    assert code not in said
    assert "nothing crossed" in desk.do("crossings", "--until", "2020-01")
