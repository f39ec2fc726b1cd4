"""Who may know of a case at all, and so be told of it: asked whenever anything is told or shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.facts import FAREWELL
from engine.state import AGREED, OPEN_TASK, TOLD, UNANSWERED, Consent, State, Task

if TYPE_CHECKING:
    from engine.view import View

_TO_DO = OPEN_TASK | {"suspended"}
_TO_ANSWER = UNANSWERED | TOLD


def may_be_told(view: View, agency: str, kind: str) -> bool:
    """Whether a notice that is owed may reach its agency now. Nothing bars a farewell."""
    return kind in FAREWELL or may_hear(view, agency)


def may_know(view: View, agency: str) -> bool:
    """Whether an agency may know of the case by what the pathway gives it to do.

    In the country of the case or of the responsible agency, yes. Over a border only who has agreed
    to a request, or whom a consent covers.
    Source: nothing crosses to another agency before consent (D1).
    """
    responsible = view.state.responsible
    if agency == responsible:
        return True
    if view.is_shut_out(agency):
        return False
    country, here = view.country_of(agency), view.state.sides[view.pathway.first_side]
    if country == here or country == view.country_of(responsible):
        return True
    return _is_let_in(view, agency)


def may_hear(view: View, agency: str) -> bool:
    """Whether an agency may be told or shown anything of the case now.

    One that may know of it may; but where the person is asked about it, only with a yes that stands,
    or for a part that rests on something else.
    """
    if not may_know(view, agency):
        return False
    state = view.state
    if agency in (state.responsible, state.opened_by) or _is_at_work(state, agency):
        return True
    if _is_let_in(view, agency):
        return True
    unmet = frozenset(_asked_about(view, agency))
    return not unmet or _has_done(view, agency, unmet)


def is_given(view: View, consent: Consent) -> bool:
    """It is given and has not run out."""
    expires = consent.expires_at
    return consent.status == "given" and (expires is None or expires > view.now)


def covers(view: View, consent: Consent, agency: str) -> bool:
    """The consent is given, has not run out, and names the agency or its class."""
    return is_given(view, consent) and names(view, consent, agency)


def names(view: View, consent: Consent, agency: str) -> bool:
    """The agency or its class was read out, and was not taken out again."""
    if agency in consent.without:
        return False
    return agency in consent.recipients or _in_class(view, consent, agency)


def all_named(view: View, consent: Consent) -> list[str]:
    """Every agency that a consent names, itself or by its class."""
    classes = (view.registry.in_class(each.role_type, each.country) for each in consent.classes)
    among = (*consent.recipients, *(agency.code for each in classes for agency in each))
    if consent.role_type:
        among = (*among, *view.registry.by_code)
    return [agency for agency in dict.fromkeys(among) if names(view, consent, agency)]


def _in_class(view: View, consent: Consent, agency: str) -> bool:
    known = view.registry.by_code.get(agency)
    if known is None:
        return False
    return consent.role_type in known.roles or any(
        each.role_type in known.roles and each.country == known.country for each in consent.classes
    )


def has_part(view: View, agency: str) -> bool:
    """Whether an agency has a part in the case, and may be shown it now."""
    return agency in view.involved() and may_hear(view, agency)


def has_had_part(state: State, agency: str) -> bool:
    """Whether an agency has known of the case: to every other one there is no such case."""
    if agency in (state.responsible, state.opened_by, *state.roles.values()):
        return True
    asked = state.hand_overs.values()
    tasks = state.tasks.values()
    return any(agency in (each.agency, each.sender) for each in asked) or any(
        agency in (*each.agencies, *each.declined_by) for each in tasks
    )


def _is_let_in(view: View, agency: str) -> bool:
    """It has agreed to a request, or a consent covers it."""
    state = view.state
    agreed = any(
        each.agency == agency and each.status in AGREED for each in state.hand_overs.values()
    )
    return agreed or any(covers(view, each, agency) for each in state.consents.values())


def _is_at_work(state: State, agency: str) -> bool:
    """It has a task, or a request that it was sent and that was not taken back."""
    # The last first: mostly it is told of what has just begun.
    tasks, asked = reversed(state.tasks.values()), state.hand_overs.values()
    return any(each.status in _TO_DO and agency in each.agencies for each in tasks) or any(
        each.agency == agency and each.status in _TO_ANSWER for each in asked
    )


def _asked_about(view: View, agency: str) -> Iterator[str]:
    """The consents in which the person is asked about an agency, none of which covers it now."""
    given, asked = view.state.consents, view.pathway.definition.consents
    for name in {**asked, **given}:
        consent = given.get(name)
        if consent is None or not _says_whom(consent):
            roles = asked[name].to if name in asked else ()
            able = (role for role in roles if view.could_hold(agency, role))
            is_about = any(view.fitting(role) == agency for role in able)
        else:
            is_about = names(view, consent, agency) or agency in consent.without
        if is_about:
            yield name


def _says_whom(consent: Consent) -> bool:
    """A refusal that was recorded in earlier days does not."""
    return bool(consent.recipients or consent.classes or consent.role_type or consent.without)


def _has_done(view: View, agency: str, unmet: frozenset[str]) -> bool:
    """It has done or sent something that rests on none of those consents."""
    state = view.state
    done = [task.step for task in state.tasks.values() if _was_done_by(task, agency)]
    done += [each.step for each in state.hand_overs.values() if each.sender == agency]
    plans = (view.pathway.steps.get(step) for step in done)
    return any(plan is None or unmet.isdisjoint(plan.needs) for plan in plans)


def _was_done_by(task: Task, agency: str) -> bool:
    return task.agency == agency and task.status == "done"
