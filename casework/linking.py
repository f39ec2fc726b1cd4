"""Acts about two cases: a turn in each, in one transaction, which locks the cases in the order of
their codes.

To link or merge them, the responsible agencies of both have to agree; either one can undo a link or
a merge. A proposal reaches the other case in the same transaction, or not at all. The proposing
agency is not told whether it did: only a yes shows that the other case exists, so nothing is learnt
by trying codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, select

from casework.case_rows import CASES
from casework.context import Onward
from casework.deciding import Attempt, after, attempt
from casework.held_case import Held, hold, hold_for, view_of
from casework.idempotency import KeyedRequest, kept
from casework.manifest import digests
from casework.principal import Principal
from casework.protected import (
    alike,
    answered_in,
    carry_values,
    drop_carried,
    newest_values,
)
from casework.recording import Turns, record
from casework.turn import Moved, conclude
from engine import both_cases
from engine.acts.declared import Pair, PairOf
from engine.commands import Agree, AnyAct, BeAsked, BeUnlinked, Unlink
from engine.errors import Refusal
from engine.links import Proposal
from engine.records import RecordError
from models.keys import SealError

_CARRIED = "carried_values"


def in_both(
    onward: Onward,
    code: str,
    act: AnyAct,
    pair: Pair,
    by: Principal,
    keyed: KeyedRequest | None = None,
) -> Moved:
    """Do an act that connects two cases, or separates them.

    Args:
        keyed: the request by which a program asks for it, if one does.

    Raises:
        AnsweredBefore: the request was answered before.
        Refusal: why it is not possible, as far as the agency may know of the cases.
        Erased: the case was erased.
    """
    other = str(getattr(act, pair.other))
    if other == code:
        raise Refusal("same_case")
    turns = partial(_TURNS[pair.how], onward, code, other, act, pair, by)
    return conclude(onward, onward.store.change(kept(keyed, turns)))


def propose(
    onward: Onward, connection: Connection, code: str, other: str, act: AnyAct, by: Principal
) -> Turns:
    """Propose a link or a merge, within a transaction. If the caller's agency is responsible for
    both cases, it takes effect at once. Returns the turns: first that in the case `code`, then any
    in the case `other`.
    """
    pair = act.declared.pair if act.declared else None
    if pair is None:
        raise TypeError(f"{type(act).__name__} is about one case")
    return _proposed(onward, code, other, act, pair, by, connection)


def _proposed(
    onward: Onward,
    code: str,
    other: str,
    act: AnyAct,
    pair: Pair,
    by: Principal,
    connection: Connection,
) -> Turns:
    if not answers_for(connection, by, code):
        return record(onward, connection, attempt(hold_for(onward, connection, code, by), act, by))
    here, there = _both(onward, connection, code, other)
    if there and there.state.responsible == by.agency:
        agreed = replace(act, agreed=True)
        return _together(
            onward,
            connection,
            attempt(here, agreed, by),
            attempt(there, pair.there(code, agreed), by),
        )
    made = attempt(here, act, by)
    asked = there and made.refusal is None and _asked(made, there, by)
    return record(onward, connection, made, *([asked] if asked else []))


def _asked(made: Attempt, there: Held, by: Principal) -> Attempt | None:
    """The turn by which the other case learns of the proposal; None if its agency must not learn of
    it, or the proposal is refused there.
    """
    code, proposals = made.decision.state.code, made.decision.state.proposals
    proposal: Proposal = proposals[there.row.code]
    if not both_cases.lets_know(after(made), proposal.word, there.state.responsible):
        return None
    asked = attempt(there, BeAsked(case=code, proposal=proposal), by)
    return None if asked.refusal else asked


def _agreed(
    onward: Onward,
    code: str,
    other: str,
    act: Agree,
    pair: Pair,
    by: Principal,
    connection: Connection,
) -> Turns:
    if not answers_for(connection, by, code):
        return record(onward, connection, attempt(hold_for(onward, connection, code, by), act, by))
    here, there = _both(onward, connection, code, other)
    made = attempt(here, act, by)
    if made.refusal is not None:
        return record(onward, connection, made)
    if there is None:
        raise Refusal("not_proposed", case=other)
    values = _brought(connection, here, there, act.brings)
    met = attempt(there, pair.there(code, replace(act, brings=(*values,))), by)
    if met.refusal is not None:  # what became of it there is none of this agency's business
        raise Refusal("not_proposed", case=other)
    carried = carry_values(connection, there.row.id, values.values())
    wrote = {_CARRIED: digests(onward.proof, _CARRIED, carried)} if carried else {}
    return record(onward, connection, made, replace(met, wrote=wrote))


def _brought(
    connection: Connection, here: Held, there: Held, names: tuple[str, ...]
) -> Mapping[str, Any]:
    """The values that the other case gets from this one, as sealed rows by field. Fields in `names`
    are left out if this case has no value for them, or the two pathways define them differently.
    """
    if not names:
        return {}
    known = newest_values(connection, here.row.id)
    shared = alike(here.pathway, there.pathway, [name for name in names if name in known])
    return {name: known[name] for name in shared}


def _parted(
    onward: Onward,
    code: str,
    other: str,
    act: AnyAct,
    pair: Pair,
    by: Principal,
    connection: Connection,
) -> Turns:
    """Separate two cases. The agency that is responsible for one of them may do this, as long as it
    may know of the other.
    """
    own = next((each for each in (code, other) if answers_for(connection, by, each)), None)
    if own is None:
        is_out = view_of(hold_for(onward, connection, code, by)).is_prohibited(by.agency)
        raise Refusal("barred.yours") if is_out else Refusal("not_yours.another")
    if own != code:
        act, code, other = _turned(act, code), other, code
    here, there = _both(onward, connection, code, other)
    if there and other in here.state.links:
        view = view_of(there)
        if not both_cases.may_know_of_both(view, by.agency, code, answers=True):
            raise Refusal("not_linked", case=other, other=code)
    made = _part(connection, here, there, act, by)
    met = there and _part(connection, there, here, pair.there(code, act), by)
    if met and met.refusal and other in here.state.proposals:  # not revealing whether it was told
        met = None
    return _together(onward, connection, made, *([met] if met else []))


def _turned(act: AnyAct, code: str) -> AnyAct:
    """The act as the agency of the other case would ask for it."""
    return replace(act, case=code) if isinstance(act, Unlink) else act


def _part(
    connection: Connection, held: Held, other: Held | None, act: AnyAct, by: Principal
) -> Attempt:
    """The turn that separates one of the two cases. When a case is unlinked, it no longer sees the
    values that the other case handed on to it.
    """
    if not isinstance(act, Unlink | BeUnlinked):
        return attempt(held, act, by)
    made = attempt(held, replace(act, kept=answered_in(connection, held.row.id)), by)
    if made.refusal is None and other is not None and other.row.code in held.state.agreed:
        gone = drop_carried(connection, held.row.id, other.row.id)
        made = replace(made, wrote={_CARRIED: dict.fromkeys(map(str, gone))} if gone else {})
    return made


def _together(onward: Onward, connection: Connection, *made: Attempt) -> Turns:
    """Record all turns; if one was refused, record none and raise its refusal."""
    for refusal in (each.refusal for each in made):
        if refusal is not None:
            raise refusal
    return record(onward, connection, *made)


def answers_for(connection: Connection, by: Principal, code: str) -> bool:
    """Whether the caller's agency is responsible for a case. Only the case's row is read, since the
    case must not be opened for other agencies.
    """
    query = select(CASES.c.id).where(CASES.c.code == code, CASES.c.responsible == by.agency)
    return bool(by.agency) and connection.execute(query).first() is not None


def _both(
    onward: Onward, connection: Connection, code: str, other: str
) -> tuple[Held, Held | None]:
    """Two cases, locked in the order of their codes; the other one is None if it does not exist or
    cannot be read.
    """
    there = _other(onward, connection, other) if other < code else None
    here = hold(onward, connection, code)
    return here, there if other < code else _other(onward, connection, other)


def _other(onward: Onward, connection: Connection, code: str) -> Held | None:
    with suppress(Refusal, SealError, RecordError):
        return hold(onward, connection, code)
    return None


_TURNS: Mapping[PairOf, Callable[..., Turns]] = {
    PairOf.PROPOSED: _proposed,
    PairOf.AGREED: _agreed,
    PairOf.PARTED: _parted,
}
