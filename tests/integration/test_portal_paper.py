"""Sheets of paper: what is on them, and what is never."""

from __future__ import annotations

import re

import httpx
import pytest

from casework.acting import do
from casework.context import Onward
from casework.registering import register
from engine import commands as c
from tests.installations import AGENCIES, CANARY, SCREEN, asked_home, opened
from tests.portals import Browser, portal_of, read
from tests.principals import OPERATOR

FORM = {"full_name": CANARY, "home_country": "NG"}


@pytest.fixture
def ama(onward: Onward) -> Browser:
    return Browser(portal_of(onward)).sign_in("GH-ONE", "ama")


def test_a_task_can_be_filled_in_by_hand(onward: Onward, ama: Browser) -> None:
    """Each of its questions; what is protected has no field."""
    code = opened(onward)
    assert (
        f"/cases/{code}/tasks/interview.1/print" in ama.get(f"/cases/{code}/tasks/interview.1").text
    )
    sheet = ama.get(f"/cases/{code}/tasks/interview.1/print")
    said = read(sheet)
    assert said.startswith(f"{code} Interview As of Mon, 2 Mar 2026, 09:00 GMT")
    assert "Full name Not on paper: answer this on the page of the task" in said
    assert said.count("Not on paper") == 1
    assert sheet.text.count("<rect") == 4  # the country, when it happened, who, and when


def test_what_may_be_chosen_has_a_square_each(onward: Onward, ama: Browser) -> None:
    code = opened(onward)
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    sheet = ama.get(f"/cases/{code}/tasks/assess.1/print")
    assert "Risk Low High" in read(sheet)


def test_a_consent_stands_there_in_each_language_with_its_answers(
    onward: Onward, ama: Browser
) -> None:
    """Of those that the pathway has; a yes is as large as a no."""
    code = opened(onward)
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
    sheet = ama.get(f"/cases/{code}/tasks/agree.1/print")
    assert "May we tell Home about you? Yes No" in read(sheet)
    assert sheet.text.count('<div class="govuk-form-group" lang="en">') == 1
    assert 'lang="fr">' not in sheet.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("path", ["/print", "/tasks/assess.1/print", "/tasks/assess.1/card"])
def test_no_sheet_says_what_is_known_or_which_agency(
    onward: Onward, ama: Browser, path: str
) -> None:
    """Not even one's own, which may be a place to stay; nor what a pathway is about."""
    register(onward, AGENCIES.replace("{name: One,", "{name: One, unnamed: yes,"), OPERATOR)
    code = opened(onward)
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    said = read(ama.get(f"/cases/{code}{path}"))
    assert code in said
    said = said.replace(code, "")  # whose letters are drawn, and may be a country's
    for kept in (CANARY, "NG", "GH-ONE", "A trial", "referral", "Nigeria"):
        assert kept not in said, kept


def test_the_card_does_not_even_say_what_is_to_be_done(onward: Onward, ama: Browser) -> None:
    code = opened(onward)
    said = read(ama.get(f"/cases/{code}/tasks/interview.1/card"))
    assert "Interview" not in said
    assert "interview" not in said
    assert "Number to call" in said


def test_a_case_at_a_glance_has_what_is_open_and_until_when(onward: Onward, ama: Browser) -> None:
    code = asked_home(onward)
    said = read(ama.get(f"/cases/{code}/print"))
    assert re.search(r"Ask home \w+, \d+ Mar 2026, \d\d:\d\d \w+ Notes", said)


def test_paper_is_for_those_who_may_see_the_page(onward: Onward, ama: Browser) -> None:
    """And for a task that is open."""
    code = opened(onward)
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
    done = ama.get(f"/cases/{code}/tasks/interview.1/print")
    assert done.status_code == httpx.codes.NOT_FOUND
    text = AGENCIES.replace(
        "roles: [case_manager], channels: [email]}",
        "roles: [case_manager], channels: [email], staff: {eye: {}}}",
    )
    register(onward, text, OPERATOR)
    stranger = Browser(portal_of(onward)).sign_in("GH-TWO", "eye")
    for path in ("print", "tasks/agree.1/print", "tasks/agree.1/card"):
        assert stranger.get(f"/cases/{code}/{path}").status_code == httpx.codes.NOT_FOUND
