"""The text in a box: the pathway's words, in the order a reader needs them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Extension, Interrupt, Stage, Step, Time
from engine.message import Message, Say, message
from engine.pathway import Pathway
from engine.plans import StepPlan


def of_step(plan: StepPlan, spoken: Say) -> Iterator[str]:
    """What kind of step this is, what it needs, when it opens and is due, and what follows."""
    step = plan.step
    if kinds := [*_kinds(step, spoken)]:
        yield f"({', '.join(kinds)})"
    said = (*_comes(step), *_needs(plan), *_times(step), *_follows(step))
    yield from map(spoken, said)


def of_answer(plan: StepPlan, spoken: Say) -> Iterator[str]:
    """What the receiver of a request owes, and what follows if it declines or stays silent."""
    yield from map(spoken, _answers(plan))


def of_stage(stage: Stage, spoken: Say) -> Iterator[str]:
    """When a stage opens, when it is repeated, what follows, and which ends it outlives."""
    said = [*_comes(stage), *_again(stage)]
    if stage.then:
        said.append(message("drawn.then", then=str(stage.then)))
    if stage.rests:
        said.append(message("drawn.rests", because=stage.rests))
    if stage.outlives_end:
        said.append(message("drawn.outlives_end", names=stage.outlives_end))
    yield from map(spoken, said)


def of_reopening(pathway: Pathway, stage: str, spoken: Say) -> Iterator[str]:
    """Who may reopen a case at this stage, and after which ends; nothing if no end allows it."""
    reopen = pathway.definition.reopen
    ends = tuple(name for name in pathway.ends if name in pathway.reopens_from)
    if reopen and reopen.at == stage and ends:
        yield spoken(message("drawn.reopened", by=reopen.by, after=ends))


def of_interrupt(interrupt: Interrupt, spoken: Say) -> Iterator[str]:
    """Who may raise an interrupt, and what it does."""
    yield from map(spoken, _raised(interrupt))


def of_clock(time: Time, spoken: Say) -> Iterator[str]:
    yield spoken(_time(time))
    if time.source:
        yield time.source


def lane_note(pathway: Pathway, role: str, spoken: Say) -> str:
    plan = pathway.roles.get(role)
    return f"{plan.type} @ {plan.side}" if plan else spoken(message("drawn.responsible"))


def _kinds(step: Step, spoken: Say) -> Iterator[str]:
    """What kind of step this is, in the words of the pathway language where it has any."""
    if len(step.by) > 1:
        yield spoken(message("drawn.or_by", names=step.by[1:]))
    if step.panel:
        yield spoken(message("drawn.panel", names=step.panel.members))
    elif step.hand_over:
        yield step.kind or "request"
    elif step.does != "work":
        yield step.does
    if step.manual or step.optional:
        yield "manual" if step.manual else "optional"


def _comes(part: Step | Stage) -> Iterator[Message]:
    if part.after.least:
        yield message("drawn.after", after=str(part.after))
    if part.one_of:
        yield message("drawn.one_of", group=str(part.one_of))
    if part.when:
        yield message("drawn.if", condition=str(part.when))
    if part.otherwise:
        yield message("drawn.else", then=str(part.otherwise))
    if part.stops_when:
        yield message("drawn.stops_if", condition=str(part.stops_when))


def _needs(plan: StepPlan) -> Iterator[Message]:
    if plan.needs:
        yield message("drawn.needs", names=plan.needs)
    if plan.reconfirm:
        yield message("drawn.asks_again", names=plan.reconfirm)


def _times(step: Step) -> Iterator[Message]:
    if step.not_before:
        yield message("drawn.not_before", time=_time(step.not_before))
    if step.due:
        yield message("drawn.due", time=_time(step.due))
    if step.late:
        yield message("drawn.late", then="; ".join(map(str, step.late)))
    if step.series:
        series = step.series
        at: object = tuple(map(str, series.at)) or message(
            "drawn.every", period=str(series.every), lasts=str(series.lasts)
        )
        yield message("drawn.series", at=at, after=str(series.after))
    if step.arrival:
        arrival = step.arrival
        yield message(
            "drawn.arrival",
            by=arrival.confirmed_by,
            within=_time(arrival.within),
            then=str(arrival.missing),
        )


def _follows(step: Step) -> Iterator[Message]:
    for outcome, reaction in (step.decide or {}).items():
        yield message("drawn.outcome", outcome=outcome, then=str(reaction))
    if step.refused:
        yield message("drawn.no", then=str(step.refused))
    if step.lapsed:
        yield message("drawn.too_late", then=str(step.lapsed))
    yield from _again(step)


def _again(part: Step | Stage) -> Iterator[Message]:
    """What repeats a step or stage, how often at most, and what follows then."""
    repeat = part.repeat
    if repeat is None:
        return
    most = message("drawn.most", n=repeat.at_most)
    if repeat.then:
        most = message("drawn.most_then", most=most, then=str(repeat.then))
    if repeat.until:
        yield message("drawn.again_until", condition=str(repeat.until), most=most)
    elif repeat.on:
        yield message("drawn.again_whenever", moments=repeat.on, most=most)
    else:
        yield message("drawn.again", most=most)


def _answers(plan: StepPlan) -> Iterator[Message]:
    step = plan.step
    if len(plan.receivers) > 1:
        yield message("drawn.else_asked", names=plan.receivers[1:])
    if step.seen:
        yield message("drawn.seen", time=_time(step.seen))
    if step.answer:
        yield message("drawn.answer", time=_time(step.answer))
    if step.wait_list:
        yield message("drawn.wait_list", time=_time(step.wait_list))
    for cause, reaction in step.declined.written() if step.declined else ():
        if cause == "otherwise":
            yield message("drawn.no", then=str(reaction))
        else:
            yield message("drawn.no_for", cause=cause, then=str(reaction))
    if step.silent:
        yield message("drawn.silent", then=str(step.silent))
    if step.feedback:
        yield message("drawn.feedback", time=_time(step.feedback))


def _raised(interrupt: Interrupt) -> Iterator[Message]:
    yield message("drawn.by", names=interrupt.raised_by)
    if interrupt.when:
        yield message("drawn.if", condition=str(interrupt.when))
    if interrupt.set:
        sets = tuple(f"{name} = {value}" for name, value in interrupt.set.items())
        yield message("drawn.sets", values=sets)
    if interrupt.bars:
        yield message("drawn.bars", names=interrupt.bars)
    if interrupt.suspends:
        yield message("drawn.suspends", names=interrupt.suspends)
    if interrupt.withdraws:
        yield message("drawn.stops", names=interrupt.withdraws)
    if interrupt.tell:
        yield message("drawn.tells", names=interrupt.tell)
    if interrupt.review:
        yield message("drawn.review", time=_time(interrupt.review))
    for outcome, reaction in interrupt.resolved.items():
        yield message("drawn.outcome", outcome=outcome, then=str(reaction))
    if interrupt.then:
        yield message("drawn.then", then=str(interrupt.then))


def _longer(extend: Extension) -> Message:
    """By how much a period may be extended, and on which condition or by whom. How often is said
    only if it is more than once.
    """
    if extend.when is not None:
        return message("drawn.longer_if", more=str(extend.by), condition=str(extend.when))
    if extend.times > 1:
        return message("drawn.longer_often", by=extend.role, more=str(extend.by), n=extend.times)
    return message("drawn.longer", by=extend.role, more=str(extend.by))


def _time(time: Time) -> Message:
    """A period or moment, such as `24 hours`, with what pauses and restarts it, where its last day
    rolls to, and how it may be extended or shortened.
    """
    more = [
        *([message("drawn.standstill", condition=str(time.standstill))] if time.standstill else ()),
        *([message("drawn.restarted", by=time.restarted_by)] if time.restarted_by else ()),
        *([message("drawn.rolls", way=str(time.roll))] if time.roll else ()),
        *([_longer(time.extend)] if time.extend else ()),
        *([message("drawn.shorter", by=time.shorten.role)] if time.shorten else ()),
    ]
    if more:
        return message("drawn.time_moved", time=str(time.time), more=more)
    return message("drawn.time", time=str(time.time))
