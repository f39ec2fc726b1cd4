"""Whom the consents cover that a step needs: who may have it, and go on with it now."""

from __future__ import annotations

from engine.errors import Refusal
from engine.plans import StepPlan
from engine.state import FROM_STEP, Task
from engine.turns import knowing
from engine.view import View


def stands(view: View, name: str, agency: str = "") -> bool:
    """The consent is given, has not run out, and covers the agency, if one is named."""
    consent = view.state.consents.get(name)
    if consent is None:
        return False
    return knowing.covers(view, consent, agency) if agency else knowing.is_given(view, consent)


def stood(view: View, name: str, agency: str = "") -> bool:
    """The same when what is reported has happened; one that has run out since counts."""
    if stands(view, name, agency):
        return True
    consent, over = view.state.consents.get(name), view.state.moments.get(f"consent.{name}.expired")
    if consent is None or consent.status != "expired" or not (consent.given_at and over):
        return False
    is_in_time = consent.given_at <= view.occurred_at < over
    return is_in_time and (not agency or knowing.names(view, consent, agency))


def permit(view: View, plan: StepPlan, agency: str, role: str = "") -> bool:
    """Nothing bars the agency, and all that the step needs stands.

    What names the step's role must cover the agency, unless that answers for the case anyway. A
    request may go to one of several roles: say which.
    """
    if view.is_barred(agency):
        return False
    return all(stands(view, *each) for each in needed(view, plan, agency, role))


def needed(view: View, plan: StepPlan, agency: str, role: str) -> list[tuple[str, str]]:
    """Each consent that a step needs, with the agency that it must cover, if any."""
    role = role or plan.receiver or next(iter(plan.step.by), "")
    knows = not plan.receiver and agency == view.state.responsible
    return [
        (each, "" if knows or role not in view.pathway.consent(each).to else agency)
        for each in plan.needs
    ]


def denied_to(view: View, plan: StepPlan, agency: str, role: str) -> bool:
    """A consent that the step needs was given, and not for this agency; it may have run out since."""
    given = view.state.consents
    return any(
        named
        and name in given
        and given[name].status in ("given", "expired")
        and not knowing.names(view, given[name], named)
        for name, named in needed(view, plan, agency, role)
    )


def covers_task(view: View, task: Task, agency: str) -> bool:
    """What the step of a task needs stands, and covers the agency."""
    plan = view.pathway.steps.get(task.step)
    return plan is None or task.kind not in FROM_STEP or permit(view, plan, agency, task.role)


def require(view: View, plan: StepPlan, agency: str, role: str = "") -> None:
    """Raises Refusal `no_consent` or `barred` unless the agency may go on with the step now."""
    if view.is_barred(agency):
        raise Refusal("barred.this_agency")
    if not permit(view, plan, agency, role):
        raise Refusal("no_consent.of_agency", consents=tuple(plan.needs), agency=agency)
