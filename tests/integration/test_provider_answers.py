"""What each provider answers decides the fate of a notice: real plugins, and answers over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from pydantic import SecretStr

from notifiers.apprise_channel import AppriseChannel
from notifiers.base import ChannelFault, DeliveryError, Recipient, Rendered

KEPT = json.loads((Path(__file__).parents[1] / "provider_answers" / "answers.json").read_text())
MESSAGE = Rendered(subject="Onward 7K2F-9QXM-12", body="A task is waiting.", language="en")
PAGE = b"<!DOCTYPE html><html><body>Sign in to this network</body></html>"
SERVICES = [each for each in KEPT if each["source"] != "outside the table"]


class Provider(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status, self.body, self.kind = 200, b"", "application/json"
        self.cuts = False


class _Answer(BaseHTTPRequestHandler):
    server: Provider

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.cuts:
            return
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.kind)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    do_POST = do_PUT = do_GET = _answer

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture(name="provider")
def _provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with Provider() as provider:
        Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.01}).start()
        prepared = requests.PreparedRequest.prepare_url

        def here(self: requests.PreparedRequest, url: Any, params: Any) -> None:
            prepared(self, url, params)
            assert self.url
            path = self.url.partition("://")[2].partition("/")[2]
            self.url = f"http://127.0.0.1:{provider.server_port}/{path}"

        monkeypatch.setattr(requests.PreparedRequest, "prepare_url", here)
        yield provider
        provider.shutdown()


def fate(provider: Provider, url: str) -> str:
    address = SecretStr(url.replace("{port}", str(provider.server_port)))
    to = Recipient(agency="NG-NAPTIP", channel="sms", address=address)
    try:
        says_so = AppriseChannel(timeout_seconds=10).send(to, MESSAGE, "7K2F-9QXM-12")
    except DeliveryError as error:
        return str(error.kind)
    return "sent" if says_so else "handed over"


@pytest.mark.parametrize(
    ("url", "status", "body", "expected"),
    [(each["url"], *answer) for each in KEPT for answer in each["answers"]],
)
def test_a_notice_has_the_fate_that_the_provider_told(
    provider: Provider, url: str, status: int, body: object, expected: str
) -> None:
    """Its own code before the status, and never what the messaging library believes."""
    provider.status, provider.body = status, json.dumps(body).encode()

    assert fate(provider, url) == expected


@pytest.mark.parametrize("url", [each["url"] for each in SERVICES])
@pytest.mark.parametrize("status", [200, 201])
def test_a_page_in_place_of_an_answer_is_never_sent(
    provider: Provider, url: str, status: int
) -> None:
    """As from a proxy or a captive portal: tried again, and said so."""
    provider.status, provider.body, provider.kind = status, PAGE, "text/html"

    assert fate(provider, url) == ChannelFault.NOT_UNDERSTOOD


@pytest.mark.parametrize("url", [each["url"] for each in SERVICES if "matrix" not in each["url"]])
def test_a_request_that_is_cut_after_it_was_written_may_have_been_taken(
    provider: Provider, url: str
) -> None:
    """Its own outcome, since the reader may get the notice twice."""
    provider.cuts = True

    assert fate(provider, url) == ChannelFault.CUT


def test_a_service_outside_the_table_is_handed_over(provider: Provider) -> None:
    """Nobody knows what its success means."""
    provider.body = b"ok"

    assert fate(provider, "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/") == "handed over"


@pytest.mark.parametrize("path", ["", "no-number", "15550000002/15550000003"])
def test_an_infobip_address_names_one_number(provider: Provider, path: str) -> None:
    """Anything else is not configured, and nothing is asked of the provider."""
    provider.status = 500

    assert fate(provider, f"infobip://key@base.example/{path}") == ChannelFault.NOT_CONFIGURED
    assert fate(provider, "infobip://base.example/15550000002") == ChannelFault.NOT_CONFIGURED
    assert fate(provider, "infobip://key@base.example/15550000002") == ChannelFault.TRANSIENT
