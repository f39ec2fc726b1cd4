"""Connections that one test after another uses.

PostgreSQL begins a process for each, which has to learn of every table that it is asked for: a third of what it
does for most tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg.pq import ExecStatus, PipelineStatus, TransactionStatus

_IDLE: dict[str, list[psycopg.Connection]] = {}
"""Those that nobody uses, by the name of a database."""
_ASKED: WeakKeyDictionary[psycopg.Connection, Mapping[str, Any]] = WeakKeyDictionary()
"""How each was asked for."""
_AS_NEW = b"RESET ALL; SELECT pg_advisory_unlock_all()"


@contextmanager
def kept_to(database: str) -> Iterator[None]:
    """Meanwhile a connection to it that a store closes is given to the next one that asks for the like."""
    _IDLE[database] = []
    try:
        yield
    finally:
        close_all(database)
        del _IDLE[database]


def close_all(database: str) -> None:
    """Those that nobody uses: as long as there is one, the database cannot be copied."""
    for each in _IDLE.get(database, ()):
        each.close()
    _IDLE.get(database, []).clear()


def idle(database: str) -> list[int]:
    """The processes of the server behind those that nobody uses."""
    return [each.info.backend_pid for each in _IDLE[database]]


def again(asked: Mapping[str, Any]) -> psycopg.Connection | None:
    """One that was asked for in the same way, and still answers."""
    waiting = _IDLE.get(asked.get("dbname", ""), [])
    while waiting:
        found = waiting.pop()
        if not found.closed and _ASKED[found] == asked and _is_as_new(found):
            return found
        found.close()
    return None


def _is_as_new(connection: psycopg.Connection) -> bool:
    """Whether it answers, and keeps nothing of what was set."""
    return connection.pgconn.exec_(_AS_NEW).status == ExecStatus.TUPLES_OK


def note(connection: psycopg.Connection, asked: Mapping[str, Any]) -> None:
    """How it was asked for."""
    if asked.get("dbname") in _IDLE:
        _ASKED[connection] = dict(asked)


def is_kept(connection: psycopg.Connection) -> bool:
    """Whether it can be used again, and now is idle."""
    asked = _ASKED.get(connection)
    if asked is None or asked["dbname"] not in _IDLE or not _is_at_rest(connection):
        return False
    connection.autocommit, connection.isolation_level = False, None
    _IDLE[asked["dbname"]].append(connection)
    return True


def _is_at_rest(connection: psycopg.Connection) -> bool:
    status = connection.pgconn
    return (status.transaction_status, status.pipeline_status) == (
        TransactionStatus.IDLE,
        PipelineStatus.OFF,
    )
