"""What other agencies may see: what consents say that name them, as far as it was read out."""

from __future__ import annotations

from engine.plans import StepPlan
from engine.view import View


def shown_to(view: View, plan: StepPlan, role: str) -> tuple[str, ...]:
    """The fields that the receiver of a request may see.

    A consent that was given under a version before may have shown less than this one's.
    """
    consents, given = view.pathway.definition.consents, view.state.consents
    return tuple(
        dict.fromkeys(
            field
            for name in plan.needs
            if role in consents[name].to and name in given
            for field in consents[name].shows
            if field in given[name].shows
        )
    )


def shown_to_member(view: View, plan: StepPlan, role: str) -> tuple[str, ...]:
    """The fields that a member of a panel may read; over a border only what a consent shows."""
    panel, roles = plan.step.panel, view.pathway.roles
    shows = (*panel.shows, *panel.shows_to.get(role, ())) if panel else ()
    if role in roles and roles[role].side != view.pathway.first_side:
        return tuple(name for name in shows if name in shown_to(view, plan, role))
    return shows
