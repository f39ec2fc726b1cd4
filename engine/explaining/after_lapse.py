"""What followed when a step lapsed that had been done in time, and the acts that answer it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.explaining.reasons import CaseHistory, Reason
from engine.message import message
from engine.phrases.syntax import BackTo
from engine.statuses import NOT_BEGUN, STEP_UNDER_WAY, UNANSWERED

_BEGAN = (".opened", ".entered")


def what_followed(known: CaseHistory, step: str) -> Iterator[Reason]:
    """A reason for each part that began because the step had lapsed, and for the end of the case if
    that followed too. For whoever sees all of the case.
    """
    at = known.state.moments.get(f"{step}.lapsed")
    if at is None:
        return
    parts = _parts(known, step, at)
    for name, began in parts.items():
        yield Reason(said=message("why.followed.part", name=name), at=began)
        yield from _answers(known, name)
    for name, interrupt in known.view.pathway.definition.interrupts.items():
        if isinstance(interrupt.then, BackTo) and interrupt.then.stage in parts:
            stage = interrupt.then.stage
            yield Reason(said=message("why.followed.back_to", interrupt=name, stage=stage))
    ended = known.state.moments.get("case.ended")
    if ended is not None and ended >= at:
        yield Reason(said=message("why.followed.end", end=known.state.end), at=ended)


def _parts(known: CaseHistory, step: str, at: datetime) -> dict[str, datetime]:
    """The stages and steps that began when the step lapsed, and since then those after them, each
    with when it began.
    """
    pathway, moments = known.view.pathway, known.state.moments
    entries = {name: plan.stage for name, plan in pathway.stages.items()}
    before = {name: {*each.after.names} for name, each in entries.items()}
    before |= {name: {*plan.step.after.names, plan.stage} for name, plan in pathway.steps.items()}
    began = {
        name: moment
        for name in before.keys() - {step}
        for word in _BEGAN
        if (moment := moments.get(f"{name}{word}")) and moment >= at
    }
    found = {name for name, moment in began.items() if moment == at}
    size = -1
    while size < (size := len(found)):
        found |= {name for name in began if before[name] & {*found, step}}
    return {name: moment for name, moment in began.items() if name in found}


def _answers(known: CaseHistory, name: str) -> Iterator[Reason]:
    """How to take back what is still under way in a step."""
    asked = [each for each in known.state.hand_overs.values() if each.step == name]
    for each in asked:
        if each.status in UNANSWERED | NOT_BEGUN:
            yield Reason(said=message("why.followed.revoke", request=each.id))
    if known.state.steps.get(name) in STEP_UNDER_WAY and not asked:
        yield Reason(said=message("why.followed.skip", step=name))
