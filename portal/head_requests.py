"""Answers a HEAD request for a page as GET is answered whoever is not signed in, without the page.

Link checkers and mail scanners ask so. Without cookies nothing is done for them: no look is recorded, no session goes on
or ends.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadOfPages:
    """Asks for the page without cookies, and sends its headers alone.

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
