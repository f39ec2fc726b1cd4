"""A request, as one of its two agencies may see it now."""

from __future__ import annotations

from datetime import datetime

import msgspec

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.deciding import attempt
from casework.held_case import hold_for, view_of
from casework.looks import looking
from casework.principal import Principal
from casework.protected import newest_values, open_value
from casework.recording import record
from casework.turn import conclude
from engine.commands import Look
from engine.four_eyes import field_of
from engine.numbering import names_as_shown, request_meant, shown
from engine.projection import decides_on
from engine.visibility import may_read, require_request


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """A request as one of its two agencies sees it now."""

    code: str
    hand_over: str
    step: str
    label: str
    kind: str
    sender: str
    receiver: str
    status: str
    conditions: bool
    reason: str
    offered_at: datetime
    answer_by: datetime | None
    decides: str
    """If the request went unanswered, the agency that decides what follows; empty if nobody has to
    decide, or if the reader must not know which agency does.
    """
    known: dict[str, object]
    """What the reader may read of it now: answers by field, and free text that belongs to the
    request; empty if there is nothing.
    """


def request(onward: Onward, code: str, hand_over: str, by: Principal) -> RequestView:
    """A request, for the agency that sent or received it.

    If it shows any answer or free text, the look is recorded in the case's log, as by
    `queries.protected_values`.

    Raises:
        Refusal: `unknown_case`, `suspended_agency` or `too_many_looks`; `not_found`, also for a
            request of other agencies; or `barred`, `no_consent` or `not_allowed` for an agency that
            must not be shown anything now.
        Erased: the case or the person was erased.
    """
    authority.require(by, Right.READ)
    with looking(onward, by), onward.store.write() as connection:
        held = hold_for(onward, connection, code, by)
        state, view = held.state, view_of(held)
        asked = state.hand_overs[request_meant(state, by.agency, hand_over)]
        require_request(view, by.agency, asked)
        names = may_read(view, by.agency, asked)
        sealed = newest_values(connection, held.row.id) if names else {}
        own = [name for name in sealed if name not in names]  # panel members' answers
        names += tuple(name for name in own if field_of(state, name) in names)
        protected = {name: open_value(onward, sealed[name]) for name in names if name in sealed}
        known = state.data | protected
        seen = tuple(name for name in names if name in known)
        turn = attempt(held, Look(known=seen, hand_over=asked.id), by) if seen else None
        written = record(onward, connection, turn) if turn else []
    if written:
        conclude(onward, written)
    said = names_as_shown(state, by.agency, seen)
    return RequestView(
        code=code,
        hand_over=shown(state, by.agency, asked.id),
        step=asked.step,
        label=held.pathway.label(asked.step),
        kind=asked.kind,
        sender=asked.sender,
        receiver=asked.agency,
        status=asked.status,
        conditions=asked.conditions,
        reason=asked.reason,
        offered_at=asked.offered_at,
        answer_by=asked.answer_by,
        decides=decides_on(view, by.agency, asked),
        known={each: known[name] for name, each in said.items()},
    )
