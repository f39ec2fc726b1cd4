"""The worklist: a part of it, page by page, what is new, and who takes what."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from casework import sessions
from casework.acting import do
from casework.case_part import case_part
from casework.context import Onward
from casework.listed_work import ListPlace
from casework.registering import register
from casework.worklists import tasks
from engine import commands as c
from engine.errors import Refusal
from portal.pages import worklist
from tests.installations import AGENCIES, CANARY, SCREEN, START, move_clock, opened
from tests.portals import Browser, RealTime, portal_of, read
from tests.principals import OPERATOR, staff

ATO = staff("GH-ONE", "ato")
_ANSWERS = {"full_name": CANARY, "home_country": "NG"}


@pytest.fixture
def ama(onward: Onward) -> Browser:
    return Browser(portal_of(onward)).sign_in("GH-ONE", "ama")


def _codes(onward: Onward, number: int) -> list[str]:
    """Cases, each due an hour after the one before."""
    found = []
    for hour in range(number):
        move_clock(onward, START + timedelta(hours=hour))
        found.append(opened(onward))
    return found


def _shown(ama: Browser, path: str) -> list[str]:
    return re.findall(r'onward-work__case">([\w-]+)<', ama.get(path).text)


def test_a_part_is_chosen_by_who_has_it_by_stage_role_and_country(
    onward: Onward, ama: Browser
) -> None:
    first, second = _codes(onward, 2)
    do(onward, first, c.Complete(task="interview.1"), SCREEN, answers=_ANSWERS)
    do(onward, first, c.RecordConsent(task="agree.1", given=True), SCREEN)
    ama.post(f"/cases/{first}/do/claim", {"about": "assess.1"})
    for query, codes in {
        "": [second, first],
        "?show=mine": [first],
        "?show=unclaimed": [second],
        "?show=overdue": [],
        "?stage=trial.first": [second],
        "?stage=trial.second": [first],
        "?role=manager": [first],
        "?country=GH": [second, first],
        "?country=NG": [],
        "?show=mine&role=screener": [],
        "?stage=other.first": [],
    }.items():
        assert _shown(ama, f"/{query}") == codes, query


def test_the_part_that_is_shown_is_marked_and_another_one_keeps_what_it_is_narrowed_by(
    onward: Onward, ama: Browser
) -> None:
    opened(onward)
    parts = re.findall(
        r'href="([^"]*)"( aria-current="\w+")?>', _filters(ama.get("/?show=mine&stage=trial.first"))
    )
    assert ("/?show=mine&amp;stage=trial.first", ' aria-current="page"') in parts
    assert ("/?stage=trial.first", "") in parts
    assert sum(bool(mark) for _, mark in parts) == 1


def _filters(page: httpx.Response) -> str:
    return page.text.partition('class="onward-filters"')[2].partition("</nav>")[0]


def test_an_empty_part_says_that_there_is_more_and_an_empty_list_that_there_is_none(
    onward: Onward, ama: Browser
) -> None:
    assert "Nothing to do Your agency is told" in read(ama.get("/"))
    opened(onward)
    assert "Nothing in this part of the list Show all tasks" in read(ama.get("/?show=overdue"))


def test_pages_follow_one_another_without_a_gap_and_what_is_done_meanwhile_shifts_nothing(
    onward: Onward, ama: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "_AT_ONCE", 2)
    codes = _codes(onward, 5)
    page = ama.get("/?role=screener").text
    (after,) = re.findall(r'href="(/\?[^"]*after=[^"]*)"', page)
    assert _shown(ama, "/?role=screener") == codes[:2]
    do(onward, codes[0], c.Complete(task="interview.1"), SCREEN, answers=_ANSWERS)
    path = after.replace("&amp;", "&")
    assert "role=screener" in path
    assert _shown(ama, path) == codes[2:4]
    do(onward, codes[1], c.Complete(task="interview.1"), SCREEN, answers=_ANSWERS)
    assert _shown(ama, path) == codes[2:4], "that whose place it was is done meanwhile"


def test_a_page_begins_at_the_top_behind_what_is_not_the_agencys(onward: Onward) -> None:
    (code,) = _codes(onward, 1)
    for last in (ListPlace("7K2F-9QXM", "interview.1"), ListPlace(code, "interview.7")):
        found = tasks(onward, staff("GH-ONE", "ama"), first_due=True, after=last)
        assert [each.code for each in found] == [code]


def test_what_came_since_somebody_was_last_here_is_marked_and_can_be_shown_alone(
    onward: Onward,
) -> None:
    time = RealTime(START)
    ama = Browser(portal_of(onward, time))
    held = ama.set_up("GH-ONE", "ama")
    old = opened(onward)
    assert "You were last here" not in read(ama.get("/"))
    time.pass_by(sessions.IDLE)
    move_clock(onward, time.at)
    new = opened(onward)
    ama.post("/sign-in", held.form(time.at))
    assert _shown(ama, "/?show=new") == [new]
    page = read(ama.get("/"))
    assert ("You were last here" in page, page.count(" new ")) == (True, 1)
    assert _shown(ama, "/") == [old, new]


def test_a_task_is_taken_from_the_list_and_then_no_longer_free(
    onward: Onward, ama: Browser
) -> None:
    code = opened(onward)
    page = ama.get("/").text
    assert f'action="/cases/{code}/do/claim"' in page
    ama.post(f"/cases/{code}/do/claim", {"about": "interview.1"})
    (line,) = tasks(onward, SCREEN)
    assert (line.claimed_by, line.is_free) == ("ama", False)
    assert "/do/claim" not in ama.get("/").text


def test_a_task_is_given_to_a_colleague_by_whoever_has_it(onward: Onward, ama: Browser) -> None:
    code = opened(onward)
    page = ama.get(f"/cases/{code}/do/claim?about=interview.1")
    assert set(re.findall(r'name="word-colleague"[^>]*value="(\w*)"', page.text)) == {
        "ama",
        "ato",
        "",
    }
    ama.post(f"/cases/{code}/do/claim", {"about": "interview.1", "word-colleague": "ato"})
    (line,) = tasks(onward, SCREEN)
    assert line.claimed_by == "ato"
    with pytest.raises(Refusal, match="claimed"):
        do(onward, code, c.Claim(task="interview.1"), SCREEN)
    do(onward, code, c.Claim(task="interview.1", colleague="ama"), ATO)
    assert tasks(onward, SCREEN)[0].claimed_by == "ama"


def test_a_task_that_somebody_takes_twice_is_taken_once(onward: Onward) -> None:
    code = opened(onward)
    assert do(onward, code, c.Claim(task="interview.1"), SCREEN).newest.number == 2
    with pytest.raises(Refusal, match="done_already"):
        do(onward, code, c.Claim(task="interview.1"), SCREEN)


def test_a_task_goes_to_nobody_who_does_not_work_there(onward: Onward) -> None:
    code = opened(onward)
    for nobody in ("kojo", "bola"):
        with pytest.raises(Refusal, match="unknown_staff"):
            do(onward, code, c.Claim(task="interview.1", colleague=nobody), SCREEN)


def test_the_deputy_of_somebody_who_is_away_takes_over_or_passes_on(onward: Onward) -> None:
    code = opened(onward)
    do(onward, code, c.Claim(task="interview.1"), SCREEN)
    away = "ama: {valid_until: 2026-03-01, deputy: ato}, kojo: {}"
    register(onward, AGENCIES.replace("ama: {}", away), by=OPERATOR)
    with pytest.raises(Refusal, match="claimed"):
        do(onward, code, c.Claim(task="interview.1"), staff("GH-ONE", "kojo"))
    with pytest.raises(Refusal, match=r"unknown_staff\.no_more agency=GH-ONE day=2026-03-01"):
        do(onward, code, c.Claim(task="interview.1", colleague="ama"), ATO)
    do(onward, code, c.Claim(task="interview.1", colleague="kojo"), ATO)
    assert tasks(onward, ATO)[0].claimed_by == "kojo"


def test_colleagues_are_listed_only_where_they_are_asked_for(onward: Onward) -> None:
    code = opened(onward)
    for fully, values in ((None, ()), (c.Claim, ("ama", "ato"))):
        (found,) = (
            each
            for each in case_part(onward, code, SCREEN, fully=fully).about("interview.1")
            if each.act is c.Claim
        )
        assert found.values("colleague") == values
