"""A button that is pressed twice opens one case."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace as with_other
from threading import Barrier

import pytest
from msgspec.structs import replace

from casework import case_list, opening
from casework.context import Onward
from casework.idempotency import AnsweredBefore
from casework.new_cases import code_by_page
from casework.opening import open_case, opened_before
from casework.publishing import publish_pathway
from models.proof import Proof
from tests.installations import PATHWAY, SCREEN
from tests.portals import Browser, portal_of, read
from tests.principals import OPERATOR

_OPEN = {"pathway": "trial"}
LATE = "        late: [remind screener]\n"


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
    assert f"Case {code} was opened on" in read(first)
    again = ama.post("/open", button)
    assert f"This page already opened case {code}" in read(again)
    assert again.url == first.url
    assert _codes(onward) == {code}


@pytest.mark.parametrize("choose", ["most_free", "in_turn"])
def test_the_second_press_leads_there_also_where_the_next_case_would_go_elsewhere(
    onward: Onward, choose: str
) -> None:
    """What the page foresees is another thing then."""
    spread = PATHWAY.replace("version: 1", "version: 2").replace(
        "manager: case_manager @ host",
        f"manager: {{type: case_manager, side: host, choose: {choose}}}",
    )
    publish_pathway(
        onward, spread.replace(LATE, f"{LATE}      plan: {{by: manager}}\n"), by=OPERATOR
    )
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    button = _button(ama)
    ama.post("/open", button)
    (code,) = _codes(onward)
    assert f"This page already opened case {code}" in read(ama.post("/open", button))
    assert _codes(onward) == {code}


def test_a_page_that_is_shown_again_stays_the_same_page(onward: Onward) -> None:
    """Whichever of its buttons is pressed, and however often."""
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    button = _button(ama)
    again = ama.post("/open", {**button, "foreseen": "something else"})
    assert f'name="page" value="{button["page"]}"' in again.text


def test_each_page_opens_a_case_of_its_own(onward: Onward) -> None:
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    for _ in range(2):
        ama.post("/open", _button(ama))
    assert len(_codes(onward)) == 2


def test_the_page_of_one_opens_nothing_that_another_has_opened(onward: Onward) -> None:
    """What somebody else's browser sends by chance, or on purpose, tells nothing of their case."""
    ours = open_case(onward, "trial", "GH", SCREEN, page="a")
    theirs = open_case(onward, "trial", "GH", replace(SCREEN, person="kofi"), page="a")
    elsewhere = replace(SCREEN, agency="NG-TWO")
    assert code_by_page(onward, elsewhere, "a") not in {ours.code, theirs.code}
    assert opened_before(onward, elsewhere, "a") is None
    assert _codes(onward) == {ours.code, theirs.code}


def test_nobody_foresees_the_code_that_a_page_makes(onward: Onward) -> None:
    """Without the key of the installation's proofs."""
    other = with_other(onward, proof=Proof([bytes(32)]))
    assert code_by_page(onward, SCREEN, "a") == code_by_page(onward, SCREEN, "a")
    assert code_by_page(other, SCREEN, "a") != code_by_page(onward, SCREEN, "a")


def test_a_code_by_chance_is_never_taken_for_that_of_a_page(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks gets no case of somebody else, even if chance gives the same code twice at once."""
    code = open_case(onward, "trial", "GH", SCREEN).code
    monkeypatch.setattr(opening, "unused_code", lambda _: code)
    with pytest.raises(AssertionError, match="the same code by chance"):
        open_case(onward, "trial", "GH", replace(SCREEN, person="kofi"))


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
