"""Chromium without a window, which waits as long as a slow machine may need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.outside import PATIENCE_SECONDS

_PATIENCE_MS = PATIENCE_SECONDS * 1000

_ARGUMENTS = (
    "--no-sandbox",
    # Without windows it names no language by itself.
    "--accept-lang=en-US",
    # A page lives for a second: to optimize its scripts, and axe in each of them, takes longer than it saves.
    "--js-flags=--no-opt,--no-maglev",
    # With windows it draws at each address bar, by a process for each, what nobody sees.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
)


@contextmanager
def running_chromium(program: Path) -> Iterator[Browser]:
    """Until the block ends. What is waited for on its pages may take as long as anything else in the tests."""
    # Playwright's own limits, five seconds and thirty, are for machines with nothing else to do.
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=_ARGUMENTS,
            timeout=_PATIENCE_MS,
        )
        browser.on("context", lambda context: context.set_default_timeout(_PATIENCE_MS))
        yield browser
        browser.close()
