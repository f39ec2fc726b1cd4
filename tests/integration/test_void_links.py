"""What voids the link in a notice, and that whoever opens it is told the same whatever it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from casework import suspending
from casework.acting import do
from casework.by_notice import act, held_notice
from casework.context import Onward
from casework.notice_tokens import LASTS
from casework.registering import register
from engine import commands as c
from engine.errors import Refusal
from tests.erased import erase_case
from tests.installations import AGENCIES, HOME, SCREEN, START, move_clock
from tests.noticed import (
    WITHOUT,
    about,
    accepted,
    asked,
    asked_by_link,
    browser_of,
    delivered,
    entries,
    holder,
    link_in,
    with_notices,
)
from tests.portals import read
from tests.principals import OPERATOR

VOID = "This link no longer works; ask the agency that sent it to you"


@pytest.fixture(name="onward")
def _onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    with closing(with_notices(url, tmp_path)) as made:
        yield made


def _rows(onward: Onward) -> int:
    """How many entries all logs have."""
    with onward.store.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM log_entries").scalar_one())


def _reassign(onward: Onward, code: str) -> None:
    do(onward, code, c.Reassign(task="prepare.1", agency="NG-TWO"), SCREEN)


def _withdraw(onward: Onward, code: str) -> None:
    do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)


def _bar(onward: Onward, code: str) -> None:
    do(onward, code, c.Raise(interrupt="shut"), SCREEN)


def _prohibit(onward: Onward, code: str) -> None:
    do(onward, code, c.Prohibit(agency="NG-HOME"), SCREEN)


def _suspend(onward: Onward, code: str) -> None:
    suspending.suspend(onward, "NG-HOME", OPERATOR)


def _suspend_and_lift(onward: Onward, code: str) -> None:
    suspending.suspend(onward, "NG-HOME", OPERATOR)
    suspending.lift(onward, "NG-HOME", OPERATOR)


def _close_the_way(onward: Onward, code: str) -> None:
    register(onward, AGENCIES, by=OPERATOR)


def _unlist(onward: Onward, code: str) -> None:
    line = next(each for each in WITHOUT.splitlines() if each.strip().startswith("NG-HOME"))
    register(onward, WITHOUT.replace(f"{line}\n", ""), by=OPERATOR)


def _expire(onward: Onward, code: str) -> None:
    move_clock(onward, START + LASTS)


def _do_it_oneself(onward: Onward, code: str) -> None:
    do(onward, code, c.Complete(task="prepare.1"), HOME)


_VOIDING: dict[str, Callable[[Onward, str], None]] = {
    "used by a colleague": _do_it_oneself,
    "reassigned": _reassign,
    "withdrawn": _withdraw,
    "barred": _bar,
    "prohibited": _prohibit,
    "suspended": _suspend,
    "suspended and lifted": _suspend_and_lift,
    "registry": _close_the_way,
    "unlisted": _unlist,
    "expired": _expire,
}


@pytest.mark.parametrize("what", _VOIDING)
def test_a_void_link_says_the_same_whatever_has_voided_it(onward: Onward, what: str) -> None:
    code, notices = accepted(onward)
    link, browser = link_in(about(notices, "Get ready")), browser_of(onward)
    assert "It is done" in read(browser.get(link))
    _VOIDING[what](onward, code)
    before = _rows(onward)
    nothing = browser.get(f"{link[:-4]}aaaa").text
    for answer in (
        browser.get(link),
        browser.get(f"{link}/complete"),
        browser.post(f"{link}/complete"),
    ):
        assert answer.status_code == 410
        assert VOID in read(answer)
    assert browser.get(link).text.replace(link, "") == nothing.replace(f"{link[:-4]}aaaa", "")
    assert _rows(onward) == before


@pytest.mark.parametrize("what", ["barred", "prohibited", "suspended", "registry", "expired"])
def test_a_receipt_is_shown_to_nobody_whom_the_notice_lets_in_no_more(
    onward: Onward, what: str
) -> None:
    code, link = asked_by_link(onward)
    browser, by = browser_of(onward), holder(onward, link)
    browser.post(f"{link}/answer.accept")
    assert held_notice(onward, by).receipts
    _VOIDING[what](onward, code)
    assert browser.get(link).status_code == 410
    with pytest.raises(Refusal, match=r"void_notice\.link"):
        held_notice(onward, by)


def test_a_link_of_an_erased_case_says_the_same_as_any_other_that_is_void(onward: Onward) -> None:
    code, link = asked_by_link(onward)
    browser = browser_of(onward)
    browser.post(f"{link}/answer.decline", {"word-reason": "other"})
    assert "Recorded under" in read(browser.get(link))
    erase_case(onward, code)
    gone = browser.get(link)
    assert (gone.status_code, VOID in read(gone)) == (410, True)


def test_a_link_is_void_without_the_public_address(onward: Onward) -> None:
    _, link = asked_by_link(onward)
    nowhere = replace(onward, portal="")
    assert browser_of(nowhere).get(link).status_code == 410
    assert link_in(delivered(nowhere, asked(nowhere), "NG-HOME")[-1]) == ""


def test_what_has_happened_between_the_look_and_the_press_is_asked_in_the_turn(
    onward: Onward,
) -> None:
    """The principal was made, and then the person took the consent back."""
    code, notices = accepted(onward)
    link = link_in(about(notices, "Get ready"))
    by = holder(onward, link)
    assert "complete" in held_notice(onward, by).offered
    _withdraw(onward, code)
    before = entries(onward, code)
    for way in ("complete", "accept", "extend", "raise", "nothing"):
        with pytest.raises(Refusal, match=r"void_notice\.link"):
            act(onward, by, way, {}, {})
    assert entries(onward, code) == before


def test_what_the_turn_refuses_is_answered_as_what_is_void(onward: Onward) -> None:
    """A reason that no page offers: why it is refused is for those who see the case."""
    code, link = asked_by_link(onward)
    before = entries(onward, code)
    with pytest.raises(Refusal, match=r"void_notice\.link"):
        act(onward, holder(onward, link), "answer.decline", {"reason": "nonsense"}, {})
    assert entries(onward, code) == before
