"""What happened in a case and where it is: all of it for whoever answers for it, and their own part for others."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from casework.acting import do
from casework.context import Onward
from casework.registering import register
from casework.settling import settle_due
from casework.timeline import timeline
from engine import commands as c
from portal.pages import one_case
from portal.pages.past import AT_ONCE
from tests.installations import (
    AGENCIES,
    CANARY,
    HOME,
    SCREEN,
    START,
    asked_home,
    move_clock,
    opened,
)
from tests.portals import Browser, portal_of, read
from tests.principals import OPERATOR, TIME

_LATE = START + timedelta(days=40)


def _signed_in(onward: Onward, agency: str, person: str) -> Browser:
    return Browser(portal_of(onward)).sign_in(agency, person)


def _of_home(onward: Onward) -> Browser:
    named = "name: Home, country: NG,"
    register(onward, AGENCIES.replace(named, f"{named} staff: {{bola: {{}}}},"), by=OPERATOR)
    return _signed_in(onward, "NG-HOME", "bola")


def test_whoever_answers_for_a_case_reads_what_happened_in_it_the_newest_first(
    onward: Onward,
) -> None:
    code = asked_home(onward)
    page = read(_signed_in(onward, "GH-ONE", "ama").get(f"/cases/{code}/timeline"))
    assert page.index("Asked NG-HOME: Ask home") < page.index("Asked GH-ONE: Interview")
    assert CANARY not in page


def test_another_agency_reads_of_its_own_part_alone(onward: Onward) -> None:
    code, bola = asked_home(onward), _of_home(onward)
    page = read(bola.get(f"/cases/{code}/timeline"))
    assert "Ask home" in page
    assert "Interview" not in page
    assert "GH-ONE" not in page


def test_nothing_tells_how_much_others_do_in_the_case(onward: Onward) -> None:
    """No receipt has the number of an entry, and pages are counted by what is told."""
    code, bola = asked_home(onward), _of_home(onward)
    answered = {"way": "see", "about": "ask_home.1"}
    done = bola.post(f"/cases/{code}/do/see", answered)
    (receipt,) = re.findall(f"Case {code}, entry ([0-9a-f]{{8}}), Mon, 2 Mar 2026", read(done))
    every = timeline(onward, code, HOME)
    assert [each.number for each in every] == [2, 1]
    page = read(bola.get(f"/cases/{code}/timeline"))
    assert len(every) < len(timeline(onward, code, SCREEN))
    assert f"Entry {receipt} " in page
    assert not re.findall(r"Entry [0-9]{1,7} ", page)


def test_what_was_reported_later_says_when_it_happened(onward: Onward) -> None:
    code = asked_home(onward)
    move_clock(onward, START + timedelta(days=2))
    do(onward, code, c.See(hand_over="ask_home.1"), HOME, occurred_at=START + timedelta(hours=3))
    page = read(_signed_in(onward, "GH-ONE", "ama").get(f"/cases/{code}/timeline"))
    assert "Happened Mon, 2 Mar 2026, 12:00 GMT, and was reported later" in page


def test_a_long_past_comes_page_by_page(onward: Onward) -> None:
    code, ama = opened(onward), _signed_in(onward, "GH-ONE", "ama")
    for _ in range(AT_ONCE):
        do(onward, code, c.Reassign(task="interview.1", agency="GH-ONE"), SCREEN)
    every = [each.number for each in timeline(onward, code, SCREEN)]
    assert len(every) > AT_ONCE
    first = ama.get(f"/cases/{code}/timeline")
    assert f"?before={every[AT_ONCE - 1]}" in first.text
    last = read(ama.get(f"/cases/{code}/timeline?before={every[AT_ONCE - 1]}"))
    assert "Asked GH-ONE: Interview" in last
    for odd in ("x", "²", "9" * 5_000):
        assert ama.get(f"/cases/{code}/timeline?before={odd}").status_code == httpx.codes.OK


def test_the_picture_shows_where_a_case_is_to_whoever_answers_for_it(onward: Onward) -> None:
    code, bola = asked_home(onward), _of_home(onward)
    ama = _signed_in(onward, "GH-ONE", "ama")
    assert f'href="/cases/{code}/picture"' in ama.get(f"/cases/{code}").text
    drawn = ama.get(f"/cases/{code}/picture/second.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "with NG-HOME" in " ".join(drawn.text.split())
    assert f"/cases/{code}/picture/second.svg" in ama.get(f"/cases/{code}/picture").text
    assert ama.get(f"/cases/{code}/picture/none.svg").status_code == httpx.codes.NOT_FOUND
    assert "/picture" not in bola.get(f"/cases/{code}").text
    assert bola.get(f"/cases/{code}/picture").status_code == httpx.codes.NOT_FOUND


def test_a_request_says_both_its_clocks_and_whose_time_they_are_counted_in(onward: Onward) -> None:
    code, bola = asked_home(onward), _of_home(onward)
    for browser in (_signed_in(onward, "GH-ONE", "ama"), bola):
        page = read(browser.get(f"/cases/{code}/requests/ask_home.1"))
        assert "To be opened by Wed, 4 Mar 2026" in page
        assert "To be answered by Wed, 25 Mar 2026" in page
        assert ", of NG-HOME" in page


def test_a_case_lists_the_requests_that_wait_for_no_answer_any_more(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest first, for the responsible agency; to others, nothing of an ended case is shown."""
    code, bola = asked_home(onward), _of_home(onward)
    ama = _signed_in(onward, "GH-ONE", "ama")
    assert "Earlier requests" not in read(ama.get(f"/cases/{code}"))
    do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    line = "Ask home from GH-ONE to NG-HOME Asked: Mon, 2 Mar 2026, "
    page = ama.get(f"/cases/{code}")
    assert f"Earlier requests {line}" in read(page)
    assert f'href="/cases/{code}/requests/ask_home.1"' in page.text
    assert bola.get(f"/cases/{code}").status_code == httpx.codes.NOT_FOUND
    assert "may be more" not in read(ama.get(f"/cases/{code}"))
    monkeypatch.setattr(one_case, "_AT_ONCE", 1)
    assert "At most 1 are shown here; there may be more." in read(ama.get(f"/cases/{code}"))


def test_silence_is_seen_at_both_ends_with_who_decides_what_follows(onward: Onward) -> None:
    code, bola = asked_home(onward), _of_home(onward)
    move_clock(onward, _LATE)
    settle_due(onward, code, TIME)
    for browser in (_signed_in(onward, "GH-ONE", "ama"), bola):
        page = read(browser.get(f"/cases/{code}/requests/ask_home.1"))
        assert "Nobody has answered; what happens next is decided by GH-ONE" in page


def test_who_decides_after_silence_is_named_and_not_who_answers_for_the_case(
    onward: Onward,
) -> None:
    """Also while the receiver does not see that task; a third agency is named to whoever answers for the case alone."""
    code, bola = asked_home(onward), _of_home(onward)
    move_clock(onward, _LATE)
    settle_due(onward, code, TIME)
    ama = _signed_in(onward, "GH-ONE", "ama")
    do(onward, code, c.Reassign(task="ask_home.2", agency="GH-TWO"), SCREEN)
    decided = "what happens next is decided by"
    assert f"{decided} GH-TWO" in read(ama.get(f"/cases/{code}/requests/ask_home.1"))
    assert decided not in read(bola.get(f"/cases/{code}/requests/ask_home.1"))
