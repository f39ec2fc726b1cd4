"""Linked cases: linking, unlinking, and what the agencies of both may see."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, select

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.held import CASES, Held, hold, hold_for, unknown, view_of
from casework.looks import looking
from casework.principal import Principal
from casework.turn import Attempt, Moved, attempt, conclude, record
from engine.commands import AnyAct
from engine.errors import Refusal
from engine.visibility import has_part
from models.keys import Erased


class LinkLine(msgspec.Struct, frozen=True, kw_only=True):
    """A linked case, as an agency may see it."""

    code: str
    word: str
    """How its person is related to this case's."""
    responsible: str
    status: str


def in_both(onward: Onward, by: Principal, acts: Mapping[str, AnyAct]) -> Moved:
    """A turn in each of two cases, in one transaction, locking them in the order of their codes.

    Only an agency that takes part in both may link them; otherwise anybody who learns a code could
    watch that case. The responsible agency of either may unlink them, as long as it may know of the
    other.
    """
    if len(acts) == 1:
        raise Refusal("same_case")

    def turns(connection: Connection) -> list[tuple[Attempt, int]]:
        parts = _may_part(connection, by, acts)
        held = {
            code: _held_for(onward, connection, code, by, acts, parts=parts)
            for code in sorted(acts)
        }
        if by.agency not in {each.state.responsible for each in held.values()}:
            raise Refusal("not_allowed.of_neither")
        made = [attempt(held[code], act, by) for code, act in acts.items()]
        for refusal in (each.refusal for each in made):
            if refusal is not None:  # in both, or in neither
                raise refusal
        return record(onward, connection, *made)

    return conclude(onward, onward.store.change(turns))


def _held_for(
    onward: Onward,
    connection: Connection,
    code: str,
    by: Principal,
    acts: Mapping[str, AnyAct],
    *,
    parts: bool,
) -> Held:
    """One of the cases, for an agency that takes part in it. Without a part, or without such a case, the refusal is the same.

    Args:
        parts: the agency may part it from the other one without a part in it.

    Raises:
        Refusal: `unknown_case`.
    """
    held = hold(onward, connection, code, by=by, by_right=parts)
    view = view_of(held)
    parts_them = parts and not acts.keys().isdisjoint((*held.state.links, *_merged(held)))
    if not (has_part(view, by.agency) or (parts_them and view.may_know(by.agency))):
        raise unknown(code, by)
    return held


def _merged(held: Held) -> tuple[str, ...]:
    return (held.state.merged_into, *held.state.taken_in)


def _may_part(connection: Connection, by: Principal, acts: Mapping[str, AnyAct]) -> bool:
    """Whether the acts end what connects two cases, and the agency answers for one of them.

    Only its row is asked: for nobody else is a case opened in which they have no part.
    """
    pairs = [act.declared.pair for act in acts.values() if act.declared]
    if not all(pair and pair.parts for pair in pairs):
        return False
    query = select(CASES.c.id).where(
        CASES.c.code.in_(sorted(acts)), CASES.c.responsible == by.agency
    )
    return connection.execute(query.limit(1)).first() is not None


def links(onward: Onward, code: str, by: Principal) -> list[LinkLine]:
    """The cases linked with one, as far as an agency takes part in both.

    Raises:
        Refusal: `unknown_case`, or `not_allowed`.
    """
    authority.require(by, Right.READ)
    with looking(onward, by), onward.store.read() as connection:
        view = view_of(hold_for(onward, connection, code, by, lock=False))
        if not has_part(view, by.agency):
            raise Refusal("not_allowed.no_part")
        found = []
        for other, word in view.state.links.items():
            try:
                there = view_of(hold(onward, connection, other, lock=False))
            except Erased:
                continue
            if has_part(there, by.agency):
                state = there.state
                line = LinkLine(
                    code=other, word=word, responsible=state.responsible, status=state.status
                )
                found.append(line)
    return found
