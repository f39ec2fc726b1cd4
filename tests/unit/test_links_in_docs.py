"""Each link within the documentation leads to a file that is there, and to a heading of it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("pathways/**/*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@cache
def _headings(page: Path) -> frozenset[str]:
    """The anchors of a page, as GitHub makes them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in titles)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_leads_somewhere(page: Path) -> None:
    """A page that was renamed, or a heading that was worded anew, is missed here."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    astray = []
    for file, heading in LINK.findall(text):
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (heading and heading not in _headings(target)):
            astray.append(f"{file}#{heading}")
    assert astray == []
