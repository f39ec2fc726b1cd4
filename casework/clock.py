"""The time of an installation: the system clock, or a row that is advanced on request."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import func, select, update

from models.columns import table_of
from models.installation import Installation
from models.session import Store

_INSTALLATION = table_of(Installation)


class TimeSource(Protocol):
    """Gives the time at which things are recorded."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...

    def within(self, stored: datetime | None) -> datetime:
        """The same, for a caller that has already read the installation's row in this
        transaction.
        """
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def within(self, stored: datetime | None) -> datetime:
        return self.now()


class StoredClock:
    """A row of the database, shared by all processes, for demonstrations and rehearsals."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def now(self) -> datetime:
        with self._store.read() as connection:
            return self.within(connection.execute(select(_INSTALLATION.c.clock_at)).scalar())

    def within(self, stored: datetime | None) -> datetime:
        if stored is None:
            raise RuntimeError("the stored clock was never set")
        return stored

    def start(self, at: datetime) -> None:
        """Set the clock, unless it is already running."""
        self._set(func.coalesce(_INSTALLATION.c.clock_at, _in_utc(at)))

    def advance(self, to: datetime) -> None:
        """Move it forward; it never goes back."""
        later = func.max if self._store.kind == "sqlite" else func.greatest
        self._set(later(_INSTALLATION.c.clock_at, _in_utc(to)))

    def _set(self, value: object) -> None:
        with self._store.write() as connection:
            connection.execute(update(_INSTALLATION).values(clock_at=value))


def _in_utc(at: datetime) -> datetime:
    """SQLite stores no zone, and comparisons within a statement need one."""
    if at.tzinfo is None:
        raise ValueError("a clock needs a time zone")
    return at.astimezone(UTC)


def real_seconds() -> float:
    """Seconds since 1970 by the machine's clock, for leases: a dead process's claim expires even
    while a stored clock stands still.
    """
    return time.time()
