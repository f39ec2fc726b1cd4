"""Cases that belong together: linked, unlinked, and seen by the agencies of both."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection

from casework.context import Actor, Onward
from casework.turn import Attempt, Moved, attempt, conclude, hold, record, turn_of
from engine import commands as c
from engine.commands import AnyAct
from engine.errors import Refusal
from engine.turns.links import WORDS, may_hear_of
from models.keys import Erased


class LinkLine(msgspec.Struct, frozen=True, kw_only=True):
    """A linked case, as an agency may see it."""

    code: str
    word: str
    """What its person is to this case's."""
    responsible: str
    status: str


def link(onward: Onward, code: str, other: str, word: str, by: Actor) -> Moved:
    """The person of `other` is a `word` of the person of `code`; both cases know it from now on.

    Raises:
        Refusal: `unknown_case`, `unknown_link`, `linked_already`, `same_case`, or `not_allowed` for
            an agency that answers for neither.
    """
    back = WORDS.get(word, word)
    return in_both(
        onward, by, {code: c.Link(case=other, word=word), other: c.Link(case=code, word=back)}
    )


def unlink(onward: Onward, code: str, other: str, by: Actor) -> Moved:
    """The cases have nothing to do with each other.

    Raises:
        Refusal: `unknown_case`, `not_linked`, or `not_allowed`.
    """
    return in_both(onward, by, {code: c.Unlink(case=other), other: c.Unlink(case=code)})


def in_both(onward: Onward, by: Actor, acts: Mapping[str, AnyAct]) -> Moved:
    """A turn in each case, in one transaction; locked in the order of their codes."""
    if len(acts) == 1:
        raise Refusal("same_case", "a case is not linked with itself")

    def turns(connection: Connection) -> list[tuple[Attempt, int]]:
        held = {code: hold(onward, connection, code) for code in sorted(acts)}
        if by.agency not in {each.state.responsible for each in held.values()}:
            raise Refusal("not_allowed", "only who answers for one of the cases can do that")
        if any(turn_of(each).is_barred(by.agency) for each in held.values()):
            raise Refusal("barred", "your agency has no part in one of the cases")
        made = [attempt(held[code], act, by) for code, act in acts.items()]
        for refusal in (each.refusal for each in made):
            if refusal is not None:  # in both, or in neither
                raise refusal
        return record(onward, connection, *made)

    return conclude(onward, onward.store.change(turns))


def links(onward: Onward, code: str, by: Actor) -> list[LinkLine]:
    """The cases linked with one, for an agency that has a part in it and is shut out of none.

    That a person has another case is for agencies alone that have a part in both.

    Raises:
        Refusal: `unknown_case`, or `not_allowed`.
    """
    with onward.store.read() as connection:
        turn = turn_of(hold(onward, connection, code, lock=False))
        if by.agency not in turn.involved() or not turn.may_know(by.agency):
            raise Refusal("not_allowed", "your agency has no part in this case")
        found = []
        for other, word in turn.state.links.items():
            try:
                there = turn_of(hold(onward, connection, other, lock=False))
            except Erased:
                continue
            if may_hear_of(there, by.agency, word):
                state = there.state
                line = LinkLine(
                    code=other, word=word, responsible=state.responsible, status=state.status
                )
                found.append(line)
    return found
