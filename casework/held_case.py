"""A case as read in a transaction; to agencies without a part in it, it does not exist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection

from casework import log
from casework.case_rows import (
    DamageHidden,
    Undamaged,
    may_open,
    row_of,
    rows_together,
    unknown,
)
from casework.context import Onward
from casework.principal import Principal
from engine.errors import Refusal
from engine.numbering import lacks_history, with_history
from engine.records import RecordError
from engine.state import State
from engine.visibility import goes_on, has_had_part
from models.keys import Cipher, SealError

if TYPE_CHECKING:
    from casework.reference import Reference
    from engine.loads import Loads
    from engine.pathway import Pathway
    from engine.projection import Seen
    from engine.view import View


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A case without its pathway, because the pathway takes far longer to read."""

    row: Any
    cipher: Cipher
    state: State


class Held(Opened, frozen=True, kw_only=True):
    """A case as a transaction has read it."""

    pathway: Pathway
    reference: Reference
    loads: Loads
    now: datetime


def view_of(held: Held, state: State | None = None, *, reader: str = "") -> View:
    """A view of a case, for asking questions; it changes nothing.

    Args:
        state: a state to use instead of the one that was read.
        reader: the agency that asks; empty if no agency does.
    """
    from engine.view import View  # not loaded for the responsible agency's lists

    known = held.reference
    return View(
        held.pathway,
        state or held.state,
        held.now,
        known.registry,
        known.calendars,
        loads=held.loads,
        reader=reader,
    )


def shown_to(held: Held, by: Principal) -> Seen:
    """The case as the reader may see it; everything that shows a case reads its state here."""
    from engine.projection import seen  # not loaded for lists, which show rows

    return seen(view_of(held, reader=by.agency))


def hold(
    onward: Onward,
    connection: Connection,
    code: str,
    *,
    by: Principal | None = None,
    by_right: bool = False,
    lock: bool = True,
) -> Held:
    """Read a case and, unless `lock` is False, lock it until the end of the transaction.

    Args:
        by: whoever asks; None if the case is not read for a particular reader. For an agency that
            has never had a part in the case, the case does not exist, and nothing is decrypted.
        by_right: whether to admit agencies without a part as well, because a role may give them the
            right to act.

    Raises:
        Refusal: `unknown_case`.
        Erased: its key was destroyed.
        RecordError, UnknownMasterKey, Unreadable: its row or its state is damaged, or its key
            cannot be used here.
    """
    case = opened(onward, connection, code, by=by, by_right=by_right, lock=lock)
    with DamageHidden(case.row, by):
        return with_pathway(onward, connection, case)


def opened(
    onward: Onward,
    connection: Connection,
    code: str,
    *,
    by: Principal | None = None,
    by_right: bool = False,
    lock: bool = True,
) -> Opened:
    """Like `hold`, for questions that the state alone can answer."""
    row = row_of(connection, code, by, lock)
    if row is None or not may_open(row, by, by_right):
        raise unknown(code, by, row)
    with DamageHidden(row, by):
        return _opened(onward, connection, row)


def opened_together(
    onward: Onward, connection: Connection, codes: Sequence[str]
) -> dict[str, Opened | None]:
    """Several existing cases by code, read at once and not locked; None for one that cannot be
    read.
    """
    try:
        rows = rows_together(connection, codes)
    except RecordError:  # one by one, to find out which
        reads = {code: partial(opened, onward, connection, code, lock=False) for code in codes}
    else:
        reads = {row.code: partial(_opened, onward, connection, row) for row in rows}
    return {code: _if_readable(read) for code, read in reads.items()}


def _if_readable(read: Callable[[], Opened]) -> Opened | None:
    try:
        return read()
    except (SealError, RecordError):
        return None


def _opened(onward: Onward, connection: Connection, row: Any) -> Opened:
    with Undamaged(row.code):
        int(row.version)
        cipher = onward.keys.cipher(row.wrapped_key, log.owner_of(row.code))

    def complete(state: State) -> State:
        if lacks_history(state):
            return with_history(state, _replayed(connection, row, cipher))
        return state

    state = onward.states.read(cipher, row.code, row.sealed_state, complete)
    return Opened(row=row, cipher=cipher, state=state)


def _replayed(connection: Connection, row: Any, cipher: Cipher) -> State:
    """The state according to the log, for a case that was last written when states held less than
    they do now.
    """
    from engine.evolve import replay  # needed only in this case

    entries = log.entries_of(connection, row.id, row.code, cipher)
    return replay(fact for _, entry in entries for fact in entry.facts)


def with_pathway(
    onward: Onward, connection: Connection, case: Opened, loads: Loads | None = None
) -> Held:
    """Add the pathway, the registry and the loads to a case that was read in this transaction.

    Args:
        loads: the agencies' load in other cases; None to read it here. The load affects only who
            gets work, not who may know or see what.
    """
    from casework.loads import read_loads  # not loaded for lists

    row = case.row
    pathway = onward.library.speaking(connection, row.pathway_version_id, row.reference_version)
    reference = onward.library.reference(connection, row.reference_version)
    return Held(
        row=row,
        cipher=case.cipher,
        state=case.state,
        pathway=pathway,
        reference=reference,
        loads=read_loads(onward, connection, pathway, reference.registry, row.id)
        if loads is None
        else loads,
        # Time never runs backwards within a case, whatever a machine's clock does.
        now=max(onward.clock.within(row.clock_at), row.recorded_at),
    )


def hold_for(
    onward: Onward, connection: Connection, code: str, by: Principal, *, lock: bool = True
) -> Held:
    """Like `hold`, but also refuses suspended agencies and persons, and agencies that according to
    the case's state have no part in the case, or none any more.

    Raises:
        Refusal: `unknown_case`, or `suspended_agency`.
        Erased: the case's key was destroyed.
    """
    held = hold(onward, connection, code, by=by, lock=lock)
    if not is_known_to(held, by.agency):
        raise unknown(code, by, held.row)
    require_at_work(held, by)
    return held


def require_at_work(held: Held, by: Principal) -> None:
    """Raises Refusal `suspended_agency` if the agency or the person was suspended after they were
    authenticated: their request may have waited for the case, or be one of many.
    """
    known = held.reference.registry.by_code.get(by.agency)
    if known and known.is_suspended(by.person):
        what = "all" if known.suspended else "person"
        raise Refusal(f"suspended_agency.{what}", agency=by.agency)


def is_known_to(held: Held, agency: str) -> bool:
    """Whether the case exists for an agency, so that it may be told why something is refused.
    Always true without an agency, as for time and operators.
    """
    if not agency:
        return True
    view = view_of(held)
    return has_had_part(view, agency) and goes_on(view, agency)
