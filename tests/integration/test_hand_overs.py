"""Requests as the store keeps them: what a receiver answers, and who may look at it; both stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework import queries, request_lists
from casework.acting import do
from casework.context import Onward
from casework.principal import Principal
from casework.request_view import request
from casework.verifying import verify
from engine import commands as c
from engine.errors import Refusal
from tests.inside import whole_log, whole_state
from tests.installations import (
    CANARY,
    HOME,
    HOME_TWO,
    PATHWAY,
    SCREEN,
    opened,
    ready,
)
from tests.principals import OPERATOR, staff

CONTACTS = """
        silent: tell manager
        answers: [contact_name, beds?]
        feedback: 5 working days
        responsibility: on_acceptance
      stay: {by: manager}
"""
FORM = {"full_name": CANARY, "home_country": "NG"}
REQUEST = "ask_home.1"


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """Home says who the contact is, and later how it went."""
    text = PATHWAY.replace("\n        silent: tell manager\n", CONTACTS)
    text = text.replace("declined: end stays", "declined: go on")
    text = text.replace("shows: [risk]", "shows: [risk, full_name]")
    text = text.replace("data:\n", "data:\n  contact_name: {text, protected}\n  beds: {number}\n")
    made = ready(url, tmp_path, pathways=[text])
    yield made
    made.close()


def asked_home(onward: Onward) -> str:
    """A case whose request waits for NG-HOME."""
    code = opened(onward)
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    do(onward, code, c.Complete(task="assess.1"), SCREEN, answers={"risk": "low"})
    return code


def known(onward: Onward, code: str, by: Principal) -> dict[str, object]:
    return request(onward, code, REQUEST, by).known


def test_a_yes_brings_its_answers_and_the_protected_never_stand_in_the_log(onward: Onward) -> None:
    """They are sealed under the person's key, as those of a task's form."""
    code = asked_home(onward)
    with pytest.raises(Refusal, match=r"form\.not_answered field=contact_name"):
        do(onward, code, c.AcceptHandOver(hand_over=REQUEST), HOME)
    with pytest.raises(Refusal, match=r"field=contact_name fault=\(answer\.text\)"):
        do(onward, code, c.AcceptHandOver(hand_over=REQUEST), HOME, answers={"contact_name": 3})
    do(
        onward,
        code,
        c.AcceptHandOver(hand_over=REQUEST),
        HOME,
        answers={"contact_name": "Contact 7", "beds": 2},
        words="later",
    )
    values = queries.protected_values(onward, code, HOME)
    assert (values["contact_name"], values[f"conditions {REQUEST}"]) == ("Contact 7", "later")
    assert whole_state(onward, code).data["beds"] == 2
    assert not any("Contact 7" in str(line) for line in whole_log(onward, code))
    assert verify(onward, code, by=OPERATOR).faults == ()


YES = {"contact_name": "Contact 7", "beds": 2}


def test_the_receiver_sees_little_before_its_yes_and_what_was_agreed_after_it(
    onward: Onward,
) -> None:
    """Of the person nothing that is protected, before it has said yes (D11)."""
    code = asked_home(onward)
    assert known(onward, code, HOME) == {"risk": "low"}
    do(onward, code, c.AcceptHandOver(hand_over=REQUEST), HOME, answers=YES)
    assert known(onward, code, HOME) == {"risk": "low", "full_name": CANARY}
    with pytest.raises(Refusal, match=r"unknown_case\.for_you"):
        request(onward, code, REQUEST, HOME_TWO)
    with pytest.raises(Refusal, match=r"not_found\.request request=ask_home\.9"):
        request(onward, code, "ask_home.9", HOME)


def test_the_sender_sees_what_it_gave_and_got_until_feedback_closes_the_request(
    onward: Onward,
) -> None:
    """Then only how it went (F37), and what it has collected itself."""
    code = asked_home(onward)
    do(onward, code, c.Ask(hand_over=REQUEST), HOME, words="How soon?")
    given = {"risk": "low", "full_name": CANARY, f"asked {REQUEST}": "How soon?"}
    assert known(onward, code, SCREEN) == given
    moved = do(onward, code, c.AcceptHandOver(hand_over=REQUEST), HOME, answers=YES)
    assert moved.state.responsible == "NG-HOME"
    assert known(onward, code, SCREEN) == given | YES
    assert [line.receiver for line in request_lists.sent_requests(onward, staff("GH-ONE"))] == [
        "NG-HOME"
    ]
    do(onward, code, c.GiveFeedback(task="ask_home.2"), HOME, words="Arrived well")
    assert known(onward, code, SCREEN) == {f"feedback {REQUEST}": "Arrived well"}
    assert request_lists.sent_requests(onward, staff("GH-ONE")) == []
    # What it has answered itself, and what was said as it opened the case.
    own = {"known_as": CANARY, "full_name": CANARY, f"feedback {REQUEST}": "Arrived well"}
    assert queries.protected_values(onward, code, SCREEN) == own


def test_a_sender_that_is_prohibited_sees_no_more_how_its_request_goes(onward: Onward) -> None:
    """Neither the request nor its line in the list; the other agencies do."""
    code = asked_home(onward)
    do(
        onward,
        code,
        c.AcceptHandOver(hand_over=REQUEST),
        HOME,
        answers={"contact_name": "Person 2"},
    )
    do(onward, code, c.Prohibit(agency="GH-ONE"), HOME)
    assert request_lists.sent_requests(onward, staff("GH-ONE")) == []
    with pytest.raises(Refusal):
        request(onward, code, REQUEST, SCREEN)
    assert request(onward, code, REQUEST, HOME).status == "accepted"


@pytest.mark.parametrize("limit", [1, 2])
def test_a_list_of_sent_requests_is_not_shorter_for_those_that_are_not_told(
    onward: Onward, limit: int
) -> None:
    """What may be told stands behind the newest ones, of which nothing may be."""
    codes = [asked_home(onward) for _ in range(5)]
    for code in codes[2:]:
        do(
            onward,
            code,
            c.AcceptHandOver(hand_over=REQUEST),
            HOME,
            answers={"contact_name": "Person 2"},
        )
        do(onward, code, c.Prohibit(agency="GH-ONE"), HOME)
    found = request_lists.sent_requests(onward, staff("GH-ONE"), limit=limit)
    assert [line.code for line in found] == codes[1::-1][:limit]


def test_nobody_sees_anything_of_a_request_that_was_taken_back(onward: Onward) -> None:
    """That there was one is all that is left."""
    code = asked_home(onward)
    do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)
    assert (known(onward, code, HOME), known(onward, code, SCREEN)) == ({}, {})
    assert request(onward, code, REQUEST, HOME).status == "revoked"


def test_why_somebody_said_no_is_told_to_who_has_asked(onward: Onward) -> None:
    """The words behind the reason are protected, and meant for the sender alone."""
    code, words = asked_home(onward), "No bed until June"
    do(onward, code, c.DeclineHandOver(hand_over=REQUEST, reason="no_capacity"), HOME, words=words)
    assert request(onward, code, REQUEST, SCREEN).reason == "no_capacity"
    assert known(onward, code, SCREEN) == {f"declined {REQUEST}": words}
    with pytest.raises(Refusal, match="unknown_case"):
        known(onward, code, HOME)
