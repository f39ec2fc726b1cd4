"""Judges a late report as if it had come in time, by the state of the clocks when the event
happened.

Conditions that are read because of the report are read as of that time. What others have done since
still counts, and whatever was opened, lapsed or announced meanwhile stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from msgspec.structs import replace

from engine.clock import Clock
from engine.definition import NamedTime
from engine.phrases.conditions import Condition
from engine.phrases.vocabulary import names_in
from engine.plans import StagePlan, StepPlan, Test
from engine.questions import lookup
from engine.state import HandOver, State
from engine.statuses import NOTHING_HEARD, ConsentStatus, RequestStatus, StepStatus
from engine.view import View


def as_of(state: State, at: datetime) -> State:
    """The case as if nothing had run out since `at`: no named clock has ended, no task has missed
    its due moment, no request has become overdue or silent, no step has lapsed, no consent has
    expired.
    """
    since = {name: moment for name, moment in state.moments.items() if moment > at}
    over = {name for name in since if name.startswith("clock.")}
    silent = {name.removesuffix(".silent") for name in since if name.endswith(".silent")}
    lapsed = {name.removesuffix(".lapsed") for name in since if name.endswith(".lapsed")}
    expired = {name.split(".")[1] for name in since if name.endswith(".expired")}
    gone = over | {f"{name}.{how}" for name, how in _words(silent, lapsed)}
    return replace(
        state,
        moments={name: moment for name, moment in state.moments.items() if name not in gone}
        | _silences_before(state, at, silent),
        clocks=state.clocks | {name: _running(name, since[name]) for name in over},
        steps={
            name: StepStatus.OPEN if name in lapsed and status == StepStatus.LAPSED else status
            for name, status in state.steps.items()
        },
        tasks={
            ident: replace(task, overdue=task.overdue and not (task.due_at and task.due_at > at))
            for ident, task in state.tasks.items()
        },
        hand_overs={
            ident: _asked_as_of(asked, at, silent) for ident, asked in state.hand_overs.items()
        },
        consents={
            name: replace(consent, status=ConsentStatus.GIVEN)
            if name in expired and consent.status == ConsentStatus.EXPIRED
            else consent
            for name, consent in state.consents.items()
        },
    )


def _asked_as_of(asked: HandOver, at: datetime, silent: Collection[str]) -> HandOver:
    """A request as of `at`; since then, requests of the steps in `silent` have become silent."""
    return replace(
        asked,
        status=_status_as_of(asked, at) if asked.step in silent else asked.status,
        overdue=asked.overdue and not (asked.overdue_at and asked.overdue_at > at),
    )


def _status_as_of(asked: HandOver, at: datetime) -> RequestStatus:
    """The status that silences since `at` have ended, unless the receiver has done something since;
    that somebody has decided to wait longer does not count.
    """
    if not asked.silences and asked.status == RequestStatus.SILENT:
        return asked.silent_from
    status = asked.status
    for silent_at, before in reversed(asked.silences):
        if silent_at <= at or status not in NOTHING_HEARD:
            break
        status = before
    return status


def _silences_before(state: State, at: datetime, steps: Collection[str]) -> dict[str, datetime]:
    """The moments at which requests of these steps had last become silent by `at`."""
    found = sorted(
        (moment, asked.step)
        for asked in state.hand_overs.values()
        if asked.step in steps and state.is_of_now(asked.id)
        for moment, _ in asked.silences
        if moment <= at
    )
    return {f"{step}.silent": moment for moment, step in found}


def _words(silent: set[str], lapsed: set[str]) -> Iterator[tuple[str, str]]:
    yield from ((name, "silent") for name in silent)
    yield from ((name, "lapsed") for name in lapsed)


def _running(name: str, until: datetime) -> Clock:
    return Clock(key=name, kind="named", about=name.removeprefix("clock."), at=until)


def asks(view: View, test: Test | None) -> bool | None:
    """The result of a condition: as of the reported event, or now if nothing was reported late."""
    if test is None or view.report is None:
        return view.asks(test)
    return test(lookup(as_of(view.state, view.report.at)))


def begins(view: View, plan: StepPlan | StagePlan) -> bool | None:
    """The result of a step's or stage's `when`, read as of `read_at`: True if there is no `when`,
    None if the result is not known.
    """
    at = read_at(view, plan)
    if at is None or plan.when is None:
        return view.asks(plan.when)
    return plan.when(lookup(as_of(view.state, at)))


def starts(view: View, time: NamedTime) -> bool:
    """Whether a named period's `when` lets it start. The `when` is read as of the reported event if
    that event has changed a moment from which the period counts.
    """
    if time.when is None:
        return True
    test = view.pathway.test(time.when)
    was, now = view.report.before.moments if view.report else {}, view.state.moments
    is_led_to = view.report and any(was.get(each) != now.get(each) for each in time.anchors)
    return bool(asks(view, test) if is_led_to else view.asks(test))


def read_at(view: View, plan: StepPlan | StagePlan) -> datetime | None:
    """The time as of which the `when` of a step or stage is read. None means now: no late report
    has changed anything on which the `when` depends.
    """
    if view.report is None or plan.when is None:
        return None
    part = plan.step if isinstance(plan, StepPlan) else plan.stage
    before = (*part.after.names, plan.stage) if isinstance(plan, StepPlan) else part.after.names
    if not (_has_moved(view, before) or (part.when and _has_changed(view, part.when))):
        return None
    then = view.report.before.moments
    words = ("done", "ended", "stopped", "lapsed", "entered")
    known = (then.get(f"{name}.{word}") for name in before for word in words)
    return max((view.report.at, *filter(None, known)))


def _has_moved(view: View, names: Iterable[str]) -> bool:
    """Whether one of these steps or stages has changed since before the report."""
    assert view.report is not None
    was, now = view.report.before, view.state
    return any(
        was.steps.get(name) != now.steps.get(name) or was.stages.get(name) != now.stages.get(name)
        for name in names
    )


def _has_changed(view: View, condition: Condition) -> bool:
    """Whether a condition reads something that the report changed."""
    assert view.report is not None
    was, now = lookup(view.report.before), lookup(view.state)
    names = {name for name, _ in names_in(condition, view.pathway.vocabulary)}
    return any(was(name) != now(name) for name in names)


def told(view: View, name: str, moment: date) -> date:
    """The start of an agency's time to act, if it is counted from the moment called `name`.

    That is the moment itself. But if the late report has made the moment known or changed it, the
    time starts now at the earliest. A day without a time is returned unchanged.
    """
    if view.report is None or not isinstance(moment, datetime):
        return moment
    is_news = _foreseen(view.report.before, name) != _foreseen(view.state, name)
    return max(moment, view.now) if is_news else moment


def _foreseen(state: State, name: str) -> datetime | None:
    """When something happened; for a named clock, when it ends or ended."""
    running = state.clocks.get(f"clock.{name}")
    return running.at if running else state.moments.get(name, state.moments.get(f"clock.{name}"))
