"""What stands around every page: headers, the portal's own host, HEAD as GET, compression."""

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
    # Not `no-referrer`, with which a browser hides from us which of our pages has sent a form.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
"""Headers of every response: what a page may load, and what others learn of it."""
_KEPT_BY_NOBODY, _KEPT_FOR_GOOD = "no-store", "public, max-age=31536000, immutable"
# A browser that asks whether its file is still good takes over the headers of the answer.
_GOOD = frozenset({HTTPStatus.OK, HTTPStatus.NOT_MODIFIED})
_LEVEL, _FROM_BYTES = 6, 500
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]]+)(:[0-9]+)?")


def put_headers(headers: MutableHeaders, is_secure: bool) -> None:
    """Put on what every response says, unless it says otherwise itself. Nobody caches it."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", _KEPT_BY_NOBODY)
    if is_secure:
        headers.setdefault("strict-transport-security", "max-age=31536000")


def name_no_address(response: Response) -> None:
    """Makes browsers send our origin and not the address, even to us, so that a form still says
    where it comes from.
    """
    response.headers["referrer-policy"] = "strict-origin"


class HeadersOfAll:
    """Puts its headers on every response.

    Args:
        for_good: the beginning of addresses of files, which change with their content.
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
    """Refuses requests whose `Host` differs from that of the address, which it names instead, so that
    no page is made for a name that somebody else chose.

    Starlette's own middleware for this splits at the first colon, and so knows no IPv6 address.
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
        """In plain text, since a browser would not be given what a page loads either."""
        if request.scope["path"].startswith(f"{FOR_PROGRAMS}/"):
            return problems.answer(request, self._refusal)
        text = sentences.told(self._refusal, language_of(request, ""), on_page=True)
        return PlainTextResponse(f"{text[:1].upper()}{text[1:]}\n", 400)


def _name_in(host: str) -> str:
    """The name in a `Host`, without its port; empty if it is not a valid host."""
    found = _HOST.fullmatch(host)
    return found["name"].lower() if found else ""


class HeadOfPages:
    """Answers a HEAD request for a page as GET is answered whoever is not signed in, without the page.

    Link checkers and mail scanners ask so. Without cookies nothing is done for them: no look is
    recorded, no session goes on or ends.

    Args:
        others: the beginnings of addresses that are no pages.
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
        scope["route"] = asked.get("route")  # by which requests are counted


def _without(headers: list[tuple[bytes, bytes]], name: bytes) -> list[tuple[bytes, bytes]]:
    return [each for each in headers if each[0].lower() != name]


class Compression:
    """Compresses what our own pages and programs ask for: on a poor line a page comes in a third of
    the time.

    Nothing is compressed for a page of another site: whoever reads the line learns the length of an answer, and a page
    that chooses words of the address could learn which of them occur elsewhere in the answer (BREACH).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressing = GZipMiddleware(app, minimum_size=_FROM_BYTES, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_plain = scope["type"] == "http" and is_of_others(Request(scope))
        await (self._plain if is_plain else self._compressing)(scope, receive, send)
