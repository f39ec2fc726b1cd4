"""Acts beside the course of a case: who does a thing, by when it is due, and what is done
against the pathway.

None of them has a form, so `decide` itself is asked whether each is possible. That takes longer
than the questions of `permitted`, so they are kept apart from `choices`, which is all that walks,
simulations and rehearsals use.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import commands as c
from engine.acts.reason_lists import DECLINE_REASONS, OVERRIDE_REASONS
from engine.choices import PossibleAct
from engine.permitted import is_accepted
from engine.state import Task, TaskKind
from engine.turns.counting import time_of
from engine.turns.rights import holders
from engine.view import View


def asides(view: View) -> Iterator[PossibleAct]:
    """All of them, in an order that depends only on the case; an act with a reason gets the
    first one.
    """
    for each in _proposed(view):
        if is_accepted(view, each.act, each.agency):
            yield each


def _proposed(view: View) -> Iterator[PossibleAct]:
    for task in view.state.open_tasks():
        yield from _taking(view, task)
    yield from _overrides(view)
    yield from _withholding(view)
    yield from _lengths(view)


def _taking(view: View, task: Task) -> Iterator[PossibleAct]:
    """Who does it: an agency claims it or declines, or the responsible one reassigns it."""
    label = view.pathway.label(task.step)
    for agency in task.agencies:
        acts: list[c.AnyAct] = [c.Claim(task=task.id), c.Accept(task=task.id)]
        if task.kind is not TaskKind.VOTE:  # a vote is declined in its course
            acts.append(c.Decline(task=task.id, reason=DECLINE_REASONS[0]))
        for act in acts:
            yield _aside(agency, act, label, task.id)
    for target in view.registry.by_code:
        act = c.Reassign(task=task.id, agency=target)
        yield _aside(view.state.responsible, act, label, task.id)


def _overrides(view: View) -> Iterator[PossibleAct]:
    reason = OVERRIDE_REASONS[0]
    for agency in sorted(holders(view, view.pathway.definition.overrides)):
        for step in view.pathway.steps:
            label = view.pathway.label(step)
            yield _aside(agency, c.Skip(step=step, reason=reason), label, step)
            yield _aside(agency, c.OpenStep(step=step, reason=reason), label, step)


def _withholding(view: View) -> Iterator[PossibleAct]:
    for agency in view.registry.by_code:
        for act in (c.Prohibit(agency=agency), c.Permit(agency=agency)):
            yield _aside(view.state.responsible, act, agency, agency)


def _lengths(view: View) -> Iterator[PossibleAct]:
    """Each period once, by its subject."""
    clocks = {each.about: time_of(view, each) for each in view.state.clocks.values()}
    for about, time in clocks.items():
        if time is None:
            continue
        label = view.pathway.label(about.partition(".")[0])
        for act, word in (
            (c.Extend(name=about), time.extend),
            (c.Shorten(name=about), time.shorten),
        ):
            for agency in sorted(holders(view, word.role)) if word else ():
                yield _aside(agency, act, label, about)


def _aside(agency: str, act: c.AnyAct, subject: str, about: str) -> PossibleAct:
    assert act.declared
    word = act.declared.ways[0].verb.replace("_", " ")
    return PossibleAct(agency=agency, act=act, what=f"{subject}: {word}", about=about, owed=False)
