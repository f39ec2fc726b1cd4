"""Who has to stop and confirm it, on both stores: in lists, for the ticker, under verification, once the case has ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from casework import queries, worklists
from casework.acting import do
from casework.advancing import advance_clock
from casework.certificates import ErasureGround
from casework.context import Onward
from casework.driving import CaseDriving
from casework.erasing import KeyOf, erase
from casework.explaining import explain
from casework.installation_clock import StoredClock
from casework.registering import register
from casework.verifying import verify
from engine import commands as c
from engine.acts.confirming import ConfirmStop
from engine.errors import Refusal
from tests.installations import (
    AGENCIES,
    HOME,
    PATHWAY,
    SCREEN,
    START,
    asked_home,
    move_clock,
    ready,
)
from tests.portals import Browser, portal_of, read
from tests.principals import OPERATOR, staff
from wording.sentences import in_words

_STAYS = PATHWAY.replace("assess: {by: manager", "assess: {by: screener").replace(
    "silent: tell manager", "silent: tell screener\n        responsibility: stays"
)
WITHDRAW = c.WithdrawConsent(consent="referral")
PROHIBIT = c.Prohibit(agency="NG-HOME")


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """An installation in which the agency that opens a case answers for it to its end."""
    with closing(ready(url, tmp_path, pathways=[_STAYS])) as made:
        yield made


def links_in(page: httpx.Response) -> list[str]:
    """Where a page leads to, besides its frame."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return re.findall(r'<a [^>]*href="(/[^"]*)"', main)


def erase_case(onward: Onward, code: str) -> None:
    erase(onward, code, {KeyOf.CASE}, ErasureGround.REQUEST, OPERATOR)


def ended_well(onward: Onward) -> str:
    """A case that has ended after NG-HOME said yes, so that it was told something by the consent."""
    code = asked_home(onward)
    do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    assert queries.case(onward, code, by=OPERATOR).state.status == "ended"
    return code


def stop_listed(onward: Onward) -> list[tuple[str, str]]:
    return [(line.kind, line.task) for line in worklists.tasks(onward, HOME)]


def test_a_withdrawal_after_the_end_gives_who_was_told_a_task_that_it_confirms(
    onward: Onward,
) -> None:
    """It finds that in its list, and nothing else of the case."""
    code = ended_well(onward)
    do(onward, code, WITHDRAW, SCREEN)
    assert stop_listed(onward) == [("stop", "ask_home.2")]
    with pytest.raises(Refusal, match="not_allowed"):
        queries.protected_values(onward, code, HOME)
    with pytest.raises(Refusal, match="not_allowed"):
        explain(onward, code, "", HOME)
    assert verify(onward, code, by=OPERATOR).faults == ()
    do(onward, code, ConfirmStop(stop="ask_home.2"), HOME)
    assert stop_listed(onward) == []
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_what_is_not_confirmed_comes_due_in_a_case_that_has_ended(onward: Onward) -> None:
    """The ticker finds it, its page says so, and it is asked for again."""
    code, driving = ended_well(onward), CaseDriving(onward)
    driving.told(code, 100)
    driving.remember_run(code, "the first run")
    do(onward, code, WITHDRAW, SCREEN)
    status = driving.status(code, in_words)
    assert (status.end, status.unconfirmed, status.overdue) == ("Done", 1, False)
    assert status.next_moment is not None
    assert [task.label for task in status.tasks] == ["Stop and confirm: Ask home"]
    move_clock(onward, START + timedelta(days=4))
    (found,) = [each for each in driving.due(driving.now(), 10) if each.code == code]
    assert (found.is_open, found.pressing) == (False, True)
    driving.settle(code)
    assert driving.status(code, in_words).overdue
    assert verify(onward, code, by=OPERATOR).faults == ()
    with pytest.raises(Refusal, match=r"open_case\.to_stop"):
        erase_case(onward, code)
    do(onward, code, ConfirmStop(stop="ask_home.2"), SCREEN)
    erase_case(onward, code)


def test_a_clock_that_is_advanced_meets_what_is_late_after_the_end(onward: Onward) -> None:
    code = ended_well(onward)
    do(onward, code, WITHDRAW, SCREEN)
    assert isinstance(onward.clock, StoredClock)
    advance_clock(onward, onward.clock, START + timedelta(days=60), OPERATOR)
    (stop,) = queries.case(onward, code, by=OPERATOR).state.stops.values()
    assert (stop.asked, stop.is_open) == (5, True)


def test_who_is_prohibited_after_the_end_reads_and_confirms_nothing(onward: Onward) -> None:
    """The responsible agency finds the task in its own list."""
    code = ended_well(onward)
    do(onward, code, WITHDRAW, SCREEN)
    do(onward, code, PROHIBIT, SCREEN)
    assert stop_listed(onward) == []
    with pytest.raises(Refusal, match="unknown_case"):
        do(onward, code, ConfirmStop(stop="ask_home.2"), HOME)
    (line,) = worklists.tasks(onward, SCREEN)
    assert (line.kind, line.agency) == ("stop", "GH-ONE")
    do(onward, code, ConfirmStop(stop=line.task), SCREEN)
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_nobody_without_a_part_learns_of_it(onward: Onward) -> None:
    code = ended_well(onward)
    do(onward, code, WITHDRAW, SCREEN)
    with pytest.raises(Refusal, match="unknown_case"):
        do(onward, code, ConfirmStop(stop="ask_home.1"), staff("NG-TWO"))


def test_whoever_has_to_stop_confirms_it_on_its_page(onward: Onward) -> None:
    """Though nothing else of the case is shown to it."""
    with_staff = AGENCIES.replace("{name: Home,", "{name: Home, staff: {bola: {}},")
    register(onward, with_staff, by=OPERATOR)
    bola = Browser(portal_of(onward)).sign_in("NG-HOME", "bola")
    code = ended_well(onward)
    do(onward, code, WITHDRAW, SCREEN)
    page = bola.get(f"/cases/{code}/tasks/ask_home.2")
    assert page.status_code == 200, page.text
    assert 'action="/cases/' in page.text
    case = bola.get(f"/cases/{code}")
    assert case.status_code == 200
    assert "Your agency has to stop its work in this case, and confirm that it has." in read(case)
    assert links_in(page) == [f"/cases/{code}"]
    assert links_in(case) == [f"/cases/{code}/tasks/ask_home.2"]
    assert "First" not in read(case)
    bola.post(f"/cases/{code}/do/stopped", {"about": "ask_home.2"})
    assert stop_listed(onward) == []
    assert bola.get(f"/cases/{code}").status_code == 404
    assert [
        each.is_open for each in queries.case(onward, code, by=OPERATOR).state.stops.values()
    ] == [False]
