"""Caddy and nginx in front of the pages, set up as docs/how-to/portal.md says: what works through them, and what they write."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser

from casework.opening import open_case
from tests.installations import CANARY
from tests.outside import PATIENCE_SECONDS
from tests.principals import staff
from tests.proxies import NAME, Changed, Kind, Place, program, proxied
from tests.served_portal import Served, served_portal
from tests.unused_ports import unused_port

_OTHER_MACHINE = "203.0.113.77"
"""What a proxy of somebody else's has said of who is asking."""
_LINK, _NOTICE = "/in/not-for-any-log", "/n/7K2F-9QXM-1/nor-is-this"
_MORE_THAN_A_BUFFER, _TOO_LONG = 5_000, 100_000
"""How often the canary is sent at once: more than a server buffers by itself, more than it takes."""
_LARGE_BUFFER = "client_body_buffer_size 1m;"
_KEEPING: Mapping[str, Mapping[Kind, Changed]] = {
    "accesses": {
        Kind.CADDY: lambda set_up: set_up.replace("exclude http", "include http").replace(
            "reverse_proxy", "log\n    reverse_proxy"
        ),
        Kind.NGINX: lambda set_up: set_up.replace("access_log off;", ""),
    },
    "errors": {
        Kind.CADDY: lambda set_up: set_up.replace("exclude http", "include http"),
        Kind.NGINX: lambda set_up: set_up.replace("error_log /dev/null crit;", ""),
    },
}
"""Set-ups that write what they should not."""


class Proxied(NamedTuple):
    served: Served
    place: Place
    kind: Kind


def _client(place: Place, *, http2: bool = True) -> httpx.Client:
    """Says of itself what browsers and other proxies do."""
    return httpx.Client(
        http2=http2,
        timeout=PATIENCE_SECONDS,
        base_url=f"https://{NAME}:{place.https}",
        verify=ssl.create_default_context(cafile=str(place.certificate)),
        headers={"sec-fetch-site": "same-origin", "x-forwarded-for": _OTHER_MACHINE},
    )


@pytest.fixture(name="behind", scope="module", params=list(Kind))
def _behind(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxied]:
    kind: Kind = request.param
    program(kind)
    http, https = unused_port(), unused_port()
    address = f"https://{NAME}:{https}"
    with served_portal(tmp_path_factory.mktemp("home"), behind=address) as served:
        place = Place(tmp_path_factory.mktemp(kind.name), http, https, served.port)
        with proxied(kind, place):
            yield Proxied(served, place, kind)


def test_somebody_signs_in_takes_a_task_and_signs_out_through_it(
    behind: Proxied, browser: Browser
) -> None:
    served = behind.served
    code = open_case(served.onward, "adult_return", "CI", staff("CI-UCT", "desk-1")).code
    context = browser.new_context(ignore_https_errors=True, locale="en-GB")
    page = context.new_page()
    page.goto(served.link("CI-UCT"))
    page.locator("main button").click()
    (session,) = (each for each in context.cookies() if "session" in str(each.get("name")))
    assert session.get("name") == "__Host-session"
    assert (session.get("secure"), session.get("httpOnly")) == (True, True)
    page.locator(f"form[action='/cases/{code}/do/claim'] button").click()
    page.wait_for_url(f"{served.address}/cases/{code}/tasks/first_talk.1")
    said = page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol")
    assert said == "h2"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{served.address}/sign-in")
    context.close()


def test_what_a_browser_is_told_comes_through_it(behind: Proxied) -> None:
    with _client(behind.place) as client:
        page = client.get("/sign-in")
        assert page.http_version == "HTTP/2"
        assert page.headers["strict-transport-security"] == "max-age=31536000"
        assert page.headers["content-encoding"] == "gzip"
        assert page.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        foreign = client.get("/sign-in", headers={"host": "elsewhere.example"})
        assert "<form" not in foreign.text
        assert "Sign in" not in foreign.text
        for named in ("x-forwarded-host", "forwarded", "x-forwarded-proto"):
            answer = client.get("/", headers={named: "elsewhere.example"})
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_whoever_comes_without_tls_is_sent_to_it(behind: Proxied) -> None:
    answer = httpx.get(f"http://{NAME}:{behind.place.http}/in/none", timeout=PATIENCE_SECONDS)
    assert answer.is_redirect
    assert answer.headers["location"].startswith(f"https://{NAME}")


def test_what_is_too_long_is_refused(behind: Proxied) -> None:
    with _client(behind.place, http2=False) as client:
        assert client.post("/sign-out", content=b"a" * 1000).status_code == 303
        for length in (300_000, 2_000_000):  # for Onward, and for what stands before it
            assert _is_refused(client, length), length
        assert client.post("/sign-out", content=b"a" * 1000).status_code == 303


def _is_refused(client: httpx.Client, length: int) -> bool:
    """Who goes on sending may see the line closed before the answer is read."""
    try:
        answer = client.post("/sign-out", content=b"a" * length)
    except (httpx.RemoteProtocolError, httpx.WriteError, httpx.ReadError):
        return True
    return answer.status_code in (413, 502)


def test_it_writes_no_address_that_lets_in_and_nothing_that_was_sent(
    behind: Proxied, tmp_path: Path
) -> None:
    """Neither of what goes well nor of what fails; nor does Onward keep from where somebody came."""
    buffered = behind.place.buffered()
    _use_links(behind.place)
    assert _seen_in(behind.place.written()) == set()
    assert behind.place.buffered() == buffered
    assert _OTHER_MACHINE.encode() not in _records(behind.served)
    nowhere = _beside(tmp_path, unused_port())
    with proxied(behind.kind, nowhere):
        _use_links(nowhere)
    assert _seen_in(nowhere.written()) == set()


@pytest.mark.parametrize("kept", list(_KEEPING))
def test_a_set_up_that_writes_them_would_be_noticed(
    behind: Proxied, tmp_path: Path, kept: str
) -> None:
    port = unused_port() if kept == "errors" else behind.served.port
    place = _beside(tmp_path, port)
    with proxied(behind.kind, place, _KEEPING[kept][behind.kind]):
        _use_links(place)
    assert _seen_in(place.written()) >= {_LINK, _NOTICE}


def test_a_set_up_that_keeps_what_is_sent_in_files_would_be_noticed(
    behind: Proxied, tmp_path: Path
) -> None:
    if behind.kind is not Kind.NGINX:
        return  # Caddy has no such files
    place = _beside(tmp_path, behind.served.port)
    with proxied(behind.kind, place, lambda set_up: set_up.replace(_LARGE_BUFFER, "")):
        before = place.buffered()
        _use_links(place)
        assert place.buffered() != before


def _beside(folder: Path, port: int) -> Place:
    return Place(folder, unused_port(), unused_port(), port)


def _use_links(place: Place) -> None:
    """Open both links and send something by them, with TLS and without, and too much."""
    for link in (_LINK, _NOTICE):
        httpx.get(f"http://{NAME}:{place.http}{link}", timeout=PATIENCE_SECONDS)
        with _client(place, http2=False) as client:
            client.get(link)
            for times in (1, _MORE_THAN_A_BUFFER):
                client.post(link, content=CANARY.encode() * times)
            # It may be refused, and the connection closed, while it is still being sent.
            with suppress(httpx.NetworkError, httpx.RemoteProtocolError):
                client.post(link, content=CANARY.encode() * _TOO_LONG)


def _seen_in(written: bytes) -> set[str]:
    return {each for each in (_LINK, _NOTICE, CANARY, _OTHER_MACHINE) if each.encode() in written}


def _records(served: Served) -> bytes:
    """All files of the installation."""
    home = Path(served.onward.store.engine.url.database or "").parent
    files = [each for each in home.rglob("*") if each.is_file()]
    assert files
    return b"".join(each.read_bytes() for each in files)
