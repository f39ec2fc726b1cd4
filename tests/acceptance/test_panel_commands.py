"""A panel votes by the command line: worklists, votes, and what each is told."""

from __future__ import annotations

from pathlib import Path

from tests.desk import REGISTRY, Desk

PATHWAY = """\
pathway: by_panel
version: 1
title: A plan that is approved by a panel
effective: 2026-01-01
sides: [host]
roles:
  desk: first_responder @ host
  manager: case_manager @ host
  supervisor: supervisor @ host
  adviser: legal_aid @ host
data: {proposal: {text}, risk: {choice: [low, high], ordered}}
bases:
  oversight: {ground: statutory, source: The law, to: [desk, supervisor, adviser], shows: [risk]}
  advice: {ground: statutory, source: The law, to: [adviser], shows: [proposal]}
stages:
  plan:
    steps:
      write: {by: desk, form: [proposal, risk], due: 1 week}
      approve:
        after: write
        not_by: write
        panel: {members: [desk, supervisor, adviser], quorum: 2, agree: majority, shows: [risk], shows_to: {adviser: proposal}, tied: returned, no_quorum: returned}
        decide: {approved: go on, returned: end stays}
        due: 5 working days
    then: end closed
ends: {closed: success, stays: neutral}
"""


def test_a_panel_votes_by_commands_alone(tmp_path: Path) -> None:
    """Each member finds its vote in its worklist; a person in conflict is refused in one line."""
    desk = Desk(tmp_path)
    (tmp_path / "by_panel.yaml").write_text(PATHWAY)
    desk.do("publish", str(tmp_path / "by_panel.yaml"))
    desk.load(REGISTRY)
    code = desk.do("open", "by_panel", "--country", "GH", "--as", "GH-GPS").split()[0]
    write = ("complete", code, "write.1", "--answers", "-", "--answer", "risk=low")
    twice = (*write, "--answer", "risk=high", "--as", "GH-GPS")
    assert "risk is answered twice" in desk.refused(*twice)
    desk.do(*write, "--as", "GH-GPS", "--person", "ama", typed="proposal=A room\n")

    (owed,) = desk.json("tasks", "--as", "GH-LAC")
    assert (owed["task"], owed["kind"]) == ("approve.1", "vote")
    assert "vote" in desk.do("tasks", "--as", "GH-LAC")
    look = ("person", code, "--as")
    adviser, supervisor = ("GH-LAC", "--person", "esi"), ("GH-DSW", "--person", "gh-dsw-desk-2")
    assert desk.json(*look, *adviser) == {"proposal": "A room", "risk": "low"}
    assert desk.json(*look, *supervisor) == {"risk": "low"}
    vote = ("complete", code, "approve.1", "--outcome", "approved", "--as", "GH-GPS")
    assert "who did write cannot do approve" in desk.refused(*vote, "--person", "ama")
    assert "only a person can" in desk.refused(*vote[:2], "approve.1", *vote[3:5], "--as", "GH-DSW")
    desk.do(*vote, "--person", "kofi")
    shown = desk.json("case", code)
    assert {each["id"] for each in shown["tasks"]} == {"approve.1.adviser", "approve.1.supervisor"}
    desk.do("decline", code, "approve.1", "--as", "GH-DSW", "--reason", "other")

    said = desk.do(*vote[:2], "approve.1", *vote[3:5], "--as", "GH-LAC", "--person", "esi")

    assert "ended: closed" in said
    assert desk.json("tasks", "--as", "GH-LAC") == []
    assert "there is no case" in desk.refused(*look, *adviser)
