"""Supervises a child process: starts it, watches it, restarts it with back-off, and stops it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from models.private_files import PRIVATE_UMASK, make_file, make_folder

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""A child that lived this long was healthy, so its next restart is quick again."""
KEPT_LOG_BYTES = 10_000_000


class Child:
    """One supervised process.

    Args:
        name: what progress messages call it; its log file is `<name>.log` in `logs`.
        command: a Python module and its arguments.
        grace: seconds it may take to stop before it is killed.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        logs: Path,
        grace: float,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        self.restarts = 0
        self._command = [sys.executable, "-m", "onward.stack.child", *command]
        self._environment = dict(environment)
        self._folder = folder
        self._grace = grace
        self._elapsed = elapsed
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause = FIRST_PAUSE_SECONDS
        self._restart_at: float | None = None
        self._lock = threading.RLock()

    @property
    def pid(self) -> int | None:
        """The process id while the process runs; otherwise None."""
        alive = self._process is not None and self._process.poll() is None
        return self._process.pid if self._process is not None and alive else None

    def listens_on(self, port: int) -> bool:
        """Whether this process, rather than another one, listens on a port."""
        if (pid := self.pid) is None:
            return False
        try:
            connections = psutil.Process(pid).net_connections("tcp")
        except psutil.NoSuchProcess:
            return False
        return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in connections)

    def start(self) -> None:
        """Start the process in its own session, so that Ctrl-C reaches only the stack, which stops
        everything in order.
        """
        make_folder(self.log.parent)
        if self.log.exists() and self.log.stat().st_size > KEPT_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        make_file(self.log)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=PRIVATE_UMASK,
            )
        self._started_at = self._elapsed()
        self._restart_at = None

    def watch(self) -> bool:
        """Restart the process if it has died and its back-off is over. Returns whether it was
        restarted.
        """
        if not self._lock.acquire(blocking=False):
            return False
        try:
            return self._restart_if_dead()
        finally:
            self._lock.release()

    def _restart_if_dead(self) -> bool:
        if self._process is None or self._process.poll() is None:
            return False
        now = self._elapsed()
        if self._restart_at is None:
            steady = now - self._started_at >= STEADY_SECONDS
            self._pause = FIRST_PAUSE_SECONDS if steady else self._pause
            self._restart_at = now + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        if now < self._restart_at:
            return False
        self.restarts += 1
        self._close_pipe()
        self.start()
        return True

    def stop(self) -> None:
        """Ask the process to stop, and kill it if it does not stop within its `grace`."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(self._grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close_pipe()
        self._process = None

    @contextmanager
    def held_down(self) -> Iterator[None]:
        """Keep the process stopped during the block, for work on its files. Afterwards it is
        started again, unless the block raised an error.
        """
        with self._lock:
            self.stop()
            yield
            self.start()

    def last_lines(self, count: int = 5) -> str:
        """The last `count` lines of the process's log, for an error message; empty if there is no
        log. A traceback is reduced to the line with its error.
        """
        if not self.log.exists():
            return ""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        lines = [line for line in text.splitlines() if line[:1].strip() and "Traceback" not in line]
        return "\n".join(lines[-count:])

    def _close_pipe(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
