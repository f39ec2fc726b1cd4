"""What a keyboard meets on a page: each stop of the Tab key, whether it is seen, marked, and further on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from playwright.sync_api import Page

MOST_TABS = 120


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
