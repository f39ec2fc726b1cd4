"""Answers requests for the portal's own host only, so that no page is made for a name that somebody
else chose.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.errors import Refusal
from portal.api import problems
from portal.api.app import PATH as FOR_PROGRAMS
from portal.readers import language_of
from wording import sentences


class OwnHost:
    """Refuses requests whose `Host` differs from that of the address, which it names instead.

    Starlette's own middleware for this splits at the first colon, and so knows no IPv6 address.
    """

    def __init__(self, app: ASGIApp, address: str) -> None:
        self._app, self._own = app, _name(urlsplit(address).netloc)
        self._refusal = Refusal("wrong_host", address=address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _name(Headers(scope=scope).get("host", "")) != self._own:
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


_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]]+)(:[0-9]+)?")


def _name(host: str) -> str:
    """The name in a `Host`, without its port; empty if it is not a valid host."""
    found = _HOST.fullmatch(host)
    return found["name"].lower() if found else ""
