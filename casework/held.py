"""A case as read in a transaction; to agencies without a part in it, it does not exist."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, literal, select
from sqlalchemy.exc import DBAPIError

from casework import log
from casework.context import Onward
from casework.principal import Principal
from engine.errors import Refusal
from engine.message import message
from engine.numbering import lacks_history, with_history
from engine.records import RecordError
from engine.state import State
from engine.statuses import CasePhase
from engine.visibility import has_had_part
from models.as_stored import is_damage
from models.cases import Case
from models.columns import table_of
from models.installation import Installation
from models.keys import Cipher
from models.people import Person
from models.prepared import first_row

if TYPE_CHECKING:
    from casework.reference import Reference
    from engine.loads import Loads
    from engine.pathway import Pathway
    from engine.projection import Seen
    from engine.view import View

CASES, _INSTALLATION = table_of(Case), table_of(Installation)
IS_OPEN = CASES.c.status == literal(CasePhase.OPEN, literal_execute=True)
"""Written out literally, because SQLite cannot use a partial index for a bound value."""
_PEOPLE = table_of(Person)
_AT_ONCE = 200


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A case without its pathway, which takes far longer to read."""

    row: Any
    cipher: Cipher
    state: State


class Held(Opened, frozen=True, kw_only=True):
    """A case as a transaction has read it."""

    pathway: Pathway
    reference: Reference
    loads: Loads
    now: datetime


def hold_installation(onward: Onward, connection: Connection) -> datetime:
    """Lock the installation until the end of the transaction. Returns its time."""
    query = select(_INSTALLATION.c.clock_at).where(_INSTALLATION.c.id == 1).with_for_update()
    return onward.clock.within(connection.execute(query).scalar_one())


def open_cases(onward: Onward, *only: ColumnElement[bool]) -> Iterator[str]:
    """Codes of open cases in the order of opening, read page by page."""
    after = 0
    while True:
        query = (
            select(CASES.c.id, CASES.c.code)
            .where(IS_OPEN, CASES.c.id > after, *only)
            .order_by(CASES.c.id)
            .limit(_AT_ONCE)
        )
        with onward.store.read() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return
        yield from (row.code for row in rows)
        after = rows[-1].id


def view_of(held: Held, state: State | None = None) -> View:
    """A view for questions about a case, which change nothing."""
    from engine.view import View  # what is listed to the agency that answers for it takes none

    known = held.reference
    return View(
        held.pathway,
        state or held.state,
        held.now,
        known.registry,
        known.calendars,
        loads=held.loads,
    )


def shown_to(held: Held, by: Principal) -> Seen:
    """The case as whoever asks may see it. Nothing that shows a case takes its state otherwise."""
    from engine.projection import seen  # lists show rows

    return seen(view_of(held).seen_by(by.agency))


def hold(
    onward: Onward,
    connection: Connection,
    code: str,
    *,
    by: Principal | None = None,
    by_right: bool = False,
    lock: bool = True,
) -> Held:
    """Read a case, and lock it until the end of the transaction.

    Args:
        by: for an agency that never took part in it, there is no such case, and nothing of it is
            opened; left out where the case is read to do something else.
        by_right: also for an agency without a part, which may have a right of a role to act.

    Raises:
        Refusal: `unknown_case`.
        Erased: its key was destroyed.
        RecordError: its row or its state is damaged.
    """
    return with_pathway(
        onward, connection, opened(onward, connection, code, by=by, by_right=by_right, lock=lock)
    )


def opened(
    onward: Onward,
    connection: Connection,
    code: str,
    *,
    by: Principal | None = None,
    by_right: bool = False,
    lock: bool = True,
) -> Opened:
    """The same as `hold`, if the state alone may answer the question."""
    with _undamaged(code):
        row = first_row(connection, _read_case(lock), {"code": code})
    if row is None or (by and by.agency and not _may_open(row, by.agency, by_right)):
        raise unknown(code, by)
    with _undamaged(code):
        int(row.version)
        cipher = onward.keys.cipher(row.wrapped_key, log.owner_of(code))
    state = onward.states.read(cipher, code, row.sealed_state)
    if lacks_history(state):
        state = with_history(state, _replayed(connection, row, cipher))
    return Opened(row=row, cipher=cipher, state=state)


def _replayed(connection: Connection, row: Any, cipher: Cipher) -> State:
    """What the log says of a case that was last written before its state kept all of it."""
    from engine.evolve import replay  # no other case takes it

    entries = log.entries_of(connection, row.id, row.code, cipher)
    return replay(fact for _, entry in entries for fact in entry.facts)


@contextmanager
def _undamaged(code: str) -> Iterator[None]:
    """Raises RecordError if a column of the case's row holds a value of the wrong type."""
    try:
        yield
    except (ValueError, TypeError, DBAPIError, sqlite3.Error) as error:
        if not is_damage(error):
            raise
        raise RecordError(message("record.row_damaged", case=code)) from None


def with_pathway(onward: Onward, connection: Connection, case: Opened) -> Held:
    """The complete case, for one opened in this transaction."""
    from casework.loads import read_loads  # a list takes none

    row = case.row
    pathway = onward.library.speaking(connection, row.pathway_version_id, row.reference_version)
    reference = onward.library.reference(connection, row.reference_version)
    return Held(
        row=row,
        cipher=case.cipher,
        state=case.state,
        pathway=pathway,
        reference=reference,
        loads=read_loads(onward, connection, pathway, reference.registry, row.id),
        # Time never runs backwards within a case, whatever a machine's clock does.
        now=max(onward.clock.within(row.clock_at), row.recorded_at),
    )


def hold_for(
    onward: Onward, connection: Connection, code: str, by: Principal, *, lock: bool = True
) -> Held:
    """The same as `hold`, for an agency that must take part in the case, or have done so.

    Raises:
        Refusal: `unknown_case`.
        Erased: its key was destroyed.
    """
    held = hold(onward, connection, code, by=by, lock=lock)
    if not is_known_to(held, by.agency):
        raise unknown(code, by)
    return held


def unknown(code: str, by: Principal | None = None) -> Refusal:
    """The refusal for a case that does not exist, or not for this reader; the two look the same."""
    if by and by.agency:
        return Refusal("unknown_case.for_you", case=code)
    return Refusal("unknown_case.none", case=code)


def is_known_to(held: Held, agency: str) -> bool:
    """Whether an agency is told why something is refused; time and operators have no agency."""
    return not agency or has_had_part(view_of(held), agency)


def _may_open(row: Any, agency: str, by_right: bool) -> bool:
    """Whether an agency has, or may have, had a part in a case, as far as its row tells."""
    if row.parties is not None and agency in row.parties:
        return True
    # A case in which nothing has happened since rows have the list: its state tells.
    return row.wrapped_key is not None and (by_right or row.parties is None)


@cache
def _read_case(lock: bool) -> Any:
    columns = (
        CASES.c.id,
        CASES.c.code,
        CASES.c.version,
        CASES.c.pathway_version_id,
        CASES.c.person_id,
        _PEOPLE.c.wrapped_key.label("person_key"),
        CASES.c.recorded_at,
        CASES.c.notice_at,
        CASES.c.sealed_state,
        CASES.c.wrapped_key,
        CASES.c.parties,
        CASES.c.last_hash,
        CASES.c.attempts_hash,
        _INSTALLATION.c.acts,
        _INSTALLATION.c.exports,
        _INSTALLATION.c.reference_version,
        _INSTALLATION.c.clock_at,
    )
    query = (
        select(*columns)
        .select_from(CASES)
        .join(_INSTALLATION, _INSTALLATION.c.id == 1)
        .join(_PEOPLE, _PEOPLE.c.id == CASES.c.person_id)
        .where(CASES.c.code == bindparam("code"))
    )
    # SQLite knows no locks of rows: a writing transaction holds the whole store there.
    return query.with_for_update(of=CASES) if lock else query
