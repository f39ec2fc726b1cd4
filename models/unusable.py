"""Explains why a database cannot be used and how to mend it: SQLite files, and PostgreSQL
servers.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

_PRIMARY = 0xFF
"""The lower byte of an error code is the primary code; the rest adds detail."""
_NOT_WRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def why_unusable(error: Exception, file: Path) -> str:
    """Where and why a database cannot be used; empty for any other fault."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", 0) & _PRIMARY
    if code in _NOT_WRITABLE:
        return (
            f"{file} cannot be written: whoever runs Onward must be allowed to write this file and"
            f" in its folder, also to look something up ({_who_may(file)})"
        )
    if code in _NO_ROOM:
        return (
            f"{file} cannot grow ({cause}): make room on its disk, or raise the limit to the size of"
            " a file, and do it again; what was recorded before is kept"
        )
    if code in _DAMAGED:
        return f"{file} is no database of Onward, or is damaged ({cause}): put your copy of it back"
    if code in _LOCKED:
        return f"{file} is held by another process: stop it, or try again when it is done"
    return ""


def why_away(error: Exception) -> str:
    """Why PostgreSQL does not answer; empty if it does. Names the server, never a value."""
    import psycopg  # only after a fault: SQLite does without it

    cause = error.orig if isinstance(error, DBAPIError) else error
    # It gives no code to what never reached it; 57 is a server that goes down.
    if not isinstance(cause, psycopg.OperationalError) or (cause.sqlstate or "57")[:2] != "57":
        return ""
    said = next(iter(str(cause).splitlines()), "no connection")
    return f"the database does not answer ({said}): what was recorded before is kept; try again"


def _who_may(file: Path) -> str:
    """Where to look first."""
    if not file.parent.is_dir():
        return f"there is no folder {file.parent}"
    if file.is_dir():
        return "it is a folder"
    return f"look at `ls -ld {file.parent} {file}`, and whether the disk is mounted to be read only"
