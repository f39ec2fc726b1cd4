"""A coordinator on a phone: a version with a mistake, mended, compared, weighed, published; a case moved, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from casework import queries
from casework.opening import open_case
from casework.publishing import publish_pathway
from tests.installations import PATHWAY
from tests.principals import OPERATOR, staff
from tests.served_portal import COORDINATING, Served, served_portal

TWO = PATHWAY.replace("version: 1", "version: 2").replace("24 hours", "48 hours")
TWO += "running_cases: ask\n"
WRONG = TWO.replace("remind screener", "remind screner")
DRAWN = "picture => picture.decode().then(() => picture.naturalWidth > 0)"


@pytest.fixture(name="served")
def _served(tmp_path: Path) -> Iterator[Served]:
    with served_portal(tmp_path) as served:
        publish_pathway(served.onward, PATHWAY, OPERATOR)
        yield served


@pytest.fixture(name="phone", params=[True, False], ids=["with JavaScript", "without"])
def _phone(browser: Browser, served: Served, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Signed in as whoever coordinates."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=request.param
    )
    page = context.new_page()
    page.goto(served.link(COORDINATING))
    page.locator("main form button").first.click()
    yield page
    context.close()


def test_a_version_is_checked_mended_published_and_a_case_moved_to_it_and_back(
    served: Served, phone: Page, tmp_path: Path
) -> None:
    code = open_case(served.onward, "trial", "CI", staff(COORDINATING, "desk-2")).code
    file = tmp_path / "trial.yaml"
    file.write_text(WRONG, encoding="utf-8")
    phone.get_by_role("link", name="Coordinate").click()
    phone.get_by_role("link", name="Pathways").click()
    phone.get_by_role("link", name="Check a new version").click()
    phone.set_input_files("#file", file)
    phone.get_by_role("button", name="Check it").click()
    expect(phone.get_by_text("trial.yaml:25:23: there is no role `screner`")).to_be_visible()
    phone.get_by_role("link", name="Correct the text").click()
    phone.fill("#text", TWO)
    phone.get_by_role("button", name="Check it").click()
    expect(phone.get_by_text("Nothing is wrong.")).to_be_visible()
    expect(phone.get_by_text("changed interview due: 24 hours → 48 hours")).to_be_visible()
    phone.get_by_role("link", name="Picture of the pathway").click()
    assert phone.locator("main img").first.evaluate(DRAWN), "the browser draws it"
    phone.get_by_role("link", name="Back", exact=True).click()
    phone.get_by_role(
        "link", name="What it would mean for running cases (on older versions: 1)"
    ).click()
    moved = phone.get_by_role("region", name="Cases", exact=True)
    expect(moved.get_by_role("cell", name=code)).to_be_visible()
    phone.get_by_role("link", name="Back", exact=True).click()
    phone.get_by_role("link", name="Publish").click()
    phone.get_by_role("button", name="Publish").dblclick()
    expect(phone.get_by_text("Published", exact=True)).to_be_visible()
    expect(phone.get_by_text(f"{COORDINATING} desk-1")).to_be_visible()
    phone.get_by_role("link", name="Move cases to this version (on older versions: 1)").click()
    phone.fill("#codes", code)
    phone.get_by_role("button", name="See what would happen to the cases").click()
    phone.get_by_role("button", name="Move cases to it").click()
    expect(phone.get_by_text("Cases moved: 1")).to_be_visible()
    assert queries.case(served.onward, code, OPERATOR).number == 2
    phone.get_by_role("link", name="Back", exact=True).click()
    phone.get_by_role("link", name="Move cases back from this version").click()
    phone.fill("#codes", code)
    phone.get_by_role("button", name="See what would happen to the cases").click()
    phone.get_by_role("button", name="Move cases back").click()
    expect(phone.get_by_text("Cases moved: 1")).to_be_visible()
    assert queries.case(served.onward, code, OPERATOR).number == 1
