"""Whether a notice may be sent to an agency now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from engine import covering
from engine.notice_kinds import FAREWELL
from engine.visibility import may_know

if TYPE_CHECKING:
    from engine.view import View


class Owed(Protocol):
    """A notice that is owed, either as a fact or as a row of the database."""

    @property
    def agency(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def consent(self) -> str: ...


def may_be_told(view: View, agency: str, kind: str) -> bool:
    """Whether an agency may be sent a notice of this kind now; farewells may always be sent."""
    return kind in FAREWELL or may_know(view, agency)


def may_leave(view: View, owed: Owed, knew: Callable[[str], bool]) -> bool:
    """Whether a notice may be sent as things are now.

    An agency shut out before anything reached it never learns that the case exists; one shut out
    later gets farewells. Of a stop that is over, others are told only that it was lifted.

    Args:
        knew: whether an agency may have heard of the case before, or has acted in it.

    Source: consent is checked on sending, not only on deciding (D1).
    """
    if owed.kind in FAREWELL and view.is_barred(owed.agency):
        return knew(owed.agency)
    if not may_be_told(view, owed.agency, owed.kind) or _is_overtaken(view, owed):
        return False
    if owed.kind in FAREWELL or not owed.consent:
        return True
    asked = view.state.hand_overs[owed.about]
    plan = view.pathway.steps.get(asked.step)
    if plan is None:  # from an earlier version; nothing of it is open
        return False
    return covering.stands(view, owed.consent) and covering.permit(
        view, plan, owed.agency, asked.role
    )


def _is_overtaken(view: View, owed: Owed) -> bool:
    """Whether a notice asks for a stop that is over, or tells an agency that must stop to go on."""
    stop = view.state.stops.get(owed.about)
    if stop is None or owed.kind != "may_go_on":
        return stop is not None and not stop.is_open
    return covering.must_stop(view, stop)
