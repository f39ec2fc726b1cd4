"""Leases: which process holds a piece of work for some seconds, and whether it is still alive.

A lease names its process, so that on the same machine a killed holder is noticed at once. When in
doubt, the holder counts as alive, and the lease expires by itself.
"""

from __future__ import annotations

import hashlib
import os
import socket
from functools import cache, lru_cache
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from models.as_stored import readable_rows

_PROC = Path("/proc")


def me() -> str:
    """This process as named in a lease: host, place, process id and start time, joined by colons."""
    return _named(os.getpid())


@lru_cache(maxsize=1)
def _named(pid: int) -> str:
    """The name of a live process of this machine. Cached, because its start time does not
    change.
    """
    return f"{socket.gethostname()[:30]}:{_place()}:{pid}:{_started(pid) or ''}"


def free(
    connection: Connection, table: Table, among: ColumnElement[bool], real: float
) -> ColumnElement[bool]:
    """The condition for rows that nobody holds: the lease has expired, or its process has died.

    Args:
        among: the rows that matter; only their holders are checked.
        real: seconds since 1970.
    """
    held = select(table.c.lease_by).where(among, table.c.lease_until > real).distinct()
    named, _ = readable_rows(connection, held)  # others simply expire
    dead = [row.lease_by for row in named if is_dead(row.lease_by)]
    # If another process takes a row meanwhile, the row names that live process, so it is taken only
    # once.
    return or_(table.c.lease_until <= real, table.c.lease_by.in_(dead))


def is_dead(holder: str | bytes) -> bool:
    """Whether the process that a lease names ran on this machine and is certainly gone."""
    if not isinstance(holder, str):  # SQLite may hold bytes in a text column
        return False
    place, _, rest = holder.partition(":")[2].partition(":")
    pid, _, started = rest.partition(":")
    if not place or place != _place() or not started or not pid.isdecimal():
        return False
    found = _started(int(pid))
    return found != started if found is not None else _is_gone(int(pid))


def _is_gone(pid: int) -> bool:
    """Whether no process has this id. A process of another user may not be signalled, but exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _started(pid: int) -> str | None:
    """When a process started; empty for a zombie; None if the process's entry cannot be read. It is
    counted in clock ticks since the machine started, so setting the time does not change it.
    """
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return "" if fields[0] in "ZX" else fields[19]


@cache
def _place() -> str:
    """Identifies one boot of a machine and one process namespace, since containers have their
    own. Empty if unknown; then no lease is taken over early.
    """
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text()
        space = os.readlink(_PROC / "self/ns/pid")
    except OSError:
        return ""
    return hashlib.sha256(f"{socket.gethostname()} {boot} {space}".encode()).hexdigest()[:16]
