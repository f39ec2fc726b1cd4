"""Retention and legal holds by the command line: what is due, holding it, and erasing it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from models import session
from tests.desk import PATHWAY, Desk

ORDER = ("--authority", "High Court", "--reference", "CR/12")
REQUEST = ("--ground", "request", "--yes")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """With a pathway that says how long, and its clock in our hands."""
    made = Desk(tmp_path)
    made.environment |= {"ONWARD_CLOCK": "stored", "ONWARD_CLOCK_STARTS": "2026-03-02T09:00Z"}
    made.set_up()
    text = PATHWAY.replace("version: 1", "version: 2\nretention: {time: 1 year, assumed: yes}")
    file = tmp_path / "kept.yaml"
    file.write_text(text, encoding="utf-8")
    assert "retention: 1 year [assumed]" in made.do("check", str(file))
    made.do("publish", str(file))
    return made


def ended(desk: Desk) -> str:
    code = desk.open()
    desk.do("raise", code, "leaves", "--as", "GH-GPS")
    return code


def test_what_is_due_is_listed_held_and_erased(desk: Desk) -> None:
    first, second, third = ended(desk), ended(desk), ended(desk)
    assert desk.do("retention", "due").startswith("nothing is due\ndue later: 3 ended cases")
    ahead = desk.do("retention", "due", "--until", "2027-04-01")
    assert "2027-03-02 23:59 UTC" in ahead
    assert "1 year, says passage (assumed)" in ahead
    desk.do("clock", "2027-03-03T00:00+00:00")
    said = desk.do("hold", "case", first, "--because", "proceedings", typed="High Court\nCR/12\n")
    assert f"hold 1 keeps {first} from being erased until the hold is lifted" in said
    refused = desk.refused("erase", "both", first, *REQUEST)
    assert refused.startswith(f"legal hold 1 has applied to case {first} since 2027-03-03")
    (line,) = desk.json("hold", "list")
    assert (line["placed"]["reference"], line["asked_at"]) == ("CR/12", "2027-03-03T00:00:00Z")
    due = {each["code"]: each["waits"] for each in desk.json("retention", "due")["lines"]}
    assert {code: waits and waits["text"] for code, waits in due.items()} == {
        first: "hold 1", second: None, third: None,
    }  # fmt: skip
    assert "stopped" in desk.refused("retention", "erase", typed="n\n")[-40:]
    said = desk.do("retention", "erase", "--at-most", "1", "--yes")
    assert f"erased: the key of case:{second}, certificate" in said
    assert "1 more case due: run the command again for the next" in said
    assert third in desk.do("retention", "erase", "--yes")
    assert "every case that is due has to wait" in desk.do("retention", "erase", "--yes")
    lifted = desk.do("hold", "lift", "1", *ORDER)
    assert f"onward erase both {first} --ground request" in lifted
    assert lifted.splitlines()[-1] in desk.do("retention", "due")
    assert first in desk.do("retention", "erase", "--yes")
    assert desk.do("retention", "erase", "--yes") == "nothing is due\n"
    assert len(desk.json("erase", "list")) == 6
    assert desk.run("verify").returncode == 0
    assert "CR/12" not in desk.do("operator", "log")


def test_a_key_that_the_journal_still_has_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasure is done all the same."""
    monkeypatch.setattr(session, "SQLITE_WAIT_SECONDS", 0)
    first, second = ended(desk), ended(desk)
    with closing(session.Store(f"sqlite:///{desk.home / 'onward.db'}")) as store:
        with store.read() as connection:
            connection.exec_driver_sql("SELECT id FROM cases").all()
            done = desk.run("erase", "both", first, *REQUEST)
        assert (done.returncode, len(done.stderr.splitlines())) == (0, 1)
        assert "its journal still has what was replaced" in done.stderr
        assert desk.run("erase", "both", second, *REQUEST).stderr == ""


def test_a_registry_lists_the_limits_that_are_assumed(desk: Desk) -> None:
    text = (desk.folder / "agencies.yaml").read_text(encoding="utf-8")
    limits = "  GH: {retention: {at_least: {time: 7 years, assumed: yes}}, "
    assert "  GH: {" in text
    file = desk.folder / "agencies.yaml"
    file.write_text(text.replace("  GH: {", limits, 1), encoding="utf-8")
    done = desk.run("registry", "load", str(file))
    assert "countries GH retention at_least: 7 years [assumed]" in done.stderr
