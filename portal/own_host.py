"""Answers requests for the portal's own host only, so that no page is made for a name that somebody
else chose.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class OwnHost:
    """Refuses requests whose `Host` differs from that of the address.

    Starlette's own middleware for this splits at the first colon, and so knows no IPv6 address.
    """

    def __init__(self, app: ASGIApp, address: str) -> None:
        self._app, self._own = app, _name(urlsplit(address).netloc)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _name(Headers(scope=scope).get("host", "")) != self._own:
            refused = PlainTextResponse("Invalid host header", status_code=400)
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)


_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]]+)(:[0-9]+)?")


def _name(host: str) -> str:
    """The name in a `Host`, without its port; empty if it is not a valid host."""
    found = _HOST.fullmatch(host)
    return found["name"].lower() if found else ""
