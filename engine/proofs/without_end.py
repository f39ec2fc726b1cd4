"""Situations of a walk from which no path leads to an end, and what stays open there."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from engine.clock import Clock
from engine.message import Message, finding
from engine.proofs.reached import SituationNumber
from engine.proofs.walk import Walk
from engine.state import State
from engine.statuses import CasePhase
from engine.turns.resting import ONLY_TELL

_SHOWN = 5


def without_an_end(walk: Walk) -> SituationNumber | None:
    """The first situation from which no path leads to an end; None if there is none. A situation
    in which a case rests, or that was not followed up completely, counts as an end.
    """
    return next(_endless(walk, frozenset()), None)


def hangs_on(walk: Walk) -> list[str]:
    """The optional steps that keep a case from ever ending if left undone, because something else
    waits for them.
    """
    endless = (walk.found[key].left for key in _endless(walk, walk.taken_up))
    return list(dict.fromkeys(left.partition(".")[0] for left in endless if left))


def _endless(
    walk: Walk, without: Container[tuple[SituationNumber, SituationNumber]]
) -> Iterator[SituationNumber]:
    """The situations from which no path leads to an end if the transitions in `without` are left
    out; a situation in which the case rests, or that was not followed up completely, counts as an end.
    """
    good = {
        key
        for key, each in walk.found.items()
        if each.state.status != CasePhase.OPEN or walk.resting(key)
    }
    good |= {key for key in walk.cut if key in walk.found}
    led_on = leading_to(walk, good, without)
    yield from (key for key in walk.found if key not in led_on)


def leading_to(
    walk: Walk,
    wanted: Iterable[SituationNumber],
    without: Container[tuple[SituationNumber, SituationNumber]] = frozenset(),
) -> set[SituationNumber]:
    """The wanted situations and all from which a path leads to one of them, if the transitions in
    `without` are left out.
    """
    before: dict[SituationNumber, set[SituationNumber]] = {}
    for key, followers in walk.follows.items():
        for follower in followers:
            if (key, follower) not in without:
                before.setdefault(follower, set()).add(key)
    found = {*wanted}
    waiting = [*found]
    while waiting:
        fresh = before.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found


def stays_open(walk: Walk, key: SituationNumber) -> tuple[Message, ...]:
    """What stays open from a situation on: `the task of x stays open`.

    The list names what is open in this situation and in every situation reachable from it. If there
    is nothing of the kind, it names what is open in the first of these situations that leads to no
    other. It names at most five things; a last message says if there are more.
    """
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
    return (*shown[:_SHOWN], *([finding("open.more")] if len(shown) > _SHOWN else []))


def _open(state: State) -> Iterator[Message]:
    """Each open task and request, and each clock beside these that does more than inform."""
    for task in state.open_tasks():
        yield finding("open.task", step=task.step)
    for asked in state.open_hand_overs():
        yield finding("open.request", step=asked.step)
    for clock in state.clocks.values():
        if clock.kind not in ONLY_TELL and not _is_of_something_open(state, clock):
            yield named(clock)


def _is_of_something_open(state: State, clock: Clock) -> bool:
    return clock.about in state.tasks or clock.about in state.hand_overs


def named(clock: Clock) -> Message:
    """A clock in words, by what it is written with."""
    match clock.kind:
        case "named":
            return finding("open.clock", clock=clock.about)
        case "floor":
            return finding("open.period", word="not_before", of=clock.about)
        case "expiry":
            return finding("open.period", word="valid", of=clock.about.removeprefix("consent."))
        case _:
            return finding("open.period", word=str(clock.kind), of=clock.about)
