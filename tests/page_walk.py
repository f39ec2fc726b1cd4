"""A walk through the portal in a browser: it notes each page that it comes to, and so knows which are left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Page, Response
from starlette.routing import compile_path

from portal.pages import ROUTES
from tests.served_portal import Served

FILES = {
    ("GET", "/cases/{code}/picture/{sheet}.svg"),
    ("GET", "/figures/files/{figure}"),
    ("GET", "/healthz"),
    ("GET", "/pathways/draft/picture/{sheet}.svg"),
    ("GET", "/pathways/{name}/{number}/picture/{sheet}.svg"),
    ("GET", "/set-up/code.svg"),
    ("GET", "/app/code.svg"),
    ("GET", "/proposed-versions/{name}/{number}/picture/{sheet}.svg"),
}
"""What is no page."""
REDIRECTS = {
    ("GET", "/leave"),
    ("GET", "/cases/{code}/kept/{way}"),
    ("GET", "/cases/{code}/kept/{way}/{about}"),
    ("POST", "/sign-out"),
    ("POST", "/devices"),
    ("POST", "/pathways/draft/discard"),
    ("POST", "/pathways/draft/publish"),
    ("POST", "/set-up-again"),
    ("POST", "/passkeys/{passkey}/remove"),
    ("POST", "/proposed-versions/{name}/{number}/agree"),
    ("POST", "/proposed-versions/{name}/{number}/take-back"),
    ("POST", "/cases/{code}/keep/{way}"),
    ("POST", "/registry/agencies/{agency}/cases"),
    ("POST", "/registry/calendars/follow"),
    ("POST", "/registry/calendars/{place}/{day}/take-back"),
    ("POST", "/cases/{code}/discard/{way}"),
}
"""What leads to another page, whatever was sent."""

Way = tuple[str, str]
"""A method and a path, as a route has it."""
IN_ENGLISH: set[Way] = {(each.method, each.path) for each in ROUTES if each.in_english}
"""The pages of coordinators, whose words are in English alone."""


class Transferred(NamedTuple):
    """What came over the line for a page, with its headers, in bytes."""

    page: int
    files: int
    """What stands beside it; a browser that has been here before has it already."""


class Walk:
    """Somebody goes from page to page, and each is looked at as it comes.

    Args:
        look: has the page, and what it weighs.
    """

    def __init__(
        self, page: Page, served: Served, look: Callable[[Page, Transferred], None]
    ) -> None:
        self.page, self.served, self._look = page, served, look
        self.came: set[Way] = set()
        self._documents: list[Response] = []
        self._files: dict[str, int] = {}
        page.on("response", self._note)

    def _note(self, response: Response) -> None:
        is_new = response.url not in self._files
        if is_new and ("/static/" in response.url or response.request.resource_type == "document"):
            self._documents.append(response)

    def open(self, path: str) -> None:
        self.page.goto(path if "://" in path else f"{self.served.address}{path}")
        self.look()

    def press(self, what: str = "main form button[type=submit]") -> None:
        self.page.locator(what).first.click()
        self.look()

    def look(self) -> None:
        self.page.wait_for_load_state()
        page = Transferred(0, 0)
        for each in self._documents:
            sizes = each.request.sizes()
            size = sizes["responseBodySize"] + sizes["responseHeadersSize"]
            if "/static/" in each.url:
                self._files.setdefault(each.url, size)
            elif not httpx.codes.is_redirect(each.status):
                page = Transferred(size, sum(self._files.values()))
                self._come(each)
        self._documents.clear()
        self._look(self.page, page._replace(files=sum(self._files.values())))

    def _come(self, response: Response) -> None:
        assert response.status < httpx.codes.INTERNAL_SERVER_ERROR, response.url
        method = response.request.method
        if method != "GET" or response.status == httpx.codes.OK:
            self.came.add((method, route_of(method, urlsplit(response.url).path)))

    def left_out(self) -> set[Way]:
        return {(each.method, each.path) for each in ROUTES} - FILES - REDIRECTS - self.came


def route_of(method: str, path: str) -> str:
    """The first route that answers; empty if none does."""
    return next((route for way, route, found in _FOUND if way == method and found(path)), "")


def is_in_english(url: str) -> bool:
    path = urlsplit(url).path
    return any((method, route_of(method, path)) in IN_ENGLISH for method in ("GET", "POST"))


_FOUND = [(each.method, each.path, compile_path(each.path)[0].fullmatch) for each in ROUTES]
