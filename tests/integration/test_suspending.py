"""A suspended agency is told, shown and given nothing, and whoever is responsible for its cases knows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from casework import delivering, queries, suspending
from casework.acting import do
from casework.authenticating import entering
from casework.case_part import case_part
from casework.context import Onward
from casework.explaining import explain
from casework.groups import together
from casework.principal import Because
from casework.registering import register
from casework.verifying import verify
from casework.worklists import tasks
from engine import commands as c
from engine import facts as f
from engine.errors import Refusal
from models.columns import table_of
from models.installation import Installation
from tests.installations import AGENCIES, addresses, asked_home, opened
from tests.outsiders import NO_CASE
from tests.principals import OPERATOR, TIME, staff


def enter(onward: Onward, agency: str, person: str = "") -> object:
    return entering(onward, OPERATOR, agency, person, Because.TELEPHONE)


def told(onward: Onward, code: str) -> list[tuple[str, str, str]]:
    """Who was told what, about what, in the last turn."""
    last = queries.case_log(onward, code, by=OPERATOR)[-1].entry
    owed = [each for each in last.facts if isinstance(each, f.NoticeOwed)]
    return [(each.agency, each.kind, each.about) for each in owed]


def test_nothing_is_entered_for_a_suspended_agency_until_that_is_lifted(onward: Onward) -> None:
    enter(onward, "NG-HOME")
    suspending.suspend(onward, "NG-HOME", OPERATOR)
    with pytest.raises(Refusal, match=r"suspended_agency\.all"):
        enter(onward, "NG-HOME")
    enter(onward, "NG-TWO")
    suspending.lift(onward, "NG-HOME", OPERATOR)
    enter(onward, "NG-HOME")
    with pytest.raises(Refusal, match="not_suspended"):
        suspending.lift(onward, "NG-HOME", OPERATOR)


def test_nothing_is_entered_for_one_of_its_staff_alone(onward: Onward) -> None:
    suspending.suspend(onward, "GH-ONE", OPERATOR, "ama")
    with pytest.raises(Refusal, match=r"suspended_agency\.person"):
        enter(onward, "GH-ONE", "ama")
    enter(onward, "GH-ONE", "ato")
    enter(onward, "GH-ONE")
    with pytest.raises(Refusal, match=r"unknown_staff\.not_listed"):
        suspending.suspend(onward, "GH-ONE", OPERATOR, "nobody")
    suspending.lift(onward, "GH-ONE", OPERATOR, "ama")
    enter(onward, "GH-ONE", "ama")


def test_whoever_asks_who_is_left_at_an_agency_hears_of_it(onward: Onward) -> None:
    """Until it is lifted, and also when the registry is loaded again meanwhile."""

    def valid() -> dict[str, bool]:
        with onward.store.read() as connection:
            at = connection.scalar(select(table_of(Installation).c.reference_version))
            registry = onward.library.reference(connection, at or 0).registry
        today = onward.clock.now().date()
        return {each.code: each.is_valid(today) for each in registry.by_code["GH-ONE"].staff}

    suspending.suspend(onward, "GH-ONE", OPERATOR, "ama")
    assert [valid()["ama"], valid()["ato"]] == [False, True]
    register(onward, AGENCIES, OPERATOR)
    assert not valid()["ama"]
    suspending.lift(onward, "GH-ONE", OPERATOR, "ama")
    assert valid()["ama"]


def test_who_answers_for_a_case_is_told_what_waits_for_it(onward: Onward) -> None:
    """In its open cases alone; for a case for which it answers itself that is said to the operator."""
    asked, other = asked_home(onward), opened(onward)
    found = suspending.suspend(onward, "NG-HOME", OPERATOR)
    assert (found.cases, found.unanswered) == ((asked,), ())
    assert told(onward, asked) == [("GH-ONE", "attention", "ask_home.1")]
    assert queries.case(onward, other, by=OPERATOR).version == 1
    found = suspending.suspend(onward, "GH-ONE", OPERATOR)
    assert found.cases == found.unanswered == (asked, other)
    assert not verify(onward, asked, by=OPERATOR).faults


def test_what_is_recorded_and_told_already_is_not_again(onward: Onward) -> None:
    """Whoever does it again carries on where it was stopped, and hears again which cases are nobody else's."""
    asked, later = asked_home(onward), asked_home(onward)
    assert suspending.suspend(onward, "NG-HOME", OPERATOR, most=1).cases == (asked,)
    assert suspending.suspend(onward, "NG-HOME", OPERATOR).cases == (later,)
    assert suspending.suspend(onward, "NG-HOME", OPERATOR).cases == ()
    assert suspending.lift(onward, "NG-HOME", OPERATOR).cases == (asked, later)
    assert suspending.go_on(onward, "NG-HOME", OPERATOR).cases == ()
    assert suspending.suspend(onward, "NG-HOME", OPERATOR).cases == (asked, later)
    answers_itself = suspending.suspend(onward, "GH-ONE", OPERATOR).unanswered
    assert suspending.suspend(onward, "GH-ONE", OPERATOR).unanswered == answers_itself != ()


@pytest.mark.parametrize(("person", "why"), [("", "all"), ("ama", "person")])
def test_whoever_was_let_in_before_does_and_reads_nothing_more(
    onward: Onward, person: str, why: str
) -> None:
    """What they asked for may have waited for the case. Who has no part hears what it hears of no case."""
    code, by = asked_home(onward), staff("GH-ONE", "ama")
    suspending.suspend(onward, "GH-ONE", OPERATOR, person)
    asks = (
        lambda: do(onward, code, c.Raise(interrupt="gone"), by),
        lambda: queries.protected_values(onward, code, by),
        lambda: explain(onward, code, "", by),
        lambda: case_part(onward, code, by),
    )
    for ask in asks:
        with pytest.raises(Refusal, match=rf"suspended_agency\.{why}"):
            ask()
    assert [each.reason for each in together(onward, [code], "claim assess", by)] == [
        "suspended_agency"
    ]
    suspending.suspend(onward, "NG-TWO", OPERATOR)
    for each in (code, NO_CASE):
        with pytest.raises(Refusal, match="unknown_case"):
            do(onward, each, c.Raise(interrupt="gone"), staff("NG-TWO", "chi"))


def test_its_notices_are_held_back_and_sent_again_once_it_may_work(onward: Onward) -> None:
    onward = reachable(onward)
    code = asked_home(onward)
    suspending.suspend(onward, "NG-HOME", OPERATOR)
    sent = {}
    for notice in delivering.claim_notices(onward, code, by=TIME):
        sent[notice.agency] = delivering.deliver(onward, notice, by=TIME).delivered
    assert sent == {"GH-ONE": True, "NG-HOME": False}
    (line,) = queries.undeliverable(onward, by=OPERATOR)
    assert (line.agency, line.why, line.owner) == ("NG-HOME", "suspended", "GH-ONE")
    suspending.lift(onward, "NG-HOME", OPERATOR)
    delivering.retry_notice(onward, line.reference, by=OPERATOR)
    again = delivering.claim_notices(onward, code, by=TIME)
    assert "NG-HOME" in {notice.agency for notice in again}


def reachable(onward: Onward) -> Onward:
    return replace(onward, addresses=addresses("GH-ONE email", "NG-HOME email"))


def test_work_goes_past_a_suspended_agency(onward: Onward) -> None:
    """As past one on leave: another that may hold the role gets it."""
    suspending.suspend(onward, "NG-HOME", OPERATOR)
    code = asked_home(onward)
    (asked,) = queries.case(onward, code, by=OPERATOR).state.open_hand_overs()
    assert asked.agency == "NG-TWO"
    assert tasks(onward, staff("NG-HOME")) == []
