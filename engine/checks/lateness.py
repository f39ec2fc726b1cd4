"""What happens when something is late: ladders, and due moments that close the option."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path
from engine.checks.spans import is_no_shorter, own_period
from engine.definition import Step, Time
from engine.phrases.syntax import Moment


def check_lateness(names: Names, step: Step, path: Path) -> Iterator[Fault]:
    yield from _over_already(step, path)
    for number, rung in enumerate(step.late):
        yield from names.holder(rung.role, (*path, "late", number))
    asks = step.hand_over and step.kind != "notification"  # what lacks then is its `answer`
    if step.late and step.due is None and step.answer is None and not asks:
        yield Fault((*path, "late"), "late after what?", "add `due:`")
    yield from _too_early(step, path)
    if step.lapsed:
        yield from names.reaction(step.lapsed, (*path, "lapsed"))
    if step.due and step.due.closes:
        yield from _closing(step, step.due, path)
    elif step.lapsed:
        what = "`lapsed` belongs to a due moment after which nobody can do it"
        yield Fault((*path, "lapsed"), what, "write `due: {time: ..., kind: limitation}`")


def _too_early(step: Step, path: Path) -> Iterator[Fault]:
    """A warning from before the period began reaches nobody; a look comes before the answer."""
    whole = own_period(step.answer or step.due)
    for number, rung in enumerate(step.late):
        if whole and rung.before and rung.offset and is_no_shorter(rung.offset, whole):
            what = f"{rung.offset} before the end of {whole} nothing has begun yet"
            yield Fault((*path, "late", number), what, "say less, or give more time")
    seen, answer = own_period(step.seen), own_period(step.answer)
    if seen and answer and is_no_shorter(seen, answer):
        what = f"whether it was seen within {seen} is asked after {answer} for the answer are over"
        yield Fault((*path, "seen"), what, "give less time for a look than for the answer")


def _over_already(step: Step, path: Path) -> Iterator[Fault]:
    """What is counted from its own end is never late; what is repeated may look back at its last."""
    if step.repeat or step.series:
        return
    own = {f"{path[-1]}.{end}" for end in ("done", "stopped", "lapsed", "arrived", "missed")}
    within = step.arrival.within if step.arrival else None
    for timing, where in ((step.due, (*path, "due")), (within, (*path, "arrival", "within"))):
        if timing and isinstance(timing.time, Moment) and timing.time.anchor in own:
            what = f"`{timing.time.anchor}` comes only when nothing is awaited any more"
            yield Fault(where, what, "count from something before it, or write the period alone")


def _closing(step: Step, due: Time, path: Path) -> Iterator[Fault]:
    """Nothing is done after it, so somebody must say what follows, and nothing is late."""
    kind: Path = (*path, "due", "kind")
    if step.lapsed is None:
        what = "what follows when its time has passed?"
        yield Fault(kind, what, "add `lapsed:`, as in `lapsed: tell <role>`")
    if step.consent:
        what = "a person may be asked for consent at any time"
        yield Fault(kind, what, "let the step lapse that needs the consent")
    if step.hand_over and not step.by:
        what = "nobody sends this request: it goes out at once, and cannot be too late"
        yield Fault(kind, what, "leave `due` out, or add `by:`")
    if step.answer is None:
        for number, rung in enumerate(step.late):
            if not rung.before:
                what = f"after a moment of kind `{due.kind}` nothing can be done"
                yield Fault((*path, "late", number), what, "remind `before` it")
