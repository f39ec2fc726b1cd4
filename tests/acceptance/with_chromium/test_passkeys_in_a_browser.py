"""Passkeys in a real browser, with an authenticator of its own: set up, signing in, showing again, taken away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from casework import sessions
from casework.opening import open_case
from tests.portals import PASSWORD, RealTime
from tests.principals import staff
from tests.served_portal import MONDAY, Served, served_portal
from tests.virtual_authenticators import VirtualAuthenticator

_REAL = RealTime(MONDAY)
_AGENCY = "CI-UCT"


@pytest.fixture(name="served", scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("home")
    with served_portal(home, time=_REAL, training=False) as served:
        yield served


class Phone(NamedTuple):
    """A phone whose authenticator knows its owner by the finger."""

    page: Page
    authenticator: VirtualAuthenticator


@pytest.fixture(name="phone")
def _phone(browser: Browser) -> Iterator[Phone]:
    """Nothing on its pages offends the policy that they are served with."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    page, offences = context.new_page(), list[str]()
    page.on("console", lambda said: offences.append(said.text) if said.type == "error" else None)
    yield Phone(page, VirtualAuthenticator(page))
    assert [each for each in offences if "Content Security Policy" in each] == []
    context.close()


def set_up(page: Page, served: Served, desk: str) -> None:
    """With a passkey in place of an app."""
    page.goto(served.link(_AGENCY, desk))
    page.locator("main button").click()
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.get_by_role("button", name="Make a passkey and continue").click()
    expect(page.locator("h1")).to_have_text("Your recovery codes")


def give_password(page: Page, served: Served, desk: str) -> None:
    page.goto(f"{served.address}/sign-in")
    page.fill("#agency", _AGENCY)
    page.fill("#person", desk)
    page.fill("#password", PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/sign-in/second")


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).click()


def test_a_passkey_is_set_up_signs_in_shows_again_and_is_taken_away(
    served: Served, phone: Phone
) -> None:
    page, desk = phone.page, staff(_AGENCY, "desk-1")
    code = open_case(served.onward, "adult_return", "CI", desk).code
    set_up(page, served, "desk-1")
    assert phone.authenticator.passkeys() == 1
    page.get_by_role("link", name="I have written them down").click()
    sign_out(page)
    give_password(page, served, "desk-1")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("h1")).to_have_text("Tasks")
    _REAL.pass_by(sessions.SURE)
    person = f"{served.address}/cases/{code}/person"
    page.goto(person)
    assert page.url.startswith(f"{served.address}/again")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(person)
    page.goto(f"{served.address}/passkeys")
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("main")).to_contain_text("all that you have to sign in with")


def test_a_finger_that_does_not_fit_signs_nobody_in_and_the_page_says_what_to_do(
    served: Served, phone: Phone
) -> None:
    """Without leaving the page; the right one does then."""
    page = phone.page
    set_up(page, served, "desk-2")
    sign_out(page)
    give_password(page, served, "desk-2")
    expect(page.get_by_role("alert")).to_be_hidden()
    phone.authenticator.finger(fits=False)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_be_visible()
    phone.authenticator.finger(fits=True)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("h1")).to_have_text("Tasks")


def test_a_device_makes_no_second_passkey_of_the_same_account(
    served: Served, phone: Phone, browser: Browser
) -> None:
    """Another device does, and then the first one may be taken away."""
    page = phone.page
    set_up(page, served, "desk-3")
    page.goto(f"{served.address}/passkeys")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert phone.authenticator.passkeys() == 1
    other = browser.new_context().new_page()
    VirtualAuthenticator(other)
    other.context.add_cookies(page.context.cookies())  # type: ignore[arg-type] # as they were
    other.goto(f"{served.address}/passkeys")
    other.fill("#name", "office")
    other.get_by_role("button", name="Add a passkey").click()
    expect(other.locator("main")).to_contain_text("office")
    other.get_by_role("link", name="Remove Passkey 1").click()
    other.get_by_role("button", name="Remove").click()
    expect(other.locator("main")).not_to_contain_text("Passkey 1")
    other.context.close()


@pytest.mark.parametrize("without", ["a script", "passkeys"])
def test_without_a_script_or_passkeys_the_page_takes_a_code(
    served: Served, phone: Phone, browser: Browser, without: str
) -> None:
    desk = "desk-4" if without == "passkeys" else "desk-5"
    set_up(phone.page, served, desk)
    code = phone.page.locator("main li strong").first.inner_text()
    context = browser.new_context(java_script_enabled=without == "passkeys", locale="en-GB")
    page = context.new_page()
    page.add_init_script("delete window.PublicKeyCredential")
    give_password(page, served, desk)
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
    page.fill("#code", code)
    page.get_by_role("button", name="Continue with the code").click()
    expect(page.locator("h1")).to_have_text("Tasks")
    page.goto(f"{served.address}/passkeys")
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
    expect(page.locator("main")).to_contain_text("Use another browser to add a passkey")
    context.close()
