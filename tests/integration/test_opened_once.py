"""A button that is pressed twice opens one case."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from msgspec.structs import replace

from casework import case_list
from casework.context import Onward
from casework.idempotency import AnsweredBefore
from casework.opening import open_case
from tests.installations import SCREEN
from tests.portals import Browser, portal_of, read
from tests.principals import OPERATOR

_OPEN = {"pathway": "trial"}


def _codes(onward: Onward) -> set[str]:
    return {each.code for each in case_list.cases(onward, OPERATOR)}


def _button(browser: Browser) -> dict[str, str]:
    """What the second page's button sends."""
    page = browser.post("/open", _OPEN).text
    (mark,) = re.findall(r'value="(\w+)" name="foreseen"', page)
    (once,) = re.findall(r'name="page" value="(\w+)"', page)
    return {**_OPEN, "foreseen": mark, "page": once}


def test_on_the_pages_the_second_press_leads_to_the_case_and_says_so(onward: Onward) -> None:
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    button = _button(ama)
    first = ama.post("/open", button)
    (code,) = _codes(onward)
    assert f"Case {code} has been open since" in read(first)
    again = ama.post("/open", button)
    assert f"This page has already opened case {code}" in read(again)
    assert again.url == first.url
    assert _codes(onward) == {code}


def test_each_page_opens_a_case_of_its_own(onward: Onward) -> None:
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    for _ in range(2):
        ama.post("/open", _button(ama))
    assert len(_codes(onward)) == 2


def test_the_page_of_one_opens_nothing_that_another_has_opened(onward: Onward) -> None:
    """What somebody else's browser sends by chance, or on purpose, tells nothing of their case."""
    ours = open_case(onward, "trial", "GH", SCREEN, page="a")
    theirs = open_case(onward, "trial", "GH", replace(SCREEN, person="kofi"), page="a")
    assert _codes(onward) == {ours.code, theirs.code}


@pytest.mark.parametrize("_round", range(3))
def test_two_presses_at_once_open_one_case(onward: Onward, _round: int) -> None:
    together = Barrier(2)

    def press(_: int) -> tuple[str, bool]:
        together.wait()
        try:
            return open_case(onward, "trial", "GH", SCREEN, page="a").code, True
        except AnsweredBefore as before:
            return before.answer.code, False

    with ThreadPoolExecutor(2) as both:
        answers = {*both.map(press, range(2))}
    (code,) = _codes(onward)
    assert answers == {(code, True), (code, False)}
