"""What a keyboard meets on a page: each stop of the Tab key, whether it is seen, marked, and further on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Any, NamedTuple

from playwright.sync_api import Page

MOST_TABS = 200


class Stop(NamedTuple):
    """What has the focus."""

    name: str
    """Its id, or else its text."""
    is_seen: bool
    is_marked: bool
    is_next: bool
    """It comes after what had the focus before, in the source, and not above it to the eye."""


def stops(page: Page, key: str = "Tab") -> Iterator[Stop]:
    """Each in turn from the beginning of the page, until it has no more, or after very many; going back, from where the
    focus was.
    """
    page.evaluate("window.before = window.first = null")
    if key == "Tab":
        page.evaluate(_FROM_THE_BEGINNING)
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        if (found := page.evaluate(_FOCUSED)) is None:
            return
        yield Stop(**found)


def all_stops(page: Page) -> list[Stop]:
    """As `stops`, while the Tab key is held down: the page itself notes each before the key moves on. To ask for each takes
    half as long again.
    """
    expected = page.evaluate(_NOTE_EACH)
    noted: list[dict[str, Any] | None] = []
    while None not in noted and len(noted) < MOST_TABS:
        for _ in range(expected):
            page.keyboard.down("Tab")
        noted = page.evaluate("window.noted")[1:]  # nothing had the focus at first
    page.keyboard.up("Tab")
    page.evaluate("window.onkeydown = null")
    return [Stop(**found) for found in takewhile(bool, noted) if found]


# Otherwise the first one comes after what was clicked last.
_FROM_THE_BEGINNING = """() => {
  document.body.tabIndex = -1
  document.body.focus({ preventScroll: true })
  document.body.blur()
  document.body.removeAttribute("tabindex")
}"""

_FOCUSED = """() => {
  const each = document.activeElement
  if (!each || each === document.body) return null
  if (each === window.first) return null
  window.first ??= each
  const box = each.getBoundingClientRect()
  const bar = document.querySelector(".onward-header__bar")
  const at = (y) => document.elementFromPoint(box.left + Math.min(box.width, innerWidth) / 2, y)
  const isSeen = [box.top + 2, Math.min(box.bottom, innerHeight) - 2].every(
    (y) => at(y) && (bar.contains(each) || !bar.contains(at(y))))
  const drawn = () => [
    getComputedStyle(each),
    each.matches("[type=radio], [type=checkbox]") && getComputedStyle(each.nextElementSibling, "::before"),
  ].map((one) => [one.outlineStyle, one.outlineWidth, one.boxShadow, one.backgroundColor].join()).join()
  const before = window.before
  const isNext = !before || !before.isConnected || (
    Boolean(before.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING)
    && box.bottom > before.getBoundingClientRect().top)
  window.before = each
  const focused = drawn()
  each.blur()
  const isMarked = focused !== drawn()
  each.focus({ preventScroll: true })
  return { name: each.id || each.textContent.trim(), is_seen: isSeen, is_marked: isMarked, is_next: isNext }
}"""

_NOTE_EACH = f"""() => {{
  ({_FROM_THE_BEGINNING})()
  const focused = {_FOCUSED}
  window.noted = []
  window.before = window.first = null
  // At the end nothing has the focus, and the key goes no further.
  window.onkeydown = () => window.noted.push(focused()) === 1 || window.noted.at(-1) !== null
  const may = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
  const isReached = (each) => !each.disabled && each.checkVisibility()
  return new Set(may.filter(isReached).map((each) => each.type === "radio" ? each.name : each)).size + 2
}}"""
"""How often the key is to be pressed, so far as can be known before: one stop more at the beginning and the end."""
