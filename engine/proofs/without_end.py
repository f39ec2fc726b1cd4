"""Situations of a walk from which no way leads to an end, and what stays open there."""

from __future__ import annotations

from collections.abc import Iterator

from engine.proofs.apart import Key
from engine.proofs.walk import Walk, is_stuck
from engine.state import Clock, State
from engine.statuses import CasePhase

_TELLS_NOTHING = frozenset({"review", "rung", "registry"})
"""Clocks that only tell somebody of something."""
_SHOWN = 5


def without_an_end(walk: Walk) -> Key | None:
    """The first situation from which no case comes to an end, however long it takes."""
    before: dict[Key, set[Key]] = {}
    for key, followers in walk.follows.items():
        for follower in followers:
            before.setdefault(follower, set()).add(key)
    good = {
        k
        for k, s in walk.found.items()
        if s.state.status != CasePhase.OPEN or is_stuck(walk.pathway, s.state)
    }
    good |= {key for key in walk.cut if key in walk.found}
    waiting = list(good)
    while waiting:
        for key in before.get(waiting.pop(), set()) - good:
            good.add(key)
            waiting.append(key)
    return next((key for key in walk.found if key not in good), None)


def stays_open(walk: Walk, key: Key) -> str:
    """What is open wherever a case may come from a situation: `the task of x stays open`; empty where
    that is nothing."""
    seen, waiting = {key}, [key]
    while waiting:
        fresh = walk.follows.get(waiting.pop(), set()) - seen
        seen |= fresh
        waiting += fresh
    reached = [(each, situation.state) for each, situation in walk.found.items() if each in seen]
    left = [dict.fromkeys(_open(state)) for _, state in reached]
    always = [each for each in left[0] if all(each in other for other in left)]
    last = [state for each, state in reached if walk.follows.get(each, set()) <= {each}]
    shown = always or list(dict.fromkeys(each for state in last[:1] for each in _open(state)))
    named = [*shown[:_SHOWN], *(["more"] if len(shown) > _SHOWN else [])]
    if not named:
        return ""
    several = [", ".join(named[:-1]), named[-1]] if named[1:] else named
    return f"{' and '.join(several)} {'stay' if named[1:] else 'stays'} open"


def _open(state: State) -> Iterator[str]:
    """Each task, request and clock that is open, by its step."""
    for task in state.open_tasks():
        yield f"the task of `{task.step}`"
    for asked in state.open_hand_overs():
        yield f"the request of `{asked.step}`"
    for clock in state.clocks.values():
        if clock.kind not in _TELLS_NOTHING and not _is_of_something_open(state, clock):
            yield _named(clock)


def _is_of_something_open(state: State, clock: Clock) -> bool:
    return clock.about in state.tasks or clock.about in state.hand_overs


def _named(clock: Clock) -> str:
    match clock.kind:
        case "named":
            return f"clock `{clock.about}`"
        case "floor":
            return f"the `not_before` of `{clock.about}`"
        case "expiry":
            return f"the `valid` of `{clock.about.removeprefix('consent.')}`"
        case _:
            return f"the `{clock.kind}` of `{clock.about}`"
