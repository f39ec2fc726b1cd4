"""Rights of roles: to raise an interrupt, start a step, extend a period, and so on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from engine.errors import Refusal
from engine.message import Message, message
from engine.plans import StepPlan
from engine.state import RESPONSIBLE
from engine.turns.turn import Turn
from engine.view import View

if TYPE_CHECKING:
    from engine.acts.act import Rule


def require_part(view: View, rule: Rule, agency: str) -> None:
    """Raises Refusal `unknown_agency`, `barred` or `not_allowed` if the agency may not do acts of
    this kind in this case, before anything about the case is revealed.
    """
    if agency not in view.registry.by_code:
        raise Refusal("unknown_agency.none", agency=agency)
    if view.is_prohibited(agency):
        raise Refusal("barred.yours")
    if rule.by_right:
        require_knowing(view, agency)


def require_knowing(view: View, agency: str) -> None:
    """Raises Refusal `not_allowed` if an agency must not know of the case, so that it learns
    nothing.

    Source: nothing crosses to another agency before consent (D1).
    """
    if not view.may_know(agency):
        raise Refusal("not_allowed.no_part")


def require(turn: Turn, agency: str, roles: Sequence[str], may: Message) -> None:
    """Raises Refusal unless one of the roles gives the agency a right. If that role is bound to
    nobody yet, it is bound to the agency, provided that the agency fits it.

    Args:
        may: the right, as named in the refusal.

    Raises:
        Refusal: `not_allowed`.
    """
    role = next((each for each in roles if agency in _having(turn, each)), None)
    if role is None:
        raise _denied(turn, agency, roles, may)
    if role not in turn.state.roles and role != RESPONSIBLE and agency == turn.fitting(role):
        turn.bind(role)


def holders(view: View, roles: Iterable[str]) -> set[str]:
    """The agencies that may use a right of the roles now. No role is bound."""
    return {agency for role in roles for agency in _having(view, role)}


def starters(view: View, plan: StepPlan) -> set[str]:
    """The agencies that may begin a manual step: the holders of the roles in `started_by`. If
    `started_by` is empty, the responsible agency, and every agency that takes part in the case and
    is in a country where the step may be done.

    Source: nobody is given work across a border except by a request that was agreed to (D1, F38).
    """
    if plan.step.started_by:
        return holders(view, plan.step.started_by)
    panel = plan.step.panel
    doers = plan.step.by or (panel.members if panel else ())
    state = view.state
    here = {state.sides.get(view.side_of(role)) for role in doers if role != RESPONSIBLE}
    if not doers or RESPONSIBLE in doers:
        here.add(view.country_of(state.responsible))
    return {state.responsible} | {each for each in view.involved() if view.country_of(each) in here}


def require_starter(turn: Turn, plan: StepPlan, agency: str) -> None:
    """Raises Refusal `not_allowed` unless the agency may begin a manual step. Like `require`, it
    binds the role that gives the right if need be.
    """
    if roles := plan.step.started_by:
        require(turn, agency, roles, message("refused.right.start", name=plan.name, roles=roles))
    elif agency not in turn.involved():
        raise Refusal("not_allowed.no_part")
    elif agency not in starters(turn, plan):
        raise Refusal("not_allowed.other_side", step=plan.name)


def _having(view: View, role: str) -> Iterator[str]:
    """The agencies that may use a right of the role now.

    Usually this is the agency that would get a task for the role now, or else the responsible
    agency. While the holder of the role is on leave or suspended, it is the holder as well, if the
    holder may know of the case.
    """
    if role == RESPONSIBLE:
        yield view.state.responsible
        return
    held = view.state.roles.get(role)
    if held and held == view.fitting(role) and view.may_know(held):
        yield held
        if not view.is_on_leave(held):
            return
    yield view.holder(role)


def _denied(view: View, agency: str, roles: Sequence[str], may: Message) -> Refusal:
    """The refusal for an agency that may know of the case but has no such right."""
    nobodys = tuple(role for role in roles if not view.able(role))
    if nobodys:
        return Refusal("not_allowed.stood_in_for", may=may, agency=agency, nobodys=nobodys)
    return Refusal("not_allowed.right", may=may, agency=agency)
