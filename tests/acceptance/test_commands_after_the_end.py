"""Cases that are closed in form, reopened, followed by another and merged, by the command line."""

from __future__ import annotations

import pytest

from tests.desk import Desk

PATHWAY = """\
pathway: closing
version: 1
title: Close and open again
effective: 2026-01-01
sides: [host]
roles:
  screener: first_responder @ host
reopen: {by: screener, at: contact}
data:
  risk: {choice: [low, high], ordered}
  nights: {number}
  needs: {choice: [bed, food, doctor], many}
  agreed: {signature}
stages:
  contact:
    steps:
      talk: {by: screener, form: [risk, nights when risk = high, needs?, agreed]}
    then: end settled
ends: {settled: {kind: success, form: [nights?], approved_by: screener}}
"""

QUIET = """\
pathway: quietly
version: 1
title: End quietly
effective: 2026-01-01
sides: [host]
roles:
  screener: first_responder @ host
  adviser: legal_aid @ host
bases: {law: {ground: statutory, source: The law, to: [screener, adviser]}}
stages:
  contact:
    steps:
      talk: {by: screener}
      settle: {by: adviser, after: talk}
    then: end at_a_safe_place
ends: {at_a_safe_place: {kind: success, quiet: yes}}
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One installation for all tests of this file; each opens cases of its own."""
    folder = tmp_path_factory.mktemp("desk")
    made = Desk(folder)
    made.set_up()
    file = folder / "closing.yaml"
    file.write_text(PATHWAY, encoding="utf-8")
    made.do("publish", str(file))
    return made


def opened(desk: Desk, *more: str) -> str:
    said = desk.do("open", "closing", "--country", "GH", "--as", "GH-GPS", *more)
    return said.split()[0].rstrip(":,")


def ended(desk: Desk) -> str:
    code, police = opened(desk), ("--as", "GH-GPS")
    talk = ("complete", code, "talk.1", *police, "--answer", "agreed=person")
    assert "nights is not answered" in desk.refused(*talk, "--answer", "risk=high")
    desk.do(*talk, "--answer", "risk=low", "--answer", "needs=bed, food")
    assert "being closed: settled" in desk.do("case", code)
    desk.do("complete", code, "settled.1", *police, "--person", "ama")
    approve = ("complete", code, "settled.2", *police, "--outcome", "approved")
    assert "nobody may approve their own work" in desk.refused(*approve, "--person", "ama")
    desk.do(*approve, "--person", "kofi")
    assert desk.json("case", code)["end"] == "settled"
    return code


def test_a_case_is_closed_in_form_and_reopened(desk: Desk) -> None:
    """With a reason of the list, by who may."""
    code = ended(desk)
    assert "new_information" in desk.refused("reopen", code, "--reason", "so", "--as", "GH-GPS")
    desk.do("reopen", code, "--reason", "needs_more_help", "--as", "GH-GPS")
    assert [each["id"] for each in desk.json("case", code)["tasks"]] == ["talk.2"]


def test_a_quiet_end_is_told_to_the_responsible_agency_alone(desk: Desk) -> None:
    """Whoever brings it about is told that there is one."""
    file = desk.folder / "quietly.yaml"
    file.write_text(QUIET, encoding="utf-8")
    desk.do("publish", str(file))
    code = desk.do("open", "quietly", "--country", "GH", "--as", "GH-GPS").split()[0]
    desk.do("complete", code, "talk.1", "--as", "GH-GPS")
    said = desk.do("complete", code, "settle.1", "--as", "GH-LAC", "--person", "esi")
    assert said == f"{code} recorded\nended\n"
    assert desk.json("case", code)["end"] == "at_a_safe_place"


def test_a_later_case_is_linked_with_the_one_before(desk: Desk) -> None:
    """Of the same person, also where the earlier one has ended."""
    code = ended(desk)
    later = opened(desk, "--after", code)
    (line,) = desk.json("links", code, "--as", "GH-GPS")
    assert (line["code"], line["word"]) == (later, "later")


def test_the_log_says_what_is_so_for_the_case_and_nothing_of_the_other(desk: Desk) -> None:
    """Of a later case, and of a link that comes and goes: in words, and without the other's code."""
    code = ended(desk)
    later = opened(desk, "--after", code)
    said = desk.do("log", code)
    assert "A later case of the same person was opened" in said
    assert "Follow" not in said
    other = opened(desk)
    desk.do("link", later, other, "--is", "sibling", "--as", "GH-GPS")
    desk.do("unlink", later, other, "--as", "GH-GPS")
    said = desk.do("log", later)
    assert "Linked with another case" in said
    assert "A link with another case has ended" in said
    assert later not in desk.do("log", code)
    assert other not in said
    assert code not in said


def test_a_duplicate_is_merged_and_taken_out_again(desk: Desk) -> None:
    """The list of cases and the case itself say so."""
    code, double = opened(desk), opened(desk)
    desk.do("merge", double, code, "--as", "GH-GPS")
    assert f"merged into {code}" in desk.do("case", double)
    assert f"merged with  {double}" in desk.do("case", code)
    assert "merged into" in desk.refused("claim", double, "talk.1", "--as", "GH-GPS")
    desk.do("unmerge", double, code, "--as", "GH-GPS")
    assert desk.json("case", double)["status"] == "open"


def test_an_ended_case_has_no_open_stage(desk: Desk) -> None:
    """Its line said that the case is ended, and two lines below that its stage is open."""
    code = desk.open()
    police = ("--as", "GH-GPS", "--person", "ama")
    assert "did you mean `leaves`?" in desk.refused("raise", code, "leavs", *police)
    said = desk.refused("claim", code, "agree.1", "--as", "GH-GPS", "--person", "")
    assert "give their staff code" in said
    desk.do("claim", code, "agree.1", *police)
    said = desk.refused("accept", code, "agree.1", *police)
    assert said.startswith("not possible now: this task is claimed")

    desk.do("raise", code, "leaves", *police)

    assert ": not finished" in desk.do("case", code)
    assert ": open" not in desk.do("case", code)
