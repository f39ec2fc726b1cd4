"""Carries over the reminder ladders of a moved case, so that no used rung is used again and no new
one is lost.

A new rung matches the old rung with the same text. Failing that, it matches one that does the same
at another time, on the same side of the due moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from engine import facts as f
from engine.clock import Clock
from engine.phrases.syntax import Moment, Rung
from engine.state import State
from engine.turns import ladders
from engine.turns.arithmetic import TimingRule
from engine.turns.counting import count_by
from engine.turns.turn import Turn
from engine.versions.renames import Renames
from engine.versions.renaming import renamed
from engine.view import View


def take_down(turn: Turn, old: Turn, names: Renames) -> dict[str, dict[int, Clock | None]]:
    """Stop the rungs of each ladder that has changed.

    Returns:
        For each task or request with such a ladder, the numbers of the new rungs that match an old
            one, each with the old rung's clock, or None if that clock no longer runs.
    """
    found: dict[str, dict[int, Clock | None]] = {}
    for about, before in _ladders(old, names).items():
        after = _rungs(turn, about)
        if before == after:
            continue
        running = {
            clock.rung: clock
            for clock in turn.state.clocks.values()
            if clock.kind == "rung" and clock.about == about
        }
        pairs = _paired(before, after)
        found[about] = {new: running.get(number) for number, new in pairs.items()}
        keys = tuple(each.key for each in running.values())
        if keys:
            turn.say(f.ClocksStopped(keys=keys, because="migrated"))
    return found


def put_up(turn: Turn, taken: Mapping[str, Mapping[int, Clock | None]]) -> None:
    """Set the matching rungs that are not used up, and the new ones that lie ahead."""
    for about, known in taken.items():
        for number, rung in enumerate(_rungs(turn, about)):
            if number not in known:
                _set_new(turn, about, number, rung)
            elif (was := known[number]) is not None and was.used < rung.at_most:
                _set_again(turn, was, number, rung)


def _set_again(turn: Turn, was: Clock, number: int, rung: Rung) -> None:
    due = _due(turn, was.about)
    start = due.at if due and not was.used else was.start
    seed = replace(was, key=f"{was.about}:rung:{number}", rung=number, start=start)
    _set(turn, seed, rung)


def _set_new(turn: Turn, about: str, number: int, rung: Rung) -> None:
    state, due = turn.state, _due(turn, about)
    task, asked = state.tasks.get(about), state.hand_overs.get(about)
    at = task.due_at if task else asked.answer_by if asked else None
    if at is None:
        return
    owner = task.agency if task else asked.agency if asked else ""
    seed = Clock(
        key=f"{about}:rung:{number}",
        kind="rung",
        about=about,
        at=at,
        start=at,
        agency=due.agency if due else owner,
        rung=number,
        paused_at=due.paused_at if due else None,
    )
    _set(turn, seed, rung, only_ahead=True)


def _set(turn: Turn, seed: Clock, rung: Rung, *, only_ahead: bool = False) -> None:
    clock = count_by(turn, seed, TimingRule(Moment(rung.offset, before=rung.before)))
    if clock and (clock.at > turn.now or not only_ahead):
        turn.set_clock(clock)


def _due(view: View, about: str) -> Clock | None:
    clocks = view.state.clocks
    return clocks.get(f"{about}:due") or clocks.get(f"{about}:answer")


def _ladders(old: View, names: Renames) -> dict[str, Sequence[Rung]]:
    """The old rungs with the new role names, by the new id of each open task or request."""
    found: dict[str, Sequence[Rung]] = {}
    after = renamed(old.state, names)
    for before, now in zip(_alive(old.state), _alive(after), strict=True):
        rungs = [
            replace(rung, role=names.roles.get(rung.role, rung.role))
            for rung in _rungs(old, before)
        ]
        found[now] = rungs
    return found


def _alive(state: State) -> list[str]:
    tasks = [t.id for t in state.tasks.values() if t.is_under_way]
    return [*tasks, *(each.id for each in state.open_hand_overs())]


def _rungs(view: View, about: str) -> Sequence[Rung]:
    task, asked = view.state.tasks.get(about), view.state.hand_overs.get(about)
    if task:
        return list(ladders.of_task(view.pathway.steps.get(task.step), task))
    return list(ladders.of_request(view.pathway.steps[asked.step])) if asked else []


def _paired(before: Sequence[Rung], after: Sequence[Rung]) -> dict[int, int]:
    """Maps the number of each old rung to that of the new rung that matches it, if there is one."""
    pairs: dict[int, int] = {}
    for key in (str, _what):
        for number, rung in enumerate(before):
            free = [n for n in range(len(after)) if n not in pairs.values()]
            same = [n for n in free if key(after[n]) == key(rung)]
            if number not in pairs and same:
                pairs[number] = same[0]
    return pairs


def _what(rung: Rung) -> str:
    """What a rung does, and whether before the due moment, but not how long before or after."""
    return f"{rung.verb} {rung.role} {'before' if rung.before else ''}"
