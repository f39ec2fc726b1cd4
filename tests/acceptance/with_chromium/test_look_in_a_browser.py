"""Every part of a page in a real browser: for a small screen, a keyboard, a reader's eyes and ears."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.look import LEAVE
from tests.accessible import CONTRAST, bring_axe, tried, tried_for_contrast
from tests.focused import stops
from tests.gallery import ADDRESS, gallery, show


@pytest.fixture(name="page")
def _page(browser: Browser) -> Iterator[Page]:
    """The gallery on a phone; nothing in it offends the policy that it is served with."""
    page = browser.new_page(viewport={"width": 360, "height": 640})
    offences: list[str] = []
    page.on("console", lambda said: offences.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: offences.append(str(error)))
    show(page, gallery())
    yield page
    assert offences == []
    page.close()


@pytest.mark.parametrize(
    ("language", "scheme"), [("en", "light"), ("en", "dark"), ("fr", "light"), ("pt", "dark")]
)
def test_axe_finds_nothing(browser: Browser, language: str, scheme: str) -> None:
    """Of what WCAG 2.2 A and AA ask and a program can see: contrast, names, order, sizes to press."""
    page = browser.new_page(viewport={"width": 360, "height": 640})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    bring_axe(page)
    show(page, gallery(language))
    found = tried(page)
    assert found.wrong == []
    assert found.passed > 30
    page.close()


def test_axe_would_find_a_colour_that_is_too_faint(page: Page) -> None:
    bring_axe(page)
    show(page, gallery())
    page.evaluate("document.querySelector('h1').style.color = '#bbbbbb'")
    for found in (tried(page), tried_for_contrast(page)):
        (wrong,) = found.wrong
        assert wrong.startswith(f"{CONTRAST}: <h1")
    assert tried(page, contrast=False).wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_has_the_focus_can_be_read(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    bring_axe(page)
    show(page, gallery())
    found = {each.name: tried_for_contrast(page, "document.activeElement") for each in stops(page)}
    assert {name: each.wrong for name, each in found.items() if each.wrong} == {}
    assert found["English"].passed


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    """On the narrowest phone, with the text twice as large, and in a window zoomed to 200 %."""
    widest = {}
    for width, text in ((320, 100), (360, 200), (640, 100), (1280, 200)):
        page.set_viewport_size({"width": width, "height": 640})
        page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
        widest[width] = page.evaluate("document.documentElement.scrollWidth")
    assert {width: found for width, found in widest.items() if found > width} == {}


def test_a_keyboard_reaches_everything_and_the_bar_hides_nothing_of_it(page: Page) -> None:
    """Forwards, and backwards, where the page scrolls up behind the bar."""
    for key in ("Tab", "Shift+Tab"):
        reached = [*stops(page, key)]
        assert {"answer-day-day", "answer-country", "answer-words"} <= {e.name for e in reached}
        assert [each for each in reached if not (each.is_seen and each.is_marked)] == []


def test_what_stands_before_the_content_can_be_skipped(page: Page) -> None:
    page.locator(".govuk-skip-link").first.press("Enter")
    assert page.url == f"{ADDRESS}/#main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main').contains(document.activeElement)")


def test_a_click_hits_what_it_points_at_though_the_skip_link_goes(page: Page) -> None:
    """It lies over the page while it has the focus, and moves nothing as it loses it."""
    page.locator(".govuk-skip-link").first.focus()
    box = page.locator(".govuk-exit-this-page__button").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(f"{ADDRESS}{LEAVE}")


def test_what_is_wrong_is_read_out_and_leads_to_its_field(page: Page) -> None:
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.locator(".govuk-error-summary a").click()
    expect(page.locator("#answer-day-day")).to_be_focused()


@pytest.mark.parametrize("script", [True, False])
def test_the_way_out_leads_away(browser: Browser, script: bool) -> None:
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    show(page, gallery())
    page.locator(".govuk-exit-this-page__button").click()
    page.wait_for_url(f"{ADDRESS}{LEAVE}")
    context.close()


def test_shift_three_times_is_the_way_out(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(f"{ADDRESS}{LEAVE}")


def test_a_form_that_is_pressed_twice_is_sent_once(page: Page) -> None:
    page.evaluate(
        "window.sent = 0; addEventListener('submit', (event) => { event.preventDefault(); sent += 1 })"
    )
    page.get_by_role("button", name="Send").dblclick()
    assert page.evaluate("window.sent") == 1


def test_without_a_script_everything_is_there(browser: Browser) -> None:
    """Nothing waits for a script to be shown."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    page = context.new_page()
    show(page, gallery())
    for name in ("Work", "Registry"):
        expect(page.get_by_role("link", name=name, exact=True).first).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(page.locator("textarea").first).to_be_visible()
    context.close()


def test_on_paper_it_is_dark_on_white_whatever_the_screen_is(browser: Browser) -> None:
    """With a head of its own, and nothing that can only be pressed."""
    page = browser.new_page(color_scheme="dark")
    show(page, gallery())
    page.emulate_media(media="print")
    colours = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    expect(page.locator(".onward-print-head")).to_be_visible()
    for pressed in (".onward-header__row >> nth=0", ".govuk-button >> nth=1", ".govuk-back-link"):
        expect(page.locator(pressed)).to_be_hidden()
    page.close()
