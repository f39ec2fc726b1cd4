"""Processes of the pages, as docs/how-to/watch.md has them watched: each tells how it goes, on this machine, if it is asked to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import psutil
import pytest
from ruamel.yaml import YAML

from tests.acceptance.conftest import Copy
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


class Process(NamedTuple):
    """One of the pages."""

    pid: int
    port: int
    said: Path


@contextmanager
def _serving(desk: Desk, *words: str, **environment: str) -> Iterator[Process]:
    """A process of the pages, until the block ends."""
    port = unused_port()
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
            yield Process(process.pid, port, said)
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


class Told(NamedTuple):
    """An installation with a process of its pages that tells how it goes."""

    desk: Desk
    port: int
    told: int
    """The port at which it tells that."""


@pytest.fixture(name="first", scope="module")
def _first(copy: Copy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """To start one takes longer than what is asked of it here: one for all tests."""
    told = unused_port()
    with (
        copy(tmp_path_factory.mktemp("first")) as desk,
        _serving(desk, ONWARD_METRICS_PORT=str(told)) as process,
    ):
        yield Told(desk, process.port, told)


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
    # Without TLS nothing is verified, and to read all trusted certificates takes longer than an answer.
    address = f"http://localhost:{port}{path}"
    return httpx.get(address, timeout=PATIENCE_SECONDS, verify=False)


def test_several_processes_serve_one_installation_and_each_tells_of_its_own_requests(
    first: Told,
) -> None:
    """Whoever was let in by one is known to the other."""
    told = unused_port()
    with _serving(first.desk, "--metrics-port", str(told)) as second:
        link = re.search(r"/in/\S+", first.desk.do("staff", "invite", "GH-ONE", "ama"))
        assert link
        with httpx.Client(headers=_OURS, timeout=PATIENCE_SECONDS) as browser:
            assert browser.post(f"http://localhost:{first.port}{link[0]}").status_code == 303
            page = browser.get(f"http://localhost:{second.port}/")
            assert (page.status_code, page.headers.get("server")) == (200, None)
        one, other = _told(first.told), _told(told)
    assert 'onward_requests_total{method="POST",route="/in/{token}",status="303"} 1.0' in one
    assert 'onward_requests_total{method="GET",route="/",status="200"} 1.0' in other
    assert 'route="/in/{token}"' not in other
    assert _get(first.port, "/metrics").status_code == 404
    assert link[0].split("/")[-1] not in one


def test_nothing_is_told_unless_it_is_asked_for_and_pages_do_without_it(first: Told) -> None:
    with _serving(first.desk, ONWARD_METRICS_PORT=str(first.told)) as other:
        assert _get(other.port, "/sign-in").status_code == 200
        said = other.said.read_text(encoding="utf-8")
        assert f"nothing listens at 127.0.0.1:{first.told}" in said
    with _serving(first.desk) as silent:
        assert _listens_at(silent) == {silent.port}
    refused = first.desk.refused("cases", ONWARD_METRICS_PORT="yes")
    assert "ONWARD_METRICS_PORT" in refused


def _listens_at(process: Process) -> set[int]:
    found = psutil.Process(process.pid).net_connections("tcp")
    return {each.laddr.port for each in found if each.status == psutil.CONN_LISTEN}


def test_the_guide_names_what_is_told(first: Told) -> None:
    """And its example for Prometheus can be read."""
    page = _PAGE.read_text(encoding="utf-8")
    told = _told(first.told)
    names = {*re.findall(r"\b(?:onward|process)_\w+", page)}
    assert names >= {"onward_requests_total", "onward_request_seconds_bucket"}
    assert {each for each in names if each not in told} == set()
    for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL):
        assert YAML(typ="safe").load(block)
