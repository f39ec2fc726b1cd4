"""Consents: asked for, given, refused, withdrawn and expired, and whether they let a step go on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from engine import covering, reading_out
from engine import facts as f
from engine.consent_steps import step_for, withdrawal
from engine.errors import Refusal
from engine.machines import move
from engine.phrases.syntax import Moment
from engine.plans import StepPlan, Test
from engine.state import AgencyClass, ConsentState
from engine.statuses import DENIED, ONCE_GIVEN, CasePhase, ConsentStatus, StepStatus
from engine.task_kinds import TaskKind
from engine.time.clocks import add
from engine.turns import (
    counting,
    farewells,
    guardians,
    renewing,
    revoking,
    separation,
    stop_tasks,
    task_lifecycle,
)
from engine.turns.reactions import react
from engine.turns.turn import Turn
from engine.view import View

if TYPE_CHECKING:
    from engine.acts.consents import RecordConsent


def ask(turn: Turn, consent: str) -> None:
    """Open a task in which the person is asked (again), unless one is open in any step."""
    asking = {plan.name for plan in turn.pathway.consent_steps[consent]}
    if any(task.step in asking for task in turn.state.open_tasks()):
        return
    plan = step_for(turn.pathway, turn.state, consent)
    roles = able_roles(turn, plan)
    task_lifecycle.open_task(turn, plan.name, TaskKind.CONSENT, roles, due=plan.step.due)


def record(turn: Turn, act: RecordConsent, agency: str, person: str) -> None:
    """Record what the person or a guardian answered, for the agency that asked, and do what follows
    from the answer.

    Raises:
        Refusal: as in `task_lifecycle.find`, `covering.require`, `guardians.require_giver` and
            `separation.require`; `not_a_consent`, `wrong_language` or `recipient_unknown`.
    """
    task = task_lifecycle.take_up(turn, act.task, agency)
    if task.kind is not TaskKind.CONSENT:
        raise Refusal("not_a_consent", task=act.task)
    plan = turn.pathway.steps[task.step]
    covering.require(turn, plan, agency, task.role)
    name = plan.step.consent or ""
    guardians.require_giver(turn, name, act)
    reading_out.require_language(turn, name, act)
    reading_out.require_understood(turn, name, act)
    before = turn.state.consents.get(name, ConsentState(status=ConsentStatus.NONE))
    turn.stop_clocks(f"consent.{name}", "answered")  # from an earlier answer
    if act.given:
        given = _given(turn, name, before, act)
        turn.say(f.ConsentChanged(name=name, consent=given))
        if given.expires_at:
            _set_expiry(turn, name, turn.occurred_at)
        _name_others(turn, name, before)
    else:
        status = move("consent", before.status, "refuse")
        named = _named(turn, name)
        refused = replace(before, status=status, **named, **_how_asked(turn, name, act))
        turn.say(f.ConsentChanged(name=name, consent=refused))
    separation.require(turn, task, task.agency, person)
    task_lifecycle.finish(turn, task, person, "given" if act.given else "refused")
    turn.note(f"consent.{name}.{'given' if act.given else 'refused'}")
    if turn.state.steps.get(plan.name) != StepStatus.DONE:
        turn.say(f.StepMoved(step=plan.name, status=StepStatus.DONE))
    turn.note(f"{plan.name}.done")
    renewing.renew_by_answer(turn, name, plan.name)
    if not act.given:
        withdraw_offers(turn, name, before)
        react(turn, plan.step.refused, task.id)


def _name_others(turn: Turn, name: str, before: ConsentState) -> None:
    """Lift the stops of agencies that may go on under the new answer. Agencies that had something
    under the earlier answer are told to stop if the new answer no longer names them and nothing
    else lets them know of the case.
    """
    stop_tasks.lift(turn, name)
    for agency, about in stop_tasks.who_had(turn, name, before).items():
        goes_on = turn.may_know(agency) or turn.is_barred(agency)
        if covering.has_lost(turn, name, agency) and not goes_on:
            stop_tasks.owe(turn, agency, name, about)


def _given(turn: Turn, name: str, before: ConsentState, act: RecordConsent) -> ConsentState:
    """The consent, naming each recipient or the classes of agencies that were read out."""
    asked = turn.pathway.consent(name)
    expires = None
    if asked.valid:
        expires = add(turn.occurred_at, asked.valid, turn.edition(turn.state.responsible))
    return ConsentState(
        status=move("consent", before.status, "give"),
        recipients=() if asked.any else _recipients(turn, asked.to),
        classes=tuple(_class(turn, role) for role in asked.to) if asked.any else (),
        # Confirming a class does not readmit agencies that the person has removed from it.
        without=before.without if asked.any and before.status in ONCE_GIVEN else (),
        shows=asked.shows,
        given_at=turn.occurred_at,
        expires_at=expires,
        **_how_asked(turn, name, act),
    )


def _how_asked(view: View, name: str, act: RecordConsent) -> dict[str, Any]:
    """How the person was asked: which text was read out, in which language, and who answered."""
    return {
        "language": act.language,
        "interpreter": act.interpreter,
        "giver": act.giver,
        "view": act.view,
        "text_hash": reading_out.hash_of(view, name, act.language),
        "version": view.pathway.version,
    }


def _recipients(turn: Turn, roles: tuple[str, ...]) -> tuple[str, ...]:
    """The recipients of the consent, each once even if it holds several of the roles. Raises
    Refusal `recipient_unknown` if a role has no recipient yet.
    """
    return tuple(dict.fromkeys(_recipient(turn, role) for role in roles))


def _recipient(turn: Turn, role: str) -> str:
    turn.bind(role)
    found = reading_out.recipient(turn, role)
    if found is None:
        side = turn.side_of(role)
        if side not in turn.state.sides:
            raise Refusal("recipient_unknown.country", side=side)
        country = turn.state.sides[side]
        if turn.only_kept_apart(role):
            raise Refusal("recipient_unknown.kept_apart", role=role, country=country)
        raise Refusal("recipient_unknown.role", role=role, country=country)
    return found


def _named(turn: Turn, name: str) -> dict[str, Any]:
    """The agencies, or the classes of agencies, for which the person was asked and refused, as far as
    they are known.
    """
    asked = turn.pathway.consent(name)
    if asked.any:
        known = [role for role in asked.to if turn.side_of(role) in turn.state.sides]
        return {"classes": tuple(_class(turn, role) for role in known)}
    for role in asked.to:
        turn.bind(role)
    found = (turn.acting(role) or turn.fitting(role) for role in asked.to)
    return {"recipients": tuple(agency for agency in found if agency)}


def _class(view: View, role: str) -> AgencyClass:
    """The class of a role. It covers only agencies in the side's country; those of other countries
    were not read out. Raises Refusal `recipient_unknown` while the country is not known.
    """
    plan = view.pathway.roles[role]
    country = view.state.sides.get(plan.side)
    if country is None:
        raise Refusal("recipient_unknown.country", side=plan.side)
    return AgencyClass(role_type=plan.type, country=country)


def _set_expiry(turn: Turn, name: str, given_at: datetime) -> None:
    """Set the expiry, counted from when the consent was given, which may be days before it was
    recorded.
    """
    key, valid = f"consent.{name}", turn.pathway.consent(name).valid
    agency, by = turn.state.responsible, Moment(valid)
    clock = counting.begin(turn, "expiry", key, key, by, agency, start=given_at)
    if clock:
        turn.set_clock(clock)


def resume(turn: Turn, since: datetime | None) -> None:
    """Catch up on what became of the consents while the case was not open: the person is asked
    again for a consent that has expired, if its stage still goes on, and withdrawals take effect.

    Args:
        since: when the case was closed or merged; if None, nothing is done.
    """
    for name, consent in list(turn.state.consents.items()):
        changed = turn.state.moments.get(f"consent.{name}.{consent.status}")
        if since is None or changed is None or changed < since:
            continue
        if consent.status == ConsentStatus.EXPIRED:
            _ask_again(turn, name)
        elif consent.status == ConsentStatus.WITHDRAWN:
            _revoke_all(turn, name)  # agencies that have to stop have been told so
            _react_to_withdrawal(turn, name)


def watch(turn: Turn) -> None:
    """Set the expiry clocks of the consents in force, in a case that is reopened."""
    for name, consent in turn.state.consents.items():
        if (
            consent.status == ConsentStatus.GIVEN
            and consent.given_at
            and turn.pathway.consent(name).valid
        ):
            _set_expiry(turn, name, consent.given_at)


def is_fresh(view: View, name: str, plan: StepPlan) -> bool:
    """Whether a consent is given, and was given (again) after everything the step waits for had
    happened.

    Source: consent is confirmed before each irreversible act (F38; IOM-DP).
    """
    consent = view.state.consents.get(name)
    if consent is None or consent.status != ConsentStatus.GIVEN or consent.given_at is None:
        return False
    moments = view.state.moments
    before = [
        moments.get(f"{each}.done") or moments.get(f"{each}.ended")
        for each in plan.step.after.names
    ]
    return all(each is None or each <= consent.given_at for each in before)


def permit_at_home(view: View, plan: StepPlan) -> bool:
    """Whether the consents of a step that is not a request let the holder of one of its roles
    begin.

    For a panel, only whether they are in force; each member is checked separately.
    """
    if plan.step.panel:
        return all(covering.stands(view, each) for each in plan.needs)
    return any(covering.permit(view, plan, view.holder(role), role) for role in plan.step.by)


def able_roles(view: View, plan: StepPlan) -> tuple[str, ...]:
    """The roles of a step whose holders the consents allow to do it; all roles if they allow
    none.
    """
    if not plan.needs:
        return plan.step.by
    able = [role for role in plan.step.by if covering.permit(view, plan, view.holder(role), role)]
    return tuple(able) or plan.step.by


def taken_out(view: View, plan: StepPlan) -> set[str]:
    """Agencies from which the person withdrew a consent that the step needs."""
    known = (view.state.consents.get(each) for each in plan.needs)
    return {agency for consent in known if consent for agency in consent.without}


def denied(view: View, name: str) -> bool:
    """Whether nothing that needs the consent can follow: the person refused or withdrew it, or all
    steps that ask for it were skipped.
    """
    consent = view.state.consents.get(name)
    if consent is None:
        asking = [each for each in view.pathway.steps.values() if each.step.consent == name]
        return all(view.state.steps.get(each.name) == StepStatus.SKIPPED for each in asking)
    return consent.status in DENIED


def require_done(view: View, plan: StepPlan, agency: str, role: str) -> None:
    """Raises Refusal `no_consent` or `barred` unless the agency was allowed to do the work when it
    was done.

    A report discloses nothing to anybody, so a consent that has since expired is enough.
    """
    needed = covering.needed(view, plan, agency, role)
    if view.is_barred(agency) or not all(covering.stood(view, *each) for each in needed):
        covering.require(view, plan, agency, role)


def require_part(view: View, agency: str) -> None:
    """Raises Refusal `not_allowed` unless the agency takes part in the case, since only such an
    agency may report what the person says.
    """
    if agency not in view.involved():
        raise Refusal("not_allowed.no_part")


def withdraw(turn: Turn, name: str, agency: str) -> None:
    """Withdraw a consent, with effect at once: requests and tasks of an open case that rely on it
    are taken back, agencies that had something because of it are told to stop, and unsent notices
    to agencies that may be told nothing more are cancelled.

    Args:
        agency: the agency that reports the withdrawal.

    Raises:
        Refusal: `not_allowed`; `not_given` if nobody has answered; `not_possible`.

    Source: consent is layered and revocable (REM, HTCDS, ECW-DPA).
    """
    require_part(turn, agency)
    before = turn.state.consents.get(name)
    if before is None:
        raise Refusal("not_given.at_all", consent=name)
    withdrawn = replace(before, status=move("consent", before.status, "withdraw"))
    turn.say(f.ConsentChanged(name=name, consent=withdrawn))
    turn.stop_clocks(f"consent.{name}", "withdrawn")
    turn.note(f"consent.{name}.withdrawn")
    withdraw_offers(turn, name, before)
    _react_to_withdrawal(turn, name)


def _react_to_withdrawal(turn: Turn, name: str) -> None:
    step = step_for(turn.pathway, turn.state, name).name
    react(turn, withdrawal(turn.pathway, turn.state, name), step, of_the_case=True)


def withdraw_offers(turn: Turn, name: str, before: ConsentState) -> None:
    """Take back the requests and tasks that rely on a consent, if the case is open, and tell the
    agencies that have lost the consent to stop.

    Args:
        before: the consent as it was before it was refused or withdrawn.
    """
    with farewells.said_once(turn, name, before):
        if turn.state.status == CasePhase.OPEN:  # otherwise nothing more is asked or done
            _revoke_all(turn, name)


def _revoke_all(turn: Turn, name: str) -> None:
    for asked in turn.state.hand_overs.values():
        if asked.status not in revoking.REVOCABLE:
            continue
        if name in turn.pathway.steps[asked.step].needs:
            revoking.revoke(turn, asked, notice="no_longer_needed")
    plans = turn.pathway.steps.values()
    revoking.drop_steps(turn, [each for each in plans if name in each.needs])
    revoking.take_back_tasks(turn)


def expire(turn: Turn, name: str) -> None:
    """Record that a consent has expired, and ask for it again if the stage in which it is asked for
    still goes on.
    """
    before = turn.state.consents[name]
    expired = replace(before, status=move("consent", before.status, "expire"))
    turn.say(f.ConsentChanged(name=name, consent=expired))
    turn.note(f"consent.{name}.expired", turn.as_of)
    _ask_again(turn, name)


def _ask_again(turn: Turn, name: str) -> None:
    stage = step_for(turn.pathway, turn.state, name).stage
    if turn.state.status == CasePhase.OPEN and turn.pathway.goes_on(turn.state, stage):
        ask(turn, name)


def lapse(turn: Turn) -> None:
    """End consents that were not given by whoever must give them now, and ask for them again.

    A guardian's consent lapses when the person comes of age. The person's own consent lapses when
    it turns out that a guardian was needed.
    """
    asked_of = turn.state
    answers: dict[Test, str] = {}
    for name, needed in turn.pathway.guardians.items():
        given = turn.state.consents.get(name)
        if given is None or given.status != ConsentStatus.GIVEN:
            continue
        if turn.state is not asked_of:
            asked_of, answers = turn.state, {}
        if needed not in answers:  # most pathways have one condition for all their consents
            answers[needed] = guardians.giver(needed, turn.state)
        if given.giver != answers[needed]:
            turn.stop_clocks(f"consent.{name}", "lapsed")
            expire(turn, name)
