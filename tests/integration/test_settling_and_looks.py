"""What is recorded besides a command: what was due before one that is refused, and who has looked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from casework import queries, settling
from casework.acting import do
from casework.context import Onward
from casework.opening import open_case
from casework.verifying import verify
from engine import commands as c
from engine.acts.looking import IdentitySeen
from engine.commands import Look, Settle
from engine.errors import Refusal
from engine.grounds import Disclosed, GroundKind, ShownGround
from models.keys import Erased
from tests.erased import erase_person
from tests.installations import (
    CANARY,
    HOME,
    PATHWAY,
    SCREEN,
    START,
    move_clock,
    opened,
    ready,
)
from tests.principals import OPERATOR, TIME, staff

FORM = {"full_name": CANARY, "home_country": "NG"}
SILENCE_ENDS_IT = PATHWAY.replace("silent: tell manager", "silent: end stays").replace(
    "pathway: trial", "pathway: strict"
)


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """An installation of either kind, with a pathway whose answer period ends the case."""
    with closing(ready(url, tmp_path, pathways=(PATHWAY, SILENCE_ENDS_IT))) as made:
        yield made


def asked_home(onward: Onward) -> str:
    """A case that ends if NG-HOME does not answer in time."""
    code = open_case(onward, "strict", "GH", SCREEN).code
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    do(onward, code, c.Complete(task="assess.1"), SCREEN, answers={"risk": "low"})
    return code


def looks(onward: Onward, code: str) -> list[IdentitySeen]:
    facts = [
        fact for line in queries.case_log(onward, code, by=OPERATOR) for fact in line.entry.facts
    ]
    return [fact for fact in facts if isinstance(fact, IdentitySeen)]


def test_what_was_due_is_recorded_though_the_command_is_refused(onward: Onward) -> None:
    """The answer says `closed`, and the case is closed; as a turn of time, once."""
    code = asked_home(onward)
    move_clock(onward, START + timedelta(days=40))
    with pytest.raises(Refusal) as refused:
        do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME, words=CANARY)
    assert refused.value.reason == "closed"
    last = queries.case_log(onward, code, by=OPERATOR)[-1].entry.command
    assert (last.act, last.agency, last.recorded_at) == (Settle(), "", START + timedelta(days=40))
    assert queries.case(onward, code, by=OPERATOR).state.end == "stays"
    assert set(queries.protected_values(onward, code, SCREEN)) == {"full_name"}
    assert settling.settle_due(onward, code, by=TIME) is None
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_what_was_due_is_the_same_after_a_refusal_and_after_a_tick(onward: Onward) -> None:
    """A late person is no other than a late tick, even when told no."""
    refused, ticked = asked_home(onward), asked_home(onward)
    move_clock(onward, START + timedelta(days=40))
    settling.settle_due(onward, ticked, by=TIME)
    with pytest.raises(Refusal):
        do(onward, refused, c.Claim(task="nothing.1"), SCREEN)
    facts = [
        queries.case_log(onward, code, by=OPERATOR)[-1].entry.facts for code in (refused, ticked)
    ]
    assert facts[0] == facts[1]


def test_a_command_that_is_refused_with_nothing_due_records_nothing(onward: Onward) -> None:
    """The case stays at its entry."""
    code = asked_home(onward)
    before = queries.case(onward, code, by=OPERATOR)
    with pytest.raises(Refusal):
        do(onward, code, c.Claim(task="nothing.1"), SCREEN)
    assert queries.case(onward, code, by=OPERATOR) == before


def test_who_looks_at_a_person_stands_in_the_log(onward: Onward) -> None:
    """Who, when and at which names; the values nowhere; each time anew."""
    code = opened(onward)
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
    for _ in range(2):
        assert queries.protected_values(onward, code, SCREEN)["full_name"] == CANARY
    names = ("known_as", "full_name")
    own = Disclosed(fields=names, of=("GH-ONE",), by=(ShownGround(kind=GroundKind.COLLECTED),))
    seen = IdentitySeen(agency="GH-ONE", by="ama", fields=names, disclosed=(own,))
    assert looks(onward, code) == [seen, seen]
    last = queries.case_log(onward, code, by=OPERATOR)[-1]
    assert (last.recorded_at, last.entry.command.act) == (START, Look(known=seen.fields))
    assert CANARY not in str(last)
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_a_look_at_an_ended_case_is_recorded_too(onward: Onward) -> None:
    """By who was responsible for it; nobody else is shown anything, or stands in the log."""
    code = asked_home(onward)
    move_clock(onward, START + timedelta(days=40))
    settling.settle_due(onward, code, by=TIME)
    assert queries.protected_values(onward, code, SCREEN) == {"full_name": CANARY}
    with pytest.raises(Refusal) as refused:
        queries.protected_values(onward, code, staff("GH-TWO", "efe"))
    assert refused.value.reason == "unknown_case"
    assert [each.agency for each in looks(onward, code)] == ["GH-ONE"]
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_nothing_can_be_seen_of_who_was_erased_and_no_look_is_recorded(onward: Onward) -> None:
    """What was not shown was not seen."""
    code = asked_home(onward)
    move_clock(onward, START + timedelta(days=40))
    settling.settle_due(onward, code, by=TIME)
    erase_person(onward, code)
    with pytest.raises(Erased):
        queries.protected_values(onward, code, SCREEN)
    assert looks(onward, code) == []


def test_a_look_that_shows_nothing_is_not_recorded(onward: Onward) -> None:
    """Nobody has seen anything; what was due in the case happens all the same."""
    code = open_case(onward, "strict", "GH", SCREEN).code
    assert queries.protected_values(onward, code, SCREEN) == {}
    assert (looks(onward, code), queries.case(onward, code, by=OPERATOR).version) == ([], 1)
    move_clock(onward, START + timedelta(days=2))
    assert queries.protected_values(onward, code, SCREEN) == {}
    newest = queries.case_log(onward, code, by=OPERATOR)[-1]
    assert (looks(onward, code), newest.number, newest.entry.command.act) == ([], 2, Settle())
