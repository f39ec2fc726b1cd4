"""Lateness: ladders of reminders, and due moments after which it is too late to act."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path
from engine.checks.spans import is_no_shorter, own_period
from engine.definition import Step, Time
from engine.message import finding
from engine.phrases.syntax import Moment


def check_lateness(names: Names, step: Step, path: Path) -> Iterator[Fault]:
    yield from _over_already(step, path)
    for number, rung in enumerate(step.late):
        yield from names.holder(rung.role, (*path, "late", number))
    asks = step.hand_over and step.kind != "notification"  # what is missing there is its `answer`
    if step.late and step.due is None and step.answer is None and not asks:
        yield Fault((*path, "late"), finding("late.no_due"))
    yield from _too_early(step, path)
    if step.lapsed:
        yield from names.reaction(step.lapsed, (*path, "lapsed"))
    if step.due and step.due.closes:
        yield from _closing(step, step.due, path)
    elif step.lapsed:
        yield Fault((*path, "lapsed"), finding("lapsed.no_limitation"))


def _too_early(step: Step, path: Path) -> Iterator[Fault]:
    """Faults for reminders before the period begins, which reach nobody, and for a period `seen` that
    is certainly as long as the period `answer`, or longer.
    """
    whole = own_period(step.answer or step.due)
    for number, rung in enumerate(step.late):
        if whole and rung.before and rung.offset and is_no_shorter(rung.offset, whole):
            yield Fault(
                (*path, "late", number),
                finding("late.before_it_begins", offset=str(rung.offset), whole=str(whole)),
            )
    seen, answer = own_period(step.seen), own_period(step.answer)
    if seen and answer and is_no_shorter(seen, answer):
        yield Fault(
            (*path, "seen"), finding("seen.after_the_answer", seen=str(seen), answer=str(answer))
        )


def _over_already(step: Step, path: Path) -> Iterator[Fault]:
    """Faults for a period that limits a step but is counted from the end of that step, so that the
    step is never late. A repeated step may count from its previous round.
    """
    if step.repeat or step.series:
        return
    own = {f"{path[-1]}.{end}" for end in ("done", "stopped", "lapsed", "arrived", "missed")}
    within = step.arrival.within if step.arrival else None
    for timing, where in ((step.due, (*path, "due")), (within, (*path, "arrival", "within"))):
        if timing and isinstance(timing.time, Moment) and timing.time.anchor in own:
            yield Fault(where, finding("due.from_its_own_end", anchor=timing.time.anchor))


def _closing(step: Step, due: Time, path: Path) -> Iterator[Fault]:
    """Check a due moment after which it is too late to act: `lapsed` has to say what follows, and no
    rung may come after that moment, except where the ladder is about an answer. Such a due moment is
    refused for a step that asks for a consent.
    """
    kind: Path = (*path, "due", "kind")
    if step.lapsed is None:
        yield Fault(kind, finding("limitation.no_lapsed"))
    if step.consent:
        yield Fault(kind, finding("limitation.of_consent"))
    if step.answer is None:
        for number, rung in enumerate(step.late):
            if not rung.before:
                yield Fault((*path, "late", number), finding("limitation.late", kind=due.kind))
