"""Processes of the pages, as docs/how-to/watch.md has them watched: each tells how it goes, on this machine, if it is asked to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from ruamel.yaml import YAML

from tests.desk import ROOT, Desk, Prepare
from tests.installations import AGENCIES, PATHWAY
from tests.outside import PATIENCE_SECONDS
from tests.unused_ports import unused_port

_PAGE = ROOT / "docs" / "how-to" / "watch.md"
_OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def prepare() -> Prepare:
    def prepared(desk: Desk) -> None:
        (desk.folder / "trial.yaml").write_text(PATHWAY, encoding="utf-8")
        desk.do("publish", str(desk.folder / "trial.yaml"))
        desk.load(AGENCIES)

    return prepared


@contextmanager
def _serving(desk: Desk, port: int, *words: str, **environment: str) -> Iterator[Path]:
    """A process of the pages, until the block ends; what it says."""
    said = desk.folder / f"{port}.log"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.serving", "--port", str(port), *words],
            cwd=ROOT,
            env={**os.environ, **desk.environment, **environment},
            stdout=output,
            stderr=output,
        )
        try:
            _wait_for(port, process, said)
            yield said
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def _wait_for(port: int, process: subprocess.Popen[bytes], said: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if _get(port, "/healthz").text == "ok":
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(said.read_text(encoding="utf-8", errors="replace"))


def _told(port: int) -> str:
    return _get(port, "/metrics").raise_for_status().text


def _get(port: int, path: str) -> httpx.Response:
    return httpx.get(f"http://localhost:{port}{path}", timeout=PATIENCE_SECONDS)


def test_several_processes_serve_one_installation_and_each_tells_of_its_own_requests(
    desk: Desk,
) -> None:
    """Whoever was let in by one is known to the other."""
    first, second, told_first, told_second = (unused_port() for _ in range(4))
    with ExitStack() as stack:
        stack.enter_context(_serving(desk, first, ONWARD_METRICS_PORT=str(told_first)))
        stack.enter_context(_serving(desk, second, "--metrics-port", str(told_second)))
        link = re.search(r"/in/\S+", desk.do("staff", "invite", "GH-ONE", "ama"))
        assert link
        with httpx.Client(headers=_OURS, timeout=PATIENCE_SECONDS) as browser:
            assert browser.post(f"http://localhost:{first}{link[0]}").status_code == 303
            page = browser.get(f"http://localhost:{second}/")
            assert (page.status_code, page.headers.get("server")) == (200, None)
        one, other = _told(told_first), _told(told_second)
        assert 'onward_requests_total{method="POST",route="/in/{token}",status="303"} 1.0' in one
        assert 'onward_requests_total{method="GET",route="/",status="200"} 1.0' in other
        assert 'route="/in/{token}"' not in other
        assert _get(first, "/metrics").status_code == 404
        assert link[0].split("/")[-1] not in one


def test_nothing_is_told_unless_it_is_asked_for_and_pages_do_without_it(
    desk: Desk, tmp_path: Path
) -> None:
    port, taken = unused_port(), unused_port()
    with (
        _serving(desk, port, ONWARD_METRICS_PORT=str(taken)),
        _serving(desk, other := unused_port(), ONWARD_METRICS_PORT=str(taken)) as said,
    ):
        assert _get(other, "/sign-in").status_code == 200
        assert f"nothing listens at 127.0.0.1:{taken}" in said.read_text(encoding="utf-8")
    with _serving(desk, port), pytest.raises(httpx.ConnectError):
        _told(taken)
    refused = desk.refused("cases", ONWARD_METRICS_PORT="yes")
    assert "ONWARD_METRICS_PORT" in refused


def test_the_guide_names_what_is_told(desk: Desk) -> None:
    """And its example for Prometheus can be read."""
    page = _PAGE.read_text(encoding="utf-8")
    port = unused_port()
    with _serving(desk, unused_port(), "--metrics-port", str(port)):
        told = _told(port)
    names = {*re.findall(r"\b(?:onward|process)_\w+", page)}
    assert names >= {"onward_requests_total", "onward_request_seconds_bucket"}
    assert {each for each in names if each not in told} == set()
    for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL):
        assert YAML(typ="safe").load(block)
