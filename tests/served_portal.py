"""A portal that a browser can reach, with the library's pathway and made-up staff."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import uvicorn

from casework import publishing, sign_in_links
from casework.bootstrap import connect
from casework.context import Onward
from casework.installation_clock import SystemClock, TimeSource
from casework.registering import put_in_place
from casework.settings import Settings
from engine.agencies.file import load_registry
from engine.agencies.registry import Agency
from notifiers.memory import MemoryChannel
from onward.authoring.pathway_files import beside_of, files_of_library
from onward.demonstration.made_up_staff import with_staff
from portal.app import application
from portal.asked import Portal
from tests.installations import addresses
from tests.principals import OPERATOR

LIBRARY = Path(__file__).parents[1] / "pathways" / "west_africa"
COORDINATING = "CI-UCT"
"""The agency whose first desk coordinates pathways."""
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
SYSTEM = SystemClock()
_A_MOMENT = 0.02


class Served:
    """Where it is, and how somebody is let in."""

    def __init__(self, onward: Onward, address: str, time: TimeSource, port: int) -> None:
        self.onward, self.address, self.time, self.port = onward, address, time, port

    def link(self, agency: str, desk: str = "desk-1") -> str:
        now = self.time.now()
        return f"{self.address}/in/{sign_in_links.invite(self.onward, agency, desk, OPERATOR, now)}"


@contextmanager
def served_portal(
    home: Path,
    *,
    at: datetime = MONDAY,
    time: TimeSource = SYSTEM,
    first: Sequence[Agency] = (),
    training: bool = True,
    behind: str = "",
) -> Iterator[Served]:
    """An installation whose agencies have nine desks each, served on a free port.

    Args:
        time: by which sessions last.
        first: agencies that are asked before those of the library, without desks.
        training: nobody is real, so that a link alone lets somebody in.
        behind: the address of a proxy in front of it, which browsers use.
    """
    settings = Settings(home=home, clock="stored", clock_starts=at)
    with closing(connect(settings, channel=MemoryChannel(), training=training)) as onward:
        loaded = load_registry((LIBRARY / "agencies.yaml").read_text(), "agencies.yaml")
        agencies = (*first, *with_staff(loaded, COORDINATING).registry.agencies)
        registry = msgspec.structs.replace(loaded.registry, agencies=agencies)
        put_in_place(onward, msgspec.structs.replace(loaded, registry=registry), OPERATOR)
        pathway = LIBRARY / "adult_return.yaml"
        ready = publishing.ready(
            pathway.read_text(), str(pathway), files_of_library(pathway), beside_of
        )
        publishing.publish(onward, ready, OPERATOR)
        with closing(socket.socket()) as place:
            place.bind(("127.0.0.1", 0))
            port = place.getsockname()[1]
            address = behind or f"http://localhost:{port}"
            reached = addresses(*(f"{each.code} email" for each in agencies))
            known = replace(onward, portal=address, addresses=reached)
            with _serving(known, address, place, time):
                yield Served(known, address, time, port)


@contextmanager
def _serving(
    onward: Onward, address: str, place: socket.socket, clock: TimeSource
) -> Iterator[None]:
    portal = Portal(onward=onward, time=clock, address=address)
    server = uvicorn.Server(uvicorn.Config(application(portal), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [place]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the portal did not start: its log says why"
        time.sleep(_A_MOMENT)
    yield
    server.should_exit = True
    thread.join()
