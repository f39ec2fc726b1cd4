"""A form on a phone: the session runs out, the line is lost, a button is pressed twice, somebody goes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from casework import queries, sessions
from casework.opening import open_case
from tests.installations import CANARY
from tests.portals import RealTime
from tests.principals import OPERATOR, staff
from tests.served_portal import Served, served_portal

_REAL = RealTime(datetime(2026, 3, 2, 9, tzinfo=UTC))


@pytest.fixture(name="served", scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_portal(tmp_path_factory.mktemp("home"), time=_REAL) as served:
        yield served


@pytest.fixture(name="phone")
def _phone(served: Served, browser: Browser) -> Iterator[Page]:
    """Of a first responder, without JavaScript."""
    phone = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="en-GB", java_script_enabled=False
    ).new_page()
    _come_in(phone, served)
    yield phone
    phone.context.close()


def _come_in(phone: Page, served: Served) -> None:
    phone.goto(served.link("CI-UCT"))
    phone.locator("main button").click()


def _first_form(phone: Page, served: Served) -> str:
    """A new case, whose first form is open and begun."""
    code = open_case(served.onward, "adult_return", "CI", staff("CI-UCT", "desk-1")).code
    phone.goto(f"{served.address}/cases/{code}/tasks/first_talk.1")
    phone.locator("main textarea").first.fill(CANARY)
    return code


def _entries(served: Served, code: str) -> int:
    return len(queries.case_log(served.onward, code, by=OPERATOR))


def test_after_a_session_that_ran_out_in_the_middle_of_a_form_it_is_there_as_it_was_typed(
    served: Served, phone: Page
) -> None:
    code = _first_form(phone, served)
    before = _entries(served, code)
    _REAL.pass_by(sessions.IDLE)
    phone.locator("main form button").first.click()
    assert phone.url.endswith("/sign-in")
    assert CANARY not in phone.content()
    _come_in(phone, served)
    assert phone.url.endswith(f"/cases/{code}/do/complete?about=first_talk.1")
    assert phone.locator("main textarea").first.input_value() == CANARY
    assert _entries(served, code) == before


def test_what_is_typed_on_a_line_that_was_lost_is_kept_before_or_sent_again(
    served: Served, phone: Page
) -> None:
    code = _first_form(phone, served)
    phone.get_by_role("button", name="Keep for later").click()
    assert phone.url == f"{served.address}/"
    phone.goto(f"{served.address}/cases/{code}/tasks/first_talk.1")
    phone.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        phone.goto(f"{served.address}/")
    phone.context.set_offline(False)
    phone.goto(f"{served.address}/cases/{code}/tasks/first_talk.1")
    assert phone.locator("main textarea").first.input_value() == CANARY


def test_whoever_goes_back_after_signing_out_sees_nothing(served: Served, phone: Page) -> None:
    code = _first_form(phone, served)
    phone.get_by_role("button", name="Keep for later").click()
    phone.goto(f"{served.address}/cases/{code}/tasks/first_talk.1")
    phone.get_by_role("button", name="Sign out").click()
    expect(phone.locator("h1")).to_have_text("Sign in")
    for _ in range(2):
        phone.go_back()
        assert (CANARY in phone.content(), code in phone.content()) == (False, False)
        assert phone.locator("h1").inner_text() == "Sign in"


def test_a_button_that_is_pressed_twice_does_it_once(served: Served, phone: Page) -> None:
    code = open_case(served.onward, "adult_return", "CI", staff("CI-UCT", "desk-1")).code
    before = _entries(served, code)
    phone.goto(f"{served.address}/cases/{code}/do/claim?about=first_talk.1")
    phone.locator("main form button").first.dblclick(no_wait_after=True)
    phone.wait_for_url("**/tasks/first_talk.1")
    claimed = [
        each
        for each in queries.case_log(served.onward, code, by=OPERATOR)[before:]
        if type(each.entry.command.act).__name__ == "Claim"
    ]
    assert len(claimed) == 1


@pytest.fixture(name="other")
def _other(served: Served, browser: Browser) -> Iterator[Page]:
    """The phone of a colleague of theirs, with JavaScript."""
    phone = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB").new_page()
    phone.goto(served.link("CI-UCT", "desk-2"))
    phone.locator("main button").click()
    yield phone
    phone.context.close()


def test_of_two_people_who_send_one_form_one_does_it_and_the_other_learns_who_has(
    served: Served, phone: Page, other: Page
) -> None:
    code = _first_form(phone, served)
    other.goto(phone.url)
    _fill_in(other)
    other.locator("main form button[type=submit]").first.click()
    other.locator(".govuk-notification-banner").wait_for()
    before = _entries(served, code)
    _fill_in(phone)
    phone.locator("main form button").first.click()
    assert _entries(served, code) == before
    expect(phone.locator(".govuk-notification-banner")).to_contain_text("Nothing more was recorded")
    assert (
        phone.locator(".govuk-summary-list__row", has_text="Done by")
        .inner_text()
        .endswith("desk-2")
    )


def _fill_in(phone: Page) -> None:
    phone.locator("main textarea").first.fill(CANARY)
    for name in ("adult_by_statement", "speaks", "immediate_danger", "asylum"):
        phone.locator(f"input[name=answer-{name}]").last.check()
    phone.locator("select[name=answer-home_country]").select_option("BJ")
