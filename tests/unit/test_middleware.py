"""The portal answers under its own name alone, and each response has its headers."""

from __future__ import annotations

import anyio
import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from portal.middleware import HEADERS, HeadersOfAll, OwnHost


def _get(app: ASGIApp, address: str, host: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return await client.get(address, headers={"host": host})

    return anyio.run(ask)


def _status(address: str, host: str) -> int:
    app = OwnHost(PlainTextResponse("a page"), address)
    return _get(app, "http://there.example/", host).status_code


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


@pytest.mark.parametrize(
    ("path", "status", "kept"),
    [
        ("/static/look.css", 200, "public, max-age=31536000, immutable"),
        ("/static/look.css", 304, "public, max-age=31536000, immutable"),
        ("/static/look.css", 404, "no-store"),
        ("/sign-in", 200, "no-store"),
    ],
)
def test_only_files_that_are_there_may_be_kept(path: str, status: int, kept: str) -> None:
    """A file's address changes with its content; a page has somebody's work on it."""
    app = HeadersOfAll(PlainTextResponse("", status), is_secure=False, for_good="/static/")
    said = _get(app, f"http://there.example{path}", "there.example").headers
    assert said["cache-control"] == kept


def test_what_a_response_says_itself_stands() -> None:
    """A sign-in page names no address, not even to us; of all else it has what every page has."""
    own = PlainTextResponse("a page", headers={"referrer-policy": "strict-origin"})
    app = HeadersOfAll(own, is_secure=True, for_good="/static/")
    said = _get(app, "http://there.example/in", "there.example").headers
    expected = {**HEADERS, "referrer-policy": "strict-origin"}
    assert expected.items() <= said.items()
    assert said["strict-transport-security"] == "max-age=31536000"
