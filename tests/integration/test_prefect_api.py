"""The password of an installation's Prefect: made, kept, and sent to nobody else."""

from __future__ import annotations

from base64 import b64decode
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from models.private_files import HAS_MODES, mode_of
from onward.stack.prefect_api import (
    ADDRESS_VARIABLE,
    KEY_VARIABLE,
    PASSWORD_VARIABLE,
    address_file,
    api_of_stack,
    kept_password,
    known_api,
    password_file,
)

STACK, OTHER = "http://127.0.0.1:4200/api", "https://prefect.example/api"


def test_a_password_is_made_once_and_stays(tmp_path: Path) -> None:
    """A browser that has signed in stays so when the stack is started again."""
    home = tmp_path / "home"
    password = kept_password(home)

    assert kept_password(home) == password
    assert kept_password(tmp_path / "another") != password
    if HAS_MODES:
        assert [mode_of(each) for each in (home, home / "prefect")] == [0o700, 0o700]
        assert mode_of(password_file(home)) == 0o600
    assert [each.name for each in (home / "prefect").iterdir()] == ["password"]


@pytest.mark.parametrize("damaged", ["", "\n", "onward:", "short:secret"])
def test_what_is_no_password_never_opens_an_api(tmp_path: Path, damaged: str) -> None:
    """An empty one would let everybody in who sends an empty one."""
    kept_password(tmp_path)
    password_file(tmp_path).write_text(damaged, encoding="utf-8")

    assert len(kept_password(tmp_path)) > 32


@pytest.mark.skipif(not HAS_MODES, reason="Windows keeps its permissions elsewhere")
def test_a_password_that_others_could_read_is_replaced(tmp_path: Path) -> None:
    """Whoever has read it has nothing of it."""
    password = kept_password(tmp_path)
    password_file(tmp_path).chmod(0o644)

    assert kept_password(tmp_path) != password
    assert mode_of(password_file(tmp_path)) == 0o600


def test_the_password_of_a_stack_goes_to_that_stack_alone(tmp_path: Path) -> None:
    """A server that the environment names gets what the environment has for it, or nothing."""
    password = kept_password(tmp_path)
    assert known_api(tmp_path, {}) is None
    address_file(tmp_path).write_text(STACK, encoding="utf-8")

    ours = known_api(tmp_path, {PASSWORD_VARIABLE: "a:b"})
    open_one = known_api(tmp_path, {ADDRESS_VARIABLE: OTHER})
    closed_one = known_api(tmp_path, {ADDRESS_VARIABLE: OTHER, PASSWORD_VARIABLE: "a:b"})
    cloud = known_api(tmp_path, {ADDRESS_VARIABLE: OTHER, KEY_VARIABLE: "key"})

    assert ours is not None
    assert open_one is not None
    assert closed_one is not None
    assert cloud is not None
    assert (ours.address, b64decode(ours.authorization[6:]).decode()) == (STACK, password)
    assert (open_one.address, open_one.authorization) == (OTHER, "")
    assert (closed_one.address, closed_one.authorization) == (OTHER, "Basic YTpi")
    assert cloud.authorization == "Bearer key"
    assert ours.authorization not in repr(ours)


class BusyOnce(BaseHTTPRequestHandler):
    """A server whose database is busy at the first request that reaches it."""

    statuses: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        self.send_response(self.statuses.pop(0))
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


def test_a_patient_client_asks_again_while_the_database_is_busy() -> None:
    """Prefect on SQLite answers 503 then: what is deleted after an erasure is deleted all the same."""
    BusyOnce.statuses = [503, 204]
    with HTTPServer(("127.0.0.1", 0), BusyOnce) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with api_of_stack(f"http://127.0.0.1:{server.server_port}/api", "a").patient_client(
            5
        ) as api:
            assert api.get("/health").status_code == 204
        server.shutdown()
    assert BusyOnce.statuses == []
