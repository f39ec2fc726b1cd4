"""Explains why a database cannot be used and how to mend it: SQLite files, and PostgreSQL
servers.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from engine.message import Message, message

_PRIMARY = 0xFF
"""The lower byte of an error code is the primary code; the rest adds detail."""
_NOT_WRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def why_unusable(error: Exception, file: Path) -> Message | None:
    """Where and why an SQLite file cannot be used; None for a fault that is not the file's."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", 0) & _PRIMARY
    if code in _NOT_WRITABLE:
        return message("store.not_writable", file=str(file), look=_who_may(file))
    if code in _NO_ROOM:
        return message("store.no_room", file=str(file), why=str(cause))
    if code in _DAMAGED:
        return message("store.damaged", file=str(file), why=str(cause))
    if code in _LOCKED:
        return message("store.locked", file=str(file))
    return None


def why_away(error: Exception) -> Message | None:
    """Why PostgreSQL does not answer; None for any other fault. Names the server, never a value."""
    import psycopg  # loaded only after a fault, and not needed for SQLite

    cause = error.orig if isinstance(error, DBAPIError) else error
    # There is no code if the server was never reached; 57 means that it is shutting down.
    if not isinstance(cause, psycopg.OperationalError) or (cause.sqlstate or "57")[:2] != "57":
        return None
    said = next(iter(str(cause).splitlines()), "no connection")
    return message("store.away", why=said)


def _who_may(file: Path) -> Message:
    """Advice on what to check first if the file cannot be opened or written."""
    if not file.parent.is_dir():
        return message("store.no_folder", folder=str(file.parent))
    if file.is_dir():
        return message("store.is_folder")
    return message("store.look_at", folder=str(file.parent), file=str(file))
