"""What an agency is shown, sent and refused tells nothing of what others do in the case: two cases that
differ in nothing else look the same to it; both stores.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace as changed
from sqlalchemy import update

from casework import delivering, queries, request_lists, worklists
from casework.acting import do, require_possible
from casework.case_rows import CASES
from casework.context import Onward
from casework.explaining import explain
from casework.groups import together
from casework.held_case import hold
from casework.opening import open_case
from casework.request_view import request
from casework.verifying import verify
from engine import commands as c
from engine.errors import InWords, Refusal
from models.columns import table_of
from models.notices import OwedNotice
from notifiers.memory import MemoryChannel
from tests.installations import addresses, ready, references
from tests.principals import OPERATOR, TIME, staff
from wording.sentences import told

AGENCIES = """\
registry: trial
countries: {GH: {}}
agencies:
  GH-DESK: {name: Desk, country: GH, roles: [desk], channels: [email]}
  GH-A: {name: A, country: GH, roles: [care], channels: [email]}
  GH-B: {name: B, country: GH, roles: [care], channels: [email]}
  GH-C: {name: C, country: GH, roles: [care], channels: [email]}
"""
PATHWAY = """\
pathway: several_asked
version: 1
title: A trial
effective: 2026-01-01
sides: [host]
roles: {desk: desk @ host, care: care @ host}
bases: {law: {ground: statutory, source: The law, to: care}}
stages:
  first:
    steps:
      look: {by: desk}
      ask:
        hand_over: care
        after: look
        seen: 2 working days
        answer: 5 working days
        declined: next receiver, at most 5
        silent: tell desk
        feedback: 5 working days
        responsibility: stays
      note: {by: care, after: ask}
      end_it: {by: desk, after: note}
    then: end done
ends: {done: success}
"""
DESK, A, B, C = (staff(code, "staff-1") for code in ("GH-DESK", "GH-A", "GH-B", "GH-C"))
IDS = (
    "ask.1",
    "ask.2",
    "ask.3",
    "ask.4",
    "ask.9",
    "note.1",
    "note.2",
    "look.1",
    "ask",
    "nothing.1",
)


@pytest.fixture
def channel() -> MemoryChannel:
    return MemoryChannel()


@pytest.fixture
def onward(url: str, tmp_path: Path, channel: MemoryChannel) -> Iterator[Onward]:
    made = ready(url, tmp_path, agencies=AGENCIES, pathways=[PATHWAY], channel=channel)
    yield replace(made, addresses=addresses(*(f"GH-{each} email" for each in ("DESK", *"ABC"))))
    made.close()


def asked(onward: Onward, others: int) -> str:
    """A case in which C has been asked, after so many others."""
    code = open_case(onward, "several_asked", "GH", DESK).code
    if others == 1:
        do(onward, code, c.Prohibit(agency="GH-A"), DESK)
    do(onward, code, c.Complete(task="look.1"), DESK)
    for each in (A, B)[2 - others :]:
        do(onward, code, c.DeclineHandOver(hand_over="ask.1", reason="no_capacity"), each)
    return code


def test_an_agency_cannot_tell_how_many_were_asked_before_it(
    onward: Onward, channel: MemoryChannel
) -> None:
    """In its lists, requests, explanations, refusals and mails, at each moment from the first to the last."""
    one, two = asked(onward, 1), asked(onward, 2)
    assert [*queries.case(onward, one, by=OPERATOR).state.hand_overs] == ["ask.1", "ask.2"]
    assert [*queries.case(onward, two, by=OPERATOR).state.hand_overs] == ["ask.1", "ask.2", "ask.3"]
    for act, words in COURSE:
        assert all_shown(onward, one) == all_shown(onward, two)
        for code in (one, two):
            do(onward, code, act, C, words=words)
    assert all_shown(onward, one) == all_shown(onward, two)
    assert mails(onward, channel, one) == mails(onward, channel, two)
    ends = [
        ref.removeprefix(each) for each in (one, two) for ref in references(onward, each).values()
    ]
    assert len({*ends}) == len(ends), "nothing is counted"


COURSE: tuple[tuple[c.AnyAct, str], ...] = (
    (c.See(hand_over="ask.1"), ""),
    (c.Ask(hand_over="ask.1"), "How soon?"),
    (c.AcceptHandOver(hand_over="ask.1", conditions=True), "By car"),
    (c.GiveFeedback(task="ask.2"), "Went well"),
    (c.Complete(task="note.1"), ""),
)
"""What C does, by the numbers that it knows."""


def all_shown(onward: Onward, code: str) -> list[str]:
    """All that C is shown of a case, and what it is refused there; the code of the case left out."""
    tasks = [each for each in worklists.tasks(onward, C) if each.code == code]
    requests = [each for each in request_lists.requests(onward, C) if each.code == code]
    found = [repr(tasks), repr(requests)]
    for ask in questions(onward, code):
        try:
            found.append(repr(ask()))
        except InWords as error:
            found.append(told(error))
    return [each.replace(code, "CODE") for each in found]


def questions(onward: Onward, code: str) -> Iterator[Callable[[], object]]:
    """Looks, and acts that are not done."""
    yield partial(queries.protected_values, onward, code, C)
    for name in ("", *IDS):
        yield partial(explain, onward, code, name, C)
        yield partial(request, onward, code, name, C)
        for act in (c.Claim(task=name), c.See(hand_over=name), c.Extend(name=name)):
            yield partial(require_possible, onward, code, act, C)
    for phrase in REFUSED:
        yield partial(together, onward, [code], phrase, C)


REFUSED = (
    *("complete look", "complete look.1", "complete nothing", "complete end_it", "accept ask.3"),
    *("revoke ask", "revoke ask.1", "extend ask.3", "decline ask.9"),
)
"""What C asks for in vain at any time."""


def mails(onward: Onward, channel: MemoryChannel, code: str) -> list[str]:
    """What C is sent, with letters for what is by chance."""
    while found := delivering.claim_notices(onward, code, by=TIME):
        for owed in found:
            delivering.deliver(onward, owed, by=TIME)
    mine = [
        each
        for each in channel.sent
        if each.recipient.agency == "GH-C" and each.reference.startswith(code)
    ]
    assert mine
    for each in mine:
        assert re.fullmatch(rf"{code}-[0-9A-Z]{{8}}", each.reference)
    return [f"{each.message}".replace(each.reference, "REFERENCE") for each in mine]


def test_a_case_of_before_gets_its_numbers_from_its_log(onward: Onward) -> None:
    """A state that lacks them: what was stored reads as if they had always been there, and so does what
    follows."""
    code, other = asked(onward, 2), asked(onward, 2)
    with onward.store.write() as connection:
        held = hold(onward, connection, code)
        before = onward.states.seal(held.cipher, code, changed(held.state, numbers={}))
        connection.execute(update(CASES).where(CASES.c.code == code).values(sealed_state=before))
    onward.states.forget(code)  # this process has sealed it, so it would take it to be whole
    for each in (code, other):
        assert verify(onward, each, by=OPERATOR).faults == ()
        assert queries.case(onward, each, by=OPERATOR).state.numbers["GH-C"] == {"ask": ("ask.3",)}
        assert ("ask.1", each) in [(x.hand_over, x.code) for x in request_lists.requests(onward, C)]
        do(onward, each, c.See(hand_over="ask.1"), C)
        assert verify(onward, each, by=OPERATOR).faults == ()
    states = [queries.case(onward, each, by=OPERATOR).state for each in (code, other)]
    assert states[0].numbers == states[1].numbers


def test_a_notice_of_before_keeps_its_reference(onward: Onward, channel: MemoryChannel) -> None:
    """It is sent under it, and sent again by it."""
    notices, code = table_of(OwedNotice), asked(onward, 1)
    first, old = references(onward, code)[1], f"{code}-1"
    with onward.store.write() as connection:
        of_it = update(notices).where(notices.c.reference == first)
        connection.execute(of_it.values(reference=old, status="undeliverable"))
    assert delivering.retry_notice(onward, old, by=OPERATOR) == "GH-DESK"
    (owed,) = [
        each for each in delivering.claim_notices(onward, code, by=TIME) if each.reference == old
    ]
    assert delivering.deliver(onward, owed, by=TIME).delivered
    assert channel.sent[-1].message.subject.startswith(f"Onward {old}: ")
    with pytest.raises(Refusal, match="unknown_notice"):
        delivering.retry_notice(onward, f"{code}-2", by=OPERATOR)
