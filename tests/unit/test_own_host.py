"""The portal answers under its own name alone."""

from __future__ import annotations

import anyio
import httpx
import pytest
from starlette.responses import PlainTextResponse

from portal.own_host import OwnHost


def _status(address: str, host: str) -> int:
    async def ask() -> int:
        app = OwnHost(PlainTextResponse("a page"), address)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            answer = await client.get("http://there.example/", headers={"host": host})
        return answer.status_code

    return anyio.run(ask)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("http://localhost:4280", "localhost:4280"),
        ("https://onward.example", "Onward.Example"),
        ("https://[::1]", "[::1]"),
        ("https://[2001:DB8::1]:8443", "[2001:db8::1]:8443"),
        ("https://192.0.2.1", "192.0.2.1:443"),
    ],
)
def test_a_page_is_shown_under_the_address_of_the_portal(address: str, host: str) -> None:
    assert _status(address, host) == 200


@pytest.mark.parametrize("address", ["http://localhost:4280", "https://[::1]"])
@pytest.mark.parametrize(
    "host",
    [
        "",
        "elsewhere.example",
        "localhost.elsewhere.example",
        "elsewhere.example@localhost",
        "localhost/elsewhere",
        "localhost:4280:1",
        "[::2]",
        "[::1",
        "::1",
        "[::1]elsewhere.example",
    ],
)
def test_under_any_other_there_is_none(address: str, host: str) -> None:
    assert _status(address, host) == 400
