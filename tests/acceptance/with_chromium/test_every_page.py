"""Every page that the portal has, as `portal.pages.ROUTES` says, in a real browser: for each of them what WCAG 2.2 AA asks
and a program can see, what it weighs, and whether it can be read and worked with at any size and by keyboard.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from casework.sessions import SURE
from engine.translation import OWN
from tests import every_page
from tests.accessible import bring_axe, tried, tried_for_contrast
from tests.focused import all_stops, stops
from tests.gallery import COLD_BYTES, WARM_BYTES, gallery, show
from tests.legible import PHONE, WINDOWS, Window, unreadable
from tests.page_walk import IN_ENGLISH, Transferred, Walk, is_in_english
from tests.portals import RealTime
from tests.served_portal import Served, served_portal

_REAL = RealTime(datetime(2026, 3, 2, 9, tzinfo=UTC))
_ICON = Path(__file__).parents[3] / "portal" / "static" / "icon.svg"
"""A browser without a window does not ask for it."""


@pytest.fixture(name="served", scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("home")
    with served_portal(home, time=_REAL, first=[every_page.HOME], training=False) as served:
        every_page.prepare(served)
        yield served


class Sound:
    """Looks at each page as it comes, and notes what is wrong with it."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.faults: list[str] = []

    def look(self, page: Page, weight: Transferred) -> None:
        wrong = [each for window in WINDOWS for each in unreadable(page, window)]
        wrong += unreadable(page, PHONE)
        wrong += self._weighed(weight)
        wrong += tried(page, contrast=self._language == OWN).wrong
        language = OWN if is_in_english(page.url) else self._language
        if (speaks := page.evaluate("document.documentElement.lang")) != language:
            wrong.append(f"is in {speaks}")
        if self._language == OWN:
            wrong += self._beside_words(page)
        self.faults += [f"{page.url} {each}" for each in wrong]

    def _beside_words(self, page: Page) -> Iterator[str]:
        """What is the same in each language."""
        page.emulate_media(color_scheme="dark")
        yield from (f"{each} in the dark" for each in tried_for_contrast(page).wrong)
        page.emulate_media(color_scheme="light")
        yield from (f"{each} by keyboard" for each in all_stops(page) if not all(each[1:]))

    def _weighed(self, weight: Transferred) -> Iterator[str]:
        assert weight.files > 0
        if weight.page > WARM_BYTES:
            yield f"weighs {weight.page} bytes"
        if (cold := weight.page + weight.files + _ICON.stat().st_size) > COLD_BYTES:
            yield f"weighs {cold} bytes at the first visit"


@pytest.mark.parametrize("language", ["en", "fr", "pt"])
def test_every_page_is_light_and_sound_and_none_is_left_out(
    served: Served, browser: Browser, language: str
) -> None:
    """Whoever reads another language comes to the pages of coordinators too, which are in English for them."""
    page = browser.new_page(viewport={"width": PHONE.width, "height": PHONE.height})
    page.emulate_media(color_scheme="light")
    bring_axe(page)
    sound = Sound(language)
    walk = Walk(page, served, sound.look)
    every_page.as_a_stranger(walk, language)
    every_page.as_somebody_new(walk)
    every_page.with_a_passkey(walk)
    every_page.with_a_passkey_alone(walk)
    every_page.as_somebody_at_work(walk)
    every_page.as_an_administrator(walk)
    if language == OWN:
        every_page.as_a_coordinator(walk)
        every_page.as_whoever_writes_pathways(walk)
    else:
        every_page.as_a_coordinator_who_reads_another_language(walk)
    every_page.by_telephone(walk)
    _REAL.pass_by(SURE)
    every_page.as_whoever_is_asked_again(walk)
    every_page.by_notice(walk, language)
    page.context.close()
    assert "\n".join(sound.faults) == ""
    left_out = walk.left_out()
    assert left_out == set() if language == OWN else left_out <= IN_ENGLISH


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("h1 { width: 2000px }", "the page is wider than the screen"),
        ("h1 { height: 1rem; overflow: hidden }", "cut off"),
        ("h1 { width: 3rem; white-space: nowrap; overflow: hidden }", "cut off"),
        ("h1 { margin-bottom: -4rem !important }", "one over the other"),
        ("h1 { position: relative; left: -9rem }", "left of the screen"),
    ],
)
def test_what_cannot_be_read_is_seen(browser: Browser, style: str, told: str) -> None:
    """As the walk over the pages would see it."""
    page = browser.new_page()
    show(page, gallery())
    windows = (*WINDOWS, PHONE, Window(360, 740))
    assert [each for window in windows for each in unreadable(page, window)] == []
    page.evaluate(
        "style => { const sheet = new CSSStyleSheet(); sheet.replaceSync(style);"
        " document.adoptedStyleSheets = [sheet] }",
        style,
    )
    assert any(told in each for each in unreadable(page, PHONE))
    page.close()


@pytest.mark.parametrize(
    "style",
    [
        "#answer-words:focus { outline: none; box-shadow: none }",
        "form { display: flex; flex-direction: column-reverse }",
    ],
)
def test_what_a_keyboard_does_not_meet_in_order_and_marked_is_seen(
    browser: Browser, style: str
) -> None:
    page = browser.new_page()
    show(page, gallery())
    assert [each for each in all_stops(page) if not all(each[1:])] == []
    page.evaluate(
        "style => { const sheet = new CSSStyleSheet(); sheet.replaceSync(style);"
        " document.adoptedStyleSheets = [sheet] }",
        style,
    )
    page.locator("h1").first.click()
    met = all_stops(page)
    assert [each for each in met if not all(each[1:])] != []
    assert met == [*stops(page)]
    page.close()


def test_a_page_without_a_place_in_a_walk_would_be_left_out(
    served: Served, browser: Browser
) -> None:
    page = browser.new_page()
    walk = Walk(page, served, lambda *_: None)
    every_page.as_a_stranger(walk, "en")
    left_out = walk.left_out()
    assert ("GET", "/sign-in") not in left_out
    assert ("GET", "/cases/{code}") in left_out
    page.close()
