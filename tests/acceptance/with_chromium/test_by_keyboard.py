"""Somebody who has a keyboard and nothing else: from the sign-in page through a task to the way out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from casework import queries
from casework.opening import open_case
from engine.statuses import TaskStatus
from tests.focused import stops
from tests.portals import PASSWORD, Held, RealTime, secret_in
from tests.principals import OPERATOR, staff
from tests.served_portal import Served, served_portal

_REAL = RealTime(datetime(2026, 3, 2, 9, tzinfo=UTC))
_NEXT_CODE = timedelta(seconds=30)


@pytest.fixture(name="served", scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_portal(tmp_path_factory.mktemp("home"), time=_REAL, training=False) as served:
        yield served


class Keyboard:
    """Goes from stop to stop, each of which is to be seen, marked, and further on."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def reach(self, name: str) -> None:
        """By the id of a field, or by the words of a link or button.

        Raises:
            AssertionError: there is no such stop, or one on the way cannot be seen.
        """
        passed = []
        for each in stops(self._page):
            passed.append(each.name)
            assert (each.is_seen, each.is_marked, each.is_next) == (True, True, True), each
            if each.name.startswith(name):
                return
        raise AssertionError(f"{name} is not among {passed}")

    def press(self, name: str) -> None:
        """What leads to another page, or elsewhere on this one."""
        self.reach(name)
        self.enter()

    def enter(self) -> None:
        with self._page.expect_navigation():
            self._page.keyboard.press("Enter")

    def type(self, name: str, text: str) -> None:
        self.reach(name)
        self._page.keyboard.type(text)

    def choose(self, name: str, times: int) -> None:
        """One of several, by the arrow keys from the first."""
        self.reach(name)
        self._page.keyboard.press("Space")
        for _ in range(times):
            self._page.keyboard.press("ArrowDown")


def test_a_task_is_found_filled_in_and_done_by_keyboard_alone(
    served: Served, browser: Browser
) -> None:
    """With a fault on the way, whose summary has the focus when it comes and leads to the field."""
    page = browser.new_page(viewport={"width": 1280, "height": 720}, locale="en-GB")
    keys = Keyboard(page)
    held = _set_up(served, page, keys)
    keys.press("Sign out")
    _sign_in(served, page, keys, held)
    code = open_case(served.onward, "adult_return", "CI", staff("CI-UCT", "desk-1")).code
    page.goto(f"{served.address}/")
    keys.press("Skip to main content")
    keys.press("First talk")
    assert page.url == f"{served.address}/cases/{code}/tasks/first_talk.1"
    _fill_in(page, keys)
    panel = page.locator(".govuk-notification-banner")
    expect(panel).to_contain_text(code)
    task = queries.case(served.onward, code, OPERATOR).state.tasks["first_talk.1"]
    assert task.status == TaskStatus.DONE
    keys.press("Sign out")
    expect(page.locator("h1")).to_have_text("Sign in")
    page.close()


def _set_up(served: Served, page: Page, keys: Keyboard) -> Held:
    page.goto(served.link("CI-UCT"))
    keys.press("Continue")
    held = Held("CI-UCT", "desk-1", secret_in(page.content()))
    keys.type("password", PASSWORD)
    keys.type("again", PASSWORD)
    keys.type("code", held.code(_REAL.now()))
    keys.enter()
    expect(page.locator("main li strong")).to_have_count(8)
    return held


def _sign_in(served: Served, page: Page, keys: Keyboard, held: Held) -> None:
    _REAL.pass_by(_NEXT_CODE)
    keys.type("agency", held.agency)
    keys.type("person", held.person)
    keys.type("password", PASSWORD)
    keys.type("code", held.code(_REAL.now()))
    keys.press("Sign in")
    assert page.url == f"{served.address}/"


def _fill_in(page: Page, keys: Keyboard) -> None:
    keys.press("It is done")  # with nothing filled in
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    first = summary.locator("a").first
    keys.reach(first.inner_text())
    page.keyboard.press("Enter")
    assert page.evaluate("'#' + document.activeElement.id") == first.get_attribute("href")
    expect(page.locator("#answer-full_name")).to_be_focused()
    page.keyboard.type("Text")
    keys.choose("answer-adult_by_statement", 0)
    keys.type("answer-home_country", "Benin")
    keys.choose("answer-speaks", 1)
    keys.choose("answer-immediate_danger", 1)
    keys.choose("answer-asylum", 1)
    keys.press("It is done")
