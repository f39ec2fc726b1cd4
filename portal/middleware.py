"""The middleware around every page: headers, the portal's own host, answers to HEAD,
compression.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.errors import Refusal
from portal.api import problems
from portal.api.app import PATH as FOR_PROGRAMS
from portal.cross_site import is_of_others
from portal.readers import language_of
from wording import sentences

_NOTHING_ELSE = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": _NOTHING_ELSE,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    # Not `no-referrer`, since a browser would then not tell us which of our pages sent a form.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
"""Headers of every response: what a page may load, and what others learn of it."""
_KEPT_BY_NOBODY, _KEPT_FOR_GOOD = "no-store", "public, max-age=31536000, immutable"
# A browser that asks whether its copy of a file is still valid adopts the headers of the answer.
_GOOD = frozenset({HTTPStatus.OK, HTTPStatus.NOT_MODIFIED})
_LEVEL, _FROM_BYTES = 6, 500
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]]+)(:[0-9]+)?")


def put_headers(headers: MutableHeaders, is_secure: bool) -> None:
    """Add `HEADERS` to a response, forbid caching it and, if the portal is served over https,
    require https for a year. No header already in the response is replaced.
    """
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", _KEPT_BY_NOBODY)
    if is_secure:
        headers.setdefault("strict-transport-security", "max-age=31536000")


def name_no_address(response: Response) -> None:
    """Make browsers pass on only our origin, rather than the address of this page, even to us. The
    origin still tells us where a form comes from.
    """
    response.headers["referrer-policy"] = "strict-origin"


class HeadersOfAll:
    """Puts `HEADERS` on every response, and says how long it may be cached.

    Args:
        for_good: the beginning of the addresses of our files. A file's address changes with its
            content, so the file may be cached for good.
    """

    def __init__(self, app: ASGIApp, is_secure: bool, for_good: str) -> None:
        self._app, self._is_secure, self._for_good = app, is_secure, for_good

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(part: Message) -> None:
            if part["type"] == "http.response.start":
                headers = MutableHeaders(scope=part)
                is_file = scope["path"].startswith(self._for_good)
                if is_file and part["status"] in _GOOD:
                    headers["cache-control"] = _KEPT_FOR_GOOD
                put_headers(headers, self._is_secure)
            await send(part)

        await self._app(scope, receive, with_headers)


class OwnHost:
    """Refuses requests whose `Host` differs from the portal's, and names the right one, so that no
    page is made for a name that somebody else chose.

    Starlette's own middleware for this splits at the first colon, so it does not support IPv6
    addresses.
    """

    def __init__(self, app: ASGIApp, address: str) -> None:
        self._app, self._own = app, _name_in(urlsplit(address).netloc)
        self._refusal = Refusal("wrong_host", address=address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _name_in(Headers(scope=scope).get("host", "")) != self._own:
            refused = await run_in_threadpool(self._refused, Request(scope))
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refused(self, request: Request) -> Response:
        """The refusal: a problem for a program, plain text for a browser. A page could not load its
        style sheet, since that request would be refused as well.
        """
        if request.scope["path"].startswith(f"{FOR_PROGRAMS}/"):
            return problems.answer(request, self._refusal)
        text = sentences.told(self._refusal, language_of(request, ""), on_page=True)
        return PlainTextResponse(f"{text[:1].upper()}{text[1:]}\n", 400)


def _name_in(host: str) -> str:
    """The name in a `Host`, without its port; empty if it is not a valid host."""
    found = _HOST.fullmatch(host)
    return found["name"].lower() if found else ""


class HeadOfPages:
    """Answers a HEAD request for a page as a GET by somebody who is not signed in, without the page
    itself.

    Link checkers and mail scanners make such requests. Cookies are ignored, so that such a request
    has no effect: no look is recorded, and no session is extended or ended.

    Args:
        others: the beginnings of addresses that are not pages.
    """

    def __init__(self, app: ASGIApp, others: tuple[str, ...]) -> None:
        self._app, self._others = app, others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_head = scope["type"] == "http" and scope["method"] == "HEAD"
        if not is_head or scope["path"].startswith(self._others):
            await self._app(scope, receive, send)
            return

        async def bare(part: Message) -> None:
            if part["type"] == "http.response.start":
                await send({**part, "headers": _without(part["headers"], b"set-cookie")})
            elif not part.get("more_body", False):
                await send({"type": "http.response.body", "body": b""})

        asked = {**scope, "method": "GET", "headers": _without(scope["headers"], b"cookie")}
        await self._app(asked, receive, bare)
        scope["route"] = asked.get("route")  # the label under which requests are counted


def _without(headers: list[tuple[bytes, bytes]], name: bytes) -> list[tuple[bytes, bytes]]:
    return [each for each in headers if each[0].lower() != name]


class Compression:
    """Compresses responses: on a slow connection, a page arrives in a third of the time.

    A response is not compressed if a page of another site made the request. Such a page can choose
    words in the address, and from the length of the response an eavesdropper could tell which of
    them occur elsewhere in it (BREACH).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressing = GZipMiddleware(app, minimum_size=_FROM_BYTES, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_plain = scope["type"] == "http" and is_of_others(Request(scope))
        await (self._plain if is_plain else self._compressing)(scope, receive, send)
