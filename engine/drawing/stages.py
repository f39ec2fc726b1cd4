"""One page per stage: a lane for each role that takes part, with its steps in order."""

from __future__ import annotations

from collections.abc import Iterator

from engine.drawing import standing, wording
from engine.drawing.columns import columns_of
from engine.drawing.pages import Arrow, Box, Lane, Page
from engine.message import Say, message
from engine.pathway import Pathway
from engine.plans import StepPlan
from engine.state import RESPONSIBLE, State
from engine.translation import OWN, Translation, words


def page_of(
    pathway: Pathway, name: str, spoken: Say, state: State | None = None, *, language: str = OWN
) -> Page:
    """The page of a stage, showing where a case is if one is given.

    Args:
        language: the language of the titles of the stage, its steps and its roles, if a case is
            shown; otherwise they appear as their authors wrote them.
    """
    stage, called = pathway.stages[name], pathway.spoken(language) if state else None
    plans = [pathway.steps[each] for each in stage.steps]
    before = {plan.name: plan.step.after.names for plan in plans}
    wide = frozenset(plan.name for plan in plans if plan.receiver)
    columns = columns_of(before, wide)
    lanes = _lanes(pathway, plans)
    places = {role: number for number, role in enumerate(lanes)}
    after = stage.stage.after
    is_listed = after.names and not after.least  # otherwise the next lines say it
    first = [spoken(message("drawn.after", after=str(after)))] if is_listed else []
    notes = (*first, *wording.of_stage(stage.stage, spoken))
    _, said = standing.of_stage(state, name, spoken)
    title = stage.stage.title or stage.label
    if state and called:
        title = f"{state.code} · {called.stage(name)}"
    return Page(
        name=name,
        title=title,
        said=said,
        notes=tuple(filter(None, ("; ".join(notes),))),
        lanes=tuple(_lane(pathway, role, spoken, called) for role in lanes),
        boxes=tuple(
            box
            for plan in plans
            for box in _boxes(plan, columns[plan.name], places, spoken, state, called)
        ),
        arrows=tuple(_arrows(plans, before, wide)),
    )


def _lanes(pathway: Pathway, plans: list[StepPlan]) -> list[str]:
    """The roles that take part, grouped by side in the order of the sides. If the responsible agency
    takes part as such, `responsible` comes first.
    """
    with_a_part = {
        role for plan in plans for role in (_by(plan), plan.receiver, *_others(plan)) if role
    }
    sides = pathway.definition.sides
    roles = sorted(pathway.roles.values(), key=lambda role: sides.index(role.side))
    found = [role.name for role in roles if role.name in with_a_part]
    return [RESPONSIBLE, *found] if RESPONSIBLE in with_a_part else found


def _lane(pathway: Pathway, role: str, spoken: Say, called: Translation | None) -> Lane:
    plan = pathway.roles.get(role)
    if called is None:
        return Lane(role, wording.lane_note(pathway, role, spoken))
    if plan is None:
        name = spoken(message("picture.responsible"))
        return Lane(f"{name[:1].upper()}{name[1:]}")  # like the names of roles
    side = called.sides.get(plan.side) or words(plan.side)
    return Lane(called.roles.get(role) or words(role), side)


def _by(plan: StepPlan) -> str:
    panel = plan.step.panel
    return next(iter((*plan.step.by, *(panel.members if panel else ()))), RESPONSIBLE)


def _others(plan: StepPlan) -> tuple[str, ...]:
    """The members of a panel, or the roles that may do a step, without the first."""
    return tuple(plan.step.panel.members if plan.step.panel else plan.step.by)[1:]


def _boxes(
    plan: StepPlan,
    column: int,
    places: dict[str, int],
    spoken: Say,
    state: State | None,
    called: Translation | None,
) -> Iterator[Box]:
    mark, said = standing.of_step(state, plan.name, spoken)
    title = called.label(plan.name) if called else plan.step.title or words(plan.name)
    yield Box(
        key=plan.name,
        lane=places[_by(plan)],
        column=column,
        title=title,
        said=said,
        lines=tuple(wording.of_step(plan, spoken)),
        mark=mark,
    )
    for other in _others(plan):
        yield Box(
            key=f"{plan.name}.{other}",
            lane=places[other],
            column=column,
            title=spoken(
                message("picture.takes_part", what=title)
                if plan.step.panel
                else message("picture.or_does", what=title)
            ),
            mark=mark,
        )
    if plan.receiver:
        yield Box(
            key=_answer(plan.name),
            lane=places[plan.receiver],
            column=column + 1,
            title=spoken(
                message("picture.is_told", what=title)
                if plan.step.kind == "notification"
                else message("picture.answers", what=title)
            ),
            lines=tuple(wording.of_answer(plan, spoken)),
            mark=mark,
        )


def _answer(name: str) -> str:
    return f"{name}.answer"


def _arrows(
    plans: list[StepPlan], before: dict[str, tuple[str, ...]], wide: frozenset[str]
) -> Iterator[Arrow]:
    for plan in plans:
        if plan.receiver:
            yield Arrow(plan.name, _answer(plan.name), is_hand_over=True)
        for each in before[plan.name]:
            if each in before:
                yield Arrow(_answer(each) if each in wide else each, plan.name)
