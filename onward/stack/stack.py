"""The embedded stack in one folder: a Prefect server on SQLite, a worker with its ticker, and the
agencies' pages.

    with kept_port() as port, Stack(port=port) as stack:
        print(stack.ui_url)
        stack.wait()

It stores everything in one folder, except Onward's records if these are in a database elsewhere.
Prefect's part of the folder is expendable: it is made again if deleted.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from casework.settings import Settings
from engine.errors import Coded
from engine.message import Message, message
from models.private_files import close_tree, make_folder, replace_file
from onward.spoken import say
from onward.stack.prefect_api import (
    LOCALHOST,
    address_file,
    api_of_stack,
    kept_password,
    stack_address,
)
from onward.stack.prefect_settings import past_the_proxy, prefect_settings, server_environment
from onward.stack.prefect_tables import make_tables
from onward.stack.supervision import Child
from portal.address import portal_file

HOME_VARIABLE = "ONWARD_HOME"
FIRST_PORT, PORTAL_PORT = 4200, 4280
_TRIES = 20
"""How many ports are tried if the first is taken."""
POOL = "cases"
BOARD = "cases-now"
"""The key of the page kept by `flows.board`; importing it from there would take a second."""
WORKER_MODULE = ("flows.worker_process", "--pool", POOL, "--name", "onward")
PORTAL_MODULE = ("portal.serving",)
WORKER_LIMIT = 4
START_SECONDS = 180.0
WATCH_SECONDS = 0.25
LEAST_MEGABYTES = 20
"""The minimum space for Prefect's database and the logs."""
ROOT = Path(__file__).parents[2]
_LOCALHOST = "localhost"
_LOCK = Path("prefect") / "stack.lock"

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class StackError(Coded):
    """The stack cannot start; the text says why, with the end of the log if a process failed."""


def home_folder(given: Path | None = None) -> Path:
    """The folder of this installation: as given, or from the settings."""
    return (given or Settings.read().home).expanduser().resolve()


def free_port(first: int = FIRST_PORT) -> int:
    """`first` if nobody listens there and no stack reserves it, otherwise any free port."""
    with _place(first) as place:
        return _port_of(place)


@contextmanager
def kept_port(wanted: int | None = None, usual: int = FIRST_PORT) -> Iterator[int]:
    """Reserve a port until the block ends: the one wanted or, if None, the usual or any free one.

    Raises:
        StackError: the port wanted is taken, or no port is free.
    """
    with _place(wanted or usual) as place:
        if wanted is not None and wanted != _port_of(place):
            raise _taken(wanted)
        yield _port_of(place)


def _taken(port: int) -> StackError:
    return StackError(message("stack.port_taken", port=port))


def _answers(port: int) -> bool:
    """Whether anybody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex((LOCALHOST, port)) == 0


def _place(first: int) -> socket.socket:
    """Reserve port `first` or, if it is taken, any free one. Closing the result releases the port.

    A server takes ten seconds to start listening, and until then two stacks that start together
    would both find the port free. So a stack also binds the UDP port with that number.
    """
    for port in (first, *[0] * _TRIES):
        place = socket.socket(type=socket.SOCK_DGRAM)
        with suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((LOCALHOST, port))
            place.bind(probe.getsockname())
            return place
        place.close()
    raise StackError(message("stack.no_port", machine=LOCALHOST))


def _port_of(place: socket.socket) -> int:
    return int(place.getsockname()[1])


class Stack:
    """Starts, supervises and stops the server, the worker and the agencies' pages.

    Args:
        home: the folder for everything it keeps; see `home_folder`.
        port: the port of Prefect's API and UI; see `kept_port`.
        portal_port: the port of the agencies' pages; none are served if left out.
        worker_limit: how many cases the worker drives at a time.
        environment: variables for the children, in addition to this process's own.
        progress: called with short sentences about what happens.
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        port: int,
        portal_port: int | None = None,
        worker_limit: int = WORKER_LIMIT,
        environment: Mapping[str, str] | None = None,
        progress: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self.home = home_folder(home)
        self.port = port
        self.ui_url = f"http://{LOCALHOST}:{self.port}"
        password = kept_password(self.home)
        self.api = api_of_stack(f"{self.ui_url}/api", password)
        self.environment = {
            **os.environ,
            **past_the_proxy(os.environ),
            HOME_VARIABLE: str(self.home),
            **prefect_settings(self.home, self.port, password),
            **(environment or {}),
        }
        """The variables that a process needs to be part of this installation."""
        self._report = progress
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        self._signals: dict[int, Any] = {}
        self.server = self._child(
            "server",
            ["prefect", "server", "start", "--host", LOCALHOST, "--port", str(self.port)],
            server_environment(self.environment, password),
            grace=10,
        )
        self.worker = self._child(
            "worker",
            [*WORKER_MODULE, "--limit", str(worker_limit)],
            self.environment,
            grace=20,
        )
        self.portal_url = f"http://{_LOCALHOST}:{portal_port}"
        """Not at Prefect's host name, since browsers share stored data between a host's ports."""
        self.portal: Child | None = None
        if portal_port is not None:
            asked = [*PORTAL_MODULE, "--port", str(portal_port)]
            self.portal = self._child("portal", asked, self.environment, grace=10)

    def __enter__(self) -> Self:
        for folder in (self.home / "prefect", self.home / "logs"):
            make_folder(folder)
            close_tree(folder)
        self._catch_signals()
        try:
            self._watcher = threading.Thread(target=self._watch, name="stack-watch", daemon=True)
            self._watcher.start()
            self._await_ready()
            replace_file(address_file(self.home), self.api.address)
            if self.portal:
                replace_file(portal_file(self.home), self.portal_url)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def wait(self) -> None:
        """Return when somebody asks the stack to stop: Ctrl-C, SIGTERM or `ask_to_stop`."""
        while not self._stopping.wait(1):
            pass

    @property
    def cases_url(self) -> str:
        """The address of the page *Cases now*: by its id or, before the page exists, by its key."""
        board = self._board()
        return f"{self.ui_url}/artifacts/{f'artifact/{board}' if board else f'key/{BOARD}'}"

    @property
    def asked_to_stop(self) -> bool:
        """Whether a stop was requested; loops that use the stack check it."""
        return self._stopping.is_set()

    def ask_to_stop(self) -> None:
        """Let `wait` return; safe in a signal handler and from another thread."""
        self._stopping.set()

    def stop(self) -> None:
        """Stop the pages, then the worker, then the server. Each has time to finish its work."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        for file in (address_file(self.home), portal_file(self.home)):
            file.unlink(missing_ok=True)
        if self.portal:
            self._progress(say("stack.stopping_portal"))
            self.portal.stop()
        self._progress(say("stack.stopping_worker"))
        self.worker.stop()
        self._progress(say("stack.stopping_prefect"))
        self.server.stop()
        for number, handler in self._signals.items():
            signal.signal(number, handler)
        self._signals.clear()

    def _progress(self, text: str) -> None:
        """Report progress. The listener may be gone, as with `onward up | head`; the stack then
        goes on, and stops cleanly.
        """
        with suppress(OSError):
            self._report(text)

    def _child(
        self, name: str, command: list[str], environment: Mapping[str, str], *, grace: float
    ) -> Child:
        return Child(
            name,
            command,
            environment=environment,
            folder=ROOT,
            logs=self.home / "logs",
            grace=grace,
        )

    def _watch(self) -> None:
        while not self._stopping.wait(WATCH_SECONDS):
            children = (self.server, self.worker, *([self.portal] if self.portal else []))
            for child in children:
                with suppress(OSError):  # the machine has no room for a process: try again later
                    if child.watch():
                        self._progress(say("stack.started_again", child=child.name))

    def _await_ready(self) -> None:
        if _answers(self.port):
            raise _taken(self.port)
        until = time.monotonic() + START_SECONDS
        self._progress(say("stack.starting_prefect"))
        make_tables(self.home)
        self.server.start()
        self._until(self._server_answers, until, self.server)
        self._progress(say("stack.starting_worker"))
        self.worker.start()
        self._until(self._worker_polls, until, self.worker)
        if self.portal:
            self._progress(say("stack.starting_portal"))
            self.portal.start()
            self._until(self._portal_answers, until, self.portal)
        self._progress(say("stack.ready", url=self.ui_url))

    def _until(self, ready: Callable[[], bool], until: float, child: Child) -> None:
        while not ready():
            if self._stopping.wait(WATCH_SECONDS):
                raise StackError(message("stack.stopped"))
            if time.monotonic() > until or child.restarts > 2:
                raise StackError(self._no_start(child))

    def _no_start(self, child: Child) -> Message:
        """Why a process does not start: the end of its log, and a note if the disk is full."""
        log, lines = str(child.log), f"\n{child.last_lines()}"
        left = shutil.disk_usage(self.home).free // 1_000_000
        if left >= LEAST_MEGABYTES:
            return message("stack.no_start", child=child.name, log=log, lines=lines)
        return message(
            "stack.no_room", child=child.name, home=str(self.home), left=left, log=log, lines=lines
        )

    def _server_answers(self) -> bool:
        """Whether our own server answers; our worker must not get another installation's runs."""
        is_ours = _answers(self.port) and self.server.listens_on(self.port)
        return is_ours and self._ask("GET", "/health") is not None

    def _portal_answers(self) -> bool:
        """Whether the portal answers under the name that browsers use; it knows no other name."""
        name = urlsplit(self.environment.get("ONWARD_PORTAL") or self.portal_url).netloc
        try:
            answer = httpx.get(
                f"{self.portal_url}/healthz",
                headers={"host": name},
                trust_env=False,
                verify=False,  # there is no TLS, and reading all certificates takes longer
            )
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK

    def _worker_polls(self) -> bool:
        """Whether the worker is running, has registered its deployments with Prefect, and has made
        the page *Cases now*.
        """
        online = self._ask("POST", f"/work_pools/{POOL}/workers/filter", {})
        deployed = online and self._ask("GET", "/deployments/name/drive-case/drive-case")
        return bool(deployed and self._board())

    def _board(self) -> str:
        """The id of the page *Cases now*; empty if there is none yet."""
        newest = {"sort": "CREATED_DESC", "limit": 1}
        found = self._ask(
            "POST", "/artifacts/filter", {"artifacts": {"key": {"any_": [BOARD]}}, **newest}
        )
        return str(found[0]["id"]) if found else ""

    def _ask(self, method: str, path: str, content: Any = None) -> Any:
        try:
            answer = self.api.ask(method, path, content)
        except httpx.TransportError:
            return None
        return answer.json() if answer.status_code == httpx.codes.OK else None

    def _catch_signals(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return

        def asked(_number: int, _frame: FrameType | None) -> None:
            self.ask_to_stop()

        for number in (signal.SIGINT, signal.SIGTERM):
            self._signals[number] = signal.signal(number, asked)


def refuse_second(home: Path) -> None:
    """Raise `StackError` if a stack is running in a folder. Creates nothing."""
    if (home / _LOCK).exists():
        with held(home):
            return


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Lock a folder until the block ends, since two stacks would share Prefect's database and the
    worker's name. However the process ends, the operating system releases the lock.

    Raises:
        StackError: another stack runs there.
    """
    make_folder((home / _LOCK).parent)
    handle = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _take(handle)
        except (BlockingIOError, PermissionError):
            address = (stack_address(home) or "").removesuffix("/api")
            if not address:
                raise StackError(message("stack.begins_or_stops", home=str(home))) from None
            raise StackError(message("stack.runs", home=str(home), address=address)) from None
        yield
    finally:
        os.close(handle)
