"""Sidelines: steps that may be left undone and that nothing else depends on.

Examples are an offered service, a visit or some feedback. They are walked once beside the rest of the
case, not in every combination with it.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.clock import Clock
from engine.pathway import Pathway
from engine.phrases.syntax import BackTo, EndCase, RaiseInterrupt
from engine.plans import StepPlan
from engine.proofs.parts import parts_of
from engine.proofs.readers import Readers
from engine.proofs.reads import Read, joined, subject_of


class Sidelines:
    """The sidelines of a pathway: each a set of steps that depend on one another."""

    def __init__(self, lines: Iterable[frozenset[str]]) -> None:
        self.lines = tuple(lines)
        self.steps = frozenset().union(*self.lines)

    def is_main(self, step: str) -> bool:
        """Whether a step is on no sideline. Always true for the name of an interrupt or an end."""
        return step not in self.steps


def step_of(about: Clock | str) -> str:
    """The step, interrupt or end of a task, request or clock; empty for a clock that has none."""
    if isinstance(about, Clock):
        return "" if about.kind in _OF_NO_STEP else step_of(about.about)
    return about.partition(".")[0]


_OF_NO_STEP = frozenset({"named", "expiry", "review", "registry", "stop", "proposal"})


def sidelines_of(pathway: Pathway, readers: Readers) -> Sidelines:
    """Find the sidelines: start with independent steps and drop those that something else reads,
    until nothing changes.

    A step that reads a second sideline and something else as well would link the two, and they
    would have to be walked together. So the steps that it reads are dropped too.
    """
    reads = {name: _read(pathway, readers, name) for name in readers.before}
    steps = {
        name for name, plan in pathway.steps.items() if _stands_by_itself(pathway, plan, readers)
    }
    size = -1
    while size != (size := len(steps)):
        others = joined([readers.always, *(reads[name] for name in reads if name not in steps)])
        wanted = {name for name in steps if _is_read(pathway, name, others)}
        for name in steps:
            before = {each for each in steps if _is_read(pathway, each, reads[name])} - {name}
            if before and _reads_more(pathway, reads[name], {name, *before}):
                wanted |= before
        steps -= wanted
    return Sidelines(_lines(pathway, steps, reads))


def _read(pathway: Pathway, readers: Readers, name: str) -> Read:
    """What a step or stage reads, including its predecessors, the options before it in a choice,
    and the steps whose people or agencies may not do this step.
    """
    plan = pathway.steps.get(name)
    part = plan.step if plan else pathway.stages[name].stage
    beside = pathway.preferred.get(name, ())
    apart = (*plan.step.not_by, *plan.step.other_agency_than) if plan else ()
    if plan and plan.step.panel:
        apart += plan.step.panel.chair_not_by
    named = Read(counted=frozenset((*part.after.names, *beside, *apart)))
    return readers.before[name] | readers.during[name] | named


def _stands_by_itself(pathway: Pathway, plan: StepPlan, readers: Readers) -> bool:
    """Whether a step may be left undone and changes nothing beside itself. It has no consent,
    panel, arrival or choice; no end, interrupt or way back follows from it; and it does not affect
    the sides, the responsible agency, role holders that a condition reads, or what else its
    receivers may do. Whether something reads the step is for `sidelines_of` to see.
    """
    step = plan.step
    told_only = step.kind in ("consultation", "notification") or step.responsibility == "stays"
    return (
        plan.optional
        and not (step.consent or step.panel or step.arrival or step.one_of)
        and (not step.hand_over or told_only)
        and not any(
            pathway.definition.data[each.name].binds for each in (*plan.form, *plan.answers)
        )
        and not _leads_on(step)
        and all(_is_here(pathway, role) for role in plan.receivers)
        and not any(
            readers.reads(f"role.{role}.responsible") for role in (*step.by, *plan.receivers)
        )
    )


def _is_here(pathway: Pathway, role: str) -> bool:
    """Whether it makes no difference if a role learns of the case, because the role is on the first
    side or takes part in only one step.
    """
    parts = [plan for plan in pathway.steps.values() if role in (*plan.step.by, *plan.receivers)]
    return pathway.roles[role].side == pathway.first_side or len(parts) == 1


def _leads_on(node: object) -> bool:
    if isinstance(node, EndCase | RaiseInterrupt | BackTo):
        return True
    return any(_leads_on(part) for part in parts_of(node))


def _is_read(pathway: Pathway, step: str, read: Read) -> bool:
    plan = pathway.steps[step]
    fields = {each.name for each in (*plan.form, *plan.answers)}
    fields |= {name for name, of in pathway.derived.items() if fields & {*of}}
    return bool(
        step in read.counted
        or any(subject_of(name) == step for name in (*read.names, *read.anchors))
        or fields & (read.names | read.anchors)
    )


def _reads_more(pathway: Pathway, read: Read, steps: set[str]) -> bool:
    """Whether something outside the steps affects them."""
    fields = {each.name for name in steps for each in pathway.steps[name].form}
    fields |= {each.name for name in steps for each in pathway.steps[name].answers}
    about = {*map(subject_of, (*read.names, *read.anchors)), *read.counted}
    about = {name for name in about if not name.startswith("clock.")}
    return bool(about - steps - fields or read.consents)


def _lines(pathway: Pathway, steps: set[str], reads: dict[str, Read]) -> Iterable[frozenset[str]]:
    """Groups of steps that read each other."""
    lines: list[frozenset[str]] = []
    for name in steps:
        line = frozenset({name})
        for other in list(lines):
            if any(
                _is_read(pathway, a, reads[b])
                for x, y in ((line, other), (other, line))
                for a in x
                for b in y
            ):
                lines.remove(other)
                line |= other
        lines.append(line)
    return sorted(lines, key=sorted)
