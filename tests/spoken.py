"""In which language each text of a page is, as browsers and screen readers take it: by the nearest `lang`."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

_WITHOUT_END = frozenset({"br", "hr", "img", "input", "link", "meta"})


def languages_of(html: str, text: str) -> set[str]:
    """The languages of the texts of a page that begin with these words, blanks of any kind alike; empty if none has."""
    return {language for language, each in spoken(html) if each.startswith(" ".join(text.split()))}


def spoken(html: str) -> Iterator[tuple[str, str]]:
    """Each text with its language."""
    read = _Texts()
    read.feed(html)
    yield from read.found


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _WITHOUT_END:
            self._open.append((tag, dict(attrs).get("lang") or self._language))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if text := " ".join(data.split()):
            self.found.append((self._language, text))

    @property
    def _language(self) -> str:
        return self._open[-1][1] if self._open else ""
