"""Whoever is signed in is asked again before what is protected; tries are counted. Both stores."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from casework import queries, sessions
from casework.context import Onward
from casework.tries import LIMITS, Purpose
from portal.pages import ROUTES
from portal.routes import Needs
from tests.installations import CANARY, asked_home, opened
from tests.portals import PASSWORD, Browser, Held, RealTime, portal_of, read
from tests.principals import OPERATOR

NEXT = timedelta(seconds=30)
SIGN_IN, AGAIN = LIMITS[Purpose.SIGN_IN], LIMITS[Purpose.AGAIN]


def test_what_is_protected_is_asked_for_again(
    onward: Onward, browser: Browser, ama: Held, time: RealTime
) -> None:
    """By every route that says so, and before anything is looked at or recorded; then they are
    returned to the page, or to the one above it if it cannot be opened.
    """
    code = asked_home(onward)
    before = len(queries.case_log(onward, code, by=OPERATOR))
    time.pass_by(sessions.SURE)
    needed = [each for each in ROUTES if each.needs is Needs.RECENT]
    pages = {each.path for each in ROUTES if each.method == "GET"}
    assert {each.path for each in needed} >= {
        "/cases/{code}/person",
        "/cases/{code}/requests/{number}",
        "/set-up-again",
        "/staff/{person}/{way}",
    }
    for route in needed:
        named = {"way": "complete", "about": "interview.1", "person": "ato", "passkey": "1"}
        named |= {"name": "trial", "agency": "GH-ONE", "place": "GH", "day": "2026-03-06"}
        path = route.path.format(code=code, number="journey.1", **named)
        answer = (browser.get if route.method == "GET" else browser.post)(path, follow=False)
        assert answer.status_code == 303
        there = path if route.path in pages else path.rpartition("/")[0]
        assert httpx.URL(answer.headers["location"]).params["to"] == there
    assert len(queries.case_log(onward, code, by=OPERATOR)) == before
    page = browser.post("/again", {"proof": PASSWORD, "to": f"/cases/{code}/person"})
    assert (page.url.path, page.status_code) == (f"/cases/{code}/person", 200)
    time.pass_by(sessions.SURE - timedelta(seconds=1))
    assert browser.post(f"/cases/{code}/person").is_success


def test_whoever_is_asked_again_is_returned_to_the_page_they_asked_for_with_its_query(
    browser: Browser, ama: Held, time: RealTime
) -> None:
    time.pass_by(sessions.SURE)
    page = "/proposed-versions/trial/2?codes=a%26b&after=c"
    asked = browser.get(page, follow=False)
    to = httpx.URL(asked.headers["location"]).params["to"]
    answer = browser.post("/again", {"proof": PASSWORD, "to": to}, follow=False)
    assert answer.headers["location"] == page


def test_a_draft_shows_what_is_protected_to_whom_has_shown_again_who_they_are(
    onward: Onward, browser: Browser, ama: Held, time: RealTime
) -> None:
    code, typed = opened(onward), {"about": "interview.1", "answer-full_name": CANARY}
    form, country = f"/cases/{code}/do/complete?about=interview.1", 'value="NG" selected'
    browser.post(f"/cases/{code}/keep/complete", typed | {"answer-home_country": "NG"})
    assert CANARY in browser.get(form).text
    time.pass_by(sessions.SURE)
    for path in (form, f"/cases/{code}/tasks/interview.1"):
        page = browser.get(path)
        assert (CANARY in page.text, country in page.text) == (False, True)
        assert "You also kept protected answers" in read(page)
    drawn = {"about": "interview.1", "unseen": "answer-full_name", "answer-full_name": ""}
    again = browser.post(f"/cases/{code}/do/complete", drawn | {"answer-home_country": "GH"})
    assert (again.status_code, CANARY in again.text) == (422, False)
    assert 'name="unseen" value="answer-full_name"' in again.text
    (shows,) = re.findall(r'href="([^"]+)">Show what I kept', again.text)
    assert browser.get(shows).url.path == "/again"
    page = browser.post("/again", {"proof": PASSWORD, "to": shows})
    assert page.request.url.raw_path.decode() == form
    assert (CANARY in page.text, 'name="unseen"' in page.text) == (True, False)
    assert 'value="GH" selected' in page.text


def test_a_password_or_the_code_of_now_shows_that_it_is_them(
    browser: Browser, ama: Held, time: RealTime
) -> None:
    time.pass_by(sessions.SURE)
    to = {"to": "/set-up-again"}
    for wrong in ("", "wrong", "000000", ama.recovery_codes[0]):
        assert browser.post("/again", to | {"proof": wrong}).status_code == 403
    assert browser.get("/set-up-again").url.path == "/again"
    page = browser.post("/again", to | {"proof": ama.code(time.now())})
    assert page.url.path == "/set-up-again"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/cases/x/person",
        "/\\elsewhere.example",
        "/proposed-versions/trial/2/agree",
        "",
    ],
)
def test_nobody_is_led_elsewhere_after_it(browser: Browser, ama: Held, elsewhere: str) -> None:
    answer = browser.post("/again", {"proof": PASSWORD, "to": elsewhere}, follow=False)
    assert answer.headers["location"] == "/"


def test_guessing_is_slow_whether_there_is_such_an_account_or_not(
    onward: Onward, ama: Held, time: RealTime
) -> None:
    for other in ({}, {"person": "nobody"}):
        guesser = Browser(portal_of(onward, time))
        form = ama.form(time.now(), password="a guess") | other
        seen = [guesser.post("/sign-in", form).status_code for _ in range(SIGN_IN.at_once + 2)]
        assert seen == [403] * SIGN_IN.at_once + [429] * 2
    right = guesser.post("/sign-in", ama.form(time.now()))
    assert (right.status_code, "wait 5 minutes" in read(right)) == (429, True)
    time.pass_by(SIGN_IN.then_each)
    assert guesser.post("/sign-in", ama.form(time.now())).is_success


def test_whoever_succeeds_has_not_used_up_a_try(onward: Onward, ama: Held, time: RealTime) -> None:
    for _ in range(SIGN_IN.at_once + 2):
        time.pass_by(NEXT)
        browser = Browser(portal_of(onward, time))
        assert browser.post("/sign-in", ama.form(time.now())).is_success


def test_a_guesser_locks_nobody_out_of_the_device_on_which_they_sign_in(
    onward: Onward, browser: Browser, ama: Held, time: RealTime
) -> None:
    """What tells the device is good for this account alone, and lets nobody in."""
    time.pass_by(NEXT)
    browser.post("/sign-in", ama.form(time.now()))
    browser.post("/sign-out")
    guesser, other = Browser(portal_of(onward, time)), Browser(portal_of(onward, time))
    other.set_up("GH-ONE", "ato")
    other.cookies.set("device", browser.cookies["device"][:-4] + "AAA=")
    for each in (guesser, other):
        while each.post("/sign-in", ama.form(time.now(), password="a guess")).status_code != 429:
            pass
    time.pass_by(NEXT)
    assert browser.post("/sign-in", ama.form(time.now(), password="a guess")).status_code == 403
    assert browser.post("/sign-in", ama.form(time.now())).is_success


def test_tries_of_one_session_hold_up_no_other(
    onward: Onward, browser: Browser, ama: Held, time: RealTime
) -> None:
    time.pass_by(NEXT)
    other = Browser(portal_of(onward, time))
    other.post("/sign-in", ama.form(time.now()))
    seen = [other.post("/again", {"proof": "a guess"}).status_code for _ in range(6)]
    assert seen == [403] * AGAIN.at_once + [429]
    assert browser.post("/again", {"proof": PASSWORD}).is_success


def test_what_was_typed_is_kept_nowhere(onward: Onward, browser: Browser) -> None:
    typed = {"agency": "GH-ONE", "person": "typed-here", "password": "x", "code": ""}
    browser.post("/sign-in", typed)
    with onward.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM sign_in_tries").all()
    assert len(rows) == 1
    assert "typed-here" not in str(rows)
