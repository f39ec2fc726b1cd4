"""Compression: on a poor line a page comes in a third of the time."""

from __future__ import annotations

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.cross_site import is_of_others

_LEVEL, _FROM_BYTES = 6, 500


class Compression:
    """Compresses what our own pages and programs ask for.

    Nothing is compressed for a page of another site: whoever reads the line learns the length of an answer, and a page
    that chooses words of the address could learn which of them occur elsewhere in the answer (BREACH).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressing = GZipMiddleware(app, minimum_size=_FROM_BYTES, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_plain = scope["type"] == "http" and is_of_others(Request(scope))
        await (self._plain if is_plain else self._compressing)(scope, receive, send)
