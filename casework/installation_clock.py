"""The time of an installation: the system clock, or a row that is advanced on request."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import select, update

from models.columns import table_of
from models.installation import Installation
from models.prepared import first_row
from models.proof import Proof, encoded
from models.session import Store

_INSTALLATION = table_of(Installation)
_STANDS_AT = select(_INSTALLATION.c.clock_at)
_HELD = _STANDS_AT.with_for_update()


class TimeSource(Protocol):
    """Gives the time at which things are recorded."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...

    def within(self, stored: datetime | None) -> datetime:
        """The time, for a caller that has already read the installation's row in this transaction;
        `stored` is the stored clock in that row.
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

    def __init__(self, store: Store, proof: Proof) -> None:
        self._store, self._proof = store, proof

    def now(self) -> datetime:
        with self._store.read() as connection:
            row = first_row(connection, _STANDS_AT, {})
        return self.within(row and row.clock_at)

    def within(self, stored: datetime | None) -> datetime:
        if stored is None:
            raise RuntimeError("the stored clock was never set")
        return stored

    def start(self, at: datetime) -> None:
        """Set the clock, unless it was set before."""
        self._set(_in_utc(at), lambda stands: stands is None)

    def advance(self, to: datetime) -> None:
        """Move the clock forward to a moment; it never goes back."""
        later = _in_utc(to)
        self._set(later, lambda stands: stands is None or stands < later)

    def _set(self, at: datetime, if_it: Callable[[datetime | None], bool]) -> None:
        with self._store.write() as connection:
            stands = connection.scalar(_HELD)
            if if_it(stands):
                proof = proof_of_clock(self._proof, at)
                values = {"clock_at": at, "clock_proof": proof}
                connection.execute(update(_INSTALLATION).values(values))


PLACE = "stored clock"


def said_by_clock(at: datetime) -> bytes:
    """The bytes of a stored clock that its proof covers."""
    return encoded({"clock_at": at})


def proof_of_clock(proof: Proof, at: datetime) -> bytes:
    """The proof that Onward has set the stored clock to a moment."""
    return proof.of(PLACE, said_by_clock(at))


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a clock needs a time zone")
    return at.astimezone(UTC)


def real_seconds() -> float:
    """Seconds since 1970 by the machine's clock. Used for leases, so that a dead process's claim
    expires even while a stored clock stands still.
    """
    return time.time()
