"""Answers "why?" for a case and for each part of it that has a name."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from engine.clock import CLOCK_WORDS, Clock
from engine.errors import Refusal
from engine.explaining import ended, holders, opened, waiting
from engine.explaining.counts import Count, count_of
from engine.explaining.history import Then
from engine.explaining.reasons import CaseHistory, Explanation, Reason
from engine.facts import ClockMoved, ClockSet
from engine.message import Message, message
from engine.nearest import nearest
from engine.numbering import whose
from engine.state import HandOver, Task
from engine.statuses import (
    ENTERED,
    OPENED,
    STAGE_UNDER_WAY,
    STEP_UNDER_WAY,
    CasePhase,
    StageStatus,
)
from engine.translation import words
from engine.versions.renaming import renamed_clock
from engine.view import View
from engine.visibility import has_part


def explain(known: CaseHistory, name: str = "") -> Explanation:
    """Why the case is where it is, or why a task, request, step, stage or named clock is as it is.

    All moments are shown in one zone: that of the first clock whose counting is explained and that
    has one. Otherwise, a task or request is shown in its agency's zone, anything else in the
    responsible agency's.

    Raises:
        Refusal: `not_found`, also for a part that the reader must not know of; `not_allowed` if the
            reader takes no part in the case, or must not be shown it now.
    """
    found = _of(known, name)
    zones = [each.zone for each in found.counts if each.zone]
    return replace(found, zone=zones[0]) if zones else found


def _of(known: CaseHistory, name: str) -> Explanation:
    state, pathway = known.state, known.view.pathway
    if not (known.sees_all or has_part(known.view, known.agency)):
        raise Refusal("not_allowed.no_part")
    if not name:
        return _case(known)
    if name in state.tasks:
        return _task(known, state.tasks[name])
    if name in state.hand_overs:
        return _request(known, state.hand_overs[name])
    stages, clocks = {*pathway.stages, *state.stages}, _clocks(known)
    if name in pathway.steps or name in state.steps:
        return _step(known, name)
    if name in stages or name in clocks:
        _require(known.sees_all, name)
        return _stage(known, name) if name in stages else _named_clock(known, name)
    _require(known.sees_all, name)
    names = {*state.tasks, *state.hand_overs, *pathway.steps, *stages}
    near = nearest(name, names | clocks)
    if near:
        raise Refusal("not_found.part_near", name=name, near=near)
    raise Refusal("not_found.part", name=name)


def _clocks(known: CaseHistory) -> set[str]:
    """Named periods of the current version, and those that ended under earlier versions."""
    over = (name.removeprefix("clock.") for name in known.state.moments if name[:6] == "clock.")
    return {*known.view.pathway.definition.clocks, *over}


def _require(may: bool, name: str) -> None:
    """Refuse a part that the reader must not see exactly as if the part did not exist."""
    if not may:
        raise Refusal("not_found.part_of_yours", name=name)


def _task(known: CaseHistory, task: Task) -> Explanation:
    _require(known.is_of_it(task), task.id)
    kind, status = message(f"why.task.{task.kind}"), message(f"status.task.{task.status}")
    status = message("why.overdue", status=status) if task.overdue else status
    return Explanation(
        case=known.state.code,
        about=task.id,
        title=known.label_of(task),
        zone=known.zone_of(task.agency),
        is_now=message("why.now.task", kind=kind, agencies=tuple(task.agencies), status=status),
        because=(*opened.of_task(known, task), *holders.of_task(known, task)),
        waits_for=_awaited(known, _of_its_interrupts(known, task.step)),
        counts=_counts(known, task.id, ("due",)),
    )


def _awaited(known: CaseHistory, reasons: Iterator[Reason]) -> tuple[Reason, ...]:
    """What is awaited. A reader that sees only its own part of the case learns only that something is
    awaited.
    """
    found = tuple(reasons)
    if not found or known.sees_all:
        return found
    return (Reason(said=message("why.hidden.awaited")),)


def _of_its_interrupts(known: CaseHistory, step: str) -> Iterator[Reason]:
    plan = known.view.pathway.steps.get(step)
    if plan and known.state.stages.get(plan.stage) == StageStatus.SUSPENDED:
        yield from waiting.of_stage(known, plan.stage)


def _request(known: CaseHistory, asked: HandOver) -> Explanation:
    _require(known.is_of_it(asked), asked.id)
    kind, status = (
        message(f"why.kind_of_request.{asked.kind}"),
        message(f"status.hand_over.{asked.status}"),
    )
    if asked.reason:
        status = message("why.because", status=status, reason=asked.reason)
    if asked.overdue:
        status = message("why.overdue", status=status)
    return Explanation(
        case=known.state.code,
        about=asked.id,
        title=known.label_of(asked),
        zone=known.zone_of(asked.agency),
        is_now=message(
            "why.now.request", kind=kind, sender=asked.sender, agency=asked.agency, status=status
        ),
        because=(
            *opened.of_request(known, asked),
            *holders.of_request(known, asked.role, asked.agency),
        ),
        counts=_counts(known, asked.id, ("seen", "answer", "waiting")),
    )


def _step(known: CaseHistory, name: str) -> Explanation:
    _require(known.sees_step(name), name)
    state = known.state
    status = _status(known, state.steps.get(name))
    has_opened = f"{name}.opened" in state.moments and state.steps.get(name) in OPENED
    found: list[HandOver | Task] = [
        *(each for each in state.open_tasks() if each.step == name),
        *(each for each in state.open_hand_overs() if each.step == name),
    ]
    mine = [each for each in found if known.is_of_it(each)]
    held = tuple(_with_its_no(known, each) for each in mine)
    return Explanation(
        case=state.code,
        about=name,
        title=known.label(name),
        zone=known.zone_of(known.state.responsible),
        is_now=message("why.with", status=status, held=held)
        if held
        else known.settled(name) or status,
        because=tuple(opened.of_step(known, name)) if has_opened else (),
        waits_for=_awaited(known, waiting.of_step(known, name)),
        counts=(
            *_counts(known, name, ("floor", "series")),
            *(count for each in mine for count in _counts(known, each.id, _OWED)),
        ),
    )


_OWED = ("due", "seen", "answer", "waiting")
_UNDER_WAY = STEP_UNDER_WAY | STAGE_UNDER_WAY


def _status(known: CaseHistory, status: str | None) -> Message:
    """The status of a step or stage; for one that was open when the case ended, the status that it
    had then.
    """
    has_ended = known.state.status == CasePhase.ENDED
    word = message(f"status.part.{status or ('never' if has_ended else 'not_yet')}")
    was_open = status in _UNDER_WAY and has_ended
    return message("why.now.when_ended", status=word) if was_open else word


def _with_its_no(known: CaseHistory, work: HandOver | Task) -> Message | str:
    """The id of a task or request; words for a task that its agency declined but still owes."""
    no = known.declined(work) if isinstance(work, Task) else None
    return message("why.held.declined", work=work.id, declined=no) if no else work.id


def _stage(known: CaseHistory, name: str) -> Explanation:
    status = known.state.stages.get(name)
    return Explanation(
        case=known.state.code,
        about=name,
        title=known.words.stage(name),
        zone=known.zone_of(known.state.responsible),
        is_now=_status(known, status),
        because=tuple(opened.of_stage(known, name)) if status in ENTERED else (),
        waits_for=tuple(waiting.of_stage(known, name)),
    )


def _named_clock(known: CaseHistory, name: str) -> Explanation:
    stands, counts = known.state.clock_is(name), _counts(known, name, ("named",))
    has_begun = stands != "not_begun"
    is_now = _clock_is(stands)
    if known.state.status == CasePhase.ENDED and not has_begun and counts:
        has_begun = True
        is_now = message("why.now.when_ended", status=message("status.clock.running"))
    return Explanation(
        case=known.state.code,
        about=name,
        title=words(name),
        zone=known.zone_of(known.state.responsible),
        is_now=is_now,
        waits_for=() if has_begun else tuple(_beginning(known, name)),
        counts=counts,
    )


def _clock_is(word: str) -> Message:
    """The status of a named clock, or the moment that ended it."""
    if word in CLOCK_WORDS:
        return message(f"status.clock.{word}")
    return message("why.now.ended_by", moment=word)


def _beginning(known: CaseHistory, name: str) -> Iterator[Reason]:
    """What a named clock that has not started waits for."""
    written = known.view.pathway.definition.clocks[name]
    yield Reason(said=message("why.period.not_known", time=str(written.time)))
    if written.when and known.view.asks(known.view.pathway.test(written.when)) is not True:
        yield known.weigh(message("why.reads.starts"), written.when, known.now)


def _case(known: CaseHistory) -> Explanation:
    """Explain the whole case to readers who see all of it; to other agencies, only its status and
    their own open work.
    """
    state, because = known.state, [*ended.of_case(known)] if known.sees_all else []
    if known.sees_all and state.status == CasePhase.OPEN:
        for name, status in state.stages.items():
            if status in STAGE_UNDER_WAY:
                because.append(_under_way(known, name, status))
        if state.closing and not state.end:
            because.append(Reason(said=message("why.end.closing", end=state.closing)))
    return Explanation(
        case=state.code,
        about=state.code,
        title=known.words.title if known.sees_all else "",
        zone=known.zone_of(known.state.responsible),
        is_now=ended.is_now(known),
        because=tuple(because),
        waits_for=tuple(_open(known)),
    )


def _under_way(known: CaseHistory, stage: str, status: str) -> Reason:
    reasons = tuple(each.said for each in opened.of_stage(known, stage))
    how = message(f"status.part.{status}")
    return Reason(
        said=message("why.stage.is_because", stage=stage, status=how, reasons=reasons),
        at=known.state.moments.get(f"{stage}.entered"),
    )


def _open(known: CaseHistory) -> Iterator[Reason]:
    """The open tasks and requests that the reader sees, each with its agencies and its due moment.
    Readers who see all of an open case are also told its open interrupts and the clock that ends
    next.
    """
    state, label = known.state, known.label
    for task in state.open_tasks():
        if known.is_of_it(task):
            who = known.declined(task) or message("why.held.with", agencies=tuple(task.agencies))
            said = message("why.role.owes", work=task.id, who=who, label=label(task.step))
            if task.overdue:
                said = message("why.overdue", status=said)
            yield Reason(said=said, at=task.due_at)
    for asked in state.open_hand_overs():
        if known.is_of_it(asked):
            said = message(
                "why.request.open",
                request=asked.id,
                agency=asked.agency,
                label=label(asked.step),
                status=message(f"status.hand_over.{asked.status}"),
            )
            yield Reason(said=said, at=asked.answer_by)
    if not known.sees_all or state.status != CasePhase.OPEN:
        return
    for interrupt in state.interrupts:
        at = state.moments.get(f"interrupt.{interrupt}")
        yield Reason(said=message("why.interrupt.open", interrupt=interrupt), at=at)
    clock = state.next_clock()
    if clock is not None:
        kind = message(f"count.kind.{clock.kind}")
        said = message("why.period.next", clock=kind, about=clock.about)
        yield Reason(said=said, at=clock.at)


def _counts(known: CaseHistory, about: str, kinds: tuple[str, ...]) -> tuple[Count, ...]:
    """The counts of all clocks of these kinds about a task, request, step or clock, even if they
    ended or were stopped. The named clocks from which they were counted come last.
    """
    last: dict[str, Count] = {}
    for then in known.history():
        fact = then.fact
        if not isinstance(fact, ClockSet | ClockMoved) or fact.clock.kind not in kinds:
            continue
        clock = renamed_clock(fact.clock, then.names)
        if clock.about == about and clock.key not in last:
            running = known.state.clocks.get(clock.key)
            last[clock.key] = _count(known, then, fact.clock, running, clock.key)
    found = [*last.values()]
    clocks = known.view.pathway.definition.clocks
    named = dict.fromkeys(name for each in found for name in each.anchors if name in clocks)
    below = [count for name in named for count in _counts(known, name, ("named",))]
    return (*reversed(found), *below)


def _count(known: CaseHistory, then: Then, clock: Clock, running: Clock | None, key: str) -> Count:
    """Explain a clock: a running one by the case's current version, an ended one by the version
    under which it was last set or moved.

    Args:
        key: the key that the clock has now.
    """
    view = known.view
    if running is not None:
        count, then = count_of(view, running, known.editions), known.now
    else:
        if then.pathway.version != view.pathway.version:
            registry, calendars = view.registry, view.calendars
            view = View(then.pathway, then.state_after, view.now, registry, calendars)
        count = replace(count_of(view, clock, known.editions), key=key)
    if not _knows_holder(known, running or clock, key):
        count = replace(count, whose=None)
    is_seen = known.tells_each((*count.anchors, *count.awaited), then)
    return count if is_seen else count.without_steps()


def _knows_holder(known: CaseHistory, clock: Clock, key: str) -> bool:
    """Whether the reader may know by whose calendar a clock was counted. A reader who does not see
    all of the case is not told which other agency had the task before.
    """
    ident = key.partition(":")[0]
    work = known.state.tasks.get(ident) or known.state.hand_overs.get(ident)
    told = (known.agency, known.state.responsible, *(whose(work) if work else ()))
    return known.sees_all or clock.agency in told
