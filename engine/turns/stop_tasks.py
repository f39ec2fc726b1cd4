"""Asks agencies to stop, and to confirm that they have: which agencies must confirm, by when, and
what follows if one does not.

Source: consent may be withdrawn, and agencies that relied on it stop (REM, HTCDS, ECW-DPA); each
recipient is told of the erasure or restriction (GDPR, article 19).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from engine import covering
from engine import facts as f
from engine.clock import Clock
from engine.consent_steps import step_for
from engine.errors import Refusal
from engine.machines import move
from engine.message import message
from engine.numbering import no_task
from engine.phrases.syntax import Moment
from engine.state import ConsentState, StopTask
from engine.statuses import ONCE_GIVEN, RequestStatus, TaskStatus
from engine.task_kinds import TaskKind
from engine.turns import counting, ladders
from engine.turns.telling import Farewell, say_farewell
from engine.turns.turn import Turn
from engine.view import View

MOST_ASKED = 5
"""How often an agency is asked to confirm, at most. After that, the task stays open, and those told
that it is overdue deal with it.
"""


def who_had(view: View, name: str, consent: ConsentState) -> dict[str, str]:
    """The agencies that had something because of a consent, each with the last thing it had.

    An agency that the consent names had whatever it was told about in a step that needs the
    consent. Any other agency had the requests that it received in such a step. Nothing that an
    agency declined counts. Empty if the consent was not given, or was withdrawn before.

    Args:
        consent: the consent as it was before it was withdrawn.
    """
    if consent.status not in ONCE_GIVEN:
        return {}
    return {
        agency: had[-1]
        for agency in view.state.told
        if (had := list(_had(view, name, consent, agency)))
    }


def _had(view: View, name: str, consent: ConsentState, agency: str) -> Iterator[str]:
    is_named = covering.names(view, consent, agency)
    for about in view.state.told[agency]:
        plan = view.pathway.steps.get(about.partition(".")[0])
        if plan is None or name not in plan.needs or _said_no(view, about, agency):
            continue
        asked = view.state.hand_overs.get(about)
        if is_named or (asked is not None and asked.agency == agency):
            yield about


def _said_no(view: View, about: str, agency: str) -> bool:
    task, asked = view.state.tasks.get(about), view.state.hand_overs.get(about)
    if task:
        return agency in task.declined_by and agency not in task.agencies
    return asked is not None and asked.agency == agency and asked.status == RequestStatus.DECLINED


def hearers(view: View, consent: ConsentState) -> dict[str, str]:
    """The agencies that a consent names and that were told anything, each with the last thing it
    was told about. An agency that declined everything is left out. Empty as in `who_had`.
    """
    if consent.status not in ONCE_GIVEN:
        return {}
    return {
        agency: about[-1]
        for agency, about in view.state.told.items()
        if covering.names(view, consent, agency)
        and not all(_said_no(view, each, agency) for each in about)
    }


def owe(turn: Turn, agency: str, name: str, about: str, *, label: str = "") -> StopTask:
    """Ask an agency to stop and to confirm that it has. If it was asked before because of the same
    consent and has not confirmed that stop, it is asked again.

    Args:
        name: the name of the consent; empty if the agency has to stop because a case was moved back
            from a version that had sent it a request.
        about: the last thing that the agency had.
    """
    label = label or turn.pathway.label(about.partition(".")[0])
    stop = _open(turn, agency, name) or _new(turn, agency, name, about)
    say_farewell(turn, Farewell(stop.agency, "stop_and_confirm", stop.id, label, stop.due_at))
    return stop


def _open(view: View, agency: str, name: str) -> StopTask | None:
    found = view.state.open_stops()
    return next((each for each in found if (each.of, each.consent) == (agency, name)), None)


def _new(turn: Turn, agency: str, name: str, about: str) -> StopTask:
    step = about.partition(".")[0]
    if step not in turn.pathway.steps and name:  # it was only told that the case exists
        step = step_for(turn.pathway, turn.state, name).name
    run = about.split(".")[1] if about.startswith(f"{step}.") else f"{turn.state.runs.get(step, 1)}"
    ident = f"{step}.{run}.stop{len(turn.state.stops) + 1}"
    clock = counting.begin(
        turn, "stop", f"{ident}:stop", ident, Moment(turn.pathway.definition.stop.time), agency
    )
    stop = StopTask(
        id=ident,
        step=step,
        kind=TaskKind.STOP,
        role="",
        agency=agency,
        of=agency,
        consent=name,
        status=move("task", "new", "assign"),
        opened_at=turn.as_of,
        due_at=clock.at if clock else None,
    )
    turn.say(f.StopOwed(stop=stop))
    if clock:
        turn.set_clock(clock)
    return stop


def reach(turn: Turn, clock: Clock) -> None:
    """Deal with a stop that was not confirmed in time. The agency is asked again if it can still
    confirm. The responsible agency is told, and so is the agency that the pathway names for this,
    if any.
    """
    stop = turn.state.stops[clock.about]
    turn.say(f.StopOverdue(stop=stop.id, asked=stop.asked + 1))
    pass_on(turn)
    stop = turn.state.stops[stop.id]
    if stop.agency == stop.of:
        ladders.remember(turn, stop.agency, "stop_and_confirm", stop.id)
    for agency in dict.fromkeys((turn.state.responsible, *_also_told(turn))):
        ladders.remember(turn, agency, "overdue", stop.id)
    if stop.asked < MOST_ASKED:
        again = counting.count_again(turn, replace(clock, start=clock.at, pauses=()))
        if again:
            turn.set_clock(again)


def _also_told(view: View) -> Iterator[str]:
    role = view.pathway.definition.stop.tell
    agency = view.able(role) if role else None
    if agency:
        yield agency


def pass_on(turn: Turn) -> None:
    """Give each open stop to whoever must confirm it: the agency that has to stop or, if that one
    no longer can, the responsible agency.
    """
    for stop in turn.state.open_stops():
        holder = turn.state.responsible if _is_out(turn, stop.of) else stop.of
        if holder != stop.agency:
            turn.say(f.StopPassedOn(stop=stop.id, agency=holder))
            turn.tell(holder, "attention", stop.id, turn.pathway.label(stop.step))


def _is_out(view: View, agency: str) -> bool:
    return view.is_barred(agency) or view.has_left(agency)


def lift(turn: Turn, name: str) -> None:
    """Lift the stops of the agencies that the consent names, now that the person has agreed again,
    and tell whoever had to confirm them.
    """
    for stop in turn.state.open_stops():
        if stop.consent == name and not covering.has_lost(turn, name, stop.of):
            turn.say(f.StopLifted(stop=stop.id, status=move("task", stop.status, "withdraw")))
            turn.stop_clocks(stop.id, "given")
            if not covering.must_stop(turn, stop):
                turn.tell(stop.agency, "may_go_on", stop.id, turn.pathway.label(stop.step))


def confirm(turn: Turn, ident: str, agency: str, person: str) -> None:
    """Record that an agency has stopped. The responsible agency may confirm this in its place.

    Raises:
        Refusal: `not_found`, `not_yours`, or, if there is nothing to confirm, `not_open` or
            `settled`.
    """
    stop = turn.state.stops.get(ident)
    if stop is None:
        own = [each.id for each in turn.state.open_stops() if agency == each.agency]
        raise no_task(ident, own)
    if agency != stop.agency:
        turn.require_agency(agency, turn.state.responsible)
    if stop.status == TaskStatus.DONE:
        raise Refusal("settled.task", task=ident)
    if not stop.is_open:
        how = message(f"status.task.{stop.status}")
        raise Refusal("not_open.task_is", task=ident, status=how)
    status = move("task", stop.status, "complete")
    at = turn.occurred_at
    turn.say(f.StopConfirmed(stop=ident, status=status, at=at, agency=agency, by=person))
    turn.stop_clocks(ident, "done")
    turn.say(f.NoticesCancelled(about=(ident,)))
