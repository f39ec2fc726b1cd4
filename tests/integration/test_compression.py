"""What is sent compressed: what our pages and programs ask for, and nothing that a page of another site does."""

from __future__ import annotations

import pytest

from casework.context import Onward
from portal.look import static_url
from tests.portals import Browser, portal_of
from tests.programs import Program


def _coding(browser: Browser, path: str, **said: str) -> str:
    return str(browser.get(path, follow=True, **said).headers.get("content-encoding", ""))


@pytest.mark.parametrize("sent_by", ["same-origin", "none", ""])
def test_a_page_is_compressed_for_whoever_asks_for_it(onward: Onward, sent_by: str) -> None:
    browser = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    said = {"sec_fetch_site": sent_by} if sent_by else {}
    for path in ("/", "/devices", "/sign-in", static_url("onward.css")):
        assert _coding(browser, path, **said) == "gzip", path


@pytest.mark.parametrize("sent_by", ["cross-site", "same-site"])
def test_nothing_is_compressed_for_a_page_of_another_site(onward: Onward, sent_by: str) -> None:
    """Its length would tell what is in it beside the words that the other page has chosen."""
    browser = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    for path in ("/?stage=chosen", "/sign-in", static_url("onward.css")):
        assert _coding(browser, path, sec_fetch_site=sent_by) == "", path


def test_whoever_does_not_take_it_compressed_gets_it_plain(onward: Onward) -> None:
    browser = Browser(portal_of(onward))
    assert _coding(browser, "/sign-in", accept_encoding="identity") == ""
    assert _coding(browser, "/healthz") == "", "too short to gain from it"


def test_a_program_gets_its_answer_compressed_too(onward: Onward) -> None:
    answer = Program(onward, "GH-ONE").get("/openapi.json")
    assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
