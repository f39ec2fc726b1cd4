"""Which notices leave: owed, not cancelled in the same turn, and still permitted when they are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from engine import facts as f
from engine.turns import covering
from engine.turns.knowing import may_be_told
from engine.view import View


class Owed(Protocol):
    """A notice as a fact, or as its row."""

    @property
    def agency(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def consent(self) -> str: ...


def leaving(view: View, facts: Iterable[f.AnyFact], knowing: Iterable[str]) -> Iterator[f.Outgoing]:
    """What is sent of a turn's notices, as the case stands after it.

    Args:
        knowing: agencies that were sent something before, or have acted in the case.
    """
    known = set(knowing)
    for each in f.still_owed(facts):
        if may_leave(view, each.owed, lambda agency: agency in known):
            known.add(each.owed.agency)
            yield each


def may_leave(view: View, owed: Owed, knew: Callable[[str], bool]) -> bool:
    """Whether it may be sent as the case stands now.

    An agency that is shut out before anything has reached it does not learn that there is a case.

    Args:
        knew: whether something of the case may have reached an agency before, or it has acted in it.

    Source: consent is checked when a thing is sent, not only when it was decided (D1).
    """
    if owed.kind in f.FAREWELL and view.is_barred(owed.agency):
        return knew(owed.agency)
    if not may_be_told(view, owed.agency, owed.kind):
        return False
    if owed.kind in f.FAREWELL or not owed.consent:
        return True
    asked = view.state.hand_overs[owed.about]
    plan = view.pathway.steps.get(asked.step)
    if plan is None:  # of a version before; nothing of it is open
        return False
    return covering.stands(view, owed.consent) and covering.permit(
        view, plan, owed.agency, asked.role
    )
