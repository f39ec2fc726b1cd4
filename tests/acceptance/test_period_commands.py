"""Periods by commands: made longer, ended early, and counted again with another registry."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.desk import LIBRARY, PATHWAY, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An installation with a pathway and its agencies."""
    made = Desk(tmp_path)
    made.set_up()
    return made


def test_a_period_becomes_longer_and_ends_early(desk: Desk) -> None:
    """By who holds the role, as often as the pathway says."""
    code = desk.open()

    def due() -> str:
        (task,) = [each for each in desk.json("case", code)["tasks"] if each["id"] == "look.1"]
        return str(task["due_at"])

    before = due()
    assert "may be extended by" in desk.refused("extend", code, "look", "--as", "GH-GPS")
    desk.do("extend", code, "look", "--as", "GH-DSW")
    assert due() > before
    assert "“Look around” can be extended once at most" in desk.refused(
        "extend", code, "look", "--as", "GH-DSW"
    )
    assert ", late\n" in desk.do("shorten", code, "look", "--as", "GH-DSW")
    assert due() < before
    assert desk.refused("shorten", code, "look", "--as", "GH-DSW")


def test_loading_a_registry_says_what_it_moved(desk: Desk) -> None:
    """The same registry again moves nothing."""
    for _ in range(2):
        desk.open()
    said = desk.do("registry", "load", str(LIBRARY / "agencies.yaml")).splitlines()
    assert said[0].endswith(" countries, 0 new calendars")
    assert said[1] == "2 open cases: 0 deadlines moved"
    assert desk.do("registry", "refresh").splitlines() == said[1:2]


def test_loading_a_registry_ends_with_whom_only_the_operator_can_enter_for(
    desk: Desk, tmp_path: Path
) -> None:
    """The first few agencies without staff, or all of them; nothing where each has some."""
    last = desk.do("registry", "load", str(LIBRARY / "agencies.yaml")).splitlines()[-1]
    assert last == (
        "320 of 348 agencies have no staff listed, so nobody there can sign in:"
        " NG-NIS, NG-NPF, NG-LAC, NG-NCFRMI, NG-MFA, ..."
    )
    every = desk.do("registry", "load", "--all", str(LIBRARY / "agencies.yaml")).splitlines()[-1]
    assert every.count(", ") == 320
    assert "..." not in every
    alone = tmp_path / "alone.yaml"
    alone.write_text(
        "registry: alone\nagencies:\n  GH-ONE: {name: One, country: GH, roles: [first_responder],"
        " staff: {one: {}}}\ncountries: {GH: {}}\n"
    )
    assert desk.do("registry", "load", str(alone)).splitlines()[-1].startswith("0 open cases")


def test_what_is_one_is_told_as_one(desk: Desk, tmp_path: Path) -> None:
    """One country, one case."""
    code = desk.open()
    assert desk.do("verify", code).startswith("1 case (2 entries): ")
    alone = tmp_path / "alone.yaml"
    alone.write_text(
        "registry: alone\nagencies:\n  GH-ONE: {name: One, country: GH, roles: [first_responder]}\n"
        "countries: {GH: {}}\n"
    )
    assert "in 1 country, " in desk.do("registry", "load", str(alone))


def test_a_case_shows_its_periods_and_why_they_are_over(desk: Desk) -> None:
    """Running until when, not begun, or ended by what has happened."""
    clocks = (
        "clocks:\n"
        "  quiet: earliest of (30 days after case.opened, tidy.done)\n"
        "  after_quiet: 2 weeks after tidy.stopped\n"
        "consents:\n"
    )
    text = PATHWAY.replace("version: 1", "version: 2").replace("consents:\n", clocks, 1)
    (desk.folder / "passage.yaml").write_text(text)
    desk.do("publish", str(desk.folder / "passage.yaml"))
    code = desk.open()
    assert desk.json("case", code)["clocks"]["quiet"]["is"] == "running"
    shown = desk.do("case", code)
    assert "quiet until 20" in shown
    assert "after_quiet not begun" in shown
    desk.do("start", code, "tidy", "--as", "GH-GPS")
    desk.do("complete", code, "tidy.1", "--as", "GH-GPS")
    assert desk.json("case", code)["clocks"]["quiet"]["is"] == "tidy.done"
    assert "(the completion of “Put in order”)" in desk.do("case", code)
    told = [text for entry in desk.json("log", code) for text in entry["told"]]
    assert "A period was ended by: Put in order" in told
    desk.do("raise", code, "leaves", "--as", "GH-GPS")
    assert "not begun" not in desk.do("case", code)


def test_what_happened_earlier_is_reported_with_its_moment(desk: Desk) -> None:
    """Neither in the future nor before there was anything to do."""
    code = desk.open()
    look = ("complete", code, "look.1", "--as", "GH-DSW")
    assert "in the future" in desk.refused(*look, "--at", "2199-01-31T10:00+00:00")
    assert "before task look.1 was opened" in desk.refused(*look, "--at", "2001-01-31T10:00+00:00")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS")
    desk.refused("see", code, "ask_home.1", "--as", "NG-NAPTIP", "--at", "2001-01-31T10:00+00:00")
    desk.do("see", code, "ask_home.1", "--as", "NG-NAPTIP")
    early = desk.run("answer", "accept", code, "ask_home.1", "--as", "NG-NAPTIP", "--at", now)
    assert early.returncode == 1
    assert "before request ask_home.1 was sent" in early.stderr
