"""Prefect's pages and its API, as a manager, a stranger and a page of another origin find them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.running_stack import Running, running_stack

MILLISECONDS_OF_A_PAGE = 60_000
"""At most; on an idle machine two thousand."""
ASKS_SCREENER = "Awaiting screener"


@pytest.fixture(name="running", scope="module")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_stack(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.mark.parametrize("interface", ["", "/v2"])
def test_the_picture_of_a_case_is_drawn_by_each_interface_of_prefect(
    running: Running, chromium: Path, interface: str
) -> None:
    """The overview and the stage that is under way; an image that was stripped has no width."""
    course = running.open(1)
    running.until(lambda: running.show(ASKS_SCREENER, *course.codes))
    address = f"{running.stack.ui_url}{interface}"
    with signed_in(chromium, f"{address}/login", running.password) as page:
        page.goto(f"{address}/artifacts/artifact/{running.page(course.codes[0])}")
        found = page.locator("img[src^='data:image/svg+xml']")
        expect(found).to_have_count(2, timeout=MILLISECONDS_OF_A_PAGE)
        widths = [image.evaluate("each => each.naturalWidth") for image in found.all()]
    assert all(width > 300 for width in widths)
    course.go_to_the_end()


@pytest.mark.parametrize("interface", ["", "/v2"])
def test_the_link_to_cases_now_leads_to_the_board(
    running: Running, chromium: Path, interface: str
) -> None:
    """And not to a list with one entry that is named by an id."""
    server = running.stack.ui_url
    with signed_in(chromium, f"{server}{interface}/login", running.password) as page:
        page.goto(running.stack.cases_url.replace(server, f"{server}{interface}"))
        expect(page.get_by_role("link", name="Overdue cases")).to_be_visible(
            timeout=MILLISECONDS_OF_A_PAGE
        )


@contextmanager
def signed_in(chromium: Path, address: str, password: str) -> Iterator[Page]:
    """A browser in which somebody has typed the password, once and for all pages."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        asked = page.locator("input")
        asked.fill(password, timeout=MILLISECONDS_OF_A_PAGE)
        asked.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url, timeout=MILLISECONDS_OF_A_PAGE)
        yield page
        browser.close()


def test_nobody_without_the_password_is_told_anything(running: Running) -> None:
    """A page of another origin, and one whose name was bound to this machine after it was loaded."""
    for headers in ({}, {"Host": "evil.example"}, {"Authorization": "Basic b253YXJkOg=="}):
        with httpx.Client(base_url=running.stack.api.address, headers=headers) as client:
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
    with running.stack.api.client(10) as client:
        for origin in ("http://evil.example", "http://127.0.0.1:1", "null"):
            asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            refused = client.options("/flow_runs/filter", headers=asks)
            answer = client.post("/flow_runs/filter", headers={"Origin": origin}, json={})
            assert refused.status_code == httpx.codes.BAD_REQUEST
            for each in (refused, answer):
                assert "access-control-allow-origin" not in each.headers
