"""Which clocks of a pathway run on whatever happens: most do, and nobody need look at those."""

from __future__ import annotations

from engine.definition import Definition, Series, Step, Time, walked
from engine.phrases.syntax import hears_more


def may_move(definition: Definition) -> bool:
    """Some clock may move by itself while it runs."""
    return any(_may_move(part, definition) for _, part in walked(definition))


def steady_steps(definition: Definition) -> frozenset[str]:
    """Steps of which every clock runs on unless their stage rests."""
    return frozenset(
        name
        for stage in definition.stages.values()
        for name, step in stage.steps.items()
        if _is_steady(step, definition)
    )


def _is_steady(step: Step, definition: Definition) -> bool:
    foreseen = {*definition.data, *definition.clocks}
    return not any(
        _may_move(part, definition)
        or (isinstance(part, Time) and part.never_pauses)
        or (isinstance(part, Series) and part.after in foreseen)
        for _, part in walked(step)
    )


def _may_move(part: object, definition: Definition) -> bool:
    """By a word of its own, or with a day or a clock that it is counted from."""
    foreseen = {*definition.data, *definition.clocks}
    return isinstance(part, Time) and bool(
        part.is_watched or hears_more(part.time) or part.anchors & foreseen
    )
