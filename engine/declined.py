"""Which agencies declined a role, and which roles a request concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.state import HandOver, State
from engine.statuses import RequestStatus

if TYPE_CHECKING:
    from engine.pathway import Pathway

_NOBODY: frozenset[str] = frozenset()
_DECLINED = RequestStatus.DECLINED


def asked_for(pathway: Pathway, asked: HandOver) -> tuple[str, ...]:
    """The role that the step asks first, and the fall-back role that was asked instead; one role if
    they are the same, or if the step no longer exists.
    """
    plan = pathway.steps.get(asked.step)
    if plan is None or plan.receiver == asked.role:
        return (asked.role,)
    return (plan.receiver, asked.role)


def said_no(pathway: Pathway, state: State, role: str) -> frozenset[str]:
    """Agencies that, in this round, declined when they were last asked to take over the role.

    An agency that declined when asked in a fall-back role counts as declining the first role too.
    """
    asked = state.hand_overs.values()
    ever = [
        each.agency
        for each in asked
        if each.status == _DECLINED and role in asked_for(pathway, each)
    ]
    if not ever:
        return _NOBODY
    last = {
        each.agency: each.status
        for each in asked
        if each.agency in ever
        and each.kind == "request"
        and role in asked_for(pathway, each)
        and state.is_of_now(each.id)
    }
    return frozenset(agency for agency, status in last.items() if status == _DECLINED)
