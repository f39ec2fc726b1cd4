"""One act closes several tasks of an agency: one notice names what is over, under one reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casework import delivering, worklists
from casework.acting import do
from casework.context import Onward
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.registering import register
from engine import commands as c
from notifiers.memory import MemoryChannel
from tests.installations import AGENCIES, SCREEN, addresses, installation
from tests.principals import OPERATOR, TIME, staff

PATHWAY = """\
pathway: trial
version: 1
title: A trial
effective: 2026-01-01
sides: [host]
roles:
  screener: first_responder @ host
  manager: case_manager @ host
bases: {law: {ground: statutory, source: The law, to: [screener, manager]}}
stages:
  main:
    steps:
      begin: {by: screener}
      letter: {by: manager, after: begin, label: Letter}
      call: {by: manager, after: begin}
      visit: {by: manager, after: begin}
      paper: {by: manager, after: begin}
  after: {after: main, steps: {look: {by: screener}}}
interrupts:
  other_way: {raised_by: [screener], withdraws: main, then: go on}
ends: {done: success}
"""
AGENCY_TWO = AGENCIES.replace("first_responder, case_manager]", "first_responder]")


@pytest.fixture
def channel() -> MemoryChannel:
    return MemoryChannel()


@pytest.fixture
def onward(url: str, tmp_path: Path, channel: MemoryChannel) -> Iterator[Onward]:
    made = installation(url, tmp_path, channel=channel)
    register(made, AGENCY_TWO, by=OPERATOR)
    publish_pathway(made, PATHWAY, by=OPERATOR)
    yield replace(made, addresses=addresses("GH-ONE email", "GH-TWO email"))
    made.close()


def deliver_all(onward: Onward, code: str) -> None:
    while notices := delivering.claim_notices(onward, code, by=TIME):
        for notice in notices:
            delivering.deliver(onward, notice, by=TIME)


def test_four_tasks_that_one_act_closes_are_one_notice(
    onward: Onward, channel: MemoryChannel
) -> None:
    """It names none of them, since nothing else of the agency is left; the log says of each that it is told."""
    code = open_case(onward, "trial", "GH", SCREEN).code
    do(onward, code, c.Complete(task="begin.1"), SCREEN, answers={})
    deliver_all(onward, code)
    assert len(worklists.tasks(onward, staff("GH-TWO"))) == 4
    channel.sent.clear()
    do(onward, code, c.Raise(interrupt="other_way"), SCREEN)
    deliver_all(onward, code)
    (told,) = [each for each in channel.sent if each.recipient.agency == "GH-TWO"]
    assert told.message.subject.endswith(": no longer needed")
    assert "Step: see Onward\n" in told.message.body
    assert "Letter" not in told.message.body
    assert worklists.tasks(onward, staff("GH-TWO")) == []
