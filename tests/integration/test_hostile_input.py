"""What somebody sends to break out of where it belongs: of a statement, a page, an address, a header, a sentence."""

from __future__ import annotations

import re
from itertools import cycle
from urllib.parse import quote

import pytest
from sqlalchemy import text

from casework import sessions, sign_in_links
from casework.context import Onward
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.registering import register
from casework.worklists import tasks
from portal.middleware import HEADERS
from portal.pages import ROUTES
from tests.installations import AGENCIES, SCREEN, opened
from tests.portals import OURS, PASSWORD, Browser, RealTime, portal_of, read
from tests.principals import OPERATOR, staff

_HOSTILE = (
    "' OR '1'='1",
    "'; DROP TABLE cases; --",
    '"); DELETE FROM cases; --',
    "%",
    "_" * 9,
    "<script>alert(1)</script>",
    '" onload="alert(1)',
    "javascript:alert(1)",
    "{0.__class__.__mro__}",
    "{{ 7 * 7777 }}",
    "${7*7777}",
    "%s%n%d",
    "a\r\nset-cookie: session=x",
    "../../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "\u202e\u0000\u200b",
    "9" * 400,
    "-1",
    "NaN",
)
_OF_NUMBERS = """\
pathway: numbers
version: 1
title: A number
effective: 2026-01-01
sides: [host]
roles: {screener: first_responder @ host}
data: {nights: {number}}
stages: {main: {steps: {count: {by: screener, form: [nights]}}, then: end done}}
ends: {done: success}
"""
_QUERIES = (
    "about",
    "after",
    "case",
    "codes",
    "country",
    "in",
    "language",
    "period",
    "place",
    "responsible",
    "show",
    "stage",
    "to",
    "whose",
    "year",
)
_PAGES = sorted(
    {re.sub(r"\{\w+\}", "{}", each.path) for each in ROUTES if each.method == "GET"} - {"/leave"}
)
"""Every page, with whatever is asked in its place."""
_AT_EACH = 3
"""How much of it is tried there; all of it is on some page."""


@pytest.fixture
def ama(onward: Onward) -> Browser:
    """She has all duties, so that every page is hers."""
    duties = "{coordinates: yes, administers: yes, manages: yes}"
    register(onward, AGENCIES.replace("{ama: {}", f"{{ama: {duties}"), OPERATOR)
    return Browser(portal_of(onward)).sign_in("GH-ONE", "ama")


def test_an_address_with_something_else_in_it_gets_a_page_and_nothing_besides(
    onward: Onward, ama: Browser
) -> None:
    """No more cases than before, none fewer; nothing of it is in the page but as text, nothing in a header."""
    code = opened(onward)
    asked = "&".join(f"{each}={{}}" for each in _QUERIES)
    sent = cycle(_HOSTILE)
    for page in (
        _quoted(f"{page}?{asked}", next(sent)) for page in _PAGES for _ in range(_AT_EACH)
    ):
        answer = ama.get(page, follow=False)
        assert answer.status_code < 500, page
        assert "<script>alert" not in answer.text
        assert '" onload=' not in answer.text
        assert str(7 * 7777) not in answer.text, page
        assert "session=x" not in str(answer.headers.get_list("set-cookie"))
        assert (
            HEADERS.items()
            <= {
                **answer.headers,
                "referrer-policy": HEADERS["referrer-policy"],
            }.items()
        )
    assert [each.code for each in tasks(onward, staff("GH-ONE"))] == [code]
    with onward.store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM cases")) == 1


def _quoted(page: str, sent: str) -> str:
    return page.replace("{}", quote(sent, safe=""))


def test_an_answer_is_kept_and_shown_as_it_was_typed(onward: Onward, ama: Browser) -> None:
    """But for what no store takes."""
    for sent in _HOSTILE:
        code = opened(onward)
        form = {"about": "interview.1", "answer-full_name": sent, "answer-home_country": "NG"}
        assert ama.post(f"/cases/{code}/do/complete", form).status_code == 200
        shown = ama.post(f"/cases/{code}/person")
        assert "<script>alert" not in shown.text
        assert '" onload=' not in shown.text
        kept = sent.replace("\u0000", "\ufffd")
        assert " ".join(kept.split()) in read(shown)


def test_a_number_that_is_none_or_too_large_is_asked_for_again(
    onward: Onward, ama: Browser
) -> None:
    publish_pathway(onward, _OF_NUMBERS, by=OPERATOR)
    for sent in (*_HOSTILE, "inf", "1e999", "-0", "1_000", "٣"):
        code = open_case(onward, "numbers", "GH", SCREEN).code
        form = {"about": "count.1", "answer-nights": sent}
        assert ama.post(f"/cases/{code}/do/complete", form).status_code in (200, 422), sent
        assert ama.get(f"/cases/{code}").status_code == 200, sent


@pytest.mark.parametrize("sent", _HOSTILE[:6])
def test_nobody_signs_in_with_anything_but_what_is_theirs(onward: Onward, sent: str) -> None:
    Browser(portal_of(onward)).set_up("GH-ONE", "ama")
    browser = Browser(portal_of(onward))
    for form in (
        {"agency": sent, "person": "ama", "password": PASSWORD, "code": "000000"},
        {"agency": "GH-ONE", "person": sent, "password": PASSWORD, "code": sent},
        {"agency": "GH-ONE", "person": "ama", "password": sent, "code": sent},
    ):
        answer = browser.post("/sign-in", form)
        assert answer.status_code == 403
        assert "session" not in browser.cookies
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "localhost.elsewhere.example", "localhost@elsewhere.example"]
)
def test_no_page_and_no_address_is_made_of_the_host_that_was_asked_for(
    onward: Onward, host: str
) -> None:
    for name in ("host", "x_forwarded_host", "forwarded", "x_original_url", "x_rewrite_url"):
        answer = Browser(portal_of(onward)).get("/", follow=False, **{name: host})
        assert answer.headers.get("location", "/sign-in") == "/sign-in"
        assert "elsewhere" not in f"{answer.text}{answer.headers}"


def test_a_session_that_somebody_chose_for_another_is_none(onward: Onward) -> None:
    """Nobody is signed in under a token that was there before, whoever put it into their browser."""
    time, chosen = RealTime(), {**OURS, "cookie": "session=chosen"}
    browser = Browser(portal_of(onward, time))
    token = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, time.now())
    said = browser.post(f"/in/{token}", follow=False, headers=chosen).headers.get_list("set-cookie")
    (own,) = (each for each in said if each.startswith("session="))
    assert "chosen" not in own
    assert sessions.signed_in(onward, "chosen", time.now()) is None
    again = browser.get("/", follow=False, cookie="session=chosen")
    assert again.headers["location"] == "/sign-in"


@pytest.mark.parametrize("back", ["//elsewhere.example", "https://elsewhere.example", "/leave"])
def test_a_cookie_that_somebody_has_set_leads_nobody_away(onward: Onward, back: str) -> None:
    """That of where they were when a session ran out."""
    time = RealTime()
    browser = Browser(portal_of(onward, time))
    held = browser.set_up("GH-ONE", "ama")
    time.pass_by(sessions.IDLE)
    browser.cookies.set("back", back)
    answer = browser.post("/sign-in", held.form(time.now()), follow=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
