"""A program of an agency, as it calls the interface of an installation in a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any

import anyio
import httpx

from casework import systems
from casework.authority import Right
from casework.context import Onward
from portal.api.app import PATH
from portal.app import application
from tests.portals import ADDRESS, RealTime, portal_of
from tests.principals import OPERATOR

BOTH = (Right.READ, Right.ACT)
LASTS = timedelta(days=30)


class Program:
    """Shows a token with each request, and makes up a key where none is given."""

    def __init__(
        self,
        onward: Onward,
        agency: str,
        *rights: Right,
        name: str = "records",
        time: RealTime | None = None,
    ) -> None:
        self.time = time or RealTime()
        self.token = systems.make(
            onward, agency, name, rights or BOTH, LASTS, OPERATOR, self.time.now()
        )
        self.app = application(portal_of(onward, self.time))
        self._keys = count(1)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, sent: Any = None, key: str = "", **headers: str) -> httpx.Response:
        named = {"Idempotency-Key": key or f"key-{next(self._keys)}"} | headers
        return self.ask("POST", path, headers=named, json=sent or {})

    def do(self, code: str, act: str, key: str = "", **sent: Any) -> httpx.Response:
        return self.post(f"/cases/{code}/acts/{act}", sent, key)

    def ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        shown = {"Authorization": f"Bearer {self.token}"}
        named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
                return await client.request(method, f"{PATH}{path}", headers=shown | named, **more)

        return anyio.run(send)


def reason(answer: httpx.Response) -> str:
    """Why something was refused, as programs read it."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    found = answer.json()
    assert found["status"] == answer.status_code
    return str(found["type"]).removeprefix("urn:onward:")
