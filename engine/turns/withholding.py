"""Takes things back from a single agency, as when it is removed from a consent."""

from __future__ import annotations

from msgspec.structs import replace

from engine import covering
from engine import facts as f
from engine.errors import Refusal
from engine.statuses import ONCE_GIVEN, CasePhase
from engine.turns import consenting, farewells, revoking, silence, task_lifecycle
from engine.turns.turn import Turn


def withdraw(turn: Turn, name: str, by: str, agency: str = "") -> None:
    """The person withdraws a consent: from one agency while it stays in force for others, or
    entirely. A consent that names no other agency is withdrawn entirely.

    Args:
        by: the agency that reports the withdrawal.
        agency: the agency from which it is withdrawn; empty for all.

    Raises:
        Refusal: as in `consenting.withdraw`; `not_given` if the consent does not name the agency,
            or was refused or withdrawn.
    """
    before = turn.state.consents.get(name)
    if not agency or before is None:
        consenting.withdraw(turn, name, by)
        return
    if before.status not in ONCE_GIVEN or not covering.names(turn, before, agency):
        raise Refusal("not_given.for_agency", consent=name, agency=agency)
    named = covering.all_named(turn, before)
    if all(each == agency or turn.has_left(each) for each in named):
        consenting.withdraw(turn, name, by)
        return
    consenting.require_part(turn, by)
    left = tuple(each for each in before.recipients if each != agency)
    without = (*before.without, agency)
    turn.say(f.ConsentChanged(name=name, consent=replace(before, recipients=left, without=without)))
    standing_on = [plan.name for plan in turn.pathway.steps.values() if name in plan.needs]
    with farewells.said_once(turn, name, before):
        take_back(turn, agency, tuple(standing_on))


def uphold(turn: Turn) -> None:
    """Take from prohibited agencies what they still have, in a case that is open again after a
    merge: they may have been prohibited while the case was not open.
    """
    for agency in turn.state.prohibited:
        take_back(turn, agency, (*turn.pathway.steps,))


def take_back(turn: Turn, agency: str, steps: tuple[str, ...]) -> None:
    """Revoke the requests to an agency in these steps, and take back its tasks in them unless the
    agency is responsible for the case. Also take back the tasks of all agencies that may no longer
    go on. Does nothing in a case that is not open.
    """
    for asked in turn.state.hand_overs.values():
        concerned = asked.agency == agency and asked.step in steps
        if concerned and asked.status in revoking.REVOCABLE and turn.state.status == CasePhase.OPEN:
            silence.lose(turn, asked)
    if turn.state.status != CasePhase.OPEN:
        return
    for task in turn.state.open_tasks():
        if task.agency == agency and task.step in steps and agency != turn.state.responsible:
            task_lifecycle.take_back(turn, task, "not covered")
    revoking.take_back_tasks(turn)
