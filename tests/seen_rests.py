"""That no case rests without anybody having seen it."""

from __future__ import annotations

from engine import commands as c
from engine.decide import decide
from engine.state import State
from engine.task_kinds import TaskKind
from engine.view import View


def waits_on(state: State) -> bool:
    """Whether whoever has reviewed the case last decided to wait on."""
    last = next(reversed(state.tasks.values()), None)
    return last is not None and last.kind is TaskKind.REVIEW and last.outcome == "wait_on"


def look_at_rest(view: View) -> None:
    """Promise 2: if nobody has anything to do, somebody gets it as time passes, or the case has been
    reviewed. Time is let pass, moment by moment, as a tick would.
    """
    state, now = view.state, view.now
    if waits_on(state):
        return
    while state.status == "open" and not _has_work(state) and not state.proposals:
        clock = state.next_clock()
        assert clock, "a case that rests without return has its review"
        now = max(now, clock.at)
        passes = c.Command(act=c.Settle(), agency="", occurred_at=now, recorded_at=now)
        state = decide(view.pathway, state, passes, view.registry, view.calendars).state
        assert state.status == "open", "a case that only time ends has its review"
    fresh = [each for each in state.open_tasks() if each.id not in view.state.tasks]
    assert not any(each.kind is TaskKind.REVIEW for each in fresh), "its review came at once"


def _has_work(state: State) -> bool:
    asked = [each for each in state.open_hand_overs() if each.status != "silent"]
    return bool(state.open_tasks() or asked)
