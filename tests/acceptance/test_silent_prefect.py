"""A Prefect server that is started as docs/how-to/run.md says sends nothing out of the building."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.unused_ports import unused_port

_PATIENCE = 120
"""Seconds within which a server answers, and within which Prefect's telemetry speaks where it is on."""
_SILENT = ("ANALYTICS", "DO_NOT_TRACK")
_TELEMETRY = ("PREFECT_SERVER_ANALYTICS_ENABLED", "DO_NOT_TRACK", "CI")


def _server_block(project_root: Path) -> str:
    text = (project_root / "docs" / "how-to" / "run.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (found,) = [each for each in blocks if "prefect server start" in each]
    return str(found)


@contextmanager
def _way_out() -> Iterator[tuple[str, list[str]]]:
    """A proxy for everything that leaves the machine: it lets nothing through, and notes where to."""
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    heard.append(connection.recv(1000).split(b"\r\n")[0].decode())

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
        server.shutdown(socket.SHUT_RDWR)


def _settings(port: int) -> dict[str, Any]:
    """What the server says of its own settings."""
    signed = base64.b64encode(b"onward:trial").decode()
    asked = Request(
        f"http://127.0.0.1:{port}/api/admin/settings", headers={"Authorization": f"Basic {signed}"}
    )
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with urlopen(asked, timeout=5) as answer:
                return dict(json.load(answer))
        except (URLError, OSError):
            if time.monotonic() > until:
                raise
            threading.Event().wait(0.5)


@dataclass(frozen=True)
class _Started:
    """A server that was started so, and what it wanted to tell others until now."""

    settings: dict[str, Any]
    heard: list[str]


@contextmanager
def _started(block: str, folder: Path) -> Iterator[_Started]:
    folder.mkdir()
    (folder / "prefect-password").write_text("onward:trial")
    port = unused_port()
    with _way_out() as (proxy, heard):
        kept = {name: value for name, value in os.environ.items() if name not in _TELEMETRY}
        process = subprocess.Popen(
            ["sh", "-c", f"{block.rstrip()} --port {port}"],
            cwd=folder,
            env=kept
            | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
            | {"PREFECT_HOME": str(folder), "HTTPS_PROXY": proxy, "HTTP_PROXY": proxy}
            | {"https_proxy": proxy, "http_proxy": proxy, "NO_PROXY": "127.0.0.1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield _Started(_settings(port), heard)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


def _until_heard(heard: list[str]) -> None:
    until = time.monotonic() + _PATIENCE
    while not any("prefect.io" in each for each in heard) and time.monotonic() < until:
        threading.Event().wait(0.2)


@pytest.mark.skipif(os.name == "nt", reason="the page is for a shell")
def test_a_server_started_as_the_page_says_sends_nothing_to_others(
    project_root: Path, tmp_path: Path
) -> None:
    """Neither a heartbeat nor an advertisement; the way out notes every attempt.

    Another that is started afterwards, without the page's lines, has spoken by then: so the silence
    is the page's doing, and was long enough.
    """
    block = _server_block(project_root)
    lines = block.splitlines(keepends=True)
    talking = "".join(each for each in lines if not any(word in each for word in _SILENT))

    with (
        _started(block, tmp_path / "silent") as silent,
        _started(talking, tmp_path / "talking") as other,
    ):
        _until_heard(other.heard)

    assert other.settings["server"]["analytics_enabled"] is True
    assert any("prefect.io" in each for each in other.heard)
    assert silent.settings["server"]["analytics_enabled"] is False
    assert silent.settings["server"]["ui"]["show_promotional_content"] is False
    assert silent.heard == []
