"""What time it is for an installation: the system's, or a row that moves when it is told to."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import func, select, update

from models.columns import table_of
from models.definitions import Installation
from models.session import Store

_INSTALLATION = table_of(Installation)


class TimeSource(Protocol):
    """Gives the moment at which things are recorded."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        ...

    def within(self, stored: datetime | None) -> datetime:
        """The same, for who has read the installation's row in this very transaction."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def within(self, stored: datetime | None) -> datetime:
        return self.now()


class StoredClock:
    """A row of the database, shared by all processes: for demonstrations and rehearsals."""

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
        """Set it, unless it runs already."""
        self._set(func.coalesce(_INSTALLATION.c.clock_at, _in_utc(at)))

    def advance(self, to: datetime) -> None:
        """Move it on; it never goes back."""
        later = func.max if self._store.kind == "sqlite" else func.greatest
        self._set(later(_INSTALLATION.c.clock_at, _in_utc(to)))

    def _set(self, value: object) -> None:
        with self._store.write() as connection:
            connection.execute(update(_INSTALLATION).values(clock_at=value))


def _in_utc(at: datetime) -> datetime:
    """SQLite keeps no zone: what is compared within a statement must be in one."""
    if at.tzinfo is None:
        raise ValueError("a clock needs a time zone")
    return at.astimezone(UTC)


def real_seconds() -> float:
    """Seconds since 1970 by the machine, for leases: a dead process's claim comes free even while
    a stored clock stands still."""
    return time.time()
