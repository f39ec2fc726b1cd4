"""Whoever had something, and loses it because nothing may go to it any more, is told so once; on both
stores, and as a scenario says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casework.acting import do
from casework.context import Onward
from casework.delivering import claim_notices, deliver
from casework.opening import open_case
from casework.publishing import publish_pathway
from engine import commands as c
from engine.agencies.file import load_registry
from engine.loader import load_pathway
from engine.scenarios import load_scenarios
from notifiers.base import Recipient, Rendered
from notifiers.memory import MemoryChannel
from tests.factories import CALENDARS
from tests.installations import AGENCIES, HOME, SCREEN, addresses, ready
from tests.principals import OPERATOR, TIME
from tests.told import sentence

PATHWAY = """\
pathway: trial
version: 1
title: A trial
effective: 2026-01-01
sides: [host, origin]
roles:
  screener: first_responder @ host
  manager: case_manager @ host
  home: receiving_counterpart @ origin
data:
  home_country: {country, binds: origin}
consents:
  referral: {to: home, ask: "May we tell {agency} about you?", withdrawn: go on}
bases: {law: {ground: statutory, source: The law, to: manager}}
stages:
  main:
    steps:
      talk: {by: screener, form: [home_country]}
      agree: {after: talk, consent: referral, by: screener, refused: end stayed}
      ask_home: {hand_over: home, after: agree, needs: consent.referral, answer: 3 days, declined: end stayed, silent: tell manager, responsibility: stays}
      go_on: {by: manager, after: ask_home}
  after: {steps: {look: {by: manager}}}
interrupts:
  other_way: {raised_by: [manager], withdraws: main, tell: [screener], then: interrupt shut}
  shut: {raised_by: [manager], bars: origin, tell: [manager], then: end stayed}
  shut_only: {raised_by: [manager], bars: [home]}
ends: {stayed: neutral}
"""
SCENARIO = """\
scenarios: trial
cases:
  played:
    opened: 2026-03-02 09:00
    by: GH-ONE
    country: GH
    play:
      - {at: +1 hour, by: GH-ONE, do: complete talk, answers: {home_country: NG}}
      - {at: +1 hour, by: GH-ONE, do: give agree, expect: {told: {NG-HOME: [request_received]}}}
"""


@pytest.fixture
def channel() -> MemoryChannel:
    return MemoryChannel()


@pytest.fixture
def onward(url: str, tmp_path: Path, channel: MemoryChannel) -> Iterator[Onward]:
    made = ready(url, tmp_path, agencies=AGENCIES, pathways=[PATHWAY], channel=channel)
    yield replace(made, addresses=addresses("NG-HOME email", "GH-ONE email"))
    made.close()


def send(onward: Onward, code: str) -> None:
    for owed in claim_notices(onward, code, by=TIME):
        deliver(onward, owed, by=TIME)


def reached(channel: MemoryChannel, agency: str = "NG-HOME") -> list[str]:
    return [
        each.message.subject.partition(": ")[2]
        for each in channel.sent
        if each.recipient.agency == agency
    ]


def asked(onward: Onward, *, sent: bool = True) -> str:
    """A case whose request waits for NG-HOME."""
    code = open_case(onward, "trial", "GH", SCREEN).code
    do(onward, code, c.Complete(task="talk.1"), SCREEN, answers={"home_country": "NG"})
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    if sent:
        send(onward, code)
    return code


def scenario(*lines: str) -> tuple[str, ...]:
    """What is missed of a scenario whose request waits, with more moments."""
    return missed(SCENARIO + "".join(f"      - {line}\n" for line in lines), PATHWAY)


def missed(file: str, pathway: str) -> tuple[str, ...]:
    played = load_scenarios(file).play(
        "played", load_pathway(pathway), load_registry(AGENCIES).registry, CALENDARS
    )
    return tuple(sentence(each.problem) for each in played.misses)


REQUEST = "a request waits for your answer"
OVER = "no longer needed"


@pytest.mark.parametrize("interrupt", ["other_way", "shut", "shut_only"])
def test_a_receiver_is_told_that_its_request_is_over_whatever_bars_it(
    onward: Onward, channel: MemoryChannel, interrupt: str
) -> None:
    """Stopped and then barred in one turn, or barred alone; a scenario and the mailbox agree."""
    code = asked(onward)
    do(onward, code, c.Raise(interrupt=interrupt), SCREEN)
    send(onward, code)
    assert reached(channel) == [REQUEST, OVER]
    line = f"{{at: +1 hour, by: GH-ONE, do: raise {interrupt}, expect: {{told: {{NG-HOME: [no_longer_needed]}}}}}}"
    assert scenario(line) == ()


def test_the_last_word_says_nothing_of_the_case_but_its_reference(
    onward: Onward, channel: MemoryChannel
) -> None:
    """Not what was asked, nor why nothing goes there any more."""
    code = asked(onward)
    do(onward, code, c.Raise(interrupt="other_way"), SCREEN)
    send(onward, code)
    request, last = (each for each in channel.sent if each.recipient.agency == "NG-HOME")
    assert "Step: Ask home" in request.message.body
    assert "Ask home" not in last.message.body
    assert last.message.body.splitlines()[1:] == [
        f"Reference: {last.reference}",
        "Step: see Onward",
        "Please sign in to Onward for details.",
    ]


def test_a_receiver_that_has_agreed_is_told_once_for_all_that_it_had(
    onward: Onward, channel: MemoryChannel
) -> None:
    code = asked(onward)
    do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    do(onward, code, c.Prohibit(agency="NG-HOME"), SCREEN)
    send(onward, code)
    do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)
    send(onward, code)
    assert reached(channel) == [REQUEST, OVER]


def test_who_is_shut_out_before_anything_has_reached_it_never_hears_of_the_case(
    onward: Onward, channel: MemoryChannel
) -> None:
    """Unless it has acted: it may have seen the request in its worklist."""
    for acts, heard in ((False, []), (True, [OVER])):
        code = asked(onward, sent=False)
        if acts:
            do(onward, code, c.See(hand_over="ask_home.1"), HOME)
        do(onward, code, c.Raise(interrupt="shut"), SCREEN)
        send(onward, code)
        assert reached(channel) == heard


AT_ONCE = (
    PATHWAY.replace("pathway: trial", "pathway: at_once")
    .replace("      ask_home:", "      weigh: {by: screener, after: agree}\n      ask_home:")
    .replace("after: agree, needs", "after: weigh, needs")
    .replace(
        "  after: {steps",
        "  beside: {steps: {note: {by: screener, after: weigh, when: home_country = GH,"
        " otherwise: interrupt shut}}}\n  after: {steps",
    )
)
"""The turn that sends the request raises the interrupt that bars its receiver."""


def test_who_is_asked_and_shut_out_in_one_turn_hears_nothing_in_a_scenario_either(
    onward: Onward, channel: MemoryChannel
) -> None:
    """The request is never sent, so nothing is over for its receiver."""
    publish_pathway(onward, AT_ONCE, by=OPERATOR)
    code = open_case(onward, "at_once", "GH", SCREEN).code
    do(onward, code, c.Complete(task="talk.1"), SCREEN, answers={"home_country": "NG"})
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    moved = do(onward, code, c.Complete(task="weigh.1"), SCREEN)
    send(onward, code)
    assert moved.state.hand_overs["ask_home.1"].status == "revoked"
    assert reached(channel) == []

    file = SCENARIO.replace("scenarios: trial", "scenarios: at_once")
    asked = file.replace(", expect: {told: {NG-HOME: [request_received]}}", "")
    line = "{at: +1 hour, by: GH-ONE, do: complete weigh, expect: {told: {NG-HOME: []}}}"
    assert missed(f"{asked}      - {line}\n", AT_ONCE) == ()


class Slow(MemoryChannel):
    """Something happens while the first message is on its way."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], None]] = []

    def send(self, recipient: Recipient, message: Rendered, reference: str) -> bool:
        if recipient.agency == "NG-HOME" and self.meanwhile:
            self.meanwhile.pop()()
        return super().send(recipient, message, reference)


def test_a_request_that_is_on_its_way_as_the_bar_comes_is_followed_by_the_last_word(
    onward: Onward,
) -> None:
    """Another worker waits with it until the request is recorded as sent."""
    slow = Slow()
    onward = replace(onward, channel=slow)
    code = asked(onward, sent=False)

    def shut_out() -> None:
        do(onward, code, c.Raise(interrupt="shut"), SCREEN)
        send(onward, code)

    slow.meanwhile.append(shut_out)
    send(onward, code)
    assert reached(slow) == [REQUEST]
    send(onward, code)
    assert reached(slow) == [REQUEST, OVER]


def test_a_farewell_that_was_not_sent_yet_outlives_a_later_bar(
    onward: Onward, channel: MemoryChannel
) -> None:
    """What it was told of it is told the end of, in whatever turn the bar comes."""
    code = asked(onward)
    do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)
    do(onward, code, c.Prohibit(agency="NG-HOME"), SCREEN)
    send(onward, code)
    assert reached(channel) == [REQUEST, "please stop and confirm"]


def test_what_has_happened_is_told_also_by_the_turn_that_ends_the_case(
    onward: Onward, channel: MemoryChannel
) -> None:
    """Whom an interrupt tells is told, and the sender of a request of its answer; no task is sent."""
    code = asked(onward)
    channel.sent.clear()
    do(onward, code, c.Raise(interrupt="other_way"), SCREEN)
    send(onward, code)
    assert "please have a look" in reached(channel, "GH-ONE")
    code = asked(onward)
    channel.sent.clear()
    do(onward, code, c.DeclineHandOver(hand_over="ask_home.1", reason="unsafe"), HOME)
    send(onward, code)
    assert reached(channel, "GH-ONE")[:1] == ["an answer has come"]
    assert "a task waits for you" not in reached(channel, "GH-ONE")
