"""The text in a box: the pathway's words, in the order a reader needs them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Extension, Interrupt, Stage, Step, Time
from engine.pathway import Pathway
from engine.plans import StepPlan
from engine.plural import counted


def of_step(plan: StepPlan) -> Iterator[str]:
    """When it opens, when it is due, and what follows."""
    step = plan.step
    shared = f"or {', '.join(step.by[1:])}" if len(step.by) > 1 else ""
    kinds = (shared, *_kind(step), "manual" if step.manual else "optional" if step.optional else "")
    if said := ", ".join(filter(None, kinds)):
        yield f"({said})"
    yield from _comes(step)
    if plan.needs:
        yield f"needs {', '.join(plan.needs)}"
    if plan.reconfirm:
        yield f"asks again: {', '.join(plan.reconfirm)}"
    yield from _times(step)
    yield from _follows(step)


def of_answer(plan: StepPlan) -> Iterator[str]:
    """What the receiver of a request owes, and what follows if it declines or stays silent."""
    step = plan.step
    if len(plan.receivers) > 1:
        yield f"else asked: {', '.join(plan.receivers[1:])}"
    named = {"seen": step.seen, "answer": step.answer, "wait list": step.wait_list}
    for word, time in named.items():
        if time:
            yield f"{word}: {_time(time)}"
    for word, reaction in step.declined.written() if step.declined else ():
        yield f"no: {reaction}" if word == "otherwise" else f"no, {word}: {reaction}"
    if step.silent:
        yield f"silent: {step.silent}"
    if step.feedback:
        yield f"feedback: {_time(step.feedback)}"


def of_stage(stage: Stage) -> Iterator[str]:
    """When it opens, and what follows."""
    yield from _comes(stage)
    if stage.repeat:
        yield f"again, at most {counted(stage.repeat.at_most, 'time')}"
    if stage.then:
        yield f"then {stage.then}"
    if stage.outlives_end:
        yield f"goes on after the end: {', '.join(stage.outlives_end)}"


def of_reopening(pathway: Pathway, stage: str) -> Iterator[str]:
    """Who may reopen a case at this stage, and after which ends."""
    reopen = pathway.definition.reopen
    if reopen and reopen.at == stage:
        ends = [name for name in pathway.ends if name in pathway.reopens_from]
        yield f"reopened by {_any(reopen.by)} after {', '.join(ends) or 'no end'}"


def of_interrupt(interrupt: Interrupt) -> Iterator[str]:
    """Who may raise it, and what it does."""
    yield f"by {', '.join(interrupt.raised_by)}"
    if interrupt.when:
        yield f"if {interrupt.when}"
    for word, names in (
        ("sets", tuple(f"{name} = {value}" for name, value in interrupt.set.items())),
        ("nothing more to", interrupt.bars),
        ("suspends", interrupt.suspends),
        ("stops", interrupt.withdraws),
        ("tells", interrupt.tell),
    ):
        if names:
            yield f"{word} {', '.join(names)}"
    if interrupt.review:
        yield f"review after {_time(interrupt.review)}"
    for outcome, reaction in interrupt.resolved.items():
        yield f"{outcome}: {reaction}"
    if interrupt.then:
        yield f"then {interrupt.then}"


def of_clock(time: Time) -> Iterator[str]:
    yield _time(time)
    if time.source:
        yield time.source


def lane_note(pathway: Pathway, role: str) -> str:
    plan = pathway.roles.get(role)
    return f"{plan.type} @ {plan.side}" if plan else "whoever answers for the case"


def _kind(step: Step) -> Iterator[str]:
    if step.panel:
        yield f"panel of {', '.join(step.panel.members)}"
    elif step.hand_over:
        yield step.kind or "request"
    elif step.does != "work":
        yield step.does


def _comes(part: Step | Stage) -> Iterator[str]:
    if part.after.least:
        yield f"after {part.after}"
    if part.one_of:
        yield f"one of: {part.one_of}"
    if part.when:
        yield f"if {part.when}"
    if part.otherwise:
        yield f"else {part.otherwise}"
    if part.stops_when:
        yield f"stops if {part.stops_when}"


def _times(step: Step) -> Iterator[str]:
    if step.not_before:
        yield f"not before {_time(step.not_before)}"
    if step.due:
        yield f"due {_time(step.due)}"
    if step.late:
        yield f"late: {'; '.join(map(str, step.late))}"
    if step.series:
        at = (
            ", ".join(map(str, step.series.at))
            or f"every {step.series.every} for {step.series.lasts}"
        )
        yield f"at {at} after {step.series.after}"
    if step.arrival:
        within, missing = _time(step.arrival.within), step.arrival.missing
        yield f"arrival confirmed by {step.arrival.confirmed_by} within {within}, else {missing}"


def _follows(step: Step) -> Iterator[str]:
    for outcome, reaction in (step.decide or {}).items():
        yield f"{outcome}: {reaction}"
    if step.refused:
        yield f"no: {step.refused}"
    if step.lapsed:
        yield f"too late: {step.lapsed}"
    if step.repeat:
        until = f" until {step.repeat.until}" if step.repeat.until else ""
        then = f", then {step.repeat.then}" if step.repeat.then else ""
        yield f"again{until}, at most {counted(step.repeat.at_most, 'time')}{then}"


def _longer(extend: Extension) -> str:
    """By how much, by whom or automatically, and how often if more than once."""
    if extend.when is not None:
        return f"longer by {extend.by} if {extend.when}"
    often = f", {extend.times} times at most" if extend.times > 1 else ""
    return f"{_any(extend.role)} may add {extend.by}{often}"


def _any(roles: tuple[str, ...]) -> str:
    return " or ".join(roles)


def _time(time: Time) -> str:
    """`24 hours`, with anything that may move it."""
    more = [
        f"stands still while {time.standstill}" if time.standstill else "",
        f"rolls to the {time.roll} working day" if time.roll else "",
        _longer(time.extend) if time.extend else "",
        f"{_any(time.shorten.role)} may end it early" if time.shorten else "",
    ]
    said = "; ".join(filter(None, more))
    return f"{time.time} ({said})" if said else str(time.time)
