"""What covers an agency: the person's consents and the bases of law. They decide who may know of a
case, get a step, go on with it, and read what others have collected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from engine.errors import Refusal
from engine.state import ConsentState, State, StopTask, Task
from engine.statuses import ONCE_GIVEN, ConsentStatus
from engine.task_kinds import FROM_STEP

if TYPE_CHECKING:
    from engine.pathway import Pathway
    from engine.plans import BasisPlan, StepPlan
    from engine.view import View

    Cover = BasisPlan | str
    """What covers an agency: a basis, or a consent by its name."""


def is_given(view: View, consent: ConsentState) -> bool:
    """Whether a consent is given and has not expired."""
    expires = consent.expires_at
    return consent.status == ConsentStatus.GIVEN and (expires is None or expires > view.now)


def covers(view: View, consent: ConsentState, agency: str) -> bool:
    """Whether the consent is given, has not expired, and names the agency or its class."""
    return is_given(view, consent) and names(view, consent, agency)


def let_in_by(view: View, agency: str) -> Iterator[Cover]:
    """The bases and consents that cover an agency now, whether or not something bars it."""
    for plan in view.pathway.bases:
        if reaches(view, plan, agency):
            yield plan
    for name, consent in view.state.consents.items():
        if covers(view, consent, agency):
            yield name


def is_in_force(plan: BasisPlan, state: State) -> bool:
    """Whether a basis of law is in force, as the case stands."""
    if plan.is_always_in_force:
        return True
    from engine.questions import lookup  # not loaded for lists, which need no conditions

    return plan.is_in_force(lookup(state))


def reaches(view: View, plan: BasisPlan, agency: str) -> bool:
    """Whether a basis is in force, and an agency may hold one of the roles it is for."""
    return view.could_hold(agency, plan.basis.to) and view.is_in_force(plan)


def shown_by(view: View, agency: str, field: str) -> Iterator[Cover]:
    """The bases and consents in force that show an agency a field which another one has
    collected.
    """
    for plan in view.pathway.bases:
        if field in plan.basis.shows and reaches(view, plan, agency):
            yield plan
    for name, consent in view.state.consents.items():
        if field in consent.shows and covers(view, consent, agency):
            yield name


def covered(pathway: Pathway, state: State) -> set[str]:
    """The agencies that are covered by name, or in a role that they hold. Others may belong to a
    class that a consent names; only the registry knows them.

    An expired consent still counts here until a turn records the expiry, because a state does not
    know the time. `covers` does look at the time; it decides what an agency may see.
    """
    found: set[str] = set()
    roles = state.roles
    for plan in pathway.bases:
        if is_in_force(plan, state):
            found.update([roles[role] for role in plan.basis.to if role in roles])
    given = [each for each in state.consents.values() if each.status == ConsentStatus.GIVEN]
    for consent in given:
        found.update(each for each in consent.recipients if each not in consent.without)
    for role, agency in roles.items() if given else ():
        held = pathway.roles.get(role)  # none if the role is from an earlier version
        types, country = ((held.type,), state.sides.get(held.side)) if held else ((), None)
        if any(agency not in each.without and _names_class(each, types, country) for each in given):
            found.add(agency)
    return found


def _names_class(consent: ConsentState, types: Collection[str], country: str | None) -> bool:
    """Whether a consent names a class to which agencies with these types of roles, in this country,
    belong.
    """
    return consent.role_type in types or any(
        each.role_type in types and each.country == country for each in consent.classes
    )


def names(view: View, consent: ConsentState, agency: str) -> bool:
    """Whether the agency or its class was read out, and the agency was not removed later."""
    if agency in consent.without:
        return False
    if agency in consent.recipients:
        return True
    known = view.registry.by_code.get(agency)
    return known is not None and _names_class(consent, known.roles, known.country)


def has_lost(view: View, name: str, agency: str) -> bool:
    """Whether a consent no longer applies to an agency: it is withdrawn or refused, or does not
    name the agency. An expired consent still applies.
    """
    now = view.state.consents[name]
    return now.status not in ONCE_GIVEN or not names(view, now, agency)


def must_stop(view: View, stop: StopTask) -> bool:
    """Whether the agency that a stop was for has to stop all the same: because of another stop, or
    because another consent that the step needs does not apply to it.
    """
    plan = view.pathway.steps.get(stop.step)
    needs = (name for name in plan.needs if name in view.state.consents) if plan else ()
    return any(each.of == stop.of for each in view.state.open_stops()) or any(
        has_lost(view, name, stop.of) for name in needs
    )


def all_named(view: View, consent: ConsentState) -> list[str]:
    """Every agency that a consent names, directly or by its class."""
    classes = (view.registry.in_class(each.role_type, each.country) for each in consent.classes)
    among = (*consent.recipients, *(agency.code for each in classes for agency in each))
    if consent.role_type:
        among = (*among, *view.registry.by_code)
    return [agency for agency in dict.fromkeys(among) if names(view, consent, agency)]


def stands(view: View, name: str, agency: str = "") -> bool:
    """Whether the consent is given, has not expired and, if `agency` is not empty, covers it."""
    consent = view.state.consents.get(name)
    if consent is None:
        return False
    return covers(view, consent, agency) if agency else is_given(view, consent)


def stood(view: View, name: str, agency: str = "") -> bool:
    """Whether the consent is in force now, or has expired but was in force when the event being
    recorded happened. If an agency is given, it must be covered too.
    """
    if stands(view, name, agency):
        return True
    consent, over = view.state.consents.get(name), view.state.moments.get(f"consent.{name}.expired")
    if (
        consent is None
        or consent.status != ConsentStatus.EXPIRED
        or not (consent.given_at and over)
    ):
        return False
    is_in_time = consent.given_at <= view.occurred_at < over
    return is_in_time and (not agency or names(view, consent, agency))


def permit(view: View, plan: StepPlan, agency: str, role: str = "") -> bool:
    """Whether an agency is not barred, may know of the case, and has the consents a step needs.

    A consent that names the step's role must cover the agency, except for the responsible agency in
    a step that is not a request.

    Args:
        role: for a request that may go to several roles, the one that is asked.
    """
    if view.is_barred(agency) or not view.may_know(agency):
        return False
    return all(stands(view, *each) for each in needed(view, plan, agency, role))


def needed(view: View, plan: StepPlan, agency: str, role: str) -> list[tuple[str, str]]:
    """Each consent that a step needs, with the agency that it must cover: `agency`, or an empty
    text if the consent need not cover any.
    """
    role = role or plan.receiver or next(iter(plan.step.by), "")
    knows = not plan.receiver and agency == view.state.responsible
    return [
        (each, "" if knows or role not in view.pathway.consent(each).to else agency)
        for each in plan.needs
    ]


def denied_to(view: View, plan: StepPlan, agency: str, role: str) -> bool:
    """Whether a consent that the step needs was given, but not for this agency; it may have expired
    since.
    """
    given = view.state.consents
    return any(
        named
        and name in given
        and given[name].status in ONCE_GIVEN
        and not names(view, given[name], named)
        for name, named in needed(view, plan, agency, role)
    )


def covers_task(view: View, task: Task, agency: str) -> bool:
    """Whether `permit` lets the agency do the step in this task. Always true for a task that only
    follows from the step, or whose step is not in this version.
    """
    plan = view.pathway.steps.get(task.step)
    return plan is None or task.kind not in FROM_STEP or permit(view, plan, agency, task.role)


def require(view: View, plan: StepPlan, agency: str, role: str = "") -> None:
    """Raises Refusal `no_consent` or `barred` unless the agency may go on with the step now."""
    if view.is_barred(agency):
        raise Refusal("barred.this_agency")
    if not (plan.needs or view.may_know(agency)):
        raise Refusal("no_consent.agency", agency=agency)
    if not permit(view, plan, agency, role):
        raise Refusal("no_consent.of_agency", consents=tuple(plan.needs), agency=agency)


def shown_to(view: View, plan: StepPlan, role: str) -> tuple[str, ...]:
    """The fields that the receiver of a request may see: those shown to its role by the consents
    that the step needs, and by bases in force.

    A consent shows only the fields that it already showed when it was given. This does not check
    whether the consent is still in force.
    """
    consents, given = view.pathway.definition.consents, view.state.consents
    agreed = (
        field
        for name in plan.needs
        if role in consents[name].to and name in given
        for field in consents[name].shows
        if field in given[name].shows
    )
    bases = (b for b in view.pathway.bases if role in b.basis.to and view.is_in_force(b))
    return tuple(dict.fromkeys((*agreed, *(field for each in bases for field in each.basis.shows))))


def shown_in(plan: StepPlan, role: str) -> tuple[str, ...]:
    """The fields that a step shows to whoever does it, or its panel to a member, without asking for
    them; the agency may read them if it is covered.
    """
    panel = plan.step.panel
    return (*panel.shows, *panel.shows_to.get(role, ())) if panel else plan.step.shows
