"""A phone that speaks a language which the pages do not: it is told in one that they do, and says so to a screen reader."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.served_portal import Served, served_portal


@pytest.fixture(name="served", scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_portal(tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.mark.parametrize("locale", ["yo-NG", "zh-CN"])
def test_a_stranger_reads_english_and_somebody_at_work_what_their_agency_does(
    served: Served, browser: Browser, locale: str
) -> None:
    """Until they choose: the languages are offered above and below, each by its own name."""
    phone = browser.new_page(locale=locale, viewport={"width": 360, "height": 740})
    phone.goto(served.link("CI-UCT"))
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    offered = phone.locator("nav a[hreflang]")
    assert offered.all_inner_texts() == ["English", "Français", "Português"]
    phone.locator("main button").click()
    expect(phone.locator("html")).to_have_attribute("lang", "fr")
    expect(phone.locator("h1")).to_have_text("Tâches")
    phone.get_by_role("link", name="Português").click()
    phone.goto(f"{served.address}/requests")
    expect(phone.locator("html")).to_have_attribute("lang", "pt")
    phone.context.close()
