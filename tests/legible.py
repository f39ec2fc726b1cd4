"""Whether a page can be read at a size: nothing is wider than the screen, cut off, or lies over something else.

`WINDOWS` are those of WCAG 2.2: a window of 1280 by 1024 zoomed to 400 % (1.4.10), that window and the narrowest
phone zoomed to 200 %, and text alone that is twice as large (1.4.4).
"""

from __future__ import annotations

from typing import NamedTuple

from playwright.sync_api import Page


class Window(NamedTuple):
    """Its width and height in CSS pixels, and the size of text in per cent."""

    width: int
    height: int
    text: int = 100


PHONE = Window(320, 640)
WINDOWS = (Window(320, 256), Window(640, 512), Window(360, 740, 200), Window(1280, 1024, 200))


def unreadable(page: Page, window: Window) -> list[str]:
    """What cannot be read in a window; the page is left in it."""
    page.set_viewport_size({"width": window.width, "height": window.height})
    found = page.evaluate(_UNREADABLE, window.text)
    return [f"{window.width} px, {window.text} %: {each}" for each in found]


_UNREADABLE = r"""(percent) => {
  document.documentElement.style.fontSize = `${percent}%`
  scrollTo(0, 0)
  const faults = []
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page is wider than the screen")

  // What holds within an element too is found out once.
  const once = (find) => {
    const known = new Map()
    return (each) => known.get(each) ?? known.set(each, find(each)).get(each)
  }

  // For a screen reader alone, or out of sight until it is focused.
  const isForEars = once((each) => {
    if (!each) return false
    const box = each.getBoundingClientRect()
    const isDot = box.width <= 1 && box.height <= 1 && getComputedStyle(each).overflow !== "visible"
    return isDot || isForEars(each.parentElement)
  })
  const isShown = (each) =>
    each.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !isForEars(each)

  const lines = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; (node = walker.nextNode()); ) {
    const text = node.data.trim()
    if (!text || !isShown(node.parentElement)) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const box of range.getClientRects()) {
      if (box.width > 1 && box.height > 1) lines.push({ box, text: text.slice(0, 40), owner: node.parentElement })
    }
  }
  const controls = [...document.querySelectorAll("input, select, textarea, button, .govuk-button, img, svg")]
    .filter((each) => !each.matches("[type=hidden], [type=radio], [type=checkbox]") && isShown(each))
    .map((each) => ({ box: each.getBoundingClientRect(), text: each.id || each.textContent.trim(), owner: each }))

  // What cuts off within an element, and whether something scrolls sideways there.
  const around = once((each) => {
    if (!each || each === document.body) return { frames: [], scrolls: false }
    const { frames, scrolls } = around(each.parentElement)
    const { overflowX, overflowY } = getComputedStyle(each)
    const cuts = [overflowX, overflowY].some((way) => ["hidden", "clip"].includes(way))
    return {
      frames: cuts ? [...frames, each.getBoundingClientRect()] : frames,
      scrolls: scrolls || ["auto", "scroll"].includes(overflowX),
    }
  })

  for (const { box, text, owner } of [...lines, ...controls]) {
    if (box.left < -1) faults.push(`left of the screen: ${text}`)
    const { frames, scrolls } = around(owner)
    for (const frame of frames) {
      if (box.right > frame.right + 1 || box.left < frame.left - 1 || box.bottom > frame.bottom + 2) {
        faults.push(`cut off: ${text}`)
      }
    }
    if (!scrolls && box.right > innerWidth + 1) faults.push(`right of the screen: ${text}`)
  }

  // From the top down, so that each is held against those alone that begin before it ends.
  const all = [...lines, ...controls].sort((one, other) => one.box.top - other.box.top)
  for (let i = 0; i < all.length; i += 1) {
    for (let j = i + 1; j < all.length && all[j].box.top < all[i].box.bottom; j += 1) {
      const [one, other] = [all[i], all[j]]
      if (one.owner === other.owner || one.owner.contains(other.owner) || other.owner.contains(one.owner)) continue
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left)
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top)
      if (across > 2 && down > 0.35 * Math.min(one.box.height, other.box.height)) {
        faults.push(`one over the other: ${one.text} / ${other.text}`)
      }
    }
  }
  return [...new Set(faults)]
}"""
