"""Prefect's pages and its API, as a manager, a stranger and a page of another origin find them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import NamedTuple
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from casework.public_addresses import page_of_run
from tests.outside import PATIENCE_SECONDS
from tests.running_stack import ASKS_SCREENER, PORTAL, Running


class SignedIn(NamedTuple):
    """A page of Prefect's in which somebody has typed the password."""

    page: Page
    interface: str
    """The address of one of Prefect's two interfaces."""


@pytest.fixture(name="signed_in", scope="module", params=["", "/v2"])
def _signed_in(
    request: pytest.FixtureRequest, running: Running, browser: Browser
) -> Iterator[SignedIn]:
    """Once and for all pages of an interface; the other one shares nothing with it but the program."""
    address = f"{running.stack.ui_url}{request.param}"
    with closing(browser.new_page()) as page:
        page.goto(f"{address}/login")
        asked = page.locator("input")
        asked.fill(running.password)
        asked.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        yield SignedIn(page, address)


@pytest.fixture(name="code", scope="module")
def _code(running: Running) -> Iterator[str]:
    """A case that waits for its first step, until all pages were looked at."""
    course = running.open(1)
    running.until(lambda: running.show(ASKS_SCREENER, *course.codes))
    yield course.codes[0]
    course.stay()


def test_the_picture_of_a_case_is_drawn_by_each_interface_of_prefect(
    running: Running, signed_in: SignedIn, code: str
) -> None:
    """The overview and the stage that is under way; an image that was stripped has no width."""
    signed_in.page.goto(f"{signed_in.interface}/artifacts/artifact/{running.page(code)}")
    found = signed_in.page.locator("img[src^='data:image/svg+xml']")
    expect(found).to_have_count(2)
    widths = [image.evaluate("each => each.naturalWidth") for image in found.all()]
    assert all(width > 300 for width in widths)


def test_a_case_and_its_run_lead_to_each_other(
    running: Running, signed_in: SignedIn, code: str
) -> None:
    """By codes alone: the page of the run links to the case's own, which finds the run at this address."""
    signed_in.page.goto(f"{signed_in.interface}/artifacts/artifact/{running.page(code)}")
    link = signed_in.page.get_by_role("link", name=f"{code} in the agencies' pages")
    expect(link).to_have_attribute("href", f"{PORTAL}/cases/{code}")
    (run,) = running.runs(code)
    address = page_of_run(replace(running.onward, prefect=signed_in.interface), run["id"])
    signed_in.page.goto(address)
    expect(signed_in.page.get_by_text(code).first).to_be_visible()
    assert signed_in.page.url.startswith(address)


def test_the_link_to_cases_now_leads_to_the_board(running: Running, signed_in: SignedIn) -> None:
    """And not to a list with one entry that is named by an id."""
    signed_in.page.goto(running.stack.cases_url.replace(running.stack.ui_url, signed_in.interface))
    expect(signed_in.page.get_by_role("link", name="Overdue cases")).to_be_visible()


def test_nobody_without_the_password_is_told_anything(running: Running) -> None:
    """A page of another origin, and one whose name was bound to this machine after it was loaded."""
    for headers in ({}, {"Host": "evil.example"}, {"Authorization": "Basic b253YXJkOg=="}):
        address = running.stack.api.address
        with httpx.Client(base_url=address, headers=headers, timeout=PATIENCE_SECONDS) as client:
            assert client.get("/health").json() is True
            for method, path in (
                ("POST", "/flow_runs/filter"),
                ("DELETE", f"/flow_runs/{uuid4()}"),
                ("GET", "/admin/settings"),
                ("GET", "/openapi.json"),
            ):
                assert client.request(method, path).status_code == httpx.codes.UNAUTHORIZED
    assert running.stack.api.ask("POST", "/flow_runs/filter", {}).status_code == httpx.codes.OK


def test_a_page_of_another_origin_may_read_nothing(running: Running) -> None:
    """Whatever it has learned: its browser is told to keep the answer from it."""
    with running.stack.api.client(PATIENCE_SECONDS) as client:
        for origin in ("http://evil.example", "http://127.0.0.1:1", "null"):
            asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            refused = client.options("/flow_runs/filter", headers=asks)
            answer = client.post("/flow_runs/filter", headers={"Origin": origin}, json={})
            assert refused.status_code == httpx.codes.BAD_REQUEST
            for each in (refused, answer):
                assert "access-control-allow-origin" not in each.headers
