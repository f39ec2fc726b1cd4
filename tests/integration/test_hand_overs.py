"""Requests as the store keeps them: what a receiver answers, and who may look at it; both stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework import consents, hand_overs, queries, tasks
from casework.context import Onward
from casework.publishing import publish_pathway
from casework.registering import register
from casework.verifying import verify
from engine.errors import Refusal
from tests.installations import (
    AGENCIES,
    CANARY,
    HOME,
    PATHWAY,
    SCREEN,
    installation,
    opened,
)

CONTACTS = """
        silent: tell manager
        answers: [contact_name, beds?]
        feedback: 5 working days
      stay: {by: manager}
"""
FORM = {"full_name": CANARY, "home_country": "NG"}
REQUEST = "ask_home.1"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'onward.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """Home says who the contact is, and later how it went."""
    made = installation(url, tmp_path)
    text = PATHWAY.replace("\n        silent: tell manager\n", CONTACTS)
    text = text.replace("data:\n", "data:\n  contact_name: {text, protected}\n  beds: {number}\n")
    register(made, AGENCIES)
    publish_pathway(made, text)
    yield made
    made.close()


def asked_home(onward: Onward) -> str:
    """A case whose request waits for NG-HOME."""
    code = opened(onward)
    tasks.complete(onward, code, "interview.1", SCREEN, FORM)
    consents.record_consent(onward, code, "agree.1", SCREEN)
    tasks.complete(onward, code, "assess.1", SCREEN, {"risk": "low"})
    return code


def test_a_yes_brings_its_answers_and_the_protected_never_stand_in_the_log(onward: Onward) -> None:
    """They are sealed under the person's key, as those of a task's form."""
    code = asked_home(onward)
    with pytest.raises(Refusal, match="contact_name is not answered"):
        hand_overs.accept_hand_over(onward, code, REQUEST, HOME)
    with pytest.raises(Refusal, match="contact_name is not a text"):
        hand_overs.accept_hand_over(onward, code, REQUEST, HOME, {"contact_name": 3})
    hand_overs.accept_hand_over(
        onward, code, REQUEST, HOME, {"contact_name": "Contact 7", "beds": 2}, conditions="later"
    )
    known = queries.protected_values(onward, code, SCREEN)
    assert (known["contact_name"], known[f"conditions {REQUEST}"]) == ("Contact 7", "later")
    assert queries.case(onward, code).state.data["beds"] == 2
    assert not any("Contact 7" in str(line) for line in queries.case_log(onward, code))
    assert verify(onward, code).faults == ()
