"""The overview, which is the first page: stages in order and, below them, interrupts, named periods
and ends. `pages_of` adds a page for each stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.drawing import standing, wording
from engine.drawing.columns import columns_of
from engine.drawing.pages import Arrow, Box, Lane, Mark, Page
from engine.drawing.stages import page_of
from engine.message import Say, message
from engine.pathway import Pathway
from engine.state import State
from engine.translation import OWN, Translation, words

_ABREAST = 4
"""The minimum number of columns, so that unordered parts are drawn side by side."""


def pages_of(pathway: Pathway, spoken: Say, state: State | None = None) -> list[Page]:
    """The overview and a page for each stage, showing where a case is if one is given."""
    stages = (page_of(pathway, each, spoken, state) for each in pathway.stages)
    return [overview(pathway, spoken, state), *stages]


def overview(
    pathway: Pathway, spoken: Say, state: State | None = None, *, language: str = OWN
) -> Page:
    """A page that shows the whole pathway at once.

    Args:
        language: the language of the titles of stages, interrupts and ends, if a case is shown;
            otherwise they appear as their authors wrote them.
    """
    called = pathway.spoken(language) if state else None
    before = {
        name: tuple(dict.fromkeys(_stage_of(pathway, each) for each in plan.stage.after.names))
        for name, plan in pathway.stages.items()
    }
    columns = columns_of(before, frozenset())
    width = max(_ABREAST, *(each + 1 for each in columns.values()))
    everything: list[tuple[Lane, Found]] = [
        (
            Lane(spoken(message("picture.interrupts")), spoken(message("picture.interrupts_note"))),
            _interrupts(pathway, spoken, state, called),
        ),
        (
            Lane(
                spoken(message("drawn.clocks")),
                spoken(message("drawn.clocks_note")),
                is_named_inside=True,
            ),
            _clocks(pathway, spoken, state),
        ),
        (Lane(spoken(message("picture.ends"))), _ends(pathway, state, called)),
    ]
    apart = [(lane, found) for lane, found in everything if found]
    boxes = [*_stages(pathway, columns, spoken, state, called)]
    for lane, (_, found) in enumerate(apart, 1):
        boxes += _side_by_side(found, lane, width)
    return Page(
        name="overview",
        title=pathway.definition.title if state is None else state.code,
        notes=(spoken(message("drawn.version", pathway=pathway.name, number=pathway.version)),),
        lanes=(Lane(spoken(message("picture.stages"))), *(lane for lane, _ in apart)),
        boxes=tuple(boxes),
        is_overview=True,
        arrows=tuple(Arrow(each, name) for name, others in before.items() for each in others),
    )


def _stage_of(pathway: Pathway, name: str) -> str:
    """The stage that a name in a stage's `after` stands for: for the name of a step, the stage of
    that step.
    """
    return pathway.steps[name].stage if name in pathway.steps else name


def _stages(
    pathway: Pathway,
    columns: dict[str, int],
    spoken: Say,
    state: State | None,
    called: Translation | None,
) -> Iterator[Box]:
    for name, plan in pathway.stages.items():
        mark, said = standing.of_stage(state, name, spoken)
        lines = (
            *wording.of_stage(plan.stage, spoken),
            *wording.of_reopening(pathway, name, spoken),
        )
        title = called.stage(name) if called else plan.stage.title or plan.label
        yield Box(
            key=name,
            lane=0,
            column=columns[name],
            title=title,
            said=said,
            lines=lines,
            mark=mark,
        )


Found = Sequence[tuple[str, str, tuple[str, ...], Mark]]


def _side_by_side(found: Found, lane: int, width: int) -> Iterator[Box]:
    for number, (key, title, lines, mark) in enumerate(found):
        yield Box(key=key, lane=lane, column=number % width, title=title, lines=lines, mark=mark)


def _interrupts(
    pathway: Pathway, spoken: Say, state: State | None, called: Translation | None
) -> Found:
    raised = state.interrupts if state else ()
    return [
        (
            f"interrupt.{name}",
            called.label(name) if called else each.title or pathway.label(name),
            tuple(wording.of_interrupt(each, spoken)),
            Mark.OPEN if name in raised else Mark.NONE,
        )
        for name, each in pathway.definition.interrupts.items()
    ]


def _clocks(pathway: Pathway, spoken: Say, state: State | None) -> Found:
    def mark(name: str) -> Mark:
        is_now = state.clock_is(name) if state else "not_begun"
        begun = {"not_begun": Mark.NONE, "running": Mark.OPEN, "still": Mark.WAITING}
        return begun.get(is_now, Mark.DONE)

    return [
        (f"clock.{name}", words(name), tuple(wording.of_clock(each, spoken)), mark(name))
        for name, each in pathway.definition.clocks.items()
    ]


def _ends(pathway: Pathway, state: State | None, called: Translation | None) -> Found:
    known, named = state.ending if state else "", called.ends if called else {}
    return [
        (
            f"end.{name}",
            named.get(name) or words(name),
            (each.kind,),
            Mark.DONE if name == known else Mark.NONE,
        )
        for name, each in pathway.ends.items()
    ]
