"""What axe finds wrong with a page, of what WCAG 2.2 A and AA ask and a program can see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

CONTRAST = "color-contrast"
"""Its rule for colours, as dear as all others together: what it finds depends on the scheme and on no word."""
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_BESIDE = {"target-size": True}


class Found(NamedTuple):
    """What came of the rules."""

    passed: int
    """How many found what they are about, and nothing wrong with it."""
    wrong: list[str]


def bring_axe(page: Page) -> None:
    """Have it in each document that the page opens from now on."""
    page.add_init_script(f"{Axe().axe_script}\n{_READ_COLOURS_ONCE}")


def tried(page: Page, *, contrast: bool = True) -> Found:
    """By all rules; those of contrast left out where they are not asked for."""
    enabled = {**_BESIDE, CONTRAST: contrast}
    return _tried(page, _RULES, {rule: {"enabled": each} for rule, each in enabled.items()})


def tried_for_contrast(page: Page, within: str = "document") -> Found:
    """Whether text stands out from what is behind it.

    Args:
        within: what is looked at, as a script says it.
    """
    return _tried(page, [CONTRAST], {}, within)


def _tried(
    page: Page, rules: Sequence[str], enabled: dict[str, Any], within: str = "document"
) -> Found:
    options = {
        "runOnly": rules,
        "rules": enabled,
        # What passes is counted, and not described: that takes longer than the rules themselves.
        "resultTypes": ["violations"],
    }
    passed, violations = page.evaluate(_RUN % within, options)
    return Found(passed, [f"{each['id']}: {each['nodes'][0]['html']}" for each in violations])


_READ_COLOURS_ONCE = """(() => {
  const { Color } = axe.commons.color, read = Color.prototype.parseString, known = new Map()
  Color.prototype.parseString = function (text) {
    if (!known.has(text)) known.set(text, read.call(new Color(), text))
    const { r, g, b, alpha } = known.get(text)
    return Object.assign(this, { r, g, b, alpha })
  }
})()"""
"""A page has few colours, which axe reads anew for each element: a quarter of the time that it takes."""

_RUN = """async (options) => {
  const found = await axe.run(%s, options)
  return [found.passes.length, found.violations]
}"""
