"""An address is tried before agencies depend on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.desk import Desk
from tests.integration.test_provider_answers import Provider


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.set_up()
    return made


@pytest.fixture(name="provider")
def _provider() -> Iterator[Provider]:
    with Provider() as provider:
        Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield provider
        provider.shutdown()


def test_an_address_that_works_says_so(desk: Desk, provider: Provider) -> None:
    """Given as an argument, or read, which keeps it out of the shell's history."""
    address = f"ntfy://127.0.0.1:{provider.server_port}/topic?mode=private"
    provider.body = b'{"id": "x1"}'
    taken = "sent: the service says that it took the message\n"

    assert desk.do("notices", "--try", address) == taken
    assert desk.do("notices", "--try", "-", typed=f"{address}\n") == taken


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, b"{}", "unknown address: the service knows nobody there"),
        (402, b"{}", "not configured: the address must name one recipient"),
        (503, b"{}", "transient: the service did not take the message now"),
        (400, b"{}", "permanent: the service refused the message"),
        (200, b"<html></html>", "answer not understood: it was not the service's"),
    ],
)
def test_an_address_that_does_not_work_says_what_the_answer_was_taken_for(
    desk: Desk, provider: Provider, status: int, body: bytes, said: str
) -> None:
    """With an exit code of 1, and without the address."""
    provider.status, provider.body = status, body
    address = f"json://127.0.0.1:{provider.server_port}/"

    done = desk.run("notices", "--try", address)

    assert done.returncode == 1
    assert done.stdout.startswith(said)
    assert address not in done.stdout + done.stderr


def test_a_service_outside_the_table_does_not_say(desk: Desk, provider: Provider) -> None:
    """So it is never called sent."""
    provider.body = b"ok"
    address = f"gotify://127.0.0.1:{provider.server_port}/token"

    said = desk.do("notices", "--try", address)

    assert said == "handed over; gotify does not say whether it was taken\n"
