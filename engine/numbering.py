"""The numbers under which an agency knows tasks and requests: `STEP.n`, counted per agency.

The ids of a case count what all agencies do in a step, so an id would tell an agency how many
others were asked before. Instead, an agency is shown its own count: whatever it has had in the step,
tasks and requests together, in the order in which it got them. From the moment an agency is
responsible, it counts everything in the case. A number never changes its meaning. Operators, who
belong to no agency, see the ids of the case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from engine.errors import Refusal
from engine.four_eyes import seat, seat_of
from engine.message import Message
from engine.nearest import nearest
from engine.state import HandOver, State, StopTask, Task
from engine.task_kinds import TaskKind

Work = Task | HandOver
Numbers = dict[str, dict[str, tuple[str, ...]]]
"""As in `State`: by agency and step, ids in the order in which they are counted."""

_IDENT = re.compile(r"[a-z][a-z0-9_]*\.[0-9]+(\.[a-z0-9_]+)?")
"""The id of a task or request. Moments, such as `talk.done`, have no number in second place."""
GONE = ""
"""Takes the place of the id of a task or request that a revert undid, so that its number is not
given out again.
"""


def whose(work: Work) -> tuple[str, ...]:
    """The agencies that a task or request belongs to: those that have or may take a task, or the
    receiver and sender of a request.
    """
    return work.agencies if isinstance(work, Task) else (work.agency, work.sender)


def known_to(state: State, work: Work) -> tuple[str, ...]:
    """The agencies that get a number for a task or request: those it belongs to, and the responsible
    one.
    """
    return (*whose(work), state.responsible)


# giving numbers, which only facts do


def numbers_with(state: State, work: Work) -> Numbers:
    """Number a task or request for each of its agencies and for the responsible agency."""
    found, ident, step = state.numbers, work.id, _step_of(work.id)
    for agency in known_to(state, work):
        of_steps = found.get(agency, {})
        idents = of_steps.get(step, ())
        if ident not in idents:
            found = {**found, agency: {**of_steps, step: (*idents, ident)}}
    return found


def all_numbered(state: State) -> State:
    """The state with missing numbers added, so that each task and request has one for every agency
    it belongs to, and for the responsible one.

    A new responsible agency, which sees all of them, gets its numbers in the order of the case.
    """
    works: list[Work] = [
        *state.tasks.values(),
        *state.hand_overs.values(),
        *state.stops.values(),
    ]
    for work in sorted(works, key=lambda each: int(each.id.split(".")[1])):
        state = replace(state, numbers=numbers_with(state, work))
    return state


def retired(numbers: Numbers, state: State) -> Numbers:
    """The numbers given so far, for a case that goes back to an earlier state. Numbers of tasks and
    requests that this state does not have are never given out again.
    """
    there = state.tasks.keys() | state.hand_overs.keys() | state.stops.keys()
    return {
        agency: {
            step: tuple(ident if ident in there else GONE for ident in idents)
            for step, idents in of_steps.items()
        }
        for agency, of_steps in numbers.items()
    }


def lacks_numbers(state: State) -> bool:
    """Whether a state was stored by an Onward that did not count per agency."""
    return not state.numbers and bool(state.tasks or state.hand_overs)


def lacks_history(state: State) -> bool:
    """Whether a state was stored by an older Onward that did not number work per agency, or did not
    keep what each agency was told, what it has collected, or in which request it collected that. The
    log has all of this.
    """
    is_answered = bool(state.data or state.protected)
    lacks_some = (not state.told and state.notices > 0) or (not state.collected and is_answered)
    lacks_request = any(len(by) == 2 for by in state.collected.values())
    return lacks_numbers(state) or lacks_some or lacks_request


def with_history(state: State, replayed: State) -> State:
    """A stored state, with the history that it lacks taken from the state replayed from its log."""
    return replace(
        state,
        numbers=replayed.numbers,
        told=replayed.told,
        collected=replayed.collected,
    )


def _step_of(ident: str) -> str:
    return ident.partition(".")[0]


# showing them


def shown(state: State, agency: str, ident: str) -> str:
    """The number under which an agency knows a task or request; the step's name if the agency has
    no number for it.

    Args:
        agency: the reader; empty for an operator, who is shown the id itself.
        ident: the id; any other text is returned unchanged.
    """
    if not (agency and _IDENT.fullmatch(ident)):
        return ident
    step = _step_of(ident)
    idents = state.numbers.get(agency, {}).get(step, ())
    return f"{step}.{idents.index(ident) + 1}" if ident in idents else step


def as_shown(state: State, agency: str, said: Message) -> Message:
    """A message with the numbers that the agency knows in place of ids."""
    values = {name: _value(state, agency, each) for name, each in said.values.items()}
    return Message(said.code, values)


def _value(state: State, agency: str, value: object) -> object:
    match value:
        case str():
            return shown(state, agency, value)
        case Message():
            return as_shown(state, agency, value)
        case tuple():
            return tuple(_value(state, agency, each) for each in value)
    return value


class SpokenTo:
    """A context in which refusals are worded with an agency's own numbers instead of ids."""

    __slots__ = ("_agency", "_state")

    def __init__(self, state: State, agency: str) -> None:
        self._state, self._agency = state, agency

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Refusal):
            error.message = as_shown(self._state, self._agency, error.message)


def names_as_shown(state: State, agency: str, names: Iterable[str]) -> dict[str, str]:
    """For each name of a stored value, such as `declined talk.2`, the name that the agency sees.

    What a panel member answered is named by the seat, such as `reasons approve.lead`. Names that
    would come out alike are told apart by a number: `reasons approve.lead.2`.
    """
    found: dict[str, str] = {}
    for name in dict.fromkeys(names):
        word, space, ident = name.rpartition(" ")
        base = said = f"{word}{space}{_speaker(state, agency, ident)}"
        others = {*found.values()}
        for number in range(2, len(others) + 2):
            if said not in others:
                break
            said = f"{base}.{number}"  # a member's answer in an earlier round
        found[name] = said
    return found


def _speaker(state: State, agency: str, ident: str) -> str:
    """The seat for a panel member's vote, the number for any other task or request. If the agency
    has no number for a task that concerns a request, the number of the request.
    """
    task, said = state.tasks.get(ident), shown(state, agency, ident)
    if agency and task and task.kind is TaskKind.VOTE:
        return seat(_step_of(ident), seat_of(task))
    return (
        shown(state, agency, task.hand_over)
        if task and task.hand_over and "." not in said
        else said
    )


# understanding them


def meant(state: State, agency: str, name: str) -> Work | None:
    """The task or request that an agency means by a number. None if the agency now has nothing
    under that number, whether because there is no such thing or because another agency has it.

    Args:
        agency: the agency that uses the number; empty for an operator, who uses the id itself.
    """
    ident = _ident_of(state, agency, name) if agency else name
    work = state.work(ident)
    return work if is_its(state, agency, ident) else None


def _ident_of(state: State, agency: str, name: str) -> str:
    step, _, number = name.partition(".")
    idents = state.numbers.get(agency, {}).get(step, ())
    known = {f"{place}": ident for place, ident in enumerate(idents, 1)}
    return known.get(number, GONE)


def is_its(state: State, agency: str, ident: str) -> bool:
    """Whether a task or request belongs to the agency now, or the agency is responsible for the
    case. For an operator, whether the task or request exists.
    """
    work = state.work(ident)
    return work is not None and agency in ("", *known_to(state, work))


def has_any(state: State, agency: str, step: str) -> bool:
    """Whether `is_its` holds for any task or request of a step, open or not."""
    ids = (*state.tasks, *state.hand_overs, *state.stops)
    return any(_step_of(each) == step and is_its(state, agency, each) for each in ids)


def task_meant(state: State, agency: str, name: str) -> str:
    """The id of the task that an agency means.

    Raises:
        Refusal: `not_found`, whatever the reason.
    """
    found = meant(state, agency, name)
    if isinstance(found, Task):
        return found.id
    raise no_task_of(state, agency, name)


def stop_meant(state: State, agency: str, name: str) -> str:
    """The id of the stop that an agency means. Raises Refusal `not_found`."""
    found = meant(state, agency, name)
    if isinstance(found, StopTask):
        return found.id
    raise no_task_of(state, agency, name)


def request_meant(state: State, agency: str, name: str) -> str:
    """The id of the request that an agency means. Raises Refusal `not_found.request`."""
    found = meant(state, agency, name)
    if isinstance(found, HandOver):
        return found.id
    raise no_request(name)


def no_task_of(state: State, agency: str, name: str) -> Refusal:
    """The refusal for a task that does not exist or is not the agency's; the two look alike.

    One of the agency's own open tasks may be suggested.
    """
    open_now = (*state.open_tasks(), *state.open_stops())
    own = [each.id for each in open_now if is_its(state, agency, each.id)]
    return no_task(name, [shown(state, agency, each) for each in own])


def no_task(name: str, own: Sequence[str]) -> Refusal:
    """The refusal for a task that is not found, given the names of the open tasks that may be
    suggested.
    """
    near = next((each for each in own if _step_of(each) == name), None) or nearest(name, own)
    if near:
        return Refusal("not_found.task_near", task=name, near=near)
    return Refusal("not_found.task", task=name)


def no_request(name: str) -> Refusal:
    """The refusal for a request that is not found."""
    return Refusal("not_found.request", request=name)
