"""Who is told, on both stores: asked when a notice is owed, and again when it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from casework import queries
from casework.acting import do
from casework.context import Onward
from casework.driving import CaseDriving
from casework.impersonal import TryLater
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.registering import register
from casework.verifying import verify
from engine import commands as c
from engine.facts import NoticeOwed
from notifiers.memory import MemoryChannel
from tests.installations import (
    AGENCIES,
    PATHWAY,
    SCREEN,
    START,
    addresses,
    move_clock,
    ready,
)
from tests.principals import OPERATOR, staff

TWO = staff("GH-TWO", "esi")
TELLING = (
    PATHWAY.replace(
        'consents:\n  referral: {to: home, shows: [risk], ask: "May we tell {agency} about you?"}\n',
        "consents:\n"
        '  referral: {to: home, shows: [risk], ask: "May we tell {agency} about you?",'
        " valid: 5 days, withdrawn: tell screener}\n"
        '  help: {to: manager, shows: [risk], ask: "May {agency} help?", withdrawn: tell screener}\n',
    )
    .replace("        refused: end stays\n", "        refused: go on\n")
    .replace("assess: {by: manager", "assess: {by: screener")
    .replace(
        "      agree:\n",
        "      may_help: {after: interview, consent: help, by: screener, refused: go on}\n"
        "      support: {after: may_help, by: manager, needs: consent.help, form: [risk]}\n"
        "      agree:\n",
    )
    .replace("bases:\n  law: {ground: statutory, source: The law, to: [manager]}\n", "")
    + "interrupts:\n  danger: {raised_by: screener, tell: [home, manager], alerts_linked: yes}\n"
)


@pytest.fixture
def channel() -> MemoryChannel:
    return MemoryChannel()


@pytest.fixture
def onward(url: str, tmp_path: Path, channel: MemoryChannel) -> Iterator[Onward]:
    """An installation whose agencies can all be reached; the manager is another agency."""
    roles = "roles: [first_responder, case_manager]"
    agencies = AGENCIES.replace(roles, "roles: [first_responder]")
    made = ready(url, tmp_path, agencies=agencies, pathways=[TELLING], channel=channel)
    pairs = ("GH-ONE email", "GH-TWO email", "NG-HOME email", "NG-TWO email")
    yield replace(made, addresses=addresses(*pairs))
    made.close()


def asked(onward: Onward, *, helps: bool) -> str:
    """A case in which the person has agreed to the referral, and said whether the manager may help."""
    code = open_case(onward, "trial", "GH", SCREEN).code
    form = {"full_name": "Person 1", "home_country": "NG"}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=form)
    do(onward, code, c.RecordConsent(task="may_help.1", given=helps), SCREEN)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    return code


def delivered(onward: Onward, channel: MemoryChannel, code: str) -> list[tuple[str, str]]:
    """To whom what was sent now: the agency, and the first words of its subject."""
    channel.sent.clear()
    driving = CaseDriving(onward)
    for notice in driving.notices(code):
        with suppress(TryLater):
            driving.deliver(notice)
    return [(each.recipient.agency, each.message.subject.split(": ")[1]) for each in channel.sent]


def test_who_was_refused_hears_of_nothing_and_the_responsible_agency_does(
    onward: Onward, channel: MemoryChannel
) -> None:
    """In the same country: what is sent, not only what is owed."""
    code = asked(onward, helps=False)
    delivered(onward, channel, code)
    do(onward, code, c.Raise(interrupt="danger"), SCREEN)
    assert sorted(agency for agency, _ in delivered(onward, channel, code)) == ["GH-ONE", "NG-HOME"]
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_a_notice_that_waits_does_not_leave_once_its_ground_is_gone(
    onward: Onward, channel: MemoryChannel
) -> None:
    """Taken back between the owing and the sending: only that it is to stop."""
    code = asked(onward, helps=True)
    delivered(onward, channel, code)
    do(onward, code, c.Raise(interrupt="danger"), SCREEN)
    do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)
    told = delivered(onward, channel, code)
    assert [said for agency, said in told if agency == "NG-HOME"] == ["please stop and confirm"]


def test_a_notice_that_waits_does_not_leave_once_its_consent_has_run_out(
    onward: Onward, channel: MemoryChannel
) -> None:
    """Nobody has settled it yet: the moment of the sending counts."""
    code = asked(onward, helps=True)
    delivered(onward, channel, code)
    do(onward, code, c.Raise(interrupt="danger"), SCREEN)
    move_clock(onward, START + timedelta(days=6))
    agencies = {agency for agency, _ in delivered(onward, channel, code)}
    assert "NG-HOME" not in agencies


def test_an_alert_that_reaches_nobody_in_the_linked_case_is_told_where_it_rose(
    onward: Onward, channel: MemoryChannel
) -> None:
    """Whoever is at work there may not know here any more: who is responsible for this case is to look."""
    code = asked(onward, helps=True)
    roles = "roles: [first_responder, case_manager]"
    register(onward, AGENCIES.replace("roles: [case_manager]", roles), by=OPERATOR)
    publish_pathway(onward, PATHWAY.replace("pathway: trial", "pathway: plain"), by=OPERATOR)
    there = open_case(onward, "plain", "GH", TWO, roles={"screener": "GH-TWO"}).code
    do(onward, code, c.Link(case=there, word="sibling"), SCREEN)
    do(onward, there, c.Agree(case=code), TWO)
    for each in (code, there):
        delivered(onward, channel, each)
    do(onward, code, c.Raise(interrupt="danger"), SCREEN)
    assert delivered(onward, channel, there) == [("GH-TWO", "please have a look")]
    do(onward, code, c.Complete(task="support.1"), TWO, answers={"risk": "high"})
    do(onward, code, c.WithdrawConsent(consent="help"), SCREEN)
    do(onward, code, c.Resolve(interrupt="danger"), SCREEN)
    for each in (code, there):
        delivered(onward, channel, each)
    do(onward, code, c.Raise(interrupt="danger"), SCREEN)
    assert delivered(onward, channel, there) == []
    told = [
        fact.label
        for fact in queries.case_log(onward, code, by=OPERATOR)[-1].entry.facts
        if isinstance(fact, NoticeOwed) and fact.agency == "GH-ONE"
    ]
    assert "A linked case was not told" in told
    assert (
        verify(onward, code, by=OPERATOR).faults == verify(onward, there, by=OPERATOR).faults == ()
    )
